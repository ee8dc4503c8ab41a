// An erasure ends when no token can be valid any more; then nothing names the person.

import assert from "node:assert/strict";
import { backToNow, documents, fire, letPass, mentions } from "../backstage.mjs";
import { step, tell, took } from "../narrator.mjs";
import { eventually } from "../phone.mjs";

const TOKENS_DIE_MS = 66 * 60_000;

/** `dina` has asked to be erased. An hour passes. */
export async function erasure({ dina }) {
  step("An hour later no sign-in of Dina's is valid: the erasure looks through everything once more");
  const states = await eventually(async () => {
    const found = await documents("erasures");
    return found.some(({ phase }) => phase === "waiting") && found;
  });
  const before = await mentions(dina.uid);
  tell(`the first pass left what keeps her account closed: ${before.join(", ")}`);
  await letPass(TOKENS_DIE_MS);
  await fire("sweepAccounts");
  await eventually(async () => {
    const found = await documents("erasures");
    return found.length === states.length && found.every(({ phase }) => phase === "done");
  });
  await backToNow();
  const left = (await mentions(dina.uid)).filter((path) => !path.startsWith("rl/"));
  assert.deepEqual(left, []);
  tell(`every document there is was read: none names her (${took()})`);
}
