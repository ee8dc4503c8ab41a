"""The widest audience that an owner's videos have: their privacy setting `videos`.

A video says itself whom it is for, and every surface and rule asks that alone; so the setting bounds
what the video says. Whoever writes a visibility reads the setting in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from spaktok.users import store as users
from spaktok.users.privacy import DEFAULTS, VideoAudience
from spaktok.users.relation import Visibility
from spaktok.videos.model import wider

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

_WIDEST: Final = {
    VideoAudience.EVERYONE: Visibility.PUBLIC,
    VideoAudience.FOLLOWERS: Visibility.FOLLOWERS,
    VideoAudience.FRIENDS: Visibility.FRIENDS,
}


def of(account: dict[str, Any] | None) -> Visibility:
    """The widest visibility that the owner's account document leaves to their videos."""
    settings: dict[str, Any] = (account or {}).get("privacySettings", {})
    return _WIDEST[VideoAudience(settings.get("videos", DEFAULTS["videos"]))]


def bounded(account: dict[str, Any] | None, visibility: Visibility) -> Visibility:
    """Return this visibility, or the widest that the owner's account document leaves."""
    widest = of(account)
    return widest if wider(visibility, widest) else visibility


def read(tx: Transaction, owner: str, visibility: Visibility) -> Visibility:
    """As `bounded`, by the account as it is: one read, and none for what no setting narrows."""
    if not wider(visibility, Visibility.FRIENDS):
        return visibility
    return bounded(users.read([users.account_ref(owner)], tx)[0].to_dict(), visibility)
