"""Named people: accounts with a profile, made through the real use case."""

from __future__ import annotations

from spaktok.core.ids import UserId
from spaktok.users import service
from spaktok.users.requests import CreateUserProfile

ANA = UserId("ana")
BEN = UserId("ben")
CARL = UserId("carl")
DINA = UserId("dina")


def join(*uids: UserId) -> None:
    """Give each of them a profile."""
    for uid in uids:
        service.create_profile(
            uid,
            f"{uid}@example.com",
            CreateUserProfile(username=f"{uid}.name", display_name=uid.capitalize()),
        )
