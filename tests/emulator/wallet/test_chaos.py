"""A short chaos run, and its negative controls: the guard removed, the same run must fail.

The long one is `make chaos`.
"""

from __future__ import annotations

import os
import sys

import pytest

from chaos.run import run

GIFTS = int(os.environ.get("CHAOS_GIFTS", "60"))


def test_no_wallet_is_wrong_after_chaos() -> None:
    result = run("ledger", GIFTS, 2, workers=16)
    assert result.failures == []
    faults = result.outcome.faults
    # Threads draw the faults in an order of their own: the rarest may be met by none in a short run.
    assert len({"ABORTED", "UNAVAILABLE", "CRASH", "LOST_ACK"} - faults.keys()) <= 1
    assert result.outcome.deliveries > result.outcome.acts > GIFTS


@pytest.mark.parametrize(("guard", "gifts"), [("key", 24), ("debt", 100), ("kept", 60)])
def test_without_the_guard_the_same_run_finds_wallets_wrong(
    guard: str, gifts: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The negative controls: without the operation key acts are done twice; without the debt rule
    whoever owes goes on giving; where creators do not keep what had matured, they are paid twice for
    gifts whose dispute is won."""
    result = run("ledger", gifts, 2, workers=16, without=guard)
    assert result.wrong != []
    with capsys.disabled():
        sys.stdout.write(
            f"\nwithout the {guard}: {len(result.wrong)} wrong, as {result.wrong[0]}\n"
        )
