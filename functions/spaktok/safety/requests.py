"""What clients and tasks may ask of age and safety."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from spaktok.core.shape import Cursor, Line, PageSize, Request, Uid
from spaktok.safety import births
from spaktok.safety.model import FilterLevel, IdType, RejectionReason, SignalBand, Store

REASON_MAX = 500


def _date(text: str) -> str:
    if births.parse(text) is None:
        raise ValueError("must be a date of the calendar, YYYY-MM-DD")
    return text


def _country(text: str) -> str:
    if text not in births.countries():
        raise ValueError("must be an ISO 3166 alpha-2 code")
    return text


def _zone(text: str) -> str:
    if text not in births.zones():
        raise ValueError("must be a time zone of the IANA database")
    return text


BirthDate = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="YYYY-MM-DD."),
    AfterValidator(_date),
]
Country = Annotated[
    str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166 alpha-2."), AfterValidator(_country)
]
TimeZone = Annotated[
    str, Field(min_length=1, max_length=64, description="IANA name."), AfterValidator(_zone)
]
DeviceId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9-]{16,128}$", description="Made by the app once a device.")
]
Reason = Annotated[Line, Field(max_length=REASON_MAX)]


class DeclaresBirth(Request):
    """What every sign-up says, neutrally asked: no field tells which answer would do."""

    birth_date: BirthDate
    region: Country
    time_zone: TimeZone
    device_id: DeviceId | None = None


class SetBirthDate(DeclaresBirth):
    """Say one's birth date, once: for accounts that are older than the question."""


class UpdateTimeZone(Request):
    """Say where one lives now, by its clock."""

    time_zone: TimeZone


class SubmitAgeSignal(Request):
    """Pass on the band that the device's store says."""

    store: Annotated[Store, Field(strict=False)]
    band: Annotated[SignalBand, Field(strict=False)]


class UpdateContentFilterLevel(Request):
    """Choose how much is kept from one."""

    level: Annotated[FilterLevel, Field(strict=False)]


class CorrectBirthDate(Request):
    """Staff: correct a birth date after a review."""

    user_id: Uid
    birth_date: BirthDate
    region: Country
    time_zone: TimeZone
    reason: Reason


class GetMyPolicy(Request):
    """Ask what holds for the caller."""


class RequestIdVerification(Request):
    """Have one's age checked by an identity document."""

    id_type: Annotated[IdType, Field(strict=False)]
    id_number: Annotated[str, Field(pattern=r"^[A-Za-z0-9 ./-]{4,40}$")]
    image_count: Annotated[int, Field(ge=1, le=4, description="How many images will be uploaded.")]


class ApproveIdVerification(Request):
    """Staff: take over what the document says, as a birth date or, where it shows none, an age."""

    user_id: Uid
    request_id: Uid
    birth_date: BirthDate | None = None
    verified_age: Annotated[int, Field(ge=0, le=births.YEARS_MAX)] | None = None


class RejectIdVerification(Request):
    """Staff: refuse a document."""

    user_id: Uid
    request_id: Uid
    reason: Annotated[RejectionReason, Field(strict=False)]


class GetIdEvidence(Request):
    """Staff: look at the images of a request that waits."""

    user_id: Uid
    request_id: Uid


class SealIdImage(Request):
    """A task: seal an uploaded image."""

    user_id: Uid
    request_id: Uid
    number: Annotated[int, Field(ge=1, le=4)]


class OpenIdEvidence(Request):
    """A task: open the images of a request for the staff."""

    user_id: Uid
    request_id: Uid


class ShutIdEvidence(OpenIdEvidence):
    """A task: delete the opened copies."""

    until: Annotated[datetime, Field(strict=False)]


class GetPendingIdVerifications(Request):
    """Staff: list what waits for a decision, oldest first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class AdvanceAgeBand(Request):
    """A task: move a user's band to what it is now."""

    user_id: Uid


class ForgetRefused(Request):
    """A task: delete the sign-in of somebody who was refused an account."""

    user_id: Uid
    run_at: Annotated[datetime, Field(strict=False)]


class DeleteIdEvidence(Request):
    """A task: delete the images of a request that was decided."""

    user_id: Uid
    request_id: Uid
