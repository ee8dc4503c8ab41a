"""The local stack: Google's own emulators, found, configured, started, watched and stopped.

`scripts/dev.py` is the command; each module here answers one question: which Java (`java`), which
emulators (`emulators`), how storage rules are judged (`rules_runtime`), on which ports (`ports`),
with which environment (`environment`), what runs and whether it is ready (`suite`), and how nothing
is left behind (`processes`, `keeper`). Standard library only, so that it runs before any install.
"""

import sys

PYTHON_MIN = (3, 11)

if sys.version_info[:2] < PYTHON_MIN:
    sys.exit(
        f"✗ Python {sys.version_info[0]}.{sys.version_info[1]} is too old: 3.11 or newer is needed."
        "\n  → Install it, then: make setup PYTHON=python3.11"
    )
