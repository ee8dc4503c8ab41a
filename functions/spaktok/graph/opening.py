"""An account that went private or public: what it has follows.

Whether a video is there for a viewer is decided from the video and the relation alone: a like may
read two documents, and Storage rules may look up two. So each video says itself whether its owner's
account is private (`videos.ownerPrivate`), and the card's `isPrivate` is the truth. Card and videos
change in one commit (`users.settings`), up to 400 of them; what is beyond, and who waits at a door
that is open now, is seen to here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaktok.core import log, mirrors, transaction
from spaktok.core.ids import UserId
from spaktok.core.mirrors import OWNER_PRIVATE
from spaktok.graph import asking
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def apply(uid: UserId) -> int:
    """Make the videos agree with the card, and let in who waits at a door that is open now.

    How many videos changed. Repeatable: it looks at what is, and a delivery that comes late changes
    nothing. A read and a write a video, and one read a page. Followers stay whatever happens.
    """
    changed = 0
    while count := transaction.run(lambda tx: _page(tx, uid)):
        changed += count
    let_in = asking.accept_all(uid) if _is_open(uid) else 0
    log.info("privacy applied", videos=changed, let_in=let_in)
    return changed


def _page(tx: Transaction, uid: UserId) -> int:
    card = users.decode_card(users.read([users.card_ref(uid)], tx)[0])
    if card is None:
        return 0
    copies = mirrors.stale(tx, OWNER_PRIVATE, uid, truth=card.is_private)
    mirrors.correct(tx, OWNER_PRIVATE, copies, truth=card.is_private)
    return len(copies)


def _is_open(uid: UserId) -> bool:
    card = users.decode_card(users.card_ref(uid).get())
    return card is not None and not card.is_private
