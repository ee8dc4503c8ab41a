// Gifts: the price and the creator's net before they are sent, a combo, ten seconds to think again.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { placeGifts } from "../backstage.mjs";
import { restart, step, tell, took } from "../narrator.mjs";
import { eventually, refusal } from "../phone.mjs";

const DAY_MS = 24 * 60 * 60 * 1000;
const HELD_DAYS = 14;
const money = (micro) => `$${(micro / 1e6).toFixed(6)}`;

/** When what was earned on a day can be withdrawn. */
const maturesOn = (day) => new Date(Date.parse(day) + (1 + HELD_DAYS) * DAY_MS).toISOString().slice(0, 10);

async function quote(giver, creator) {
  step(`${giver.name} opens the gifts on ${creator.name}'s profile`);
  const { version, gifts } = await giver.call("getGiftCatalog");
  const cheapest = gifts[0];
  const dearest = gifts.reduce((most, gift) => (gift.coinCost > most.coinCost ? gift : most));
  const kinds = `${cheapest.name} for ${cheapest.coinCost} to ${dearest.name} for ${dearest.coinCost} coins`;
  tell(`version ${version}: ${gifts.length} gifts, ${kinds}`);
  assert.equal((await giver.call("getGiftCatalog", { knownVersion: version })).isUnchanged, true);
  const wanted = gifts.find(({ giftId }) => giftId === "heart");
  const asked = { giftId: wanted.giftId, receiverId: creator.uid };
  await placeGifts();
  const [picture, moving] = await Promise.all([wanted.imageUrl, wanted.animationUrl].map((path) => giver.download(path)));
  const { op: frames, fr: rate } = JSON.parse(moving);
  assert.equal(frames / rate, wanted.durationMs / 1000);
  tell(`${wanted.name}: a picture of ${picture.length} bytes, and a Lottie animation of ${frames / rate} s`);
  const shown = await giver.call("quoteGift", asked);
  assert.equal(shown.coins, wanted.coinCost);
  tell(
    `before anything is sent: ${shown.coins} coins (${money(shown.priceUsdMicro)}); of the ` +
      `${money(shown.netUsdMicro)} that are left of what was paid, ${money(shown.creatorUsdMicro)} are the creator's`,
  );
  const own = await refusal(giver.call("quoteGift", { ...asked, receiverId: giver.uid }));
  tell(`a gift to oneself: ${own.message}`);
  const unknown = await refusal(giver.call("undoGift", { transactionId: "never-was" }));
  assert.equal(unknown.code, "functions/not-found");
  return { ...asked, quote: shown.quote };
}

async function combo(giver, asked) {
  step(`${giver.name} sends a combo, and takes one gift of it back`);
  restart();
  const receipts = [];
  for (let number = 0; number < 4; number += 1) {
    const gift = { ...asked, quantity: 3, idempotencyKey: randomUUID() };
    const receipt = await giver.call("sendGift", gift);
    assert.deepEqual(await giver.call("sendGift", gift), receipt, "a repeat gives nothing twice");
    receipts.push(receipt);
  }
  const counts = receipts.map(({ comboCount, comboMultiplier }) => `${comboCount} (×${comboMultiplier})`);
  tell(`one animation, four entries: ${counts.join(", ")} in ${took()}; every retry got the same receipt`);
  assert.equal(new Set(receipts.map(({ comboId }) => comboId)).size, 1);
  assert.equal(new Set(receipts.map(({ coins }) => coins)).size, 1, "a multiplier costs nothing");
  const last = receipts.at(-1);
  const undone = await giver.call("undoGift", { transactionId: last.transactionId });
  assert.equal(undone.balance, last.balance + last.coins);
  const again = await giver.call("undoGift", { transactionId: last.transactionId });
  assert.deepEqual(again, undone);
  tell(`the last one is taken back within ten seconds: ${undone.coins} coins return, ${undone.balance} in all`);
  const { gifts } = await giver.call("getGiftHistory", { type: "sent" });
  const [lastOne, ...others] = gifts.slice(0, 4).map(({ status }) => status);
  assert.equal(lastOne, "refunded");
  // Those of the last ten seconds are pending: a slow machine has taken longer than that.
  assert.ok(others.every((status) => ["pending", "completed"].includes(status)), others.join());
  tell(`the history calls it ${lastOne}, and the others ${[...new Set(others)].join(" and ")}`);
  return receipts.slice(0, 3);
}

async function arrive(giver, creator, kept) {
  step(`${creator.name} sees the gifts, and what they will be worth when`);
  restart();
  const coins = kept.reduce((sum, receipt) => sum + receipt.coins, 0);
  const seen = await creator.until(
    `users/${creator.uid}/broadcast/current`,
    (picture) => picture.coins === coins && picture.topGifters?.[0]?.userId === giver.uid,
  );
  tell(`one document a second tells it all: ${seen.gifts} gifts, ${seen.coins} points, top gifter ${giver.name} (${took()})`);
  const net = kept.reduce((sum, receipt) => sum + receipt.netUsdMicro, 0);
  const { earnings } = await creator.until(`users/${creator.uid}/wallet/summary`, (wallet) => {
    const pending = Object.values(wallet.earnings?.pendingByDay ?? {});
    return pending.reduce((sum, micro) => sum + micro, 0) > 0 && pending.length === 1;
  });
  const [[day, pending]] = Object.entries(earnings.pendingByDay);
  assert.ok(pending <= net, "never more than was paid");
  tell(`pending: ${money(pending)}, to be withdrawn from ${maturesOn(day)} on; available now: ${money(earnings.available)}`);
  const { gifts } = await creator.call("getGiftHistory", { type: "received" });
  assert.equal(gifts.filter(({ status }) => status !== "refunded").length, kept.length);
  const foreign = await refusal(giver.read(`users/${creator.uid}/broadcast/current`));
  tell(`for ${giver.name} that document is ${foreign.code}: what somebody earns is nobody else's business`);
}

async function hide(giver, creator, asked) {
  step(`${giver.name} gives once more, anonymously`);
  await giver.call("sendGift", { ...asked, isAnonymous: true, idempotencyKey: randomUUID() });
  const [newest] = await eventually(async () => {
    const { gifts } = await creator.call("getGiftHistory", { type: "received" });
    return gifts[0].isAnonymous && gifts;
  });
  assert.deepEqual([newest.userId, newest.username], [null, null]);
  tell(`${creator.name} sees ${newest.quantity} ${newest.giftName}, from nobody`);
}

/** `giver` has coins that were bought; `creator` takes gifts of everyone. */
export async function giveGifts({ giver, creator }) {
  const asked = await quote(giver, creator);
  const kept = await combo(giver, asked);
  await arrive(giver, creator, kept);
  await hide(giver, creator, asked);
}
