// Written by scripts/reference.py from the declarations in the code. Do not edit.

import { httpsCallable, type Functions } from "firebase/functions";

/** An instant in UTC: `2026-01-31T12:00:00.000Z`. */
export type Instant = string;

/** A success: what was asked for, and a sentence for a person. */
export interface Answer<Data> {
  data: Data;
  message: string;
}

/** Let somebody who asked follow the caller. */
export interface AcceptFollowRequest {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  requesterId: string;
}

/** Accept a friend request. */
export interface AcceptFriendRequest {
  /** As `sendFriendRequest` and `getFriendRequests` answer it. Matches `^[A-Za-z0-9-]{1,160}_[A-Za-z0-9-]{1,160}$`. */
  requestId: string;
}

/** Who may follow without asking, and see what is public. */
export type AccountPrivacy = "public" | "private";

/** What kind of account it is; none of them changes anything about money. */
export type AccountType = "standard" | "premium" | "business" | "creator";

/** An achievement, as whoever asks may see it. */
export interface AchievementView {
  achievementId: string;
  name: string;
  description: string;
  category: CategoryInProgress;
  rarity: RarityInProgress;
  points: number;
  progress: number;
  earnedAt: Instant | null;
}

/** Sell a package that was not there. */
export interface AddCoinPackage {
  /** Matches `^[a-z0-9_-]{1,64}$`. */
  packageId: string;
  /** At most 300 characters. */
  reason: string;
  /** In minor units. A whole number; at least 1; at most 1000000. */
  priceUsd: number;
  /** In minor units. A whole number; at least 1; at most 1000000. */
  priceEur?: number | null;
  /** In minor units. A whole number; at least 1; at most 1000000. */
  priceGbp?: number | null;
  /** In minor units. A whole number; at least 1; at most 1000000. */
  priceJpy?: number | null;
  /** Matches `^https://[\x21-\x7e]{1,500}$`. */
  imageUrl?: string | null;
  /** In the App Store. Once set it stays. Matches `^[A-Za-z0-9._]{1,150}$`. */
  appleProductId?: string | null;
  /** In Google Play. Once set it stays. Matches `^[A-Za-z0-9._]{1,150}$`. */
  googleProductId?: string | null;
  /** At most 60 characters. */
  name: string;
  /** A whole number; at least 1; at most 1000000. */
  coinAmount: number;
  /** A whole number; at least 0; at most 1000000. */
  bonusCoins?: number;
  isPopular?: boolean;
  isBestValue?: boolean;
  isAvailable?: boolean;
  /** Without it, after all others. A whole number; at least 0; at most 1000. */
  sortOrder?: number | null;
}

/** Put a new gift into the catalogue. */
export interface AddGift {
  /** A gift's id. Matches `^[a-z0-9]+(?:-[a-z0-9]+)*$`; at most 40 characters. */
  giftId: string;
  /** At most 40 characters. */
  name: string;
  /** At most 200 characters. */
  description?: string;
  category: CategoryInGifts;
  rarity: RarityInGifts;
  /** A whole number; at least 1; at most 1000000. */
  coinCost?: number | null;
  /** A whole number; at least 500; at most 10000. */
  durationMs?: number;
  /** A whole number; at least 0; at most 1000000. */
  sortOrder?: number;
  /** At most 10 items; each matches `^[a-z0-9]+(?:-[a-z0-9]+)*$`; each at most 40 characters. */
  tags?: string[];
  /** A whole number; at least 1; at most 100. */
  minimumLevel?: number;
  availableFrom?: Instant | null;
  availableUntil?: Instant | null;
  /** At most 300 characters. */
  reason: string;
}

/** Put a user on the caller's list of close friends; nobody else learns of it. */
export interface AddToCloseFriends {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  friendId: string;
}

/** What can be corrected. */
export type Adjusted = "coins" | "earnings" | "debt";

/** The correction's entry in the ledger. */
export interface AdjustmentBooked {
  entryId: string;
}

/** How gifts do for a creator. */
export interface AnalyticsInGifts {
  days: DayOfGifts[];
  giftsByHour: number[];
  popularGifts: Counted[];
  topGifters: Fan[];
}

/** The owner's view of their profile, the oldest day first. */
export interface AnalyticsInProgress {
  total: Reach;
  days: DayReach[];
  content: Content;
}

/** An announcement that is on its way. */
export interface Announced {
  announcementId: string;
}

/** Approve a correction that somebody else proposed; it is carried out at once. */
export interface ApproveAdjustment {
  /** Matches `^[0-9a-f]{32}$`. */
  proposalId: string;
  /** As the proposal showed it. Matches `^[0-9a-f]{64}$`. */
  payloadHash: string;
  /** At most 300 characters. */
  reason: string;
}

/** Approve a refund of a purchase that somebody else proposed; it is sent at once. */
export interface ApproveCoinRefund {
  /** Matches `^[0-9a-f]{32}$`. */
  proposalId: string;
  /** As the proposal showed it. Matches `^[0-9a-f]{64}$`. */
  payloadHash: string;
  /** At most 300 characters. */
  reason: string;
}

/** Approve a refund of a gift that somebody else proposed; it is carried out at once. */
export interface ApproveGiftRefund {
  /** Matches `^[0-9a-f]{32}$`. */
  proposalId: string;
  /** As the proposal showed it. Matches `^[0-9a-f]{64}$`. */
  payloadHash: string;
  /** At most 300 characters. */
  reason: string;
}

/** Staff: take over what the document says, as a birth date or, where it shows none, an age. */
export interface ApproveIdVerification {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  requestId: string;
  /** YYYY-MM-DD. Matches `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`. */
  birthDate?: string | null;
  /** A whole number; at least 0; at most 120. */
  verifiedAge?: number | null;
}

/** Give the badge to whoever asked for it. */
export interface ApproveVerification {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  /** Matches `^[A-Za-z0-9-]{1,160}$`. */
  requestId: string;
  /** At most 300 characters. */
  reason: string;
}

/** Where to upload the images to, with the Storage SDK: JPEG, PNG or PDF, at most 10 MiB each. */
export interface AskedInSafety {
  requestId: string;
  uploadPaths: string[];
}

/** The request that now waits. */
export interface AskedInVerification {
  requestId: string;
}

/** Whether the name is free at this moment; only creating the profile claims it. */
export interface Availability {
  username: string;
  available: boolean;
}

/** Ban a hashtag, or let it be again. */
export interface BanHashtag {
  /** At most 64 characters. */
  hashtag: string;
  action: "ban" | "allow";
  /** At most 500 characters. */
  reason: string;
}

/** A movement on our bank's statement; the amount is positive where it came from a provider. */
export interface BankLine {
  /** Matches `^[A-Za-z0-9-]{1,160}$`; at most 64 characters. */
  lineId: string;
  /** Matches `^[A-Za-z0-9_-]{1,64}$`. */
  reference: string;
  /** A whole number; at least -100000000; at most 100000000. */
  amountMinor: number;
  /** Matches `^20[0-9]{2}-[01][0-9]-[0-3][0-9]$`. */
  bookedOn: string;
}

/** Deliver what does not hurry together. */
export interface BatchingRequest {
  every: "off" | "hourly" | "daily";
  /** HH:MM. Matches `^([01][0-9]|2[0-3]):[0-5][0-9]$`. */
  at?: string;
}

/** How often what does not hurry is delivered. */
export interface BatchingView {
  every: string;
  at: string;
}

/** Whether the caller hears of what the followed user publishes. */
export interface Bell {
  enabled: boolean;
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

/** A page of blocked users. */
export interface BlockedPage {
  blockedUsers: Person[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** A board as a viewer sees it: those who are hidden from them leave a gap in the ranks. */
export interface Board {
  period: Period;
  type: Side;
  rankings: Row[];
  lastUpdated: Instant | null;
  nextUpdate: Instant | null;
}

/** Days, and all there is. */
export interface Books {
  days: Figures[];
  summary: Figures | null;
}

/** Take back one's own request to follow somebody. */
export interface CancelFollowRequest {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  targetUserId: string;
}

/** Take a withdrawal back, unless it was sent. */
export interface CancelPayoutRequest {
  /** A withdrawal's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  payoutRequestId: string;
}

/** Leave the line. */
export type CancelPremiumRequest = Record<string, never>;

/** Keep one's slot until its term is over, and pay for no other. */
export type CancelPremiumSubscription = Record<string, never>;

/** What it is now. */
export interface Cancelled {
  payoutRequestId: string;
  status: State;
}

/** Something that could trend. */
export interface Candidate {
  name: string;
  since: Instant;
}

/** A page of candidates. */
export interface CandidatePage {
  candidates: Candidate[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** What waits for a moderator. */
export interface Case {
  videoId: string;
  userId: string;
  risk: number | null;
  labels: string[];
  engine: string;
  openedAt: Instant;
  caption: string;
  hashtags: string[];
}

/** A page of the queue, oldest first. */
export interface CasePage {
  cases: Case[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** The shelves of the catalogue. */
export type CategoryInGifts = "basic" | "premium" | "luxury" | "legendary" | "event" | "seasonal";

/** What an achievement is about. */
export type CategoryInProgress = "content" | "social" | "engagement" | "monetization";

/** Where a challenge stands; the time says it, no job does. */
export type ChallengeStatus = "upcoming" | "active" | "ended";

/** A challenge as its page shows it. */
export interface ChallengeView {
  challengeId: string;
  title: string;
  description: string;
  hashtag: string;
  rules: string;
  createdBy: string;
  status: ChallengeStatus;
  startDate: Instant;
  endDate: Instant | null;
  isFeatured: boolean;
  participantCount: number;
  videoCount: number;
}

/** Take another username. The old one is held for its owner for 60 days. */
export interface ChangeUsername {
  /** 3 to 24 letters, digits, dots, underscores. Matches `^[A-Za-z0-9][A-Za-z0-9._]{1,22}[A-Za-z0-9]$`. */
  username: string;
}

/** The version that is sold from now on. */
export interface ChangedInCoins {
  packageId: string;
  version: number;
}

/** The version that has the change. */
export interface ChangedInGifts {
  giftId: string;
  version: number;
}

/** How the video stands after a change. */
export interface ChangedInVideos {
  videoId: string;
  status: VideoStatus;
  visibility: Visibility;
  publishAt: Instant | null;
  wordsPending: boolean;
}

/** A way to be told. The inbox comes first: whatever is not in it goes nowhere else either. */
export type Channel = "inApp" | "push" | "email";

/** What is found out. */
export type Check = "identity" | "tax_form" | "sanctions" | "bank_account";

/** Ask whether something is for one's age. */
export interface CheckContentAgeRestriction {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  contentId: string;
  contentType: "video";
}

/** Whether a username could be claimed now. */
export interface CheckUsernameAvailability {
  /** 3 to 24 letters, digits, dots, underscores. Matches `^[A-Za-z0-9][A-Za-z0-9._]{1,22}[A-Za-z0-9]$`. */
  username: string;
}

/** Whether the user is on the caller's list of close friends now. */
export interface CloseFriend {
  closeFriend: boolean;
}

/** A page of close friends. */
export interface CloseFriendPage {
  closeFriends: Person[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** A collection of saved videos. */
export interface Collection {
  collectionId: string;
  name: string;
  createdAt: Instant;
}

/** One's own collections, the oldest first. */
export interface Collections {
  collections: Collection[];
}

/** Which comments wait for the caller. */
export interface CommentFilters {
  words: string[];
  hold: Hold;
}

/** Whether the caller likes the comment now. */
export interface CommentLiked {
  liked: boolean;
}

/** Write a comment under a video, or an answer to one. */
export interface CommentOnVideo {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
  /** At most 500 characters. */
  text: string;
  /** A comment's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  parentCommentId?: string | null;
}

/** A page of comments. */
export interface CommentPage {
  comments: ShownComment[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** Where a comment stands for others. Totals count those that are `active`. */
export type CommentStatus = "active" | "held" | "away" | "withheld" | "removed" | "deleted";

/** The comment that now stands, or waits for the owner of the video (`held`). */
export interface Commented {
  commentId: string;
  moderationStatus: CommentStatus;
}

/** The settings as they are now. */
export interface Configured {
  version: number;
  premiumPayoutBps: number;
  standardPayoutBps: number;
  maxPremiumSlots: number;
  slotsHeld: number;
  salesOpen: boolean;
  prices: Record<string, number>;
  termDays: number;
  graceDays: number;
  renewing: boolean;
}

/** Say that a purchase was paid, so that the server asks at once. */
export interface ConfirmCoinPurchase {
  /** Matches `^[A-Za-z0-9-]{1,160}$`. */
  purchaseId: string;
  /** Taken, as old clients send it, and not looked at. Matches `^[A-Za-z0-9_]{1,128}$`. */
  paymentIntentId?: string | null;
}

/** Say that the file is there, rather than waiting for Storage to say so. */
export interface ConfirmProfileImageUpload {
  /** The `storagePath` of the place. At most 400 characters. */
  fileName: string;
  imageType: ImageType;
}

/** Where a purchase stands, by the provider's word. */
export interface Confirmed {
  purchaseId: string;
  status: StatusInCoins;
  coinsAdded: number;
}

/** Who may write to the owner. */
export type Contact = "everyone" | "followers" | "friends" | "no_one";

/** What stands published, and what it has brought since the beginning. */
export interface Content {
  videos: number;
  likes: number;
  videoViews: number;
  likesPerVideo: number;
}

/** Where a gift is given. */
export type Context = "profile" | "video" | "live_stream";

/** Staff: correct a birth date after a review. */
export interface CorrectBirthDate {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  /** YYYY-MM-DD. Matches `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`. */
  birthDate: string;
  /** ISO 3166 alpha-2. Matches `^[A-Z]{2}$`. */
  region: string;
  /** IANA name. At least 1 characters; at most 64 characters. */
  timeZone: string;
  /** At most 500 characters. */
  reason: string;
}

/** How many of a gift. */
export interface Counted {
  giftId: string;
  name: string;
  imageUrl: string | null;
  count: number;
}

/** Call out a challenge. */
export interface CreateChallenge {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** At most 80 characters. */
  title: string;
  /** At most 64 characters. */
  hashtag: string;
  /** At most 500 characters. */
  description?: string;
  /** At most 1000 characters. */
  rules?: string;
  /** None is now. */
  startDate?: Instant | null;
  /** None is open. */
  endDate?: Instant | null;
}

/** Buy a package in Stripe's native payment sheet. */
export interface CreatePaymentIntent {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** `coins_1000`. Matches `^[a-z0-9_-]{1,64}$`. */
  packageId: string;
  currency?: Currency;
  /** The Stripe API version that the app's SDK speaks. Matches `^20[0-9]{2}-[0-9]{2}-[0-9]{2}(\.[a-z]{1,20})?$`; at most 40 characters. */
  apiVersion: string;
}

/** Make a collection for saved videos. */
export interface CreateSavedCollection {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** At most 60 characters. */
  name: string;
}

/** Begin a connected account at Stripe, through which bank transfers go. */
export interface CreateStripeAccount {
  /** ISO 3166-1 alpha-2. Matches `^[A-Z]{2}$`. */
  country: string;
}

/** Choose a username and make the profile of the signed-in account. */
export interface CreateUserProfile {
  /** YYYY-MM-DD. Matches `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`. */
  birthDate: string;
  /** ISO 3166 alpha-2. Matches `^[A-Z]{2}$`. */
  region: string;
  /** IANA name. At least 1 characters; at most 64 characters. */
  timeZone: string;
  /** Made by the app once a device. Matches `^[A-Za-z0-9-]{16,128}$`. */
  deviceId?: string | null;
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

/** How the comment stands now. */
export interface Curated {
  commentId: string;
  moderationStatus: CommentStatus;
}

/** What can be paid in, as ISO 4217 writes it but small, as Stripe does. */
export type Currency = "usd" | "eur" | "gbp" | "jpy";

/** Engaged views of one day of UTC. */
export interface Day {
  date: string;
  engagedViews: number;
}

/** A day of a creator's. */
export interface DayOfGifts {
  date: string;
  gifts: number;
  points: number;
  earnedMicro: number;
}

/** A day of UTC. */
export interface DayReach {
  date: string;
  uniqueViewers: number;
  reach: Reach;
}

/** Go away until further notice. */
export type DeactivateAccount = Record<string, never>;

/** The outcome. */
export interface DecidedInSafety {
  requestId: string;
  status: RequestStatus;
}

/** What is said of it now. */
export interface DecidedInTrends {
  kind: TrendKind;
  name: string;
  state: HoldState;
}

/** What the request came to. */
export interface DecidedInVerification {
  status: StatusInVerification;
}

/** How the video stands after the decision. */
export interface DecidedInVideos {
  videoId: string;
  moderationStatus: ModerationStatus;
  status: VideoStatus;
}

/** What an administrator decides. */
export type DecisionInPayouts = "approve" | "reject";

/** What the policy says, from the strictest. */
export type DecisionInSafety = "deny" | "opt_in" | "allow";

/** Decline a friend request; its sender is not told. */
export interface DeclineFriendRequest {
  /** As `sendFriendRequest` and `getFriendRequests` answer it. Matches `^[A-Za-z0-9-]{1,160}_[A-Za-z0-9-]{1,160}$`. */
  requestId: string;
}

/** Leave for good. */
export type DeleteAccount = Record<string, never>;

/** Delete one's own comment, or one under one's own video, with the answers to it. */
export interface DeleteComment {
  /** A comment's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  commentId: string;
}

/** Take one of the caller's notifications out of the inbox. */
export interface DeleteNotification {
  /** Matches `^[A-Za-z0-9-]{1,160}$`. */
  notificationId: string;
}

/** Delete a collection; what is in it stays saved, in none. */
export interface DeleteSavedCollection {
  /** A collection's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  collectionId: string;
}

/** Delete a video of one's own. */
export interface DeleteVideo {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
}

/** The video is there for nobody any more. */
export interface Deleted {
  videoId: string;
}

/** The account is leaving. */
export interface Deletion {
  erasesAt: Instant;
}

/** Whether the badge is on the profile now. */
export interface Displayed {
  achievementId: string;
  displayed: boolean;
}

/** Change the text of one's own comment. */
export interface EditComment {
  /** A comment's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  commentId: string;
  /** At most 500 characters. */
  text: string;
}

/** The same under an older name, with the switch for who may follow without asking. */
export interface EditProfile {
  /** At most 40 characters. */
  displayName?: string | null;
  /** At most 150 characters. */
  bio?: string | null;
  /** At most 500 characters. */
  website?: string | null;
  socialLinks?: SocialLinks | null;
  location?: Place | null;
  gender?: Gender | null;
  /** Matches `^[a-z]{2}(-[A-Z]{2})?$`. */
  language?: string | null;
  theme?: Theme | null;
  publicMode?: boolean | null;
}

/** The fields that this edit changed. */
export interface Edited {
  changed: string[];
}

/** A slot that is held until its term is over, and not charged for again. */
export interface Ending {
  slotId: string;
  endsAt: Instant;
}

/** The images of a document. They are opened for whoever asks: ask again after a second. */
export interface Evidence {
  images: EvidenceImage[];
}

/** An image of a document. */
export interface EvidenceImage {
  path: string;
  isOpen: boolean;
  link: string | null;
}

/** Promotional coins, and when they are gone. */
export interface Expiring {
  coins: number;
  expiresAt: Instant;
}

/** Say why the caller was told this. */
export interface ExplainNotification {
  /** Matches `^[A-Za-z0-9-]{1,160}$`. */
  notificationId: string;
}

/** Why the caller was told this, and which setting governs it. */
export interface Explanation {
  reason: string;
  setting: string;
  delivery: string;
  heldUntil: Instant | null;
  switchable: boolean;
}

/** An export, and how far it has come. */
export interface Export {
  exportId: string;
  state: ExportState;
  requestedAt: Instant;
  expiresAt: Instant;
}

/** A file of an export. */
export interface ExportFile {
  path: string;
  link: string | null;
  bytes: number;
  sha256: string;
}

/** A page of an export's files, and the manifest that names them all with their hashes. */
export interface ExportLinks {
  exportId: string;
  expiresAt: Instant;
  manifest: ExportFile;
  files: ExportFile[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** How far an export has come. */
export type ExportState = "running" | "ready";

/** Have one's data collected. */
export type ExportUserData = Record<string, never>;

/** Who gave, openly. */
export interface Fan {
  userId: string;
  username: string;
  profileImage: string | null;
  coins: number;
}

/** A video in the feed. Totals come with the listener on `videos/{id}` of the one in view. */
export interface FeedCard {
  videoId: string;
  userId: string;
  username: string;
  userProfileImage: string | null;
  userIsVerified: boolean;
  caption: string;
  hashtags: string[];
  durationMs: number;
  width: number;
  height: number;
  publishedAt: Instant;
  reason: string;
  videoPath: string;
  thumbnailPath: string;
  soundId: string | null;
  ageRestriction: number;
  why: Term[];
  visibility: Visibility;
}

/** A page of the feed. */
export interface FeedPage {
  videos: FeedCard[];
  nextCursor: string | null;
  hasMore: boolean;
  mode: Mode;
  rankedBy: string | null;
}

/** A period's figures: money in micro-USD, coins in coins. */
export interface Figures {
  period: string;
  complete: boolean;
  entries: number;
  totalRevenue: number;
  giftRevenue: number;
  premiumRevenue: number;
  otherRevenue: number;
  losses: number;
  lossesCovered: number;
  provision: number;
  netRevenue: number;
  liability: number;
  held: number;
  coinsMinted: number;
  coinsGranted: number;
  coinsBurnt: number;
  coinsExpired: number;
}

/** The level that holds. */
export interface Filter {
  level: FilterLevel;
}

/** How much is kept from a viewer, from the strictest. */
export type FilterLevel = "strict" | "moderate" | "off";

/** The outcome of following or unfollowing. */
export interface Follow {
  status: FollowStatus;
}

/** How the caller stands to the target afterwards. */
export type FollowStatus = "following" | "pending" | "not_following";

/** Follow a user, or ask to, where the account is private. */
export interface FollowUser {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  targetUserId: string;
}

/** A page of followers. */
export interface FollowerPage {
  followers: Person[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** A page of those whom a user follows. */
export interface FollowingPage {
  following: Person[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** A hashtag that was found. */
export interface FoundHashtag {
  hashtag: string;
  usageCount: number;
}

/** A page of results, best first. */
export interface FoundPage {
  users: FoundUser[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** A sound that was found. */
export interface FoundSound {
  soundId: string;
  name: string;
  artist: string;
  usageCount: number;
}

/** A user who was found, as on their public card. */
export interface FoundUser {
  userId: string;
  username: string;
  displayName: string;
  profileImage: string | null;
  isVerified: boolean;
  followerCount: number;
}

/** A page of friends. */
export interface FriendPage {
  friends: Person[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** Friend requests that wait, a page of each kind. */
export interface FriendRequests {
  sent: Person[];
  received: Person[];
  nextSentCursor: string | null;
  nextReceivedCursor: string | null;
}

/** How the caller stands to the other afterwards. */
export type FriendStatus = "friends" | "pending" | "not_friends";

/** The outcome of asking, answering or ending; the request's id while it waits. */
export interface Friendship {
  status: FriendStatus;
  requestId: string | null;
}

/** What a user may say of themselves; never shown. */
export type Gender = "female" | "male" | "other" | "prefer_not_to_say";

/** List whom the caller blocks, newest first. */
export interface GetBlockedUsers {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Read one challenge. */
export interface GetChallenge {
  /** A challenge's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  challengeId: string;
}

/** List the caller's close friends, newest first. */
export interface GetCloseFriendsList {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List what is sold. */
export type GetCoinPackages = Record<string, never>;

/** Read one's own filters. */
export type GetCommentFilters = Record<string, never>;

/** List the answers to a comment, oldest first. */
export interface GetCommentReplies {
  /** A comment's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  commentId: string;
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Where the caller's collected data can be fetched now. */
export interface GetExportLink {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List who asks to follow the caller, newest first. */
export interface GetFollowRequests {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List who follows a user, newest first. */
export interface GetFollowers {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
}

/** List whom a user follows, newest first. */
export interface GetFollowing {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
}

/** Read what the accounts that the caller follows have published, newest first. */
export interface GetFollowingFeed {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List the friend requests that wait, sent and received, newest first. */
export interface GetFriendRequests {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  sentCursor?: string | null;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  receivedCursor?: string | null;
}

/** List the caller's friends, newest first. */
export interface GetFriends {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Read how gifts do for oneself. */
export interface GetGiftAnalytics {
  /** A whole number; at least 1; at most 90. */
  days?: number;
}

/** List the gifts that can be given. */
export interface GetGiftCatalog {
  category?: CategoryInGifts | null;
  /** A whole number; at least 0; at most 9007199254740992. */
  knownVersion?: number | null;
}

/** List the gifts one sent, or was sent, newest first. */
export interface GetGiftHistory {
  type?: "sent" | "received";
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Read who gave, or who was given, most. */
export interface GetGiftLeaderboard {
  period?: Period;
  type?: Side;
  /** A whole number; at least 1; at most 100. */
  limit?: number;
}

/** List what waits for the caller under their videos, oldest first. */
export interface GetHeldComments {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Staff: look at the images of a request that waits. */
export interface GetIdEvidence {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  requestId: string;
}

/** List whom the caller mutes, newest first. */
export interface GetMutedUsers {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Ask what holds for the caller. */
export type GetMyPolicy = Record<string, never>;

/** Read what counts for the caller. */
export type GetNotificationSettings = Record<string, never>;

/** List the caller's notifications, latest activity first. */
export interface GetNotifications {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Show where one's payouts may go, and what is still to be verified. */
export type GetPayoutMethods = Record<string, never>;

/** List one's own withdrawals, the latest first. */
export interface GetPayoutRequests {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Read the statement of a month: what was withdrawn, with a signed hash. */
export interface GetPayoutStatement {
  /** `2026-03`. Matches `^20[0-9]{2}-(0[1-9]|1[0-2])$`. */
  month: string;
}

/** List what waits for an approval, the oldest first. */
export interface GetPendingApprovals {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Staff: list what waits for a decision, oldest first. */
export interface GetPendingIdVerifications {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List the withdrawals that wait for a decision, oldest first. */
export interface GetPendingPayouts {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List the requests that wait for a review, oldest first. */
export interface GetPendingVerifications {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List the videos that wait for a moderator. */
export interface GetPendingVideos {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Read what days brought, from the first to the last: at most 92. */
export interface GetPlatformRevenue {
  /** `2026-03-14`, of UTC. Matches `^\d{4}-\d{2}-\d{2}$`. */
  firstDay: string;
  /** `2026-03-14`, of UTC. Matches `^\d{4}-\d{2}-\d{2}$`. */
  lastDay: string;
}

/** Read the settings, who holds which slot and who waits, first come first. */
export interface GetPremiumSettings {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Read the public ledger of slots: which are held since when, and which were. No names. */
export interface GetPremiumSlots {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Read one's own premium state. */
export type GetPremiumStatus = Record<string, never>;

/** Read a user's public profile. */
export interface GetProfile {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
}

/** Read the caller's own reach, by day. */
export interface GetProfileAnalytics {
  /** Today and the days before it. A whole number; at least 1; at most 30. */
  days?: number;
  /** The caller; anyone else is not found. Matches `^[A-Za-z0-9-]{1,160}$`. */
  targetUserId?: string | null;
}

/** List one's own collections. */
export type GetSavedCollections = Record<string, never>;

/** List what the caller saved, or put into one collection, the latest first. */
export interface GetSavedVideos {
  /** A collection's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  collectionId?: string | null;
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List the devices that are signed in. */
export type GetSessions = Record<string, never>;

/** Read one sound. */
export interface GetSound {
  /** A sound's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  soundId: string;
}

/** Read who gave most in a stream. */
export interface GetStreamTopGifters {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  streamId: string;
}

/** List users the caller may want to follow. */
export interface GetSuggestedUsers {
  /** How many, at most. A whole number; at least 1; at most 20. */
  limit?: number;
}

/** List the movements of one's own money, the latest first. */
export interface GetTransactionHistory {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List what could trend and nobody has looked at, the longest known first. */
export interface GetTrendCandidates {
  kind: TrendKind;
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List the challenges that run now, those of most participants first. */
export interface GetTrendingChallenges {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
}

/** List the hashtags that trend, best first. */
export interface GetTrendingHashtags {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
}

/** List the sounds that trend, best first. */
export interface GetTrendingSounds {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
}

/** List the videos that trend, best first. */
export interface GetTrendingVideos {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List what a user has reached; for the caller, also how far the rest is. */
export interface GetUserAchievements {
  /** The caller, where it is left out. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId?: string | null;
}

/** Read the caller's feed. */
export interface GetUserFeed {
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
  mode?: Mode | null;
  refresh?: boolean;
}

/** Read what one gave and was given. */
export interface GetUserGiftStats {
  withStreaks?: boolean;
}

/** List what a user was given, by gift. */
export interface GetUserGifts {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
}

/** List the published videos of a user. */
export interface GetUserVideos {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  sort?: Sort;
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

/** Read how a video of one's own is watched. */
export interface GetVideoAnalytics {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
}

/** List a video's comments, the pinned one and then the newest first. */
export interface GetVideoComments {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List a hashtag's videos. */
export interface GetVideosByHashtag {
  /** At most 64 characters. */
  hashtag: string;
  order?: Order;
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** List a sound's videos. */
export interface GetVideosBySound {
  /** A sound's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  soundId: string;
  order?: Order;
  /** Items on the page. A whole number; at least 1; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** See one's coins and earnings. */
export type GetWallet = Record<string, never>;

/** What became of a gift. */
export type GiftStatus = "pending" | "completed" | "refunded" | "disputed";

/** Whether there is this hashtag now. */
export interface HashtagBan {
  hashtag: string;
  banned: boolean;
}

/** A page of hashtags, best first. */
export interface HashtagPage {
  hashtags: FoundHashtag[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** A page of movements, the latest first. */
export interface History {
  transactions: LineInWallet[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** A page of gifts, newest first. */
export interface HistoryPage {
  gifts: Sent[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** Which comments wait for the owner, besides those with a word that the owner listed. */
export type Hold = "none" | "links" | "strangers" | "all";

/** What people have said of something that could trend. */
export type HoldState = "waiting" | "held" | "released";

/** Keep something from trending. */
export interface HoldTrend {
  kind: TrendKind;
  /** A video's or sound's id, or a tag. At least 1 characters; at most 200 characters. */
  name: string;
  /** At most 300 characters. */
  reason: string;
}

/** Who has a slot. */
export interface Holder {
  slotId: string;
  userId: string;
  since: Instant;
}

/** Documents that show a birth date. */
export type IdType = "passport" | "id_card" | "driving_licence" | "residence_permit";

/** How far an upload has come. */
export type ImageState = "created" | "uploaded" | "ready" | "failed" | "superseded";

/** How far an upload has come. */
export interface ImageStatus {
  state: ImageState;
}

/** Where to upload the photo to, with the Storage SDK, and within which bounds. */
export interface ImageTicket {
  imageId: string;
  storagePath: string;
  contentTypes: string[];
  sizeBytesMax: number;
  expiresAt: Instant;
}

/** Which photo of a profile it is. */
export type ImageType = "profile" | "cover";

/** Take over lines of the bank's statement, for the daily comparison. */
export interface ImportBankStatement {
  /** At least 1 items; at most 100 items. */
  lines: BankLine[];
}

/** How many lines of the bank's are new. */
export interface Imported {
  imported: number;
}

/** A place in the line, from 1. */
export interface InLine {
  position: number;
}

/** Write the settings' first version, unless there is one. */
export type InitializePremiumSettings = Record<string, never>;

/** Enter a video of one's own in a challenge. */
export interface JoinChallenge {
  /** A challenge's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  challengeId: string;
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
}

/** The video is an entry of the challenge: at once where it is public, else when it is. */
export interface Joined {
  challengeId: string;
  videoId: string;
}

/** What a link can lead to. */
export type Kind = "user" | "video" | "comment" | "notification" | "s" | "notifications";

/** How a video was made from another. */
export type Kinship = "duet" | "stitch";

/** Say whether the caller likes a comment. */
export interface LikeComment {
  /** A comment's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  commentId: string;
  action: "like" | "unlike";
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

/** Who sees the tab of what the owner liked. */
export type LikesAudience = "everyone" | "followers" | "only_me";

/** The limit, and from when it counts. */
export interface LimitSet {
  coins: number | null;
  countsFrom: Instant;
}

/** A withdrawal that was asked for in the month, in cents. */
export interface LineInPayouts {
  payoutRequestId: string;
  requestedAt: Instant;
  payoutMethod: Method;
  amount: number;
  fee: number;
  net: number;
  status: State;
}

/** One movement of the user's money. */
export interface LineInWallet {
  entryId: string;
  type: string;
  at: Instant;
  coins: number;
  pendingMicro: number;
  availableMicro: number;
  reservedMicro: number;
  debtMicro: number;
  relatedId: string | null;
  balanceCoins: number;
  balanceMicro: number;
}

/** Have payouts go to the bank account that a token of Stripe's stands for, never its number. */
export interface LinkBankAccount {
  /** Matches `^btok_[A-Za-z0-9_]{6,64}$`. */
  token: string;
  /** ISO 3166-1 alpha-2. Matches `^[A-Z]{2}$`. */
  country: string;
}

/** Have payouts go to this PayPal account: by its e-mail address or its payer id. */
export interface LinkPayPal {
  /** Matches `^[^@\s]{1,64}@[A-Za-z0-9.-]{3,62}$`; at most 127 characters. */
  email?: string | null;
  /** Matches `^[2-9A-HJ-NP-Z]{13}$`. */
  payerId?: string | null;
}

/** A method, as its owner sees it. */
export interface Linked {
  method: Method;
  hint: string;
  linkedAt: Instant;
  usableAt: Instant;
}

/** Where a user says they are at home; nothing finer than a city, and only if they want. */
export interface Location {
  country: string;
  city: string | null;
}

/** Give an account a slot, or take that very slot from that very account; with a reason. */
export interface ManagePremiumAccount {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  action: SlotAction;
  /** Needed to assign. Old apps take whatever slot the account holds. Matches `^premium_slot_[1-9][0-9]{0,2}$`. */
  slotId?: string | null;
  /** Recorded, and told to the account. Old apps send none: that is recorded. At most 300 characters. */
  reason?: string;
  /** Give it although others have waited longer. Recorded. */
  skipLine?: boolean;
}

/** What the account holds now. */
export interface Managed {
  userId: string;
  slotId: string | null;
  slotsHeld: number;
}

/** Mark what had no activity after an instant as read. */
export interface MarkAllNotificationsAsRead {
  upTo?: Instant | null;
}

/** Say that a video is not wanted, or take it back. */
export interface MarkNotInterested {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
  action?: "add" | "undo";
}

/** Mark one of the caller's notifications as read. */
export interface MarkNotificationAsRead {
  /** Matches `^[A-Za-z0-9-]{1,160}$`. */
  notificationId: string;
}

/** How many entries are read now that were not; whether a task marks more. */
export interface Marked {
  count: number;
  hasMore: boolean;
}

/** Earnings of a day, and when they can be withdrawn. */
export interface Maturing {
  day: string;
  micro: number;
  availableAt: Instant;
}

/** Where a video's media stands. `ready` and `failed` are final: a new upload is a new video. */
export type MediaState = "created" | "uploaded" | "processing" | "ready" | "failed";

/** How it is paid. */
export type Method = "paypal" | "bank_transfer";

/** All of them, and what is still to be verified for each. */
export interface Methods {
  methods: Linked[];
  missing: Record<string, Check[]>;
}

/** What a feed is made of, and in which order. */
export type Mode = "for_you" | "chronological" | "following";

/** Decide about a video. */
export interface ModerateVideo {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
  action: "approve" | "reject";
  /** At most 500 characters. */
  reason: string;
}

/** What the gate said. Nothing is public that is not approved. */
export type ModerationStatus = "pending" | "approved" | "flagged" | "removed";

/** Whether the caller mutes the user now, and until when: None is for good. */
export interface Mute {
  muted: boolean;
  until: Instant | null;
}

/** Hear nothing of a user any more; they never learn of it. */
export interface MuteUser {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  targetUserId: string;
  /** A whole number; at least 1; at most 8784. */
  durationHours?: number | null;
}

/** A page of muted users. */
export interface MutedPage {
  mutedUsers: Person[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** It was taken down. What follows from it is not told. */
export type Noted = Record<string, never>;

/** A call that takes no arguments. */
export type Nothing = Record<string, never>;

/** One entry of the caller's inbox. */
export interface Notification {
  notificationId: string;
  type: string;
  category: string;
  title: string;
  message: string;
  detail: string;
  actorId: string | null;
  actorName: string | null;
  actorImage: string | null;
  actorIds: string[];
  actorCount: number;
  entityType: string;
  entityId: string;
  entityImage: string | null;
  isRead: boolean;
  createdAt: Instant;
  lastActivityAt: Instant;
}

/** A page of the inbox. */
export interface NotificationPage {
  notifications: Notification[];
  unreadCount: number;
  nextCursor: string | null;
  hasMore: boolean;
}

/** A package as a client shows it. Prices are in minor units of their currency. */
export interface Offer {
  packageId: string;
  name: string;
  imageUrl: string | null;
  coinAmount: number;
  bonusCoins: number;
  totalCoins: number;
  priceUsd: number;
  priceLocal: Record<string, number>;
  discount: number;
  isPopular: boolean;
  isBestValue: boolean;
  sortOrder: number;
  productIds: Record<string, string>;
  version: number;
}

/** What is sold now. */
export interface Offers {
  packages: Offer[];
  accountToken: string;
}

/** The connected account is there. */
export interface Opened {
  payoutsEnabled: boolean;
}

/** The order of a hashtag's or a sound's videos. */
export type Order = "trending" | "recent" | "popular";

/** Whether one waited. */
export interface OutOfLine {
  left: boolean;
}

/** Whether it was done. */
export type OutcomeInGifts = "refunded" | "proposed";

/** How it went. */
export type OutcomeInPayouts = "passed" | "pending" | "past_due" | "failed";

/** What administrators see. */
export interface Overview {
  version: number;
  premiumPayoutBps: number;
  standardPayoutBps: number;
  maxPremiumSlots: number;
  holders: Holder[];
  freeSlots: string[];
  waiting: WaitingInPremium[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** A page of one's own withdrawals, the latest first. */
export interface Page {
  requests: ShownInPayouts[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** A tenure, by whomever. */
export interface Past {
  slotId: string;
  since: Instant;
  until: Instant | null;
}

/** A withdrawal as administrators see it: no more of where it goes than which method. */
export interface Pending {
  payoutRequestId: string;
  userId: string;
  payoutMethod: Method;
  amount: number;
  fee: number;
  requestedAt: Instant;
  approvedBy: string[];
  approvalsNeeded: number;
  signs: Seen[];
}

/** A page of what waits, oldest first. */
export interface PendingPageInPayouts {
  requests: Pending[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** A page of what waits, oldest first. */
export interface PendingPageInVerification {
  requests: Verification[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** How far back a board looks, in UTC: its day, its ISO week, its month, or always. */
export type Period = "daily" | "weekly" | "monthly" | "all_time";

/** Somebody on a list. */
export interface Person {
  userId: string;
  username: string;
  displayName: string;
  profileImage: string | null;
  isVerified: boolean;
  isPrivate: boolean;
  since: Instant | null;
  until: Instant | null;
  requestId: string | null;
}

/** Whether the feed is ranked by a profile. */
export interface Personalisation {
  personalised: boolean;
}

/** Pin a comment under one's own video, in the place of any other, or let it go. */
export interface PinComment {
  /** A comment's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  commentId: string;
  action: "pin" | "unpin";
}

/** Whether the comment is the pinned one now. */
export interface Pinned {
  commentId: string;
  pinned: boolean;
}

/** A home to show: a country (ISO 3166 alpha-2), and a city where wanted. Nothing finer. */
export interface Place {
  /** Matches `^[A-Z]{2}$`. */
  country: string;
  /** At most 60 characters. */
  city?: string | null;
}

/** What a device runs. */
export type PlatformInAccounts = "android" | "ios" | "web" | "macos" | "windows" | "linux";

/** What the app runs on. */
export type PlatformInDevices = "ios" | "android" | "web" | "unknown";

/** One play of a video. */
export interface Play {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
  /** Seconds; fractions are fine. At least 0; at most 86400. */
  watchTime: number;
  /** Not looked at: it follows from the time. At least 0; at most 100. */
  completionRate?: number | null;
  source?: SourceInViews;
}

/** What holds for somebody. */
export interface Policy {
  features: Record<string, DecisionInSafety>;
}

/** Whether the account is there for others. */
export interface Presence {
  deactivated: boolean;
}

/** The settings as they are now. */
export interface Privacy {
  privacySettings: Record<string, string | boolean>;
  isPrivate: boolean;
}

/** The settings to change; what is left out stays. */
export interface PrivacySettings {
  account?: AccountPrivacy | null;
  isPrivate?: boolean | null;
  videos?: VideoAudience | null;
  stories?: StoryAudience | null;
  comments?: Contact | null;
  messages?: Contact | null;
  duet?: Reuse | null;
  stitch?: Reuse | null;
  gifts?: Reuse | null;
  likes?: LikesAudience | null;
  suggestMe?: boolean | null;
  findByEmail?: boolean | null;
  findByPhone?: boolean | null;
  appearInSearch?: boolean | null;
}

/** Approve a withdrawal, or reject it; `requestId` is the older app's name for its id. */
export interface ProcessPayout {
  /** A withdrawal's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  payoutRequestId?: string | null;
  /** A withdrawal's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  requestId?: string | null;
  action: DecisionInPayouts;
  /** At most 300 characters. */
  note?: string | null;
}

/** What the withdrawal is now. */
export interface Processed {
  payoutRequestId: string;
  status: State;
  approvals: number;
  approvalsNeeded: number;
}

/** A profile, and how the caller stands to it. */
export interface Profile {
  userId: string;
  username: string;
  displayName: string;
  bio: string;
  profileImage: string | null;
  profileImages: Record<string, string>;
  coverImage: string | null;
  coverImages: Record<string, string>;
  website: string | null;
  socialLinks: Record<string, string>;
  location: Location | null;
  accountType: AccountType;
  isVerified: boolean;
  isPremiumAccount: boolean;
  isPrivate: boolean;
  followerCount: number;
  followingCount: number;
  videoCount: number;
  likeCount: number;
  viewCount: number;
  level: number;
  badges: string[];
  createdAt: Instant;
  isOwner: boolean;
  isFollowing: boolean;
  isFollowedBy: boolean;
  isFriend: boolean;
  isFollowRequested: boolean;
  isMuted: boolean;
}

/** A video in the grid of a profile. */
export interface ProfileVideo {
  videoId: string;
  caption: string;
  visibility: Visibility;
  durationMs: number;
  width: number;
  height: number;
  views: number;
  likes: number;
  comments: number;
  publishedAt: Instant | null;
  videoPath: string;
  thumbnailPath: string;
}

/** A page of a user's videos. */
export interface ProfileVideos {
  videos: ProfileVideo[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** What somebody of the staff wants done. */
export interface Proposal {
  proposalId: string;
  action: string;
  payload: Record<string, string | number | boolean | null>;
  payloadHash: string;
  reason: string;
  proposerId: string;
  status: StatusInWallet;
  at: Instant;
  expiresAt: Instant;
}

/** A page of proposals that wait, the oldest first. */
export interface ProposalPage {
  proposals: Proposal[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** Propose a correction of somebody's wallet. */
export interface ProposeAdjustment {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  account: Adjusted;
  /** Coins, or micro-USD of earnings or of debt forgiven. Negative takes. A whole number; at least -10000000000; at most 10000000000. */
  amount: number;
  /** At most 300 characters. */
  reason: string;
}

/** Publish a draft or a scheduled video now. */
export interface PublishVideo {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
}

/** Buy a package on a page of Stripe's. */
export interface PurchaseCoins {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** `coins_1000`. Matches `^[a-z0-9_-]{1,64}$`. */
  packageId: string;
  currency?: Currency;
}

/** Keep a slot and start paying for it; of a holder, for the next term. */
export interface PurchasePremiumSlot {
  currency?: "usd" | "eur" | "gbp" | "jpy";
  /** Without it, the free one of the lowest number. Matches `^premium_slot_[1-9][0-9]{0,2}$`. */
  slotId?: string | null;
  /** Made once an intent; a retry sends it again. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey: string;
}

/** When not to disturb, by the clock of a zone; an end that is not later is on the next day. */
export interface QuietHoursRequest {
  /** HH:MM. Matches `^([01][0-9]|2[0-3]):[0-5][0-9]$`. */
  start: string;
  /** HH:MM. Matches `^([01][0-9]|2[0-3]):[0-5][0-9]$`. */
  end: string;
  /** An IANA zone. At most 64 characters. */
  zone: string;
  /** At least 1 items; at most 7 items; each a whole number; each at least 0; each at most 6. */
  days?: number[];
}

/** Quiet hours as they were set. */
export interface QuietHoursView {
  start: string;
  end: string;
  zone: string;
  days: number[];
}

/** What would be paid and received, were the gift sent now. */
export interface Quote {
  quote: string;
  expiresAt: Instant;
  unitCoins: number;
  coins: number;
  priceUsdMicro: number;
  netUsdMicro: number | null;
  creatorUsdMicro: number | null;
  creatorShareBps: number;
  balance: number;
  dailyCoinsLeft: number | null;
}

/** Ask what a gift costs the sender, and what the creator gets of it. */
export interface QuoteGift {
  /** A gift's id. Matches `^[a-z0-9]+(?:-[a-z0-9]+)*$`; at most 40 characters. */
  giftId: string;
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  receiverId: string;
  context?: Context;
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  contextId?: string | null;
  /** A whole number; at least 1; at most 999. */
  quantity?: number;
}

/** How a gift is framed. */
export type RarityInGifts = "common" | "rare" | "epic" | "legendary";

/** How few have it. */
export type RarityInProgress = "common" | "rare" | "epic" | "legendary";

/** What happened to a profile, on one day or on all that were asked for. */
export interface Reach {
  views: number;
  followersGained: number;
  followersLost: number;
  likes: number;
  comments: number;
  videos: number;
  videoViews: number;
  bySource: Record<string, number>;
}

/** Return. */
export type ReactivateAccount = Record<string, never>;

/** A gift that was given. A repeat of the request gets the same. */
export interface Receipt {
  transactionId: string;
  giftId: string;
  quantity: number;
  coins: number;
  priceUsdMicro: number;
  netUsdMicro: number;
  balance: number;
  comboId: string;
  comboCount: number;
  comboMultiplier: number;
  points: number;
  animationUrl: string;
  sentAt: Instant;
  undoUntil: Instant;
}

/** Say that the caller looks at a profile. */
export interface RecordProfileView {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  source?: SourceInProgress;
}

/** Report one play. Apps send them together, by `recordVideoViews`. */
export interface RecordVideoView {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
  /** Seconds; fractions are fine. At least 0; at most 86400. */
  watchTime: number;
  /** Not looked at: it follows from the time. At least 0; at most 100. */
  completionRate?: number | null;
  source?: SourceInViews;
}

/** Report what was watched since the last report. */
export interface RecordVideoViews {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** At least 1 items; at most 50 items. */
  plays: Play[];
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  continuation?: string | null;
}

/** What was taken down. What it counts for is decided later, and told to the video's owner alone. */
export interface Recorded {
  recorded: number;
  continuation: string;
}

/** The purchase of a receipt. */
export interface Redeemed {
  purchaseId: string;
  status: StatusInCoins;
  coinsAdded: number;
}

/** A gift that was refunded, or is to be. */
export interface Refund {
  status: OutcomeInGifts;
  coins: number;
  transactionId: string | null;
  balance: number | null;
  proposalId: string | null;
}

/** Send the price of a purchase back, or a part of it. */
export interface RefundCoinPurchase {
  /** Matches `^[A-Za-z0-9-]{1,160}$`. */
  purchaseId: string;
  /** At most 300 characters. */
  reason: string;
  /** Made once an intent; a retry sends it again. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey: string;
  /** In the currency paid; without it all that is left. A whole number; at least 1; at most 1000000. */
  amountMinor?: number | null;
}

/** Reverse a gift on all sides, by the staff. The key is that of the proposal, of a large gift. */
export interface RefundGift {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** A gift that was sent. Matches `^[A-Za-z0-9-]{1,160}$`. */
  transactionId: string;
  /** At most 300 characters. */
  reason: string;
}

/** The refund. `requested` is sent by a task as soon as the provider can be reached. */
export interface Refunded {
  refundId: string | null;
  purchaseId: string;
  amountMinor: number;
  status: Sending;
  proposalId: string | null;
}

/** Receive pushes on this device: at every start of the app, and when its token changes. */
export interface RegisterFcmToken {
  /** What Firebase Messaging gave this installation. Matches `^[A-Za-z0-9:_-]{20,1024}$`. */
  token: string;
  platform?: PlatformInDevices;
  /** Made by the app at its installation; lets a new token replace the old. Matches `^[A-Za-z0-9-]{8,64}$`. */
  deviceId?: string | null;
  /** The language of the screen, as `sv-SE`; that of the account where absent. Matches `^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$`. */
  locale?: string | null;
  /** Matches `^[A-Za-z0-9.+-]{1,32}$`; at most 32 characters. */
  appVersion?: string | null;
}

/** Name the device of the caller's sign-in. */
export interface RegisterSession {
  /** Made by the app at its first start, and kept. Matches `^[A-Za-z0-9-]{1,160}$`. */
  deviceId: string;
  /** `Pixel 9`, as the user calls it. At most 60 characters. */
  name: string;
  platform: PlatformInAccounts;
}

/** The session of this sign-in. */
export interface RegisteredInAccounts {
  sessionId: string;
}

/** Whether pushes reach this device now. */
export interface RegisteredInDevices {
  registered: boolean;
}

/** Let a request to follow the caller lapse; its sender is not told. */
export interface RejectFollowRequest {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  requesterId: string;
}

/** Staff: refuse a document. */
export interface RejectIdVerification {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  requestId: string;
  reason: RejectionReason;
}

/** Reject a proposal, or withdraw one's own. */
export interface RejectProposal {
  /** Matches `^[0-9a-f]{32}$`. */
  proposalId: string;
  /** At most 300 characters. */
  reason: string;
}

/** Refuse the badge. The user is told the reason, and nobody else anything. */
export interface RejectVerification {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  /** Matches `^[A-Za-z0-9-]{1,160}$`. */
  requestId: string;
  /** At most 300 characters. */
  reason: string;
}

/** Why a document was refused; the person is told. */
export type RejectionReason = "unreadable" | "expired" | "incomplete" | "not_accepted" | "does_not_match";

/** Let something trend. */
export interface ReleaseTrend {
  kind: TrendKind;
  /** A video's or sound's id, or a tag. At least 1 characters; at most 200 characters. */
  name: string;
  /** At most 300 characters. */
  reason: string;
}

/** Take a comment down, as one of the staff, with a reason for the record. */
export interface RemoveComment {
  /** A comment's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  commentId: string;
  /** At most 300 characters. */
  reason: string;
}

/** Make somebody stop following the caller. */
export interface RemoveFollower {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  followerId: string;
}

/** End a friendship both ways, or take back a friend request. */
export interface RemoveFriend {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  friendId: string;
}

/** Take a user off the caller's list of close friends. */
export interface RemoveFromCloseFriends {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  friendId: string;
}

/** Give a collection another name. */
export interface RenameSavedCollection {
  /** A collection's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  collectionId: string;
  /** At most 60 characters. */
  name: string;
}

/** The name the account has now, and until when the one before it can be taken back. */
export interface Renamed {
  username: string;
  previousHeldUntil: Instant | null;
}

/** One encoding of a video. */
export interface RenditionView {
  path: string;
  codec: string;
  width: number;
  height: number;
  bitrate: number;
  sizeBytes: number;
}

/** Have one's age checked by an identity document. */
export interface RequestIdVerification {
  idType: IdType;
  /** Matches `^[A-Za-z0-9 ./-]{4,40}$`. */
  idNumber: string;
  /** How many images will be uploaded. A whole number; at least 1; at most 4. */
  imageCount: number;
}

/** A page of those who ask to follow. */
export interface RequestPage {
  requests: Person[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** Withdraw earnings: `amount` in US cents, the fee among them. */
export interface RequestPayout {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** A whole number; at least 1; at most 100000000. */
  amount: number;
  payoutMethod: Method;
}

/** Wait for a slot; asked again, the place in the line stays. */
export type RequestPremiumAccount = Record<string, never>;

/** Where a request for verification stands. */
export type RequestStatus = "pending" | "approved" | "rejected";

/** Ask for the verification badge. */
export type RequestVerification = Record<string, never>;

/** A withdrawal that now waits. */
export interface Requested {
  payoutRequestId: string;
  status: State;
  amount: number;
  fee: number;
  net: number;
}

/** Ask what a link opens, before opening it. */
export interface ResolveDeepLink {
  /** `spaktok://…`, or the same by https. At least 1 characters; at most 512 characters. */
  link: string;
}

/** Answer a friend request. */
export interface RespondToFriendRequest {
  /** As `sendFriendRequest` and `getFriendRequests` answer it. Matches `^[A-Za-z0-9-]{1,160}_[A-Za-z0-9-]{1,160}$`. */
  requestId: string;
  action: "accept" | "decline";
}

/** From which age on it is. */
export interface Restriction {
  contentId: string;
  ageRestriction: number;
}

/** Take a gift off sale, for good. */
export interface RetireGift {
  /** A gift's id. Matches `^[a-z0-9]+(?:-[a-z0-9]+)*$`; at most 40 characters. */
  giftId: string;
  /** At most 300 characters. */
  reason: string;
}

/** Hear less of what this notification is. */
export interface RetuneNotification {
  /** Matches `^[A-Za-z0-9-]{1,160}$`. */
  notificationId: string;
  action: "mute_type" | "mute_entity" | "fewer";
}

/** Who may build on what the owner made, or send gifts. */
export type Reuse = "everyone" | "followers" | "no_one";

/** Decide about a comment that waits for the caller. */
export interface ReviewComment {
  /** A comment's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  commentId: string;
  action: "approve" | "reject";
}

/** Record what a check of an account came to. */
export interface ReviewPayoutAccount {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  check: Check;
  outcome: OutcomeInPayouts;
  /** At most 300 characters. */
  reason: string;
}

/** What is recorded now. */
export interface Reviewed {
  userId: string;
  check: Check;
  outcome: OutcomeInPayouts;
}

/** Sign every device out, the caller's too. */
export type RevokeAllSessions = Record<string, never>;

/** Sign one device out. */
export interface RevokeSession {
  /** Matches `^[A-Za-z0-9-]{1,160}$`. */
  sessionId: string;
}

/** It is signed out, now or before. */
export interface Revoked {
  revoked: boolean;
}

/** What a user may be, besides a user. The last three are privileged: read from the database. */
export type Role = "user" | "premium" | "creator" | "moderator" | "admin" | "superadmin";

/** What the user is now. */
export interface Roles {
  roles: Role[];
}

/** A place as a viewer sees it. */
export interface Row {
  rank: number;
  userId: string;
  username: string;
  profileImage: string | null;
  value: number;
  change: number;
}

/** Save a video for oneself, into a collection or none, or let it go. */
export interface SaveVideo {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
  action: "save" | "unsave";
  /** A collection's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  collectionId?: string | null;
}

/** Whether the caller has the video saved now. */
export interface Saved {
  saved: boolean;
}

/** Have a video published at an hour, or keep it as a draft. */
export interface ScheduleVideo {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
  /** None keeps it as a draft. */
  publishAt: Instant | null;
}

/** Find hashtags by how they begin, or nearly so. */
export interface SearchHashtags {
  /** At least 1 characters; at most 100 characters. */
  query: string;
  /** The most results on the page; it may hold fewer. A whole number; at least 5; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Find sounds by name or artist. */
export interface SearchSounds {
  /** At least 1 characters; at most 100 characters. */
  query: string;
  /** The most results on the page; it may hold fewer. A whole number; at least 5; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Find users by handle or name: by how they begin, or nearly so. */
export interface SearchUsers {
  /** At least 1 characters; at most 100 characters. */
  query: string;
  /** The most results on the page; it may hold fewer. A whole number; at least 5; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
}

/** Find public videos by caption, hashtag or owner's handle: by how words begin, or nearly so. */
export interface SearchVideos {
  /** At least 1 characters; at most 100 characters. */
  query: string;
  /** The most results on the page; it may hold fewer. A whole number; at least 5; at most 50. */
  limit?: number;
  /** Where the previous page ended. At least 1 characters; at most 2048 characters. */
  cursor?: string | null;
  uploaded?: Uploaded | null;
  /** Seconds. A whole number; at least 0; at most 86400. */
  durationMin?: number | null;
  /** Seconds. A whole number; at least 0; at most 86400. */
  durationMax?: number | null;
}

/** Want less of one user, hashtag or sound, or take it back. Exactly one of them is named. */
export interface SeeLess {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId?: string | null;
  /** At most 64 characters. */
  hashtag?: string | null;
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  soundId?: string | null;
  action?: "add" | "undo";
}

/** A sign, and who else is in it. */
export interface Seen {
  sign: Sign;
  others: string[];
  shareBps: number | null;
}

/** Tell everyone, or everyone in some regions; in English, and in whatever it is translated to. */
export interface SendAnnouncement {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** At most 80 characters. */
  title: string;
  /** At most 500 characters. */
  body: string;
  /** At most 20 items. */
  translations?: Translation[];
  /** Of the people told; none: everyone. At most 30 items; each matches `^[A-Z]{2}$`. */
  regions?: string[];
  /** At most 300 characters. */
  reason: string;
}

/** Ask a user to be friends: to follow each other. */
export interface SendFriendRequest {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  receiverId: string;
}

/** Give a gift, paid from the sender's coins. */
export interface SendGift {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey: string;
  /** A gift's id. Matches `^[a-z0-9]+(?:-[a-z0-9]+)*$`; at most 40 characters. */
  giftId: string;
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  receiverId: string;
  context?: Context;
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  contextId?: string | null;
  /** A whole number; at least 1; at most 999. */
  quantity?: number;
  /** At most 150 characters. */
  message?: string | null;
  isAnonymous?: boolean;
  /** At least 1 characters; at most 2048 characters. */
  quote?: string | null;
}

/** Where a refund of ours stands. */
export type Sending = "proposed" | "requested" | "sent" | "declined";

/** A gift as one of its sides sees it. */
export interface Sent {
  transactionId: string;
  giftId: string;
  giftName: string;
  giftImageUrl: string | null;
  quantity: number;
  coinCost: number;
  context: Context;
  contextId: string;
  message: string | null;
  isAnonymous: boolean;
  status: GiftStatus;
  userId: string | null;
  username: string | null;
  profileImage: string | null;
  at: Instant;
}

/** One sign-in of one device. */
export interface Session {
  sessionId: string;
  name: string;
  platform: PlatformInAccounts;
  createdAt: Instant;
  lastSeenAt: Instant;
  isCurrent: boolean;
}

/** The devices that are signed in, the one seen last first. */
export interface Sessions {
  sessions: Session[];
}

/** Say whether following needs the owner's consent. Followers stay. */
export interface SetAccountPrivate {
  isPrivate: boolean;
}

/** Choose a type. `premium` comes with a premium slot, and none changes anything about money. */
export interface SetAccountType {
  accountType: AccountType;
}

/** Show an achievement of the caller's as a badge, or hide it. */
export interface SetAchievementDisplayed {
  /** Matches `^[a-z]+(?:-[a-z]+)*$`; at most 40 characters. */
  achievementId: string;
  displayed: boolean;
}

/** Say one's birth date, once: for accounts that are older than the question. */
export interface SetBirthDate {
  /** YYYY-MM-DD. Matches `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`. */
  birthDate: string;
  /** ISO 3166 alpha-2. Matches `^[A-Z]{2}$`. */
  region: string;
  /** IANA name. At least 1 characters; at most 64 characters. */
  timeZone: string;
  /** Made by the app once a device. Matches `^[A-Za-z0-9-]{16,128}$`. */
  deviceId?: string | null;
}

/** Say from which age on something of one's own is. */
export interface SetContentAgeRestriction {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  contentId: string;
  contentType: "video";
  /** Years; 0 is for everyone. A whole number; at least 0; at most 21. */
  ageRestriction: number;
}

/** Say whether the feed may be ranked by a profile. */
export interface SetFeedPersonalisation {
  enabled: boolean;
}

/** Limit the coins one can spend a day (of UTC); null for no limit. */
export interface SetSpendingLimit {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** A whole number; at least 0; at most 1000000. */
  coins: number | null;
}

/** Make a user part of the staff, or end it with `user`. */
export interface SetUserRole {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  userId: string;
  role: Role;
  /** At most 500 characters. */
  reason: string;
}

/** What counts for the caller: what they set, and the defaults elsewhere. */
export interface Settings {
  types: Record<string, Record<string, boolean>>;
  categories: Record<string, Record<string, boolean>>;
  locked: string[];
  quietHours: QuietHoursView | null;
  batching: BatchingView;
  timeZone: string | null;
  hiddenContent: boolean;
  mutedEntities: string[];
}

/** By which way a video is shared. */
export type ShareMethod = "internal" | "whatsapp" | "instagram" | "copy_link" | "other";

/** Get a link to a video, to be shared by some way. */
export interface ShareVideo {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
  shareMethod?: ShareMethod;
}

/** The link. It grants nothing: what it leads to is looked at again with the opener's eyes. */
export interface Shared {
  shareUrl: string;
}

/** A purchase to be paid in Stripe's native sheet. */
export interface SheetStarted {
  purchaseId: string;
  clientSecret: string;
  customerId: string;
  ephemeralKey: string;
  amount: number;
  price: number;
  currency: string;
  expiresAt: Instant;
}

/** A comment as a viewer sees it. Only its author and the video's owner see one that is held. */
export interface ShownComment {
  commentId: string;
  videoId: string;
  userId: string;
  username: string;
  userProfileImage: string | null;
  userIsVerified: boolean;
  parentCommentId: string | null;
  text: string;
  timestamp: Instant;
  likes: number;
  replies: number;
  isEdited: boolean;
  isPinned: boolean;
  moderationStatus: CommentStatus;
}

/** A gift as clients are shown it. */
export interface ShownGift {
  giftId: string;
  name: string;
  description: string;
  category: CategoryInGifts;
  rarity: RarityInGifts;
  coinCost: number;
  durationMs: number;
  minimumLevel: number;
  sortOrder: number;
  tags: string[];
  imageUrl: string;
  animationUrl: string;
  isLimited: boolean;
  availableUntil: Instant | null;
}

/** What can be given now. */
export interface ShownInGifts {
  version: number;
  isUnchanged: boolean;
  gifts: ShownGift[];
}

/** One's own withdrawal. */
export interface ShownInPayouts {
  payoutRequestId: string;
  status: State;
  payoutMethod: Method;
  amount: number;
  fee: number;
  net: number;
  requestedAt: Instant;
  updatedAt: Instant;
  detail: string;
  note: string | null;
}

/** Whom a board ranks. */
export type Side = "senders" | "receivers";

/** What was seen. */
export type Sign = "circle" | "circle_of_three" | "one_giver" | "shared_destination" | "shared_with_giver";

/** The bands of the stores (Play Age Signals, Declared Age Range). */
export type SignalBand = "0-12" | "13-15" | "16-17" | "18+";

/** A slot now. */
export interface Slot {
  slotId: string;
  held: boolean;
  since: Instant | null;
}

/** What an administrator wants of a slot. */
export type SlotAction = "assign" | "unassign";

/** All slots now, and a page of what was, the latest first. */
export interface Slots {
  slots: Slot[];
  held: number;
  free: number;
  salesOpen: boolean;
  prices: Record<string, number>;
  termDays: number;
  renewing: boolean;
  tenures: Past[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** Usernames on other networks; apps make the links. What is left out is removed. */
export interface SocialLinks {
  /** At most 64 characters. */
  instagram?: string | null;
  /** At most 64 characters. */
  twitter?: string | null;
  /** At most 64 characters. */
  youtube?: string | null;
  /** At most 64 characters. */
  tiktok?: string | null;
}

/** The order of a profile's videos. */
export type Sort = "recent" | "oldest" | "popular";

/** A page of sounds, best first. */
export interface SoundPage {
  sounds: FoundSound[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** Where a sound comes from. */
export type SoundType = "original";

/** A sound as its page shows it. `audioPath` is read with the Storage SDK, under its rules. */
export interface SoundView {
  soundId: string;
  name: string;
  artist: string;
  createdBy: string;
  sourceVideoId: string;
  type: SoundType;
  audioPath: string;
  durationMs: number;
  usageCount: number;
  createdAt: Instant;
}

/** Where a visitor of a profile came from. */
export type SourceInProgress = "search" | "feed" | "video" | "direct";

/** Where a video was met. */
export type SourceInViews = "feed" | "profile" | "hashtag" | "sound" | "share" | "search" | "trending" | "other";

/** How many plays came by one way. `other` holds the ways that too few people took. */
export interface SourceShare {
  source: SourceInViews;
  plays: number;
}

/** How far a user has come. */
export interface Standing {
  userId: string;
  level: number;
  achievements: AchievementView[];
  experience: number | null;
  nextLevelAt: number | null;
}

/** A purchase to be paid on a page of Stripe's. */
export interface Started {
  purchaseId: string;
  checkoutUrl: string;
  amount: number;
  price: number;
  currency: string;
  expiresAt: Instant;
}

/** Where a withdrawal is. */
export type State = "reserved" | "approved" | "submitting" | "unknown" | "submitted" | "paid" | "returned" | "failed" | "cancelled" | "rejected";

/** A month. `sha256` is of the canonical JSON of user, month, lines and totals; we sign it. */
export interface Statement {
  month: string;
  lines: LineInPayouts[];
  requested: number;
  paid: number;
  fees: number;
  csv: string;
  sha256: string;
  signature: string;
}

/** What one gave, and was given. */
export interface Stats {
  totalGiftsSent: number;
  totalCoinsSpent: number;
  totalGiftsReceived: number;
  totalPointsReceived: number;
  totalRevenueEarnedMicro: number;
  favouriteGiftsSent: Counted[];
  favouriteGiftsReceived: Counted[];
  firstSentAt: Instant | null;
  lastSentAt: Instant | null;
  firstReceivedAt: Instant | null;
  lastReceivedAt: Instant | null;
  currentStreakDays: number | null;
  longestStreakDays: number | null;
}

/** What the user sees. The seed's four, and two that it forgot. */
export type StatusInCoins = "pending" | "completed" | "failed" | "refunded" | "disputed" | "under_review";

/** One's own premium state. */
export interface StatusInPremium {
  isPremium: boolean;
  slotId: string | null;
  since: Instant | null;
  endsAt: Instant | null;
  renews: boolean;
  shareBps: number;
  waitingSince: Instant | null;
  position: number | null;
}

/** What became of a request. */
export type StatusInVerification = "pending" | "approved" | "rejected" | "void";

/** What became of a proposal. */
export type StatusInWallet = "proposed" | "approved" | "rejected";

/** Whose word a signal is. */
export type Store = "apple" | "google";

/** The widest audience that the owner's stories have. */
export type StoryAudience = "everyone" | "followers" | "close_friends";

/** Pass on the band that the device's store says. */
export interface SubmitAgeSignal {
  store: Store;
  band: SignalBand;
}

/** Somebody to follow. */
export interface Suggestion {
  userId: string;
  username: string;
  displayName: string;
  profileImage: string | null;
  isVerified: boolean;
  isPrivate: boolean;
  mutualCount: number;
}

/** The best few, most mutuals first. */
export interface Suggestions {
  users: Suggestion[];
}

/** Take a sound from everyone, and from what uses it. */
export interface TakeDownSound {
  /** A sound's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  soundId: string;
  /** At most 500 characters. */
  reason: string;
}

/** The sound is heard no more. */
export interface TakenDown {
  soundId: string;
}

/** What to open. A comment comes with the video it stands under. */
export interface Target {
  kind: Kind;
  userId: string | null;
  videoId: string | null;
  commentId: string | null;
}

/** One of the terms that weigh most in a card's score. */
export interface Term {
  term: string;
  points: number;
  about: string | null;
}

/** How the owner's profile looks. */
export type Theme = "classic" | "dark" | "colorful" | "minimal" | "custom";

/** A slot that is kept for the caller while they pay. */
export interface Ticketed {
  ticketId: string;
  slotId: string;
  checkoutUrl: string;
  price: number;
  currency: string;
  termDays: number;
  renews: boolean;
  recurring: boolean;
  reservedUntil: Instant;
}

/** Who gave most in a stream. */
export interface TopGifters {
  streamId: string;
  gifters: Row[];
}

/** What an announcement says in another language. */
export interface Translation {
  /** At most 10 characters. */
  language: string;
  /** At most 80 characters. */
  title: string;
  /** At most 500 characters. */
  body: string;
}

/** What can trend. */
export type TrendKind = "videos" | "hashtags" | "sounds";

/** The challenges that run now, those of most participants first. */
export interface TrendingChallenges {
  challenges: ChallengeView[];
}

/** A hashtag that trends. */
export interface TrendingHashtag {
  hashtag: string;
  viewers: number;
}

/** The hashtags that trend, best first. */
export interface TrendingHashtags {
  hashtags: TrendingHashtag[];
}

/** A sound that trends. */
export interface TrendingSound {
  soundId: string;
  name: string;
  artist: string;
  viewers: number;
}

/** The sounds that trend, best first. */
export interface TrendingSounds {
  sounds: TrendingSound[];
}

/** What holds now. */
export interface Tuned {
  kind: string;
  active: boolean;
}

/** The account's type now. */
export interface Typed {
  accountType: AccountType;
}

/** Take a block back. Follows it ended stay ended. */
export interface UnblockUser {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  targetUserId: string;
}

/** Take a gift back, within ten seconds. */
export interface UndoGift {
  /** A gift that was sent. Matches `^[A-Za-z0-9-]{1,160}$`. */
  transactionId: string;
}

/** A gift that was taken back. */
export interface Undone {
  transactionId: string;
  coins: number;
  balance: number;
}

/** Stop following a user, or take back the request to. */
export interface UnfollowUser {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  targetUserId: string;
}

/** Take a mute back. */
export interface UnmuteUser {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  targetUserId: string;
}

/** Receive no more pushes on this device: before signing out. */
export interface UnregisterFcmToken {
  /** What Firebase Messaging gave this installation. Matches `^[A-Za-z0-9:_-]{20,1024}$`. */
  token: string;
}

/** Sell a package otherwise from now on. */
export interface UpdateCoinPackage {
  /** Matches `^[a-z0-9_-]{1,64}$`. */
  packageId: string;
  /** At most 300 characters. */
  reason: string;
  /** In minor units. A whole number; at least 1; at most 1000000. */
  priceUsd?: number | null;
  /** In minor units. A whole number; at least 1; at most 1000000. */
  priceEur?: number | null;
  /** In minor units. A whole number; at least 1; at most 1000000. */
  priceGbp?: number | null;
  /** In minor units. A whole number; at least 1; at most 1000000. */
  priceJpy?: number | null;
  /** Matches `^https://[\x21-\x7e]{1,500}$`. */
  imageUrl?: string | null;
  /** In the App Store. Once set it stays. Matches `^[A-Za-z0-9._]{1,150}$`. */
  appleProductId?: string | null;
  /** In Google Play. Once set it stays. Matches `^[A-Za-z0-9._]{1,150}$`. */
  googleProductId?: string | null;
  /** The version you have seen. A whole number; at least 1; at most 1000000000. */
  version: number;
  /** At most 60 characters. */
  name?: string | null;
  /** A whole number; at least 1; at most 1000000. */
  coinAmount?: number | null;
  /** A whole number; at least 0; at most 1000000. */
  bonusCoins?: number | null;
  isPopular?: boolean | null;
  isBestValue?: boolean | null;
  isAvailable?: boolean | null;
  /** A whole number; at least 0; at most 1000. */
  sortOrder?: number | null;
}

/** Say which comments wait for the caller; what is left out stays as it is. */
export interface UpdateCommentFilters {
  /** At most 200 items; each at least 1 characters; each at most 40 characters. */
  words?: string[] | null;
  hold?: Hold | null;
}

/** Choose how much is kept from one. */
export interface UpdateContentFilterLevel {
  level: FilterLevel;
}

/** Turn on or off that the caller hears of what a followed user publishes. */
export interface UpdateFollowNotifications {
  /** A user's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  targetUserId: string;
  enabled: boolean;
}

/** Change a gift: what is left out stays as it is, and null takes a price or a date away. */
export interface UpdateGift {
  /** A gift's id. Matches `^[a-z0-9]+(?:-[a-z0-9]+)*$`; at most 40 characters. */
  giftId: string;
  /** At most 40 characters. */
  name?: string;
  /** At most 200 characters. */
  description?: string;
  category?: CategoryInGifts;
  rarity?: RarityInGifts;
  /** A whole number; at least 1; at most 1000000. */
  coinCost?: number | null;
  /** A whole number; at least 500; at most 10000. */
  durationMs?: number;
  /** A whole number; at least 0; at most 1000000. */
  sortOrder?: number;
  /** At most 10 items; each matches `^[a-z0-9]+(?:-[a-z0-9]+)*$`; each at most 40 characters. */
  tags?: string[];
  /** A whole number; at least 1; at most 100. */
  minimumLevel?: number;
  availableFrom?: Instant | null;
  availableUntil?: Instant | null;
  /** At most 300 characters. */
  reason: string;
}

/** Change what is named and leave the rest; `quietHours` and `timeZone` may be set to null. */
export interface UpdateNotificationSettings {
  /** Types and categories, by channel, on or off. At most 80 entries. */
  settings?: Record<string, Record<string, boolean>> | null;
  quietHours?: QuietHoursRequest | null;
  batching?: BatchingRequest | null;
  /** An IANA zone. At most 64 characters. */
  timeZone?: string | null;
  hiddenContent?: boolean | null;
}

/** Change the shares, both together, the number of slots, or the offer; what is not given stays. */
export interface UpdatePremiumSettings {
  /** Basis points: 9000 are 90 %. A whole number; at least 0; at most 10000. */
  premiumPayoutBps?: number | null;
  /** Basis points: 9000 are 90 %. A whole number; at least 0; at most 10000. */
  standardPayoutBps?: number | null;
  /** A whole number; at least 0; at most 100. */
  maxPremiumSlots?: number | null;
  /** Whether slots are sold at all. */
  salesOpen?: boolean | null;
  /** In minor units. A whole number; at least 50; at most 1000000. */
  priceUsd?: number | null;
  /** In minor units. A whole number; at least 50; at most 1000000. */
  priceEur?: number | null;
  /** In minor units. A whole number; at least 50; at most 1000000. */
  priceGbp?: number | null;
  /** In minor units. A whole number; at least 50; at most 1000000. */
  priceJpy?: number | null;
  /** A whole number; at least 1; at most 366. */
  termDays?: number | null;
  /** A whole number; at least 0; at most 30. */
  graceDays?: number | null;
  /** Whether slots are sold by subscription. */
  renewing?: boolean | null;
  /** At most 300 characters. */
  reason: string;
}

/** Change privacy settings. */
export interface UpdatePrivacySettings {
  privacySettings: PrivacySettings;
}

/** Edit the profile. What is left out stays; null empties a field that may be empty. */
export interface UpdateProfile {
  /** At most 40 characters. */
  displayName?: string | null;
  /** At most 150 characters. */
  bio?: string | null;
  /** At most 500 characters. */
  website?: string | null;
  socialLinks?: SocialLinks | null;
  location?: Place | null;
  gender?: Gender | null;
  /** Matches `^[a-z]{2}(-[A-Z]{2})?$`. */
  language?: string | null;
  theme?: Theme | null;
}

/** Say where one lives now, by its clock. */
export interface UpdateTimeZone {
  /** IANA name. At least 1 characters; at most 64 characters. */
  timeZone: string;
}

/** Change what a video of one's own says, permits, or whom it is for. */
export interface UpdateVideo {
  /** A video's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  videoId: string;
  /** At most 300 characters. */
  caption?: string | null;
  /** At most 20 items; each at most 64 characters. */
  hashtags?: string[] | null;
  /** Of the caption, as BCP 47 has it (`pt-BR`); `und` where it is not known. Matches `^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$`. */
  language?: string | null;
  visibility?: Visibility | null;
  allowComments?: boolean | null;
  allowDuet?: boolean | null;
  allowStitch?: boolean | null;
}

/** Ask for a place to upload a photo to. */
export interface UploadProfileImage {
  imageType: ImageType;
}

/** Where to upload the file to, with the Storage SDK or by `upload_url`, and within which bounds. */
export interface UploadTicket {
  videoId: string;
  visibility: Visibility;
  storagePath: string;
  uploadUrl: string;
  contentType: string;
  sizeBytesMax: number;
  durationMsMax: number;
  expiresAt: Instant;
}

/** Ask for a place to upload a video to. */
export interface UploadVideo {
  /** Made by the client, once an intent; a retry sends the same key. Matches `^[A-Za-z0-9_-]{8,64}$`. */
  idempotencyKey?: string | null;
  /** As the device has it; the file lies under our own. At most 255 characters. */
  fileName?: string;
  contentType?: "video/mp4";
  /** Milliseconds into the clip; None is the best frame. A whole number; at least 0; at most 600000. */
  thumbnailAt?: number | null;
  /** At most 300 characters. */
  caption?: string;
  /** At most 20 items; each at most 64 characters. */
  hashtags?: string[];
  visibility?: Visibility;
  /** Of the caption, as BCP 47 has it (`pt-BR`); `und` where it is not known. Matches `^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$`. */
  language?: string;
  allowComments?: boolean;
  allowDuet?: boolean;
  allowStitch?: boolean;
  /** Keep it to its owner once it is processed. */
  draft?: boolean;
  /** Publish it then. */
  publishAt?: Instant | null;
  /** A sound's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  soundId?: string | null;
  /** A challenge's id. Matches `^[A-Za-z0-9-]{1,160}$`. */
  challengeId?: string | null;
  /** What it is a duet with or stitch of. Matches `^[A-Za-z0-9-]{1,160}$`. */
  parentId?: string | null;
  kinship?: Kinship | null;
}

/** How long ago a video was published, at most. */
export type Uploaded = "day" | "week" | "month" | "year";

/** Whether it is for the caller. The caller's age is not told. */
export interface Verdict {
  contentId: string;
  canView: boolean;
  ageRestriction: number;
}

/** A request as the staff see it: with what was measured when it was made. */
export interface Verification {
  requestId: string;
  userId: string;
  username: string;
  followerCount: number;
  videoCount: number;
  viewCount: number;
  createdAt: Instant;
}

/** Redeem a purchase made in an app store. */
export interface VerifyStorePurchase {
  /** Whose receipt it is. */
  store: "apple" | "google";
  /** Apple: the signed transaction (JWS). Google: the purchase token. At least 10 characters; at most 20000 characters. */
  receipt: string;
  /** Google's product; Apple's is signed. Matches `^[A-Za-z0-9._]{1,150}$`. */
  productId?: string | null;
}

/** How a video is watched. Totals are at most a few minutes old. */
export interface VideoAnalytics {
  videoId: string;
  plays: number;
  engagedViews: number;
  completed: number;
  watchTimeMs: number;
  averageWatchMs: number;
  retention: number[];
  sources: SourceShare[];
  days: Day[];
  likes: number;
  comments: number;
  shares: number;
  saves: number;
  followersGained: number;
}

/** The widest audience that the owner's videos have. */
export type VideoAudience = "everyone" | "followers" | "friends";

/** A video in a list. The media paths are read with the Storage SDK, under its rules. */
export interface VideoCard {
  videoId: string;
  userId: string;
  username: string;
  userProfileImage: string | null;
  userIsVerified: boolean;
  caption: string;
  hashtags: string[];
  durationMs: number;
  width: number;
  height: number;
  views: number;
  likes: number;
  comments: number;
  shares: number;
  publishedAt: Instant | null;
  videoPath: string;
  thumbnailPath: string;
}

/** A page of videos. It may hold fewer than were asked for, and there be more all the same. */
export interface VideoPage {
  videos: VideoCard[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** Where a video stands for others; only `active` is there for anyone but its owner. */
export type VideoStatus = "processing" | "review" | "draft" | "scheduled" | "active" | "away" | "withheld" | "hidden" | "quarantined" | "removed" | "failed";

/** A video as a viewer sees it. The media paths are read with the Storage SDK, under its rules. */
export interface VideoView {
  videoId: string;
  userId: string;
  username: string;
  userProfileImage: string | null;
  userIsVerified: boolean;
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
  shares: number;
  saves: number;
  views: number;
  allowComments: boolean;
  publishedAt: Instant | null;
  videoPath: string;
  thumbnailPath: string;
  language: string;
  allowDuet: boolean;
  allowStitch: boolean;
  isAgeRestricted: boolean;
  moderationStatus: ModerationStatus;
  soundId: string | null;
  muted: boolean;
  challengeId: string | null;
  parentId: string | null;
  kinship: Kinship | null;
  renditions: RenditionView[];
  createdAt: Instant;
  lastModified: Instant | null;
  publishAt: Instant | null;
}

/** Whom a thing is for. Every kind of object documents which of these it can have. */
export type Visibility = "public" | "followers" | "friends" | "close_friends" | "custom" | "private";

/** Somebody who waits for a slot. */
export interface WaitingInPremium {
  userId: string;
  requestedAt: Instant;
}

/** A request that waits for a decision. */
export interface WaitingInSafety {
  requestId: string;
  userId: string;
  idType: IdType;
  imagePaths: string[];
  createdAt: Instant;
}

/** A page of them, oldest first. */
export interface WaitingPage {
  requests: WaitingInSafety[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** What a user was given, by gift: how many, and not what they earned by it. */
export interface Wall {
  userId: string;
  receivedGifts: Counted[];
}

/** A wallet as its owner sees it. Money is in micro-USD. */
export interface WalletView {
  coins: number;
  promoCoins: number;
  heldCoins: number;
  expiring: Expiring[];
  availableMicro: number;
  pendingMicro: number;
  maturing: Maturing[];
  reservedMicro: number;
  debtMicro: number;
  disputedMicro: number;
  blocked: boolean;
  spentToday: number;
  dailyLimit: number | null;
  nextDailyLimit: number | null;
  nextDailyLimitAt: Instant | null;
}

/** The account is away: nothing is done in its name until its owner returns. */
export interface AccountDeactivated {
  error: "account-deactivated";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** Whom a private account follows, and who follows it, is for its followers. */
export interface AccountPrivate {
  error: "account-private";
  code: "permission-denied";
  message: string;
  success: false;
  data: null;
}

/** The account is banned or disabled. */
export interface AccountSuspended {
  error: "account-suspended";
  code: "permission-denied";
  message: string;
  success: false;
  data: null;
}

/** The account does not meet what this type asks for; `needs` says what is missing. */
export interface AccountTypeUnavailable {
  error: "account-type-unavailable";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  needs: string | number | boolean;
}

/** There are no accounts at the age that is known of this one; it may ask for a review. */
export interface AgeReviewRequired {
  error: "age-review-required";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** Somebody decided it differently before, or the account was renamed since. */
export interface AlreadyDecided {
  error: "already-decided";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** It is with the provider, or decided: nothing can be changed any more. */
export interface AlreadySent {
  error: "already-sent";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The account has the badge. */
export interface AlreadyVerified {
  error: "already-verified";
  code: "already-exists";
  message: string;
  success: false;
  data: null;
}

/** News of this kind can't be switched off: security, safety, and what was decided about money. */
export interface AlwaysTold {
  error: "always-told";
  code: "invalid-argument";
  message: string;
  success: false;
  data: null;
  kind: string | number | boolean;
}

/** The request does not come from an attested app, or its one-time token was used before. */
export interface AppCheckRequired {
  error: "app-check-required";
  code: "unauthenticated";
  message: string;
  success: false;
  data: null;
}

/** Above the limit two people approve; the second must be another one. */
export interface ApprovedByYou {
  error: "approved-by-you";
  code: "permission-denied";
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

/** A birth date is given once; after that, only a review changes it. */
export interface BirthDateIsSet {
  error: "birth-date-is-set";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The challenge has not begun, or is over. */
export interface ChallengeClosed {
  error: "challenge-closed";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** Something must be verified first; `missing` names it. */
export interface ChecksMissing {
  error: "checks-missing";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  missing: string | number | boolean;
}

/** The owner takes no comments here, or none of the caller's. */
export interface CommentsClosed {
  error: "comments-closed";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** As many coins were given today as may be: `limitCoins`, until `retryAfterMs`. */
export interface DailyLimitReached {
  error: "daily-limit-reached";
  code: "resource-exhausted";
  message: string;
  success: false;
  data: null;
  limitCoins: string | number | boolean;
}

/** More than may be asked for in a day. */
export interface DailyMaximum {
  error: "daily-maximum";
  code: "resource-exhausted";
  message: string;
  success: false;
  data: null;
  leftMinor: number;
}

/** As much was bought today as can be. */
export interface DailyPurchaseLimit {
  error: "daily-purchase-limit";
  code: "resource-exhausted";
  message: string;
  success: false;
  data: null;
  limitUsd: number;
  spentUsd: number;
}

/** A refund or a dispute of coins that were spent is open: nothing is given or withdrawn. */
export interface DebtOpen {
  error: "debt-open";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  debtMicro: number;
}

/** Each field of a profile changes at most once an hour. */
export interface EditedRecently {
  error: "edited-recently";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  field: string;
  retryAfterMs: number;
}

/** The export is still being written; its owner is told when it is there. */
export interface ExportNotReady {
  error: "export-not-ready";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The catalogue has a gift of that id. */
export interface GiftExists {
  error: "gift-exists";
  code: "already-exists";
  message: string;
  success: false;
  data: null;
}

/** A private account shows what it was given to its followers. */
export interface GiftsHidden {
  error: "gifts-hidden";
  code: "permission-denied";
  message: string;
  success: false;
  data: null;
}

/** The receiver takes no gifts from this sender or here; why, is theirs to know. */
export interface GiftsNotAccepted {
  error: "gifts-not-accepted";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The account holds a slot; it must be taken from there first. `slotId` names it. */
export interface HoldsAnotherSlot {
  error: "holds-another-slot";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  slotId: string | number | boolean;
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

/** The gift is for higher levels. */
export interface LevelTooLow {
  error: "level-too-low";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  minimumLevel: string | number | boolean;
}

/** The user's own limit for the day. */
export interface LimitReached {
  error: "limit-reached";
  code: "resource-exhausted";
  message: string;
  success: false;
  data: null;
  limit: number;
  spent: number;
}

/** The method was changed recently. */
export interface MethodCoolingDown {
  error: "method-cooling-down";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  retryAfterMs: number;
}

/** Nothing about this video is to be decided in this way. */
export interface NoCase {
  error: "no-case";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** No such method is linked. */
export interface NoPayoutMethod {
  error: "no-payout-method";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** As many slots are held as there may be. */
export interface NoSlotFree {
  error: "no-slot-free";
  code: "resource-exhausted";
  message: string;
  success: false;
  data: null;
}

/** The catalogue has no such gift, or it is not on sale: retired, out of season, sold out. */
export interface NoSuchGift {
  error: "no-such-gift";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The video that it would be made from does not permit that, or is for fewer people. */
export interface NotAllowedHere {
  error: "not-allowed-here";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The account does not meet the criteria; `missing` names what it lacks. */
export interface NotEligible {
  error: "not-eligible";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  missing: string | number | boolean;
}

/** Fewer coins are in the wallet than would be spent. */
export interface NotEnoughCoins {
  error: "not-enough-coins";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  needed: number;
  available: number;
}

/** Less has matured, and is not reserved or owed, than would be withdrawn. */
export interface NotEnoughEarnings {
  error: "not-enough-earnings";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  availableMicro: number;
}

/** The policy does not allow this at the caller's age, or their age is not known. */
export interface NotForYourAge {
  error: "not-for-your-age";
  code: "permission-denied";
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

/** The stream is not, or no more, on the air. */
export interface NotLive {
  error: "not-live";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** No account, whatever is said next: the answer stays the same for a day. */
export interface NotOldEnough {
  error: "not-old-enough";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** It is being processed, was rejected or has failed. */
export interface NotPublishable {
  error: "not-publishable";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** There is nothing to refund, or not as much. */
export interface NotRefundable {
  error: "not-refundable";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  reason: string;
}

/** The account does not hold this slot (any more). */
export interface NotTheHolder {
  error: "not-the-holder";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** Others have waited longer, and nobody said to pass them over. */
export interface NotTheirTurn {
  error: "not-their-turn";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** Nobody gives to themselves. */
export interface NotToYourself {
  error: "not-to-yourself";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** Nobody decides about themselves. */
export interface NotYourOwn {
  error: "not-your-own";
  code: "permission-denied";
  message: string;
  success: false;
  data: null;
}

/** A user can't follow, befriend, mute or block themselves. */
export interface NotYourself {
  error: "not-yourself";
  code: "invalid-argument";
  message: string;
  success: false;
  data: null;
}

/** No subscription pays for a slot of the caller's. */
export interface NothingRenews {
  error: "nothing-renews";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** Another package has this id. */
export interface PackageExists {
  error: "package-exists";
  code: "already-exists";
  message: string;
  success: false;
  data: null;
}

/** The package is not sold, or not in this currency. */
export interface PackageUnavailable {
  error: "package-unavailable";
  code: "not-found";
  message: string;
  success: false;
  data: null;
}

/** The provider refuses to make this payment. */
export interface PaymentDeclined {
  error: "payment-declined";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The provider can't be reached; nothing was charged, and a retry is safe. */
export interface PaymentsUnavailable {
  error: "payments-unavailable";
  code: "unavailable";
  message: string;
  success: false;
  data: null;
}

/** The provider can't be reached, or refuses the account that was named. */
export interface PayoutsUnavailable {
  error: "payouts-unavailable";
  code: "unavailable";
  message: string;
  success: false;
  data: null;
}

/** The caller is known and may not do this. */
export interface PermissionDenied {
  error: "permission-denied";
  code: "permission-denied";
  message: string;
  success: false;
  data: null;
}

/** Whoever holds a slot waits for none. */
export interface PremiumAlready {
  error: "premium-already";
  code: "already-exists";
  message: string;
  success: false;
  data: null;
}

/** The store's product is another package's, or the package has another product in that store. */
export interface ProductLinked {
  error: "product-linked";
  code: "already-exists";
  message: string;
  success: false;
  data: null;
  store: string;
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

/** What would be done is not what the approver saw. */
export interface ProposalChanged {
  error: "proposal-changed";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The proposal was approved or rejected before. */
export interface ProposalDecided {
  error: "proposal-decided";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** A proposal can be approved for a day. */
export interface ProposalExpired {
  error: "proposal-expired";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The purchase of this idempotency key can no longer be paid: start another. */
export interface PurchaseClosed {
  error: "purchase-closed";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The quote is over, or not one for this gift: ask for another. */
export interface QuoteExpired {
  error: "quote-expired";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The receipt is not the store's, not for this app, or was not paid. */
export interface ReceiptInvalid {
  error: "receipt-invalid";
  code: "invalid-argument";
  message: string;
  success: false;
  data: null;
}

/** The receipt was redeemed before, by another account or for another purchase. */
export interface ReceiptUsed {
  error: "receipt-used";
  code: "already-exists";
  message: string;
  success: false;
  data: null;
}

/** The call wants a sign-in of the last few minutes. */
export interface RecentSignInRequired {
  error: "recent-sign-in-required";
  code: "unauthenticated";
  message: string;
  success: false;
  data: null;
}

/** A request was refused less than 30 days ago. */
export interface RefusedRecently {
  error: "refused-recently";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  retryAfterMs: number;
}

/** Usernames change at most every 30 days. */
export interface RenamedRecently {
  error: "renamed-recently";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  retryAfterMs: number;
}

/** A request waits for its review. */
export interface RequestPending {
  error: "request-pending";
  code: "already-exists";
  message: string;
  success: false;
  data: null;
}

/** Somebody else holds this slot. */
export interface SlotOccupied {
  error: "slot-occupied";
  code: "already-exists";
  message: string;
  success: false;
  data: null;
}

/** There is no slot of that number, by the maximum that is set. */
export interface SlotUnknown {
  error: "slot-unknown";
  code: "invalid-argument";
  message: string;
  success: false;
  data: null;
}

/** Slots are not sold now, or not in this currency. */
export interface SlotsNotSold {
  error: "slots-not-sold";
  code: "not-found";
  message: string;
  success: false;
  data: null;
}

/** The sound was taken down, or the video it came from is not public any more. */
export interface SoundUnavailable {
  error: "sound-unavailable";
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

/** The account is paying for a slot: it pays, or waits until that is over. `ticketId` names it. */
export interface TicketOpen {
  error: "ticket-open";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The hour of publication is past, or too far ahead. */
export interface TimeOutOfRange {
  error: "time-out-of-range";
  code: "invalid-argument";
  message: string;
  success: false;
  data: null;
  days: string | number | boolean;
}

/** The nights and birthdays of an account move with its owner, and nobody moves every day. */
export interface TimeZoneMovedRecently {
  error: "time-zone-moved-recently";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** More than ten seconds have passed. */
export interface TooLateToUndo {
  error: "too-late-to-undo";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** Less than the smallest withdrawal. */
export interface TooLittle {
  error: "too-little";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  minimumMinor: number;
}

/** There are as many collections as one may have. */
export interface TooManyCollections {
  error: "too-many-collections";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** The wallet holds as many unspent purchases as it can. */
export interface TooManyLots {
  error: "too-many-lots";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** Too many purchases wait to be paid. */
export interface TooManyOpenPurchases {
  error: "too-many-open-purchases";
  code: "resource-exhausted";
  message: string;
  success: false;
  data: null;
}

/** As many packages as there can be: change one that is not sold any more. */
export interface TooManyPackages {
  error: "too-many-packages";
  code: "resource-exhausted";
  message: string;
  success: false;
  data: null;
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

/** As many withdrawals are open as a wallet holds. */
export interface TooManyReservations {
  error: "too-many-reservations";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** Contention outlasted our retries; nothing is known to have changed, and a retry is safe. */
export interface TryAgain {
  error: "try-again";
  code: "aborted";
  message: string;
  success: false;
  data: null;
}

/** The name means something already, or would speak for Spaktok. */
export interface UsernameReserved {
  error: "username-reserved";
  code: "invalid-argument";
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

/** Somebody else has decided this request, differently. */
export interface VerificationDecided {
  error: "verification-decided";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** One request at a time. */
export interface VerificationPending {
  error: "verification-pending";
  code: "already-exists";
  message: string;
  success: false;
  data: null;
}

/** More than that a day is sold only to whoever has shown an identity document. */
export interface VerificationRequired {
  error: "verification-required";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
  limitUsd: number;
  spentUsd: number;
}

/** The package was changed meanwhile. */
export interface VersionConflict {
  error: "version-conflict";
  code: "aborted";
  message: string;
  success: false;
  data: null;
  version: number;
}

/** The words did not pass the gate, or could not be checked now. */
export interface WordsNotAllowed {
  error: "words-not-allowed";
  code: "failed-precondition";
  message: string;
  success: false;
  data: null;
}

/** What any call may answer, unless it is open to deactivated accounts or any age. */
export type AnyRefusal = AuthenticationRequired | AppCheckRequired | AccountSuspended | AccountDeactivated | AgeReviewRequired | InvalidRequest | TooManyRequests | TryAgain | SystemFailure;

/** Everything a call can be refused with, told apart by `error`. */
export type Refusal =
  | AccountDeactivated
  | AccountPrivate
  | AccountSuspended
  | AccountTypeUnavailable
  | AgeReviewRequired
  | AlreadyDecided
  | AlreadySent
  | AlreadyVerified
  | AlwaysTold
  | AppCheckRequired
  | ApprovedByYou
  | AuthenticationRequired
  | BirthDateIsSet
  | ChallengeClosed
  | ChecksMissing
  | CommentsClosed
  | DailyLimitReached
  | DailyMaximum
  | DailyPurchaseLimit
  | DebtOpen
  | EditedRecently
  | ExportNotReady
  | GiftExists
  | GiftsHidden
  | GiftsNotAccepted
  | HoldsAnotherSlot
  | InvalidRequest
  | KeyReused
  | LevelTooLow
  | LimitReached
  | MethodCoolingDown
  | NoCase
  | NoPayoutMethod
  | NoSlotFree
  | NoSuchGift
  | NotAllowedHere
  | NotEligible
  | NotEnoughCoins
  | NotEnoughEarnings
  | NotForYourAge
  | NotFound
  | NotLive
  | NotOldEnough
  | NotPublishable
  | NotRefundable
  | NotTheHolder
  | NotTheirTurn
  | NotToYourself
  | NotYourOwn
  | NotYourself
  | NothingRenews
  | PackageExists
  | PackageUnavailable
  | PaymentDeclined
  | PaymentsUnavailable
  | PayoutsUnavailable
  | PermissionDenied
  | PremiumAlready
  | ProductLinked
  | ProfileExists
  | ProfileRequired
  | ProposalChanged
  | ProposalDecided
  | ProposalExpired
  | PurchaseClosed
  | QuoteExpired
  | ReceiptInvalid
  | ReceiptUsed
  | RecentSignInRequired
  | RefusedRecently
  | RenamedRecently
  | RequestPending
  | SlotOccupied
  | SlotUnknown
  | SlotsNotSold
  | SoundUnavailable
  | SystemFailure
  | TicketOpen
  | TimeOutOfRange
  | TimeZoneMovedRecently
  | TooLateToUndo
  | TooLittle
  | TooManyCollections
  | TooManyLots
  | TooManyOpenPurchases
  | TooManyPackages
  | TooManyRequests
  | TooManyReservations
  | TryAgain
  | UsernameReserved
  | UsernameTaken
  | VerificationDecided
  | VerificationPending
  | VerificationRequired
  | VersionConflict
  | WordsNotAllowed;

/** The refusals of each call. */
export interface Refusals {
  deactivateAccount: ProfileRequired | Exclude<AnyRefusal, AccountDeactivated | AgeReviewRequired>;
  deleteAccount: ProfileRequired | RecentSignInRequired | Exclude<AnyRefusal, AccountDeactivated | AgeReviewRequired>;
  exportUserData: ProfileRequired | Exclude<AnyRefusal, AccountDeactivated | AgeReviewRequired>;
  getExportLink: ExportNotReady | NotFound | ProfileRequired | Exclude<AnyRefusal, AccountDeactivated | AgeReviewRequired>;
  getSessions: ProfileRequired | Exclude<AnyRefusal, AccountDeactivated | AgeReviewRequired>;
  reactivateAccount: ProfileRequired | Exclude<AnyRefusal, AccountDeactivated | AgeReviewRequired>;
  registerSession: ProfileRequired | Exclude<AnyRefusal, AccountDeactivated | AgeReviewRequired>;
  revokeAllSessions: ProfileRequired | Exclude<AnyRefusal, AccountDeactivated | AgeReviewRequired>;
  revokeSession: ProfileRequired | Exclude<AnyRefusal, AccountDeactivated | AgeReviewRequired>;
  approveIdVerification: NotFound | NotYourOwn | PermissionDenied | ProfileRequired | VerificationDecided | AnyRefusal;
  correctBirthDate: NotFound | NotYourOwn | PermissionDenied | ProfileRequired | AnyRefusal;
  getIdEvidence: NotFound | NotYourOwn | PermissionDenied | ProfileRequired | VerificationDecided | AnyRefusal;
  getMyPolicy: ProfileRequired | AnyRefusal;
  getPendingIdVerifications: PermissionDenied | ProfileRequired | AnyRefusal;
  rejectIdVerification: NotFound | NotYourOwn | PermissionDenied | ProfileRequired | VerificationDecided | AnyRefusal;
  requestIdVerification: ProfileRequired | VerificationPending | Exclude<AnyRefusal, AgeReviewRequired>;
  setBirthDate: BirthDateIsSet | NotOldEnough | ProfileRequired | AnyRefusal;
  submitAgeSignal: ProfileRequired | Exclude<AnyRefusal, AgeReviewRequired>;
  updateContentFilterLevel: NotForYourAge | ProfileRequired | AnyRefusal;
  updateTimeZone: ProfileRequired | TimeZoneMovedRecently | AnyRefusal;
  changeUsername: ProfileRequired | RenamedRecently | UsernameReserved | UsernameTaken | AnyRefusal;
  checkUsernameAvailability: AnyRefusal;
  createUserProfile: NotOldEnough | ProfileExists | UsernameReserved | UsernameTaken | AnyRefusal;
  getProfile: NotFound | ProfileRequired | AnyRefusal;
  getUserProfile: NotFound | ProfileRequired | AnyRefusal;
  editProfile: EditedRecently | NotForYourAge | ProfileRequired | AnyRefusal;
  setAccountPrivate: NotForYourAge | ProfileRequired | AnyRefusal;
  setAccountType: AccountTypeUnavailable | ProfileRequired | AnyRefusal;
  updatePrivacySettings: NotForYourAge | ProfileRequired | AnyRefusal;
  updateProfile: EditedRecently | NotForYourAge | ProfileRequired | AnyRefusal;
  updateUserProfile: EditedRecently | NotForYourAge | ProfileRequired | AnyRefusal;
  confirmProfileImageUpload: NotFound | ProfileRequired | AnyRefusal;
  uploadProfileImage: ProfileRequired | AnyRefusal;
  setUserRole: NotFound | NotYourOwn | PermissionDenied | ProfileRequired | RecentSignInRequired | AnyRefusal;
  approveVerification: AlreadyDecided | NotFound | NotYourOwn | PermissionDenied | ProfileRequired | AnyRefusal;
  getPendingVerifications: PermissionDenied | ProfileRequired | AnyRefusal;
  rejectVerification: AlreadyDecided | NotFound | NotYourOwn | PermissionDenied | ProfileRequired | AnyRefusal;
  requestVerification: AlreadyVerified | NotEligible | ProfileRequired | RefusedRecently | RequestPending | AnyRefusal;
  acceptFollowRequest: NotFound | NotYourself | ProfileRequired | AnyRefusal;
  acceptFriendRequest: NotFound | ProfileRequired | AnyRefusal;
  blockUser: NotFound | NotYourself | ProfileRequired | AnyRefusal;
  cancelFollowRequest: NotYourself | ProfileRequired | AnyRefusal;
  declineFriendRequest: NotFound | ProfileRequired | AnyRefusal;
  followUser: NotFound | NotYourself | ProfileRequired | AnyRefusal;
  rejectFollowRequest: NotYourself | ProfileRequired | AnyRefusal;
  removeFollower: NotFound | NotYourself | ProfileRequired | AnyRefusal;
  removeFriend: NotFound | NotYourself | ProfileRequired | AnyRefusal;
  respondToFriendRequest: NotFound | ProfileRequired | AnyRefusal;
  sendFriendRequest: NotFound | NotYourself | ProfileRequired | AnyRefusal;
  unblockUser: NotYourself | ProfileRequired | AnyRefusal;
  unfollowUser: NotFound | NotYourself | ProfileRequired | AnyRefusal;
  updateFollowNotifications: NotFound | NotYourself | ProfileRequired | AnyRefusal;
  addToCloseFriends: NotFound | NotYourself | ProfileRequired | AnyRefusal;
  muteUser: NotFound | NotYourself | ProfileRequired | AnyRefusal;
  removeFromCloseFriends: NotYourself | ProfileRequired | AnyRefusal;
  unmuteUser: NotYourself | ProfileRequired | AnyRefusal;
  getBlockedUsers: ProfileRequired | AnyRefusal;
  getCloseFriendsList: ProfileRequired | AnyRefusal;
  getFollowRequests: ProfileRequired | AnyRefusal;
  getFollowers: AccountPrivate | NotFound | ProfileRequired | AnyRefusal;
  getFollowing: AccountPrivate | NotFound | ProfileRequired | AnyRefusal;
  getFriendRequests: ProfileRequired | AnyRefusal;
  getFriends: ProfileRequired | AnyRefusal;
  getMutedUsers: ProfileRequired | AnyRefusal;
  getSuggestedUsers: ProfileRequired | AnyRefusal;
  uploadVideo: ChallengeClosed | KeyReused | NotAllowedHere | NotFound | ProfileRequired | SoundUnavailable | TimeOutOfRange | AnyRefusal;
  deleteVideo: NotFound | ProfileRequired | AnyRefusal;
  publishVideo: NotAllowedHere | NotFound | NotPublishable | ProfileRequired | SoundUnavailable | AnyRefusal;
  scheduleVideo: NotFound | NotPublishable | ProfileRequired | TimeOutOfRange | AnyRefusal;
  updateVideo: NotAllowedHere | NotFound | ProfileRequired | AnyRefusal;
  createChallenge: KeyReused | ProfileRequired | WordsNotAllowed | AnyRefusal;
  getChallenge: NotFound | ProfileRequired | AnyRefusal;
  getSound: NotFound | ProfileRequired | AnyRefusal;
  getTrendingChallenges: ProfileRequired | AnyRefusal;
  joinChallenge: ChallengeClosed | NotFound | NotPublishable | ProfileRequired | AnyRefusal;
  banHashtag: PermissionDenied | ProfileRequired | AnyRefusal;
  getPendingVideos: PermissionDenied | ProfileRequired | AnyRefusal;
  moderateVideo: NoCase | NotFound | NotYourOwn | PermissionDenied | ProfileRequired | AnyRefusal;
  takeDownSound: NotFound | NotYourOwn | PermissionDenied | ProfileRequired | AnyRefusal;
  checkContentAgeRestriction: NotFound | AnyRefusal;
  getUserVideos: NotFound | ProfileRequired | AnyRefusal;
  getVideo: NotForYourAge | NotFound | ProfileRequired | AnyRefusal;
  setContentAgeRestriction: NotFound | ProfileRequired | AnyRefusal;
  likeVideo: NotForYourAge | NotFound | ProfileRequired | AnyRefusal;
  shareVideo: KeyReused | NotForYourAge | NotFound | ProfileRequired | AnyRefusal;
  commentOnVideo: CommentsClosed | KeyReused | NotForYourAge | NotFound | ProfileRequired | AnyRefusal;
  editComment: CommentsClosed | NotForYourAge | NotFound | ProfileRequired | AnyRefusal;
  getCommentReplies: NotForYourAge | NotFound | ProfileRequired | AnyRefusal;
  getVideoComments: NotForYourAge | NotFound | ProfileRequired | AnyRefusal;
  likeComment: NotForYourAge | NotFound | ProfileRequired | AnyRefusal;
  deleteComment: NotFound | ProfileRequired | AnyRefusal;
  getCommentFilters: ProfileRequired | AnyRefusal;
  getHeldComments: ProfileRequired | AnyRefusal;
  pinComment: NotFound | ProfileRequired | AnyRefusal;
  removeComment: NotFound | PermissionDenied | ProfileRequired | AnyRefusal;
  reviewComment: NotFound | ProfileRequired | AnyRefusal;
  updateCommentFilters: ProfileRequired | AnyRefusal;
  createSavedCollection: KeyReused | ProfileRequired | TooManyCollections | AnyRefusal;
  deleteSavedCollection: NotFound | ProfileRequired | AnyRefusal;
  getSavedCollections: ProfileRequired | AnyRefusal;
  getSavedVideos: ProfileRequired | AnyRefusal;
  renameSavedCollection: NotFound | ProfileRequired | AnyRefusal;
  saveVideo: NotForYourAge | NotFound | ProfileRequired | AnyRefusal;
  getVideoAnalytics: NotFound | ProfileRequired | AnyRefusal;
  recordVideoView: KeyReused | ProfileRequired | AnyRefusal;
  recordVideoViews: KeyReused | ProfileRequired | AnyRefusal;
  getTrendCandidates: PermissionDenied | ProfileRequired | AnyRefusal;
  holdTrend: PermissionDenied | ProfileRequired | AnyRefusal;
  releaseTrend: PermissionDenied | ProfileRequired | AnyRefusal;
  getFollowingFeed: ProfileRequired | AnyRefusal;
  getUserFeed: NotForYourAge | ProfileRequired | AnyRefusal;
  markNotInterested: ProfileRequired | AnyRefusal;
  resetFeed: ProfileRequired | AnyRefusal;
  seeLess: ProfileRequired | AnyRefusal;
  setFeedPersonalisation: ProfileRequired | AnyRefusal;
  deleteNotification: NotFound | ProfileRequired | AnyRefusal;
  explainNotification: NotFound | ProfileRequired | AnyRefusal;
  getNotificationSettings: ProfileRequired | AnyRefusal;
  getNotifications: ProfileRequired | AnyRefusal;
  markAllNotificationsAsRead: ProfileRequired | AnyRefusal;
  markNotificationAsRead: NotFound | ProfileRequired | AnyRefusal;
  retuneNotification: AlwaysTold | NotFound | ProfileRequired | AnyRefusal;
  sendAnnouncement: KeyReused | PermissionDenied | ProfileRequired | AnyRefusal;
  updateNotificationSettings: AlwaysTold | ProfileRequired | AnyRefusal;
  getTransactionHistory: ProfileRequired | AnyRefusal;
  getWallet: ProfileRequired | AnyRefusal;
  setSpendingLimit: KeyReused | ProfileRequired | AnyRefusal;
  approveAdjustment: KeyReused | NotEnoughCoins | NotEnoughEarnings | NotFound | NotYourOwn | PermissionDenied | ProfileRequired | ProposalChanged | ProposalDecided | ProposalExpired | RecentSignInRequired | AnyRefusal;
  getPendingApprovals: PermissionDenied | ProfileRequired | AnyRefusal;
  proposeAdjustment: KeyReused | NotFound | NotYourOwn | PermissionDenied | ProfileRequired | RecentSignInRequired | AnyRefusal;
  rejectProposal: NotFound | PermissionDenied | ProfileRequired | ProposalDecided | AnyRefusal;
  getPlatformRevenue: PermissionDenied | ProfileRequired | AnyRefusal;
  registerFcmToken: ProfileRequired | AnyRefusal;
  unregisterFcmToken: ProfileRequired | AnyRefusal;
  getPremiumSettings: PermissionDenied | ProfileRequired | AnyRefusal;
  initializePremiumSettings: PermissionDenied | ProfileRequired | AnyRefusal;
  managePremiumAccount: HoldsAnotherSlot | NoSlotFree | NotFound | NotTheHolder | NotTheirTurn | NotYourOwn | PermissionDenied | ProfileRequired | RecentSignInRequired | SlotOccupied | SlotUnknown | AnyRefusal;
  updatePremiumSettings: NotFound | PermissionDenied | ProfileRequired | RecentSignInRequired | AnyRefusal;
  cancelPremiumSubscription: NothingRenews | PaymentDeclined | PaymentsUnavailable | ProfileRequired | AnyRefusal;
  purchasePremiumSlot: KeyReused | NoSlotFree | NotForYourAge | PaymentDeclined | PaymentsUnavailable | PremiumAlready | ProfileRequired | PurchaseClosed | SlotOccupied | SlotsNotSold | TicketOpen | AnyRefusal;
  cancelPremiumRequest: ProfileRequired | AnyRefusal;
  getPremiumSlots: ProfileRequired | AnyRefusal;
  getPremiumStatus: ProfileRequired | AnyRefusal;
  requestPremiumAccount: PremiumAlready | ProfileRequired | AnyRefusal;
  createStripeAccount: NotForYourAge | PayoutsUnavailable | ProfileRequired | RecentSignInRequired | AnyRefusal;
  linkBankAccount: NotForYourAge | PayoutsUnavailable | ProfileRequired | RecentSignInRequired | AnyRefusal;
  cancelPayoutRequest: AlreadySent | NotFound | ProfileRequired | AnyRefusal;
  getPayoutMethods: ProfileRequired | AnyRefusal;
  getPayoutRequests: ProfileRequired | AnyRefusal;
  getPayoutStatement: ProfileRequired | AnyRefusal;
  linkPayPal: NotForYourAge | ProfileRequired | RecentSignInRequired | AnyRefusal;
  requestPayout: ChecksMissing | DailyMaximum | DebtOpen | KeyReused | MethodCoolingDown | NoPayoutMethod | NotEnoughEarnings | NotForYourAge | PayoutsUnavailable | ProfileRequired | RecentSignInRequired | TooLittle | TooManyReservations | AnyRefusal;
  getPendingPayouts: PermissionDenied | ProfileRequired | AnyRefusal;
  importBankStatement: PermissionDenied | ProfileRequired | RecentSignInRequired | AnyRefusal;
  processPayout: AlreadySent | ApprovedByYou | NotFound | NotYourOwn | PermissionDenied | ProfileRequired | RecentSignInRequired | AnyRefusal;
  reviewPayoutAccount: NotFound | NotYourOwn | PermissionDenied | ProfileRequired | RecentSignInRequired | AnyRefusal;
  resolveDeepLink: NotFound | ProfileRequired | AnyRefusal;
  getProfileAnalytics: NotFound | ProfileRequired | AnyRefusal;
  getUserAchievements: NotFound | ProfileRequired | AnyRefusal;
  recordProfileView: NotFound | ProfileRequired | AnyRefusal;
  setAchievementDisplayed: NotFound | ProfileRequired | AnyRefusal;
  searchHashtags: ProfileRequired | AnyRefusal;
  searchSounds: ProfileRequired | AnyRefusal;
  searchUsers: ProfileRequired | AnyRefusal;
  searchVideos: ProfileRequired | AnyRefusal;
  getTrendingHashtags: ProfileRequired | AnyRefusal;
  getTrendingSounds: ProfileRequired | AnyRefusal;
  getTrendingVideos: ProfileRequired | AnyRefusal;
  getVideosByHashtag: ProfileRequired | AnyRefusal;
  getVideosBySound: ProfileRequired | AnyRefusal;
  addGift: GiftExists | PermissionDenied | ProfileRequired | RecentSignInRequired | AnyRefusal;
  getGiftCatalog: ProfileRequired | AnyRefusal;
  removeGift: NoSuchGift | PermissionDenied | ProfileRequired | RecentSignInRequired | AnyRefusal;
  updateGift: NoSuchGift | PermissionDenied | ProfileRequired | RecentSignInRequired | AnyRefusal;
  getGiftAnalytics: ProfileRequired | AnyRefusal;
  getGiftHistory: ProfileRequired | AnyRefusal;
  getGiftLeaderboard: ProfileRequired | AnyRefusal;
  getStreamTopGifters: NotFound | ProfileRequired | AnyRefusal;
  getUserGiftStats: ProfileRequired | AnyRefusal;
  getUserGifts: GiftsHidden | NotFound | ProfileRequired | AnyRefusal;
  quoteGift: GiftsNotAccepted | LevelTooLow | NoSuchGift | NotForYourAge | NotFound | NotLive | NotToYourself | ProfileRequired | AnyRefusal;
  sendGift: DailyLimitReached | DebtOpen | GiftsNotAccepted | KeyReused | LevelTooLow | LimitReached | NoSuchGift | NotEnoughCoins | NotForYourAge | NotFound | NotLive | NotToYourself | ProfileRequired | QuoteExpired | AnyRefusal;
  approveGiftRefund: NotFound | NotYourOwn | PermissionDenied | ProfileRequired | ProposalChanged | ProposalDecided | ProposalExpired | RecentSignInRequired | AnyRefusal;
  refundGift: KeyReused | NotFound | NotYourOwn | PermissionDenied | ProfileRequired | RecentSignInRequired | AnyRefusal;
  undoGift: NotFound | ProfileRequired | TooLateToUndo | AnyRefusal;
  createPaymentIntent: DailyPurchaseLimit | KeyReused | NotForYourAge | PackageUnavailable | PaymentDeclined | PaymentsUnavailable | ProfileRequired | PurchaseClosed | TooManyLots | TooManyOpenPurchases | VerificationRequired | AnyRefusal;
  purchaseCoins: DailyPurchaseLimit | KeyReused | NotForYourAge | PackageUnavailable | PaymentDeclined | PaymentsUnavailable | ProfileRequired | PurchaseClosed | TooManyLots | TooManyOpenPurchases | VerificationRequired | AnyRefusal;
  confirmCoinPurchase: NotFound | PaymentsUnavailable | ProfileRequired | AnyRefusal;
  getCoinPackages: ProfileRequired | AnyRefusal;
  addCoinPackage: PackageExists | PermissionDenied | ProductLinked | ProfileRequired | RecentSignInRequired | TooManyPackages | AnyRefusal;
  approveCoinRefund: NotFound | NotRefundable | NotYourOwn | PermissionDenied | ProfileRequired | ProposalChanged | ProposalDecided | ProposalExpired | RecentSignInRequired | AnyRefusal;
  refundCoinPurchase: KeyReused | NotFound | NotRefundable | NotYourOwn | PermissionDenied | ProfileRequired | RecentSignInRequired | AnyRefusal;
  updateCoinPackage: PackageUnavailable | PermissionDenied | ProductLinked | ProfileRequired | RecentSignInRequired | VersionConflict | AnyRefusal;
  verifyStorePurchase: NotForYourAge | PackageUnavailable | PaymentsUnavailable | ProfileRequired | ReceiptInvalid | ReceiptUsed | TooManyLots | AnyRefusal;
}

/** The name of a call. */
export type CallName = keyof Refusals;

/** What the call of this name can be refused with. */
export type RefusalOf<Name extends CallName> = Refusals[Name];

/** Every call, by its name. */
export interface Spaktok {
  /** Go away until further notice: for others this account is one that never was. Limit: 10 a day, on each instance. */
  deactivateAccount(request?: DeactivateAccount): Promise<Answer<Presence>>;
  /** Leave for good. Asks for a sign-in of the last minutes. Limit: 10 a day, on each instance. */
  deleteAccount(request?: DeleteAccount): Promise<Answer<Deletion>>;
  /** Have all of one's data collected, as JSON and media with a manifest of hashes. Limit: 3 a day, over all instances. */
  exportUserData(request?: ExportUserData): Promise<Answer<Export>>;
  /** Links to the collected data, which die within 15 minutes. Limit: 60 an hour, on each instance. */
  getExportLink(request?: GetExportLink): Promise<Answer<ExportLinks>>;
  /** List the devices that are signed in. Limit: 30 a minute, on each instance. */
  getSessions(request?: GetSessions): Promise<Answer<Sessions>>;
  /** Return; everything is as it was. Limit: 10 a day, on each instance. */
  reactivateAccount(request?: ReactivateAccount): Promise<Answer<Presence>>;
  /** Name the device of this sign-in, for the owner to know it by. For every start of the app. Limit: 60 an hour, on each instance. */
  registerSession(request: RegisterSession): Promise<Answer<RegisteredInAccounts>>;
  /** Sign every device out, this one too. Limit: 20 an hour, on each instance. */
  revokeAllSessions(request?: RevokeAllSessions): Promise<Answer<Revoked>>;
  /** Sign one device out. Limit: 30 a minute, on each instance. */
  revokeSession(request: RevokeSession): Promise<Answer<Revoked>>;
  /** Take over the birth date or age that a document shows. Limit: 300 an hour, on each instance. */
  approveIdVerification(request: ApproveIdVerification): Promise<Answer<DecidedInSafety>>;
  /** Correct a user's birth date after a review. Limit: 60 an hour, on each instance. */
  correctBirthDate(request: CorrectBirthDate): Promise<Answer<Noted>>;
  /** Have the images of a request that waits opened for 15 minutes; who looked is recorded. Limit: 300 an hour, on each instance. */
  getIdEvidence(request: GetIdEvidence): Promise<Answer<Evidence>>;
  /** Learn what is on, off until one turns it on, or not for one at all: for an app to go by. Limit: 30 a minute, on each instance. */
  getMyPolicy(request?: GetMyPolicy): Promise<Answer<Policy>>;
  /** List the requests that wait for a decision, oldest first. Limit: 60 a minute, on each instance. */
  getPendingIdVerifications(request?: GetPendingIdVerifications): Promise<Answer<WaitingPage>>;
  /** Refuse a document; its owner is told why. Limit: 300 an hour, on each instance. */
  rejectIdVerification(request: RejectIdVerification): Promise<Answer<DecidedInSafety>>;
  /** Have one's age checked by an identity document. Limit: 5 a day, on each instance. */
  requestIdVerification(request: RequestIdVerification): Promise<Answer<AskedInSafety>>;
  /** Say one's birth date, once. Limit: 10 an hour, on each instance. */
  setBirthDate(request: SetBirthDate): Promise<Answer<Noted>>;
  /** Pass on what the device's store says about the user's age. Limit: 30 an hour, on each instance. */
  submitAgeSignal(request: SubmitAgeSignal): Promise<Answer<Noted>>;
  /** Choose how much is kept from one. Limit: 20 a minute, on each instance. */
  updateContentFilterLevel(request: UpdateContentFilterLevel): Promise<Answer<Filter>>;
  /** Have one's nights, birthdays and daily batches by the clock of another zone; once in 30 days. Limit: 10 an hour, on each instance. */
  updateTimeZone(request: UpdateTimeZone): Promise<Answer<Noted>>;
  /** Take another username. The old one is held for its owner for 60 days. Limit: 20 an hour, on each instance. */
  changeUsername(request: ChangeUsername): Promise<Answer<Renamed>>;
  /** Say whether the caller could claim a username at this moment. Limit: 30 a minute, on each instance. */
  checkUsernameAvailability(request: CheckUsernameAvailability): Promise<Answer<Availability>>;
  /** Make the signed-in account's profile and claim its username. Limit: 20 an hour, over all instances. */
  createUserProfile(request: CreateUserProfile): Promise<Answer<Created>>;
  /** Read a user's public profile. Limit: 300 a minute, on each instance. */
  getProfile(request: GetProfile): Promise<Answer<Profile>>;
  /** Another name of `getProfile`. Limit: 300 a minute, on each instance. */
  getUserProfile(request: GetProfile): Promise<Answer<Profile>>;
  /** Another name of `updateProfile`, with the switch of `setAccountPrivate`. Limit: 30 a minute, on each instance. */
  editProfile(request?: EditProfile): Promise<Answer<Edited>>;
  /** Make the account private, or public. Followers stay. Limit: 20 a minute, on each instance. */
  setAccountPrivate(request: SetAccountPrivate): Promise<Answer<Privacy>>;
  /** Choose what kind of account it is. Limit: 20 an hour, on each instance. */
  setAccountType(request: SetAccountType): Promise<Answer<Typed>>;
  /** Change who may see, find and reach the account. Limit: 20 a minute, on each instance. */
  updatePrivacySettings(request: UpdatePrivacySettings): Promise<Answer<Privacy>>;
  /** Edit the caller's profile: each public field at most once an hour. Limit: 30 a minute, on each instance. */
  updateProfile(request?: UpdateProfile): Promise<Answer<Edited>>;
  /** Another name of `updateProfile`. Limit: 30 a minute, on each instance. */
  updateUserProfile(request?: UpdateProfile): Promise<Answer<Edited>>;
  /** Say that the file is there, and learn how far it has come. Limit: 60 an hour, on each instance. */
  confirmProfileImageUpload(request: ConfirmProfileImageUpload): Promise<Answer<ImageStatus>>;
  /** Ask for a place to upload a photo to; showing it follows by itself. Limit: 20 an hour, on each instance. */
  uploadProfileImage(request: UploadProfileImage): Promise<Answer<ImageTicket>>;
  /** Make a user part of the staff in one role, or end it. Limit: 60 an hour, on each instance. */
  setUserRole(request: SetUserRole): Promise<Answer<Roles>>;
  /** Give the badge to whoever asked for it. Limit: 60 a minute, on each instance. */
  approveVerification(request: ApproveVerification): Promise<Answer<DecidedInVerification>>;
  /** List the requests that wait for a review, oldest first. Limit: 60 a minute, on each instance. */
  getPendingVerifications(request?: GetPendingVerifications): Promise<Answer<PendingPageInVerification>>;
  /** Refuse the badge; the user alone is told, and why. Limit: 60 a minute, on each instance. */
  rejectVerification(request: RejectVerification): Promise<Answer<DecidedInVerification>>;
  /** Ask for the verification badge. Limit: 10 a day, on each instance. */
  requestVerification(request?: RequestVerification): Promise<Answer<AskedInVerification>>;
  /** Let somebody who asked follow the caller. Limit: 120 a minute, on each instance. */
  acceptFollowRequest(request: AcceptFollowRequest): Promise<Answer<null>>;
  /** The same as respondToFriendRequest with `accept`. Limit: 60 a minute, on each instance. */
  acceptFriendRequest(request: AcceptFriendRequest): Promise<Answer<Friendship>>;
  /** Block a user: neither exists for the other any more. Limit: 30 a minute, on each instance. */
  blockUser(request: BlockUser): Promise<Answer<Block>>;
  /** Take back one's own request to follow somebody. Limit: 60 a minute, on each instance. */
  cancelFollowRequest(request: CancelFollowRequest): Promise<Answer<null>>;
  /** The same as respondToFriendRequest with `decline`. Limit: 60 a minute, on each instance. */
  declineFriendRequest(request: DeclineFriendRequest): Promise<Answer<Friendship>>;
  /** Follow a user, or ask to where the account is private. Repeating it changes nothing. Limit: 60 a minute, on each instance. */
  followUser(request: FollowUser): Promise<Answer<Follow>>;
  /** Let a request to follow the caller lapse; its sender is not told. Limit: 120 a minute, on each instance. */
  rejectFollowRequest(request: RejectFollowRequest): Promise<Answer<null>>;
  /** Make somebody stop following the caller; they are not told. Limit: 60 a minute, on each instance. */
  removeFollower(request: RemoveFollower): Promise<Answer<null>>;
  /** End a friendship both ways, or take back a friend request. Limit: 60 a minute, on each instance. */
  removeFriend(request: RemoveFriend): Promise<Answer<Friendship>>;
  /** Accept or decline a friend request; its sender hears of it only when it is accepted. Limit: 60 a minute, on each instance. */
  respondToFriendRequest(request: RespondToFriendRequest): Promise<Answer<Friendship>>;
  /** Ask a user to be friends; where they asked first, it is accepted at once. Limit: 30 a minute, on each instance. */
  sendFriendRequest(request: SendFriendRequest): Promise<Answer<Friendship>>;
  /** Take a block back. Follows that it ended stay ended. Limit: 30 a minute, on each instance. */
  unblockUser(request: UnblockUser): Promise<Answer<Block>>;
  /** Stop following a user, or take the request back. Repeating it changes nothing. Limit: 60 a minute, on each instance. */
  unfollowUser(request: UnfollowUser): Promise<Answer<Follow>>;
  /** Turn on or off that the caller hears of what a followed user publishes. Limit: 60 a minute, on each instance. */
  updateFollowNotifications(request: UpdateFollowNotifications): Promise<Answer<Bell>>;
  /** Put a user on the caller's list of close friends; nobody else learns of it. Limit: 60 a minute, on each instance. */
  addToCloseFriends(request: AddToCloseFriends): Promise<Answer<CloseFriend>>;
  /** Hear nothing of a user any more, for some hours or for good; they never learn of it. Limit: 60 a minute, on each instance. */
  muteUser(request: MuteUser): Promise<Answer<Mute>>;
  /** Take a user off the caller's list of close friends. Limit: 60 a minute, on each instance. */
  removeFromCloseFriends(request: RemoveFromCloseFriends): Promise<Answer<CloseFriend>>;
  /** Take a mute back. Limit: 60 a minute, on each instance. */
  unmuteUser(request: UnmuteUser): Promise<Answer<Mute>>;
  /** List whom the caller blocks, newest first. Limit: 60 a minute, on each instance. */
  getBlockedUsers(request?: GetBlockedUsers): Promise<Answer<BlockedPage>>;
  /** List the caller's close friends, newest first. Limit: 60 a minute, on each instance. */
  getCloseFriendsList(request?: GetCloseFriendsList): Promise<Answer<CloseFriendPage>>;
  /** List who asks to follow the caller, newest first. Limit: 60 a minute, on each instance. */
  getFollowRequests(request?: GetFollowRequests): Promise<Answer<RequestPage>>;
  /** List who follows a user, newest first; of a private account, for its followers only. Limit: 120 a minute, on each instance. */
  getFollowers(request: GetFollowers): Promise<Answer<FollowerPage>>;
  /** List whom a user follows, newest first; of a private account, for its followers only. Limit: 120 a minute, on each instance. */
  getFollowing(request: GetFollowing): Promise<Answer<FollowingPage>>;
  /** List the friend requests that wait, sent and received, newest first. Limit: 60 a minute, on each instance. */
  getFriendRequests(request?: GetFriendRequests): Promise<Answer<FriendRequests>>;
  /** List the caller's friends, newest first. Limit: 60 a minute, on each instance. */
  getFriends(request?: GetFriends): Promise<Answer<FriendPage>>;
  /** List whom the caller mutes, newest first. Limit: 60 a minute, on each instance. */
  getMutedUsers(request?: GetMutedUsers): Promise<Answer<MutedPage>>;
  /** List users the caller may want to follow, those with the most mutual follows first. Limit: 10 a minute, on each instance. */
  getSuggestedUsers(request?: GetSuggestedUsers): Promise<Answer<Suggestions>>;
  /** Ask for a place to upload a video to; publishing follows by itself. Limit: 30 a minute, on each instance. */
  uploadVideo(request?: UploadVideo): Promise<Answer<UploadTicket>>;
  /** Delete a video of one's own: it is gone for everyone at once, its files within seconds. Limit: 60 a minute, on each instance. */
  deleteVideo(request: DeleteVideo): Promise<Answer<Deleted>>;
  /** Publish a draft or a scheduled video now. Repeating it changes nothing. Limit: 30 a minute, on each instance. */
  publishVideo(request: PublishVideo): Promise<Answer<ChangedInVideos>>;
  /** Have a video published at an hour, at another, or not (it stays a draft). Limit: 30 a minute, on each instance. */
  scheduleVideo(request: ScheduleVideo): Promise<Answer<ChangedInVideos>>;
  /** Change a video of one's own: words, audience, permissions. Limit: 60 a minute, on each instance. */
  updateVideo(request: UpdateVideo): Promise<Answer<ChangedInVideos>>;
  /** Call out a challenge. Videos join it by its id when they are uploaded. Limit: 10 a day, on each instance. */
  createChallenge(request: CreateChallenge): Promise<Answer<ChallengeView>>;
  /** Read one challenge: upcoming, active or ended, by the time of now. Limit: 300 a minute, on each instance. */
  getChallenge(request: GetChallenge): Promise<Answer<ChallengeView>>;
  /** Read one sound: whose it is, how long, how often it is used. Limit: 300 a minute, on each instance. */
  getSound(request: GetSound): Promise<Answer<SoundView>>;
  /** List the challenges that run now, those of most participants first. Limit: 120 a minute, on each instance. */
  getTrendingChallenges(request?: GetTrendingChallenges): Promise<Answer<TrendingChallenges>>;
  /** Enter a video of one's own, out or not, in a challenge that runs; it leaves any other. Limit: 30 a minute, on each instance. */
  joinChallenge(request: JoinChallenge): Promise<Answer<Joined>>;
  /** Ban a hashtag: nobody can use it, and no page, list or search shows it. Or let it be again. Limit: 60 a minute, on each instance. */
  banHashtag(request: BanHashtag): Promise<Answer<HashtagBan>>;
  /** List the videos that wait for a moderator, oldest first. Limit: 120 a minute, on each instance. */
  getPendingVideos(request?: GetPendingVideos): Promise<Answer<CasePage>>;
  /** Approve a video, or take it from everyone, with a reason that is kept. Limit: 120 a minute, on each instance. */
  moderateVideo(request: ModerateVideo): Promise<Answer<DecidedInVideos>>;
  /** Take a sound from everyone; the videos that use it lose theirs. Limit: 60 a minute, on each instance. */
  takeDownSound(request: TakeDownSound): Promise<Answer<TakenDown>>;
  /** Ask whether a video is for one's age. Limit: 300 a minute, on each instance. */
  checkContentAgeRestriction(request: CheckContentAgeRestriction): Promise<Answer<Verdict>>;
  /** List the published videos of a user, as far as they are for the caller. Limit: 120 a minute, on each instance. */
  getUserVideos(request: GetUserVideos): Promise<Answer<ProfileVideos>>;
  /** Read one video with its totals and the paths of its media. Limit: 300 a minute, on each instance. */
  getVideo(request: GetVideo): Promise<Answer<VideoView>>;
  /** Say from which age on a video of one's own is. Limit: 60 a minute, on each instance. */
  setContentAgeRestriction(request: SetContentAgeRestriction): Promise<Answer<Restriction>>;
  /** Like a video, or take the like back. Repeating it changes nothing. Limit: 60 a minute, on each instance. */
  likeVideo(request: LikeVideo): Promise<Answer<Liked>>;
  /** Get a link to a video. It opens for whoever the video is for, and does not say who shared it. Limit: 30 a minute, on each instance. */
  shareVideo(request: ShareVideo): Promise<Answer<Shared>>;
  /** Write a comment under a video, or an answer to one. The owner may want to see it first. Limit: 30 a minute, on each instance. */
  commentOnVideo(request: CommentOnVideo): Promise<Answer<Commented>>;
  /** Change the text of one's own comment. It is marked as edited. Limit: 30 a minute, on each instance. */
  editComment(request: EditComment): Promise<Answer<Commented>>;
  /** List the answers to a comment, oldest first. Limit: 120 a minute, on each instance. */
  getCommentReplies(request: GetCommentReplies): Promise<Answer<CommentPage>>;
  /** List a video's comments, the pinned one and then the newest first. Limit: 120 a minute, on each instance. */
  getVideoComments(request: GetVideoComments): Promise<Answer<CommentPage>>;
  /** Like a comment, or take the like back. Repeating it changes nothing. Limit: 60 a minute, on each instance. */
  likeComment(request: LikeComment): Promise<Answer<CommentLiked>>;
  /** Delete one's own comment, or one under one's own video, with the answers to it. Limit: 60 a minute, on each instance. */
  deleteComment(request: DeleteComment): Promise<Answer<Curated>>;
  /** Read which comments wait for the caller. Limit: 60 a minute, on each instance. */
  getCommentFilters(request?: GetCommentFilters): Promise<Answer<CommentFilters>>;
  /** List what waits for the caller under their videos, oldest first. Limit: 60 a minute, on each instance. */
  getHeldComments(request?: GetHeldComments): Promise<Answer<CommentPage>>;
  /** Pin a comment under one's own video, in the place of any other, or let it go. Limit: 60 a minute, on each instance. */
  pinComment(request: PinComment): Promise<Answer<Pinned>>;
  /** Take a comment down. Recorded with the reason. Limit: 120 a minute, on each instance. */
  removeComment(request: RemoveComment): Promise<Answer<Curated>>;
  /** Let a comment that waits for the caller stand, or refuse it. Limit: 120 a minute, on each instance. */
  reviewComment(request: ReviewComment): Promise<Answer<Curated>>;
  /** Say which comments wait for the caller: by words, by links, by who writes them, or all. Limit: 20 a minute, on each instance. */
  updateCommentFilters(request?: UpdateCommentFilters): Promise<Answer<CommentFilters>>;
  /** Make a collection for saved videos. Limit: 20 a minute, on each instance. */
  createSavedCollection(request: CreateSavedCollection): Promise<Answer<Collection>>;
  /** Delete a collection. What is in it stays saved, in none. Limit: 20 a minute, on each instance. */
  deleteSavedCollection(request: DeleteSavedCollection): Promise<Answer<null>>;
  /** List one's own collections, the oldest first. Limit: 60 a minute, on each instance. */
  getSavedCollections(request?: GetSavedCollections): Promise<Answer<Collections>>;
  /** List what the caller saved, as far as it is still there for them, the latest first. Limit: 120 a minute, on each instance. */
  getSavedVideos(request?: GetSavedVideos): Promise<Answer<VideoPage>>;
  /** Give a collection another name. Limit: 60 a minute, on each instance. */
  renameSavedCollection(request: RenameSavedCollection): Promise<Answer<Collection>>;
  /** Save a video for oneself, or let it go. Nobody else learns of it. Limit: 60 a minute, on each instance. */
  saveVideo(request: SaveVideo): Promise<Answer<Saved>>;
  /** Read how a video of one's own is watched. Limit: 120 a minute, on each instance. */
  getVideoAnalytics(request: GetVideoAnalytics): Promise<Answer<VideoAnalytics>>;
  /** Report one play. `recordVideoViews` costs the same for fifty. Limit: 60 a minute, on each instance. */
  recordVideoView(request: RecordVideoView): Promise<Answer<Recorded>>;
  /** Report what was watched since the last report, up to 50 plays at once. Limit: 12 a minute, on each instance. */
  recordVideoViews(request: RecordVideoViews): Promise<Answer<Recorded>>;
  /** List what could trend and nobody has looked at. Limit: 120 a minute, on each instance. */
  getTrendCandidates(request: GetTrendCandidates): Promise<Answer<CandidatePage>>;
  /** Keep a video, hashtag or sound from trending. Recorded with the reason. Limit: 120 a minute, on each instance. */
  holdTrend(request: HoldTrend): Promise<Answer<DecidedInTrends>>;
  /** Let a video, hashtag or sound trend. Recorded with the reason. Limit: 120 a minute, on each instance. */
  releaseTrend(request: ReleaseTrend): Promise<Answer<DecidedInTrends>>;
  /** Read a page of what the accounts the caller follows have published, newest first. Limit: 120 a minute, on each instance. */
  getFollowingFeed(request?: GetFollowingFeed): Promise<Answer<FeedPage>>;
  /** Read a page of the feed. Nothing comes twice in a ranked feed, in whichever session. Limit: 120 a minute, on each instance. */
  getUserFeed(request?: GetUserFeed): Promise<Answer<FeedPage>>;
  /** Never be shown a video again, and its author a little less. Limit: 60 a minute, on each instance. */
  markNotInterested(request: MarkNotInterested): Promise<Answer<Tuned>>;
  /** Forget what the feed has learnt of the caller. Limit: 10 a minute, on each instance. */
  resetFeed(request?: Nothing): Promise<Answer<null>>;
  /** Be shown less of a user, a hashtag or a sound. Limit: 60 a minute, on each instance. */
  seeLess(request?: SeeLess): Promise<Answer<Tuned>>;
  /** Turn the profile that ranks the feed on or off. Limit: 30 a minute, on each instance. */
  setFeedPersonalisation(request: SetFeedPersonalisation): Promise<Answer<Personalisation>>;
  /** Take one of the caller's notifications out of the inbox. Limit: 120 a minute, on each instance. */
  deleteNotification(request: DeleteNotification): Promise<Answer<null>>;
  /** Say why the caller was told this, and which setting governs it. Limit: 60 a minute, on each instance. */
  explainNotification(request: ExplainNotification): Promise<Answer<Explanation>>;
  /** Read what counts for the caller: what they set, and the defaults elsewhere. Limit: 60 a minute, on each instance. */
  getNotificationSettings(request?: GetNotificationSettings): Promise<Answer<Settings>>;
  /** List the caller's notifications, latest activity first, and count the unread. Limit: 60 a minute, on each instance. */
  getNotifications(request?: GetNotifications): Promise<Answer<NotificationPage>>;
  /** Mark what had no activity after an instant as read. Limit: 20 a minute, on each instance. */
  markAllNotificationsAsRead(request?: MarkAllNotificationsAsRead): Promise<Answer<Marked>>;
  /** Mark one of the caller's notifications as read. Limit: 120 a minute, on each instance. */
  markNotificationAsRead(request: MarkNotificationAsRead): Promise<Answer<null>>;
  /** Hear less of what this notification is. Limit: 60 a minute, on each instance. */
  retuneNotification(request: RetuneNotification): Promise<Answer<Settings>>;
  /** Tell everyone, or everyone in some regions, what the operator has to say. Recorded. Limit: 20 a day, on each instance. */
  sendAnnouncement(request: SendAnnouncement): Promise<Answer<Announced>>;
  /** Change what is named, and leave the rest. Limit: 30 a minute, on each instance. */
  updateNotificationSettings(request?: UpdateNotificationSettings): Promise<Answer<Settings>>;
  /** List the movements of one's own money, the latest first. Limit: 60 a minute, on each instance. */
  getTransactionHistory(request?: GetTransactionHistory): Promise<Answer<History>>;
  /** See one's coins and earnings, with what is held, when it matures and what is owed. Limit: 60 a minute, on each instance. */
  getWallet(request?: GetWallet): Promise<Answer<WalletView>>;
  /** Limit the coins one can spend a day. Lower counts at once, higher after a day. Limit: 20 an hour, over all instances. */
  setSpendingLimit(request: SetSpendingLimit): Promise<Answer<LimitSet>>;
  /** Approve a correction that somebody else proposed; it is carried out in the same commit. Limit: 30 an hour, on each instance. */
  approveAdjustment(request: ApproveAdjustment): Promise<Answer<AdjustmentBooked>>;
  /** List what waits for an approval, the oldest first. Limit: 60 a minute, on each instance. */
  getPendingApprovals(request?: GetPendingApprovals): Promise<Answer<ProposalPage>>;
  /** Propose a correction of somebody's coins, earnings or debt. Limit: 30 an hour, on each instance. */
  proposeAdjustment(request: ProposeAdjustment): Promise<Answer<Proposal>>;
  /** Reject what was proposed, or withdraw one's own proposal. Limit: 60 an hour, on each instance. */
  rejectProposal(request: RejectProposal): Promise<Answer<null>>;
  /** Show what each day brought, made and burnt, and what is owed and held over all. Limit: 30 a minute, on each instance. */
  getPlatformRevenue(request: GetPlatformRevenue): Promise<Answer<Books>>;
  /** Let the caller's pushes reach this device, and nobody else's. Limit: 60 an hour, on each instance. */
  registerFcmToken(request: RegisterFcmToken): Promise<Answer<RegisteredInDevices>>;
  /** Let the caller's pushes reach this device no more. Limit: 60 an hour, on each instance. */
  unregisterFcmToken(request: UnregisterFcmToken): Promise<Answer<RegisteredInDevices>>;
  /** Show the settings, who holds which slot, and who waits, first come first. Limit: 60 a minute, on each instance. */
  getPremiumSettings(request?: GetPremiumSettings): Promise<Answer<Overview>>;
  /** Write the first version of the premium settings, unless there is one. Limit: 20 an hour, on each instance. */
  initializePremiumSettings(request?: InitializePremiumSettings): Promise<Answer<Configured>>;
  /** Give a premium slot to an account, or take it from the account that holds it. Limit: 60 a minute, on each instance. */
  managePremiumAccount(request: ManagePremiumAccount): Promise<Answer<Managed>>;
  /** Change the shares or the number of slots, for gifts and slots from now on. Limit: 20 an hour, on each instance. */
  updatePremiumSettings(request: UpdatePremiumSettings): Promise<Answer<Configured>>;
  /** Keep one's premium slot until its term is over, and pay for no other. Limit: 20 a day, on each instance. */
  cancelPremiumSubscription(request?: CancelPremiumSubscription): Promise<Answer<Ending>>;
  /** Keep a premium slot for half an hour and start paying for it, or for its next term. Limit: 20 a day, over all instances. */
  purchasePremiumSlot(request: PurchasePremiumSlot): Promise<Answer<Ticketed>>;
  /** Wait for a premium slot no more. Limit: 20 a day, on each instance. */
  cancelPremiumRequest(request?: CancelPremiumRequest): Promise<Answer<OutOfLine>>;
  /** Show which slots are held since when, and which were: a public ledger without names. Limit: 60 a minute, on each instance. */
  getPremiumSlots(request?: GetPremiumSlots): Promise<Answer<Slots>>;
  /** Show the caller's own premium state: the slot, the share, the place in the line. Limit: 60 a minute, on each instance. */
  getPremiumStatus(request?: GetPremiumStatus): Promise<Answer<StatusInPremium>>;
  /** Wait for a premium slot, first come first. Limit: 20 a day, on each instance. */
  requestPremiumAccount(request?: RequestPremiumAccount): Promise<Answer<InLine>>;
  /** Make the caller's connected account at Stripe; made before, it is the same. Limit: 10 a day, over all instances. */
  createStripeAccount(request: CreateStripeAccount): Promise<Answer<Opened>>;
  /** Have payouts go to the bank account that a token of Stripe's stands for. Limit: 10 a day, over all instances. */
  linkBankAccount(request: LinkBankAccount): Promise<Answer<Linked>>;
  /** Take a withdrawal back before it is sent. Limit: 60 an hour, over all instances. */
  cancelPayoutRequest(request: CancelPayoutRequest): Promise<Answer<Cancelled>>;
  /** Show where one's payouts may go, as hints, and what is still to be verified. Limit: 60 a minute, on each instance. */
  getPayoutMethods(request?: GetPayoutMethods): Promise<Answer<Methods>>;
  /** List one's own withdrawals, the latest first. Limit: 60 a minute, on each instance. */
  getPayoutRequests(request?: GetPayoutRequests): Promise<Answer<Page>>;
  /** Give the statement of a month, as data and as CSV, with a signed hash. Limit: 10 a minute, on each instance. */
  getPayoutStatement(request: GetPayoutStatement): Promise<Answer<Statement>>;
  /** Have payouts go to a PayPal account. All but the first method wait for a cooldown. Limit: 10 a day, over all instances. */
  linkPayPal(request?: LinkPayPal): Promise<Answer<Linked>>;
  /** Withdraw matured earnings: the amount is reserved at once, and sent once approved. Limit: 20 an hour, over all instances. */
  requestPayout(request: RequestPayout): Promise<Answer<Requested>>;
  /** List the withdrawals that wait for a decision, oldest first. Limit: 60 a minute, on each instance. */
  getPendingPayouts(request?: GetPendingPayouts): Promise<Answer<PendingPageInPayouts>>;
  /** Take over lines of the bank's statement, for the daily comparison. Limit: 100 an hour, on each instance. */
  importBankStatement(request: ImportBankStatement): Promise<Answer<Imported>>;
  /** Approve a withdrawal or reject it; two approve what is above a limit or looks like a ring. Limit: 60 a minute, on each instance. */
  processPayout(request: ProcessPayout): Promise<Answer<Processed>>;
  /** Record what a check of an account came to: identity, tax form, sanctions, bank account. Limit: 60 a minute, on each instance. */
  reviewPayoutAccount(request: ReviewPayoutAccount): Promise<Answer<Reviewed>>;
  /** Say what a link opens for the caller, if it is there for them. Limit: 60 a minute, on each instance. */
  resolveDeepLink(request: ResolveDeepLink): Promise<Answer<Target>>;
  /** Read the caller's own reach over the last days, and how what they published does. Limit: 30 a minute, on each instance. */
  getProfileAnalytics(request?: GetProfileAnalytics): Promise<Answer<AnalyticsInProgress>>;
  /** List what a user has reached. Limit: 60 a minute, on each instance. */
  getUserAchievements(request?: GetUserAchievements): Promise<Answer<Standing>>;
  /** Count that the caller looks at a profile; its owner learns how many did, never who. Limit: 120 a minute, on each instance. */
  recordProfileView(request: RecordProfileView): Promise<Answer<null>>;
  /** Show an achievement of one's own as a badge on the profile, or hide it. Limit: 30 a minute, on each instance. */
  setAchievementDisplayed(request: SetAchievementDisplayed): Promise<Answer<Displayed>>;
  /** Find hashtags that public videos have. Limit: 60 a minute, on each instance. */
  searchHashtags(request: SearchHashtags): Promise<Answer<HashtagPage>>;
  /** Find sounds that public videos use, by name or artist. Limit: 60 a minute, on each instance. */
  searchSounds(request: SearchSounds): Promise<Answer<SoundPage>>;
  /** Find users by handle or name; typos are forgiven where little else is found. Limit: 60 a minute, on each instance. */
  searchUsers(request: SearchUsers): Promise<Answer<FoundPage>>;
  /** Find public videos by caption, hashtag or owner; typos are forgiven. Limit: 60 a minute, on each instance. */
  searchVideos(request: SearchVideos): Promise<Answer<VideoPage>>;
  /** List the hashtags that trend. Limit: 120 a minute, on each instance. */
  getTrendingHashtags(request?: GetTrendingHashtags): Promise<Answer<TrendingHashtags>>;
  /** List the sounds that trend, as far as their makers are there for the caller. Limit: 120 a minute, on each instance. */
  getTrendingSounds(request?: GetTrendingSounds): Promise<Answer<TrendingSounds>>;
  /** List the videos that trend, as far as they are for the caller. Limit: 120 a minute, on each instance. */
  getTrendingVideos(request?: GetTrendingVideos): Promise<Answer<VideoPage>>;
  /** List a hashtag's public videos: what trends, the newest, or the most viewed first. Limit: 120 a minute, on each instance. */
  getVideosByHashtag(request: GetVideosByHashtag): Promise<Answer<VideoPage>>;
  /** List a sound's public videos: what trends, the newest, or the most viewed first. Limit: 120 a minute, on each instance. */
  getVideosBySound(request: GetVideosBySound): Promise<Answer<VideoPage>>;
  /** Put a new gift into the catalogue, as a new version of it. Limit: 30 a minute, on each instance. */
  addGift(request: AddGift): Promise<Answer<ChangedInGifts>>;
  /** List the gifts that can be given, with prices in coins. Limit: 60 a minute, on each instance. */
  getGiftCatalog(request?: GetGiftCatalog): Promise<Answer<ShownInGifts>>;
  /** Take a gift off sale for good; what was given of it stays. Limit: 30 a minute, on each instance. */
  removeGift(request: RetireGift): Promise<Answer<ChangedInGifts>>;
  /** Change a gift, its price or its season; what was given before keeps its price. Limit: 30 a minute, on each instance. */
  updateGift(request: UpdateGift): Promise<Answer<ChangedInGifts>>;
  /** Read how gifts do for oneself: by day and hour, popular gifts, top gifters. Limit: 30 a minute, on each instance. */
  getGiftAnalytics(request?: GetGiftAnalytics): Promise<Answer<AnalyticsInGifts>>;
  /** List the gifts one sent, or was sent, newest first. Limit: 60 a minute, on each instance. */
  getGiftHistory(request?: GetGiftHistory): Promise<Answer<HistoryPage>>;
  /** Read who gave, or was given, most: this UTC day, ISO week, month, or ever. Limit: 60 a minute, on each instance. */
  getGiftLeaderboard(request?: GetGiftLeaderboard): Promise<Answer<Board>>;
  /** Read who gave most in a stream that one may watch. Limit: 60 a minute, on each instance. */
  getStreamTopGifters(request: GetStreamTopGifters): Promise<Answer<TopGifters>>;
  /** Read what one gave and was given; nobody else's. Limit: 60 a minute, on each instance. */
  getUserGiftStats(request?: GetUserGiftStats): Promise<Answer<Stats>>;
  /** List what a user was given: which gifts and how many, and not by whom. Limit: 60 a minute, on each instance. */
  getUserGifts(request: GetUserGifts): Promise<Answer<Wall>>;
  /** Ask what a gift costs, what the creator gets of it, and whether it can be given here. Limit: 120 a minute, on each instance. */
  quoteGift(request: QuoteGift): Promise<Answer<Quote>>;
  /** Give a gift, paid from the sender's coins, at the catalogue's price. Limit: 30 a minute, on each instance. */
  sendGift(request: SendGift): Promise<Answer<Receipt>>;
  /** Approve a refund of a gift that somebody else proposed; it is carried out in the same commit. Limit: 30 a minute, on each instance. */
  approveGiftRefund(request: ApproveGiftRefund): Promise<Answer<Refund>>;
  /** Reverse a gift on all sides, for a reason that is recorded; both sides are told. Limit: 30 a minute, on each instance. */
  refundGift(request: RefundGift): Promise<Answer<Refund>>;
  /** Take a gift back within ten seconds: the coins return to where they came from. Limit: 30 a minute, on each instance. */
  undoGift(request: UndoGift): Promise<Answer<Undone>>;
  /** Start buying a package of coins in the native payment sheet. Limit: 60 an hour, over all instances. */
  createPaymentIntent(request: CreatePaymentIntent): Promise<Answer<SheetStarted>>;
  /** Start buying a package of coins; they come when Stripe says that it was paid. Limit: 60 an hour, over all instances. */
  purchaseCoins(request: PurchaseCoins): Promise<Answer<Started>>;
  /** Have the server ask whether a purchase was paid, and learn where it stands. Limit: 20 a minute, on each instance. */
  confirmCoinPurchase(request: ConfirmCoinPurchase): Promise<Answer<Confirmed>>;
  /** List the packages of coins that are sold, with their prices. Limit: 60 a minute, on each instance. */
  getCoinPackages(request?: GetCoinPackages): Promise<Answer<Offers>>;
  /** Sell a package of coins that was not there. Limit: 20 a minute, on each instance. */
  addCoinPackage(request: AddCoinPackage): Promise<Answer<ChangedInCoins>>;
  /** Approve a refund of a purchase that somebody else proposed; it is recorded in the same commit. Limit: 20 a minute, on each instance. */
  approveCoinRefund(request: ApproveCoinRefund): Promise<Answer<Refunded>>;
  /** Refund a purchase; its coins are taken back, and what of them was spent is owed. Limit: 20 a minute, on each instance. */
  refundCoinPurchase(request: RefundCoinPurchase): Promise<Answer<Refunded>>;
  /** Sell a package of coins otherwise from now on; what was bought keeps its price. Limit: 20 a minute, on each instance. */
  updateCoinPackage(request: UpdateCoinPackage): Promise<Answer<ChangedInCoins>>;
  /** Redeem a purchase made in the App Store or in Google Play, once. Limit: 60 an hour, over all instances. */
  verifyStorePurchase(request: VerifyStorePurchase): Promise<Answer<Redeemed>>;
}

const CODES: { readonly [Kind in Refusal as Kind["error"]]: Kind["code"] } = {
  "account-deactivated": "failed-precondition",
  "account-private": "permission-denied",
  "account-suspended": "permission-denied",
  "account-type-unavailable": "failed-precondition",
  "age-review-required": "failed-precondition",
  "already-decided": "failed-precondition",
  "already-sent": "failed-precondition",
  "already-verified": "already-exists",
  "always-told": "invalid-argument",
  "app-check-required": "unauthenticated",
  "approved-by-you": "permission-denied",
  "authentication-required": "unauthenticated",
  "birth-date-is-set": "failed-precondition",
  "challenge-closed": "failed-precondition",
  "checks-missing": "failed-precondition",
  "comments-closed": "failed-precondition",
  "daily-limit-reached": "resource-exhausted",
  "daily-maximum": "resource-exhausted",
  "daily-purchase-limit": "resource-exhausted",
  "debt-open": "failed-precondition",
  "edited-recently": "failed-precondition",
  "export-not-ready": "failed-precondition",
  "gift-exists": "already-exists",
  "gifts-hidden": "permission-denied",
  "gifts-not-accepted": "failed-precondition",
  "holds-another-slot": "failed-precondition",
  "invalid-request": "invalid-argument",
  "key-reused": "already-exists",
  "level-too-low": "failed-precondition",
  "limit-reached": "resource-exhausted",
  "method-cooling-down": "failed-precondition",
  "no-case": "failed-precondition",
  "no-payout-method": "failed-precondition",
  "no-slot-free": "resource-exhausted",
  "no-such-gift": "failed-precondition",
  "not-allowed-here": "failed-precondition",
  "not-eligible": "failed-precondition",
  "not-enough-coins": "failed-precondition",
  "not-enough-earnings": "failed-precondition",
  "not-for-your-age": "permission-denied",
  "not-found": "not-found",
  "not-live": "failed-precondition",
  "not-old-enough": "failed-precondition",
  "not-publishable": "failed-precondition",
  "not-refundable": "failed-precondition",
  "not-the-holder": "failed-precondition",
  "not-their-turn": "failed-precondition",
  "not-to-yourself": "failed-precondition",
  "not-your-own": "permission-denied",
  "not-yourself": "invalid-argument",
  "nothing-renews": "failed-precondition",
  "package-exists": "already-exists",
  "package-unavailable": "not-found",
  "payment-declined": "failed-precondition",
  "payments-unavailable": "unavailable",
  "payouts-unavailable": "unavailable",
  "permission-denied": "permission-denied",
  "premium-already": "already-exists",
  "product-linked": "already-exists",
  "profile-exists": "already-exists",
  "profile-required": "failed-precondition",
  "proposal-changed": "failed-precondition",
  "proposal-decided": "failed-precondition",
  "proposal-expired": "failed-precondition",
  "purchase-closed": "failed-precondition",
  "quote-expired": "failed-precondition",
  "receipt-invalid": "invalid-argument",
  "receipt-used": "already-exists",
  "recent-sign-in-required": "unauthenticated",
  "refused-recently": "failed-precondition",
  "renamed-recently": "failed-precondition",
  "request-pending": "already-exists",
  "slot-occupied": "already-exists",
  "slot-unknown": "invalid-argument",
  "slots-not-sold": "not-found",
  "sound-unavailable": "failed-precondition",
  "system-failure": "internal",
  "ticket-open": "failed-precondition",
  "time-out-of-range": "invalid-argument",
  "time-zone-moved-recently": "failed-precondition",
  "too-late-to-undo": "failed-precondition",
  "too-little": "failed-precondition",
  "too-many-collections": "failed-precondition",
  "too-many-lots": "failed-precondition",
  "too-many-open-purchases": "resource-exhausted",
  "too-many-packages": "resource-exhausted",
  "too-many-requests": "resource-exhausted",
  "too-many-reservations": "failed-precondition",
  "try-again": "aborted",
  "username-reserved": "invalid-argument",
  "username-taken": "already-exists",
  "verification-decided": "failed-precondition",
  "verification-pending": "already-exists",
  "verification-required": "failed-precondition",
  "version-conflict": "aborted",
  "words-not-allowed": "failed-precondition",
};

interface Envelope<Data> {
  success: true;
  data: Data;
  message: string;
}

/** Every call of Spaktok, typed. A refused call rejects; `refusalOf` tells how. */
export function spaktok(functions: Functions): Spaktok {
  const call = <Request, Data>(name: CallName) => {
    const send = httpsCallable<Request, Envelope<Data>>(functions, name);
    return async (request: Request): Promise<Answer<Data>> => {
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
    getIdEvidence: call("getIdEvidence"),
    getMyPolicy: call("getMyPolicy"),
    getPendingIdVerifications: call("getPendingIdVerifications"),
    rejectIdVerification: call("rejectIdVerification"),
    requestIdVerification: call("requestIdVerification"),
    setBirthDate: call("setBirthDate"),
    submitAgeSignal: call("submitAgeSignal"),
    updateContentFilterLevel: call("updateContentFilterLevel"),
    updateTimeZone: call("updateTimeZone"),
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
    deleteVideo: call("deleteVideo"),
    publishVideo: call("publishVideo"),
    scheduleVideo: call("scheduleVideo"),
    updateVideo: call("updateVideo"),
    createChallenge: call("createChallenge"),
    getChallenge: call("getChallenge"),
    getSound: call("getSound"),
    getTrendingChallenges: call("getTrendingChallenges"),
    joinChallenge: call("joinChallenge"),
    banHashtag: call("banHashtag"),
    getPendingVideos: call("getPendingVideos"),
    moderateVideo: call("moderateVideo"),
    takeDownSound: call("takeDownSound"),
    checkContentAgeRestriction: call("checkContentAgeRestriction"),
    getUserVideos: call("getUserVideos"),
    getVideo: call("getVideo"),
    setContentAgeRestriction: call("setContentAgeRestriction"),
    likeVideo: call("likeVideo"),
    shareVideo: call("shareVideo"),
    commentOnVideo: call("commentOnVideo"),
    editComment: call("editComment"),
    getCommentReplies: call("getCommentReplies"),
    getVideoComments: call("getVideoComments"),
    likeComment: call("likeComment"),
    deleteComment: call("deleteComment"),
    getCommentFilters: call("getCommentFilters"),
    getHeldComments: call("getHeldComments"),
    pinComment: call("pinComment"),
    removeComment: call("removeComment"),
    reviewComment: call("reviewComment"),
    updateCommentFilters: call("updateCommentFilters"),
    createSavedCollection: call("createSavedCollection"),
    deleteSavedCollection: call("deleteSavedCollection"),
    getSavedCollections: call("getSavedCollections"),
    getSavedVideos: call("getSavedVideos"),
    renameSavedCollection: call("renameSavedCollection"),
    saveVideo: call("saveVideo"),
    getVideoAnalytics: call("getVideoAnalytics"),
    recordVideoView: call("recordVideoView"),
    recordVideoViews: call("recordVideoViews"),
    getTrendCandidates: call("getTrendCandidates"),
    holdTrend: call("holdTrend"),
    releaseTrend: call("releaseTrend"),
    getFollowingFeed: call("getFollowingFeed"),
    getUserFeed: call("getUserFeed"),
    markNotInterested: call("markNotInterested"),
    resetFeed: call("resetFeed"),
    seeLess: call("seeLess"),
    setFeedPersonalisation: call("setFeedPersonalisation"),
    deleteNotification: call("deleteNotification"),
    explainNotification: call("explainNotification"),
    getNotificationSettings: call("getNotificationSettings"),
    getNotifications: call("getNotifications"),
    markAllNotificationsAsRead: call("markAllNotificationsAsRead"),
    markNotificationAsRead: call("markNotificationAsRead"),
    retuneNotification: call("retuneNotification"),
    sendAnnouncement: call("sendAnnouncement"),
    updateNotificationSettings: call("updateNotificationSettings"),
    getTransactionHistory: call("getTransactionHistory"),
    getWallet: call("getWallet"),
    setSpendingLimit: call("setSpendingLimit"),
    approveAdjustment: call("approveAdjustment"),
    getPendingApprovals: call("getPendingApprovals"),
    proposeAdjustment: call("proposeAdjustment"),
    rejectProposal: call("rejectProposal"),
    getPlatformRevenue: call("getPlatformRevenue"),
    registerFcmToken: call("registerFcmToken"),
    unregisterFcmToken: call("unregisterFcmToken"),
    getPremiumSettings: call("getPremiumSettings"),
    initializePremiumSettings: call("initializePremiumSettings"),
    managePremiumAccount: call("managePremiumAccount"),
    updatePremiumSettings: call("updatePremiumSettings"),
    cancelPremiumSubscription: call("cancelPremiumSubscription"),
    purchasePremiumSlot: call("purchasePremiumSlot"),
    cancelPremiumRequest: call("cancelPremiumRequest"),
    getPremiumSlots: call("getPremiumSlots"),
    getPremiumStatus: call("getPremiumStatus"),
    requestPremiumAccount: call("requestPremiumAccount"),
    createStripeAccount: call("createStripeAccount"),
    linkBankAccount: call("linkBankAccount"),
    cancelPayoutRequest: call("cancelPayoutRequest"),
    getPayoutMethods: call("getPayoutMethods"),
    getPayoutRequests: call("getPayoutRequests"),
    getPayoutStatement: call("getPayoutStatement"),
    linkPayPal: call("linkPayPal"),
    requestPayout: call("requestPayout"),
    getPendingPayouts: call("getPendingPayouts"),
    importBankStatement: call("importBankStatement"),
    processPayout: call("processPayout"),
    reviewPayoutAccount: call("reviewPayoutAccount"),
    resolveDeepLink: call("resolveDeepLink"),
    getProfileAnalytics: call("getProfileAnalytics"),
    getUserAchievements: call("getUserAchievements"),
    recordProfileView: call("recordProfileView"),
    setAchievementDisplayed: call("setAchievementDisplayed"),
    searchHashtags: call("searchHashtags"),
    searchSounds: call("searchSounds"),
    searchUsers: call("searchUsers"),
    searchVideos: call("searchVideos"),
    getTrendingHashtags: call("getTrendingHashtags"),
    getTrendingSounds: call("getTrendingSounds"),
    getTrendingVideos: call("getTrendingVideos"),
    getVideosByHashtag: call("getVideosByHashtag"),
    getVideosBySound: call("getVideosBySound"),
    addGift: call("addGift"),
    getGiftCatalog: call("getGiftCatalog"),
    removeGift: call("removeGift"),
    updateGift: call("updateGift"),
    getGiftAnalytics: call("getGiftAnalytics"),
    getGiftHistory: call("getGiftHistory"),
    getGiftLeaderboard: call("getGiftLeaderboard"),
    getStreamTopGifters: call("getStreamTopGifters"),
    getUserGiftStats: call("getUserGiftStats"),
    getUserGifts: call("getUserGifts"),
    quoteGift: call("quoteGift"),
    sendGift: call("sendGift"),
    approveGiftRefund: call("approveGiftRefund"),
    refundGift: call("refundGift"),
    undoGift: call("undoGift"),
    createPaymentIntent: call("createPaymentIntent"),
    purchaseCoins: call("purchaseCoins"),
    confirmCoinPurchase: call("confirmCoinPurchase"),
    getCoinPackages: call("getCoinPackages"),
    addCoinPackage: call("addCoinPackage"),
    approveCoinRefund: call("approveCoinRefund"),
    refundCoinPurchase: call("refundCoinPurchase"),
    updateCoinPackage: call("updateCoinPackage"),
    verifyStorePurchase: call("verifyStorePurchase"),
  };
}

/**
 * How the server refused, or null for any other error (no network, a bug of the caller's).
 * Name the call to narrow what it can be: `refusalOf<"likeVideo">(error)`.
 */
export function refusalOf<Name extends CallName = CallName>(error: unknown): RefusalOf<Name> | null {
  if (typeof error !== "object" || error === null || !("details" in error)) return null;
  const details: unknown = error.details;
  if (typeof details !== "object" || details === null || !("error" in details)) return null;
  const name = details.error;
  if (typeof name !== "string" || !Object.hasOwn(CODES, name)) return null;
  return { ...details, code: CODES[name as Refusal["error"]] } as RefusalOf<Name>;
}
