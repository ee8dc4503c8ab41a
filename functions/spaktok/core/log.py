"""Structured logs: one JSON object a line on standard output, as Cloud Logging reads them.

Fields carry ids of requests, names, counts and durations; never content, never personal data. A
user's id appears only hashed (`who`), which links the lines of one user without naming them.
"""

import json
import math
import re
import sys
import traceback
from hashlib import blake2b
from typing import Final

Field = str | int | float | bool | None

_SALT: Final = b"spaktok-log"
_PATH: Final = re.compile(r"documents/[^\s\"']+")


def who(uid: str | None) -> str | None:
    """A short, stable pseudonym of a user for the logs."""
    if uid is None:
        return None
    return blake2b(uid.encode(), key=_SALT, digest_size=8).hexdigest()


def info(event: str, **fields: Field) -> None:
    """Something that happened as it should."""
    _write("INFO", event, fields)


def warning(event: str, **fields: Field) -> None:
    """Something a person may want to look at, not at night."""
    _write("WARNING", event, fields)


def alarm(event: str, **fields: Field) -> None:
    """Something a person must look at now, as money that is not where it should be (`core.alarms`)."""
    _write("CRITICAL", event, fields)


def failure(event: str, error: BaseException, **fields: Field) -> None:
    """An unexpected error, with its traceback (firebase-functions alone would log only its text).

    Google's exceptions quote the paths of documents, and paths hold users' ids: those are masked.
    """
    trace = _PATH.sub("documents/…", "".join(traceback.format_exception(error)))
    _write("ERROR", event, {**fields, "exception": type(error).__name__, "stack_trace": trace})


def _write(severity: str, event: str, fields: dict[str, Field]) -> None:
    # ASCII, because a lone surrogate in a traceback would make the log itself fail.
    line = json.dumps(
        {**{name: _finite(value) for name, value in fields.items()}, **_head(severity, event)}
    )
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _head(severity: str, event: str) -> dict[str, Field]:
    """Last, so that no field of the same name can replace it."""
    return {"severity": severity, "message": event}


def _finite(value: Field) -> Field:
    """JSON has no NaN and no infinities; Cloud Logging would take the line for plain text."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
