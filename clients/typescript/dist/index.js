// Written by scripts/reference.py from the declarations in the code. Do not edit.
import { httpsCallable } from "firebase/functions";
const CODES = {
    "account-deactivated": "failed-precondition",
    "account-private": "permission-denied",
    "account-suspended": "permission-denied",
    "account-type-unavailable": "failed-precondition",
    "age-review-required": "failed-precondition",
    "already-decided": "failed-precondition",
    "already-verified": "already-exists",
    "always-told": "invalid-argument",
    "app-check-required": "unauthenticated",
    "authentication-required": "unauthenticated",
    "birth-date-is-set": "failed-precondition",
    "comments-closed": "failed-precondition",
    "edited-recently": "failed-precondition",
    "export-not-ready": "failed-precondition",
    "invalid-request": "invalid-argument",
    "key-reused": "already-exists",
    "not-eligible": "failed-precondition",
    "not-for-your-age": "permission-denied",
    "not-found": "not-found",
    "not-old-enough": "failed-precondition",
    "not-your-own": "permission-denied",
    "not-yourself": "invalid-argument",
    "permission-denied": "permission-denied",
    "profile-exists": "already-exists",
    "profile-required": "failed-precondition",
    "recent-sign-in-required": "unauthenticated",
    "refused-recently": "failed-precondition",
    "renamed-recently": "failed-precondition",
    "request-pending": "already-exists",
    "system-failure": "internal",
    "too-many-requests": "resource-exhausted",
    "try-again": "aborted",
    "username-reserved": "invalid-argument",
    "username-taken": "already-exists",
    "verification-decided": "failed-precondition",
    "verification-pending": "already-exists",
};
/** Every call of Spaktok, typed. A refused call rejects; `refusalOf` tells how. */
export function spaktok(functions) {
    const call = (name) => {
        const send = httpsCallable(functions, name);
        return async (request) => {
            const { data: envelope } = await send(request);
            return { data: envelope.data, message: envelope.message };
        };
    };
    return {
        deactivateAccount: call("deactivateAccount"),
        deleteAccount: call("deleteAccount"),
        exportUserData: call("exportUserData"),
        getExportLink: call("getExportLink"),
        getSessions: call("getSessions"),
        reactivateAccount: call("reactivateAccount"),
        registerSession: call("registerSession"),
        revokeAllSessions: call("revokeAllSessions"),
        revokeSession: call("revokeSession"),
        approveIdVerification: call("approveIdVerification"),
        correctBirthDate: call("correctBirthDate"),
        getPendingIdVerifications: call("getPendingIdVerifications"),
        rejectIdVerification: call("rejectIdVerification"),
        requestIdVerification: call("requestIdVerification"),
        setBirthDate: call("setBirthDate"),
        submitAgeSignal: call("submitAgeSignal"),
        updateContentFilterLevel: call("updateContentFilterLevel"),
        changeUsername: call("changeUsername"),
        checkUsernameAvailability: call("checkUsernameAvailability"),
        createUserProfile: call("createUserProfile"),
        getProfile: call("getProfile"),
        getUserProfile: call("getUserProfile"),
        editProfile: call("editProfile"),
        setAccountPrivate: call("setAccountPrivate"),
        setAccountType: call("setAccountType"),
        updatePrivacySettings: call("updatePrivacySettings"),
        updateProfile: call("updateProfile"),
        updateUserProfile: call("updateUserProfile"),
        confirmProfileImageUpload: call("confirmProfileImageUpload"),
        uploadProfileImage: call("uploadProfileImage"),
        setUserRole: call("setUserRole"),
        approveVerification: call("approveVerification"),
        getPendingVerifications: call("getPendingVerifications"),
        rejectVerification: call("rejectVerification"),
        requestVerification: call("requestVerification"),
        acceptFollowRequest: call("acceptFollowRequest"),
        acceptFriendRequest: call("acceptFriendRequest"),
        blockUser: call("blockUser"),
        cancelFollowRequest: call("cancelFollowRequest"),
        declineFriendRequest: call("declineFriendRequest"),
        followUser: call("followUser"),
        rejectFollowRequest: call("rejectFollowRequest"),
        removeFollower: call("removeFollower"),
        removeFriend: call("removeFriend"),
        respondToFriendRequest: call("respondToFriendRequest"),
        sendFriendRequest: call("sendFriendRequest"),
        unblockUser: call("unblockUser"),
        unfollowUser: call("unfollowUser"),
        updateFollowNotifications: call("updateFollowNotifications"),
        addToCloseFriends: call("addToCloseFriends"),
        muteUser: call("muteUser"),
        removeFromCloseFriends: call("removeFromCloseFriends"),
        unmuteUser: call("unmuteUser"),
        getBlockedUsers: call("getBlockedUsers"),
        getCloseFriendsList: call("getCloseFriendsList"),
        getFollowRequests: call("getFollowRequests"),
        getFollowers: call("getFollowers"),
        getFollowing: call("getFollowing"),
        getFriendRequests: call("getFriendRequests"),
        getFriends: call("getFriends"),
        getMutedUsers: call("getMutedUsers"),
        getSuggestedUsers: call("getSuggestedUsers"),
        uploadVideo: call("uploadVideo"),
        checkContentAgeRestriction: call("checkContentAgeRestriction"),
        getUserVideos: call("getUserVideos"),
        getVideo: call("getVideo"),
        setContentAgeRestriction: call("setContentAgeRestriction"),
        commentOnVideo: call("commentOnVideo"),
        getVideoComments: call("getVideoComments"),
        likeVideo: call("likeVideo"),
        getUserFeed: call("getUserFeed"),
        deleteNotification: call("deleteNotification"),
        explainNotification: call("explainNotification"),
        getNotificationSettings: call("getNotificationSettings"),
        getNotifications: call("getNotifications"),
        markAllNotificationsAsRead: call("markAllNotificationsAsRead"),
        markNotificationAsRead: call("markNotificationAsRead"),
        retuneNotification: call("retuneNotification"),
        updateNotificationSettings: call("updateNotificationSettings"),
        registerFcmToken: call("registerFcmToken"),
        unregisterFcmToken: call("unregisterFcmToken"),
        resolveDeepLink: call("resolveDeepLink"),
        getProfileAnalytics: call("getProfileAnalytics"),
        getUserAchievements: call("getUserAchievements"),
        recordProfileView: call("recordProfileView"),
        searchUsers: call("searchUsers"),
    };
}
/**
 * How the server refused, or null for any other error (no network, a bug of the caller's).
 * Name the call to narrow what it can be: `refusalOf<"likeVideo">(error)`.
 */
export function refusalOf(error) {
    if (typeof error !== "object" || error === null || !("details" in error))
        return null;
    const details = error.details;
    if (typeof details !== "object" || details === null || !("error" in details))
        return null;
    const name = details.error;
    if (typeof name !== "string" || !Object.hasOwn(CODES, name))
        return null;
    return { ...details, code: CODES[name] };
}
