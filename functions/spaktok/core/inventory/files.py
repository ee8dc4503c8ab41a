"""What lies in Storage."""

from __future__ import annotations

from typing import Final

from spaktok.core.inventory.schema import (
    ERASED,
    EXPORTED,
    Audience,
    Entry,
    Store,
    kept,
    path_id,
    skipped,
)

FILES: Final[tuple[Entry, ...]] = (
    Entry(
        path="idVerification/{uid}/{requestId}/{image}",
        store=Store.STORAGE,
        feature="safety",
        subjects=(path_id("uid"),),
        create=Audience.OWNER,
        export=skipped("deleted with the decision they are for"),
        erasure=ERASED,
    ),
    Entry(
        path="profiles/{uid}/incoming/{imageId}",
        store=Store.STORAGE,
        feature="users",
        subjects=(path_id("uid"),),
        create=Audience.OWNER,
        export=skipped("gone within a minute; what was made of it is exported"),
        erasure=ERASED,
    ),
    Entry(
        path="profiles/{uid}/{kind}_{version}_{width}.jpg",
        store=Store.STORAGE,
        feature="users",
        subjects=(path_id("uid"),),
        get=Audience.UNBLOCKED,
        export=EXPORTED,
        erasure=ERASED,
    ),
    Entry(
        path="videos/{uid}/{videoId}/original.mp4",
        store=Store.STORAGE,
        feature="videos",
        subjects=(path_id("uid"),),
        get=Audience.OWNER,
        create=Audience.OWNER,
        export=EXPORTED,
        erasure=ERASED,
    ),
    Entry(
        path="videos/{uid}/{videoId}/processed.mp4",
        store=Store.STORAGE,
        feature="videos",
        subjects=(path_id("uid"),),
        get=Audience.VIEWER,
        export=skipped("made from the original, which is exported"),
        erasure=ERASED,
    ),
    Entry(
        path="videos/{uid}/{videoId}/{codec}_{size}.mp4",
        store=Store.STORAGE,
        feature="videos",
        subjects=(path_id("uid"),),
        get=Audience.VIEWER,
        export=skipped("made from the original, which is exported"),
        erasure=ERASED,
    ),
    Entry(
        path="videos/{uid}/{videoId}/audio.m4a",
        store=Store.STORAGE,
        feature="videos",
        subjects=(path_id("uid"),),
        get=Audience.UNBLOCKED,
        export=skipped("made from the original, which is exported"),
        erasure=ERASED,
    ),
    Entry(
        path="videos/{uid}/{videoId}/thumbnail.jpg",
        store=Store.STORAGE,
        feature="videos",
        subjects=(path_id("uid"),),
        get=Audience.VIEWER,
        export=skipped("made from the original, which is exported"),
        erasure=ERASED,
    ),
    Entry(
        path="gifts/{giftId}/{file}",
        store=Store.STORAGE,
        feature="gifts",
        get=Audience.MEMBERS,
        export=skipped("pictures of what can be given, about nobody"),
        erasure=kept("pictures of what can be given, about nobody"),
    ),
    Entry(
        path="exports/{uid}/{exportId}/{name}",
        store=Store.STORAGE,
        feature="accounts",
        subjects=(path_id("uid"),),
        get=Audience.OWNER,
        export=skipped("the export itself"),
        erasure=ERASED,
    ),
)
