"""Every probe put to one set of rules after another: whole answers, or the first that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, TypeVar

from spaktok.core.inventory import INVENTORY
from tests.rules import identity_probes, probes, storage_probes
from tests.rules.firestore import Project
from tests.rules.mutation import Mutant
from tests.rules.storage_runtime import StorageRuntime
from tests.support.sample import WHOLE, share

ENTRIES = frozenset(entry.path for entry in INVENTORY)
SERVERS_ALONE = frozenset(entry.path for entry in INVENTORY if entry.servers_alone)


class Judge(Protocol):
    """Whatever gives verdicts by rules that can be exchanged."""

    def load(self, rules: str) -> list[str]:
        """Use these rules from now on; the warnings. Raises `ValueError` where they are wrong."""


JudgeT_contra = TypeVar("JudgeT_contra", bound=Judge, contravariant=True)
QuestionT = TypeVar("QuestionT")


class Question(Protocol[JudgeT_contra]):
    """A probe of either kind."""

    @property
    def allowed(self) -> bool:
        """The answer it must get."""

    @property
    def topic(self) -> str:
        """What it is about."""

    def holds(self, judge: JudgeT_contra) -> bool:
        """Whether it gets that answer."""


NTH = 37
"""Of what nobody may do. A prime number, so that it meets every operation and person in turn."""
SOON = 120
"""So many questions are the first of every topic."""
REFUSED = "must be refused"


@dataclass(frozen=True)
class Asked:
    """A question in words, and whether it gets its answer."""

    text: str
    holds: Callable[[], bool]

    @property
    def allowed(self) -> bool:
        """Whether the answer must be that it may be done."""
        return REFUSED not in self.text


class Replay:
    """A seeded world and the questions about it, for one set of rules after another."""

    def __init__(
        self, judge: Judge, questions: Sequence[Asked], spared: Sequence[Asked] = ()
    ) -> None:
        self.load = judge.load
        self._questions = list(questions)
        self._spared = spared
        """Asked only by whoever wants to know about just that, or has found nothing otherwise."""

    def failures(self) -> Iterator[str]:
        """The questions that the rules in use answer wrongly, as they are found."""
        return (one.text for one in self._questions if not one.holds())

    def failures_about(self, named: Collection[str]) -> Iterator[str]:
        """The same of the questions, spared ones too, whose text holds one of these."""
        return (one.text for one in self._about(named) if not one.holds())

    def killer(self, mutant: Mutant) -> str | None:
        """The question that tells the mutant from the right rules; None where it survives.

        First some of everything, and what told others; then what the changed line decides about, and
        the rest. Of either, what must be refused comes first where a condition is gone, and what must
        be allowed where a way is; of that, what names an operation that the line decides about. In the
        end whatever there is. Raises `ValueError` where it does not compile: nobody could have shipped
        that.
        """

        def unlikely(one: Asked) -> tuple[bool, bool]:
            return one.allowed is mutant.loosens, mutant.operations.isdisjoint(one.text.split())

        self.load(mutant.rules)
        some, others = self._questions[:SOON], self._questions[SOON:]
        near = sorted(self._about(mutant.about), key=unlikely)
        asked: set[int] = set()
        for one in chain(some, near, sorted(others, key=unlikely), self._spared):
            if id(one) in asked:
                continue
            asked.add(id(one))
            if not one.holds():
                self._questions = [one, *(other for other in self._questions if other is not one)]
                return one.text
        return None

    def _about(self, named: Collection[str]) -> Iterator[Asked]:
        everything = chain(self._questions, self._spared)
        return (one for one in everything if any(name in one.text for name in named))


def of_firestore(project: Project) -> Replay:
    """The Firestore rules, judged by the emulator in this project.

    All that is allowed is asked. What the matrix has refused is asked of one person each, of one after
    another; where one line refuses everybody, in a share that goes through entries, persons and
    operations. The rest is asked in a whole run, and about a mutant that nothing else has noticed.
    """
    project.seed(probes.seeds())
    asked = probes.all_probes(project)
    refused = [one for one in asked if one.topic in ENTRIES and not one.allowed]
    closed = [one for one in refused if one.nobodys]
    shown = [one for one in refused if not one.nobodys]
    spared = {id(one) for one in refused}
    spared -= {id(one) for one in (*_of_one_each(shown), *share(closed, every=NTH))}
    return Replay(
        project,
        _ordered([one for one in asked if id(one) not in spared], project),
        _ordered([one for one in asked if id(one) in spared], project),
    )


def of_storage(runtime: StorageRuntime) -> Replay:
    """The Storage rules, judged by the runtime that the Storage emulator asks.

    All that is allowed is asked, and what is refused of one person each, as of Firestore.
    """
    runtime.documents = {**storage_probes.documents(), **identity_probes.documents()}
    asked = [*storage_probes.all_probes(), *identity_probes.probes()]
    refused = [one for one in asked if not one.allowed]
    spared = {id(one) for one in refused} - {id(one) for one in _of_one_each(refused)}
    return Replay(
        runtime,
        _ordered([one for one in asked if id(one) not in spared], runtime),
        _ordered([one for one in asked if id(one) in spared], runtime),
    )


def _of_one_each(asked: Sequence[QuestionT]) -> list[QuestionT]:
    """Every question, put to one of those to whom it is put; to all of them in a whole run."""
    if WHOLE:
        return list(asked)
    persons: dict[str, list[QuestionT]] = {}
    for one in asked:
        _, _, question = str(one).partition(": ")
        persons.setdefault(question, []).append(one)
    return [found[turn % len(found)] for turn, found in enumerate(persons.values())]


def _ordered(asked: Sequence[Question[JudgeT_contra]], judge: JudgeT_contra) -> list[Asked]:
    """The order that finds faults soonest.

    First what is allowed, then some of every topic in turn; last what the server keeps to itself.
    """
    counted: Counter[str] = Counter()
    ranked = []
    for probe in asked:
        counted[probe.topic] += 1
        rank = (probe.topic in SERVERS_ALONE, not probe.allowed, counted[probe.topic])
        ranked.append((rank, probe))
    ranked.sort(key=lambda pair: pair[0])

    def asking(probe: Question[JudgeT_contra]) -> Callable[[], bool]:
        return lambda: probe.holds(judge)

    return [Asked(str(probe), asking(probe)) for _, probe in ranked]
