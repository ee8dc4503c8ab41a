"""Look at the tasks that failed every attempt, and send them anew.

    scripts/replay.py list                         one line a letter; never its content
    scripts/replay.py send ID ...                  these
    scripts/replay.py send --function processVideo all of that function
    scripts/replay.py send --all

Works on the project that GCLOUD_PROJECT names, with the credentials of whoever runs it. A letter is
forgotten once its task is in the queue. Exits 1 where a letter could not be sent.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "functions"))

from spaktok.core import clients, ids
from spaktok.core.dispatch import Task, send

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

COLLECTION = "deadLetters"


class Unsendable(Exception):
    """A letter that is not there, or holds no task."""


def main(arguments: list[str]) -> int:
    """Run the command; the exit status."""
    asked = _parser().parse_args(arguments)
    if asked.command == "list":
        for letter in _all(asked.function):
            fields = _fields(letter)
            when = fields["at"].isoformat(timespec="seconds")
            print(f"{letter.id}  {when}  {fields['function']}  {fields['exception']}")
        return 0
    letters = _all(asked.function) if asked.all or asked.function else _named(asked.ids)
    failed = 0
    for letter in letters:
        try:
            print(f"sent {letter.id} to {_send(letter)}")
        except Unsendable as error:
            failed += 1
            print(f"{letter.id}: {error}", file=sys.stderr)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="one line a letter")
    listing.add_argument("--function", help="only this function's")
    sending = commands.add_parser("send", help="put them back into their queues")
    which = sending.add_mutually_exclusive_group(required=True)
    which.add_argument("ids", nargs="*", default=[], metavar="ID")
    which.add_argument("--function", help="every letter of this function")
    which.add_argument("--all", action="store_true")
    return parser


def _all(function: str | None) -> Iterator[DocumentSnapshot[Any]]:
    from google.cloud.firestore import FieldFilter

    letters = clients.db().collection(COLLECTION)
    if function is None:
        return iter(letters.stream())
    return iter(letters.where(filter=FieldFilter("function", "==", function)).stream())


def _named(letter_ids: list[str]) -> Iterator[DocumentSnapshot[Any]]:
    for letter_id in letter_ids:
        yield clients.db().collection(COLLECTION).document(letter_id).get()


def _fields(letter: DocumentSnapshot[Any]) -> dict[str, Any]:
    fields: dict[str, Any] | None = letter.to_dict()
    if fields is None:
        raise Unsendable("there is no such letter: `scripts/replay.py list` shows what there is")
    return fields


def _send(letter: DocumentSnapshot[Any]) -> str:
    """Queue the letter's task and forget the letter; the function it went to.

    The task's id differs from the one that failed, which the queue remembers, and is the same for
    the same letter, so a replay that is interrupted and repeated sends it once.
    """
    fields = _fields(letter)
    try:
        payload = json.loads(fields["body"])["data"]
    except (ValueError, KeyError, TypeError):
        raise Unsendable("its body is no task; it stays here for a person to read") from None
    buried_at = fields["at"].isoformat()
    send(Task(fields["function"], ids.digest("replay", letter.id, buried_at), payload))
    letter.reference.delete()
    return str(fields["function"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
