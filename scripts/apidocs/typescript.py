"""`clients/typescript/src/index.ts`: the declarations a client compiles against."""

from __future__ import annotations

from collections.abc import Iterator

from apidocs.surface import EVERYWHERE, Operation, Surface, facts, limit
from apidocs.terms import Choice, Member, Record, first, literal
from spaktok.core.refusal import Refusal

_HEAD = """// Written by scripts/reference.py from the declarations in the code. Do not edit.

import { httpsCallable, type Functions } from "firebase/functions";

/** An instant in UTC: `2026-01-31T12:00:00.000Z`. */
export type Instant = string;

/** A success: what was asked for, and a sentence for a person. */
export interface Answer<Data> {
  data: Data;
  message: string;
}
"""

_RUNTIME = """
interface Envelope<Data> {
  success: true;
  data: Data;
  message: string;
}

/** Every call of Spaktok, typed. A refused call rejects; `refusalOf` tells how. */
export function spaktok(functions: Functions): Spaktok {
  const call = <Request, Data>(name: CallName) => {
    const send = httpsCallable<Request, Envelope<Data>>(functions, name);
    return async (request: Request): Promise<Answer<Data>> => {
      const { data: envelope } = await send(request);
      return { data: envelope.data, message: envelope.message };
    };
  };
  return {
%(bindings)s
  };
}

/**
 * How the server refused, or null for any other error (no network, a bug of the caller's).
 * Name the call to narrow what it can be: `refusalOf<"likeVideo">(error)`.
 */
export function refusalOf<Name extends CallName = CallName>(error: unknown): RefusalOf<Name> | null {
  if (typeof error !== "object" || error === null || !("details" in error)) return null;
  const details: unknown = error.details;
  if (typeof details !== "object" || details === null || !("error" in details)) return null;
  const name = details.error;
  if (typeof name !== "string" || !Object.hasOwn(CODES, name)) return null;
  return { ...details, code: CODES[name as Refusal["error"]] } as RefusalOf<Name>;
}
"""


def render(surface: Surface) -> str:
    """The whole module."""
    return "\n".join(_lines(surface)).rstrip() + "\n"


def _lines(surface: Surface) -> Iterator[str]:
    yield _HEAD
    for kind in sorted(surface.known.values(), key=lambda one: one.name):
        yield from _choice(kind) if isinstance(kind, Choice) else _record(kind)
    for refusal in surface.refusals:
        yield from _refusal(refusal)
    yield "/** What any call may answer, unless it is open to deactivated accounts or any age. */"
    yield f"export type AnyRefusal = {_union(EVERYWHERE)};\n"
    yield "/** Everything a call can be refused with, told apart by `error`. */"
    every = _union(surface.refusals, "\n  | ")
    yield f"export type Refusal =\n  | {every};\n"
    yield "/** The refusals of each call. */"
    yield "export interface Refusals {"
    for operation in surface.operations:
        yield f"  {operation.call.name}: {_refused(operation)};"
    yield "}\n"
    yield "/** The name of a call. */\nexport type CallName = keyof Refusals;\n"
    yield "/** What the call of this name can be refused with. */"
    yield "export type RefusalOf<Name extends CallName> = Refusals[Name];\n"
    yield "/** Every call, by its name. */"
    yield "export interface Spaktok {"
    for operation in surface.operations:
        yield from _signature(operation)
    yield "}\n"
    yield 'const CODES: { readonly [Kind in Refusal as Kind["error"]]: Kind["code"] } = {'
    for refusal in surface.refusals:
        yield f'  "{refusal.error()}": "{_code(refusal)}",'
    yield "};"
    bindings = "\n".join(
        f'    {one.call.name}: call("{one.call.name}"),' for one in surface.operations
    )
    yield _RUNTIME % {"bindings": bindings}


def _choice(choice: Choice) -> Iterator[str]:
    yield f"/** {choice.about} */"
    values = " | ".join(literal(value) for value in choice.values)
    yield f"export type {choice.name} = {values};\n"


def _record(record: Record) -> Iterator[str]:
    yield f"/** {record.about} */"
    if not record.members:
        yield f"export type {record.name} = Record<string, never>;\n"
        return
    yield f"export interface {record.name} {{"
    for member in record.members:
        if said := _said(member):
            yield f"  /** {said} */"
        mark = "" if member.required else "?"
        yield f"  {member.name}{mark}: {member.shape.text};"
    yield "}\n"


def _said(member: Member) -> str:
    rules = "; ".join(member.shape.bounds).replace("*/", "*\\/")
    rules = rules[:1].upper() + rules[1:] + "." if rules else ""
    return " ".join(part for part in (member.about, rules) if part)


def _refusal(refusal: type[Refusal]) -> Iterator[str]:
    yield f"/** {first(refusal.__doc__)} */"
    yield f"export interface {refusal.__name__} {{"
    yield f'  error: "{refusal.error()}";'
    yield f'  code: "{_code(refusal)}";'
    yield "  message: string;"
    yield "  success: false;"
    yield "  data: null;"
    for name, kind in facts(refusal).items():
        yield f"  {name}: {kind};"
    yield "}\n"


def _signature(operation: Operation) -> Iterator[str]:
    call = operation.call
    yield f"  /** {first(call.doc)} Limit: {limit(call)}. */"
    optional = "?" if not any(member.required for member in operation.request.members) else ""
    yield (
        f"  {call.name}(request{optional}: {operation.request.name}): "
        f"Promise<Answer<{operation.answer.text}>>;"
    )


def _refused(operation: Operation) -> str:
    usual = f"Exclude<AnyRefusal, {_union(operation.never)}>" if operation.never else "AnyRefusal"
    return " | ".join(part for part in (_union(operation.refusals), usual) if part)


def _union(kinds: tuple[type[Refusal], ...], between: str = " | ") -> str:
    return between.join(kind.__name__ for kind in kinds)


def _code(refusal: type[Refusal]) -> str:
    return refusal.code.value.lower().replace("_", "-")
