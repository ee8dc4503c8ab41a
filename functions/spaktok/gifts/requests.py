"""What clients may ask of gifts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, Keyed, Line, PageSize, Request, Uid, Vid
from spaktok.gifts.boards import BOARD_MAX, Period, Side
from spaktok.gifts.model import (
    COST_MAX,
    DESCRIPTION_MAX,
    MESSAGE_MAX,
    NAME_MAX,
    QUANTITY_MAX,
    TAGS_MAX,
    Category,
    Context,
    Rarity,
)
from spaktok.users import text
from spaktok.wallet.requests import ApproveProposal

GiftId = Annotated[
    str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=40, description="A gift's id.")
]
EntryId = Annotated[str, Field(pattern=ID_PATTERN, description="A gift that was sent.")]
Key = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{8,64}$",
        description="Made by the client, once an intent; a retry sends the same key.",
    ),
]
Reason = Annotated[Line, AfterValidator(text.line), Field(max_length=300)]
Message = Annotated[Line, AfterValidator(text.line), Field(max_length=MESSAGE_MAX)]
Quantity = Annotated[int, Field(ge=1, le=QUANTITY_MAX)]


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("must have a zone")
    return instant


Instant = Annotated[datetime, Field(strict=False), AfterValidator(_aware)]


class GetGiftCatalog(Request):
    """List the gifts that can be given."""

    category: Annotated[Category, Field(strict=False)] | None = None
    known_version: Annotated[int, Field(ge=0, le=2**53)] | None = None
    """The version that the app holds; the answer is without gifts where it is still the newest."""


class _Given(Request):
    gift_id: GiftId
    receiver_id: Uid
    context: Annotated[Context, Field(strict=False)] = Context.PROFILE
    context_id: Vid | None = None
    """The video's or the stream's id; not needed on a profile."""
    quantity: Quantity = 1

    @model_validator(mode="after")
    def _names_its_place(self) -> Self:
        if self.context is not Context.PROFILE and self.context_id is None:
            raise ValueError("contextId is needed in this context")
        return self


class QuoteGift(_Given):
    """Ask what a gift costs the sender, and what the creator gets of it."""


class SendGift(_Given, Keyed):
    """Give a gift, paid from the sender's coins."""

    idempotency_key: Key
    message: Message | None = None
    is_anonymous: bool = False
    quote: Annotated[str, Field(min_length=1, max_length=2048)] | None = None
    """As `quoteGift` gave it, within 60 seconds."""


class UndoGift(Request):
    """Take a gift back, within ten seconds."""

    transaction_id: EntryId


class RefundGift(Keyed):
    """Reverse a gift on all sides, by the staff. The key is that of the proposal, of a large gift."""

    transaction_id: EntryId
    reason: Reason


class ApproveGiftRefund(ApproveProposal):
    """Approve a refund of a gift that somebody else proposed; it is carried out at once."""


class GetGiftLeaderboard(Request):
    """Read who gave, or who was given, most."""

    period: Annotated[Period, Field(strict=False)] = Period.WEEKLY
    type: Annotated[Side, Field(strict=False)] = Side.SENDERS
    limit: Annotated[int, Field(ge=1, le=BOARD_MAX)] = 20


class GetStreamTopGifters(Request):
    """Read who gave most in a stream."""

    stream_id: Vid


class GetUserGiftStats(Request):
    """Read what one gave and was given."""

    with_streaks: bool = False
    """Whether to tell of days in a row: only who asks is told."""


class GetGiftHistory(Request):
    """List the gifts one sent, or was sent, newest first."""

    type: Literal["sent", "received"] = "sent"
    limit: PageSize = 20
    cursor: Cursor | None = None


class GetUserGifts(Request):
    """List what a user was given, by gift."""

    user_id: Uid


class GetGiftAnalytics(Request):
    """Read how gifts do for oneself."""

    days: Annotated[int, Field(ge=1, le=90)] = 28


class AddGift(Request):
    """Put a new gift into the catalogue."""

    gift_id: GiftId
    name: Annotated[Line, AfterValidator(text.line), Field(max_length=NAME_MAX)]
    description: Annotated[str, AfterValidator(text.line), Field(max_length=DESCRIPTION_MAX)] = ""
    category: Annotated[Category, Field(strict=False)]
    rarity: Annotated[Rarity, Field(strict=False)]
    coin_cost: Annotated[int, Field(ge=1, le=COST_MAX)] | None = None
    duration_ms: Annotated[int, Field(ge=500, le=10_000)] = 3_000
    sort_order: Annotated[int, Field(ge=0, le=1_000_000)] = 1_000
    tags: Annotated[list[GiftId], Field(max_length=TAGS_MAX)] = Field(default_factory=list)
    minimum_level: Annotated[int, Field(ge=1, le=100)] = 1
    available_from: Instant | None = None
    available_until: Instant | None = None
    reason: Reason


class UpdateGift(Request):
    """Change a gift: what is left out stays as it is, and null takes a price or a date away."""

    gift_id: GiftId
    name: Annotated[Line, AfterValidator(text.line), Field(max_length=NAME_MAX)] = ""
    description: Annotated[str, AfterValidator(text.line), Field(max_length=DESCRIPTION_MAX)] = ""
    category: Annotated[Category, Field(strict=False)] = Category.BASIC
    rarity: Annotated[Rarity, Field(strict=False)] = Rarity.COMMON
    coin_cost: Annotated[int, Field(ge=1, le=COST_MAX)] | None = None
    duration_ms: Annotated[int, Field(ge=500, le=10_000)] = 3_000
    sort_order: Annotated[int, Field(ge=0, le=1_000_000)] = 1_000
    tags: Annotated[list[GiftId], Field(max_length=TAGS_MAX)] = Field(default_factory=list)
    minimum_level: Annotated[int, Field(ge=1, le=100)] = 1
    available_from: Instant | None = None
    available_until: Instant | None = None
    reason: Reason

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.model_fields_set <= {"gift_id", "reason"}:
            raise ValueError("must change something")
        return self


class RetireGift(Request):
    """Take a gift off sale, for good."""

    gift_id: GiftId
    reason: Reason


class RollUpGifts(Request):
    """A task: share out and show the gifts of a part of a receiver's window."""

    receiver: str
    window: int
    part: str
    named: str | None = None
    run_at: Instant


class PaintGifts(Request):
    """A task: work out what is seen of gifts at a place."""

    path: str
    run_at: Instant


class UnshowGift(Request):
    """A task: subtract a gift that was taken back from what is seen."""

    undo_id: str
    run_at: Instant


class AuditRollUps(Request):
    """A task: prove the next roll-ups of a day."""

    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    lane: Annotated[int, Field(ge=0)] = 0
    after: str | None = None
    after_at: Instant | None = None
    shared: Annotated[int, Field(ge=0)] = 0
    begun: str = ""


class ToldGift(Request):
    """A gift that its receiver is to be told of."""

    gift: str
    sender: str
    anonymous: bool
    context: Annotated[Context, Field(strict=False)]
    context_id: str
    at: Instant


class TellGifts(Request):
    """A task: tell a creator of the gifts that stand."""

    receiver: str
    words: list[ToldGift]
    run_at: Instant
