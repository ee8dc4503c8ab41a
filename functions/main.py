"""The table of contents: every deployed function, by the module that defines it.

Each deployed function is its own service and imports this file when it wakes, so a module is
imported only when one of its functions is asked for: an instance loads the one it serves, the
Firebase CLI, listing this module, loads them all.
"""

from importlib import import_module
from typing import Any

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "spaktok.accounts.callables": (
        "deactivateAccount",
        "deleteAccount",
        "exportUserData",
        "getExportLink",
        "getSessions",
        "reactivateAccount",
        "registerSession",
        "revokeAllSessions",
        "revokeSession",
    ),
    "spaktok.accounts.jobs": (
        "eraseAccount",
        "movePresence",
        "signOut",
        "sweepAccounts",
        "writeExport",
    ),
    "spaktok.safety.callables": (
        "approveIdVerification",
        "correctBirthDate",
        "getPendingIdVerifications",
        "rejectIdVerification",
        "requestIdVerification",
        "setBirthDate",
        "submitAgeSignal",
        "updateContentFilterLevel",
    ),
    "spaktok.safety.jobs": ("advanceAgeBand", "advanceAgeBands", "deleteIdEvidence"),
    "spaktok.users.callables": (
        "changeUsername",
        "checkUsernameAvailability",
        "confirmProfileImageUpload",
        "createUserProfile",
        "editProfile",
        "getProfile",
        "getUserProfile",
        "setAccountPrivate",
        "setAccountType",
        "setUserRole",
        "updatePrivacySettings",
        "updateProfile",
        "updateUserProfile",
        "uploadProfileImage",
    ),
    "spaktok.users.jobs": (
        "mirrorClaims",
        "processProfileImage",
        "sweepClaims",
        "sweepProfileImages",
        "tightenSettings",
    ),
    "spaktok.users.triggers": ("onProfileImageUploaded",),
    "spaktok.verification.callables": (
        "approveVerification",
        "getPendingVerifications",
        "rejectVerification",
        "requestVerification",
    ),
    "spaktok.graph.callables": (
        "acceptFollowRequest",
        "acceptFriendRequest",
        "addToCloseFriends",
        "blockUser",
        "cancelFollowRequest",
        "declineFriendRequest",
        "followUser",
        "getBlockedUsers",
        "getCloseFriendsList",
        "getFollowRequests",
        "getFollowers",
        "getFollowing",
        "getFriendRequests",
        "getFriends",
        "getMutedUsers",
        "getSuggestedUsers",
        "muteUser",
        "rejectFollowRequest",
        "removeFollower",
        "removeFriend",
        "removeFromCloseFriends",
        "respondToFriendRequest",
        "sendFriendRequest",
        "unblockUser",
        "unfollowUser",
        "unmuteUser",
        "updateFollowNotifications",
    ),
    "spaktok.graph.jobs": (
        "applyPrivacy",
        "countFollowers",
        "countFollowing",
        "severTies",
    ),
    "spaktok.videos.callables": (
        "checkContentAgeRestriction",
        "commentOnVideo",
        "getUserVideos",
        "getVideo",
        "getVideoComments",
        "likeVideo",
        "setContentAgeRestriction",
        "uploadVideo",
    ),
    "spaktok.videos.triggers": ("onOriginalUploaded",),
    "spaktok.videos.jobs": ("processVideo",),
    "spaktok.feed.callables": ("getUserFeed",),
    "spaktok.feed.jobs": ("fanOutVideo", "refreshAuthorCard", "trimInbox"),
    "spaktok.notifications.callables": (
        "getNotifications",
        "markNotificationAsRead",
    ),
    "spaktok.notifications.jobs": ("deliverNotification",),
    "spaktok.progress.callables": (
        "getProfileAnalytics",
        "getUserAchievements",
        "recordProfileView",
    ),
    "spaktok.progress.triggers": (
        "onCommentWritten",
        "onFollowWritten",
        "onLikeWritten",
        "onVideoWritten",
    ),
    "spaktok.search.callables": ("searchUsers",),
    "spaktok.search.jobs": ("reindexUsers",),
    "spaktok.search.triggers": ("onAccountWritten", "onCardWritten", "onStandingWritten"),
    "spaktok.upkeep.jobs": (
        "rollUpCounters",
        "rotateSealedFields",
        "sweepCounters",
        "sweepOutbox",
        "sweepSealedFields",
        "sweepUploads",
    ),
}

_HOME = {name: module for module, names in FUNCTIONS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
