"""When a withdrawal is looked at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spaktok.payouts.model.looking import HOURLY, PAID_AT, SELDOM, SOON, SOON_FOR, next_look
from spaktok.payouts.model.states import FINAL, UNSENT, State

SENT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)


def after(state: State, age: timedelta, *, held: bool = False) -> timedelta | None:
    due = next_look(state, held=held, sent_at=SENT, at=SENT + age)
    return None if due is None else due - SENT - age


@pytest.mark.parametrize("state", [State.SUBMITTING, State.UNKNOWN, State.SUBMITTED])
def test_what_is_open_is_looked_at_soon_and_after_two_hours_every_hour(state: State) -> None:
    assert after(state, timedelta(0)) == SOON
    assert after(state, SOON_FOR - MS) == SOON
    assert after(state, SOON_FOR) == HOURLY
    assert after(state, timedelta(days=40)) == HOURLY


def test_what_the_provider_holds_is_looked_at_seldom() -> None:
    assert after(State.SUBMITTED, timedelta(0), held=True) == SELDOM


def test_what_is_paid_is_looked_at_at_six_ages() -> None:
    for before, then in zip((timedelta(0), *PAID_AT), (*PAID_AT, None), strict=True):
        due = next_look(State.PAID, held=False, sent_at=SENT, at=SENT + before)
        assert due == (None if then is None else SENT + then)


@pytest.mark.parametrize("state", sorted(FINAL | UNSENT))
def test_nothing_else_waits_for_a_provider(state: State) -> None:
    assert after(state, timedelta(0)) is None
