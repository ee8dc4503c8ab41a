"""The platform's own books: what each day did, rolled up from the ledger and from nothing else.

- `revenueLog/{YYYY-MM-DD}`: {date, run, complete, summed, timestamp, entries, accounts: {account:
  {unit: amount}}, revenueBreakdown: {kind: micro-USD}} and `model.revenue.figures`: of that day alone;
  `summed` says whether its month and all months have it.
- `revenueLog/{day}/lanes/{lane}`: how far the walk over a lane of the day's entries has come.
- `platformRevenue/{YYYY-MM}`, `platformRevenue/summary`: the same, over a month and over all months,
  with {type, periodStart, periodEnd, lastUpdated}.

A day's entries are those that the database committed in it, so that a day that is over never changes:
walked again, it comes to the same. The walk goes page by page through the lanes, in tasks; how far it
has come is written with what was summed, so that nothing is counted twice or left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, dispatch, ids, log, transaction
from spaktok.core.dispatch import Task
from spaktok.wallet import encoding, store
from spaktok.wallet.model import revenue
from spaktok.wallet.model.amounts import Account, Unit
from spaktok.wallet.model.income import LANE_KINDS, LANES
from spaktok.wallet.model.revenue import Tally
from spaktok.wallet.model.wallet import day_of
from spaktok.wallet.service import covering

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Query, Transaction

PAGE: Final = 500
PAGES_MAX: Final = 40
"""Pages in one task."""
CAUGHT_UP_DAYS: Final = 7
"""How far back a day is looked for that no run has finished."""
SUMMARY: Final = "summary"


@dataclass(frozen=True, slots=True)
class Figures:
    """A period's figures: money in micro-USD, coins in coins."""

    period: str
    """`2026-03-14`, or `summary` for all that is complete."""
    complete: bool
    entries: int
    total_revenue: int
    gift_revenue: int
    premium_revenue: int
    other_revenue: int
    losses: int
    """As a negative number; without those that the provision bore."""
    losses_covered: int
    provision: int
    """By how much more is set aside of our share of gifts, to bear losses."""
    net_revenue: int
    liability: int
    """By how much more is owed: to buyers in service, to creators and payers in money."""
    held: int
    """By how much more is with the providers and us. At least what is owed, over all time."""
    coins_minted: int
    coins_granted: int
    coins_burnt: int
    coins_expired: int


@dataclass(frozen=True, slots=True)
class Books:
    """Days, and all there is."""

    days: list[Figures]
    summary: Figures | None


def lanes() -> list[str]:
    """Every lane of the ledger: each entry is in one."""
    return [f"{kind}-{number}" for kind in LANE_KINDS for number in range(LANES)]


def catch_up(at: datetime) -> list[str]:
    """Begin, or go on with, the days that are over and not rolled up or summed up; which.

    One that yesterday's run did not finish either raises an alarm. A read a day, and what `begin`
    costs.
    """
    days = [day_of(at - timedelta(days=back)) for back in range(1, CAUGHT_UP_DAYS + 1)]
    known = store.read([log_ref(day) for day in days])
    missing = [day for day, one in zip(days, known, strict=True) if not _done(one.to_dict() or {})]
    for day in missing:
        begin(day, at)
    begun = {day for day, one in zip(days[1:], known[1:], strict=True) if one.exists}
    _alarm("books", ((day, "is not rolled up") for day in missing if day in begun))
    return missing


def _done(fields: Mapping[str, Any]) -> bool:
    """Whether a day is summed up; one that says nothing of it was completed by an older version."""
    return bool(fields.get("complete") and fields.get("summed", True))


def begin(day: str, at: datetime, *, again: bool = False) -> int:
    """Begin to roll up a day, or go on where its run has stopped; the run's number.

    `again` reckons it anew, from the ledger. Two reads, a write, a task a lane.
    """

    def body(tx: Transaction) -> int:
        fields = store.read([log_ref(day)], tx)[0].to_dict() or {}
        run: int = fields.get("run", 0)
        if run and not again:
            return run
        tx.set(log_ref(day), {"date": day, "run": run + 1, "complete": False, "timestamp": at})
        return run + 1

    run = transaction.run(body)
    for lane in lanes():
        dispatch.send(_task(day, lane, run, 0, at.isoformat()))
    return run


def walk(day: str, lane: str, run: int, cause: str) -> None:
    """Sum the next pages of a lane; then go on by another task, or close the day with its last lane.

    A read an entry; two reads and a write a page. Repeatable, and harmless for a run that is over.
    """
    for _ in range(PAGES_MAX):
        part = _part(day, lane, run)
        if part["done"]:
            _close(day, run)
            return
        _turn(day, lane, run, part)
    dispatch.send(_task(day, lane, run, _part(day, lane, run)["page"], cause))


def books(first: str, last: str) -> Books:
    """The figures of these days and of all there is. A read a day, and one."""
    wanted = _days(date.fromisoformat(first), date.fromisoformat(last))
    *found, summary = store.read([*(log_ref(day) for day in wanted), month_ref(SUMMARY)])
    days = [
        _figures(day, fields)
        for day, one in zip(wanted, found, strict=True)
        if (fields := one.to_dict()) is not None and fields["complete"]
    ]
    total = summary.to_dict()
    return Books(days, None if total is None else _figures(SUMMARY, total))


def log_ref(day: str) -> DocumentReference:
    """`revenueLog/{YYYY-MM-DD}`."""
    return clients.db().collection("revenueLog").document(day)


def part_ref(day: str, lane: str) -> DocumentReference:
    """`revenueLog/{day}/lanes/{lane}`."""
    return log_ref(day).collection("lanes").document(lane)


def month_ref(month: str) -> DocumentReference:
    """`platformRevenue/{YYYY-MM}`, or `summary`."""
    return clients.db().collection("platformRevenue").document(month)


def _part(day: str, lane: str, run: int) -> dict[str, Any]:
    fields = part_ref(day, lane).get().to_dict()
    if fields is None or fields["run"] < run:
        return {"run": run, "page": 0, "done": False, "after": None, **revenue.encode(Tally())}
    return fields


def _turn(day: str, lane: str, run: int, part: dict[str, Any]) -> None:
    """Sum a page, and write it unless somebody has: what a lane comes to is the same for all."""
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    query: Query = store.walked(lane, start, start + timedelta(days=1)).limit(PAGE)
    if part["after"] is not None:
        at, name = part["after"]["committedAt"], store.entries().document(part["after"]["id"])
        query = query.start_after({"committedAt": at, "__name__": name})
    found = list(query.stream())
    page = revenue.tallied(encoding.decode_entry(one.to_dict() or {}) for one in found)
    last = found[-1] if found else None
    after = part["after"]
    if last is not None:
        after = {"committedAt": last.get("committedAt"), "id": last.id}
    fields = {
        "run": run,
        "page": part["page"] + 1,
        "done": len(found) < PAGE,
        "after": after,
        **revenue.encode(revenue.decode(part) + page),
    }

    def body(tx: Transaction) -> None:
        now = store.read([part_ref(day, lane)], tx)[0].to_dict() or {"run": 0, "page": 0}
        if now["run"] < run or (now["run"], now["page"]) == (run, part["page"]):
            tx.set(part_ref(day, lane), fields)

    transaction.run(body)


def _close(day: str, run: int) -> None:
    """Write what the day comes to, where all lanes are through; then its month, and all months.

    With that it is known how much is lost and how much set aside to bear it: see `covering`.
    """
    found = store.read([part_ref(day, lane) for lane in lanes()])
    parts = [one.to_dict() or {} for one in found]
    if not all(one.get("run") == run and one["done"] for one in parts):
        return
    tally = sum((revenue.decode(one) for one in parts), start=Tally())
    if tally.off:
        log.alarm("a day of the ledger does not balance", day=day, off=str(tally.off))

    def body(tx: Transaction) -> None:
        fields = store.read([log_ref(day)], tx)[0].to_dict() or {}
        if fields.get("run") == run:
            tx.set(
                log_ref(day),
                {
                    "date": day,
                    "run": run,
                    "complete": True,
                    "summed": False,
                    "timestamp": clock.now(),
                    **_shown(tally),
                },
            )

    transaction.run(body)
    _sum_up(date.fromisoformat(day))
    covering.cover(month_ref(SUMMARY))
    _solvent()
    # Last: a death before it leaves the day to `catch_up`, which comes here again.
    log_ref(day).update({"summed": True})


def _solvent() -> None:
    """Raise an alarm where less is held than owed, over all there is. One read.

    What the provider holds back of open disputes comes back, or ceases to be owed: until then it counts
    as held.
    """
    whole = month_ref(SUMMARY).get().to_dict() or {}
    at_issue = -whole["accounts"].get(Account.DISPUTED, {}).get(Unit.MICRO, 0)
    held, owed = whole["held"] + at_issue, whole["liability"]
    if held < owed:
        _alarm("solvency", [("platform", f"{held} is held, {owed} is owed")])


def _alarm(invariant: str, found: Iterable[tuple[str, str]]) -> None:
    from spaktok.core import alarms  # rare

    alarms.sound("ledger", (alarms.Alarm(invariant, what, why) for what, why in found))


def _sum_up(day: date) -> None:
    """Reckon the month from its days, and the whole from its months.

    Each in a transaction: of days that close at once, the last to be reckoned has seen them all. Up to
    31 reads, and one a month.
    """
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    def month(tx: Transaction) -> None:
        days = store.read([log_ref(one) for one in _days(first, last)], tx)
        parts = [one.to_dict() or {} for one in days]
        _stage(tx, first.isoformat()[:7], parts, first, last)

    def whole(tx: Transaction) -> None:
        found = clients.db().collection("platformRevenue").stream(transaction=tx)
        months = [one.to_dict() or {} for one in found if one.id != SUMMARY]
        begins = date.fromisoformat(min(one["periodStart"] for one in months))
        ends = date.fromisoformat(max(one["periodEnd"] for one in months))
        _stage(tx, SUMMARY, months, begins, ends)

    transaction.run(month)
    transaction.run(whole)


def _stage(
    tx: Transaction, name: str, parts: list[dict[str, Any]], first: date, last: date
) -> None:
    tally = sum((revenue.decode(one) for one in parts if one.get("complete", False)), start=Tally())
    tx.set(
        month_ref(name),
        {
            "type": SUMMARY if name == SUMMARY else "month",
            "complete": True,
            "periodStart": first.isoformat(),
            "periodEnd": last.isoformat(),
            "lastUpdated": clock.now(),
            **_shown(tally),
        },
    )


def _shown(tally: Tally) -> dict[str, Any]:
    return {**revenue.encode(tally), **revenue.figures(tally)}


def _figures(period: str, fields: dict[str, Any]) -> Figures:
    return Figures(
        period=period,
        complete=fields["complete"],
        entries=fields["entries"],
        total_revenue=fields["totalRevenue"],
        gift_revenue=fields["giftRevenue"],
        premium_revenue=fields["premiumRevenue"],
        other_revenue=fields["otherRevenue"],
        losses=fields["losses"],
        losses_covered=fields.get("lossesCovered", 0),
        provision=fields.get("provision", 0),
        net_revenue=fields["netRevenue"],
        liability=fields["liability"],
        held=fields["held"],
        coins_minted=fields["coinsMinted"],
        coins_granted=fields["coinsGranted"],
        coins_burnt=fields["coinsBurnt"],
        coins_expired=fields["coinsExpired"],
    )


def _days(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=one)).isoformat() for one in range((last - first).days + 1)]


def _task(day: str, lane: str, run: int, page: int, cause: str) -> Task:
    return Task(
        function="rollUpRevenue",
        id=ids.digest("revenue", day, lane, str(run), str(page), cause),
        payload={"day": day, "lane": lane, "run": run, "cause": cause},
    )
