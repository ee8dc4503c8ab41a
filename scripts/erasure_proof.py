"""Look through everything for somebody who was erased: all documents, all stored objects.

    GCLOUD_PROJECT=… scripts/erasure_proof.py UID [EMAIL] [USERNAME]

Reads the whole database, which is billed; for a spot check, or a complaint. Prints every place that
still names them. Exits 0 when there is none that the inventory does not keep for a reason, else 1.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "functions"))

from spaktok.accounts.model import Subject
from spaktok.accounts.service.proof import prove
from spaktok.core.ids import UserId


def main(arguments: Sequence[str]) -> int:
    """Prove it for the names that were given."""
    if not arguments:
        print(__doc__)
        return 2
    uid, *names = arguments
    faults = 0
    for residue in prove([Subject(UserId(uid), tuple(names))]):
        why = f"kept: {residue.kept}" if residue.kept else "✗ not kept for any reason"
        print(f"{residue.path} names {residue.name} ({why})")
        faults += residue.kept is None
    print(f"✗ {faults} references are left." if faults else "No reference is left.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
