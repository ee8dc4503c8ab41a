"""One rule in two languages: the functions and `firestore.rules` let the same people see a video.

Generated worlds of one viewer, one owner, what is between them, and a video; the same documents are
judged by the running rules and by `access_video`, which every call passes. Storage rules share the
text of `canView`, and `test_storage.py` puts the matrix to them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from spaktok.core import age, clients, ids, standing
from spaktok.core.age import Age, Band
from spaktok.core.ids import UserId, VideoId
from spaktok.core.refusal import NotFound, Refusal
from spaktok.users import store as users
from spaktok.users.model import Card, new_card
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from spaktok.videos.model import VISIBILITIES, VideoStatus
from spaktok.videos.service.access import access_video
from tests.rules import firestore
from tests.rules.firestore import Project
from tests.rules.people import NOW, SIGNED_IN, Person

WORLDS = 500
SEED = 20260314
BATCH = 100
BONDS = {"follows": 0.5, "closeFriends": 0.3, "blocks": 0.08}
"""How likely each is, in each direction."""
STANDINGS: tuple[tuple[float, dict[str, Any]], ...] = (
    (0.85, {}),
    (0.05, {"banned": True, "bannedUntil": None}),
    (0.04, {"banned": True, "bannedUntil": NOW + timedelta(days=1)}),
    (0.03, {"banned": True, "bannedUntil": NOW - timedelta(days=1)}),
    (0.03, {"disabled": True}),
)

AGES = (
    *([Age(Band.ADULT, 21)] * 4),
    Age(),
    *(
        Age(band, floor, next_at=next_at)
        for band, floor in ((Band.YOUNGER_TEEN, 13), (Band.OLDER_TEEN, 16), (Band.ADULT, 18))
        for next_at in (NOW - timedelta(hours=1), NOW + timedelta(days=1))
    ),
)
"""What is known of viewers' ages; many know of none that matters."""


@dataclass(frozen=True)
class World:
    """Two people and a video."""

    viewer: UserId
    owner: UserId
    video_id: VideoId
    relation: dict[str, Any]
    visibility: Visibility
    status: VideoStatus
    private: bool
    restriction: int
    security: dict[str, Any]

    def person(self) -> Person:
        return Person("viewer", self.viewer)

    def documents(self) -> dict[str, dict[str, Any]]:
        """What is stored besides the video."""
        kept = {f"security/{self.viewer}": {**standing.new(SIGNED_IN), **self.security}}
        if self.relation:
            kept[users.relation_ref(self.viewer, self.owner).path] = self.relation
        return kept


def generate(seed: int) -> Iterator[World]:
    """Worlds of every kind; the same seed, the same worlds."""
    chance = random.Random(seed)
    for number in range(WORLDS):
        names = [f"one{number}", f"two{number}"]
        chance.shuffle(names)
        viewer, owner = UserId(names[0]), UserId(names[1])
        if chance.random() < 0.05:
            owner = viewer
        relation: dict[str, Any] = {}
        if owner != viewer:
            for bond, likely in BONDS.items():
                holders = [uid for uid in names if chance.random() < likely]
                if holders:
                    relation[bond] = dict.fromkeys(holders, NOW)
        if relation:
            relation["users"] = sorted(names)
        weights = [weight for weight, _ in STANDINGS]
        yield World(
            viewer=viewer,
            owner=owner,
            video_id=VideoId(ids.owned_id(owner)),
            relation=relation,
            visibility=chance.choice(sorted(VISIBILITIES)),
            status=chance.choice([VideoStatus.ACTIVE] * 6 + sorted(VideoStatus)),
            private=chance.random() < 0.4,
            restriction=chance.choice((0, 0, 0, 0, 13, 16, 18, 21)),
            security={
                **age.encode(chance.choice(AGES)),
                **chance.choices([one for _, one in STANDINGS], weights)[0],
            },
        )


@pytest.fixture
def worlds(ours: Project) -> list[World]:
    made = list(generate(SEED))
    for start in range(0, len(made), BATCH):
        batch = clients.db().batch()
        for world in made[start : start + BATCH]:
            seed(batch, world)
        batch.commit()
    return made


def seed(batch: Any, world: World) -> None:
    """Stage the world: the video by the use case's own code, the rest as it is stored."""
    for path, fields in world.documents().items():
        batch.set(clients.db().document(path), fields)
    videos.create(
        batch,
        world.video_id,
        owner_card(world),
        videos.NewVideo(visibility=world.visibility),
        NOW,
    )
    changes = {"status": world.status, "ageRestriction": world.restriction}
    batch.update(videos.ref(world.video_id), changes)


def owner_card(world: World) -> Card:
    """The card of the video's owner, as it is decoded from what is stored of a new account."""
    fields = new_card(world.owner, world.owner, world.owner, NOW, is_private=world.private)
    card = users.decode_card(Stored(world.owner, fields))  # type: ignore[arg-type]
    assert card is not None
    return card


@dataclass(frozen=True)
class Stored:
    """A snapshot of fields that are nowhere stored."""

    id: str
    fields: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return self.fields


def code_shows(world: World) -> bool:
    """What the functions say: the edge looks at the standing, the use case at the rest."""
    try:
        standing.load(world.viewer, fresh=True).check(signed_in_at=SIGNED_IN, at=datetime.now(UTC))
        return access_video(world.viewer, world.video_id).video_id == world.video_id
    except (NotFound, Refusal):
        return False


def test_rules_and_code_agree_in_every_generated_world(
    project: Project, worlds: list[World]
) -> None:
    """Negative control: without `ownerPrivate` in either of the two, dozens of worlds differ."""
    assert len(worlds) >= 500
    verdicts: Counter[bool] = Counter()
    differ = []

    def by_the_rules(world: World) -> bool:
        return project.permits(world.person(), firestore.get(f"videos/{world.video_id}"))

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            zip(pool.map(code_shows, worlds), pool.map(by_the_rules, worlds), strict=True)
        )
    for world, (by_code, by_rules) in zip(worlds, answers, strict=True):
        verdicts[by_code] += 1
        if by_code is not by_rules:
            differ.append(f"code {by_code}, rules {by_rules}: {world}")
    assert differ == []
    assert min(verdicts.values()) > WORLDS // 10, "both answers are common"
