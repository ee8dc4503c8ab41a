// Written by scripts/reference.py from the declarations in the code. Do not edit.
import { httpsCallable } from "firebase/functions";
const CODES = {
    "account-suspended": "permission-denied",
    "app-check-required": "unauthenticated",
    "authentication-required": "unauthenticated",
    "comments-closed": "failed-precondition",
    "invalid-request": "invalid-argument",
    "key-reused": "already-exists",
    "not-found": "not-found",
    "not-yourself": "invalid-argument",
    "profile-exists": "already-exists",
    "profile-required": "failed-precondition",
    "system-failure": "internal",
    "too-many-requests": "resource-exhausted",
    "try-again": "aborted",
    "username-taken": "already-exists",
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
        checkUsernameAvailability: call("checkUsernameAvailability"),
        createUserProfile: call("createUserProfile"),
        getProfile: call("getProfile"),
        blockUser: call("blockUser"),
        followUser: call("followUser"),
        unblockUser: call("unblockUser"),
        unfollowUser: call("unfollowUser"),
        commentOnVideo: call("commentOnVideo"),
        getVideo: call("getVideo"),
        getVideoComments: call("getVideoComments"),
        likeVideo: call("likeVideo"),
        uploadVideo: call("uploadVideo"),
        getUserFeed: call("getUserFeed"),
        getNotifications: call("getNotifications"),
        markNotificationAsRead: call("markNotificationAsRead"),
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
