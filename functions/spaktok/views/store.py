"""Paths, decoding and staged writes of views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, ids
from spaktok.users import store as users
from spaktok.videos import store as videos
from spaktok.views import interests
from spaktok.views.interests import Interests
from spaktok.views.model import KEPT_FOR, Batch, Deed, Mark, Plays, Regard, Source, Tally

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query, WriteBatch

HOURS_KEPT: Final = KEPT_FOR / 18
"""Five days: longer than anything looks back that trends."""


def batch_ref(batch_id: str) -> DocumentReference:
    """`viewBatches/{id}`: what an app reported, never changed but for `withheld`.

    {userId, at, bucket, month, videoIds, plays: {videoId: {ms: [int], source}}, plausible, trusted,
    withheld, inputHash, expiresAt}.
    """
    return clients.db().collection("viewBatches").document(batch_id)


def roll_ref(stream: str) -> DocumentReference:
    """`viewRolls/{stream}`: {run, from, to, open}: which stretch the present or last run counts.

    A stream is a bucket of batches, or `engagement`.
    """
    return clients.db().collection("viewRolls").document(stream)


def watched_ref(viewer: str, month: str) -> DocumentReference:
    """`watched/{uid_month}`: {userId, seen: {key: rank}, expiresAt}.

    Which batch engaged a viewer with a video, or a topic, first: the least rank of all that did. The
    keys are hashes, so it names nothing that was watched.
    """
    return clients.db().collection("watched").document(f"{viewer}_{month}")


def analytics_ref(video_id: str) -> DocumentReference:
    """`videos/{id}/private/analytics`.

    {userId, plays, engaged, completed, watchedMs, seenMs, followers, retention: {step: int}, sources:
    {source: int}, days: {date: int}, actors: {deed: int}}. `actors` are the distinct trusted people who
    did something with it in a month, its owner not among them: what ranks and trends, and tells nobody.
    """
    return videos.analytics_ref(video_id)


def hour_ref(name: str) -> DocumentReference:
    """`viewHours/{hour-bucket-runs-part}`: how many trusted people each thing drew in an hour.

    {hour, videos: {videoId: int}, hashtags: {tag: int}, sounds: {soundId: int}, expiresAt}.
    """
    return clients.db().collection("viewHours").document(name)


def interests_ref(uid: str) -> DocumentReference:
    """`users/{uid}/interests/summary`.

    {hashtags, sounds, authors, languages: {key: sum}, soundOwners: [author key], updatedAt}.
    Sums grow as `interests.growth` says; read them by `decode_interests`. Written once for all views
    of a window (minutes), never by a single one; a few hundred keys, about 8 KB once trimmed.
    """
    return users.card_ref(uid).collection("interests").document("summary")


def seen_key(kind: str, name: str) -> str:
    """Under which key a viewer's document holds a video, a tag or a sound."""
    return f"{kind[0]}{ids.digest('watched', kind, name)[:16]}"


def arrived(rank: int) -> datetime:
    """When what has this rank (`Batch.rank`, `Mark.rank`) reached the server."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=rank // 4096)


def encode_batch(batch: Batch, bucket: int, input_hash: str) -> dict[str, Any]:
    """The document of a batch."""
    return {
        "userId": batch.viewer,
        "at": batch.at,
        "bucket": bucket,
        "videoIds": sorted(batch.plays),
        "plays": {
            video_id: {"ms": list(plays.watched_ms), "source": plays.source}
            for video_id, plays in batch.plays.items()
        },
        "plausible": batch.plausible,
        "trusted": batch.trusted,
        "withheld": False,
        "inputHash": input_hash,
        "expiresAt": batch.at + KEPT_FOR,
    }


def decode_batch(snapshot: DocumentSnapshot[Any]) -> Batch:
    """The batch of a document that exists."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return Batch(
        batch_id=snapshot.id,
        viewer=fields["userId"],
        at=datetime.fromtimestamp(fields["at"].timestamp(), UTC),
        plays={
            video_id: Plays(tuple(one["ms"]), Source(one["source"]))
            for video_id, one in fields["plays"].items()
        },
        plausible=fields["plausible"],
        trusted=fields["trusted"],
        withheld=fields["withheld"],
    )


def batches_between(bucket: int, after: datetime, until: datetime) -> Query:
    """A bucket's batches in (after, until], in the order of their arrival."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("viewBatches")
        .where(filter=FieldFilter("bucket", "==", bucket))
        .where(filter=FieldFilter("at", ">", after))
        .where(filter=FieldFilter("at", "<=", until))
        .order_by("at")
    )


def batches_of(viewer: str) -> Query:
    """What a viewer reported, in the order of its ids."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("viewBatches")
        .where(filter=FieldFilter("userId", "==", viewer))
        .order_by("__name__")
    )


def batches_around(viewer: str, since: datetime, until: datetime) -> Query:
    """What a viewer reported in a time, the latest first."""
    from google.cloud.firestore import FieldFilter, Query

    return (
        clients.db()
        .collection("viewBatches")
        .where(filter=FieldFilter("userId", "==", viewer))
        .where(filter=FieldFilter("at", ">=", since))
        .where(filter=FieldFilter("at", "<=", until))
        .order_by("at", direction=Query.DESCENDING)
    )


def batches_with(video_id: str) -> Query:
    """The batches that hold a video."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("viewBatches")
        .where(filter=FieldFilter("videoIds", "array_contains", video_id))
    )


def withheld_ref(uid: str) -> DocumentReference:
    """`withholdings/{uid}`: {userId, epoch, withheld, done, upTo, at}: whether they count."""
    return clients.db().collection("withholdings").document(uid)


def aside_ref(uid: str, kind: str, name: str) -> DocumentReference:
    """`users/{uid}/withheld/{kind-digest}`: {kind, id, videoId, fields}: what counts for nothing."""
    key = f"{kind}-{ids.digest(kind, name)}"
    return users.card_ref(uid).collection("withheld").document(key)


def hours_since(since: datetime) -> Query:
    """What drew people since an hour."""
    from google.cloud.firestore import FieldFilter

    return clients.db().collection("viewHours").where(filter=FieldFilter("hour", ">=", since))


def strike(batch_id: str, video_ids: list[str]) -> None:
    """Take plays of these videos out of a batch. One write; nothing where the batch is gone."""
    from google.api_core.exceptions import NotFound as Missing
    from google.cloud.firestore import DELETE_FIELD, ArrayRemove
    from google.cloud.firestore_v1.field_path import FieldPath

    plays = {FieldPath("plays", name).to_api_repr(): DELETE_FIELD for name in video_ids}
    try:
        batch_ref(batch_id).update({**plays, "videoIds": ArrayRemove(video_ids)})
    except Missing:
        return


def add_tally(batch: WriteBatch, video_id: str, tally: Tally) -> None:
    """Stage what plays add to a video: two writes, which fail where it is gone."""
    from google.cloud.firestore import Increment

    batch.update(videos.ref(video_id), {"views": Increment(tally.engaged)})
    batch.update(
        analytics_ref(video_id),
        {
            "plays": Increment(tally.plays),
            "engaged": Increment(tally.engaged),
            "completed": Increment(tally.completed),
            "watchedMs": Increment(tally.watched_ms),
            "seenMs": Increment(tally.seen_ms),
            **_increments_in("retention", {str(at): n for at, n in tally.retention.items()}),
            **_increments_in("sources", tally.sources),
            **_increments_in("days", tally.days),
        },
    )


def decode_tally(snapshot: DocumentSnapshot[Any]) -> Tally:
    """A video's sums; nothing where there is no document."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return Tally(
        plays=fields.get("plays", 0),
        engaged=fields.get("engaged", 0),
        completed=fields.get("completed", 0),
        watched_ms=fields.get("watchedMs", 0),
        seen_ms=fields.get("seenMs", 0),
        retention=_counted({int(step): n for step, n in fields.get("retention", {}).items()}),
        sources=_counted(fields.get("sources", {})),
        days=_counted(fields.get("days", {})),
    )


def unwanted_ref(uid: str, video_id: str) -> DocumentReference:
    """`videoUnwanted/{uid_videoId}`: {userId, videoId, timestamp}: they said "not interested"."""
    return clients.db().collection("videoUnwanted").document(ids.edge(uid, video_id))


MARKS: Final[Mapping[str, Deed]] = {
    "videoLikes": Deed.LIKED,
    "videoComments": Deed.COMMENTED,
    "videoShares": Deed.SHARED,
    "videoSaves": Deed.SAVED,
    "videoUnwanted": Deed.UNWANTED,
}
"""Where each deed is noted."""


def marks_between(collection: str, after: datetime, until: datetime) -> Query:
    """What was done in (after, until] and still stands, in its order."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection(collection)
        .where(filter=FieldFilter("timestamp", ">", after))
        .where(filter=FieldFilter("timestamp", "<=", until))
        .order_by("timestamp")
    )


def marks_of(collection: str, viewer: str) -> Query:
    """Somebody's marks of a kind."""
    from google.cloud.firestore import FieldFilter

    marks = clients.db().collection(collection)
    return marks.where(filter=FieldFilter("userId", "==", viewer))


def decode_mark(snapshot: DocumentSnapshot[Any]) -> Mark:
    """The mark of a document of one of `MARKS`."""
    return Mark(
        deed=MARKS[snapshot.reference.parent.id],
        mark_id=snapshot.id,
        viewer=snapshot.get("userId"),
        video_id=snapshot.get("videoId"),
        at=datetime.fromtimestamp(snapshot.get("timestamp").timestamp(), UTC),
    )


def decode_regard(snapshot: DocumentSnapshot[Any]) -> Regard:
    """How a video is regarded, by its analytics."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return Regard(fields.get("actors", {}), fields.get("seenMs"))


def add_actors(batch: WriteBatch, video_id: str, actors: Counter[Deed]) -> None:
    """Stage how many more people did what with a video. One write, which fails where it is gone."""
    counts = {deed.value: count for deed, count in actors.items()}
    batch.update(analytics_ref(video_id), _increments_in("actors", counts))


def add_hour(
    batch: WriteBatch, name: str, hour: datetime, counts: Mapping[str, Counter[str]]
) -> None:
    """Stage how many trusted people things drew in an hour. One write."""
    batch.set(
        hour_ref(name),
        {
            "hour": hour,
            **{kind: _increments(found) for kind, found in counts.items() if found},
            "expiresAt": hour + HOURS_KEPT,
        },
        merge=True,
    )


def decode_interests(snapshot: DocumentSnapshot[Any], at: datetime) -> Interests:
    """What the user is interested in at this moment; nothing yet where there is no document."""
    return interests.decode(snapshot.to_dict(), at)


def add_interests(
    batch: WriteBatch, uid: str, sums: Mapping[str, Mapping[str, float]], at: datetime
) -> None:
    """Stage what signs of interest add (`interests.together`). One write, no read.

    To be committed beside a precondition: it adds again when it is repeated.
    """
    from google.cloud.firestore import ArrayUnion, Increment

    added: dict[str, Any] = {
        kind: {key: Increment(weight) for key, weight in weights.items()}
        for kind, weights in sums.items()
    }
    if owners := interests.sound_owners(sums):
        added["soundOwners"] = ArrayUnion(owners)
    batch.set(interests_ref(uid), {**added, "updatedAt": at}, merge=True)


def replace_interests(
    batch: WriteBatch, uid: str, sums: Mapping[str, Mapping[str, float]], at: datetime
) -> None:
    """Stage that these are all the interests somebody has shown. One write."""
    owners = interests.sound_owners(sums)
    batch.set(interests_ref(uid), {**sums, "soundOwners": owners, "updatedAt": at})


def hearing(owner: str) -> Query:
    """The summaries of whoever is interested in sounds of this owner's."""
    from google.cloud.firestore import FieldFilter

    key = interests.author_key(owner)
    return (
        clients.db()
        .collection_group("interests")
        .where(filter=FieldFilter("soundOwners", "array_contains", key))
    )


def take_out_sounds(batch: WriteBatch, found: DocumentSnapshot[Any], owner: str) -> None:
    """Stage that an owner's sounds leave a summary that `hearing` found. One write.

    It fails where the summary has grown meanwhile: a sound that came since would not be found again.
    """
    from google.cloud.firestore import DELETE_FIELD, ArrayRemove
    from google.cloud.firestore_v1.field_path import FieldPath

    held = (found.to_dict() or {}).get("sounds", {})
    parts = {
        FieldPath("sounds", name).to_api_repr(): DELETE_FIELD
        for name in held
        if ids.owner_of(name) == owner
    }
    batch.update(
        found.reference,
        {**parts, "soundOwners": ArrayRemove([interests.author_key(owner)])},
        option=clients.db().write_option(last_update_time=found.update_time),
    )


def _increments(counts: Mapping[str, int]) -> dict[str, Any]:
    from google.cloud.firestore import Increment

    return {name: Increment(count) for name, count in counts.items() if count}


def _increments_in(name: str, counts: Mapping[str, int]) -> dict[str, Any]:
    """What adds to a map and leaves its other keys as they are."""
    from google.cloud.firestore_v1.field_path import FieldPath

    added = _increments(counts)
    return {FieldPath(name, key).to_api_repr(): change for key, change in added.items()}


def _counted(counts: Mapping[Any, int]) -> Counter[Any]:
    return Counter({name: count for name, count in counts.items() if count})
