"""Rules with one fault each: what the tests must notice.

A small tokenizer finds the operators; brackets and precedence say how far their operands reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    for allow in re.finditer(r"\ballow\s[\w, ]+:\s*if\s+(?P<condition>[^;]+);", rules):
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
    alternative = shown.startswith("||") or shown.endswith("||")
    dropped = fault == "without" or fault.startswith("allow")
    return Mutant(
        line=rules.count("\n", 0, start) + 1,
        fault=f"{fault}: {shown}" if fault.startswith(("without", "allow")) else fault,
        rules=rules[:start] + replacement + rules[end:],
        about=_about(rules, start),
        loosens=not alternative if dropped else None,
    )


def _about(rules: str, position: int) -> frozenset[str]:
    """What the function or `match` at this position decides about."""
    found = [*_ROOM.finditer(rules)]
    ends = [*(room.start() for room in found[1:]), len(rules)]
    rooms = [(room, rules[room.start() : end]) for room, end in zip(found, ends, strict=True)]
    changed = [room for room in found if room.start() <= position][-1:]
    about = {room["place"] for room in changed if room["place"]}
    calling = [room["function"] for room in changed if room["function"]]
    for name in calling:
        for room, text in rooms:
            if re.search(rf"\b{name}\(", text):
                if room["place"]:
                    about.add(room["place"])
                elif room["function"] not in calling:
                    calling.append(room["function"])
    return frozenset(about)
