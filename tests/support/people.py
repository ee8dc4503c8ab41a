"""Named people: accounts with a profile, made through the real use case."""

from __future__ import annotations

from spaktok.core.ids import UserId
from spaktok.safety.requests import DeclaresBirth
from spaktok.users import service
from spaktok.users.requests import CreateUserProfile

ANA = UserId("ana")
BEN = UserId("ben")
CARL = UserId("carl")
DINA = UserId("dina")

GROWN_UP = DeclaresBirth(birth_date="1990-05-17", region="US", time_zone="America/New_York")
"""What people say of themselves unless a test is about it; see `tests/support/ages.py`."""


def join(*uids: UserId) -> None:
    """Give each of them a profile."""
    for uid in uids:
        service.create_profile(
            uid,
            f"{uid}@example.com",
            CreateUserProfile(
                username=f"{uid}.name", display_name=uid.capitalize(), **GROWN_UP.model_dump()
            ),
        )
