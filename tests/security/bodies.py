"""Bodies that a client would not send, and some it would: made from a request's own JSON schema.

Rolled with a seeded generator and not with Hypothesis, which takes longer to draw a body than a
callable to refuse it; what is lost is the shrinking of bodies that are short anyway.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

from tests.security.hostile import HOSTILE_KEYS, HOSTILE_NUMBERS, HOSTILE_RAW, HOSTILE_TEXTS

BEN, CARL, DINA, STRANGER = "ben", "carl", "dina", "nobody-of-that-name"
VIDEO, OWN_VIDEO = "VIDEO-OF-BEN", "VIDEO-OF-ANA"
NEWS, REQUEST, BADGE = "NEWS-FOR-ANA", "ID-OF-BEN", "BADGE-OF-BEN"
PHOTO = "PHOTO-OF-ANA"
PAYOUT, OWN_PAYOUT = "PAYOUT-OF-BEN", "PAYOUT-OF-ANA"
DRAFT, SOUND, CHALLENGE = "DRAFT-OF-ANA", "SOUND-OF-BEN", "CHALLENGE-OF-BEN"
COMMENT, HELD, COLLECTION = "COMMENT-OF-ANA", "HELD-FOR-ANA", "COLLECTION-OF-ANA"
PROPOSAL, SEEN = "PROPOSAL-OF-CARL", "HASH-OF-PROPOSAL"
PURCHASE, PAID = "PURCHASE-OF-ANA", "PURCHASE-OF-BEN"
STREAM = "STREAM-OF-BEN"
GIFT, OWN_GIFT = "GIFT-OF-DINA", "GIFT-OF-ANA"
"""Replaced by the ids of what exists before sending."""

KNOWN = (
    BEN,
    CARL,
    DINA,
    STRANGER,
    VIDEO,
    OWN_VIDEO,
    NEWS,
    REQUEST,
    BADGE,
    PHOTO,
    DRAFT,
    SOUND,
    CHALLENGE,
    COMMENT,
    HELD,
    COLLECTION,
    PROPOSAL,
    SEEN,
    STREAM,
    GIFT,
    OWN_GIFT,
    "rose",
    f"{DINA}_ana",
    f"ana_{BEN}",
    "ana",
    "some.name",
    "en",
    "key-12345678",
    "coins_100",
    "2026-10-28.endive",
    "#Sun",
    "1990-05-17",
    "US",
    "America/New_York",
    "0123456789abcdef",
    "premium_slot_1",
    PAYOUT,
    OWN_PAYOUT,
    "2026-03",
    "2026-03-13",
    "someone@elsewhere.example",
    "23456789ABCDE",
    "btok_us_verified",
    "https://example.com/me",
)
"""Texts that are right somewhere."""

TOGETHER = {
    "userId": (BEN,),
    "targetUserId": (BEN, DINA),
    "requesterId": (BEN, DINA),
    "followerId": (BEN,),
    "friendId": (BEN, DINA),
    "videoId": (VIDEO, OWN_VIDEO, DRAFT),
    "contentId": (VIDEO, OWN_VIDEO),
    "birthDate": ("1990-05-17",),
    "region": ("US",),
    "timeZone": ("America/New_York",),
    "fileName": (PHOTO,),
    "requestId": (REQUEST, BADGE, f"{DINA}_ana"),
    "proposalId": (PROPOSAL,),
    "payloadHash": (SEEN,),
    "username": ("some.name",),
    "soundId": (SOUND,),
    "challengeId": (CHALLENGE,),
    "parentId": (VIDEO,),
    "publishAt": ("2026-03-15T12:00:00Z",),
    "hashtag": ("#Sun",),
    "commentId": (COMMENT, HELD),
    "collectionId": (COLLECTION,),
    "purchaseId": (PURCHASE, PAID),
    "packageId": ("coins_100", "coins_3000"),
    "version": (1,),
    "slotId": ("premium_slot_1",),
    "payoutRequestId": (PAYOUT, OWN_PAYOUT),
    "amount": (1_000,),
    "giftId": ("rose", "pumpkin"),
    "streamId": (STREAM,),
    "receiverId": (BEN,),
    "contextId": (STREAM, VIDEO),
    "transactionId": (GIFT, OWN_GIFT),
    "link": ("spaktok://notifications", f"spaktok://video/{VIDEO}"),
}
"""What belongs together, or would else be met too rarely."""

Schema = dict[str, Any]

_ODD_MAX = 3
_PLAIN = "abcXYZ019 ._-/@#"
_CODE_POINTS = 0x110000


def body(schema: Schema, rolls: Random) -> bytes:
    """A raw body for a request of this schema: mostly nearly right, now and then not even JSON."""
    return rolls.choice(_MIX if schema.get("properties") else _WITHOUT_FIELDS)(schema, rolls)


def _tame(schema: Schema, rolls: Random) -> bytes:
    """Harmless values throughout, so that a good share of the bodies passes every check."""
    return _packed(_object(schema, schema.get("$defs", {}), rolls, _harmless))


def _near(schema: Schema, rolls: Random) -> bytes:
    """Nearly right: some values of any kind, and at times a field too many or too few."""
    data = _object(schema, schema.get("$defs", {}), rolls, _value)
    match rolls.randrange(4):
        case 0:
            data[rolls.choice(HOSTILE_KEYS)] = _scalar(rolls)
        case 1 if data:
            del data[rolls.choice(sorted(data))]
    return _packed(data)


def _damaged(schema: Schema, rolls: Random) -> bytes:
    """A good body with one byte of it replaced, or cut off."""
    raw = _near(schema, rolls)
    at, byte = rolls.randrange(len(raw)), rolls.randrange(256)
    return raw[:at] if byte < 32 else raw[:at] + bytes([byte]) + raw[at + 1 :]


def _any(schema: Schema, rolls: Random) -> bytes:
    return _packed(_anything(rolls))


def _raw(schema: Schema, rolls: Random) -> bytes:
    return rolls.choice(HOSTILE_RAW)


def _noise(schema: Schema, rolls: Random) -> bytes:
    return rolls.randbytes(rolls.randrange(40))


_MIX = (_tame, _near, _near, _damaged, _any, _raw, _noise)
_WITHOUT_FIELDS = (_damaged, _any, _raw, _noise)
"""Where `{}` is the only right request, and a part of any."""


def _packed(data: Any) -> bytes:
    return json.dumps({"data": data}).encode()


Maker = Callable[[Schema, Schema, Random], Any]


def _object(shape: Schema, definitions: Schema, rolls: Random, maker: Maker) -> dict[str, Any]:
    """An object with all its required fields and some of the others."""
    required = shape.get("required", ())
    return {
        name: rolls.choice(TOGETHER[name])
        if maker is _harmless and name in TOGETHER and rolls.randrange(2)
        else maker(field, definitions, rolls)
        for name, field in shape.get("properties", {}).items()
        if name in required or rolls.random() < 0.5
    }


def _value(shape: Schema, definitions: Schema, rolls: Random) -> Any:
    """A value for one field: mostly of its kind, now and then of any."""
    return _anything(rolls) if rolls.randrange(3) == 0 else _plausible(shape, definitions, rolls)


def _plausible(shape: Schema, definitions: Schema, rolls: Random) -> Any:
    """Of the field's kind, and at or beyond its bounds as often as within them."""
    return _of_kind(shape, definitions, rolls, _plausible, _odd_text, beyond=1)


def _harmless(shape: Schema, definitions: Schema, rolls: Random) -> Any:
    """Within the declared bounds; texts are such as are right somewhere."""
    return _of_kind(shape, definitions, rolls, _harmless, _known_text, beyond=0)


def _of_kind(
    shape: Schema,
    definitions: Schema,
    rolls: Random,
    maker: Maker,
    text: Callable[[Schema, Random], str],
    *,
    beyond: int,
) -> Any:
    if "$ref" in shape:
        shape = definitions[shape["$ref"].rsplit("/", 1)[-1]]
    if "enum" in shape:
        return rolls.choice(shape["enum"])
    if "const" in shape:
        return shape["const"]
    if "anyOf" in shape:
        return maker(rolls.choice(shape["anyOf"]), definitions, rolls)
    match shape.get("type"):
        case "object":
            return _object(shape, definitions, rolls, maker)
        case "array":
            count = rolls.randrange(_ODD_MAX + 1)
            return [maker(shape["items"], definitions, rolls) for _ in range(count)]
        case "integer" | "number" as kind:
            least, most = shape.get("minimum", 0), shape.get("maximum", 100)
            among = rolls.randint if kind == "integer" else rolls.uniform
            return among(least - beyond, most + beyond)
        case "boolean":
            return rolls.random() < 0.5
        case "null":
            return None
        case _:
            return text(shape, rolls)


def _known_text(shape: Schema, rolls: Random) -> str:
    return rolls.choice([known for known in KNOWN if _fits(known, shape)] or KNOWN)


def _fits(text: str, shape: Schema) -> bool:
    """Whether a text is as its field declares; placeholders stand for ids."""
    pattern = shape.get("pattern")
    return len(text) <= shape.get("maxLength", len(text)) and (
        pattern is None or re.search(pattern, text) is not None
    )


def _odd_text(shape: Schema, rolls: Random) -> str:
    match rolls.randrange(4):
        case 0:
            return rolls.choice(KNOWN)
        case 1:
            return _known_text(shape, rolls)
        case 2:
            return rolls.choice(HOSTILE_TEXTS)
        case _:
            return _random_text(rolls)


def _random_text(rolls: Random) -> str:
    """Short text of plain characters and of any code points, lone surrogates too."""
    return "".join(
        rolls.choice(_PLAIN) if rolls.randrange(3) else chr(rolls.randrange(_CODE_POINTS))
        for _ in range(rolls.randrange(13))
    )


def _anything(rolls: Random) -> Any:
    match rolls.randrange(3):
        case 0:
            return [_scalar(rolls) for _ in range(rolls.randrange(_ODD_MAX + 1))]
        case 1:
            count = rolls.randrange(_ODD_MAX + 1)
            return {rolls.choice(HOSTILE_KEYS): _scalar(rolls) for _ in range(count)}
        case _:
            return _scalar(rolls)


def _scalar(rolls: Random) -> Any:
    match rolls.randrange(5):
        case 0:
            return None
        case 1:
            return rolls.random() < 0.5
        case 2:
            return rolls.choice(HOSTILE_NUMBERS)
        case 3:
            return rolls.choice(HOSTILE_TEXTS)
        case _:
            return _random_text(rolls)
