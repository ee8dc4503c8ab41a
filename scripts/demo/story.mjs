// The demo: what the backend does for two people and a stranger, step by step, for real.
// Every step checks what it tells; the first that does not hold ends the story with status 1.

import assert from "node:assert/strict";
import { appoint } from "./backstage.mjs";
import { buyCoins, printLedger, refundAfterSpending } from "./chapters/coins.mjs";
import { analytics, engagement } from "./chapters/engagement.mjs";
import { erasure } from "./chapters/erasure.mjs";
import { feed } from "./chapters/feed.mjs";
import { giveGifts } from "./chapters/gifts.mjs";
import { notifications } from "./chapters/notifications.mjs";
import { payouts } from "./chapters/payouts.mjs";
import { pipeline } from "./chapters/pipeline.mjs";
import { makeClip } from "./clip.mjs";
import { restart, step, tell, took } from "./narrator.mjs";
import { eventually, GROWN_UP, Phone, refusal } from "./phone.mjs";

/** Likes and follows are told together, after ten seconds. */
const SELDOM = { everyMs: 1000 };
const SECRETS = ["+37.7749-122.4194", "Spakphone", "SP-9 Canary"];

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(0)} KB`;
const secretsIn = (bytes) => SECRETS.filter((secret) => bytes.includes(secret));

async function meet() {
  step("Three people sign up; two of them want the same name");
  const [ana, ben, carl] = ["ana", "ben", "carl"].map((name) => new Phone(name));
  await Promise.all([ana, ben, carl].map((phone) => phone.signUp()));
  const name = `lumen${Date.now() % 1e9}`;
  const claims = await Promise.allSettled(
    [ana, carl].map((phone, at) =>
      phone.call("createUserProfile", {
        username: at ? name.toUpperCase() : name,
        displayName: phone.name,
        ...GROWN_UP,
      }),
    ),
  );
  const winners = claims.filter((claim) => claim.status === "fulfilled");
  assert.equal(winners.length, 1, "exactly one claim wins");
  const lost = claims.find((claim) => claim.status === "rejected").reason;
  tell(`"${name}" was claimed twice at once: one got it, the other heard "${lost.details.message}"`);
  for (const [at, phone] of [ana, carl].entries()) {
    if (claims[at].status === "rejected") {
      await phone.call("createUserProfile", { username: `${name}.2`, displayName: phone.name, ...GROWN_UP });
    }
  }
  await ben.call("createUserProfile", { username: `ben${name}`, displayName: "ben", ...GROWN_UP });
  const card = await ana.read(`users/${ana.uid}`);
  const account = await ana.read(`users/${ana.uid}/private/account`);
  assert.equal(account.email, ana.auth.currentUser.email);
  assert.equal((await refusal(ben.read(`users/${ana.uid}/private/account`))).code, "permission-denied");
  tell(`ana is users/${ana.uid} (@${card.username}); her e-mail lies in private/account, hers alone`);
  return { ana, ben, carl };
}

async function follow({ ana, ben }) {
  step("Ben follows Ana");
  const { status } = await ben.call("followUser", { targetUserId: ana.uid });
  await ben.call("followUser", { targetUserId: ana.uid });
  const { followerCount } = await ana.until(`users/${ana.uid}`, (user) => user.followerCount === 1);
  tell(`${status}; asked twice, Ana has ${followerCount} follower (${took()})`);
}

async function publish({ ana, ben }) {
  step("Ana uploads a video, as her phone recorded it");
  const clip = await makeClip("normal");
  assert.equal(secretsIn(clip).length, SECRETS.length);
  tell(`the clip: ${kilobytes(clip.length)}, turned by 90°, and it says where and with what it was made`);
  const ticket = await ana.call("uploadVideo", {
    caption: "First light over the bay",
    hashtags: ["#Sunrise", "bay"],
    visibility: "public",
    idempotencyKey: "story-first-upload",
  });
  const again = await ana.call("uploadVideo", {
    caption: "First light over the bay",
    hashtags: ["#Sunrise", "bay"],
    visibility: "public",
    idempotencyKey: "story-first-upload",
  });
  assert.equal(again.videoId, ticket.videoId);
  tell(`uploadVideo → ${ticket.storagePath} (a retry with the same key got the same)`);
  const stolen = await refusal(ben.upload(ticket.storagePath, clip));
  tell(`Ben may not upload there: ${stolen.code}`);
  restart();
  await ana.upload(ticket.storagePath, clip);
  tell(`uploaded in ${took()}`);

  step("It is probed, transcoded, cleaned and published");
  const states = [];
  const video = await ana.until(`videos/${ticket.videoId}`, ({ media }) => {
    if (media && states.at(-1) !== media.state) states.push(media.state);
    return ["ready", "failed"].includes(media?.state);
  });
  assert.equal(video.media.state, "ready");
  const facts = await ana.read(`videos/${ticket.videoId}/private/media`);
  tell(`${states.join(" → ")} in ${took()}`);
  tell(
    `${facts.original.width}x${facts.original.height} ${facts.original.videoCodec}/` +
      `${facts.original.audioCodec}, ${facts.original.durationMs} ms → ` +
      `${video.media.width}x${video.media.height} h264/aac, ${kilobytes(facts.processed.sizeBytes)}, ` +
      `thumbnail ${kilobytes(facts.thumbnail.sizeBytes)}`,
  );
  return ticket.videoId;
}

async function watch({ ana, ben }, videoId) {
  step("The video is in Ben's feed");
  const [card] = await eventually(async () => {
    const { videos } = await ben.call("getUserFeed", {});
    return videos.length && videos;
  });
  assert.equal(card.videoId, videoId);
  const [video, thumbnail] = await Promise.all([
    ben.download(card.videoPath),
    ben.download(card.thumbnailPath),
  ]);
  assert.deepEqual(secretsIn(video), []);
  assert.deepEqual(secretsIn(thumbnail), []);
  tell(`@${card.username}: "${card.caption}" #${card.hashtags.join(" #")} (${took()})`);
  tell(`he plays ${kilobytes(video.length)}; nothing in it says where or with what it was made`);
  const original = card.videoPath.replace("processed", "original");
  tell(`the original is Ana's alone: ${(await refusal(ben.download(original))).code}`);

  step("Ben likes it, twice, and comments");
  await ben.call("likeVideo", { videoId, action: "like" });
  await ben.call("likeVideo", { videoId, action: "like" });
  await ben.call("commentOnVideo", { videoId, text: "What a morning!" });
  const { likes, comments } = await ana.until(
    `videos/${videoId}`,
    (counted) => counted.likes > 0 && counted.comments > 0,
  );
  assert.deepEqual([likes, comments], [1, 1]);
  tell(`Ana sees ${likes} like and ${comments} comment (${took()})`);
  const expected = ["new_follower", "video_comment", "video_like", "video_published"];
  const inbox = await eventually(async () => {
    const { notifications } = await ana.call("getNotifications", {});
    return expected.every((type) => notifications.some((news) => news.type === type)) && notifications;
  }, SELDOM);
  for (const type of expected) {
    assert.equal(inbox.filter((news) => news.type === type).length, 1, `${type} is told once`);
  }
  for (const { message } of [...inbox].reverse()) tell(`Ana is told: ${message}`);
}

async function join({ ana, carl }, videoId) {
  step("Carl likes it too: what Ana is told grows, and does not repeat itself");
  await carl.call("likeVideo", { videoId, action: "like" });
  const { notifications, unreadCount } = await eventually(async () => {
    const page = await ana.call("getNotifications", {});
    return page.notifications.some(({ actorCount }) => actorCount === 2) && page;
  }, SELDOM);
  const grouped = notifications.filter(({ type }) => type === "video_like");
  assert.equal(grouped.length, 1);
  tell(`Ana is told: ${grouped[0].message} (${took()}; ${unreadCount} unread)`);
}

async function block({ ana, carl }, videoId) {
  step("Ana blocks Carl: for him she is not there any more");
  const before = await carl.call("getVideo", { videoId });
  await ana.call("blockUser", { targetUserId: carl.uid });
  const path = before.videoPath;
  const answers = {
    getProfile: (await refusal(carl.call("getProfile", { userId: ana.uid }))).code,
    getVideo: (await refusal(carl.call("getVideo", { videoId }))).code,
    likeVideo: (await refusal(carl.call("likeVideo", { videoId, action: "like" }))).code,
    commentOnVideo: (await refusal(carl.call("commentOnVideo", { videoId, text: "hi" }))).code,
    "the video's document": (await refusal(carl.read(`videos/${videoId}`))).code,
    "the video's file": (await refusal(carl.download(path))).code,
  };
  const unknown = (await refusal(carl.call("getProfile", { userId: "nobody" }))).code;
  assert.equal(answers.getProfile, unknown, "blocked and unknown are told apart");
  for (const [what, code] of Object.entries(answers)) tell(`${what}: ${code}`);
  tell(`a user who never existed: ${unknown}`);
}

async function withdraw({ ana, ben }, videoId) {
  step("Ana makes her account private; Dina asks to follow");
  const dina = new Phone("dina");
  await dina.signUp();
  await dina.call("createUserProfile", { username: `dina${Date.now()}`, displayName: "dina", ...GROWN_UP });
  await ana.call("setAccountPrivate", { isPrivate: true });
  const refused = (await refusal(dina.call("getVideo", { videoId }))).code;
  const unread = (await refusal(dina.read(`videos/${videoId}`))).code;
  await ben.call("getVideo", { videoId });
  tell(`her public video, for Dina: ${refused}, its document: ${unread}; for Ben, who follows: there`);
  const { status } = await dina.call("followUser", { targetUserId: ana.uid });
  assert.equal(status, "pending");
  await ana.call("acceptFollowRequest", { requesterId: dina.uid });
  const { caption } = await dina.call("getVideo", { videoId });
  tell(`her request is ${status}; Ana accepts, and Dina sees "${caption}" (${took()})`);
  return dina;
}

async function leave({ ana, dina }, videoId) {
  step("Dina likes, comments, and erases her account");
  const counts = await ana.read(`videos/${videoId}`);
  await dina.call("likeVideo", { videoId, action: "like" });
  await dina.call("commentOnVideo", { videoId, text: "I was never here" });
  await ana.until(`videos/${videoId}`, ({ likes, comments }) => likes === counts.likes + 1 && comments === counts.comments + 1);
  const { comments: before } = await ana.call("getVideoComments", { videoId });
  await dina.signInAgain();
  await dina.call("deleteAccount");
  assert.equal((await refusal(ana.call("getProfile", { userId: dina.uid }))).code, "functions/not-found");
  tell(`for Ana she is gone at once; there were ${before.length} comments`);
  const { likes, comments } = await ana.until(
    `videos/${videoId}`,
    (counted) => counted.likes === counts.likes && counted.comments === counts.comments,
  );
  const { comments: left } = await ana.call("getVideoComments", { videoId });
  assert.ok(left.every(({ userId }) => userId !== dina.uid));
  const { followerCount } = await ana.until(`users/${ana.uid}`, (user) => user.followerCount === 1);
  tell(`her like, comment and follow are taken back: ${likes}, ${comments}, ${followerCount} (${took()})`);
}

async function spoil({ ana }) {
  step("Ana uploads a text file named .mp4");
  const { videoId, storagePath } = await ana.call("uploadVideo", { caption: "not a video" });
  await ana.upload(storagePath, await makeClip("text"));
  const { media } = await ana.until(`videos/${videoId}`, (video) =>
    ["ready", "failed"].includes(video.media?.state),
  );
  assert.equal(media.state, "failed");
  const { failure } = await ana.read(`videos/${videoId}/private/media`);
  tell(`${media.state}: ${failure.reason} (${took()})`);
  const told = await eventually(async () => {
    const { notifications } = await ana.call("getNotifications", {});
    return notifications.find((news) => news.type === "video_failed");
  }, SELDOM);
  tell(`Ana is told: ${told.message}`);
}

function invite() {
  const { env } = process;
  console.log(`
That was the story. The stack stays up until Ctrl-C; point an app at it:
   project    ${JSON.parse(env.FIREBASE_CONFIG).projectId}
   auth       ${env.FIREBASE_AUTH_EMULATOR_HOST}
   firestore  ${env.FIRESTORE_EMULATOR_HOST}
   storage    ${env.FIREBASE_STORAGE_EMULATOR_HOST}
   functions  ${env.SPAKTOK_FUNCTIONS_URL.replace("http://", "")}
Next: docs/api.md lists every call; scripts/demo/phone.mjs is a client in 120 lines;
\`make dev\` starts the stack alone; \`make test\` runs every test.`);
}

/** Two of the staff: what moves money takes both. */
async function hire() {
  const staff = ["hana", "hugo"].map((name) => new Phone(name));
  for (const phone of staff) {
    await phone.signUp();
    const username = `${phone.name}${Date.now() % 1e9}`;
    await phone.call("createUserProfile", { username, displayName: phone.name, ...GROWN_UP });
    await appoint(phone, "superadmin");
  }
  return staff;
}

const started = Date.now();
const people = await meet();
const { ana, ben, carl } = people;
await follow(people);
const videoId = await publish(people);
await watch(people, videoId);
await join(people, videoId);
await engagement({ ...people, videoId, hashtag: "sunrise" });
await notifications(people, videoId);
await pipeline({ author: ben, other: carl }, await makeClip("dusk"));
await block(people, videoId);
await spoil(people);
await feed({ viewer: carl });
await analytics({ ana, ben, videoId });
const purchase = await buyCoins({ buyer: ben });
await giveGifts({ giver: ben, creator: ana });
await refundAfterSpending({ buyer: ben, purchase });
await printLedger({ buyer: ben });
const [admin, boss] = await hire();
await payouts({ creator: ana, admin, boss });
people.dina = await withdraw(people, videoId);
await leave(people, videoId);
await erasure(people);
Object.assign(people, { admin, boss });
await Promise.all(Object.values(people).map((phone) => phone.off()));
console.log(`\nEverything held, in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
if (!process.env.ONCE) {
  invite();
  await new Promise((resolve) => {
    const awake = setInterval(() => {}, 1 << 30);
    for (const signal of ["SIGINT", "SIGTERM"]) {
      process.once(signal, () => resolve(clearInterval(awake)));
    }
  });
}
process.exit(0);
