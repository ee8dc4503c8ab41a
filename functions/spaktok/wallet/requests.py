"""What the wallet may be asked, by clients and by its own tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from spaktok.core.shape import Cursor, Keyed, Line, Nothing, PageSize, Request, Uid
from spaktok.users import text
from spaktok.wallet.model import policy
from spaktok.wallet.model.adjusting import Adjusted

Reason = Annotated[Line, AfterValidator(text.line), Field(max_length=300)]
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


class ApproveAdjustment(Request):
    """Approve a correction that somebody else proposed; it is carried out at once."""

    proposal_id: ProposalId
    payload_hash: Annotated[
        str, Field(pattern=r"^[0-9a-f]{64}$", description="As the proposal showed it.")
    ]
    reason: Reason


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


class ReverseGifts(Request):
    """Have the gifts that a lot paid follow its refunds and disputes."""

    uid: Uid
    lot_id: Annotated[str, Field(min_length=1, max_length=64)]
