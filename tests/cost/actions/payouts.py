"""Actions of payouts."""

from __future__ import annotations

from spaktok.core import clock
from spaktok.payouts.model.gates import Check, Outcome
from spaktok.payouts.model.states import Answer, Method, Reply
from spaktok.payouts.service import (
    checks,
    deciding,
    methods,
    providers,
    requesting,
    sending,
    statements,
)
from spaktok.payouts.service.providers import Order
from tests.cost.actions.scene import Action, action
from tests.support.payouts import ADMIN, approved, ask, creator, link
from tests.support.people import ANA, join


@action("link a payout method")
def _() -> Action:
    join(ANA)
    return lambda: link(ANA)


@action("list payout methods")
def _() -> Action:
    creator(ANA)
    return lambda: methods.listed(ANA)


@action("ask for a withdrawal")
def _() -> Action:
    creator(ANA)
    return lambda: ask(ANA)


@action("take a withdrawal back")
def _() -> Action:
    creator(ANA)
    payout_id = ask(ANA)
    return lambda: requesting.cancel(ANA, payout_id)


@action("approve a withdrawal")
def _() -> Action:
    creator(ANA)
    payout_id = ask(ANA)
    return lambda: deciding.approve(ADMIN, payout_id, None)


@action("reject a withdrawal")
def _() -> Action:
    creator(ANA)
    payout_id = ask(ANA)
    return lambda: deciding.reject(ADMIN, payout_id, "Not yours")


class _Paying:
    """A provider that pays at once, so that what is counted is ours."""

    account = providers.PROVIDERS[Method.PAYPAL].account
    retry_for = providers.PROVIDERS[Method.PAYPAL].retry_for

    def send(self, order: Order) -> Answer:
        return Answer(Reply.PAID, order.key, "T1", 25)

    def look_up(self, order: Order, reference: str) -> Answer:
        return self.send(order)

    def search(self, order: Order) -> Answer:
        return self.send(order)


@action("send a withdrawal and settle it")
def _() -> Action:
    creator(ANA)
    payout_id = approved(ANA)

    def work() -> None:
        before = providers.PROVIDERS[Method.PAYPAL]
        providers.PROVIDERS[Method.PAYPAL] = _Paying()
        try:
            sending.advance(payout_id)
        finally:
            providers.PROVIDERS[Method.PAYPAL] = before

    return work


@action("record a check of a payout account")
def _() -> Action:
    join(ANA)
    return lambda: checks.review(ADMIN, ANA, Check.IDENTITY, Outcome.PASSED, "Seen")


@action("list a withdrawal")
def _() -> Action:
    creator(ANA)
    ask(ANA)
    return lambda: requesting.listed(ANA, 20, None)


@action("list a withdrawal that waits")
def _() -> Action:
    creator(ANA)
    ask(ANA)
    return lambda: deciding.pending(ADMIN, 20, None)


@action("state a month of one withdrawal")
def _() -> Action:
    creator(ANA)
    ask(ANA)
    return lambda: statements.of(ANA, "2026-03")


@action("sweep withdrawals of which none is due")
def _() -> Action:
    return lambda: sending.sweep(clock.now())
