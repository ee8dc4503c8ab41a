"""Actions of premium."""

from __future__ import annotations

from spaktok.premium.requests import UpdatePremiumSettings
from spaktok.premium.service import assigning, settings, shares, views
from tests.cost.actions.scene import Action, action
from tests.support.people import ANA, BEN, CARL, join


@action("give a premium slot")
def _() -> Action:
    join(ANA, BEN)
    settings.initialize(ANA)
    return lambda: assigning.assign(ANA, BEN, "premium_slot_1", "Well earned")


@action("take a premium slot")
def _() -> Action:
    join(ANA, BEN)
    assigning.assign(ANA, BEN, "premium_slot_1", "Well earned")
    return lambda: assigning.unassign(ANA, BEN, "premium_slot_1", "The term is over")


@action("change the premium settings")
def _() -> Action:
    settings.initialize(ANA)
    request = UpdatePremiumSettings(
        premium_payout_bps=8_500, standard_payout_bps=5_000, reason="A new year"
    )
    return lambda: settings.update(ANA, request)


@action("ask for the share of a receiver's gifts")
def _() -> Action:
    join(ANA)
    return lambda: shares.of(ANA)


@action("read one's premium status, waiting")
def _() -> Action:
    join(ANA)
    views.wait(ANA)
    return lambda: views.status(ANA)


@action("wait for a premium slot")
def _() -> Action:
    join(ANA)
    return lambda: views.wait(ANA)


@action("read the ledger of premium slots, 2 tenures")
def _() -> Action:
    join(ANA, BEN, CARL)
    for number, uid in enumerate((BEN, CARL), start=1):
        assigning.assign(ANA, uid, f"premium_slot_{number}", "Well earned")
    return lambda: views.slots(ANA, 20, None)


@action("read the premium settings, 1 holder and 1 who waits")
def _() -> Action:
    join(ANA, BEN, CARL)
    assigning.assign(ANA, BEN, "premium_slot_1", "Well earned")
    views.wait(CARL)
    return lambda: views.overview(ANA, 50, None)
