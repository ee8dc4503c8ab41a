"""Asking for money: who may not, how much, once; and changing one's mind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from localpaypal.faults import Fault
from localpaypal.server import LocalPayPal
from spaktok.accounts.service import leaving
from spaktok.core import clients
from spaktok.core.age import Band
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused, NotFound, TryAgain
from spaktok.integrations import sign_in
from spaktok.payouts import store
from spaktok.payouts.model import policy
from spaktok.payouts.model.gates import Check, Outcome
from spaktok.payouts.model.states import Method, State
from spaktok.payouts.refusals import (
    AlreadySent,
    ChecksMissing,
    DailyMaximum,
    MethodCoolingDown,
    NoPayoutMethod,
    TooLittle,
)
from spaktok.payouts.requests import RequestPayout
from spaktok.payouts.service import checks, deciding, methods, requesting, sending, statements
from spaktok.payouts.service.methods import Receiver
from spaktok.safety.refusals import NotForYourAge
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.refusals import DebtOpen, NotEnoughEarnings
from spaktok.wallet.service import booking
from tests.support.ages import join_aged
from tests.support.money import documents
from tests.support.payouts import (
    ADMIN,
    agree,
    approved,
    ask,
    available,
    creator,
    earn,
    history,
    link,
    payout,
    reserved,
    state,
)
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.threads import together
from tests.support.time import TestClock


def test_less_than_ten_dollars_and_more_than_is_there_are_refused() -> None:
    creator(ANA, dollars=20)
    with pytest.raises(TooLittle):
        ask(ANA, 999)
    with pytest.raises(NotEnoughEarnings):
        ask(ANA, 2_001)
    assert (available(ANA), reserved(ANA)) == (2_000, 0)
    assert not list(clients.db().collection("payoutRequests").stream())


def test_without_a_method_or_a_check_nothing_is_reserved() -> None:
    join(ANA)
    earn(ANA, 50)
    with pytest.raises(NoPayoutMethod):
        ask(ANA)
    link(ANA)
    with pytest.raises(ChecksMissing) as refused:
        ask(ANA)
    assert refused.value.facts["missing"] == "identity, tax_form, sanctions"
    checks.review(ADMIN, ANA, Check.IDENTITY, Outcome.PASSED, "Seen")
    checks.review(ADMIN, ANA, Check.TAX_FORM, Outcome.PAST_DUE, "Expired")
    checks.review(ADMIN, ANA, Check.SANCTIONS, Outcome.PASSED, "None")
    with pytest.raises(ChecksMissing) as refused:
        ask(ANA)
    assert refused.value.facts["missing"] == "tax_form"
    assert reserved(ANA) == 0


@pytest.mark.parametrize("band", [Band.OLDER_TEEN, Band.UNKNOWN])
def test_nobody_under_eighteen_links_or_withdraws(band: Band) -> None:
    join_aged(band, ANA)
    earn(ANA, 50)
    with pytest.raises(NotForYourAge):
        link(ANA)
    with pytest.raises(NotForYourAge):
        ask(ANA)


def test_the_day_has_a_maximum_and_ends(time: TestClock) -> None:
    creator(ANA, dollars=5_000)
    ask(ANA, policy.DAILY_MAX_MINOR - 1_000, "key-00000001")
    with pytest.raises(DailyMaximum) as refused:
        ask(ANA, 1_001, "key-00000002")
    assert refused.value.facts["leftMinor"] == 1_000
    ask(ANA, 1_000, "key-00000003")
    time.pass_(days=1)
    ask(ANA, 1_001, "key-00000002")


def test_a_changed_method_cools_down_and_the_first_one_does_not(time: TestClock) -> None:
    creator(ANA)
    ask(ANA)
    linked = link(ANA, "other@example.com")
    assert linked.usable_at == time.at + policy.COOLDOWN
    with pytest.raises(MethodCoolingDown):
        ask(ANA, key="key-00000002")
    time.reach(linked.usable_at - timedelta(milliseconds=1))
    with pytest.raises(MethodCoolingDown) as refused:
        ask(ANA, key="key-00000002")
    assert refused.value.facts["retryAfterMs"] == 1
    time.reach(linked.usable_at)
    ask(ANA, key="key-00000002")


def test_a_link_that_is_repeated_because_its_answer_was_lost_is_the_same(time: TestClock) -> None:
    """Negative control, tried: without `_repeated` the first link of an account cools down for days."""
    first = (creator(ANA), link(ANA), methods.listed(ANA).methods)
    time.pass_(minutes=9)
    assert (ANA, link(ANA), methods.listed(ANA).methods) == first
    ask(ANA)
    time.pass_(minutes=1)
    assert link(ANA).usable_at == time.at + policy.COOLDOWN, "another one, whatever it leads to"
    assert link(ANA, "other@example.com").usable_at == time.at + policy.COOLDOWN
    assert len(documents("payoutMethods")) == 3


def test_another_kind_of_method_cools_down_as_well(time: TestClock) -> None:
    """Whoever takes over an account that has PayPal linked links a bank, and waits nevertheless.

    Negative control: asked of the method alone (`before is not None`), the bank is usable at once.
    """
    creator(ANA)
    bank = methods.link(ANA, Method.BANK, Receiver("account", "acct_1", last4="6789"))
    assert bank.usable_at == time.at + policy.COOLDOWN
    assert [one.usable_at - time.at for one in methods.listed(ANA).methods] == [
        timedelta(0),
        policy.COOLDOWN,
    ]


def test_immature_and_owed_money_stays(time: TestClock) -> None:
    """I14. Mature is what the wallet's own rule says; a debt blocks, however much is there."""
    creator(ANA, dollars=10)
    day = time.at.date().isoformat()
    booking.book(
        booking.Operation(uid=ANA, kind=Kind.LIMIT, key="pending", asked={}),
        lambda wallet, _: booking.Decision(replace(wallet, pending={day: 50_000_000})),
    )
    with pytest.raises(NotEnoughEarnings):
        ask(ANA, 1_001)
    booking.book(
        booking.Operation(uid=ANA, kind=Kind.LIMIT, key="debt", asked={}),
        lambda wallet, _: booking.Decision(replace(wallet, debt=1)),
    )
    with pytest.raises(DebtOpen):
        ask(ANA, 1_000)


def test_one_key_is_one_withdrawal() -> None:
    creator(ANA)
    first = ask(ANA)
    assert ask(ANA) == first
    assert (available(ANA), reserved(ANA)) == (9_000, 1_000)
    with pytest.raises(KeyReused):
        ask(ANA, 1_500)
    other = RequestPayout(amount=1_000, payout_method=Method.BANK, idempotency_key="key-00000001")
    with pytest.raises(KeyReused):
        requesting.request(ANA, other)
    assert history(first) == ["requested", "reserved"]


def test_many_at_once_cannot_overdraw() -> None:
    creator(ANA, dollars=25)

    def one(number: int) -> bool:
        for _ in range(20):
            try:
                ask(ANA, 1_000, f"key-0000000{number}")
            except TryAgain:
                continue
            except NotEnoughEarnings:
                return False
            return True
        return False

    assert sum(together(5, one)) == 2
    assert (available(ANA), reserved(ANA)) == (500, 2_000)


def test_a_withdrawal_is_taken_back_before_it_is_sent_and_not_after(paypal: LocalPayPal) -> None:
    creator(ANA)
    join(BEN)
    first = ask(ANA)
    with pytest.raises(NotFound):
        requesting.cancel(BEN, first)
    requesting.cancel(ANA, first)
    requesting.cancel(ANA, first)
    assert (state(first), available(ANA), reserved(ANA)) == (State.CANCELLED, 10_000, 0)
    second = approved(ANA, key="key-00000002")
    sending.advance(second)
    with pytest.raises(AlreadySent):
        requesting.cancel(ANA, second)
    assert state(second) is not State.CANCELLED
    assert sending.advance(first) is State.CANCELLED
    agree(paypal)


def test_where_it_goes_is_sealed_and_shown_as_a_hint() -> None:
    creator(ANA, email="secret.name@example.com")
    shown = methods.listed(ANA)
    assert [one.hint for one in shown.methods] == ["s•••@e•••.com"]
    assert shown.missing[Method.BANK] == [Check.BANK_ACCOUNT]
    ask(ANA)
    for name in ("payoutMethods", "payoutAccounts", "payoutRequests"):
        for one in clients.db().collection(name).stream():
            assert "secret.name" not in repr(one.to_dict())
    assert "secret" not in repr(requesting.listed(ANA, 20, None))
    assert "secret" not in repr(deciding.pending(ADMIN, 20, None))


def test_the_provider_key_is_stored_before_the_call(
    paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    creator(ANA)
    first = approved(ANA)
    seen: list[object] = []
    create = paypal.book.create

    def looking(body: dict[str, object]) -> object:
        fields = store.payout_ref(first).get().to_dict() or {}
        seen.append((fields["status"], fields["providerKey"], fields["sends"]))
        return create(body)

    monkeypatch.setattr(paypal.book, "create", looking)
    sending.advance(first)
    assert seen == [("submitting", f"wd-{first}", 1)]


def test_a_statement_is_signed_and_changes_with_what_it_says() -> None:
    creator(ANA)
    ask(ANA)
    month = statements.of(ANA, "2026-03")
    assert (month.requested, len(month.lines)) == (1_000, 1)
    assert month.csv.splitlines()[1].endswith(",paypal,10.00,0.50,9.50,reserved")
    assert month.signature == statements.sign(month.sha256)
    assert statements.of(ANA, "2026-03") == month
    ask(ANA, key="key-00000002")
    assert statements.of(ANA, "2026-03").sha256 != month.sha256
    assert statements.of(ANA, "2026-02").lines == []
    assert payout(ask(ANA)).user_id == ANA


def test_an_account_that_leaves_cancels_what_is_not_sent_and_waits_for_the_rest(
    paypal: LocalPayPal,
) -> None:
    creator(ANA)
    first, second = ask(ANA), approved(ANA, key="key-00000002")
    paypal.processing = False
    sending.advance(second)
    assert requesting.leaving(ANA) is False
    assert (state(first), state(second)) == (State.CANCELLED, State.SUBMITTED)
    paypal.processing = True
    assert UserId(payout(second).user_id) == ANA
    sending.advance(second)
    assert requesting.leaving(ANA) is True


def test_nothing_is_erased_while_a_provider_may_have_the_money(
    paypal: LocalPayPal, time: TestClock, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F20, of an account that is deleted: what PayPal has is waited for, then all of it goes."""
    monkeypatch.setattr(sign_in, "lock", lambda uid: None)
    creator(ANA)
    first = approved(ANA)
    queue.waiting.clear()
    paypal.faults.coming = [Fault.TIMEOUT_DONE]
    assert sending.advance(first) is State.UNKNOWN
    leaving.request(ANA)
    queue.drain()
    (kept,) = clients.db().collection("payoutMethods").stream()
    assert kept.get("userId") == ANA
    time.pass_(minutes=15)
    sending.advance(first)
    assert state(first) is State.PAID
    assert requesting.leaving(ANA) is True
    agree(paypal)
