"""What can only be said of a payment in another currency, and of what is young."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spaktok.payouts.model.case import Case, Line, Step, Told, What
from spaktok.payouts.model.incoming import compare
from spaktok.payouts.model.matching import Kind

AT = datetime(2026, 3, 16, 12, tzinfo=UTC)
PAID_AT = AT - timedelta(hours=40)
EUROS = Told("p1", "pi_1", 999, "eur", True, 333, (), {})


def refunded(cents: int, *, hours: float = 30) -> Case:
    """A third of 9.99 euros went back, which were 10.79 dollars, and came to so many cents."""
    gross, at = 10_790_000, AT - timedelta(hours=hours)
    lines = [
        Line("txn_1", What.PAID, "pi_1", "ch_1", 999, "eur", 1_079, 61, "usd", PAID_AT),
        Line("txn_2", What.REFUNDED, "pi_1", "re_1", -333, "eur", -cents, 0, "usd", at),
    ]
    steps = [
        Step("e1", (What.PAID, "pi_1"), "p1", gross, 610_000, PAID_AT),
        Step("e2", (What.REFUNDED, "pi_1"), "p1", -(gross * 333 // 999), 0, at),
    ]
    return Case(EUROS, lines, steps, whole=True, fresh={"txn_1", "txn_2", "e1", "e2"})


@pytest.mark.parametrize("cents", [359, 360])
def test_what_is_rounded_to_a_cent_differs_in_nothing(cents: int) -> None:
    report = compare(refunded(cents), AT)
    assert (report.matched, report.discrepancies) == (2, ())


def test_another_days_rate_is_named_and_wakes_nobody() -> None:
    (found,) = compare(refunded(372), AT).discrepancies
    assert (found.kind, found.ids, found.wakes) == (Kind.EXCHANGE, ("e2", "txn_2"), False)
    assert (found.expected_minor, found.found_minor) == (359, 372)


def test_what_was_booked_a_moment_ago_may_not_be_noted_yet() -> None:
    """Negative control, tried: without the three hours, the younger one is named."""
    for hours, named in ((2.9, []), (3.1, [Kind.PURCHASE])):
        case = refunded(360, hours=hours)
        case.told = Told("p1", "pi_1", 999, "eur", True, 0, (), {})
        assert [one.kind for one in compare(case, AT).discrepancies] == named
