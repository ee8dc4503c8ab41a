"""What stands of gifts beside the ledger."""

from __future__ import annotations

from typing import Final

from spaktok.core.inventory.schema import (
    ERASED,
    EXPORTED,
    Audience,
    Entry,
    Erasure,
    Fate,
    Place,
    Subject,
    field,
    kept,
    path_id,
    skipped,
)

_GIFTERS: Final = Subject("senderIds", Place.ARRAY)
_SHOWN: Final = Subject("gifterIds", Place.ARRAY)
_TALLIED: Final = skipped("sums of others' gifts; the user's own are in the history of money")
_NAMELESS: Final = Erasure(
    Fate.PSEUDONYMISE, "a total stays what it is when one of those who gave is gone"
)

GIFTS: Final[tuple[Entry, ...]] = (
    Entry(
        path="giftCatalogs/{version}",
        feature="gifts",
        export=skipped("what can be given, about nobody"),
        erasure=kept("what can be given, about nobody"),
    ),
    Entry(
        path="giftLeaderboards/{periodAndType}",
        feature="gifts",
        subjects=(Subject("userIds", Place.ARRAY),),
        export=skipped("who leads; the user's own totals are exported"),
        erasure=_NAMELESS,
    ),
    Entry(
        path="users/{uid}/giftStats/summary",
        feature="gifts",
        subjects=(path_id("uid"),),
        get=Audience.OWNER,
        export=EXPORTED,
        erasure=ERASED,
    ),
    Entry(
        path="users/{uid}/giftTallies/{part}",
        feature="gifts",
        subjects=(_GIFTERS, path_id("uid")),
        export=_TALLIED,
        erasure=_NAMELESS,
    ),
    Entry(
        path="users/{uid}/broadcast/current",
        feature="gifts",
        subjects=(path_id("uid"), _SHOWN),
        get=Audience.OWNER,
        export=_TALLIED,
        erasure=_NAMELESS,
    ),
    Entry(
        path="videos/{videoId}/giftTallies/{part}",
        feature="gifts",
        subjects=(_GIFTERS,),
        export=_TALLIED,
        erasure=_NAMELESS,
    ),
    Entry(
        path="videos/{videoId}/broadcast/current",
        feature="gifts",
        subjects=(_SHOWN,),
        get=Audience.VIEWER,
        export=_TALLIED,
        erasure=_NAMELESS,
    ),
    Entry(
        path="liveStreams/{streamId}",
        feature="gifts",
        subjects=(field("userId"),),
        get=Audience.WATCHER,
        export=EXPORTED,
        erasure=ERASED,
    ),
    Entry(
        path="liveStreams/{streamId}/giftTallies/{part}",
        feature="gifts",
        subjects=(_GIFTERS,),
        export=_TALLIED,
        erasure=_NAMELESS,
    ),
    Entry(
        path="liveStreams/{streamId}/broadcast/current",
        feature="gifts",
        subjects=(_SHOWN,),
        get=Audience.WATCHER,
        export=_TALLIED,
        erasure=_NAMELESS,
    ),
)
