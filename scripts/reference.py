"""Write the API reference and the TypeScript client from what the functions declare.

scripts/reference.py            writes docs/api.md and clients/typescript
scripts/reference.py --check    writes nothing; exits 1 where a committed file is stale
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
CLIENT = ROOT / "clients" / "typescript"
COMPILER = ROOT / "node_modules" / "typescript" / "lib" / "tsc.js"

sys.path.insert(0, str(ROOT / "functions"))
os.environ.pop("FUNCTION_TARGET", None)  # everything is described, not one function
os.environ.setdefault("GCLOUD_PROJECT", "demo-reference")

from apidocs import markdown, surface, typescript  # noqa: E402 - imports the functions' code


class CompilerFailure(Exception):
    """The client package does not compile, or there is nothing to compile it with."""


def main(arguments: list[str]) -> int:
    """Write or check every file; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    check = parser.parse_args(arguments).check
    found = surface.read()
    texts = {
        ROOT / "docs" / "api.md": markdown.render(found),
        CLIENT / "src" / "index.ts": typescript.render(found),
    }
    try:
        stale = [path for path, text in texts.items() if _differs(path, text)]
        if not check:
            for path in stale:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(texts[path])
        built = _compile()
    except CompilerFailure as failure:
        print(failure, file=sys.stderr)
        return 1
    old = [path for path, text in built.items() if _differs(path, text)]
    for path in [] if check else old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(built[path])
    for path in (*stale, *old):
        print(f"{'stale' if check else 'wrote'}: {path.relative_to(ROOT)}")
    if check and (stale or old):
        print("Run scripts/reference.py and commit what it writes.", file=sys.stderr)
        return 1
    return 0


def _differs(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text() != text


def _compile() -> dict[Path, str]:
    """What the compiler makes of the committed source: the files of `dist`."""
    if not COMPILER.exists():
        raise CompilerFailure("The TypeScript compiler is missing: run `make setup`")
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            ["node", str(COMPILER), "--project", str(CLIENT), "--outDir", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CompilerFailure(f"clients/typescript does not compile:\n{done.stdout}")
        return {
            CLIENT / "dist" / made.name: made.read_text() for made in sorted(Path(folder).iterdir())
        }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
