"""A scheduled function has one stream of messages, which is enough, and not the five of a client."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from stack.suite import PRELOADED

LISTENING = Path(__file__).with_name("listens_to_a_topic.cjs")


def streams(*preloaded: Path) -> int:
    """How many were open when the message came."""
    options = [part for path in preloaded for part in ("--require", str(path))]
    command = ["node", *options, LISTENING]
    ran = subprocess.run(
        command,
        env={**os.environ, "METADATA_SERVER_DETECTION": "none"},  # there is none to look for
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    seen = json.loads(ran.stdout)
    assert seen["said"] == "it is due"
    return int(seen["opened"])


def test_a_topic_is_listened_to_by_one_stream() -> None:
    """The negative control is here: without it there are more."""
    (few,) = [path for path in PRELOADED if path.stem == "few_streams"]
    assert streams(few) == 1
    assert streams() > 1
