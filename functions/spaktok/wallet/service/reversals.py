"""Taking gifts back: by the sender's undo or a moderator, whole; or after a refund, what its lot paid.

A reversal is an entry of its own, of what one lot paid of one gift, in the receiver's current slot: a
roll-up shares it out as the gift was shared, and a sweep takes it from what is immature; what has
matured the creator keeps, and it is our loss, until a restoration takes it back the same way. It is
numbered, since a dispute that is won takes it back (a restoration), and another may follow; so a
gift's part is reversed while it has more reversals than restorations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, ids, transaction
from spaktok.wallet import encoding, store
from spaktok.wallet.model.amounts import Account, Unit, moved
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry, Kind, id_of
from spaktok.wallet.model.income import lane_of
from spaktok.wallet.model.spending import undone
from spaktok.wallet.model.wallet import Wallet, day_of, matures_at
from spaktok.wallet.refusals import NothingToReverse, UnknownEntry
from spaktok.wallet.service.booking import Beside, Operation, Stage, book
from spaktok.wallet.service.spending import Adapt, placed

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

KEPT_FROM: Final = timedelta(hours=1)
"""What matures within this time counts as mature: by the time that its reversal is swept, it may be."""
TURNS_MAX: Final = 8
"""How often a gift's part may be reversed and restored: as many disputes of one purchase."""
UNDONE: Final = "undone"
REFUNDED: Final = "refunded"


@dataclass(frozen=True, slots=True)
class _Part:
    """What one lot paid of a gift, and whether that is reversed."""

    gift: Entry
    fields: Mapping[str, Any]
    turns: tuple[Entry, ...]
    """Its reversals and restorations so far, in order."""

    @property
    def reversed(self) -> bool:
        return len(self.turns) % 2 == 1

    @property
    def undone(self) -> bool:
        return self.reversed and self.turns[-1].facts["why"] == UNDONE

    def kept(self, at: datetime) -> bool:
        """Whether what reverses it now leaves the creator their part, since that has matured.

        A restoration gives back what its reversal took, and so takes the same way.
        """
        if self.reversed:
            return bool(self.turns[-1].facts.get("kept"))
        given = self.gift.committed_at or self.gift.at
        return at >= matures_at(day_of(given)) - KEPT_FROM

    def next(self, why: str, at: datetime, undo_id: str | None = None) -> Entry:
        """The entry that reverses it where it is not, and restores it where it is.

        `undo_id` is the entry that takes the whole gift back, if one does.
        """
        gift, number = self.gift, len(self.turns)
        kind = Kind.RESTORATION if self.reversed else Kind.REVERSAL
        entry_id = _turn_id(gift.id, self.fields["lotId"], number)
        receiver = gift.receiver_id or ""
        slot = placed(receiver, entry_id, at)
        net = self.fields["netMicro"]
        ways = (Account.RECEIVER_UNSETTLED, Account.RESERVE)
        source, target = ways if kind is Kind.REVERSAL else ways[::-1]
        return Entry(
            id=entry_id,
            key=f"{gift.id}-{self.fields['lotId']}-{number}",
            kind=kind,
            input_hash="",
            user_id=gift.user_id,
            at=at,
            wallet_id="",
            seq=0,
            prev="",
            postings=moved(Unit.MICRO, source, target, net),
            facts={
                "giftId": gift.id,
                "giftSlot": gift.slot,
                "lotId": self.fields["lotId"],
                "coins": self.fields["coins"],
                "netMicro": net,
                "why": why,
                "undoId": undo_id,
                "kept": self.kept(at),
                "window": slot.window,
                "part": slot.part,
            },
            receiver_id=receiver,
            slot=slot.id,
            lane=lane_of(entry_id),
        )


def reverse_gift(
    uid: str,
    gift_id: str,
    why: str,
    *,
    adapt: Adapt | None = None,
    beside: Beside | None = None,
) -> Entry:
    """Take a whole gift of `uid`'s back, once: the coins return, the receiver's income is reversed.

    `gift_id` is the id of the gift's entry. What a refund reversed already is left out. `facts` of the
    entry: {giftId, why, coins, netMicro, repaidMicro, reversals: [ids], reversalHashes, after}: by the
    hashes, reversals hang on the sender's chain. Send the slots of `reversals_of` then. One read, and
    two to four a lot; two writes, and one a lot. Raises `UnknownEntry`, `NothingToReverse`, what
    `adapt` and `beside` refuse.
    """
    gift = _gift(gift_id)
    if gift is None or gift.user_id != uid:
        raise UnknownEntry
    operation = Operation(
        uid=uid,
        kind=Kind.UNDO,
        key=gift_id,
        asked={"giftId": gift_id},
        facts={"giftId": gift_id, "why": why},
        links=gift.links,
        receiver_id=gift.receiver_id,
    )
    parts: list[_Part] = []
    made: list[Entry] = []

    def read(tx: Transaction) -> Stage:
        parts[:] = [one for one in _parts(gift, tx) if not one.reversed]
        if not parts:
            raise NothingToReverse
        others = beside(tx) if beside is not None else None

        def stage(entry: Entry, decision: Decision) -> None:
            for one in made:
                store.create(tx, one)
            if others is not None:
                others(entry, decision)

        return stage

    def decide(wallet: Wallet, at: datetime) -> Decision:
        decision = undone(wallet, [dict(part.fields) for part in parts], day_of(gift.at))
        made[:] = [
            part.next(UNDONE, at, operation.entry_id) for part in parts if part.fields["netMicro"]
        ]
        named = {
            "reversals": [one.id for one in made],
            "reversalHashes": [encoding.hash_of(one) for one in made],
        }
        decision = replace(decision, facts={**decision.facts, **named})
        return decision if adapt is None else adapt(decision, operation.entry_id, at)

    return book(operation, decide, read)


def reversals_of(undo: Entry) -> list[Entry]:
    """The reversals that `reverse_gift` made, for their slots. A read each."""
    refs = [store.entries().document(one) for one in undo.facts["reversals"]]
    return [entry for one in store.read(refs) if (entry := encoding.entry(one)) is not None]


def undo_of(reversal: Entry) -> str:
    """The id of the entry that took the whole gift back, of a reversal by it."""
    facts = reversal.facts
    # The gift's sender may have another name by now; older entries name only the gift.
    return str(facts.get("undoId") or id_of(reversal.user_id, Kind.UNDO, facts["giftId"]))


def follow(uid: str, lot_id: str) -> list[Entry]:
    """Reverse and restore what a lot paid until it agrees with the lot's file; what that took.

    Of the coins that were spent when a refund or dispute took them back, the latest gifts are
    reversed, each lot's part whole, and never more than was taken. After a dispute that was won they
    are restored, the earliest first. Repeatable, and safe beside itself: a read a gift and one or two a
    part, a write a change. Send the slots of what is returned.
    """
    return [_turn(part) for part in _disagreeing(uid, lot_id)]


def followed(uid: str, lot_id: str) -> bool:
    """Whether what a lot paid agrees with the lot's file: then `follow` changes nothing. Its reads."""
    return not _disagreeing(uid, lot_id)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What of a gift is taken back, and not given back again."""

    undone: bool = False
    """All of it, by its sender or the staff."""
    lots: frozenset[str] = frozenset()
    """What these lots paid, since their purchases were refunded or disputed."""


def taken_back(gifts: Sequence[Entry]) -> dict[str, TakenBack]:
    """What is taken back of these gifts, by their ids; of those that stand whole, nothing.

    A read for each lot that paid, and one for each time that what it paid was reversed or restored; of
    gifts that promotional coins paid or helped to pay a read for each that was undone, and one a query
    of thirty.
    """
    turns = _turns([one for gift in gifts for one in _paid(gift)])
    last = {one: done[-1].facts["why"] for one, done in turns.items() if len(done) % 2}
    undone = {gift_id for (gift_id, _), why in last.items() if why == UNDONE}
    # By their keys: their senders may have other names by now.
    promoted = [one.id for one in gifts if len(_paid(one)) < len(one.facts["lots"])]
    undone |= {one.get("key") for one in store.under_keys([Kind.UNDO], promoted)}
    lots: dict[str, set[str]] = {}
    for (gift_id, lot), why in last.items():
        if why == REFUNDED:
            lots.setdefault(gift_id, set()).add(lot)
    return {
        gift_id: TakenBack(gift_id in undone, frozenset(lots.get(gift_id, ())))
        for gift_id in undone | lots.keys()
    }


def in_dispute(uid: str, lots: Iterable[str]) -> set[str]:
    """Of which of a user's purchases that were taken back some is disputed, or about to be given back.

    A read each.
    """
    refs = [store.lot_ref(uid, lot) for lot in sorted(set(lots))]
    files = map(encoding.file, store.read(refs) if refs else ())
    return {
        file.lot_id
        for file in files
        if file is not None and (file.disputes or not file.refunded.spent_coins)
    }


def _disagreeing(uid: str, lot_id: str) -> list[_Part]:
    """The parts of a lot's gifts that are reversed and should not be, or the other way round."""
    file = encoding.file(store.lot_ref(uid, lot_id).get())
    if file is None:
        return []
    parts = [
        part for gift in _paid_by(lot_id) for part in _parts(gift) if part.fields["lotId"] == lot_id
    ]
    left = file.taken.spent_coins
    found: list[_Part] = []
    for part in sorted((one for one in parts if not one.undone), key=_latest_first):
        wanted = part.fields["coins"] <= left
        left -= part.fields["coins"] if wanted else 0
        if wanted != part.reversed and len(part.turns) < TURNS_MAX:
            found.append(part)
    return found


def _turn(part: _Part) -> Entry:
    """Write a part's next reversal or restoration; whoever comes second finds it done."""

    def body(tx: Transaction) -> Entry:
        number = len(part.turns)
        ref = store.entries().document(_turn_id(part.gift.id, part.fields["lotId"], number))
        done = encoding.entry(store.read([ref], tx)[0])
        if done is None:
            done = part.next(REFUNDED, clock.now())
            store.create(tx, done)
        return done

    return transaction.run(body)


def turn_ids(gift_id: str, lot_id: str) -> list[str]:
    """The ids of all reversals and restorations that what a lot paid of a gift may ever have."""
    return [_turn_id(gift_id, lot_id, number) for number in range(TURNS_MAX)]


def _latest_first(part: _Part) -> tuple[float, str]:
    at = part.gift.committed_at or part.gift.at
    return -at.timestamp(), part.gift.id


def _gift(gift_id: str) -> Entry | None:
    entry = encoding.entry(store.entries().document(gift_id).get())
    return entry if entry is not None and entry.kind is Kind.GIFT and entry.slot else None


def _paid_by(lot_id: str) -> list[Entry]:
    found = [encoding.decode_entry(one.to_dict() or {}) for one in store.paid_by(lot_id).stream()]
    return [entry for entry in found if entry.kind is Kind.GIFT and entry.slot is not None]


def _parts(gift: Entry, tx: Transaction | None = None) -> list[_Part]:
    """What each lot paid of a gift, with what was reversed of it: the reads of `_turns`."""
    turns = _turns(_paid(gift), tx)
    return [_Part(gift, one, turns.get((gift.id, one["lotId"]), ())) for one in gift.facts["lots"]]


def _paid(gift: Entry) -> list[tuple[str, str]]:
    """What of a gift can be reversed: its id, with that of each lot that paid something of worth."""
    return [(gift.id, one["lotId"]) for one in gift.facts["lots"] if one["netMicro"]]


def _turns(
    asked: Sequence[tuple[str, str]], tx: Transaction | None = None
) -> dict[tuple[str, str], tuple[Entry, ...]]:
    """The reversals and restorations so far of what lots paid of gifts, in order.

    One or more reads of each; one RPC, and one for each time that one of them was reversed or restored.
    """
    turns: dict[tuple[str, str], tuple[Entry, ...]] = dict.fromkeys(asked, ())
    for number in range(TURNS_MAX):
        refs = [store.entries().document(_turn_id(*one, number)) for one in asked]
        read = store.read(refs, tx) if refs else []
        found = zip(asked, (encoding.entry(one) for one in read), strict=True)
        there = [(one, turn) for one, turn in found if turn is not None]
        for one, turn in there:
            turns[one] += (turn,)
        asked = [one for one, _ in there]
    return turns


def _turn_id(gift_id: str, lot_id: str, number: int) -> str:
    return ids.digest("turn", gift_id, lot_id, str(number))
