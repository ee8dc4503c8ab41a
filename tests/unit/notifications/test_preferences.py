"""What goes where: defaults by age, switches, and what nobody can switch off."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from pydantic import ValidationError

from spaktok.core.age import Age, Band
from spaktok.notifications import preferences
from spaktok.notifications.kinds import KINDS, Grouping, defaults
from spaktok.notifications.model import Category, Channel, EntityType, NotificationType
from spaktok.notifications.preferences import Preferences, QuietHours
from spaktok.notifications.requests import MarkAllNotificationsAsRead, UpdateNotificationSettings
from spaktok.notifications.silence import Every

T = NotificationType
ADULT = Age(Band.ADULT, region="SE")
NIGHT = QuietHours(time(22), time(7), "Europe/Stockholm")
MIDNIGHT = datetime(2026, 1, 10, 23, tzinfo=UTC)
MORNING = datetime(2026, 1, 11, 6, tzinfo=UTC)


DESIGNED = """
like comment follow gift message story_upload report_status payout_status follow_request
follow_request_accepted comment_reply story_reply question_answer story_share live_start
live_reminder live_cancellation live_ended pk_start pk_result stream_ban moderator_appointed
gift_earnings gift_refund top_rank coin_purchase verification_approved verification_rejected
achievement level content_removed content_hidden content_flagged warning ban ban_expired
scheduled_publish
"""
"""Every kind of news that the design of this or of another system asks for."""
OTHER_NAMES = {
    "like": T.VIDEO_LIKE,
    "comment": T.VIDEO_COMMENT,
    "follow": T.NEW_FOLLOWER,
    "gift": T.GIFT_RECEIVED,
    "message": T.NEW_MESSAGE,
    "story_upload": T.NEW_STORY,
    "question_answer": T.STORY_ANSWER,
    "live_start": T.LIVE_STARTED,
    "live_reminder": T.LIVE_REMINDER,
    "live_cancellation": T.LIVE_CANCELLED,
    "live_ended": T.LIVE_ENDED,
    "pk_start": T.PK_STARTED,
    "pk_result": T.PK_RESULT,
    "moderator_appointed": T.STREAM_MODERATOR,
    "top_rank": T.GIFT_TOP_RANK,
    "level": T.LEVEL_UP,
    "ban": T.ACCOUNT_BANNED,
}


def test_whatever_a_design_asks_to_be_told_has_its_type() -> None:
    told = {OTHER_NAMES.get(name) or T(name) for name in DESIGNED.split()}
    assert len(told) == len(DESIGNED.split())
    assert told <= set(KINDS)


def test_every_type_is_described() -> None:
    assert set(KINDS) == set(NotificationType)


def test_what_is_about_security_or_safety_is_pushed_and_cannot_be_silenced() -> None:
    for kind, what in KINDS.items():
        if what.category in (Category.SECURITY, Category.SAFETY):
            assert what.locked, kind
            assert defaults(kind, Band.YOUNGER_TEEN)[Channel.PUSH], kind
    for kind in (T.PAYOUT_STATUS, T.REPORT_STATUS):
        assert KINDS[kind].locked


def test_security_calls_and_safety_alarms_are_urgent_and_nothing_else() -> None:
    urgent = {kind for kind, what in KINDS.items() if what.urgent}
    assert T.INCOMING_CALL in urgent
    assert all(
        KINDS[kind].category in (Category.SECURITY, Category.SAFETY)
        for kind in urgent - {T.INCOMING_CALL}
    )


def test_a_group_counted_from_records_has_a_grouping() -> None:
    for kind, what in KINDS.items():
        if what.source is not None:
            assert what.grouping in (Grouping.TYPE, Grouping.ENTITY), kind


@pytest.mark.parametrize("band", [Band.YOUNGER_TEEN, Band.UNKNOWN, Band.UNDER_MINIMUM])
def test_the_youngest_are_not_called_back_by_default(band: Band) -> None:
    assert not defaults(T.LIVE_STARTED, band)[Channel.PUSH]
    assert not defaults(T.NEW_STORY, band)[Channel.PUSH]
    assert defaults(T.LIVE_STARTED, Band.ADULT)[Channel.PUSH]
    assert defaults(T.NEW_MESSAGE, band)[Channel.PUSH]


def test_how_the_review_of_an_age_ended_reaches_whoever_has_no_inbox() -> None:
    """Negative control, tried: as news of the system, neither is told to a closed account."""
    for kind in (T.AGE_REVIEW_NEEDED, T.ID_VERIFICATION_APPROVED, T.ID_VERIFICATION_REJECTED):
        told = defaults(kind, Band.UNDER_MINIMUM)
        assert (told[Channel.PUSH], told[Channel.EMAIL]) == (True, True), kind


def test_a_types_switch_counts_before_its_categorys_and_that_before_the_default() -> None:
    both = Preferences(types={"video_like": {"push": True}}, categories={"social": {"push": False}})
    assert preferences.setting(both, T.VIDEO_LIKE, Channel.PUSH, Band.ADULT) == (
        True,
        "types.video_like",
    )
    assert preferences.setting(both, T.MENTION, Channel.PUSH, Band.ADULT) == (
        False,
        "categories.social",
    )
    assert preferences.setting(both, T.MENTION, Channel.IN_APP, Band.ADULT) == (True, "default")


def test_nothing_switches_off_what_is_locked() -> None:
    off = dict.fromkeys((c.value for c in Channel), False)
    all_off = Preferences(
        types={kind.value: off for kind in NotificationType},
        categories={category.value: off for category in Category},
    )
    for kind, what in KINDS.items():
        for channel, default in defaults(kind, Band.ADULT).items():
            on, _ = preferences.setting(all_off, kind, channel, Band.ADULT)
            assert on == (what.locked and default), (kind, channel)


def test_quiet_hours_hold_a_like_and_let_security_and_calls_pass() -> None:
    """Negative control: without the test of `urgent` in `hold`, the second half fails."""
    asleep = Preferences(quiet=NIGHT, every=Every.DAILY)
    held = preferences.hold(asleep, T.VIDEO_LIKE, ADULT, MIDNIGHT)
    assert held is not None
    for kind in (T.INCOMING_CALL, T.NEW_SIGN_IN, T.WARNING):
        assert preferences.hold(asleep, kind, ADULT, MIDNIGHT) is None
        assert preferences.hold(asleep, kind, Age(), MIDNIGHT) is None


def test_what_is_held_leaves_when_it_is_quiet_no_more() -> None:
    asleep = Preferences(quiet=NIGHT)
    held = preferences.hold(asleep, T.VIDEO_LIKE, ADULT, MIDNIGHT)
    assert held is not None
    assert (held.until, held.reason) == (MORNING, "quietHours")
    assert preferences.hold(asleep, T.VIDEO_LIKE, ADULT, MORNING) is None
    assert preferences.hold(asleep, T.VIDEO_LIKE, ADULT, MORNING - timedelta(milliseconds=1))


def test_a_batch_that_would_leave_in_the_night_waits_for_the_morning() -> None:
    late = Preferences(quiet=NIGHT, every=Every.DAILY, daily_at=time(23))
    held = preferences.hold(late, T.VIDEO_LIKE, ADULT, datetime(2026, 1, 10, 12, tzinfo=UTC))
    assert held is not None
    assert held.until == MORNING


def test_a_curfew_is_named_before_the_quiet_hours_that_go_on_after_it() -> None:
    long = Preferences(quiet=QuietHours(time(22), time(8), "Europe/Stockholm"))
    held = preferences.hold(long, T.VIDEO_LIKE, Age(Band.OLDER_TEEN, region="SE"), MIDNIGHT)
    assert held is not None
    assert (held.until, held.reason) == (datetime(2026, 1, 11, 7, tzinfo=UTC), "curfew")


def test_the_switches_of_the_first_clients_are_taken_as_what_they_stand_for() -> None:
    said = {"settings": {"likes": False, "messages": True, "mention": {"push": False}}}
    both = {Channel.IN_APP: False, Channel.PUSH: False}
    assert UpdateNotificationSettings.model_validate(said).settings == {
        "video_like": both,
        "comment_like": both,
        "message": {Channel.IN_APP: True, Channel.PUSH: True},
        "mention": {Channel.PUSH: False},
    }
    for wrong in ({"likes": {"push": False}}, {"likes": 0}, {"video_like": False}):
        with pytest.raises(ValidationError):
            UpdateNotificationSettings.model_validate({"settings": wrong})


def test_a_minor_cannot_travel_out_of_the_law_by_naming_another_zone() -> None:
    """Negative control: with the user's zone for New York's own row this is not held."""
    away = Preferences(time_zone="Asia/Tokyo")
    home = Age(Band.YOUNGER_TEEN, region="SE", zone="Europe/Stockholm")
    assert preferences.hold(away, T.VIDEO_LIKE, home, MIDNIGHT) is not None
    one_in_new_york = datetime(2026, 1, 10, 6, tzinfo=UTC)
    assert preferences.hold(
        away, T.VIDEO_LIKE, Age(Band.OLDER_TEEN, region="US-NY"), one_in_new_york
    )


def test_the_thing_muted_longest_ago_goes_first() -> None:
    muted: dict[str, datetime] = {}
    for number in range(preferences.MUTED_MAX + 5):
        at = MIDNIGHT + timedelta(minutes=number)
        muted = preferences.mute(muted, preferences.entity_key(EntityType.VIDEO, f"v{number}"), at)
    assert len(muted) == preferences.MUTED_MAX
    assert "video:v4" not in muted
    assert "video:v204" in muted


def ask(**data: object) -> UpdateNotificationSettings:
    return UpdateNotificationSettings.model_validate(data)


@pytest.mark.parametrize(
    "data",
    [
        {"settings": {"likes": {"push": False}}},
        {"settings": {"video_like": {"sms": False}}},
        {"settings": {"video_like": {"push": 0}}},
        {"settings": {"digest": {"push": False}}},
        {"settings": {"types.video_like": {"push": False}}},
        {"quietHours": {"start": "22:00", "end": "07:00"}},
        {"quietHours": {"start": "22:00", "end": "07:00", "zone": "Mars/Olympus"}},
        {"quietHours": {"start": "24:00", "end": "07:00", "zone": "UTC"}},
        {"quietHours": {"start": "22:00", "end": "7:00", "zone": "UTC"}},
        {"quietHours": {"start": "22:00", "end": "07:00", "zone": "UTC", "days": []}},
        {"quietHours": {"start": "22:00", "end": "07:00", "zone": "UTC", "days": [7]}},
        {"batching": {"every": "weekly"}},
        {"batching": {"every": "daily", "at": "noon"}},
        {"timeZone": "local"},
        {"timeZone": "../etc/passwd"},
        {"timeZone": "Europe/stockholm"},
        {"hiddenContent": "yes"},
        {"userId": "somebody"},
    ],
)
def test_settings_are_taken_strictly(data: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ask(**data)


def test_settings_may_be_partial_and_quiet_hours_taken_back() -> None:
    assert ask(settings={"video_like": {"push": False}, "live": {"email": True}}).settings
    assert ask(quietHours=None).model_fields_set == {"quiet_hours"}
    assert ask(batching={"every": "daily", "at": "07:30"}).batching


def test_an_instant_without_an_offset_is_no_instant() -> None:
    with pytest.raises(ValidationError):
        MarkAllNotificationsAsRead.model_validate({"upTo": "2026-01-01T00:00:00"})
    assert MarkAllNotificationsAsRead.model_validate({"upTo": "2026-01-01T00:00:00Z"}).up_to
