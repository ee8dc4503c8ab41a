"""What the wallet may be asked, by clients and by its own tasks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator

from spaktok.core.shape import Cursor, Keyed, Line, Nothing, PageSize, Request, Uid
from spaktok.users import text
from spaktok.wallet.model import policy
from spaktok.wallet.model.adjusting import Adjusted


def _a_date(text_: str) -> str:
    date.fromisoformat(text_)
    return text_


Reason = Annotated[Line, AfterValidator(text.line), Field(max_length=300)]
Day = Annotated[
    str,
    Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="`2026-03-14`, of UTC."),
    AfterValidator(_a_date),
]
DAYS_MAX: Final = 92
ProposalId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class GetWallet(Nothing):
    """See one's coins and earnings."""


class GetTransactionHistory(Request):
    """List the movements of one's own money, the latest first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class SetSpendingLimit(Keyed):
    """Limit the coins one can spend a day (of UTC); null for no limit."""

    coins: Annotated[int, Field(ge=0, le=policy.LIMIT_COINS_MAX)] | None


def _something(amount: int) -> int:
    if amount == 0:
        raise ValueError("must not be 0")
    return amount


class ProposeAdjustment(Keyed):
    """Propose a correction of somebody's wallet."""

    user_id: Uid
    account: Annotated[Adjusted, Field(strict=False)]
    amount: Annotated[
        int,
        Field(
            ge=-policy.ADJUSTMENT_MICRO_MAX,
            le=policy.ADJUSTMENT_MICRO_MAX,
            description="Coins, or micro-USD of earnings or of debt forgiven. Negative takes.",
        ),
        AfterValidator(_something),
    ]
    reason: Reason

    @model_validator(mode="after")
    def _within_bounds(self) -> Self:
        coins = self.account is Adjusted.COINS
        if coins and abs(self.amount) > policy.ADJUSTMENT_COINS_MAX:
            raise ValueError("is more coins than one correction may move")
        if self.account is Adjusted.DEBT and self.amount < 0:
            raise ValueError("of a debt can only be forgiven")
        return self


class ApproveProposal(Request):
    """Approve what somebody else proposed; it is carried out at once."""

    proposal_id: ProposalId
    payload_hash: Annotated[
        str, Field(pattern=r"^[0-9a-f]{64}$", description="As the proposal showed it.")
    ]
    reason: Reason


class ApproveAdjustment(ApproveProposal):
    """Approve a correction that somebody else proposed; it is carried out at once."""


class RejectProposal(Request):
    """Reject a proposal, or withdraw one's own."""

    proposal_id: ProposalId
    reason: Reason


class GetPendingApprovals(Request):
    """List what waits for an approval, the oldest first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class AuditWallets(Request):
    """Audit the next wallets of a day's audit."""

    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    after: Annotated[str, Field(max_length=1500)] | None = None
    wallets: Annotated[int, Field(ge=0)] = 0
    violations: Annotated[int, Field(ge=0)] = 0


class SweepIncome(Request):
    """Move a receiver's income into the wallet."""

    uid: Uid
    run_at: Annotated[datetime, Field(strict=False)]


class TellEarnings(Request):
    """Tell a receiver that the gifts of a day have earned something."""

    uid: Uid
    day: Day
    run_at: Annotated[datetime, Field(strict=False)]


class ReverseGifts(Request):
    """Have the gifts that a lot paid follow its refunds and disputes."""

    uid: Uid
    lot_id: Annotated[str, Field(min_length=1, max_length=64)]


class RollUpRevenue(Request):
    """Sum a lane of a day's ledger, in the run of that number."""

    day: Day
    lane: Annotated[str, Field(pattern=r"^(gift|roll|own)-\d$")]
    run: Annotated[int, Field(ge=1)]
    cause: Annotated[str, Field(max_length=64)]


class GetPlatformRevenue(Request):
    """Read what days brought, from the first to the last: at most 92."""

    first_day: Day
    last_day: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        span = date.fromisoformat(self.last_day) - date.fromisoformat(self.first_day)
        if not timedelta(0) <= span < timedelta(days=DAYS_MAX):
            raise ValueError("lastDay must be 0 to 91 days after firstDay")
        return self
