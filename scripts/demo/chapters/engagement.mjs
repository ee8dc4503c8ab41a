// Engagement: a thread with a pinned comment, what was watched, and what its owner learns of it.

import assert from "node:assert/strict";
import { fire } from "../backstage.mjs";
import { step, tell, took } from "../narrator.mjs";
import { eventually, refusal } from "../phone.mjs";

/**
 * Ana has a public video (`videoId`) with the hashtag (`hashtag`), which Ben and Carl may see.
 * Ana, Ben and Carl are phones with a profile.
 */
export async function engagement({ ana, ben, carl, videoId, hashtag }) {
  step("Ben and Carl watch, as their apps report it: many plays in one call");
  const plays = [30, 30, 2].map((watchTime) => ({ videoId, watchTime, source: "feed" }));
  const key = `views-${Date.now()}`;
  for (const phone of [ben, ben, carl]) {
    const { recorded } = await phone.call("recordVideoViews", { plays, idempotencyKey: key });
    assert.equal(recorded, plays.length);
  }
  await ana.call("recordVideoViews", { plays, idempotencyKey: key });
  tell(`4 reports, one of them sent twice and one Ana's own: each is one write (${took()})`);

  step("A thread, and what Ana makes of it");
  await ana.call("updateCommentFilters", { words: ["cheap pills"] });
  const { commentId } = await ben.call("commentOnVideo", { videoId, text: "Where is this?" });
  await ana.call("commentOnVideo", { videoId, text: "Lisbon!", parentCommentId: commentId });
  // Her videos hear of a new word by a task; until then a comment is as it was before.
  const spam = await eventually(
    async () => {
      const said = await carl.call("commentOnVideo", { videoId, text: "CHEAP  p.i.l.l.s? Cheap pills" });
      if (said.moderationStatus === "held") return said;
      await carl.call("deleteComment", { commentId: said.commentId });
      return null;
    },
    { everyMs: 1_000 },
  );
  await ana.call("pinComment", { commentId, action: "pin" });
  for (let time = 0; time < 3; time += 1) {
    await carl.call("likeComment", { commentId, action: "like" });
  }
  const { comments } = await eventually(async () => {
    const page = await carl.call("getVideoComments", { videoId });
    return page.comments[0]?.likes === 1 && page.comments[0]?.replies === 1 && page;
  });
  assert(comments[0].isPinned);
  const seenByBen = (await ben.call("getVideoComments", { videoId })).comments;
  assert(!seenByBen.some((comment) => comment.commentId === spam.commentId));
  const { comments: answers } = await carl.call("getCommentReplies", { commentId });
  tell(`pinned: "${comments[0].text}", 1 like (tapped three times), answered "${answers[0].text}"`);
  tell(`held for Ana, and seen by nobody else: "${spam.commentId.slice(0, 6)}…", by a word on her list`);

  step("Carl shares and saves; the link does not say who shared it");
  const { shareUrl } = await carl.call("shareVideo", { videoId, shareMethod: "copy_link" });
  assert(!shareUrl.includes(carl.uid) && !shareUrl.includes(videoId));
  const target = await ben.call("resolveDeepLink", { link: shareUrl });
  assert.equal(target.videoId, videoId);
  await carl.call("saveVideo", { videoId, action: "save" });
  const { videos: saved } = await carl.call("getSavedVideos", {});
  tell(`${shareUrl} opens the video for Ben; Carl has ${saved.length} saved, which is his alone to know`);

  step("The page of a hashtag, and a search with a slip");
  const page = await ben.call("getVideosByHashtag", { hashtag, order: "recent" });
  assert(page.videos.some((video) => video.videoId === videoId));
  const slipped = `${hashtag.slice(0, -2)}${hashtag.at(-1)}${hashtag.at(-2)}`;
  const found = await eventually(async () => {
    const { videos } = await ben.call("searchVideos", { query: slipped });
    return videos.some((video) => video.videoId === videoId) && videos;
  });
  tell(`#${hashtag}: ${page.videos.length} video(s); "${slipped}" finds ${found.length} all the same`);
}

/** What is counted is what was reported a while ago: told later in the story, when nobody has to wait. */
export async function analytics({ ana, ben, videoId }) {
  step("What Ana is told of how it is watched");
  const told = await eventually(
    async () => {
      await fire("countViews");
      const sums = await ana.call("getVideoAnalytics", { videoId });
      return sums.plays >= 9 && sums;
    },
    { timeoutMs: 180_000, everyMs: 5_000 },
  );
  assert.equal(told.plays, 9, "the repeated report counts once");
  const stranger = await refusal(ben.call("getVideoAnalytics", { videoId }));
  assert.equal(stranger.details.error, "not-found");
  tell(`${told.plays} plays, ${told.engagedViews} engaged views: one a person, and none of Ana's own`);
  tell(`watched for ${(told.watchTimeMs / 1000).toFixed(0)} s; no breakdown of so few people`);
  tell("Ben asks for the same and hears that there is no such thing");
}
