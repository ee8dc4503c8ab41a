"""The API reference and the client package are what the code declares, and they compile."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import reference
from tests.architecture.source import ROOT

CLIENT = ROOT / "clients" / "typescript"
TSC = ROOT / "node_modules" / "typescript" / "lib" / "tsc.js"

USE = """
import type { Functions } from "firebase/functions";
import { refusalOf, spaktok, type Answer, type Liked } from "%(client)s";

declare const functions: Functions;
const api = spaktok(functions);

export async function use(): Promise<boolean> {
  const answer: Answer<Liked> = await api.likeVideo({ videoId: "v", action: "like" });
  const page = await api.getUserFeed();
  const next: string | null = page.data.nextCursor;
  await api.getUserFeed(next === null ? {} : { cursor: next });
  // @ts-expect-error an action is one of two
  await api.likeVideo({ videoId: "v", action: "love" });
  // @ts-expect-error a field is missing
  await api.likeVideo({ videoId: "v" });
  // @ts-expect-error no such field
  await api.getProfile({ userId: "u", name: "x" });
  // @ts-expect-error no such call
  await api.sendMoney({});
  return answer.data.liked;
}

export function explain(error: unknown): string | number {
  const refusal = refusalOf<"likeVideo">(error);
  switch (refusal?.error) {
    case "too-many-requests":
      return refusal.retryAfterMs;
    case "invalid-request":
      return refusal.field;
    // @ts-expect-error liking is never refused for a taken name
    case "username-taken":
      return 0;
    default:
      return refusal?.message ?? "";
  }
}
"""

RUN = """
import { refusalOf, spaktok } from "%(client)s";
const details = { success: false, message: "m", error: "too-many-requests", retryAfterMs: 5 };
console.log(JSON.stringify([
  refusalOf(Object.assign(new Error("m"), { code: "functions/resource-exhausted", details })),
  refusalOf(new Error("offline")),
  refusalOf(null),
  refusalOf({ details: { error: "constructor" } }),
  typeof spaktok,
]));
"""


def node(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def test_what_is_committed_is_what_the_code_declares() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "reference.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_stale_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    monkeypatch.setattr(reference, "_compile", dict)
    assert reference.main(["--check"]) == 1
    said = capsys.readouterr()
    assert "stale: docs/api.md" in said.out
    assert "scripts/reference.py" in said.err
    assert not (tmp_path / "docs").exists()


def test_a_client_compiles_against_it_and_mistakes_do_not() -> None:
    place = CLIENT / "use.check.ts"
    place.write_text(USE % {"client": "./src/index.js"})
    try:
        settings = json.loads((CLIENT / "tsconfig.json").read_text())["compilerOptions"]
        options = [
            part
            for name, value in settings.items()
            if name not in ("rootDir", "outDir", "declaration", "types", "lib")
            for part in (f"--{name}", str(value).lower())
        ]
        done = node(str(TSC), "--noEmit", "--lib", "ES2022,DOM", *options, str(place))
    finally:
        place.unlink()
    assert done.returncode == 0, done.stdout


def test_the_committed_build_runs_in_node() -> None:
    client = (CLIENT / "dist" / "index.js").as_uri()
    done = node("--input-type=module", "--eval", RUN % {"client": client})
    assert done.returncode == 0, done.stderr
    refusal, offline, nothing, odd, kind = json.loads(done.stdout)
    assert refusal["code"] == "resource-exhausted"
    assert refusal["retryAfterMs"] == 5
    assert (offline, nothing, odd, kind) == (None, None, None, "function")


def test_every_call_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    import main

    for names in main.FUNCTIONS.values():
        for name in names:
            assert f"### {name}\n" in text or f"| `{name}` |" in text
