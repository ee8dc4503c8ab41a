// Sample clips, made on the spot by the packaged ffmpeg; none is in the repository.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The bytes of a clip of that kind (`python scripts/demo/clips.py --list` names them). */
export async function makeClip(kind) {
  const folder = await mkdtemp(join(tmpdir(), "clip-"));
  const out = join(folder, "clip.mp4");
  try {
    await promisify(execFile)(join(root, ".venv/bin/python"), [
      join(root, "scripts/demo/clips.py"),
      "--kind",
      kind,
      "--out",
      out,
    ]);
    return await readFile(out);
  } finally {
    await rm(folder, { recursive: true });
  }
}
