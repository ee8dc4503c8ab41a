"""PayPal's messages: a hint that something changed. What changed is asked of PayPal itself."""

from __future__ import annotations

import json
from typing import Any, Final

from spaktok.core import dispatch, ids
from spaktok.core.refusal import PermissionDenied
from spaktok.payouts import store
from spaktok.payouts.model.states import payout_of
from spaktok.payouts.service import changes

ITEM: Final = "PAYMENT.PAYOUTS-ITEM."


def take(body: bytes, headers: dict[str, str]) -> str | None:
    """The withdrawal that a message of PayPal's is about, sent to be looked after; None for others.

    One read and a task. The message decides nothing: in whatever order and however often they come,
    what counts is what PayPal says when it is asked. Raises `PermissionDenied` for what PayPal did not
    sign.
    """
    from spaktok.integrations.paypal import signature

    try:
        signature.verify(body, headers)
    except signature.Forged:
        raise PermissionDenied from None
    try:
        event: Any = json.loads(body)
        kind, event_id = str(event["event_type"]), str(event["id"])
        key = str(event["resource"]["payout_item"]["sender_item_id"])
    except (ValueError, KeyError, TypeError):
        return None
    payout_id = payout_of(key)
    if not kind.startswith(ITEM) or not ids.valid(payout_id):
        return None
    if not store.payout_ref(payout_id).get().exists:
        return None
    dispatch.send_if_possible(changes.task(payout_id, f"message-{event_id}"))
    return payout_id
