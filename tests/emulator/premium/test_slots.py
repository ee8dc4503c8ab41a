"""Slots: who gets one, who does not, and what follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

import main
from spaktok.accounts.service import ties
from spaktok.core import audit, clients, standing
from spaktok.core.caller import Role
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound, TryAgain
from spaktok.integrations import sign_in
from spaktok.premium import store
from spaktok.premium.refusals import (
    HoldsAnotherSlot,
    NoSlotFree,
    NotTheHolder,
    NotTheirTurn,
    PremiumAlready,
    SlotOccupied,
    SlotUnknown,
)
from spaktok.premium.requests import ManagePremiumAccount, UpdatePremiumSettings
from spaktok.premium.service import assigning, settings, shares, views
from spaktok.users import store as users
from spaktok.users.refusals import NotYourOwn
from tests.support.edge import Sender, emulate
from tests.support.faults import Fault, injected, nth
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.threads import together
from tests.support.time import TestClock

ONE, TWO = "premium_slot_1", "premium_slot_2"
TICK = timedelta(microseconds=1)


def give(uid: UserId, slot: str = ONE) -> assigning.Managed:
    return assigning.assign(ANA, uid, slot, "Well earned")


def take(uid: UserId, slot: str = ONE) -> assigning.Managed:
    return assigning.unassign(ANA, uid, slot, "The term is over")


def limit(slots: int) -> None:
    settings.initialize(ANA)
    settings.update(ANA, UpdatePremiumSettings(max_premium_slots=slots, reason="Fewer"))


def tenures(uid: UserId) -> list[dict[str, Any]]:
    held = (store.account_ref(uid).get().to_dict() or {}).get("tenures", {})
    return sorted(held.values(), key=lambda one: one["since"])


def audited() -> list[tuple[str, str, str]]:
    chain = clients.db().collection("audit").document(audit.chain_of(ANA)).collection("entries")
    acts = [one.to_dict() or {} for one in chain.stream()]
    return [(one["what"], one["target"], one["reason"]) for one in acts]


def news(queue: Queue) -> list[str]:
    return [
        body["data"]["recipient"]
        for function, _, body in queue.waiting
        if function == "deliverNotification"
    ]


def test_an_occupied_slot_and_a_second_one_are_refused() -> None:
    join(BEN, CARL)
    give(BEN)
    with pytest.raises(SlotOccupied):
        give(CARL)
    with pytest.raises(HoldsAnotherSlot) as refused:
        give(BEN, TWO)
    assert refused.value.facts["slotId"] == ONE
    assert store.account_ref(CARL).get().exists is False
    assert len(audited()) == 1


def test_nobody_gives_themselves_a_slot_or_gives_one_to_nobody() -> None:
    join(ANA)
    with pytest.raises(NotYourOwn):
        give(ANA)
    with pytest.raises(NotFound):
        give(BEN)
    join(BEN)
    with pytest.raises(SlotUnknown):
        give(BEN, "premium_slot_21")
    assert store.settings_ref().get().exists is False


def test_a_slot_shows_at_once_is_told_and_recorded(queue: Queue) -> None:
    join(BEN)
    given = give(BEN)
    assert (given.slot_id, given.slots_held) == (ONE, 1)
    card = users.card_ref(BEN).get().to_dict() or {}
    assert (card["isPremiumAccount"], card["premiumSlotId"], card["accountType"]) == (
        True,
        ONE,
        "premium",
    )
    assert Role.PREMIUM in standing.load(BEN, fresh=True).roles
    assert audited() == [("assignPremiumSlot", BEN, "Well earned")]
    assert news(queue) == [BEN]
    taken = take(BEN)
    assert (taken.slot_id, taken.slots_held) == (None, 0)
    card = users.card_ref(BEN).get().to_dict() or {}
    assert (card["isPremiumAccount"], card["premiumSlotId"], card["accountType"]) == (
        False,
        None,
        "standard",
    )
    assert Role.PREMIUM not in standing.load(BEN, fresh=True).roles
    assert audited()[1] == ("unassignPremiumSlot", BEN, "The term is over")
    assert news(queue) == [BEN, BEN]
    assert audit.verify() == []


def test_stale_claims_are_made_anew_and_grant_nothing_meanwhile(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, time: TestClock
) -> None:
    """The claim is a copy for screens: what it says of premium follows the slot both ways."""
    claims: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        sign_in, "set_claims", lambda uid, what: claims.append((uid, what["premium"]))
    )
    join(BEN)
    give(BEN)
    queue.drain()
    time.pass_(seconds=1)
    take(BEN)
    assert users.security_ref(BEN).get().get("claimsDue") is not None
    assert views.status(BEN).share_bps == 5_000
    queue.drain()
    assert claims == [(BEN, True), (BEN, False)]
    assert users.security_ref(BEN).get().get("claimsDue") is None


def test_the_same_again_is_harmless(queue: Queue) -> None:
    join(BEN)
    give(BEN)
    assert give(BEN) == assigning.Managed(BEN, ONE, 1)
    assert len(tenures(BEN)) == 1
    assert len(audited()) == 1
    assert len(news(queue)) == 1
    take(BEN)
    with pytest.raises(NotTheHolder):
        take(BEN)
    assert views.slots(ANA, 20, None).held == 0


def test_a_slot_is_taken_only_from_the_one_who_holds_it() -> None:
    """Two administrators: the one who is late does not take it from whoever got it meanwhile."""
    join(BEN, CARL)
    give(BEN)
    take(BEN)
    give(CARL)
    with pytest.raises(NotTheHolder):
        take(BEN)
    assert views.status(CARL).slot_id == ONE


@pytest.mark.parametrize("fault", [Fault.LOST_ACK, Fault.CLOSED])
def test_a_lost_acknowledgement_is_found_done(fault: Fault, queue: Queue) -> None:
    join(BEN)
    with injected(nth("commit", 0, fault)):
        assert give(BEN).slots_held == 1
    with injected(nth("commit", 0, fault)):
        assert take(BEN).slots_held == 0
    assert [what for what, _, _ in audited()] == ["assignPremiumSlot", "unassignPremiumSlot"]
    assert len(news(queue)) == 2


def test_of_n_plus_one_at_once_n_get_a_slot() -> None:
    """Each another account and another slot: only the count keeps the last one out.

    A fourth slot is held beyond the maximum, so two are left for three. Negative control: without
    `settings.full` in `_check`, all three succeed.
    """
    people = [UserId(f"p{number}") for number in range(4)]
    join(*people)
    give(people[3], "premium_slot_4")
    limit(3)

    def one(number: int) -> str:
        for _ in range(20):
            try:
                give(people[number], f"premium_slot_{number + 1}")
            except TryAgain:
                continue
            except NoSlotFree:
                return "refused"
            return "held"
        return "busy"

    outcomes = together(3, one)
    assert sorted(outcomes) == ["held"] * 2 + ["refused"]
    assert views.slots(ANA, 20, None).held == 3


def test_of_many_who_want_one_slot_one_gets_it() -> None:
    people = [UserId(f"p{number}") for number in range(4)]
    join(*people)

    def one(number: int) -> str:
        for _ in range(20):
            try:
                give(people[number])
            except TryAgain:
                continue
            except SlotOccupied:
                return "refused"
            return "held"
        return "busy"

    assert sorted(together(4, one)) == ["held"] + ["refused"] * 3


def test_lowering_the_maximum_evicts_nobody_and_lets_nobody_in() -> None:
    join(BEN, CARL, DINA)
    give(BEN, "premium_slot_19")
    give(CARL, "premium_slot_2")
    limit(2)
    assert views.status(BEN).is_premium
    with pytest.raises(NoSlotFree):
        give(DINA)
    with pytest.raises(SlotUnknown):
        give(DINA, "premium_slot_3")
    limit(1)
    seen = views.slots(DINA, 20, None)
    assert (seen.held, seen.free) == (2, 0)
    take(BEN, "premium_slot_19")
    take(CARL, "premium_slot_2")
    assert give(DINA).slots_held == 1


def test_a_share_is_decided_by_the_commit_time_exactly_at_the_boundary() -> None:
    """By the database's own commit times, and not by those of any server."""
    join(BEN)
    give(BEN)
    take(BEN)
    (held,) = tenures(BEN)
    found = shares.of(BEN)
    assert [
        found.at(at)
        for at in (held["since"] - TICK, held["since"], held["until"] - TICK, held["until"])
    ] == [5_000, 9_000, 9_000, 5_000]
    assert shares.share_at(BEN, held["since"]) == 9_000


def test_a_new_share_counts_from_its_own_commit_on() -> None:
    settings.initialize(ANA)
    change = UpdatePremiumSettings(
        premium_payout_bps=9_000, standard_payout_bps=6_000, reason="A good year"
    )
    assert settings.update(ANA, change).version == 2
    since: datetime = store.settings_ref().get().get("terms.v2.since")
    assert shares.share_at(BEN, since - TICK) == 5_000
    assert shares.share_at(BEN, since) == 6_000
    assert settings.update(ANA, change).version == 2
    for wrong in (
        {"premium_payout_bps": 6_000},
        {},
        {"premium_payout_bps": 1, "standard_payout_bps": 2},
    ):
        with pytest.raises(ValidationError):
            UpdatePremiumSettings(reason="No", **wrong)


def test_the_settings_are_initialised_once() -> None:
    with pytest.raises(NotFound):
        settings.update(ANA, UpdatePremiumSettings(max_premium_slots=3, reason="Too early"))
    join(BEN)
    give(BEN)
    assert settings.initialize(ANA).slots_held == 1
    settings.update(ANA, UpdatePremiumSettings(max_premium_slots=3, reason="Fewer"))
    assert settings.initialize(ANA).max_premium_slots == 3
    assert views.status(BEN).is_premium


def test_who_waits_stands_in_the_order_of_asking() -> None:
    join(BEN, CARL, DINA)
    assert [views.wait(one).position for one in (CARL, BEN, DINA)] == [1, 2, 3]
    assert views.wait(BEN).position == 2
    assert [one.user_id for one in views.overview(ANA, 50, None).waiting] == [CARL, BEN, DINA]
    give(CARL)
    assert views.status(BEN).position == 1
    assert views.status(CARL).position is None
    with pytest.raises(PremiumAlready):
        views.wait(CARL)
    assert views.leave(BEN).left
    assert views.status(DINA).position == 1


def test_a_slot_goes_to_whoever_has_waited_longest() -> None:
    """Negative control: without `_passed_over` Ben got it, and Carl waited on unseen."""
    join(BEN, CARL, DINA)
    for one in (CARL, BEN):
        views.wait(one)
    for other in (BEN, DINA):
        with pytest.raises(NotTheirTurn):
            give(other)
    assert audited() == []
    assert give(CARL).slot_id == ONE
    assert give(BEN, TWO).slot_id == TWO
    assert give(DINA, "premium_slot_3").slot_id == "premium_slot_3", "nobody waits any more"


def test_to_pass_over_those_who_wait_is_said_and_recorded() -> None:
    join(BEN, CARL)
    views.wait(CARL)
    assigning.assign(ANA, BEN, ONE, "A promise of the spring", skip_line=True)
    chain = clients.db().collection("audit").document(audit.chain_of(ANA)).collection("entries")
    (act,) = [one.to_dict() or {} for one in chain.stream()]
    assert act["after"] == {"slotId": ONE, "skippedLine": True}
    assert views.status(CARL).position == 1
    assigning.assign(ANA, CARL, TWO, "Her turn", skip_line=True)
    *_, second = [one.to_dict() or {} for one in chain.stream()]
    assert second["after"] == {"slotId": TWO, "skippedLine": False}


def test_what_old_apps_send_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    """They name no reason, and no slot to take; the record says so."""
    emulate(monkeypatch)
    join(ANA, BEN)
    users.security_ref(ANA).update({"roles": ["user", "admin"]})
    standing.forget()
    sender = Sender(ANA)
    given = {"userId": BEN, "action": "assign", "slotId": ONE}
    assert sender.call(main.managePremiumAccount, given).data["slotId"] == ONE
    taken = {"userId": BEN, "action": "unassign"}
    assert sender.call(main.managePremiumAccount, taken).data["slotId"] is None
    assert [reason for _, _, reason in audited()] == ["No reason was given"] * 2
    with pytest.raises(NotTheHolder):
        assigning.unassign(ANA, BEN, None, "Again")


@pytest.mark.parametrize(
    "body",
    [
        {"action": "assign"},
        {"action": "assign", "slot_id": ONE, "skip_line": True},
        {"action": "unassign", "reason": "x", "skip_line": True},
    ],
)
def test_what_would_be_unclear_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ManagePremiumAccount(user_id=BEN, **body)


def test_the_public_ledger_has_no_names() -> None:
    join(BEN, CARL)
    give(BEN)
    take(BEN)
    give(CARL)
    seen = views.slots(DINA, 20, None)
    assert [slot.slot_id for slot in seen.slots if slot.held] == [ONE]
    assert [(one.slot_id, one.until is None) for one in seen.tenures] == [(ONE, True), (ONE, False)]
    assert BEN not in repr(seen)
    assert CARL not in repr(seen)
    holders = views.overview(ANA, 50, None)
    assert [(one.slot_id, one.user_id) for one in holders.holders] == [(ONE, CARL)]
    assert ONE not in holders.free_slots


def test_an_account_that_leaves_for_good_frees_its_slot() -> None:
    join(BEN, CARL)
    give(BEN)
    views.wait(CARL)
    list(ties.end(BEN))
    assert views.slots(ANA, 20, None).held == 0
    list(ties.end(CARL))
    assert views.overview(ANA, 50, None).waiting == []
    assert assigning.vacate(BEN) is False


@pytest.mark.parametrize("role", ["user", "moderator"])
def test_only_administrators_manage_slots(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    emulate(monkeypatch)
    join(ANA, BEN)
    users.security_ref(ANA).update({"roles": ["user", role]})
    standing.forget()
    request = {"userId": BEN, "action": "assign", "slotId": ONE, "reason": "Please"}
    assert Sender(ANA).call(main.managePremiumAccount, request).refused == "permission-denied"
    users.security_ref(ANA).update({"roles": ["user", "admin"]})
    answer = Sender(ANA).call(main.managePremiumAccount, request)
    assert answer.data == {"userId": BEN, "slotId": ONE, "slotsHeld": 1}
    assert Sender(BEN).call(main.getPremiumStatus).data["shareBps"] == 9_000
    taking = {**request, "action": "unassign"}
    assert Sender(ANA).call(main.managePremiumAccount, taking).refused is None
    assert Sender(BEN).call(main.getPremiumStatus).data["isPremium"] is False
