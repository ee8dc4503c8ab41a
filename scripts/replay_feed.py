"""Rank a served page anew from its record, and say whether it comes out the same.

    python scripts/replay_feed.py --user UID [--slate SLATE_ID]

Reads `users/{uid}/feedRecords` (kept a week) of the project in GCLOUD_PROJECT; the latest where no
slate is named. Prints the order with what weighs most in each score. Exits 1 where the slate that is
still stored differs, 2 where there is no record.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "functions")]


from spaktok.feed import replay, slates, store  # noqa: E402 - the path comes first


def main() -> int:
    """Replay one record."""
    parser = argparse.ArgumentParser(description="Rank a served page anew from its record.")
    parser.add_argument("--user", required=True, help="whose feed")
    parser.add_argument("--slate", help="which slate; the latest by default")
    options = parser.parse_args()
    record = _record(options.user, options.slate)
    if record is None:
        print("No such record: they are kept for a week.", file=sys.stderr)
        return 2
    inputs = replay.unpack(record.get("inputs"))
    ranked = replay.replay(record.get("inputs"))
    print(f"slate {record.id}, recipe {inputs.recipe}, {len(inputs.candidates)} candidates")
    for place, one in enumerate(ranked, start=1):
        why = ", ".join(f"{term.term} {term.points:+.4f}" for term in one.why)
        print(f"{place:>4}  {one.score:.6f}  {one.video_id}  {one.source}  {why}")
    stored = slates.decode(
        (store.slate_ref(options.user).get().to_dict() or {}).get("modes", {}).get("for_you")
    )
    if stored is None or stored.id != record.id:
        print("The slate itself is gone; this is what it was.")
        return 0
    same = [one.video_id for one in ranked] == [card.get("id") for card in stored.cards]
    print("The same as was served." if same else "NOT what was served.")
    return 0 if same else 1


def _record(uid: str, slate_id: str | None) -> Any:
    if slate_id is not None:
        found = store.record_ref(uid, slate_id).get()
        return found if found.exists else None
    records = store.record_ref(uid, "any").parent
    return next(iter(records.order_by("at", direction="DESCENDING").limit(1).stream()), None)


if __name__ == "__main__":
    sys.exit(main())
