"""Rules with one fault each: what the tests must notice.

A small tokenizer finds the operators; brackets and precedence say how far their operands reach.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
      | (?P<text>'[^']*')
      | (?P<operator>&&|\|\||==|!=|<=|>=|[<>!])
      | (?P<open>\$?[(\[{])
      | (?P<close>[)\]}])
      | (?P<end>[;,?:])
      | (?P<word>[\w.]+)
      | (?P<other>.)""",
    re.VERBOSE,
)
_FLIPS = {
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
}
"""A comparison turned round, and moved by its boundary."""
_ROOM = re.compile(r"\bfunction (?P<function>\w+)|\bmatch /(?P<place>\w+)/")
_ALLOW = re.compile(r"\ballow\s(?P<operations>[\w, ]+):\s*if\s+(?P<condition>[^;]+);")
_SHORT_FOR = {"read": ("get", "list"), "write": ("create", "update", "delete")}
_ENDS_CONJUNCT = frozenset({"&&", "||"})
_ENDS_ALTERNATIVE = frozenset({"||"})


@dataclass(frozen=True)
class Mutant:
    """A faulty rules file, and what was done to which line of the right one."""

    line: int
    fault: str
    rules: str
    about: frozenset[str]
    """The collections or folders whose rules it changes, by themselves or in a function they call."""
    operations: frozenset[str]
    """Those that it may allow or refuse."""
    loosens: bool | None = None
    """Whether it may let through what must be refused, or refuse what must be allowed. None: either.
    Within a negation it is the other way round, so this says only what to ask first."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.fault}"


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    depth: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def mutants(rules: str) -> list[Mutant]:
    """Every mutant of a rules file, in the order of its lines."""
    found = [*_operators(rules), *_conditions(rules)]
    return sorted(found, key=lambda mutant: mutant.line)


def _operators(rules: str) -> Iterator[Mutant]:
    tokens = _tokens(rules)
    for index, token in enumerate(tokens):
        if token.kind != "operator":
            continue
        if token.text == "&&":
            yield from _dropped(rules, tokens, index, _ENDS_CONJUNCT)
        elif token.text == "||":
            yield from _dropped(rules, tokens, index, _ENDS_ALTERNATIVE)
        elif token.text == "!":
            yield _mutant(rules, token.start, token.end, "", "without the negation")
        else:
            for other in _FLIPS[token.text]:
                yield _mutant(rules, token.start, token.end, other, f"{token.text} became {other}")


def _dropped(
    rules: str, tokens: Sequence[_Token], index: int, ends: frozenset[str]
) -> Iterator[Mutant]:
    """Without the operand after the operator; and, for the first of a chain, the one before it."""
    operator = tokens[index]
    after = index
    while not _ends(tokens[after + 1], operator.depth, ends):
        after += 1
    yield _mutant(rules, operator.start, tokens[after].end, "", "without")
    before = index
    while not _ends(tokens[before - 1], operator.depth, ends):
        before -= 1
    if tokens[before - 1].text != operator.text:
        start, stop = tokens[before].start, tokens[index + 1].start
        yield _mutant(rules, start, stop, "", "without")


def _ends(token: _Token, depth: int, ends: frozenset[str]) -> bool:
    if token.depth != depth:
        return token.depth < depth
    return token.kind == "end" or token.text in ends or token.text in {"return", "if"}


def _conditions(rules: str) -> Iterator[Mutant]:
    for allow in _ALLOW.finditer(rules):
        start, end = allow.span("condition")
        yield _mutant(rules, start, end, "true", f"{allow[0].split(':')[0]} became true instead of")


def _tokens(rules: str) -> list[_Token]:
    """Everything but space and comments; a bracket has the depth of what surrounds it."""
    tokens = []
    depth = 0
    for found in _TOKEN.finditer(rules):
        kind = str(found.lastgroup)
        if kind == "close":
            depth -= 1
        if kind != "space":
            # A bracket ends its content's operands: seen from inside, it lies one level up.
            tokens.append(_Token(kind, found[0], found.start(), depth))
        if kind == "open":
            depth += 1
    return tokens


def _mutant(rules: str, start: int, end: int, replacement: str, fault: str) -> Mutant:
    shown = " ".join(rules[start:end].split())
    calling, place = _changed(rules, start)
    alternative = shown.startswith("||") or shown.endswith("||")
    dropped = fault == "without" or fault.startswith("allow")
    return Mutant(
        line=rules.count("\n", 0, start) + 1,
        fault=f"{fault}: {shown}" if fault.startswith(("without", "allow")) else fault,
        rules=rules[:start] + replacement + rules[end:],
        about=_about(rules, calling, place),
        operations=_operations(rules, calling, start),
        loosens=not alternative if dropped else None,
    )


def _about(rules: str, calling: Collection[str], place: str | None) -> frozenset[str]:
    """What is decided in a `match`, or by whoever calls one of these functions."""
    places = (room["place"] for room, text in _rooms(rules) if _calls(text, calling))
    return frozenset(filter(None, (place, *places)))


def _operations(rules: str, calling: Collection[str], position: int) -> frozenset[str]:
    """What may be done by the statements around this position, or those that call the functions."""
    named: set[str] = set()
    for allow in _ALLOW.finditer(rules):
        if allow.start() <= position < allow.end() or _calls(allow["condition"], calling):
            named.update(allow["operations"].replace(" ", "").split(","))
    return frozenset(named | {each for name in named for each in _SHORT_FOR.get(name, ())})


def _changed(rules: str, position: int) -> tuple[list[str], str | None]:
    """The function at this position and those that call it, or the `match`."""
    room = [room for room, _ in _rooms(rules) if room.start() <= position][-1:]
    calling = [one["function"] for one in room if one["function"]]
    for name in calling:
        for other, text in _rooms(rules):
            if other["function"] and other["function"] not in calling and _calls(text, [name]):
                calling.append(other["function"])
    return calling, next((one["place"] for one in room), None)


@cache
def _rooms(rules: str) -> tuple[tuple[re.Match[str], str], ...]:
    """Each function and `match`, with the text up to the next one; asked thrice for every mutant."""
    found = [*_ROOM.finditer(rules)]
    ends = [*(room.start() for room in found[1:]), len(rules)]
    return tuple((room, rules[room.start() : end]) for room, end in zip(found, ends, strict=True))


def _calls(text: str, names: Collection[str]) -> bool:
    return any(re.search(rf"\b{name}\(", text) for name in names)
