"""Making and reading profiles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from spaktok.core import clients, meter, standing
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound, Refusal
from spaktok.core.standing import AccountSuspended
from spaktok.graph import service as graph
from spaktok.users import service, store
from spaktok.users.refusals import ProfileExists, UsernameTaken
from spaktok.users.requests import CreateUserProfile
from tests.support.people import ANA, BEN, CARL, GROWN_UP, join, request_of
from tests.support.sample import some
from tests.support.time import NOON


def claim(uid: UserId, username: str) -> service.Created | Refusal:
    request = CreateUserProfile(username=username, display_name="Somebody", **GROWN_UP.model_dump())
    try:
        return service.create_profile(uid, None, request)
    except Refusal as refusal:
        return refusal


def test_a_name_that_differs_in_case_alone_is_taken() -> None:
    claim(ANA, "lumen")
    assert isinstance(claim(BEN, "LUMEN"), UsernameTaken)
    assert not clients.db().document(f"users/{BEN}").get().exists


def test_the_tests_people_have_what_the_use_case_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `join` leaves is what `createUserProfile` does, but for what is sealed anew each time.

    Negative control: with another language, or without the age, they differ.
    """
    join(ANA)
    made = everything()
    monkeypatch.setenv("GCLOUD_PROJECT", f"demo-{uuid4().hex[:12]}")
    service.create_profile(ANA, f"{ANA}@example.com", request_of(ANA))
    assert made == everything()
    assert len(made) == 5


def everything() -> dict[str, dict[str, Any]]:
    """Every document, without what is sealed."""
    client = clients.db()
    collections = list(client.collections())
    collections += client.document(f"users/{ANA}").collections()
    return {
        found.reference.path: {
            name: value for name, value in found.to_dict().items() if not isinstance(value, bytes)
        }
        for collection in collections
        for found in collection.stream()
    }


def test_of_many_simultaneous_claims_of_one_name_exactly_one_wins() -> None:
    """Negative control: with `set` for `create` and no read of the name, several win."""
    people = [UserId(f"user{number}") for number in range(some(8, short=4))]
    with ThreadPoolExecutor(len(people)) as pool:
        outcomes = list(pool.map(claim, people, ["lumen", "LUMEN"] * (len(people) // 2)))
    winners = [one for one in outcomes if isinstance(one, service.Created)]
    assert len(winners) == 1
    assert all(isinstance(one, UsernameTaken) for one in outcomes if one not in winners)
    assert store.username_ref("lumen").get().get("userId") == winners[0].user_id
    assert len(list(clients.db().collection("users").stream())) == 1


def test_claiming_the_same_name_again_answers_the_same() -> None:
    assert claim(ANA, "lumen") == claim(ANA, "Lumen") == service.Created(ANA, "lumen")


def test_an_account_with_a_profile_cannot_take_a_second_name() -> None:
    claim(ANA, "lumen")
    assert isinstance(claim(ANA, "other"), ProfileExists)
    assert service.availability(BEN, "other").available


def test_a_new_account_starts_with_safe_defaults_and_nothing_private_on_the_card() -> None:
    join(ANA)
    card = clients.db().document(f"users/{ANA}").get().to_dict()
    account = clients.db().document(f"users/{ANA}/private/account").get().to_dict()
    assert card is not None
    assert account is not None
    assert (card["isVerified"], card["isPremiumAccount"], card["followerCount"]) == (
        False,
        False,
        0,
    )
    assert account["email"] == "ana@example.com"
    assert "ana@example.com" not in str(card)
    assert account["privacySettings"]["messages"] == "friends"
    assert not account["privacySettings"]["findByEmail"]
    assert clients.db().document(f"security/{ANA}").get().get("hasProfile")


def test_unknown_blocked_and_deactivated_are_one_answer_at_one_cost() -> None:
    join(ANA, BEN, CARL)
    graph.block(BEN, ANA, None)
    clients.db().document(f"users/{CARL}").update({"deactivated": True})
    answers = []
    for other in (UserId("nobody"), BEN, CARL):
        with meter.counting() as cost, pytest.raises(NotFound) as refused:
            service.get_profile(ANA, other)
        answers.append((refused.value.details(), cost.reads, cost.rpcs))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][1:] == (2, 1)


def test_a_private_account_tells_whoever_does_not_follow_it_who_it_is_and_no_more() -> None:
    """Negative control: without `from_outside`, Ben reads all of it."""
    join(ANA, BEN, CARL)
    graph.follow(CARL, ANA)
    told = {
        "bio": "Canary",
        "website": "https://ana.example",
        "socialLinks": {"instagram": "ana"},
        "location": {"country": "SE", "city": None},
        "coverImage": f"profiles/{ANA}/cover_0a_720.jpg",
        "badges": ["first-gift"],
    }
    clients.db().document(f"users/{ANA}").update(told)
    everyone = service.get_profile(BEN, ANA)
    clients.db().document(f"users/{ANA}").update({"isPrivate": True})
    inside = [service.get_profile(uid, ANA) for uid in (ANA, CARL)]
    outside = service.get_profile(BEN, ANA)
    assert [one.bio for one in (everyone, *inside)] == ["Canary"] * 3
    assert outside == replace(
        everyone,
        bio="",
        website=None,
        social_links={},
        location=None,
        cover_image=None,
        cover_images={},
        badges=(),
        is_private=True,
    )


def test_a_deactivated_user_still_reads_their_own_profile() -> None:
    join(ANA)
    clients.db().document(f"users/{ANA}").update({"deactivated": True})
    assert service.get_profile(ANA, ANA).is_owner


def test_an_account_that_was_banned_before_it_had_a_profile_stays_banned() -> None:
    clients.db().document(f"security/{ANA}").set({"banned": True, "bannedUntil": None})
    join(ANA)
    with pytest.raises(AccountSuspended):
        standing.load(ANA, fresh=True).check(signed_in_at=NOON, at=NOON)
