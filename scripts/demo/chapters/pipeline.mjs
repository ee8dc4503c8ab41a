// Publishing: a draft that waits, a copy that is recognised, and what the gate says.

import assert from "node:assert/strict";

import { step, tell, took } from "../narrator.mjs";
import { eventually, refusal } from "../phone.mjs";

/** Upload a clip and wait until it stands somewhere; its document. */
async function uploaded(phone, clip, request) {
  const ticket = await phone.call("uploadVideo", request);
  await phone.upload(ticket.storagePath, clip);
  const video = await phone.until(
    `videos/${ticket.videoId}`,
    ({ media, status }) => ["ready", "failed"].includes(media?.state) && status !== "processing",
  );
  assert.equal(video.media.state, "ready");
  return video;
}

/**
 * `author` and `other` are Phones with profiles, neither of whom blocks the other; `clip` is a clip
 * that `author` has not uploaded yet.
 */
export async function pipeline({ author, other }, clip) {
  step("A draft waits for its owner");
  const draft = await uploaded(author, clip, { caption: "Evening over the bay", draft: true });
  assert.equal(draft.status, "draft");
  tell(`processed and judged, it is a draft (${took()})`);
  tell(`for others there is nothing: ${(await refusal(other.call("getVideo", { videoId: draft.videoId }))).code}`);
  const published = await author.call("publishVideo", { videoId: draft.videoId });
  assert.equal(published.status, "active");
  const seen = await other.call("getVideo", { videoId: draft.videoId });
  tell(`published with a tap; ${seen.renditions.length} rendition(s), ${seen.renditions.map(
    ({ width, height, codec, bitrate }) => `${width}x${height} ${codec} at ${Math.round(bitrate / 1000)} kbit/s`,
  ).join(", ")}`);

  step("The same clip from somebody else is recognised");
  const copy = await uploaded(other, clip, { caption: "Mine, honestly" });
  const facts = await other.read(`videos/${copy.videoId}/private/media`);
  assert.equal(facts.isCopy, true);
  assert.ok(!JSON.stringify(facts).includes(draft.videoId), "and not whose it is");
  assert.equal(copy.recommendable, false);
  const told = await eventually(async () => {
    const { notifications } = await other.call("getNotifications", {});
    return notifications.find(({ type }) => type === "video_duplicate");
  });
  tell(`it is up, and not recommended; its owner is told: ${told.message} (${took()})`);

  step("The gate holds back what it must");
  const flagged = await uploaded(author, clip, { caption: "spaktok-test-review: who wants to see this?" });
  assert.deepEqual([flagged.status, flagged.moderationStatus], ["review", "flagged"]);
  const hidden = await refusal(other.call("getVideo", { videoId: flagged.videoId }));
  tell(`the stand-in's planted word: ${flagged.moderationStatus}; for others ${hidden.code}`);
  await author.call("deleteVideo", { videoId: flagged.videoId });
  const gone = await refusal(author.call("getVideo", { videoId: flagged.videoId }));
  tell(`deleted, it is gone for its owner too: ${gone.code}`);
  return draft.videoId;
}
