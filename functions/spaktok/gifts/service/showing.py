"""What everyone sees of gifts, and who is told of them: made from roll-ups, never from gifts.

A gift costs its sender's wallet and its entry, no more. A second later one roll-up shares out all gifts
of that second to a receiver; here it is added, once, to the tallies of the receiver and of the places
where the gifts were given, and each place is painted anew, at most once a second.

Gifts that were committed after their window's roll-up have another. What it holds is added to tallies
of their own, and waits for the next second where those were written in this one: so that no tally is
written twice in a second, however many gifts there are.

What is taken back is subtracted as it was added: an undo or a refund by the staff as a whole, after the
gift had its turn; what a refunded purchase had paid of a gift when its reversal is shared out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, once, pseudonym, transaction
from spaktok.core.dispatch import Task, send
from spaktok.gifts import giving, receiving, store, tallies
from spaktok.gifts.boards import Deal
from spaktok.gifts.receiving import Earning
from spaktok.gifts.service.shares import ShareAt
from spaktok.gifts.service.telling import tell_later
from spaktok.gifts.tallies import Item
from spaktok.users import store as users
from spaktok.wallet import store as ledger
from spaktok.wallet.encoding import decode_entry, decode_wallet
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.income import Slot, sweep_after
from spaktok.wallet.service import income, reading, reversals

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

WAITING_MIN: Final = timedelta(seconds=5)
WAITING_MAX: Final = timedelta(hours=1)
"""How long a reversal waits before it is looked for its gift again: as long as it has waited."""
REMEMBERED: Final = once.KEPT_FOR - timedelta(days=1)
"""How long it is known for certain whether something was shown: what is older is shown no more, since
the record of it may be gone, and what nobody was shown is found within a day."""
SECOND: Final = timedelta(seconds=1)
BUSY_MAX: Final = timedelta(minutes=1)
"""How long what is shared out late waits for a second of its tallies, at most: as long as it has
waited, so that many of them don't all come again each second."""
LATE: Final = "late-"
"""Before the part of a tally of what was shared out late."""


class _Busy(Exception):
    """A tally was written in this second already."""


@dataclass
class News:
    """What a roll-up brings to its receiver, by the place where it happened."""

    receiver: str
    part: str
    items: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))
    """By the path of the target."""
    deals: list[Deal] = field(default_factory=list)
    earnings: list[Earning] = field(default_factory=list)

    def add(self, gift: Entry, *, coins: int, quantity: int, sign: int) -> None:
        """A gift, or so much of it that is taken back (`sign` is -1) or restored."""
        facts = gift.facts
        at = gift.at
        points = facts["points"] * coins // facts["coins"]
        item = Item(
            sender=None if facts["anonymous"] else gift.user_id,
            gift_id=facts["giftId"],
            quantity=quantity,
            coins=coins,
            points=points,
            combo_id=facts["comboId"],
            combo=facts["combo"],
            at=at,
            sign=sign,
        )
        self.items[f"users/{self.receiver}"].append(item)
        if gift.links["path"] != f"users/{self.receiver}":
            self.items[gift.links["path"]].append(item)
        self.deals.append(Deal(facts["giftId"], quantity, coins, at, sign=sign))


def settle(slot: Slot, *, again: bool = False) -> None:
    """Share out a slot's gifts, and show what its roll-ups hold: repeatable.

    A read a gift; for each 500 of them about nine reads and six writes, and some a place. `again`:
    an earlier delivery failed, so what it left undone is done, at another read a gift.
    """
    shared = income.roll_up(slot, ShareAt(slot.receiver))
    at_hand = {entry.id: entry for entry in shared.entries}
    for roll_up in income.roll_ups_of(slot):
        try:
            _show(slot, roll_up, at_hand, again=again)
        except _Busy:
            now = clock.now()
            wait = min(max(SECOND, now - roll_up.at), BUSY_MAX)
            _settle_later(slot, f"showing-{roll_up.id}", now + wait)
    if shared.waiting:
        _wait(slot, shared.waiting)


def _wait(slot: Slot, waiting: Iterable[Entry]) -> None:
    """Look again for the gifts of reversals, ever later, and have them shared: their task may be lost.

    A read a gift, a task a slot.
    """
    now = clock.now()
    later = now + min(max(WAITING_MIN, now - slot.due), WAITING_MAX)
    gifts = (reading.entry(one) for one in {entry.facts["giftId"] for entry in waiting})
    late = {income.slot_of(gift) for gift in gifts if gift is not None}
    for one in late - {slot}:
        send(income.slot_task(one, again=f"waiting-{int(later.timestamp())}"))
    _settle_later(slot, "waiting", later)


def _settle_later(slot: Slot, why: str, at: datetime) -> None:
    task = income.slot_task(slot, again=f"{why}-{int(at.timestamp())}")
    send(replace(task, payload={**task.payload, "runAt": at}, run_at=at))


def _show(slot: Slot, roll_up: Entry, at_hand: Mapping[str, Entry], *, again: bool) -> None:
    items = roll_up.facts["items"]
    event = shown(roll_up.id)
    if clock.now() - roll_up.at > REMEMBERED:
        return  # a task from so long ago that nobody knows any more whether it was done
    missing = [one["id"] for one in items if one["id"] not in at_hand]
    if missing and not again and once.was_done(event):
        return  # an earlier roll-up of the same window
    entries = {**at_hand, **_entries(missing)}
    late = roll_up.facts["number"] > 0
    part = f"{LATE if late else ''}{slot.part}"
    news, refunded, undone = _brought(roll_up, part, entries)
    # Before it is noted as shown: what is not is found again (`proving`), with all of this.
    for gift, entry in refunded:
        _correct_sender(gift, entry)
    tell_later(roll_up, [entries[one["id"]] for one in items])
    if news.receiver == slot.receiver and is_there(news.receiver):
        once.handle(event, lambda tx: _stage(tx, news))
        _after(news)
    for undo_id in sorted(undone):
        unshow(undo_id)  # by its task already, unless that was lost


def _brought(
    roll_up: Entry, part: str, entries: Mapping[str, Entry]
) -> tuple[News, list[tuple[Entry, Entry]], set[str]]:
    """What a roll-up brings, to be shown, to be corrected, and to be subtracted.

    That is: news; gifts whose purchase was taken back, each with the entry that says so; and the ids
    of what took whole gifts back.
    """
    news = News(roll_up.user_id, part)
    refunded: list[tuple[Entry, Entry]] = []
    undone: set[str] = set()
    for one in roll_up.facts["items"]:
        entry = entries[one["id"]]
        earned = 0 if one.get("kept") else one["creatorMicro"]
        news.earnings.append(Earning(receiving.day_name(entry.at), earned))
        if entry.kind is Kind.GIFT:
            facts = entry.facts
            news.add(entry, coins=facts["coins"], quantity=facts["quantity"], sign=1)
        elif entry.facts["why"] == reversals.REFUNDED:
            gift = reading.entry(entry.facts["giftId"])
            if gift is not None:
                sign = -1 if entry.kind is Kind.REVERSAL else 1
                news.add(gift, coins=entry.facts["coins"], quantity=0, sign=sign)
                refunded.append((gift, entry))
        elif entry.kind is Kind.REVERSAL:
            undone.add(reversals.undo_of(entry))
    return news, refunded, undone


def is_there(receiver: str) -> bool:
    """Whether a receiver was not erased: nothing is shown under a pseudonym."""
    return not pseudonym.is_one(receiver)


def shown(roll_up_id: str) -> once.Operation:
    """That a roll-up was shown: the record of it."""
    return once.event(roll_up_id, "showGifts")


def unshown(undo_id: str) -> once.Operation:
    """That a gift that was taken back was subtracted: the record of it."""
    return once.event(undo_id, "unshowGift")


def unshow(undo_id: str) -> None:
    """Subtract a gift that was taken back as a whole: once. Four to six reads, three to four writes."""
    undo = reading.entry(undo_id)
    if undo is not None and clock.now() - undo.at > REMEMBERED:
        return
    gift = reading.entry(undo.facts["giftId"]) if undo is not None else None
    if gift is None or gift.receiver_id is None or not is_there(gift.receiver_id):
        return
    news = News(gift.receiver_id, gift.facts["part"])
    news.add(gift, coins=gift.facts["coins"], quantity=gift.facts["quantity"], sign=-1)
    once.handle(unshown(undo_id), lambda tx: _stage(tx, news))
    _after(news)


def paint(path: str) -> None:
    """Work out what is seen of the gifts at a place, from its tallies. A read each, one or two writes.

    The same however often it is done. Of two that overtake each other the one that read later wins:
    the other finds the picture changed since, and looks again.
    """
    transaction.settle(lambda: _paint(path))


def _paint(path: str) -> None:
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition

    picture = store.broadcast_ref(path)
    held = picture.get(field_paths=["updatedAt"])
    parts = [one.to_dict() or {} for one in store.tallies_of(path).stream()]
    fields = tallies.picture([tallies.decode(one) for one in parts], clock.now())
    batch = clients.db().batch()
    if held.exists:
        unchanged = clients.db().write_option(last_update_time=held.update_time)
        # An update would keep what is shown no more inside a map; these fields are none.
        batch.update(picture, fields, option=unchanged)
    else:
        batch.create(picture, fields)
    if path.startswith("users/"):
        whole = receiving.together(receiving.decode(one.get("received", {})) for one in parts)
        batch.set(store.stats_ref(path.removeprefix("users/")), receiving.summary(whole))
    try:
        batch.commit()
    except (AlreadyExists, FailedPrecondition) as error:
        raise transaction.Overtaken from error


def _stage(tx: Transaction, news: News) -> None:
    """Add news to the tallies of their part. A read and a write a place."""
    mine = f"users/{news.receiver}"
    paths = sorted({mine, *news.items})
    refs = {path: store.tallies_of(path).document(news.part) for path in paths}
    found = dict(zip(paths, users.read([refs[path] for path in paths], tx), strict=True))
    now = clock.now()
    late = news.part.startswith(LATE)
    if late and any(_second(found[path]) == int(now.timestamp()) for path in paths):
        raise _Busy
    for path in paths:
        fields: dict[str, Any] = found[path].to_dict() or {}
        after = tallies.encode(tallies.decode(fields).with_items(news.items.get(path, ())))
        if path == mine:
            received = receiving.decode(fields.get("received", {}))
            after["received"] = receiving.encode(received.with_news(news.deals, news.earnings))
        if late:
            after["writtenAt"] = now
        tx.set(refs[path], after)


def _second(tally: DocumentSnapshot[Any]) -> int | None:
    """In which one a late tally was written."""
    at: datetime | None = (tally.to_dict() or {}).get("writtenAt")
    return None if at is None else int(at.timestamp())


def _after(news: News) -> None:
    for path in sorted({f"users/{news.receiver}", *news.items}):
        send(_paint_task(path, clock.now()))


def _paint_task(path: str, at: datetime) -> Task:
    # When wallets are swept too: behind the roll-ups of the last window, so that a gift is seen within
    # two seconds.
    number, due = sweep_after(at)
    return Task(
        "paintGifts", ids.digest("paint", path, str(number)), {"path": path, "runAt": due}, due
    )


def _entries(wanted: list[str]) -> dict[str, Entry]:
    if not wanted:
        return {}
    found = ledger.read([ledger.entries().document(one) for one in wanted])
    return {one.id: decode_entry(one.to_dict() or {}) for one in found}


def _correct_sender(gift: Entry, reversal: Entry) -> None:
    """What a refunded purchase had paid does not count for its sender: once. Two reads, two writes.

    Only the note about giving changes; the money of it is in entries of its own.
    """
    sign = -1 if reversal.kind is Kind.REVERSAL else 1
    deal = Deal(
        gift_id=gift.facts["giftId"],
        quantity=0,
        coins=reversal.facts["coins"],
        at=gift.at,
        ranked=not gift.facts["anonymous"],
        sign=sign,
    )

    def body(tx: Transaction) -> None:
        reference = ledger.wallet_ref(gift.user_id)
        fields = users.read([reference], tx)[0].to_dict()
        if fields is None:
            return
        held = giving.decode(decode_wallet(fields).notes.get(giving.NOTE, {}))
        note = giving.encode(giving.corrected(held, deal))
        tx.update(reference, {f"notes.{giving.NOTE}": note})

    once.handle(once.event(reversal.id, "correctSender"), body)
