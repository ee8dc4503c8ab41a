"""Every deployed function that writes about money has its scenes of crash points, or a reason here.

So goal 3 (100 % of operation and RPC index) holds by construction: a new function is in some file's
scenes, or this fails. Which operations of the ledger there are, its own test asks by their kinds.
"""

from __future__ import annotations

import re
from importlib import import_module

import main
from spaktok.core.endpoint.declaration import Call, declared
from tests.support.crashes import Scenes

FILES = (
    "tests.emulator.coins.test_crash_points",
    "tests.emulator.gifts.test_crash_points",
    "tests.emulator.payouts.test_crash_points",
    "tests.emulator.premium.test_crash_points",
    "tests.emulator.wallet.test_crash_points",
)
MONEY = ("coins", "gifts", "payouts", "premium", "wallet")
READS = {
    "getCoinPackages",
    "getGiftAnalytics",
    "getGiftCatalog",
    "getGiftHistory",
    "getGiftLeaderboard",
    "getPayoutMethods",
    "getPayoutRequests",
    "getPayoutStatement",
    "getPendingApprovals",
    "getPendingPayouts",
    "getPlatformRevenue",
    "getPremiumSettings",
    "getPremiumSlots",
    "getPremiumStatus",
    "getStreamTopGifters",
    "getTransactionHistory",
    "getUserGiftStats",
    "getUserGifts",
    "getWallet",
    "quoteGift",
}
"""They only read, as their declared costs say too."""


def functions() -> set[str]:
    return {
        name
        for module, names in main.FUNCTIONS.items()
        for name in names
        if module.split(".")[1] in MONEY
    }


def scenes() -> set[str]:
    found = [one for file in FILES for one in vars(import_module(file)).values()]
    tables = [one for one in found if isinstance(one, Scenes)]
    return {name for table in tables for names in table.functions_of.values() for name in names}


def test_every_function_that_writes_about_money_has_its_crash_points() -> None:
    """Control tried: with a scene's function left out, it is named."""
    assert functions() - scenes() == READS


def test_a_scene_names_a_function_that_there_is() -> None:
    assert scenes() <= functions()


def test_what_has_no_scene_writes_nothing_by_its_own_word() -> None:
    for name in READS:
        call = declared(getattr(main, name))
        assert isinstance(call, Call), name
        assert not re.search(r"write|delete|task|wallet", call.cost), name
