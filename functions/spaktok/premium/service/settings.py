"""The settings of premium: shares by version, and how many slots there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from spaktok.core import audit, ids, transaction
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.premium import store
from spaktok.premium.model import Offer, Settings, Terms
from spaktok.premium.requests import UpdatePremiumSettings
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Configured:
    """The settings as they are now."""

    version: int
    premium_payout_bps: int
    standard_payout_bps: int
    max_premium_slots: int
    slots_held: int
    """May be more than the maximum: lowering it evicts nobody."""
    sales_open: bool
    prices: dict[str, int]
    """Of a term of a slot, in minor units by currency."""
    term_days: int
    grace_days: int
    renewing: bool
    """Whether slots are sold by subscription."""


def initialize(actor: UserId) -> Configured:
    """Write the first version, with the defaults; where there is one, change nothing.

    Two reads, three writes. Until it is called the defaults hold too.
    """
    from google.cloud.firestore import SERVER_TIMESTAMP

    def body(tx: Transaction) -> Configured:
        chain = audit.load(tx, actor)
        (snapshot,) = users.read([store.settings_ref()], tx)
        before = store.decode_settings(snapshot)
        if before.version:
            return _configured(before)
        first = Settings(version=1, slots=before.slots)
        tx.set(
            store.settings_ref(),
            {
                "version": 1,
                "maxPremiumSlots": first.slots_max,
                "terms": {"v1": _encode(first.current)},
                "lastAct": "",
                "updatedAt": SERVER_TIMESTAMP,
            },
            merge=True,  # slots may have been given before
        )
        audit.append(
            tx, chain, Act(actor, "initializePremiumSettings", "premium_settings", "first")
        )
        return _configured(first)

    return transaction.run(body)


def update(actor: UserId, request: UpdatePremiumSettings) -> Configured:
    """Change shares or the number of slots, as a new version. Two reads, three writes.

    A gift keeps the share that was in force when it was committed. Raises `NotFound` before there are
    settings.
    """
    from google.cloud.firestore import SERVER_TIMESTAMP

    act = ids.random_id()

    def body(tx: Transaction) -> Configured:
        chain = audit.load(tx, actor)
        (snapshot,) = users.read([store.settings_ref()], tx)
        before = store.decode_settings(snapshot)
        if not before.version:
            raise NotFound
        if snapshot.get("lastAct") == act:
            return _configured(before)  # committed before, and not acknowledged
        after = _changed(before, request)
        if after == before:
            return _configured(before)
        changes: dict[str, Any] = {
            "version": before.version + 1,
            "maxPremiumSlots": after.slots_max,
            "lastAct": act,
            "updatedAt": SERVER_TIMESTAMP,
        }
        if after.current != before.current:
            changes[f"terms.v{before.version + 1}"] = _encode(after.current)
        if after.offer != before.offer:
            changes[f"offers.v{before.version + 1}"] = {
                "open": after.offer.open,
                "prices": dict(after.offer.prices),
                "termDays": after.offer.term_days,
                "graceDays": after.offer.grace_days,
                "renewing": after.offer.renewing,
                "since": SERVER_TIMESTAMP,
            }
        tx.update(store.settings_ref(), changes)
        audit.append(
            tx,
            chain,
            Act(
                actor,
                "updatePremiumSettings",
                "premium_settings",
                request.reason,
                before=_facts(before),
                after=_facts(after),
            ),
        )
        return _configured(after, before.version + 1)

    return transaction.run(body)


def _changed(before: Settings, request: UpdatePremiumSettings) -> Settings:
    terms = Terms(
        _or(request.premium_payout_bps, before.current.premium_bps),
        _or(request.standard_payout_bps, before.current.standard_bps),
        before.current.since,
    )
    offer = Offer(
        open=before.offer.open if request.sales_open is None else request.sales_open,
        prices={**before.offer.prices, **request.prices},
        term_days=_or(request.term_days, before.offer.term_days),
        grace_days=_or(request.grace_days, before.offer.grace_days),
        renewing=before.offer.renewing if request.renewing is None else request.renewing,
    )
    return replace(
        before,
        slots_max=_or(request.max_premium_slots, before.slots_max),
        terms=(*before.terms[:-1], terms),
        offer=offer,
    )


def _or(given: int | None, before: int) -> int:
    return before if given is None else given


def _encode(terms: Terms) -> dict[str, Any]:
    from google.cloud.firestore import SERVER_TIMESTAMP

    return {
        "premiumBps": terms.premium_bps,
        "standardBps": terms.standard_bps,
        "since": SERVER_TIMESTAMP,
    }


def _facts(settings: Settings) -> dict[str, int | bool]:
    prices = {f"price{name.upper()}": minor for name, minor in settings.offer.prices.items()}
    return {
        "salesOpen": settings.offer.open,
        "termDays": settings.offer.term_days,
        "graceDays": settings.offer.grace_days,
        "renewing": settings.offer.renewing,
        **prices,
        "premiumBps": settings.current.premium_bps,
        "standardBps": settings.current.standard_bps,
        "maxPremiumSlots": settings.slots_max,
    }


def _configured(settings: Settings, version: int | None = None) -> Configured:
    return Configured(
        version=settings.version if version is None else version,
        premium_payout_bps=settings.current.premium_bps,
        standard_payout_bps=settings.current.standard_bps,
        max_premium_slots=settings.slots_max,
        slots_held=len(settings.slots),
        sales_open=settings.offer.open,
        prices=dict(settings.offer.prices),
        term_days=settings.offer.term_days,
        grace_days=settings.offer.grace_days,
        renewing=settings.offer.renewing,
    )
