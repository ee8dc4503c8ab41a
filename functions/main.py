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
    "spaktok.users.callables.names": (
        "changeUsername",
        "checkUsernameAvailability",
    ),
    "spaktok.users.callables.profiles": (
        "createUserProfile",
        "getProfile",
        "getUserProfile",
    ),
    "spaktok.users.callables.editing": (
        "editProfile",
        "setAccountPrivate",
        "setAccountType",
        "updatePrivacySettings",
        "updateProfile",
        "updateUserProfile",
    ),
    "spaktok.users.callables.photos": (
        "confirmProfileImageUpload",
        "uploadProfileImage",
    ),
    "spaktok.users.callables.staff": ("setUserRole",),
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
    "spaktok.graph.callables.ties": (
        "acceptFollowRequest",
        "acceptFriendRequest",
        "blockUser",
        "cancelFollowRequest",
        "declineFriendRequest",
        "followUser",
        "rejectFollowRequest",
        "removeFollower",
        "removeFriend",
        "respondToFriendRequest",
        "sendFriendRequest",
        "unblockUser",
        "unfollowUser",
        "updateFollowNotifications",
    ),
    "spaktok.graph.callables.circles": (
        "addToCloseFriends",
        "muteUser",
        "removeFromCloseFriends",
        "unmuteUser",
    ),
    "spaktok.graph.callables.lists": (
        "getBlockedUsers",
        "getCloseFriendsList",
        "getFollowRequests",
        "getFollowers",
        "getFollowing",
        "getFriendRequests",
        "getFriends",
        "getMutedUsers",
    ),
    "spaktok.graph.callables.suggestions": ("getSuggestedUsers",),
    "spaktok.graph.jobs": (
        "applyPrivacy",
        "countFollowers",
        "countFollowing",
        "severTies",
    ),
    "spaktok.videos.callables.uploads": ("uploadVideo",),
    "spaktok.videos.callables.watching": (
        "checkContentAgeRestriction",
        "getUserVideos",
        "getVideo",
        "setContentAgeRestriction",
    ),
    "spaktok.videos.callables.reactions": (
        "commentOnVideo",
        "getVideoComments",
        "likeVideo",
    ),
    "spaktok.videos.triggers": ("onOriginalUploaded",),
    "spaktok.videos.jobs": ("processVideo",),
    "spaktok.feed.callables": ("getUserFeed",),
    "spaktok.feed.jobs": ("fanOutVideo", "refreshAuthorCard", "trimInbox"),
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
    "spaktok.wallet.callables.own": ("getTransactionHistory", "getWallet", "setSpendingLimit"),
    "spaktok.wallet.callables.staff": (
        "approveAdjustment",
        "getPendingApprovals",
        "proposeAdjustment",
        "rejectProposal",
    ),
    "spaktok.wallet.jobs": (
        "auditIncome",
        "auditLedger",
        "auditWallets",
        "reverseGifts",
        "sweepIncome",
    ),
    "spaktok.devices.callables": ("registerFcmToken", "unregisterFcmToken"),
    "spaktok.devices.jobs": ("sweepDevices",),
    "spaktok.premium.callables.staff": (
        "getPremiumSettings",
        "initializePremiumSettings",
        "managePremiumAccount",
        "updatePremiumSettings",
    ),
    "spaktok.premium.callables.own": (
        "cancelPremiumRequest",
        "getPremiumSlots",
        "getPremiumStatus",
        "requestPremiumAccount",
    ),
    "spaktok.links.callables": ("resolveDeepLink",),
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
    "spaktok.gifts.callables.catalogue": (
        "addGift",
        "getGiftCatalog",
        "removeGift",
        "updateGift",
    ),
    "spaktok.gifts.callables.reading": (
        "getGiftAnalytics",
        "getGiftLeaderboard",
        "getStreamTopGifters",
        "getUserGiftStats",
        "getUserGifts",
    ),
    "spaktok.gifts.jobs": ("updateGiftLeaderboards",),
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
