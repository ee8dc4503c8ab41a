// Many who do the same are told as one, and a night is told in the morning.

import assert from "node:assert/strict";
import { backToNow, documents, fire, letPass } from "../backstage.mjs";
import { step, tell, took } from "../narrator.mjs";
import { eventually, GROWN_UP, Phone } from "../phone.mjs";

const SELDOM = { everyMs: 1000 };
const HOUR_MS = 3_600_000;
const ZONE = "America/New_York";
const NIGHT = { start: "22:00", end: "07:00", zone: ZONE };

/** Three fans of `ana`'s like her video `videoId`; then she sleeps, and is told in the morning. */
export async function notifications({ ana }, videoId) {
  const fans = await gather();
  await ana.call("registerFcmToken", { token: `ana-${ana.uid}-0123456789`, platform: "ios", locale: "en" });

  step("Three more like Ana's video: she is told once, and her phone shows how much is unread");
  for (const fan of fans) await fan.call("likeVideo", { videoId, action: "like" });
  const page = await eventually(async () => {
    const found = await ana.call("getNotifications", {});
    const liked = found.notifications.filter(({ type }) => type === "video_like");
    assert.ok(liked.length <= 1, "likes of one video are one entry");
    return liked[0]?.actorIds[0] === fans[2].uid && { ...found, liked: liked[0] };
  }, SELDOM);
  assert.match(page.liked.message, / and \d+ others? liked your video$/);
  tell(`in her inbox: ${page.liked.message} (${took()})`);
  const pushed = await eventually(async () => (await pushes(page.liked.notificationId)).at(-1), SELDOM);
  assert.equal(pushed.notification.body, page.liked.message);
  tell(`on her phone: the same, with a ${pushed.apns.payload.aps.badge} on the app's icon`);
  const { reason, setting } = await ana.call("explainNotification", {
    notificationId: page.liked.notificationId,
  });
  tell(`why she hears of it: ${reason}, by the setting ${setting}`);

  step("Ana's quiet hours are 22 to 7; it is 23 in New York, and her fans comment");
  await ana.call("updateNotificationSettings", { quietHours: NIGHT, timeZone: ZONE });
  const bedtime = untilNewYork(23);
  await letPass(bedtime);
  const before = (await documents("localPushes")).length;
  for (const fan of fans) await fan.call("commentOnVideo", { videoId, text: "Good night!" });
  const night = await eventually(async () => {
    const { notifications: all } = await ana.call("getNotifications", {});
    const said = all.filter(({ type, actorId }) => type === "video_comment" && isFan(fans, actorId));
    return said.length === fans.length && said;
  }, SELDOM);
  for (const { message } of night) tell(`in her inbox: ${message}`);
  const { delivery, heldUntil } = await ana.call("explainNotification", {
    notificationId: night[0].notificationId,
  });
  assert.equal(delivery, "held.quietHours");
  assert.equal((await documents("localPushes")).length, before, "nothing is pushed at night");
  tell(`on her phone: nothing, ${delivery} until ${heldUntil}`);

  step("Seven in the morning: the night comes in one push");
  await letPass(bedtime + 8 * HOUR_MS + 3 * 60_000);
  await fire("sweepOutbox");
  const digest = await eventually(async () => (await pushes()).find(({ data }) => data.type === "digest"), SELDOM);
  assert.equal((await documents("localPushes")).length, before + 1);
  tell(`on her phone: ${digest.notification.body} (${took()})`);
  await backToNow();
  await ana.call("updateNotificationSettings", { quietHours: null });
  await Promise.all(fans.map((fan) => fan.off()));
}

async function gather() {
  const fans = ["emil", "fia", "gus"].map((name) => new Phone(name));
  await Promise.all(
    fans.map(async (fan) => {
      await fan.signUp();
      const username = `${fan.name}${Date.now() % 1e9}`;
      await fan.call("createUserProfile", { username, displayName: fan.name, ...GROWN_UP });
    }),
  );
  return fans;
}

const isFan = (fans, uid) => fans.some((fan) => fan.uid === uid);

/** What was sent to phones: locally it is written down instead. */
async function pushes(notificationId) {
  const sent = (await documents("localPushes")).filter(({ message }) => message).sort((a, b) => (a.at < b.at ? -1 : 1));
  const messages = sent.map(({ message }) => JSON.parse(message));
  return messages.filter(({ data }) => !notificationId || data.notificationId === notificationId);
}

/** How long it is until the clock in New York next shows this full hour. */
function untilNewYork(hour) {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: ZONE,
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
  }).formatToParts(Date.now());
  const at = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  const hours = (hour - at.hour + 24) % 24 || 24;
  return hours * HOUR_MS - (at.minute * 60 + at.second) * 1000 + 60_000;
}
