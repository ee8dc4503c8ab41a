"""`docs/api.md`: the reference a person reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from apidocs.surface import (
    EVERYWHERE,
    Choice,
    Member,
    Operation,
    Record,
    Surface,
    access,
    facts,
    limit,
    when,
)
from spaktok.core.refusal import Refusal

_HEAD = """# API reference

Written by `scripts/reference.py` from the declarations in the code; `make check` refuses a stale one.

Every call is a Firebase callable function (`httpsCallable`, or the typed `clients/typescript`). A
success answers `{success: true, data, message}`. A refusal is the SDK's own exception with a canonical
code, whose `details` are `{success: false, data: null, message, error}` and the facts listed here;
switch on `error`, show `message`.

Requests are strict: unknown fields are refused, numbers are numbers, a body has at most 64 KiB and 16
levels. Instants are ISO-8601 in UTC. A call with an `idempotencyKey` may be repeated with the same key
until it is answered: it has one effect and always the same answer.

"Sensitive" calls look up the caller's standing anew, so that a ban counts at once; elsewhere it counts
within 30 seconds. Costs are Firestore operations of a call that succeeds, and `tests/cost` holds them.
"""


def render(surface: Surface) -> str:
    """The whole page."""
    return "\n".join(_lines(surface)).rstrip() + "\n"


def _lines(surface: Surface) -> Iterator[str]:
    yield _HEAD
    yield "## Refusals of every call\n"
    yield from _refusals(EVERYWHERE)
    for feature, operations in groupby(surface.operations, key=lambda one: one.feature):
        yield f"## {feature.capitalize()}\n"
        for operation in operations:
            yield from _operation(operation, surface)
    yield "## Values\n"
    yield "| type | values | |"
    yield "|---|---|---|"
    for kind in sorted(surface.names.known.values(), key=lambda one: one.name):
        if isinstance(kind, Choice):
            values = ", ".join(f"`{value}`" for value in kind.values)
            yield f"| `{kind.name}` | {values} | {kind.about} |"
    yield "\n## What no client calls\n"
    yield "| function | starts on | what it does |"
    yield "|---|---|---|"
    for work in surface.work:
        yield f"| `{work.name}` | {when(work)} | {_first(work.doc)} |"


def _operation(operation: Operation, surface: Surface) -> Iterator[str]:
    call = operation.call
    yield f"### {call.name}\n"
    yield f"{_first(call.doc)}\n"
    yield f"- **Who:** {access(call)}"
    yield f"- **Limit:** {limit(call)}"
    yield f"- **Cost:** {call.cost or 'not stated'}"
    yield f"- **Sensitive:** {'yes' if call.fresh_standing else 'no'}\n"
    if operation.request.members:
        yield "Request:\n"
        yield "| field | type | | |"
        yield "|---|---|---|---|"
        for member in operation.request.members:
            yield _asked(member)
        yield ""
    else:
        yield "Request: nothing.\n"
    yield from _answer(operation, surface)
    if operation.refusals:
        yield from _refusals(operation.refusals)


def _asked(member: Member) -> str:
    need = "required" if member.required else f"default `{json.dumps(member.default)}`"
    if not member.required and member.default is None:
        need = "optional"
    rules = "; ".join(member.shape.bounds).replace("|", "\\|")
    about = " ".join(part for part in (member.about, rules and f"({rules})") if part)
    return f"| `{member.name}` | {_type(member.shape.text)} | {need} | {about} |"


def _answer(operation: Operation, surface: Surface) -> Iterator[str]:
    if operation.answer_record is None:
        yield f"Data: {_type(operation.answer.text)}.\n"
        return
    yield f"Data: {operation.answer_record.about}\n"
    yield from _members(operation.answer_record)
    for name in _named_within(operation.answer_record, surface):
        kind = surface.names.known[name]
        if isinstance(kind, Record):
            yield f"`{name}`: {kind.about}\n"
            yield from _members(kind)


def _members(record: Record) -> Iterator[str]:
    yield "| field | type |"
    yield "|---|---|"
    for member in record.members:
        yield f"| `{member.name}` | {_type(member.shape.text)} |"
    yield ""


def _named_within(record: Record, surface: Surface) -> list[str]:
    texts = [member.shape.text.removesuffix("[]") for member in record.members]
    return [text for text in dict.fromkeys(texts) if text in surface.names.known]


def _refusals(kinds: tuple[type[Refusal], ...]) -> Iterator[str]:
    yield "| refusal | code | facts | meaning |"
    yield "|---|---|---|---|"
    for kind in kinds:
        told = ", ".join(f"`{name}`" for name in facts(kind))
        code = kind.code.value.lower().replace("_", "-")
        yield f"| `{kind.error()}` | `{code}` | {told} | {_first(kind.__doc__)} |"
    yield ""


def _type(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def _first(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())
