"""An owner's comment rules as their videos repeat them: in a form that only this backend reads.

Viewers listen to `videos/{id}`, and what hides a document hides no field; but commenting, which reads
the video and the relation, must find the rules there without a third read. So a video holds a salt and
a keyed hash of the few rules that there can be: to tell which of them it is takes the key, and a
renewed one is new in every digit. Where the key was changed since, none fits, and the rules are read
where they stand.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from itertools import product
from typing import Final

from spaktok.core import ids, keys
from spaktok.users.privacy import Contact
from spaktok.videos.commenting import CommentRules

_SALT: Final = 20
"""Characters of it, before the hash."""
_ALL: Final = tuple(CommentRules(who, held) for who, held in product(Contact, (True, False)))


def seal(video_id: str, rules: CommentRules) -> str:
    """The rules as this video holds them; another text each time."""
    salt = ids.random_id()
    return salt + _hash(video_id, salt, rules)


def opened(video_id: str, sealed: str) -> CommentRules | None:
    """What was sealed for this video; None where this key did not seal it."""
    salt, found = sealed[:_SALT], sealed[_SALT:]
    return next((one for one in _ALL if _hash(video_id, salt, one) == found), None)


def _hash(video_id: str, salt: str, rules: CommentRules) -> str:
    # No cursor is signed over a text that begins like this: theirs begin with a length.
    text = f"comment rules\n{video_id}\n{salt}\n{rules.who}\n{rules.filtered}"
    return hmac.new(keys.cursor(), text.encode(), sha256).hexdigest()[:32]
