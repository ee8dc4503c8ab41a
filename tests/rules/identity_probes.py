"""What the rules must say about the images of identity documents."""

from __future__ import annotations

from collections.abc import Iterator

from tests.rules.people import BANNED, NOW, OWNER, PEOPLE, RETURNED, STRANGER, TOO_YOUNG, Fields
from tests.rules.storage_probes import StorageProbe
from tests.rules.storage_runtime import File

BYTES_MAX = 10 * 1024 * 1024
IMAGE = File(500_000, "image/jpeg")
REQUEST: Fields = {"userId": OWNER.uid, "status": "pending", "imageCount": 2, "createdAt": NOW}
ID = "rules-request"


def documents() -> dict[str, Fields]:
    """The requests these rules look up."""
    return {
        f"idVerificationRequests/{ID}": REQUEST,
        f"idVerificationRequests/{ID}-whole": {**REQUEST, "imageCount": 9},
        f"idVerificationRequests/{ID}-decided": {**REQUEST, "status": "approved"},
        f"idVerificationRequests/{ID}-of-ben": {**REQUEST, "userId": BANNED.uid},
        f"idVerificationRequests/{ID}-of-rob": {**REQUEST, "userId": RETURNED.uid},
        f"idVerificationRequests/{ID}-of-yuri": {**REQUEST, "userId": TOO_YOUNG.uid},
    }


def probes() -> Iterator[StorageProbe]:
    """Everyone at the owner's place, and everything that may be wrong with place and file."""
    good = _place()
    for person in PEOPLE:
        mine = person.uid == OWNER.uid
        yield StorageProbe("an image", person, "create", good, mine, None, IMAGE)
        yield StorageProbe("an image", person, "get", good, False, IMAGE)
    yield StorageProbe(
        "one's own", RETURNED, "create", _place(f"{ID}-of-rob", RETURNED.uid), True, None, IMAGE
    )
    yield StorageProbe(
        "one's own", BANNED, "create", _place(f"{ID}-of-ben", BANNED.uid), False, None, IMAGE
    )
    # The appeal of who is too young: with `active()` in place of the standing, this one is refused.
    yield StorageProbe(
        "one's own", TOO_YOUNG, "create", _place(f"{ID}-of-yuri", TOO_YOUNG.uid), True, None, IMAGE
    )
    yield StorageProbe("an overwrite", OWNER, "create", good, False, IMAGE, IMAGE)
    yield StorageProbe("metadata", OWNER, "update", good, False, IMAGE, IMAGE)
    yield StorageProbe("an image", OWNER, "delete", good, False, IMAGE)
    yield StorageProbe("the folder", OWNER, "list", good.rpartition("/")[0], False)
    for question, place, allowed in (
        ("the last image", _place(image="2"), True),
        ("one more than announced", _place(image="3"), False),
        ("none", _place(image="0"), False),
        ("the fourth of nine", _place(f"{ID}-whole", image="4"), True),
        ("the fifth of nine", _place(f"{ID}-whole", image="5"), False),
        ("a name", _place(image="front.jpg"), False),
        ("after the decision", _place(f"{ID}-decided"), False),
        ("of no request", _place("never-asked"), False),
        ("another's request", _place(f"{ID}-of-rob"), False),
        ("another's folder", _place(f"{ID}-of-rob", RETURNED.uid), False),
        ("one's request in another's folder", _place(uid=STRANGER.uid), False),
    ):
        yield StorageProbe(question, OWNER, "create", place, allowed, None, IMAGE)
    for question, file, allowed in (
        ("PNG", File(1, "image/png"), True),
        ("PDF", File(1, "application/pdf"), True),
        ("as large as may be", File(BYTES_MAX, "image/jpeg"), True),
        ("too large by one byte", File(BYTES_MAX + 1, "image/jpeg"), False),
        ("empty", File(0, "image/jpeg"), False),
        ("a page", File(5_000, "text/html"), False),
        ("a vector image", File(5_000, "image/svg+xml"), False),
        ("without a type", File(5_000, None), False),
    ):
        yield StorageProbe(question, OWNER, "create", good, allowed, None, file)


def _place(request_id: str = ID, uid: str = OWNER.uid, image: str = "1") -> str:
    return f"idVerification/{uid}/{request_id}/{image}"
