"""What clients may ask of premium."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from spaktok.core.shape import Cursor, Line, Nothing, PageSize, Request, Uid
from spaktok.premium.model import BPS, SLOT_PATTERN, SLOTS_MAX
from spaktok.users import text

Slot = Annotated[
    str, Field(pattern=SLOT_PATTERN, description="`premium_slot_1`, `premium_slot_2`, …")
]
Reason = Annotated[Line, AfterValidator(text.line), Field(max_length=300)]
Share = Annotated[int, Field(ge=0, le=BPS, description="Basis points: 9000 are 90 %.")]


class SlotAction(StrEnum):
    """What an administrator wants of a slot."""

    ASSIGN = "assign"
    UNASSIGN = "unassign"


class ManagePremiumAccount(Request):
    """Give an account a slot, or take that very slot from that very account; with a reason."""

    user_id: Uid
    action: Annotated[SlotAction, Field(strict=False)]
    slot_id: Slot
    reason: Reason


class InitializePremiumSettings(Nothing):
    """Write the settings' first version, unless there is one."""


class UpdatePremiumSettings(Request):
    """Change the shares, both together, or the number of slots; what is not given stays."""

    premium_payout_bps: Share | None = None
    standard_payout_bps: Share | None = None
    max_premium_slots: Annotated[int | None, Field(ge=0, le=SLOTS_MAX)] = None
    reason: Reason

    @model_validator(mode="after")
    def _fits_together(self) -> UpdatePremiumSettings:
        premium, standard = self.premium_payout_bps, self.standard_payout_bps
        if (premium is None) is not (standard is None):
            raise ValueError("the two shares come together")
        if premium is not None and standard is not None and premium < standard:
            raise ValueError("the premium share must be at least the standard one")
        if premium is None and self.max_premium_slots is None:
            raise ValueError("must change something")
        return self


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
