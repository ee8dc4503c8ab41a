// A premium slot, and a withdrawal to the local PayPal: from the request to PayPal's own ledger.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { backToNow, documents, fire, letPass } from "../backstage.mjs";
import { step, tell, took } from "../narrator.mjs";
import { eventually, refusal } from "../phone.mjs";

const QUARTER_HOUR_MS = 15 * 60_000;
const dollars = (cents) => `$${(cents / 100).toFixed(2)}`;

async function premium({ creator, admin }) {
  step(`${creator.name} gets a premium slot, and 90 % of what is given to her from now on`);
  await admin.call("initializePremiumSettings");
  const before = await creator.call("getPremiumStatus");
  const { position } = await creator.call("requestPremiumAccount");
  const asked = { userId: creator.uid, action: "assign", slotId: "premium_slot_1", reason: "First in the line" };
  const foreign = await refusal(creator.call("managePremiumAccount", asked));
  await admin.call("managePremiumAccount", asked);
  const { shareBps, slotId } = await creator.call("getPremiumStatus");
  assert.deepEqual([before.shareBps, shareBps, slotId], [5000, 9000, "premium_slot_1"]);
  const { held, free } = await admin.call("getPremiumSlots");
  tell(`number ${position} in the line: ${before.shareBps / 100} % → ${shareBps / 100} %, slots ${held} held, ${free} free`);
  tell(`had she tried it herself: ${foreign.code}`);
}

/** What a month of gifts would have brought: a correction, proposed by one of the staff and approved by another. */
async function earn({ creator, admin, boss }, micro) {
  const proposal = await admin.call("proposeAdjustment", {
    userId: creator.uid,
    account: "earnings",
    amount: micro,
    reason: "Matured earnings for the demo",
    idempotencyKey: randomUUID(),
  });
  const { proposalId, payloadHash } = proposal;
  await boss.call("approveAdjustment", { proposalId, payloadHash, reason: "Seen" });
}

async function prepare(people) {
  const { creator, admin } = people;
  step(`${creator.name} has $100 that she may withdraw, links PayPal and is checked`);
  await earn(people, 100_000_000);
  tell("earned: by a correction of the staff's, under dual control; gifts would mature in 15 days");
  await creator.signInAgain();
  const linked = await creator.call("linkPayPal", { email: `${creator.name}@example.com` });
  tell(`linked: ${linked.hint}; the address is sealed, and this is all anybody is shown of it`);
  const asked = { amount: 3500, payoutMethod: "paypal", idempotencyKey: randomUUID() };
  const early = await refusal(creator.call("requestPayout", asked));
  tell(`too early: ${early.message}`);
  for (const check of ["identity", "tax_form", "sanctions"]) {
    await admin.call("reviewPayoutAccount", {
      userId: creator.uid,
      check,
      outcome: "passed",
      reason: "The stand-in of a KYC provider",
    });
  }
  return asked;
}

async function withdraw({ creator, admin }, asked) {
  step(`${creator.name} withdraws ${dollars(asked.amount)}`);
  const { payoutRequestId, fee, net } = await creator.call("requestPayout", asked);
  const again = await creator.call("requestPayout", asked);
  assert.equal(again.payoutRequestId, payoutRequestId, "the same key is the same withdrawal");
  tell(`reserved at once: fee ${dollars(fee)}, ${dollars(net)} arrive`);
  const { requests } = await admin.call("getPendingPayouts");
  assert.ok(requests.some((one) => one.payoutRequestId === payoutRequestId));
  await admin.call("processPayout", { payoutRequestId, action: "approve", note: "Fine" });
  const mine = async () => {
    const page = await creator.call("getPayoutRequests");
    return page.requests.find((one) => one.payoutRequestId === payoutRequestId);
  };
  await eventually(async () => ["submitted", "paid"].includes((await mine()).status));
  await letPass(QUARTER_HOUR_MS);
  await fire("sweepPayouts");
  await eventually(async () => (await mine()).status === "paid");
  await backToNow();
  const [stored] = (await documents("payoutRequests")).filter((one) => one.userId === creator.uid);
  tell(`${stored.history.map(({ state }) => state).join(" → ")} (${took()})`);
  return { payoutRequestId, net };
}

async function ledgers({ creator }, { payoutRequestId, net }) {
  step("Both ledgers say the same");
  const entries = (await documents("transactions")).filter(
    (one) => one.userId === creator.uid && one.facts?.withdrawalId === payoutRequestId,
  );
  for (const { kind, postings } of entries) {
    const moves = postings.map(({ account, amount }) => `${account} ${amount > 0 ? "+" : ""}${(amount / 1e6).toFixed(2)}`);
    tell(`${kind.padEnd(21)} ${moves.join("   ")}`);
    assert.equal(postings.reduce((sum, { amount }) => sum + amount, 0), 0);
  }
  const paid = entries.flatMap(({ postings }) => postings).filter(({ account }) => account === "ext:paypal");
  assert.deepEqual(paid.map(({ amount }) => amount), [net * 10_000]);
  const month = new Date().toISOString().slice(0, 7);
  const { sha256, csv } = await creator.call("getPayoutStatement", { month });
  assert.ok(csv.includes(payoutRequestId));
  tell(`PayPal has ${dollars(net)}, once; the statement of ${month} is signed over ${sha256.slice(0, 16)}…`);
}

/** `creator` is grown up; `admin` and `boss` are administrators, neither of them the creator. */
export async function payouts(people) {
  await premium(people);
  const asked = await prepare(people);
  await ledgers(people, await withdraw(people, asked));
}
