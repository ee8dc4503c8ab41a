"""Sharing out a slot's gifts, and moving what was shared into the wallet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from spaktok.wallet.model import policy
from spaktok.wallet.model.amounts import Account, Posting, Unit, postings
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.income import BPS, split, summed
from spaktok.wallet.model.wallet import Wallet, day_of

ShareAt = Callable[[str, datetime], int]
"""The creator's share in basis points (0 to 10,000) of what was committed at an instant, by uid."""

AsideOf = Callable[[Entry], int]
"""What of the platform's part of a gift is set aside, in basis points (0 to 10,000)."""

MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Item:
    """One gift, reversal or restoration in a roll-up, with its share."""

    id: str
    kind: Kind
    net_micro: int
    bps: int
    creator_micro: int
    """Negative for a reversal, as is the net."""
    day: str
    """The UTC day of the gift's commit, from which its share matures; a reversal has the gift's."""
    aside_bps: int = 0
    """Of the platform's part; a reversal has the gift's."""
    aside_micro: int = 0
    """What of the platform's part is set aside for losses; negative for a reversal."""
    kept: bool = False
    """Of a reversal or restoration: the creator's part had matured, so they keep it, and the loss or
    its end is ours."""
    hash: str = ""
    """The entry's: so whatever is shared out hangs on its roll-up's hash, and that on its sweep's."""

    def fields(self) -> dict[str, Any]:
        """As a roll-up's entry holds it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "netMicro": self.net_micro,
            "bps": self.bps,
            "creatorMicro": self.creator_micro,
            "day": self.day,
            "asideBps": self.aside_bps,
            "asideMicro": self.aside_micro,
            "kept": self.kept,
            "hash": self.hash,
        }

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Item:
        """What a roll-up's entry holds of it, as far as a reversal asks: without what is set aside."""
        return cls(
            id=fields["id"],
            kind=Kind(fields["kind"]),
            net_micro=fields["netMicro"],
            bps=fields["bps"],
            creator_micro=fields["creatorMicro"],
            day=fields["day"],
            aside_bps=fields.get("asideBps", 0),
        )


@dataclass(frozen=True, slots=True)
class RollUp:
    """The shares of a slot's next items."""

    items: tuple[Item, ...]
    minutes: Mapping[str, int]
    """How many of them were committed in which minute (of Unix time), for the audit of the late."""

    @property
    def net_micro(self) -> int:
        """What is shared."""
        return sum(item.net_micro for item in self.items)

    @property
    def creator_micro(self) -> int:
        """The creator's part of it, but for what they keep."""
        return sum(item.creator_micro for item in self.items if not item.kept)

    @property
    def kept_micro(self) -> int:
        """The creator's part of what they keep though it was reversed, less what was restored."""
        return sum(item.creator_micro for item in self.items if item.kept)

    @property
    def aside_micro(self) -> int:
        """What of the platform's part is set aside."""
        return sum(item.aside_micro for item in self.items)

    @property
    def by_day(self) -> dict[str, int]:
        """The creator's part by day."""
        return summed([{item.day: item.creator_micro} for item in self.items if not item.kept])

    def postings(self) -> tuple[Posting, ...]:
        """Net receipts become income of the creator, revenue, and what is set aside of that.

        What a creator keeps though it was reversed is our loss.
        """
        ours = self.net_micro - self.creator_micro - self.kept_micro
        return postings(
            (Account.UNSETTLED, Unit.MICRO, -self.net_micro),
            (Account.INCOME, Unit.MICRO, self.creator_micro),
            (Account.LOSS, Unit.MICRO, self.kept_micro),
            (Account.REVENUE, Unit.MICRO, ours - self.aside_micro),
            (Account.PROVISION, Unit.MICRO, self.aside_micro),
        )

    def facts(self) -> dict[str, Any]:
        """What the entry says besides."""
        return {
            "items": [item.fields() for item in self.items],
            "netMicro": self.net_micro,
            "creatorMicro": self.creator_micro,
            "byDay": self.by_day,
            "minutes": dict(self.minutes),
        }


def by_policy(_: Entry) -> int:
    """What is set aside of a gift that is shared out today."""
    return policy.PROVISION_BPS


def rolled_up(
    entries: Sequence[Entry],
    share_at: ShareAt,
    original: Callable[[Entry], Item | None],
    aside_of: AsideOf = by_policy,
) -> RollUp:
    """Share out a slot's entries.

    A gift by the share its receiver had when it was committed; a reversal or restoration by that of
    its gift, which `original` finds: while it doesn't, because the gift is not shared yet, that entry
    is left for a later roll-up. Where the creator keeps their part of it (`kept` of its facts), it is
    not shared out to them.
    """
    items: dict[str, Item] = {}
    minutes: dict[str, int] = {}
    for entry in sorted(entries, key=lambda one: one.kind is not Kind.GIFT):
        at = entry.committed_at
        if at is None:
            raise ValueError("An entry that was read says when it was committed")
        if entry.kind is Kind.GIFT:
            bps, aside_bps = share_at(entry.receiver_id or "", at), aside_of(entry)
            for one in (bps, aside_bps):
                if type(one) is not int or not 0 <= one <= BPS:
                    raise ValueError(f"{one!r} is no share")
            # Part by part, so that the part a lot paid can be reversed by itself, to the micro.
            parts = [part["netMicro"] for part in entry.facts["lots"]]
            item = _item(entry, parts, bps, aside_bps, day_of(at))
        else:
            gift = items.get(entry.facts["giftId"]) or original(entry)
            if gift is None:
                continue
            sign = -1 if entry.kind is Kind.REVERSAL else 1
            net = sign * entry.facts["netMicro"]
            item = _item(entry, [net], gift.bps, gift.aside_bps, gift.day)
            item = replace(item, kept=entry.facts.get("kept", False))
        items[entry.id] = item
        minute = minute_of(at)
        minutes[minute] = minutes.get(minute, 0) + 1
    return RollUp(tuple(items.values()), minutes)


def _item(entry: Entry, parts: Sequence[int], bps: int, aside_bps: int, day: str) -> Item:
    creator = aside = 0
    for net in parts:
        theirs, ours = split(net, bps)
        creator += theirs
        aside += split(ours, aside_bps)[0]
    return Item(
        id=entry.id,
        kind=entry.kind,
        net_micro=sum(parts),
        bps=bps,
        creator_micro=creator,
        day=day,
        aside_bps=aside_bps,
        aside_micro=aside,
        hash=entry.hash,
    )


def minute_of(at: datetime) -> str:
    """The number of the minute, as a key."""
    return str(int(at.timestamp()) // MINUTE_S)


def swept(wallet: Wallet, by_day: Mapping[str, int]) -> Decision:
    """Shared income moves into the wallet, to mature by the day of its gifts.

    A reversal takes from what is immature of its gift's day. What has matured meanwhile was earned in
    good faith and stays: that is our loss. Where it had matured, or nearly, when the gift was reversed,
    the roll-up has booked that already (`Item.kept`), and the way back is the same.
    """
    pending = dict(wallet.pending)
    lost = 0
    for day, micro in by_day.items():
        after = pending.get(day, 0) + micro
        pending[day] = max(0, after)
        lost += max(0, -after)
    total = sum(by_day.values())
    return Decision(
        wallet=replace(wallet, pending={day: micro for day, micro in pending.items() if micro}),
        postings=postings(
            (Account.INCOME, Unit.MICRO, -total),
            (Account.PENDING, Unit.MICRO, total + lost),
            (Account.LOSS, Unit.MICRO, -lost),
        ),
        facts={"byDay": dict(by_day), "micro": total, "lostMicro": lost},
    )
