// Coins: bought on a page of the local Stripe, credited by its webhook, and refunded after they were spent.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { restart, step, tell, took } from "../narrator.mjs";

const dollars = (cents) => `$${(cents / 100).toFixed(2)}`;
const money = (micro) => `$${(micro / 1e6).toFixed(6)}`;

/** What a person does on the page: a card number, and the button. */
async function payOn(page, card) {
  const answer = await fetch(page, { method: "POST", body: new URLSearchParams({ card }) });
  return { status: answer.status, ...(await answer.json()) };
}

/** What the dashboard and the banks do. */
async function atStripe(what, about = {}) {
  const url = new URL(`/local/${what}`, process.env.SPAKTOK_STRIPE_URL);
  const posted = { method: "POST", body: new URLSearchParams(about) };
  const answer = await fetch(url, what === "ledger" ? {} : posted);
  assert.equal(answer.status, 200, `${what}: ${await answer.clone().text()}`);
  return answer.json();
}

/** Buys 1,010 coins; the purchase, as its buyer may read it. */
export async function buyCoins({ buyer }) {
  step(`${buyer.name} buys coins with a local Stripe checkout`);
  const { packages } = await buyer.call("getCoinPackages");
  const wanted = packages.find((one) => one.isPopular);
  tell(`${packages.length} packages; the popular one: ${wanted.totalCoins} coins for ${dollars(wanted.priceUsd)}`);
  const order = { packageId: wanted.packageId, idempotencyKey: `buy-${randomUUID()}` };
  const started = await buyer.call("purchaseCoins", order);
  const again = await buyer.call("purchaseCoins", order);
  assert.equal(again.checkoutUrl, started.checkoutUrl);
  tell("purchaseCoins → a page to pay on (a retry with the same key got the same page)");
  const { purchaseId } = started;
  const nudge = await buyer.call("confirmCoinPurchase", { purchaseId });
  assert.deepEqual([nudge.status, nudge.coinsAdded], ["pending", 0]);
  tell("saying that it is paid, before it is: still pending, and no coins");
  const declined = await payOn(started.checkoutUrl, "4000000000000002");
  assert.equal(declined.status, 402);
  tell(`a bad card: ${declined.error.message}`);
  restart();
  const paid = await payOn(started.checkoutUrl, "4242424242424242");
  assert.equal(paid.payment_status, "paid");
  const purchase = await buyer.until(`coinPurchases/${purchaseId}`, (one) => one.status === "completed");
  const wallet = await buyer.read(`users/${buyer.uid}/wallet/summary`);
  const lot = wallet.lots.find((one) => one.netMicro > 0);
  tell(`paid; the signed webhook credited ${purchase.totalCoins} coins in ${took()}`);
  tell(`the lot stands for ${money(lot.netMicro)}: the price less Stripe's own fee`);
  return purchase;
}

/** After the coins were spent: the payment is refunded at Stripe. */
export async function refundAfterSpending({ buyer, purchase }) {
  step(`${buyer.name}'s purchase is refunded at Stripe, after coins of it were spent`);
  const path = `users/${buyer.uid}/wallet/summary`;
  const before = await buyer.read(path);
  restart();
  await atStripe("refund", { payment_intent: purchase.paymentIntentId });
  await buyer.until(`coinPurchases/${purchase.purchaseId}`, (one) => one.status === "refunded");
  const after = await buyer.read(path);
  assert.ok(after.debt > 0, "what was spent is owed");
  tell(`${before.coins - after.coins} unspent coins burnt; what was spent is a debt: ${money(after.debt)} (${took()})`);
  const { balance, lines } = await atStripe("ledger");
  tell(`Stripe's own ledger has ${lines.length} lines and ends at ${dollars(balance)}`);
  return after;
}

/** Print the buyer's part of the ledger. */
export async function printLedger({ buyer }) {
  step(`${buyer.name}'s ledger, newest first`);
  const history = await buyer.call("getTransactionHistory", { limit: 20 });
  for (const entry of history.transactions) tell(JSON.stringify(entry));
  return history;
}
