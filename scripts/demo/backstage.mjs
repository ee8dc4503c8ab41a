// What no phone can do: let time pass, play Cloud Scheduler's part, and look behind the rules.
// All of it works against the local stack alone.

import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const { env } = process;
const root = fileURLToPath(new URL("../..", import.meta.url));
const project = JSON.parse(env.FIREBASE_CONFIG).projectId;
const REGION = env.SPAKTOK_REGION ?? "us-central1";

/** Put the clock of the functions ahead of the machine's; tokens and rules keep the machine's. */
export async function letPass(milliseconds) {
  await writeFile(env.SPAKTOK_CLOCK_AHEAD_FILE, String(milliseconds / 1000));
}

/** Back to the machine's time. */
export async function backToNow() {
  await rm(env.SPAKTOK_CLOCK_AHEAD_FILE, { force: true });
}

/** Start a scheduled function, as Cloud Scheduler would: locally nothing does so by itself. */
export async function fire(schedule) {
  const url = `${env.SPAKTOK_FUNCTIONS_URL}/functions/projects/${project}/triggers/${REGION}-${schedule}-0`;
  const answer = await fetch(url, { method: "POST" });
  if (!answer.ok) throw new Error(`${schedule}: HTTP ${answer.status}`);
}

/** Put the gifts' pictures into Storage, as whoever deploys does; what that says. */
export async function placeGifts() {
  const command = [join(root, "scripts/giftart/upload.py")];
  const { stdout } = await promisify(execFile)(join(root, ".venv/bin/python"), command);
  return stdout.trim();
}

/** Make somebody part of the staff. The first administrator of a project is always made from behind. */
export async function appoint({ uid }, role) {
  const roles = { arrayValue: { values: [{ stringValue: "user" }, { stringValue: role }] } };
  const path = `documents/security/${uid}?updateMask.fieldPaths=roles&currentDocument.exists=true`;
  await firestore(path, { fields: { roles } }, "PATCH");
}

/** The documents of a collection, whatever the rules say, as plain objects. */
export async function documents(collection) {
  const { documents: found = [] } = await firestore(`documents/${collection}?pageSize=300`);
  return found.map(({ fields }) => plain({ mapValue: { fields } }));
}

/** The path of every document whose id, path or content holds a text. All is read. */
export async function mentions(text, below = "") {
  const found = [];
  const place = below ? `documents/${below}` : "documents";
  const { collectionIds = [] } = await firestore(`${place}:listCollectionIds`, {});
  for (const id of collectionIds) {
    const path = below ? `${below}/${id}` : id;
    const query = "pageSize=300&showMissing=true";
    const { documents: page = [] } = await firestore(`documents/${path}?${query}`);
    for (const { name, fields } of page) {
      const at = name.split("/documents/")[1];
      if (JSON.stringify([at, fields ?? {}]).includes(text)) found.push(at);
      found.push(...(await mentions(text, at)));
    }
  }
  return found;
}

async function firestore(path, body, method = body ? "POST" : "GET") {
  const url = `http://${env.FIRESTORE_EMULATOR_HOST}/v1/projects/${project}/databases/(default)/${path}`;
  const answer = await fetch(url, {
    method,
    headers: { Authorization: "Bearer owner", "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
  return answer.json();
}

function plain(value) {
  const [kind] = Object.keys(value);
  if (kind === "mapValue") {
    const fields = Object.entries(value.mapValue.fields ?? {});
    return Object.fromEntries(fields.map(([name, one]) => [name, plain(one)]));
  }
  if (kind === "arrayValue") return (value.arrayValue.values ?? []).map(plain);
  if (kind === "integerValue") return Number(value.integerValue);
  return value[kind];
}
