// What a client meets when it asks for what it may not have.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { makeClip } from "../../scripts/demo/clip.mjs";
import { GROWN_UP, Phone, refusal } from "../../scripts/demo/phone.mjs";

let ana;
let guest;
let clip;

before(async () => {
  ana = new Phone("ana");
  guest = new Phone("guest");
  await ana.signUp();
  await ana.call("createUserProfile", {
    username: `ana${Date.now()}`,
    displayName: "Ana",
    ...GROWN_UP,
  });
  clip = await makeClip("small");
});

after(() => Promise.all([ana.off(), guest.off()]));

test("a call without a sign-in is refused in the envelope", async () => {
  const { code, details } = await refusal(guest.call("getUserFeed"));
  assert.equal(code, "functions/unauthenticated");
  assert.deepEqual(details, {
    success: false,
    data: null,
    message: "Authentication required",
    error: "authentication-required",
  });
});

test("a validation error names the field and the rule", async () => {
  const { code, details } = await refusal(ana.call("likeVideo", { videoId: "v1" }));
  assert.equal(code, "functions/invalid-argument");
  assert.equal(details.error, "invalid-request");
  assert.equal(details.field, "action");
});

test("an unknown field is refused by name", async () => {
  const { details } = await refusal(ana.call("getUserFeed", { uid: "somebody" }));
  assert.equal(details.field, "uid");
});

test("an account without a profile is told to make one", async () => {
  const { code, details } = await refusal(
    (async () => {
      await guest.signUp();
      return guest.call("getUserFeed");
    })(),
  );
  assert.equal(code, "functions/failed-precondition");
  assert.equal(details.error, "profile-required");
});

test("an upload must go where it was issued, as what it is, and once", async () => {
  const { storagePath } = await ana.call("uploadVideo", { caption: "once" });
  const unauthorized = "storage/unauthorized";
  const attempts = {
    "another's path": guest.upload(storagePath, clip),
    "a wrong content type": ana.upload(storagePath, clip, "image/jpeg"),
    "an id that was never issued": ana.upload(
      `videos/${ana.uid}/never-issued/original.mp4`,
      clip,
    ),
    "another name": ana.upload(storagePath.replace("original", "processed"), clip),
  };
  // All are waited for at once: one that is refused before its turn would be refused to nobody.
  await Promise.all(
    Object.entries(attempts).map(async ([what, attempt]) =>
      assert.equal((await refusal(attempt)).code, unauthorized, what),
    ),
  );
  await ana.upload(storagePath, clip);
  assert.equal((await refusal(ana.upload(storagePath, clip))).code, unauthorized, "a second time");
  assert.deepEqual(await ana.download(storagePath), clip, "the owner reads the original");
});

test("no client writes what the server owns", async () => {
  const { doc, setDoc, updateDoc } = await import("firebase/firestore");
  const own = doc(ana.firestore, `users/${ana.uid}`);
  assert.equal((await refusal(updateDoc(own, { isVerified: true }))).code, "permission-denied");
  const like = doc(ana.firestore, `videoLikes/${ana.uid}_v1`);
  assert.equal((await refusal(setDoc(like, { userId: ana.uid }))).code, "permission-denied");
});
