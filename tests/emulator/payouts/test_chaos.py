"""A short chaos run of withdrawals, and its negative control: the guard removed, it must fail.

The long one is `make chaos FLOW=payouts`.
"""

from __future__ import annotations

import sys

import pytest

from chaos.run import run

PAYOUTS, SEED, TWICE_MIN = 16, 2, 2
"""Two of four creators are paid at banks; without the key, four withdrawals or five are paid twice."""


def test_each_withdrawal_is_paid_at_most_once_and_all_are_resolved_after_chaos() -> None:
    """I12 and I13 under F1, F3, F5 and F12, to PayPal and to banks."""
    result = run("payouts", PAYOUTS, SEED, workers=4)
    assert result.failures == []
    assert result.outcome.faults


def test_without_the_providers_key_the_same_run_pays_some_of_them_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = run("payouts", PAYOUTS, SEED, workers=4, without="provider")
    twice = [line for line in result.wrong if line.endswith(" times")]
    made, known = result.figures["payments"], result.figures["withdrawals"]
    assert len(twice) >= TWICE_MIN
    with capsys.disabled():
        sys.stdout.write(
            f"\nwithout the provider's key: {len(twice)} of {known} paid more than once, "
            f"{made} payments in all\n"
        )
