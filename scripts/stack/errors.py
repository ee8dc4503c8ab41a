"""The one way in which the stack says that it cannot go on."""

from __future__ import annotations


class StackError(Exception):
    """A problem a person can act on.

    `problem` is one sentence, `cure` says what to do about it, `details` is what was observed (a
    traceback, the tail of a log), shown between the two.
    """

    def __init__(self, problem: str, cure: str, details: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.cure = cure
        self.details = details

    def __str__(self) -> str:
        shown = [f"✗ {self.problem}"]
        if self.details:
            shown += [f"    {line}" for line in self.details.rstrip().splitlines()]
        shown += [f"  → {line}" for line in self.cure.splitlines()]
        return "\n".join(shown)
