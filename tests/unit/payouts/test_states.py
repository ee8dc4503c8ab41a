"""The graph of a withdrawal, and the fees."""

from __future__ import annotations

import itertools

import pytest

from spaktok.payouts.model.states import (
    FINAL,
    GRAPH,
    IN_FLIGHT,
    UNSENT,
    Contradicts,
    Method,
    Money,
    Reply,
    State,
    fee_minor,
    step,
)


@pytest.mark.parametrize(
    ("method", "amount", "fee"),
    [
        (Method.PAYPAL, 1_000, 50),
        (Method.BANK, 1_000, 100),
        (Method.PAYPAL, 3_500, 100),
        (Method.BANK, 3_500, 100),
        (Method.PAYPAL, 1_001, 51),
        (Method.PAYPAL, 200_000, 4_030),
    ],
)
def test_the_fee_is_two_percent_and_thirty_cents_or_a_dollar(
    method: Method, amount: int, fee: int
) -> None:
    """$10 arrive as $9.50 or $9.00; at $35 the two are equal."""
    assert fee_minor(method, amount) == fee


def test_every_state_is_in_the_graph_and_what_is_final_leads_nowhere() -> None:
    assert GRAPH.keys() == set(State)
    assert {state for state, after in GRAPH.items() if not after} == FINAL
    assert not FINAL & (IN_FLIGHT | UNSENT)


@pytest.mark.parametrize("state", sorted(IN_FLIGHT | FINAL | {State.PAID}))
@pytest.mark.parametrize("reply", list(Reply))
def test_no_answer_leads_off_the_graph(state: State, reply: Reply) -> None:
    try:
        found = step(state, reply)
    except Contradicts:
        assert state in FINAL
        return
    assert found is None or found.state in GRAPH[state]


def test_answers_in_any_order_and_twice_give_money_out_once_and_back_once() -> None:
    """I11: every sequence of four answers from `submitting` on; the sums per withdrawal."""
    for replies in itertools.product(Reply, repeat=4):
        state, moves = State.SUBMITTING, []
        for reply in replies:
            try:
                found = step(state, reply)
            except Contradicts:
                continue
            if found is not None:
                state = found.state
                moves.append(found.money)
        out, back = moves.count(Money.SETTLE), moves.count(Money.RELEASE)
        assert out + back <= 1, replies
        assert moves.count(Money.RETURN) <= out, replies


def test_what_was_never_sent_is_paid_by_nobody() -> None:
    for state in UNSENT:
        with pytest.raises(Contradicts):
            step(state, Reply.PAID)
