"""The server's own, and the life of an account."""

from __future__ import annotations

from typing import Final

from spaktok.core.inventory.schema import (
    ERASED,
    IDS_ONLY,
    TOTALS,
    Entry,
    Erasure,
    Fate,
    Place,
    Subject,
    exported,
    field,
    kept,
    path_id,
    skipped,
)

SYSTEM: Final[tuple[Entry, ...]] = (
    Entry(
        path="security/{uid}",
        feature="core",
        subjects=(path_id("uid"),),
        export=skipped("how abuse is found; every decision is told to the user when it is made"),
        erasure=ERASED,
    ),
    Entry(
        path="users/{uid}/shards/{shard}",
        feature="core",
        subjects=(path_id("uid"), Subject("followerIds", Place.ARRAY)),
        export=skipped(TOTALS),
        erasure=ERASED,
    ),
    Entry(
        path="revocations/{part}",
        feature="core",
        export=skipped(
            "says for hours what must not be shown any more; the thing itself says it too"
        ),
        erasure=kept(
            "keeps copies from being shown until they are gone, and goes with the erasure"
        ),
    ),
    Entry(
        path="users/{uid}/analytics/{date}/shards/{shard}",
        feature="core",
        subjects=(path_id("uid"),),
        export=skipped(TOTALS),
        erasure=ERASED,
    ),
    Entry(
        path="videos/{videoId}/shards/{shard}",
        feature="core",
        export=skipped(TOTALS),
        erasure=kept("a number, deleted with the video"),
    ),
    Entry(
        path="hashtags/{tag}/shards/{shard}",
        feature="core",
        export=skipped(TOTALS),
        erasure=kept("a number"),
    ),
    Entry(
        path="sounds/{soundId}/shards/{shard}",
        feature="core",
        export=skipped(TOTALS),
        erasure=kept("a number, deleted with the sound"),
    ),
    Entry(
        path="challenges/{challengeId}/shards/{shard}",
        feature="core",
        export=skipped(TOTALS),
        erasure=kept("a number, deleted with the challenge"),
    ),
    Entry(
        path="videoComments/{commentId}/shards/{shard}",
        feature="core",
        export=skipped(TOTALS),
        erasure=kept("a number, deleted with the comment"),
    ),
    Entry(
        path="users/{uid}/sessions/{sessionId}",
        feature="accounts",
        subjects=(path_id("uid"),),
        ttl="expiresAt",
        export=exported("device"),
        erasure=ERASED,
    ),
    Entry(
        path="exports/{uid}",
        feature="accounts",
        subjects=(path_id("uid"),),
        ttl="removeAt",
        export=skipped("how far the export itself has come"),
        erasure=ERASED,
    ),
    Entry(
        path="exports/{uid}/files/{name}",
        feature="accounts",
        subjects=(path_id("uid"),),
        ttl="removeAt",
        export=skipped("the export's own table of contents"),
        erasure=ERASED,
    ),
    Entry(
        path="erasures/{erasureId}",
        feature="accounts",
        subjects=(field("subject"),),
        export=skipped("that somebody is being erased"),
        erasure=kept("that somebody was erased, not who: the link is destroyed last of all"),
    ),
    Entry(
        path="erasures/{erasureId}/things/{thingId}",
        feature="accounts",
        export=skipped("the erasure's own list"),
        erasure=kept("the erasure's own list, which it deletes as it ends"),
    ),
    Entry(
        path="operations/{operationId}",
        feature="core",
        subjects=(field("userId"),),
        ttl="expiresAt",
        export=skipped("remembers that a request was answered, under a hash"),
        erasure=Erasure(Fate.PSEUDONYMISE, "what was done is not done twice, with money for good"),
    ),
    Entry(
        path="outbox/{entryId}",
        feature="core",
        subjects=(Subject("payload", Place.TEXT),),
        export=skipped(IDS_ONLY),
        erasure=ERASED,
    ),
    Entry(
        path="fanOuts/{fanOutId}",
        feature="core",
        ttl="expiresAt",
        export=skipped("how far a task has come, under hashes"),
        erasure=kept("found by no uid, and names none; gone within weeks"),
    ),
    Entry(
        path="deadLetters/{letterId}",
        feature="core",
        subjects=(Subject("body", Place.TEXT),),
        export=skipped(IDS_ONLY),
        erasure=ERASED,
    ),
    Entry(
        path="rateLimits/{windowId}",
        feature="core",
        ttl="expiresAt",
        export=skipped("counts of the last minutes, under a hash"),
        erasure=kept("found by no uid; gone within a day"),
    ),
    Entry(
        path="pseudonyms/{uid}",
        feature="core",
        subjects=(path_id("uid"),),
        export=skipped("the secret by which the money's history names the user"),
        erasure=ERASED,
    ),
    Entry(
        path="audit/{chain}",
        feature="core",
        export=skipped("where a chain ends, about nobody"),
        erasure=kept("where a chain ends, about nobody"),
    ),
    Entry(
        path="audit/{chain}/entries/{number}",
        feature="core",
        subjects=(field("who"), field("target")),
        export=skipped("who of the staff did what; every decision is told to its subject"),
        erasure=kept("an audit with holes proves nothing; it names ids only"),
    ),
    Entry(
        path="schedules/{name}",
        feature="core",
        export=skipped("when a job of the system was last done, about nobody"),
        erasure=kept("when a job of the system was last done, about nobody"),
    ),
    Entry(
        path="system/{name}",
        feature="core",
        export=skipped("about the system, about nobody"),
        erasure=kept("about the system, about nobody"),
    ),
)
