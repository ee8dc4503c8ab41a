// An erasure ends when no token can be valid any more; then nothing names the person.

import assert from "node:assert/strict";
import { backToNow, documents, fire, letPass, mentions } from "../backstage.mjs";
import { step, tell, took } from "../narrator.mjs";
import { eventually } from "../phone.mjs";

const TOKENS_DIE_MS = 66 * 60_000;
/** What the stand-ins for FCM and the mail server sent: it is on others' phones by now, and in no database. */
const SENT = /^local(Pushes|Mails)\//;

/** `dina` has asked to be erased. An hour passes. */
export async function erasure({ dina }) {
  step("An hour later no sign-in of Dina's is valid: the erasure looks through everything once more");
  const counted = async (phase) => (await documents("erasures")).filter((one) => one.phase === phase).length;
  const done = await counted("done");
  const waiting = await eventually(() => counted("waiting"));
  const before = await mentions(dina.uid);
  tell(`the first pass left what keeps her account closed: ${before.join(", ")}`);
  await letPass(TOKENS_DIE_MS);
  await fire("sweepAccounts");
  await eventually(async () => (await counted("done")) === done + waiting);
  await backToNow();
  assert.deepEqual((await mentions(dina.uid)).filter((path) => !SENT.test(path)), []);
  tell(`every document there is was read: none names her (${took()})`);
}
