"""Proving what stands beside the chains: roll-ups, and the reversals and restorations in them.

Each hangs on a chain by hashes. A roll-up names the hash of every entry that it shares out, and the
sweep that takes it, in its receiver's chain, names the roll-up's; what takes a whole gift back names
the reversals' in the sender's. The audit of a wallet checks what its own chain names (`swept`,
`taken_back`). The rest is proved a day at a time, roll-up by roll-up (`roll_ups`): each is reckoned
anew from what it shares out, so that one whose income nobody sweeps, because it is nothing or borne
by us, is proved as well. `unshared` then says what no roll-up holds, or more than one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from spaktok.core import clock, pseudonym
from spaktok.wallet import encoding, store
from spaktok.wallet.model.closing import REOPENS
from spaktok.wallet.model.entry import SHARED, Entry, Kind, digest
from spaktok.wallet.model.income import LANES, roll_up_id
from spaktok.wallet.model.invariants import Violation, check_entry, check_roll_up
from spaktok.wallet.model.sharing import rolled_up
from spaktok.wallet.service.income import Originals
from spaktok.wallet.service.reversals import REFUNDED, UNDONE, followed, turn_ids, undo_of

Fields = Mapping[str, Any]

DueAt = Callable[[str, datetime], Collection[int]]
"""The shares in basis points that a receiver may have had of what was committed at an instant."""
READ_MAX: Final = 300
"""Documents of one read."""
FOLLOWED_WITHIN: Final = timedelta(hours=1)
"""How long gifts may take to follow a purchase that was taken back: until then, others see to it."""


def swept(entries: Iterable[Entry], known: Mapping[str, Fields]) -> list[Violation]:
    """Whether the roll-ups that sweeps name are there, and those. A read for each that is not known.

    `known` are roll-ups by id, as they are stored, which somebody has read already.
    """
    named = _named(entries, Kind.SWEEP, "rollUps", "rollUpHashes")
    found = {**_stored(one for one in named if one not in known), **known}
    return _all_bound(named, found, "it was swept")


def taken_back(entries: Iterable[Entry]) -> list[Violation]:
    """Whether the reversals that undone gifts name are there, and those. A read each."""
    named = _named(entries, Kind.UNDO, "reversals", "reversalHashes")
    return _all_bound(named, _stored(named), "its gift was taken back")


def roll_ups(
    found: Mapping[str, Fields], due_at: DueAt, known: Mapping[str, Fields] | None = None
) -> list[Violation]:
    """Whether roll-ups are what their entries come to: `found` are their documents by id.

    `known` are all entries, where somebody has read them already.

    I1, I7, I15 and I19 of each, I20 of its gifts' shares, and I10 of its reversals: each is caused, by
    the whole gift's being taken back or by what was taken of its purchase. A read for each that they
    share out; one or two more for a reversal, and what it takes to see that a purchase's gifts follow.
    """
    entries = known
    if entries is None:
        entries = _stored(one for fields in found.values() for one in _items(fields))
    proof = _Proof(entries, due_at)
    return [one for name, fields in found.items() for one in proof.violations(name, fields)]


def unshared(since: datetime, until: datetime) -> tuple[list[Violation], list[Entry]]:
    """I19 of what was committed in a time: that each is in one roll-up.

    Also returns one entry of each slot with some that are in none. A read each, and one for each
    roll-up of their slots.
    """
    slots: dict[str, dict[str, Fields]] = {}
    for lane in range(LANES):
        for one in store.in_lane(f"gift-{lane}", since, until).stream():
            fields = one.to_dict() or {}
            slots.setdefault(str(fields.get("slot")), {})[one.id] = fields
    violations: list[Violation] = []
    behind: list[Entry] = []
    for slot, entries in slots.items():
        times = _times_shared(slot)
        missing = [name for name in entries if not times[name]]
        violations += [Violation("I19", name, "is shared out nowhere") for name in missing]
        violations += [
            Violation("I19", name, f"is shared out {times[name]} times")
            for name in entries
            if times[name] > 1
        ]
        behind += [encoding.decode_entry(entries[name]) for name in missing[:1]]
    return violations, behind


def counted(since: datetime, until: datetime) -> int:
    """How much there is to share out of a time. Ten queries, a read a started thousand."""
    total = 0
    for lane in range(LANES):
        query: Any = store.in_lane(f"gift-{lane}", since, until)
        total += int(query.count(alias="entries").get()[0][0].value)
    return total


class _Proof:
    """Of some roll-ups, with the entries that they share out."""

    def __init__(self, entries: Mapping[str, Fields], due_at: DueAt) -> None:
        self._entries = entries
        self._due_at = due_at
        self._originals = Originals()
        self._followed: dict[tuple[str, str], bool] = {}

    def violations(self, name: str, fields: Fields) -> list[Violation]:
        """What of a roll-up does not hold; that it cannot be read is said of it, and no more."""
        try:
            return list(self._roll_up(name, fields))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            return [Violation("I7", name, f"cannot be read: {type(error).__name__}")]

    def _roll_up(self, name: str, fields: Fields) -> Iterable[Violation]:
        yield from _unchanged(name, fields)
        roll_up = encoding.decode_entry(fields)
        slot, number = roll_up.rolls or "", roll_up.facts["number"]
        if (roll_up.kind, name) != (Kind.ROLL_UP, roll_up_id(slot, number)) or roll_up.seq:
            yield Violation("I7", name, "is no roll-up of its slot")
        yield from check_entry(roll_up)
        yield from check_roll_up(roll_up)
        items = {one["id"]: one for one in roll_up.facts["items"]}
        if not items:
            yield Violation("I19", name, "shares nothing out")
        sound = []
        for one, item in items.items():
            wrong = _item_violations(one, item, self._entries.get(one), slot)
            yield from wrong
            if not wrong:
                sound.append(encoding.decode_entry(self._entries[one]))
        yield from self._reckoned(roll_up, items, sound)
        if number:
            yield from _overlaps(name, slot, items)
        for entry in sound:
            if entry.kind is not Kind.GIFT:
                yield from self._caused(entry)

    def _reckoned(
        self, roll_up: Entry, items: Mapping[str, Fields], sound: Sequence[Entry]
    ) -> Iterable[Violation]:
        """The roll-up once more, from its entries."""
        gone = pseudonym.is_one(roll_up.user_id)
        for entry in sound:
            # Whoever was erased has another name, under which no share is known any more.
            if entry.kind is Kind.GIFT and not gone:
                due = self._due_at(roll_up.user_id, _at(entry))
                if (bps := items[entry.id]["bps"]) not in due:
                    yield Violation("I20", entry.id, f"is shared at {bps}, due is {sorted(due)}")
        gifts = [entry for entry in sound if entry.kind is Kind.GIFT]
        shares = {_at(entry): items[entry.id]["bps"] for entry in gifts}
        again = rolled_up(
            sound,
            lambda _, at: shares[at],
            self._originals,
            # By the policy of then, which may be another today.
            lambda gift: items[gift.id].get("asideBps", 0),
        )
        for item in again.items:
            there, fresh = items[item.id], item.fields()
            # What an older version did not write yet, or a newer one writes besides, is its own affair.
            other = sorted(one for one in fresh if one in there and there[one] != fresh[one])
            if other:
                yield Violation("I19", item.id, f"is shared out with other {', '.join(other)}")
        for one in {entry.id for entry in sound} - {item.id for item in again.items}:
            yield Violation("I19", one, "is shared out before its gift")
        if len(sound) == len(items) and dict(again.minutes) != roll_up.facts["minutes"]:
            yield Violation("I19", roll_up.id, "counts other minutes than its entries'")

    def _caused(self, entry: Entry) -> Iterable[Violation]:
        """I10 of a reversal or restoration: it is of a part of a gift, and something asked for it."""
        yield from check_entry(entry)
        facts = entry.facts
        gift = store.entries().document(facts["giftId"]).get().to_dict() or {}
        parts = gift.get("facts", {}).get("lots", ())
        part: Fields = next((one for one in parts if one["lotId"] == facts["lotId"]), {})
        same = all(part.get(name) == facts[name] for name in ("coins", "netMicro"))
        if (
            not same
            or gift.get("slot") != facts["giftSlot"]
            or entry.id not in turn_ids(facts["giftId"], facts["lotId"])
        ):
            yield Violation("I10", entry.id, "is of no part of a gift")
        if facts["why"] == UNDONE:
            undo = store.entries().document(undo_of(entry)).get().to_dict() or {}
            named = undo.get("facts", {}).get("reversals", ())
            if undo.get("kind") != Kind.UNDO or entry.id not in named:
                yield Violation("I10", entry.id, "is of a gift that nobody took back")
        elif facts["why"] != REFUNDED:
            yield Violation("I10", entry.id, "says no reason")
        elif not self._follows(entry.user_id, facts["lotId"]):
            yield Violation("I10", facts["lotId"], "reversals are not what was taken back")

    def _follows(self, uid: str, lot_id: str) -> bool:
        if (uid, lot_id) not in self._followed:
            self._followed[uid, lot_id] = followed(uid, lot_id) or _on_its_way(lot_id)
        return self._followed[uid, lot_id]


def _item_violations(name: str, item: Fields, fields: Fields | None, slot: str) -> list[Violation]:
    """Whether what a roll-up shares out is there, and that, and the slot's."""
    found = _bound(name, item.get("hash"), fields, "it was shared out")
    if fields is not None and (fields["slot"] != slot or Kind(fields["kind"]) not in SHARED):
        found.append(Violation("I19", name, "is shared out by another slot's roll-up"))
    if fields is not None and (fields["kind"] == Kind.GIFT) != (fields["seq"] > 0):
        found.append(Violation("I7", name, "is beside the chains, or in one, and should not be"))
    return found


def _named(entries: Iterable[Entry], kind: Kind, ids: str, hashes: str) -> dict[str, str]:
    """What entries of a kind name, by id, and its hash; an older version's name none."""
    return {
        one: hashed
        for entry in entries
        if entry.kind is kind
        for one, hashed in zip(entry.facts[ids], entry.facts.get(hashes, ()), strict=False)
    }


def _all_bound(
    named: Mapping[str, str], found: Mapping[str, Fields], since: str
) -> list[Violation]:
    return [
        violation
        for one, hashed in named.items()
        for violation in _bound(one, hashed, found.get(one), since)
    ]


def _bound(name: str, hashed: str | None, fields: Fields | None, since: str) -> list[Violation]:
    """Whether an entry is the one whose hash something else names, unless that named none yet."""
    if fields is None:
        return [Violation("I7", name, f"is missing, though {since}")]
    found = _unchanged(name, fields)
    if hashed and fields.get("hash") != hashed:
        found.append(Violation("I7", name, f"is another than when {since}"))
    return found


def _unchanged(name: str, fields: Fields) -> list[Violation]:
    if fields.get("hash") == digest(fields) and fields.get("id") == name:
        return []
    return [Violation("I7", name, "was changed after it was written")]


def _overlaps(name: str, slot: str, items: Collection[str]) -> Iterable[Violation]:
    """Of a further roll-up of a slot: that the others are there, and hold nothing of it."""
    found = [one.to_dict() or {} for one in store.roll_ups(slot).stream()]
    numbers = sorted(one["facts"]["number"] for one in found)
    if numbers != list(range(len(numbers))):
        yield Violation("I7", name, f"stands beside {numbers}")
    times = Counter(item for one in found for item in _items(one))
    for one in items:
        if times[one] > 1:
            yield Violation("I19", one, f"is shared out {times[one]} times")


def _times_shared(slot: str) -> Counter[str]:
    return Counter(
        item for one in store.roll_ups(slot).stream() for item in _items(one.to_dict() or {})
    )


def _on_its_way(lot_id: str) -> bool:
    """Whether a purchase was taken back, or given back, a moment ago."""
    since = clock.now() - FOLLOWED_WITHIN
    about = (encoding.decode_entry(one.to_dict() or {}) for one in store.paid_by(lot_id).stream())
    return any(one.kind in REOPENS and one.at > since for one in about)


def _stored(names: Iterable[str]) -> dict[str, Fields]:
    """The entries of these ids that there are, as they are stored."""
    found: dict[str, Fields] = {}
    wanted = sorted(set(names))
    for first in range(0, len(wanted), READ_MAX):
        some = wanted[first : first + READ_MAX]
        for one in store.read([store.entries().document(name) for name in some]):
            fields = one.to_dict()
            if fields is not None:
                found[one.id] = fields
    return found


def _items(roll_up: Fields) -> list[str]:
    try:
        return [one["id"] for one in roll_up["facts"]["items"]]
    except (LookupError, TypeError):
        return []  # said by who proves it


def _at(entry: Entry) -> datetime:
    if entry.committed_at is None:
        raise ValueError("An entry that was read says when it was committed")
    return entry.committed_at
