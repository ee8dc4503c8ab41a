"""What users are told, and where."""

from __future__ import annotations

from typing import Final

from spaktok.core.inventory.schema import (
    ERASED,
    EXPORTED,
    LOCAL_ONLY,
    Audience,
    Entry,
    Place,
    Subject,
    exported,
    field,
    kept,
    path_id,
    skipped,
)

NEWS: Final[tuple[Entry, ...]] = (
    Entry(
        path="users/{uid}/private/notifications",
        feature="notifications",
        subjects=(path_id("uid"),),
        get=Audience.OWNER,
        export=EXPORTED,
        erasure=ERASED,
    ),
    Entry(
        path="notifications/{notificationId}",
        feature="notifications",
        subjects=(field("userId"), Subject("involvedIds", Place.ARRAY)),
        about=("entityId",),
        get=Audience.OWNER,
        list=Audience.OWNER,
        update=Audience.OWNER,
        ttl="expiresAt",
        export=exported("actorIds", "involvedIds", "acts", "gone", "told"),
        erasure=ERASED,
    ),
    Entry(
        path="announcements/{announcementId}",
        feature="notifications",
        export=skipped("the operator's own words, the same for everyone"),
        erasure=kept("nobody is in it"),
    ),
    Entry(
        path="users/{uid}/devices/{key}",
        feature="devices",
        subjects=(path_id("uid"),),
        export=exported("token"),
        erasure=ERASED,
    ),
    Entry(
        path="deviceTokens/{key}",
        feature="devices",
        subjects=(field("uid"),),
        export=skipped("says again whose a device is, under a hash of its token"),
        erasure=ERASED,
    ),
    Entry(
        path="pushes/{sendingId}",
        feature="notifications",
        ttl="expiresAt",
        export=skipped("remembers that something was sent, under a hash"),
        erasure=kept("found by no uid; gone within weeks"),
    ),
    Entry(
        path="localPushes/{recordId}",
        feature="notifications",
        export=skipped(LOCAL_ONLY),
        erasure=kept(LOCAL_ONLY),
    ),
    Entry(
        path="localMails/{recordId}",
        feature="notifications",
        export=skipped(LOCAL_ONLY),
        erasure=kept(LOCAL_ONLY),
    ),
)
