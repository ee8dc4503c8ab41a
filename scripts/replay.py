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


def main(arguments: list[str]) -> int:
    """Run the command; the exit status."""
    asked = _parser().parse_args(arguments)
    if asked.command == "list":
        for letter in _letters(asked.function):
            when = letter.get("at").isoformat(timespec="seconds")
            print(f"{letter.id}  {when}  {letter.get('function')}  {letter.get('exception')}")
        return 0
    everything = asked.all or asked.function
    wanted = [letter.id for letter in _letters(asked.function)] if everything else asked.ids
    sent = [_send(letter_id) for letter_id in wanted]
    return 0 if all(sent) else 1


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


def _letters(function: str | None) -> Iterator[DocumentSnapshot[Any]]:
    from google.cloud.firestore import FieldFilter

    letters = clients.db().collection("deadLetters")
    if function is None:
        return iter(letters.stream())
    return iter(letters.where(filter=FieldFilter("function", "==", function)).stream())


def _send(letter_id: str) -> bool:
    """Queue the letter's task, forget the letter and say so; whether it was sent.

    The task gets another id than the one that failed, which the queue remembers. It is the same for
    the same letter: a replay that dies before it forgets the letter, and is repeated, sends it once.
    """
    letter = clients.db().collection("deadLetters").document(letter_id)
    fields = letter.get().to_dict()
    if fields is None:
        return _complain(letter_id, "no such letter; `scripts/replay.py list` shows what there is")
    try:
        payload = json.loads(fields["body"])["data"]
        task = Task(fields["function"], ids.digest("replay", letter_id), dict(payload))
    except (ValueError, KeyError, TypeError):
        return _complain(letter_id, "its body is no task; it stays here for a person to read")
    send(task)
    letter.delete()
    print(f"sent {letter_id} to {task.function}")
    return True


def _complain(letter_id: str, trouble: str) -> bool:
    print(f"{letter_id}: {trouble}", file=sys.stderr)
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
