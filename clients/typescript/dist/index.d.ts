import { type Functions } from "firebase/functions";
/** An instant in UTC: `2026-01-31T12:00:00.000Z`. */
export type Instant = string;
/** A success: what was asked for, and a sentence for a person. */
export interface Answer<Data> {
    data: Data;
    message: string;
}
/** Whether the name is free at this moment; only creating the profile claims it. */
export interface Availability {
    username: string;
    available: boolean;
}
/** The outcome of blocking or unblocking. */
export interface Block {
    blocked: boolean;
}
/** Block a user: neither exists for the other any more. */
export interface BlockUser {
    /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
    targetUserId: string;
    /** At most 200 characters. */
    reason?: string | null;
}
/** Whether a username could be claimed now. */
export interface CheckUsernameAvailability {
    /** 3 to 24 letters, digits, dots, underscores. Matches `^[A-Za-z0-9][A-Za-z0-9._]{1,22}[A-Za-z0-9]$`. */
    username: string;
}
/** A comment as a viewer sees it. */
export interface Comment {
    commentId: string;
    userId: string;
    text: string;
    timestamp: Instant;
    likes: number;
    replies: number;
}
/** Write a comment under a video, or an answer to one. */
export interface CommentOnVideo {
    /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
    idempotencyKey?: string | null;
    /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
    videoId: string;
    /** At most 500 characters. */
    text: string;
}
/** A page of comments, newest first. */
export interface CommentPage {
    comments: Comment[];
    nextCursor: string | null;
    hasMore: boolean;
}
/** The comment that now stands. */
export interface Commented {
    commentId: string;
}
/** Choose a username and make the profile of the signed-in account. */
export interface CreateUserProfile {
    /** 3 to 24 letters, digits, dots, underscores. Matches `^[A-Za-z0-9][A-Za-z0-9._]{1,22}[A-Za-z0-9]$`. */
    username: string;
    /** At most 40 characters. */
    displayName: string;
    /** Matches `^[a-z]{2}(-[A-Z]{2})?$`. */
    language?: string;
}
/** The new profile. */
export interface Created {
    userId: string;
    username: string;
}
/** A video in the feed. Totals come with the listener on `videos/{id}` of the one in view. */
export interface FeedCard {
    videoId: string;
    userId: string;
    username: string;
    userProfileImage: string | null;
    caption: string;
    hashtags: string[];
    durationMs: number;
    width: number;
    height: number;
    publishedAt: Instant;
    reason: string;
    videoPath: string;
    thumbnailPath: string;
}
/** A page of the feed. */
export interface FeedPage {
    videos: FeedCard[];
    nextCursor: string | null;
    hasMore: boolean;
}
/** The outcome of following or unfollowing. */
export interface Follow {
    status: FollowStatus;
}
/** How the caller stands to the target afterwards. */
export type FollowStatus = "following" | "not_following";
/** Follow a user. */
export interface FollowUser {
    /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
    targetUserId: string;
}
/** List the caller's notifications, newest first. */
export interface GetNotifications {
    /** Items on the page. A whole number; at least 1; at most 50. */
    limit?: number;
    /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
    cursor?: string | null;
}
/** Read a user's public profile. */
export interface GetProfile {
    /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
    userId: string;
}
/** Read the caller's feed of followed accounts, newest first. */
export interface GetUserFeed {
    /** Items on the page. A whole number; at least 1; at most 50. */
    limit?: number;
    /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
    cursor?: string | null;
}
/** Read one video. */
export interface GetVideo {
    /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
    videoId: string;
}
/** List a video's comments, newest first. */
export interface GetVideoComments {
    /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
    videoId: string;
    /** Items on the page. A whole number; at least 1; at most 50. */
    limit?: number;
    /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
    cursor?: string | null;
}
/** Say whether the caller likes a video. */
export interface LikeVideo {
    /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
    videoId: string;
    action: "like" | "unlike";
}
/** Whether the caller likes the video now. */
export interface Liked {
    liked: boolean;
}
/** Mark one of the caller's notifications as read. */
export interface MarkNotificationAsRead {
    /** Matches `^[A-Za-z0-9-]{1,160}$`. */
    notificationId: string;
}
/** Where a video's media stands. `ready` and `failed` are final: a new upload is a new video. */
export type MediaState = "created" | "uploaded" | "processing" | "ready" | "failed";
/** One entry of a user's inbox. */
export interface Notification {
    notificationId: string;
    type: string;
    message: string;
    actorId: string | null;
    actorName: string | null;
    entityType: string;
    entityId: string;
    isRead: boolean;
    createdAt: Instant;
}
/** A page of the inbox. */
export interface NotificationPage {
    notifications: Notification[];
    nextCursor: string | null;
    hasMore: boolean;
}
/** A public profile, and how the caller stands to it. */
export interface Profile {
    userId: string;
    username: string;
    displayName: string;
    bio: string;
    profileImage: string | null;
    isVerified: boolean;
    isPrivate: boolean;
    followerCount: number;
    followingCount: number;
    videoCount: number;
    createdAt: Instant;
    isOwner: boolean;
    isFollowing: boolean;
    isFollowedBy: boolean;
}
/** Take a block back. Follows it ended stay ended. */
export interface UnblockUser {
    /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
    targetUserId: string;
}
/** Stop following a user. */
export interface UnfollowUser {
    /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
    targetUserId: string;
}
/** Where to upload the file to, with the Storage SDK, and within which bounds. */
export interface UploadTicket {
    videoId: string;
    storagePath: string;
    contentType: string;
    sizeBytesMax: number;
    durationMsMax: number;
    expiresAt: Instant;
}
/** Ask for a place to upload a video to. */
export interface UploadVideo {
    /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
    idempotencyKey?: string | null;
    /** At most 300 characters. */
    caption?: string;
    /** At most 20 items; each at most 64 characters. */
    hashtags?: string[];
    visibility?: Visibility;
    allowComments?: boolean;
}
/** Where a video stands for others; only `active` is there for anyone but its owner. */
export type VideoStatus = "processing" | "active" | "hidden" | "removed" | "failed";
/** A video as a viewer sees it. The media paths are read with the Storage SDK, under its rules. */
export interface VideoView {
    videoId: string;
    userId: string;
    username: string;
    userProfileImage: string | null;
    caption: string;
    hashtags: string[];
    visibility: Visibility;
    status: VideoStatus;
    mediaState: MediaState;
    durationMs: number;
    width: number;
    height: number;
    likes: number;
    comments: number;
    allowComments: boolean;
    publishedAt: Instant | null;
    videoPath: string;
    thumbnailPath: string;
}
/** Whom a thing is for. Every kind of object documents which of these it can have. */
export type Visibility = "public" | "followers" | "friends" | "close_friends" | "custom" | "private";
/** The account is banned or disabled. */
export interface AccountSuspended {
    error: "account-suspended";
    code: "permission-denied";
    message: string;
    success: false;
    data: null;
}
/** The request does not come from an attested app, or its one-time token was used before. */
export interface AppCheckRequired {
    error: "app-check-required";
    code: "unauthenticated";
    message: string;
    success: false;
    data: null;
}
/** There is no valid sign-in, or it was revoked. */
export interface AuthenticationRequired {
    error: "authentication-required";
    code: "unauthenticated";
    message: string;
    success: false;
    data: null;
}
/** The owner takes no comments here. */
export interface CommentsClosed {
    error: "comments-closed";
    code: "failed-precondition";
    message: string;
    success: false;
    data: null;
}
/** The request does not have the declared shape. Names the field and the rule it broke. */
export interface InvalidRequest {
    error: "invalid-request";
    code: "invalid-argument";
    message: string;
    success: false;
    data: null;
    field: string;
    rule: string;
}
/** The idempotency key was used before, with another body. */
export interface KeyReused {
    error: "key-reused";
    code: "already-exists";
    message: string;
    success: false;
    data: null;
}
/** It does not exist, or is not for this caller: the two are never told apart. */
export interface NotFound {
    error: "not-found";
    code: "not-found";
    message: string;
    success: false;
    data: null;
}
/** A user can't follow or block themselves. */
export interface NotYourself {
    error: "not-yourself";
    code: "invalid-argument";
    message: string;
    success: false;
    data: null;
}
/** The account already has a profile, under another name. */
export interface ProfileExists {
    error: "profile-exists";
    code: "already-exists";
    message: string;
    success: false;
    data: null;
}
/** The caller signed in but has made no profile yet. */
export interface ProfileRequired {
    error: "profile-required";
    code: "failed-precondition";
    message: string;
    success: false;
    data: null;
}
/** Our fault. The client learns only the id under which the log has the rest. */
export interface SystemFailure {
    error: "system-failure";
    code: "internal";
    message: string;
    success: false;
    data: null;
    requestId: string;
}
/** A rate limit. `retryAfterMs` says when the next request may succeed. */
export interface TooManyRequests {
    error: "too-many-requests";
    code: "resource-exhausted";
    message: string;
    success: false;
    data: null;
    retryAfterMs: number;
}
/** Contention outlasted our retries; nothing is known to have changed, and a retry is safe. */
export interface TryAgain {
    error: "try-again";
    code: "aborted";
    message: string;
    success: false;
    data: null;
}
/** Somebody has this name, in whatever case. */
export interface UsernameTaken {
    error: "username-taken";
    code: "already-exists";
    message: string;
    success: false;
    data: null;
}
/** What any call may answer. */
export type AnyRefusal = AuthenticationRequired | AppCheckRequired | AccountSuspended | InvalidRequest | TooManyRequests | TryAgain | SystemFailure;
/** Everything a call can be refused with, told apart by `error`. */
export type Refusal = AccountSuspended | AppCheckRequired | AuthenticationRequired | CommentsClosed | InvalidRequest | KeyReused | NotFound | NotYourself | ProfileExists | ProfileRequired | SystemFailure | TooManyRequests | TryAgain | UsernameTaken;
/** The refusals of each call. */
export interface Refusals {
    checkUsernameAvailability: AnyRefusal;
    createUserProfile: ProfileExists | UsernameTaken | AnyRefusal;
    getProfile: NotFound | ProfileRequired | AnyRefusal;
    blockUser: NotFound | NotYourself | ProfileRequired | AnyRefusal;
    followUser: NotFound | NotYourself | ProfileRequired | AnyRefusal;
    unblockUser: NotYourself | ProfileRequired | AnyRefusal;
    unfollowUser: NotFound | NotYourself | ProfileRequired | AnyRefusal;
    commentOnVideo: CommentsClosed | KeyReused | NotFound | ProfileRequired | AnyRefusal;
    getVideo: NotFound | ProfileRequired | AnyRefusal;
    getVideoComments: NotFound | ProfileRequired | AnyRefusal;
    likeVideo: NotFound | ProfileRequired | AnyRefusal;
    uploadVideo: KeyReused | ProfileRequired | AnyRefusal;
    getUserFeed: ProfileRequired | AnyRefusal;
    getNotifications: ProfileRequired | AnyRefusal;
    markNotificationAsRead: NotFound | ProfileRequired | AnyRefusal;
}
/** The name of a call. */
export type CallName = keyof Refusals;
/** What the call of this name can be refused with. */
export type RefusalOf<Name extends CallName> = Refusals[Name];
/** Every call, by its name. */
export interface Spaktok {
    /** Say whether a username is free at this moment. Limit: 30 a minute, on each instance. */
    checkUsernameAvailability(request: CheckUsernameAvailability): Promise<Answer<Availability>>;
    /** Make the signed-in account's profile and claim its username. Limit: 20 an hour, over all instances. */
    createUserProfile(request: CreateUserProfile): Promise<Answer<Created>>;
    /** Read a user's public profile. Limit: 300 a minute, on each instance. */
    getProfile(request: GetProfile): Promise<Answer<Profile>>;
    /** Block a user: neither exists for the other any more. Limit: 30 a minute, on each instance. */
    blockUser(request: BlockUser): Promise<Answer<Block>>;
    /** Follow a user. Repeating it changes nothing. Limit: 60 a minute, on each instance. */
    followUser(request: FollowUser): Promise<Answer<Follow>>;
    /** Take a block back. Follows that it ended stay ended. Limit: 30 a minute, on each instance. */
    unblockUser(request: UnblockUser): Promise<Answer<Block>>;
    /** Stop following a user. Repeating it changes nothing. Limit: 60 a minute, on each instance. */
    unfollowUser(request: UnfollowUser): Promise<Answer<Follow>>;
    /** Write a comment under a video. Limit: 30 a minute, on each instance. */
    commentOnVideo(request: CommentOnVideo): Promise<Answer<Commented>>;
    /** Read one video with its totals and the paths of its media. Limit: 300 a minute, on each instance. */
    getVideo(request: GetVideo): Promise<Answer<VideoView>>;
    /** List a video's comments, newest first. Limit: 120 a minute, on each instance. */
    getVideoComments(request: GetVideoComments): Promise<Answer<CommentPage>>;
    /** Like a video, or take the like back. Repeating it changes nothing. Limit: 60 a minute, on each instance. */
    likeVideo(request: LikeVideo): Promise<Answer<Liked>>;
    /** Ask for a place to upload a video to; publishing follows by itself. Limit: 10 a day, over all instances. */
    uploadVideo(request?: UploadVideo): Promise<Answer<UploadTicket>>;
    /** Read a page of what the accounts the caller follows have published, newest first. Limit: 120 a minute, on each instance. */
    getUserFeed(request?: GetUserFeed): Promise<Answer<FeedPage>>;
    /** List the caller's notifications, newest first. Limit: 60 a minute, on each instance. */
    getNotifications(request?: GetNotifications): Promise<Answer<NotificationPage>>;
    /** Mark one of the caller's notifications as read. Limit: 120 a minute, on each instance. */
    markNotificationAsRead(request: MarkNotificationAsRead): Promise<Answer<null>>;
}
/** Every call of Spaktok, typed. A refused call rejects; `refusalOf` tells how. */
export declare function spaktok(functions: Functions): Spaktok;
/**
 * How the server refused, or null for any other error (no network, a bug of the caller's).
 * Name the call to narrow what it can be: `refusalOf<"likeVideo">(error)`.
 */
export declare function refusalOf<Name extends CallName = CallName>(error: unknown): RefusalOf<Name> | null;
