// The generated client package, against the running functions.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { refusalOf, spaktok } from "../../clients/typescript/dist/index.js";
import { GROWN_UP, Phone } from "../../scripts/demo/phone.mjs";

const phone = new Phone("ana");
const api = spaktok(phone.functions);
const username = `ana${Date.now()}`;

before(() => phone.signUp());
after(() => phone.off());

async function refused(attempt) {
  const refusal = await attempt.then(() => null, refusalOf);
  assert.ok(refusal, "this should have been refused");
  return refusal;
}

test("a call answers its data, out of the envelope, with a sentence beside it", async () => {
  const { data, message } = await api.createUserProfile({ username, displayName: "Ana", ...GROWN_UP });
  assert.deepEqual(data, { userId: phone.uid, username });
  assert.equal(message, "Profile created");
});

test("what was written can be read through another call", async () => {
  const { data } = await api.getProfile({ userId: phone.uid });
  assert.equal(data.username, username);
  assert.equal(data.isOwner, true);
  assert.match(data.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test("a refusal is typed, with its code and its facts", async () => {
  const refusal = await refused(api.getProfile({ userId: "a/b" }));
  assert.equal(refusal.error, "invalid-request");
  assert.equal(refusal.code, "invalid-argument");
  assert.equal(refusal.field, "userId");
});

test("the same key with another body is a conflict", async () => {
  const idempotencyKey = `key-${Date.now()}`;
  const first = await api.uploadVideo({ caption: "one", idempotencyKey });
  const again = await api.uploadVideo({ caption: "one", idempotencyKey });
  assert.deepEqual(again.data, first.data);
  const refusal = await refused(api.uploadVideo({ caption: "two", idempotencyKey }));
  assert.equal(refusal.error, "key-reused");
});

test("an error that is not the server's is not taken for a refusal", () => {
  assert.equal(refusalOf(new TypeError("a bug")), null);
});
