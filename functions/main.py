"""The table of contents: every deployed function, by the module that defines it.

Each deployed function is its own service and imports this file when it wakes, so a module is
imported only when one of its functions is asked for: an instance loads the one it serves, the
Firebase CLI, listing this module, loads them all.
"""

from importlib import import_module
from typing import Any

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "spaktok.users.callables": (
        "checkUsernameAvailability",
        "createUserProfile",
        "getProfile",
    ),
    "spaktok.graph.callables": (
        "blockUser",
        "followUser",
        "unblockUser",
        "unfollowUser",
    ),
    "spaktok.graph.jobs": ("countFollowing", "severTies"),
    "spaktok.videos.callables": (
        "commentOnVideo",
        "getVideo",
        "getVideoComments",
        "likeVideo",
        "uploadVideo",
    ),
    "spaktok.videos.triggers": ("onOriginalUploaded",),
    "spaktok.videos.jobs": ("processVideo",),
    "spaktok.feed.callables": ("getUserFeed",),
    "spaktok.feed.jobs": ("fanOutVideo", "trimInbox"),
    "spaktok.notifications.callables": (
        "deleteNotification",
        "explainNotification",
        "getNotificationSettings",
        "getNotifications",
        "markAllNotificationsAsRead",
        "markNotificationAsRead",
        "retuneNotification",
        "updateNotificationSettings",
    ),
    "spaktok.notifications.jobs": (
        "announceToMany",
        "deliverNotification",
        "markRest",
        "releaseHeld",
        "resendPush",
        "sendLetter",
        "settleNotification",
        "sweepHeld",
        "tellMany",
    ),
    "spaktok.devices.callables": ("registerFcmToken", "unregisterFcmToken"),
    "spaktok.devices.jobs": ("sweepDevices",),
    "spaktok.links.callables": ("resolveDeepLink",),
    "spaktok.upkeep.jobs": ("rollUpCounters", "sweepCounters", "sweepOutbox", "sweepUploads"),
}

_HOME = {name: module for module, names in FUNCTIONS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
