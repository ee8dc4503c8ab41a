"""The Firestore client with the meter in its channel.

A module of its own because importing Firestore costs 230 modules, which an instance should pay at
its first use and not at its start.
"""

from __future__ import annotations

from typing import Any

import grpc
from google.cloud import firestore

from spaktok.core.meter import Interceptor


class MeteredClient(firestore.Client):
    """A Firestore client that adds the cost of every RPC to the work it belongs to."""

    def _firestore_api_helper(self, transport: Any, client_class: Any, client_module: Any) -> Any:
        # The library builds the channel itself, differently for the emulator; intercepting where
        # the transport receives it is the one place that both ways pass.
        class Metered(transport):  # type: ignore[misc] # the base is chosen at run time
            def __init__(self, *, host: str, channel: grpc.Channel) -> None:
                super().__init__(host=host, channel=grpc.intercept_channel(channel, Interceptor()))

        return super()._firestore_api_helper(Metered, client_class, client_module)
