"""Looking, when a withdrawal is asked for, whether it is the end of a ring; see `model.rings`.

What is looked at is bounded: the latest gifts to and by the asker, and the latest to the few who gave
them most; and who else's withdrawals go to the same place. The gifts are those of the ledger, so that
anonymous ones count; one that was taken back since counts too. What is seen is kept for the staff
beside the withdrawal, which two of them must approve then. Whoever asked is not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import log
from spaktok.gifts import store as gifts
from spaktok.payouts import store
from spaktok.payouts.model import policy, rings
from spaktok.payouts.model.gates import Seen, Sign
from spaktok.payouts.model.rings import Flows
from spaktok.payouts.model.states import Method
from spaktok.users import store as users
from spaktok.wallet import store as ledger

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

SHARING_MAX: Final = 20
"""Links to one destination that are looked at."""


def screen(uid: str, method: Method, at: datetime) -> list[Seen]:
    """The signs. Three reads, one a link to the same place, and one a gift that is looked at.

    Up to eight RPCs.
    """
    received, first = _given("receiverId", uid, policy.RING_GIFTS)
    given, _ = _given("userId", uid, policy.RING_GIFTS)
    before = {
        giver: _given("receiverId", giver, policy.RING_GIFTS_OF_GIVER)[0]
        for giver in rings.largest(received)
        if given
    }
    young = first is not None and at - _first(uid, first) < policy.ONE_GIVER_YOUNG
    return rings.seen(uid, Flows(received, given, before, young), _sharing(uid, method))


def stage(tx: Transaction, uid: str, payout_id: str, signs: list[Seen], at: datetime) -> None:
    """Stage what was seen, for the staff. A write, where there is something."""
    if not signs:
        return
    tx.create(
        store.finding_ref(payout_id),
        {
            "payoutRequestId": payout_id,
            "userId": uid,
            "involvedIds": sorted({one for sign in signs for one in sign.others}),
            "signs": [
                {"sign": one.sign, "others": list(one.others), "shareBps": one.share_bps}
                for one in signs
            ],
            "at": at,
        },
    )


def kept(payout_ids: Iterable[str]) -> dict[str, list[Seen]]:
    """What was seen of these withdrawals. A read each, one RPC."""
    refs = [store.finding_ref(one) for one in payout_ids]
    return {
        one.id: [
            Seen(Sign(sign["sign"]), tuple(sign["others"]), sign["shareBps"])
            for sign in one.get("signs")
        ]
        for one in users.read(refs)
        if one.exists
    }


def noted(payout_id: str, signs: list[Seen]) -> None:
    """Say in the log, after the commit, that there is something to look into."""
    if signs:
        log.warning(
            "a withdrawal needs two to approve it",
            payout=payout_id,
            signs=", ".join(one.sign for one in signs),
        )


def _given(side: str, uid: str, most: int) -> tuple[Counter[str], datetime | None]:
    """The latest gifts of one side's, by the other, and when the first of them was. A read each."""
    other = "userId" if side == "receiverId" else "receiverId"
    sums: Counter[str] = Counter()
    first: datetime | None = None
    for one in ledger.gifts(side, uid).limit(most).stream():
        sums[one.get(other)] += one.get("facts.netMicro")
        first = one.get("at")
    return sums, first


def _first(uid: str, looked_at: datetime) -> datetime:
    """When they were first given something: there may be more gifts than were looked at. A read."""
    found: datetime | None = (gifts.stats_ref(uid).get().to_dict() or {}).get("firstAt")
    return min(found or looked_at, looked_at)


def _sharing(uid: str, method: Method) -> set[str]:
    """The other accounts that linked, now or before, what this one's withdrawals go to."""
    fields: dict[str, Any] = store.account_ref(uid).get().to_dict() or {}
    if (method_id := fields.get("methods", {}).get(method)) is None:
        return set()
    (linked,) = users.read([store.method_ref(method_id)])
    destination = (linked.to_dict() or {}).get("destination")
    if destination is None:
        return set()
    found: list[DocumentSnapshot[Any]] = list(
        store.linked_to(destination).limit(SHARING_MAX).stream()
    )
    return {one.get("userId") for one in found} - {uid}
