"""Quotes: for whom, for what and how long they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from spaktok.gifts import quotes
from spaktok.gifts.model import Context, Target
from spaktok.gifts.quotes import Terms
from spaktok.gifts.refusals import QuoteExpired
from spaktok.gifts.service import catalogue
from tests.support.time import NOON

MS = timedelta(milliseconds=1)
BEN = Target("ben", Context.PROFILE, "ben")
TERMS = Terms(BEN, "rose", 1, 1, 20_000, NOON + timedelta(seconds=60))


@pytest.fixture(autouse=True)
def _a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPAKTOK_CURSOR_KEY", "k" * 32)


def test_a_quote_says_what_was_found_until_its_last_millisecond() -> None:
    quote = quotes.sign("ana", TERMS)
    assert quotes.read("ana", quote, "rose", BEN, TERMS.until - MS) == TERMS
    for late in (TERMS.until, TERMS.until + MS):
        with pytest.raises(QuoteExpired):
            quotes.read("ana", quote, "rose", BEN, late)


@pytest.mark.parametrize(
    ("sender", "gift_id", "target"),
    [
        ("carl", "rose", BEN),
        ("ana", "galaxy", BEN),
        ("ana", "rose", Target("carl", Context.PROFILE, "carl")),
        ("ana", "rose", Target("ben", Context.LIVE_STREAM, "s1")),
    ],
    ids=["another sender", "another gift", "another receiver", "another place"],
)
def test_a_quote_is_for_one_sender_gift_and_place(
    sender: str, gift_id: str, target: Target
) -> None:
    with pytest.raises(QuoteExpired):
        quotes.read(sender, quotes.sign("ana", TERMS), gift_id, target, NOON)


def test_a_quote_that_was_altered_is_none() -> None:
    quote = quotes.sign("ana", TERMS)
    cheap = quotes.sign("ana", replace(TERMS, unit_coins=0))
    for forged in (quote[:-2] + "AA", cheap[:20] + quote[20:], "x", quote + "A"):
        with pytest.raises(QuoteExpired):
            quotes.read("ana", forged, "rose", BEN, NOON)


def test_a_quote_ends_with_the_season_of_its_gift() -> None:
    rose = catalogue.first().gifts["rose"]
    assert quotes.until(rose, NOON) == NOON + timedelta(seconds=60)
    soon = NOON + timedelta(seconds=5)
    assert quotes.until(replace(rose, available_until=soon), NOON) == soon
