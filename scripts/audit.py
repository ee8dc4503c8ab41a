"""Verify the audit: that nobody changed, removed, moved or added a record.

    scripts/audit.py verify                    walk all chains, name the first broken link of each
    scripts/audit.py verify --checkpoint FILE  and require that each passes through an earlier end
    scripts/audit.py checkpoint > FILE         the ends of all chains now, to be kept elsewhere

Works on the project that GCLOUD_PROJECT names, with the credentials of whoever runs it, and needs
SPAKTOK_AUDIT_KEY. Without a checkpoint, a chain that was put back whole to an earlier state looks
genuine: keep checkpoints where the database's administrators can't write. Exits 1 on a broken link.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "functions"))

from spaktok.core import audit
from spaktok.core.audit import Chain


def main(arguments: list[str]) -> int:
    """Run the command; the exit status."""
    asked = _parser().parse_args(arguments)
    if asked.command == "checkpoint":
        kept = {name: asdict(end) for name, end in audit.heads().items()}
        print(json.dumps(kept, indent=2, sort_keys=True))
        return 0
    try:
        checkpoint = _load(asked.checkpoint) if asked.checkpoint else {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        print(f"{asked.checkpoint} is no checkpoint: {error}", file=sys.stderr)
        return 1
    broken = audit.verify(checkpoint)
    for link in broken:
        print(f"chain {link.chain}, entry {link.seq}: {link.why}", file=sys.stderr)
    if not broken:
        ends = audit.heads()
        count = sum(end.seq for end in ends.values())
        print(f"{count} records in {len(ends)} chains, every link holds")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    verifying = commands.add_parser("verify", help="walk all chains")
    verifying.add_argument("--checkpoint", type=Path, help="ends that an earlier run printed")
    commands.add_parser("checkpoint", help="print the ends of all chains")
    return parser


def _load(path: Path) -> dict[str, Chain]:
    return {name: Chain(**end) for name, end in json.loads(path.read_text()).items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
