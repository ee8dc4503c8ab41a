"""I7: an entry that was edited, deleted, moved, added or cut off is found, and located."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from spaktok.wallet.encoding import encode_entry
from spaktok.wallet.model.amounts import Account, Unit, moved
from spaktok.wallet.model.entry import Entry, Kind, verify
from spaktok.wallet.model.wallet import GENESIS

LENGTH = 200
TAMPERINGS = 1_000
Chain = list[tuple[dict[str, Any], str]]


def chain(length: int = LENGTH) -> Chain:
    found: Chain = []
    head = GENESIS
    for number in range(1, length + 1):
        fields = encode_entry(
            Entry(
                id=f"e{number}",
                key=f"k{number}",
                kind=Kind.GIFT,
                input_hash="",
                user_id="ana",
                at=datetime(2026, 3, 14, tzinfo=UTC),
                wallet_id="w",
                seq=number,
                prev=head,
                postings=moved(Unit.COINS, Account.COINS, Account.BURNT, number),
                facts={"coins": number},
                links={"message": "hi"},
                receiver_id="ben",
            )
        )
        head = fields["hash"]
        found.append((fields, f"e{number}"))
    return found


BASE = chain()


def tampered(rolls: Random) -> tuple[str, Chain, int]:
    """What was done, the chain after it, and the number that must be named."""
    place = rolls.randrange(LENGTH)
    entries = [*BASE]
    entries[place] = deepcopy(entries[place])
    match rolls.choice(["edit", "delete", "swap", "repeat", "cut", "posting"]):
        case "edit":
            entries[place][0]["facts"] = {"coins": 10**6}
            return "edit", entries, place + 1
        case "posting":
            entries[place][0]["postings"][0]["amount"] -= 1
            return "posting", entries, place + 1
        case "delete":
            del entries[place]
            return "delete", entries, place + 1
        case "swap":
            place = rolls.randrange(LENGTH - 1)
            entries[place], entries[place + 1] = entries[place + 1], entries[place]
            return "swap", entries, place + 1
        case "repeat":
            entries.insert(place, entries[place])
            return "repeat", entries, place + 2
        case _:
            del entries[place:]
            return "cut", entries, place + 1


def test_an_untouched_chain_holds_whoever_is_renamed_in_it() -> None:
    entries = chain()
    head = entries[-1][0]["hash"]
    assert verify("ana", entries, LENGTH, head) is None
    for fields, _ in entries:
        fields |= {"userId": "p-1", "receiverId": "p-2", "links": {}, "key": "another"}
    assert verify("p-1", entries, LENGTH, head) is None


@pytest.mark.parametrize("seed", range(4))
def test_every_tampering_is_found_and_located(seed: int) -> None:
    rolls = Random(seed)
    head = BASE[-1][0]["hash"]
    for _ in range(TAMPERINGS // 4):
        what, entries, number = tampered(rolls)
        found = verify("ana", entries, LENGTH, head)
        assert found is not None, what
        assert found.seq == number, what


def test_a_chain_that_was_made_anew_ends_elsewhere() -> None:
    """Whoever can write may hash again: the wallet's own head tells."""
    entries = chain(3)
    head = entries[-1][0]["hash"]
    forged = chain(2)
    again = encode_entry(
        Entry(
            id="e3",
            key="k3",
            kind=Kind.GIFT,
            input_hash="",
            user_id="ana",
            at=datetime(2026, 3, 14, tzinfo=UTC),
            wallet_id="w",
            seq=3,
            prev=forged[-1][0]["hash"],
            postings=(),
        )
    )
    found = verify("ana", [*forged, (again, "e3")], 3, head)
    assert found is not None
    assert found.seq == 3
