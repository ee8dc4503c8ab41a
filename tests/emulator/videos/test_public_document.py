"""What everyone who may see a video reads of it: `videos/{id}` itself, by a listener."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spaktok.core import clock, keys, meter
from spaktok.feed import fan_out
from spaktok.graph import service as graph
from spaktok.users import settings
from spaktok.users.privacy import Contact
from spaktok.users.relation import Visibility
from spaktok.videos import rule_seals, store
from spaktok.videos.commenting import CommentRules
from spaktok.videos.engaging import CommentOnVideo, UpdateCommentFilters
from spaktok.videos.model import Intent
from spaktok.videos.requests import UpdateVideo
from spaktok.videos.service import comment_rules, comments, editing, publishing
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.worlds import ready, video

SHOWN = {
    *("videoId", "userId", "username", "userProfileImage", "userIsVerified", "ownerPrivate"),
    *("caption", "hashtags", "language", "visibility", "ageRestriction", "status", "media"),
    *("comments", "likes", "saves", "shares", "views", "shards"),
    *("allowComments", "allowDuet", "allowStitch", "soundId", "challengeId", "parentId", "kinship"),
    *("createdAt", "publishedAt", "lastModified", "moderationStatus", "recommendable", "intent"),
    *("publishAt", "audienceEpoch", "carried", "commentSeal"),
}
"""The last line's are there for us: what they say to others is nothing, as is tested below."""


def test_a_video_tells_viewers_nothing_of_its_owners_rules_nor_of_what_it_was(
    queue: Queue, time: TestClock
) -> None:
    """Negative controls: with rules in clear, with epochs from 0, with `mark` in clear, or with its
    hour left on a published video."""
    join(ANA, BEN)
    settings.update(ANA, {"comments": Contact.FRIENDS})
    comment_rules.update(ANA, UpdateCommentFilters(words=["pills"]))
    hour = clock.now() + timedelta(hours=1)
    one, other = (ready(ANA, intent=Intent.SCHEDULE, publish_at=hour) for _ in range(2))
    time.pass_(hours=1)
    for clip in (one, other):
        assert publishing.publish_due(clip, hour)
    for wanted in (Visibility.PRIVATE, Visibility.PUBLIC):
        editing.update(ANA, UpdateVideo(video_id=one, visibility=wanted))
    fan_out.carry(ANA, one)
    fields, others = (store.ref(clip).get().to_dict() or {} for clip in (one, other))
    assert set(fields) == SHOWN
    assert fields["publishAt"] is None
    assert abs(fields["audienceEpoch"] - others["audienceEpoch"]) > 10
    told = repr([fields["commentSeal"], fields["carried"]])
    for secret in ("friends", "True", "public", "pills", str(fields["audienceEpoch"])):
        assert secret not in told
    assert fields["commentSeal"] != others["commentSeal"]
    for words in ([], ["pills"]):
        comment_rules.update(ANA, UpdateCommentFilters(words=words))
        queue.drain()
    renewed = store.ref(one).get().get("commentSeal")
    assert renewed != fields["commentSeal"], "nobody sees that it is as it was"
    assert rule_seals.opened(one, renewed) == CommentRules(Contact.FRIENDS, filtered=True)


def test_a_seal_is_of_one_video_and_of_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """And where the key was changed the rules are looked up: nobody comments who may not."""
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    clip, other = video(ANA), video(ANA)
    for who in Contact:
        for filtered in (True, False):
            rules = CommentRules(who, filtered)
            sealed = rule_seals.seal(clip, rules)
            assert rule_seals.opened(clip, sealed) == rules
            assert rule_seals.opened(other, sealed) is None
    monkeypatch.setenv(keys.CURSOR_SECRET, "k" * 32)
    said = CommentOnVideo(video_id=clip, text="Lovely")
    with meter.counting() as cost:
        comments.comment(BEN, said)
    assert cost.reads == 4
    assert comment_rules.renew(ANA) == 2
    with meter.counting() as cost:
        comments.comment(BEN, said)
    assert cost.reads == 2
