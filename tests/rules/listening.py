"""A client's real-time listener on the Firestore emulator: what it shows now, under the rules."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import grpc
from google.api_core.exceptions import GoogleAPICallError
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport
from google.cloud.firestore_v1.types import ListenRequest, ListenResponse, Target

from tests.rules.firestore import emulator_host

DEADLINE_S = 20.0


class Listener:
    """What an app has on the screen: documents by path, with all that is written in them."""

    def __init__(self, project: str) -> None:
        self.shows: dict[str, str] = {}
        self.ever: list[str] = []
        """All that it ever showed."""
        self.refused = False
        """Whether the server ended it: what it showed is taken down by the SDK's error."""
        self.current = False
        """Whether it has said all there is, as an app waits for it."""
        self._prefix = f"projects/{project}/databases/(default)/documents/"
        self._changed = threading.Condition()

    def hear(self, responses: Iterator[ListenResponse]) -> None:
        """Take in what the server says until it says no more."""
        with suppress(GoogleAPICallError, grpc.RpcError):
            for response in responses:
                with self._changed:
                    self._take(response)
                    self._changed.notify_all()

    def until(self, holds: Callable[[Listener], bool]) -> None:
        """Wait until something holds of all that it shows. Fails at the deadline."""
        ends_at = time.monotonic() + DEADLINE_S
        with self._changed:
            while not (self.refused or self.current) or not holds(self):
                left_s = ends_at - time.monotonic()
                assert left_s > 0, "it goes on showing what it showed"
                self._changed.wait(left_s)

    def mentions(self, name: str) -> bool:
        """Whether anything that it shows holds this very text, in a value or a key."""
        return any(f'"{name}"' in one for one in self.shows.values())

    def _take(self, response: ListenResponse) -> None:
        match response._pb.WhichOneof("response_type"):
            case "document_change":
                change = response.document_change
                path = change.document.name.removeprefix(self._prefix)
                self.shows.pop(path, None)
                if change.target_ids:
                    self.shows[path] = str(change.document._pb)
                    self.ever.append(self.shows[path])
            case "document_delete":
                self.shows.pop(response.document_delete.document.removeprefix(self._prefix), None)
            case "document_remove":
                self.shows.pop(response.document_remove.document.removeprefix(self._prefix), None)
            case "target_change":
                kind = response.target_change.target_change_type.name
                self.refused = self.refused or kind == "REMOVE"
                # Emulators say everything anew where something left.
                if kind in ("REMOVE", "RESET"):
                    self.shows.clear()
                self.current = kind == "CURRENT" or (self.current and kind != "RESET")


@contextmanager
def listening(project: str, authorization: str, target: dict[str, Any]) -> Iterator[Listener]:
    """Listen as an app does, with its user's token, from when it has all there is."""
    channel = grpc.insecure_channel(emulator_host())
    client = FirestoreClient(transport=FirestoreGrpcTransport(channel=channel))
    database = f"projects/{project}/databases/(default)"
    request = ListenRequest(database=database, add_target=Target(**target, target_id=1))
    waiting: queue.Queue[ListenRequest | None] = queue.Queue()
    waiting.put(request)
    metadata = [("authorization", authorization), ("google-cloud-resource-prefix", database)]
    responses = client.listen(iter(waiting.get, None), metadata=metadata)
    heard = Listener(project)
    thread = threading.Thread(target=heard.hear, args=(responses,), daemon=True)
    thread.start()
    try:
        heard.until(lambda _: True)
        yield heard
    finally:
        waiting.put(None)
        responses.cancel()
        thread.join(DEADLINE_S)
        channel.close()
