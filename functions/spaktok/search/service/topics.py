"""Finding hashtags and sounds, and keeping their indexes: what some public video uses, and no other.

A sound names who made it, so it is found by whoever may find them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from spaktok.core import ids, paging
from spaktok.core.ids import UserId
from spaktok.core.refusal import TryAgain
from spaktok.feed import store as feed
from spaktok.search.model import Kind, Topic, known_as
from spaktok.search.service import engine, finding, indexing
from spaktok.search.service.engine import Shows
from spaktok.search.store import Audience
from spaktok.users import store as users
from spaktok.videos import catalogue
from spaktok.videos.service import bans

Fields = dict[str, Any] | None

ATTEMPTS_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class FoundHashtag:
    """A hashtag that was found."""

    hashtag: str
    usage_count: int
    """Public videos with it, rounded down to 1, 2 or 5 times a power of ten."""


@dataclass(frozen=True, slots=True)
class FoundSound:
    """A sound that was found."""

    sound_id: str
    name: str
    artist: str
    usage_count: int


@dataclass(frozen=True, slots=True)
class HashtagPage:
    """A page of hashtags, best first."""

    hashtags: list[FoundHashtag]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class SoundPage:
    """A page of sounds, best first."""

    sounds: list[FoundSound]
    next_cursor: str | None
    has_more: bool


def hashtags(viewer: UserId, query: str, limit: int, cursor: str | None) -> HashtagPage:
    """Find hashtags by how they begin, or nearly so; the most used first. A read a result, and two."""
    banned = bans.decode(bans.ref().get())

    def shows(one: Topic) -> bool:
        return one.key not in banned

    found, further = _find(Kind.HASHTAGS, viewer, query.lstrip("#"), limit, cursor, shows=shows)
    shown = [FoundHashtag(one.key, one.usage_count) for one in found]
    return HashtagPage(shown, further, has_more=further is not None)


def sounds(viewer: UserId, query: str, limit: int, cursor: str | None) -> SoundPage:
    """Find sounds by name or artist; the most used first. A read a result, and two.

    Those of people whom the viewer's mask hides are left out, and change no page, as for users
    (`finding.users`).
    """
    mask = feed.mask(feed.mask_ref(viewer).get())
    hidden = mask.users | mask.muted

    def shows(sound: Topic) -> bool:
        return ids.owner_of(sound.key) not in hidden

    audience = finding.audience_of(viewer)
    found, further = _find(Kind.SOUNDS, viewer, query, limit, cursor, shows=shows, by=audience)
    shown = [FoundSound(one.key, one.title, one.text, one.usage_count) for one in found]
    return SoundPage(shown, further, has_more=further is not None)


def hashtag_changed(tag: str, before: Fields, after: Fields) -> None:
    """A hashtag's total was written: nothing, unless it is another one once rounded."""
    # Totals only ever come from their documents, whose next event puts right what an old one wrote.
    if _hashtag(tag, before) != (now := _hashtag(tag, after)):
        _index(Kind.HASHTAGS, tag, now)


def sound_changed(sound_id: str, before: Fields, after: Fields) -> None:
    """A sound was written: nothing, unless it changed in what the index holds."""
    if _sound(sound_id, before) != _sound(sound_id, after):
        refresh_sound(sound_id)


def refresh_sound(sound_id: str) -> None:
    """Make the index say of a sound what is true. Four reads, one write. Repeatable.

    Whoever writes looks again afterwards, as for users (`indexing`). Raises `TryAgain`.
    """
    entry = _true_sound(sound_id)
    for _ in range(ATTEMPTS_MAX):
        _index(Kind.SOUNDS, sound_id, entry)
        written, entry = entry, _true_sound(sound_id)
        if entry == written:
            return
    raise TryAgain


def _find(  # noqa: PLR0913 - as both calls have it
    kind: Kind,
    viewer: UserId,
    query: str,
    limit: int,
    cursor: str | None,
    *,
    shows: Shows,
    by: Audience = Audience.TEENS,
) -> tuple[list[Topic], str | None]:
    """By whom it is asked for matters only of what somebody made: hashtags are there for all."""
    index = engine.chosen(kind)
    scope = f"search-{kind}:{type(index).__name__}:{by}:{viewer}:{query}"
    after = paging.unseal(cursor, scope) if cursor is not None else None
    hits = index.search(query, by, after=after, limit=limit, shows=shows)
    further = paging.seal(hits.place, scope) if hits.place is not None else None
    return hits.entries, further


def _index(kind: Kind, key: str, entry: Topic | None) -> None:
    if entry is None:
        engine.chosen(kind).remove(key)
    else:
        engine.chosen(kind).index(entry)


def _true_sound(sound_id: str) -> Topic | None:
    """The entry as it must be; of a sound that nobody here made, everyone may know."""
    owner = ids.owner_of(sound_id)
    sound, *security = users.read(
        [catalogue.sound_ref(sound_id), *([users.security_ref(owner)] if owner else [])]
    )
    entry = _sound(sound_id, sound.to_dict())
    if entry is None or not security:
        return entry
    _, for_adults = indexing.audience(security[0].to_dict())
    return replace(entry, for_adults=for_adults)


def _hashtag(tag: str, fields: Fields) -> Topic | None:
    if fields is None or fields.get("usageCount", 0) <= 0:
        return None
    return Topic(tag, tag, "", known_as(fields["usageCount"]))


def _sound(sound_id: str, fields: Fields) -> Topic | None:
    if fields is None or fields.get("usageCount", 0) <= 0 or fields.get("status") != "active":
        return None
    return Topic(sound_id, fields["name"], fields["artist"], known_as(fields["usageCount"]))
