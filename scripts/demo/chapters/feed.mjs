// The feed: several creators, why a card is shown, and what "not interested" changes.
// Needs the stack of the story, and a viewer who is signed up (an adult).

import assert from "node:assert/strict";
import { fire } from "../backstage.mjs";
import { makeClip } from "../clip.mjs";
import { step, tell, took } from "../narrator.mjs";
import { eventually, GROWN_UP, Phone } from "../phone.mjs";

const CREATORS = [
  ["noor", "Salt pans at dawn", ["salt", "sunrise"], "stripes"],
  ["ivo", "A chess opening in a minute", ["chess"], "wheel"],
  ["mei", "Folding a crane", ["paper", "craft"], "haze"],
];

async function publish(phone, caption, hashtags, clip) {
  await phone.signUp();
  const username = `${phone.name}${Date.now() % 1e9}`;
  await phone.call("createUserProfile", { username, displayName: phone.name, ...GROWN_UP });
  const ticket = await phone.call("uploadVideo", { caption, hashtags, visibility: "public" });
  await phone.upload(ticket.storagePath, clip);
  await phone.until(`videos/${ticket.videoId}`, ({ status }) => status === "active");
  return ticket.videoId;
}

/** The feed of `viewer`, a `Phone` that is signed up; the creators' phones are switched off again. */
export async function feed({ viewer }) {
  step("Three creators publish; the feed of someone who follows none of them has all three");
  const phones = CREATORS.map(([name]) => new Phone(name));
  const videos = [];
  for (const [at, [, caption, hashtags, kind]] of CREATORS.entries()) {
    // A clip each of its own: a copy of another's would be recommended to nobody.
    videos.push(await publish(phones[at], caption, hashtags, await makeClip(kind)));
  }
  await viewer.call("followUser", { targetUserId: phones[0].uid });
  // The pool of what is new is made every ten minutes, and an instance keeps it for half a minute.
  await fire("sweepFeedPool");
  const served = new Map();
  let page;
  await eventually(
    async () => {
      // With the cursor of the last one a new session passes over nothing.
      const from = page && { cursor: page.nextCursor, refresh: true };
      page = await viewer.call("getUserFeed", { mode: "chronological", ...from });
      for (const card of page.videos) served.set(card.videoId, card);
      return videos.every((one) => served.has(one));
    },
    { timeoutMs: 120_000, everyMs: 500 },
  );
  const authors = new Set([...served.values()].map((card) => card.username));
  tell(`${served.size} cards of ${authors.size} creators, in a mode that knows no profile (${took()})`);
  for (const card of served.values()) tell(`  @${card.username}: "${card.caption}" (${card.reason})`);

  step("Ranked for the viewer: every card says why it is there");
  const ranked = await eventually(async () => {
    const found = await viewer.call("getUserFeed", { mode: "for_you", limit: 1 });
    return found.videos.length && found;
  });
  const [top] = ranked.videos;
  assert.equal(top.why.length, 3);
  tell(`@${top.username} stands first (${top.reason}), ranked by recipe ${ranked.rankedBy}:`);
  for (const { term, points, about } of top.why) {
    tell(`  ${points >= 0 ? "+" : "−"}${Math.abs(points).toFixed(4)} ${term}${about ? ` (${about})` : ""}`);
  }

  step('"Not interested" changes the page that comes next');
  const rest = videos.filter((one) => one !== top.videoId);
  await viewer.call("markNotInterested", { videoId: rest[0] });
  const shown = [];
  let cursor = ranked.nextCursor;
  for (let more = true; more; ) {
    const next = await viewer.call("getUserFeed", { cursor });
    shown.push(...next.videos.map((card) => card.videoId));
    ({ nextCursor: cursor, hasMore: more } = next);
  }
  assert.ok(!shown.includes(rest[0]), "what was refused is not shown");
  assert.ok(!shown.includes(top.videoId), "what was shown is not shown again");
  tell(`${shown.length} more cards; neither the refused one nor the first is among them`);
  await Promise.all(phones.map((phone) => phone.off()));
}
