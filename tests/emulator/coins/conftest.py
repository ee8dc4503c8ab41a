"""Ana has a profile, and there is a Stripe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from spaktok.coins.requests.buying import PurchaseCoins
from spaktok.coins.service import buying
from tests.support.edge import emulate, forget_app
from tests.support.paying import Till, till
from tests.support.people import ANA, BEN, join


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    """The stand-in, and Ana and Ben."""
    emulate(monkeypatch)
    join(ANA, BEN)
    with till(monkeypatch) as one:
        yield one
    forget_app()


def start(uid: str = ANA, package: str = "coins_1000", **more: str) -> str:
    """Start a purchase; its id."""
    return buying.checkout(uid, PurchaseCoins(package_id=package, **more)).purchase_id
