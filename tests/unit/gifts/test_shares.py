"""I8: the creator's and the platform's part sum to the net receipts, at every price and share."""

from __future__ import annotations

import numpy as np
import pytest

from spaktok.gifts.model import creators_share
from spaktok.wallet.model.amounts import share

PRICES = 10**6
SHARES = (5_000, 9_000)


@pytest.mark.parametrize("bps", SHARES)
def test_every_price_splits_without_a_rest_and_never_in_the_creators_favour(bps: int) -> None:
    """All prices from 1 to 10^6, by the very expression of the code, on a whole array at once.

    Control tried: with the division rounded up, the first bound fails at a price of 1.
    """
    nets = np.arange(1, PRICES + 1, dtype=np.int64)
    creators = creators_share(nets, bps)  # type: ignore[arg-type]
    platforms = nets - creators
    assert (creators * 10_000 <= nets * bps).all()
    assert ((creators + 1) * 10_000 > nets * bps).all()
    assert (platforms >= 0).all()
    assert (creators + platforms == nets).all()


def test_one_price_at_a_time_gives_the_same() -> None:
    for net in (*range(1, 2_000), 10**6 - 1, 10**6, 10**12 + 7):
        for bps in SHARES:
            creator = creators_share(net, bps)
            assert type(creator) is int
            assert 0 <= creator <= net
            assert creator == share(net, bps, 10_000)
