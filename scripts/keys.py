"""Make a key pair for sealed fields (`spaktok.core.sealed`), and say where it goes.

    python scripts/keys.py 1 --folder ../keys     # the first pair
    python scripts/keys.py 2 --folder ../keys     # its successor

Two files, readable by you alone: `sealed-1.public` and `sealed-1.private`, each one `VERSION:BASE64`.
Lists of several versions are joined by commas: the newest public key seals, every private key opens.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "functions"))

from spaktok.core import keys, sealed

VERSION_MAX = 255


def write(path: Path, text: str) -> None:
    """Make a file that nobody else can read; a key is never overwritten."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def main() -> int:
    """Parse the arguments, make the pair."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("version", type=int, help=f"1 to {VERSION_MAX}, larger than the last")
    parser.add_argument("--folder", type=Path, required=True, help="outside of the repository")
    asked = parser.parse_args()
    if not 1 <= asked.version <= VERSION_MAX:
        parser.error(f"a version is 1 to {VERSION_MAX}")
    asked.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = {
        kind: asked.folder / f"sealed-{asked.version}.{kind}" for kind in ("public", "private")
    }
    for path in names.values():
        if path.exists():
            print(f"{path} exists: choose another version or folder", file=sys.stderr)
            return 1
    for path, key in zip(names.values(), sealed.generate(), strict=True):
        write(path, f"{asked.version}:{base64.b64encode(key).decode()}")
    print(f"{names['private']}: add it to the secret {keys.SEALED_SECRET} (Secret Manager)")
    print(f"{names['public']}: then add it to {keys.SEALED_PUBLIC} in functions/.env.<project>")
    print("Deploy the private key first: what the new public key seals must open everywhere.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
