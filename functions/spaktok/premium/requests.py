"""What clients may ask of premium."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from spaktok.core.shape import Cursor, Line, Nothing, PageSize, Request, Uid
from spaktok.premium.model import (
    BPS,
    GRACE_DAYS_MAX,
    PRICE_MINOR_MAX,
    SLOT_PATTERN,
    SLOTS_MAX,
    TERM_DAYS_MAX,
)
from spaktok.users import text

Slot = Annotated[
    str, Field(pattern=SLOT_PATTERN, description="`premium_slot_1`, `premium_slot_2`, …")
]
Reason = Annotated[Line, AfterValidator(text.line), Field(max_length=300)]
Price = Annotated[int, Field(ge=50, le=PRICE_MINOR_MAX, description="In minor units.")]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
TicketId = Annotated[str, Field(pattern=r"^slot_[0-9a-f]{32}$")]
Share = Annotated[int, Field(ge=0, le=BPS, description="Basis points: 9000 are 90 %.")]


class SlotAction(StrEnum):
    """What an administrator wants of a slot."""

    ASSIGN = "assign"
    UNASSIGN = "unassign"


class ManagePremiumAccount(Request):
    """Give an account a slot, or take that very slot from that very account; with a reason."""

    user_id: Uid
    action: Annotated[SlotAction, Field(strict=False)]
    slot_id: Annotated[
        Slot | None,
        Field(description="Needed to assign. Old apps take whatever slot the account holds."),
    ] = None
    reason: Annotated[
        Reason,
        Field(
            description="Recorded, and told to the account. Old apps send none: that is recorded."
        ),
    ] = "No reason was given"
    skip_line: Annotated[
        bool, Field(description="Give it although others have waited longer. Recorded.")
    ] = False

    @model_validator(mode="after")
    def _names_a_slot(self) -> ManagePremiumAccount:
        if self.action is SlotAction.ASSIGN and self.slot_id is None:
            raise ValueError("slotId is needed to assign")
        if self.skip_line and (self.action is not SlotAction.ASSIGN or not _given(self, "reason")):
            raise ValueError("to assign past the line needs a reason")
        return self


def _given(request: Request, name: str) -> bool:
    return name in request.model_fields_set


class PurchasePremiumSlot(Request):
    """Keep a slot and start paying for it; of a holder, for the next term."""

    currency: Literal["usd", "eur", "gbp", "jpy"] = "usd"
    slot_id: Annotated[
        Slot | None, Field(description="Without it, the free one of the lowest number.")
    ] = None
    idempotency_key: Annotated[
        Key, Field(description="Made once an intent; a retry sends it again.")
    ]


class SettlePremiumTicket(Request):
    """A task: do what follows from a ticket's payment."""

    ticket_id: TicketId
    payment_id: Annotated[str | None, Field(max_length=128)] = None
    invoice_id: Annotated[str | None, Field(max_length=128)] = None
    """Of a subscription, whose first ticket `ticket_id` is."""
    event_id: Annotated[str | None, Field(max_length=128)] = None
    """The event that told of it, to be noted when that is done."""
    event_kind: Annotated[str, Field(max_length=128)] = ""


class SendPremiumRefund(Request):
    """A task: send back what was paid for a slot that could not be had."""

    ticket_id: TicketId


class EndPremiumSubscription(Request):
    """A task: have nothing more charged for a slot that is gone."""

    subscription_id: Annotated[str, Field(max_length=128)]


class CancelPremiumSubscription(Nothing):
    """Keep one's slot until its term is over, and pay for no other."""


class InitializePremiumSettings(Nothing):
    """Write the settings' first version, unless there is one."""


class UpdatePremiumSettings(Request):
    """Change the shares, both together, the number of slots, or the offer; what is not given stays."""

    premium_payout_bps: Share | None = None
    standard_payout_bps: Share | None = None
    max_premium_slots: Annotated[int | None, Field(ge=0, le=SLOTS_MAX)] = None
    sales_open: Annotated[bool | None, Field(description="Whether slots are sold at all.")] = None
    price_usd: Price | None = None
    price_eur: Price | None = None
    price_gbp: Price | None = None
    price_jpy: Price | None = None
    term_days: Annotated[int | None, Field(ge=1, le=TERM_DAYS_MAX)] = None
    grace_days: Annotated[int | None, Field(ge=0, le=GRACE_DAYS_MAX)] = None
    renewing: Annotated[
        bool | None, Field(description="Whether slots are sold by subscription.")
    ] = None
    reason: Reason

    @model_validator(mode="after")
    def _fits_together(self) -> UpdatePremiumSettings:
        premium, standard = self.premium_payout_bps, self.standard_payout_bps
        if (premium is None) is not (standard is None):
            raise ValueError("the two shares come together")
        if premium is not None and standard is not None and premium < standard:
            raise ValueError("the premium share must be at least the standard one")
        others = (
            self.max_premium_slots,
            self.sales_open,
            self.term_days,
            self.grace_days,
            self.renewing,
        )
        if premium is None and not self.prices and all(one is None for one in others):
            raise ValueError("must change something")
        return self

    @property
    def prices(self) -> dict[str, int]:
        """The prices that change, by currency."""
        named = {
            "usd": self.price_usd,
            "eur": self.price_eur,
            "gbp": self.price_gbp,
            "jpy": self.price_jpy,
        }
        return {name: minor for name, minor in named.items() if minor is not None}


class GetPremiumStatus(Nothing):
    """Read one's own premium state."""


class GetPremiumSlots(Request):
    """Read the public ledger of slots: which are held since when, and which were. No names."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class GetPremiumSettings(Request):
    """Read the settings, who holds which slot and who waits, first come first."""

    limit: PageSize = 50
    cursor: Cursor | None = None


class RequestPremiumAccount(Nothing):
    """Wait for a slot; asked again, the place in the line stays."""


class CancelPremiumRequest(Nothing):
    """Leave the line."""
