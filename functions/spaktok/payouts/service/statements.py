"""A month's statement: what was withdrawn, as text that can be kept, with a signed hash."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from spaktok.core import keys
from spaktok.core.encode import encode
from spaktok.core.ids import UserId
from spaktok.payouts import store
from spaktok.payouts.model.states import Method, State

_DECEMBER: Final = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A withdrawal that was asked for in the month, in cents."""

    payout_request_id: str
    requested_at: datetime
    payout_method: Method
    amount: int
    fee: int
    net: int
    status: State


@dataclass(frozen=True, slots=True)
class Statement:
    """A month. `sha256` is of the canonical JSON of user, month, lines and totals; we sign it."""

    month: str
    lines: list[Line]
    requested: int
    paid: int
    fees: int
    csv: str
    sha256: str
    signature: str


def of(uid: UserId, month: str) -> Statement:
    """The month as it stands now. A read a withdrawal of it."""
    since = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    lines = _lines(uid, since)
    paid = [line for line in lines if line.status is State.PAID]
    body = {
        "userId": uid,
        "month": month,
        "lines": [encode(asdict(line)) for line in lines],
        "requested": sum(line.amount for line in lines),
        "paid": sum(line.net for line in paid),
        "fees": sum(line.fee for line in paid),
    }
    digest = sha256(canonical(body)).hexdigest()
    return Statement(
        month=month,
        lines=lines,
        requested=sum(line.amount for line in lines),
        paid=sum(line.net for line in paid),
        fees=sum(line.fee for line in paid),
        csv=as_csv(lines),
        sha256=digest,
        signature=sign(digest),
    )


def sign(digest: str) -> str:
    """Our signature of a statement's hash."""
    return hmac.new(keys.audit(), f"statement:{digest}".encode(), sha256).hexdigest()


def canonical(body: object) -> bytes:
    """One spelling for one meaning: sorted keys, no spaces."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def as_csv(lines: list[Line]) -> str:
    """The lines as CSV (RFC 4180), amounts in dollars."""
    rows = ["id,requested,method,amount,fee,net,status"]
    for line in lines:
        amounts = ",".join(f"{n // 100}.{n % 100:02}" for n in (line.amount, line.fee, line.net))
        at = line.requested_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows.append(f"{line.payout_request_id},{at},{line.payout_method},{amounts},{line.status}")
    return "\r\n".join(rows) + "\r\n"


def _lines(uid: str, since: datetime) -> list[Line]:
    found = (store.decode(one) for one in store.asked_between(uid, since, _next(since)).stream())
    return [
        Line(
            payout_request_id=one.payout_id,
            requested_at=one.requested_at,
            payout_method=one.method,
            amount=one.amount_minor,
            fee=one.fee_minor,
            net=one.net_minor,
            status=one.state,
        )
        for one in found
        if one is not None
    ]


def _next(month: datetime) -> datetime:
    if month.month == _DECEMBER:
        return month.replace(year=month.year + 1, month=1)
    return month.replace(month=month.month + 1)
