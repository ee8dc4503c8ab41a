"""What clients may ask of payouts."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, Keyed, Line, Nothing, PageSize, Request, Uid
from spaktok.payouts.model.gates import Check, Outcome
from spaktok.payouts.model.states import Method
from spaktok.users import text

AMOUNT_MINOR_MAX = 100_000_000
"""A million dollars: far beyond what a day allows, and an integer everywhere."""

Reason = Annotated[Line, AfterValidator(text.line), Field(max_length=300)]
PayoutId = Annotated[str, Field(pattern=ID_PATTERN, description="A withdrawal's id.")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")]
Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="`2026-03`.")]


def _day(text: str) -> str:
    date.fromisoformat(text)  # its ValueError says what is wrong
    return text


class LinkPayPal(Request):
    """Have payouts go to this PayPal account: by its e-mail address or its payer id."""

    email: Annotated[
        str | None, Field(max_length=127, pattern=r"^[^@\s]{1,64}@[A-Za-z0-9.-]{3,62}$")
    ] = None
    payer_id: Annotated[str | None, Field(pattern=r"^[2-9A-HJ-NP-Z]{13}$")] = None

    @model_validator(mode="after")
    def _one_of_them(self) -> LinkPayPal:
        if (self.email is None) is (self.payer_id is None):
            raise ValueError("give an e-mail address or a payer id")
        return self


class CreateStripeAccount(Request):
    """Begin a connected account at Stripe, through which bank transfers go."""

    country: Country


class LinkBankAccount(Request):
    """Have payouts go to the bank account that a token of Stripe's stands for, never its number."""

    token: Annotated[str, Field(pattern=r"^btok_[A-Za-z0-9_]{6,64}$")]
    country: Country


class RequestPayout(Keyed):
    """Withdraw earnings: `amount` in US cents, the fee among them."""

    amount: Annotated[int, Field(ge=1, le=AMOUNT_MINOR_MAX)]
    payout_method: Annotated[Method, Field(strict=False)]


class CancelPayoutRequest(Request):
    """Take a withdrawal back, unless it was sent."""

    payout_request_id: PayoutId


class Decision(StrEnum):
    """What an administrator decides."""

    APPROVE = "approve"
    REJECT = "reject"


class ProcessPayout(Request):
    """Approve a withdrawal, or reject it; `requestId` is the older app's name for its id."""

    payout_request_id: PayoutId | None = None
    request_id: PayoutId | None = None
    action: Annotated[Decision, Field(strict=False)]
    note: Reason | None = None

    @model_validator(mode="after")
    def _names_it(self) -> ProcessPayout:
        if (self.payout_request_id is None) is (self.request_id is None):
            raise ValueError("name the withdrawal once")
        if self.action is Decision.REJECT and self.note is None:
            raise ValueError("a rejection says why")
        return self

    @property
    def payout_id(self) -> str:
        """Whichever name was used."""
        return self.payout_request_id or self.request_id or ""


class GetPayoutRequests(Request):
    """List one's own withdrawals, the latest first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class GetPayoutMethods(Nothing):
    """Show where one's payouts may go, and what is still to be verified."""


class GetPendingPayouts(Request):
    """List the withdrawals that wait for a decision, oldest first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class ReviewPayoutAccount(Request):
    """Record what a check of an account came to."""

    user_id: Uid
    check: Annotated[Check, Field(strict=False)]
    outcome: Annotated[Outcome, Field(strict=False)]
    reason: Reason


class GetPayoutStatement(Request):
    """Read the statement of a month: what was withdrawn, with a signed hash."""

    month: Month


class ImportBankStatement(Request):
    """Take over lines of the bank's statement, for the daily comparison."""

    lines: Annotated[list[BankLine], Field(min_length=1, max_length=100)]


class BankLine(Request):
    """A movement on our bank's statement; the amount is positive where it came from a provider.

    `reference` is the provider's: the transaction id of a withdrawal from PayPal, the id of Stripe's
    payout (`po_…`).
    """

    line_id: Annotated[str, Field(pattern=ID_PATTERN, max_length=64)]
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    amount_minor: Annotated[int, Field(ge=-AMOUNT_MINOR_MAX, le=AMOUNT_MINOR_MAX)]
    booked_on: Annotated[
        str, Field(pattern=r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]$"), AfterValidator(_day)
    ]


ImportBankStatement.model_rebuild()


class SubmitPayout(Request):
    """A task: send a withdrawal to its provider, or find out what became of it."""

    payout_id: str
    run_at: Annotated[datetime | None, Field(strict=False)] = None
