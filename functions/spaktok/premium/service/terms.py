"""What time does to slots that are sold: reservations end, terms end.

Every look compares with the clock; this only clears away.
"""

from __future__ import annotations

from datetime import datetime

from spaktok.core import log
from spaktok.premium import store
from spaktok.premium.service import hearing, paid
from spaktok.premium.tickets import Status


def sweep(at: datetime) -> int:
    """Clear away what is over at that time, having asked Stripe; how much that was. Repeatable.

    One read, and for each that is over what `hearing.hear` or `paid.free` costs: at most all slots.
    """
    settings, done = store.decode_settings(store.settings_ref().get()), 0
    due = [one.ticket_id for one in settings.reserved.values() if one.until <= at]
    ended = [one.tenure_id for one in settings.slots.values() if one.free_at and one.free_at <= at]
    for ticket_id in due:
        try:
            _close(ticket_id)
            done += 1
        except Exception as error:  # noqa: BLE001 - the others must not wait for it
            log.failure("reservation not closed", error, ticket=ticket_id)
    for tenure_id in ended:
        try:
            done += paid.free(tenure_id)
        except Exception as error:  # noqa: BLE001 - the others must not wait for it
            log.failure("slot not freed", error, tenure=tenure_id)
    return done


def _close(ticket_id: str) -> None:
    """Ask what became of it; a page that is over can't be paid, and one that never was neither.

    What a bank still moves is no reason to keep the slot: should it come, it goes back.
    """
    ticket = hearing.hear(ticket_id, None)
    if ticket is not None and ticket.status is Status.RESERVED:
        paid.close(ticket)
