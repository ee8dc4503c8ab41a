"""`docs/api.md`: the reference a person reads."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from apidocs.surface import EVERYWHERE, Operation, Surface, access, facts, limit
from apidocs.terms import Choice, Member, Record, first, literal, records_in
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

_OPEN = """A call that is open to deactivated accounts, or to those of whatever age, says so under "Who"
and is not refused for that."""


def render(surface: Surface) -> str:
    """The whole page."""
    return "\n".join(_lines(surface)).rstrip() + "\n"


def _lines(surface: Surface) -> Iterator[str]:
    yield _HEAD
    yield "## Refusals of every call\n"
    yield from _refusals(EVERYWHERE)
    yield f"{_OPEN}\n"
    for feature, operations in groupby(surface.operations, key=lambda one: one.feature):
        yield f"## {feature.capitalize()}\n"
        for operation in operations:
            yield from _operation(operation, surface)
    yield "## Values\n"
    yield "| type | values | |"
    yield "|---|---|---|"
    for kind in sorted(surface.known.values(), key=lambda one: one.name):
        if isinstance(kind, Choice):
            values = ", ".join(f"`{value}`" for value in kind.values)
            yield f"| `{kind.name}` | {values} | {kind.about} |"
    yield "\n## What no client calls\n"
    yield "| function | starts on | what it does |"
    yield "|---|---|---|"
    for work in surface.work:
        yield f"| `{work.name}` | {work.starts} | {first(work.doc)} |"


def _operation(operation: Operation, surface: Surface) -> Iterator[str]:
    call = operation.call
    yield f"### {call.name}\n"
    yield f"{first(call.doc)}\n"
    yield f"- **Who:** {access(call)}"
    yield f"- **Limit:** {limit(call)}"
    yield f"- **Cost:** {call.cost or 'not stated'}"
    yield f"- **Sensitive:** {'yes' if call.fresh_standing else 'no'}\n"
    if operation.request.members:
        yield "Request:\n"
        yield from _asked(operation.request)
        for record in _within(operation.request, surface):
            yield f"`{record.name}`: {record.about}\n"
            yield from _asked(record)
    else:
        yield "Request: nothing.\n"
    yield from _answer(operation, surface)
    if operation.refusals:
        yield from _refusals(operation.refusals)


def _asked(record: Record) -> Iterator[str]:
    yield "| field | type | | |"
    yield "|---|---|---|---|"
    for member in record.members:
        yield _field(member)
    yield ""


def _field(member: Member) -> str:
    need = "required" if member.required else f"default `{literal(member.default)}`"
    if not member.required and member.default is None:
        need = "optional"
    rules = "; ".join(member.shape.bounds).replace("|", "\\|")
    about = " ".join(part for part in (member.about, rules and f"({rules})") if part)
    return f"| `{member.name}` | {_type(member.shape.text)} | {need} | {about} |"


def _answer(operation: Operation, surface: Surface) -> Iterator[str]:
    whole = surface.known.get(operation.answer.text)
    if isinstance(whole, Record):
        yield f"Data: {whole.about}\n"
        yield from _members(whole)
    else:
        yield f"Data: {_type(operation.answer.text)}.\n"
    for record in records_in([operation.answer], surface.known):
        if record is not whole:
            yield f"`{record.name}`: {record.about}\n"
            yield from _members(record)


def _members(record: Record) -> Iterator[str]:
    yield "| field | type |"
    yield "|---|---|"
    for member in record.members:
        yield f"| `{member.name}` | {_type(member.shape.text)} |"
    yield ""


def _within(record: Record, surface: Surface) -> Iterator[Record]:
    return records_in((member.shape for member in record.members), surface.known)


def _refusals(kinds: tuple[type[Refusal], ...]) -> Iterator[str]:
    yield "| refusal | code | facts | meaning |"
    yield "|---|---|---|---|"
    for kind in kinds:
        told = ", ".join(f"`{name}`" for name in facts(kind))
        code = kind.code.value.lower().replace("_", "-")
        yield f"| `{kind.error()}` | `{code}` | {told} | {first(kind.__doc__)} |"
    yield ""


def _type(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"
