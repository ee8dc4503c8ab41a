"""The Firestore client with the meter in its channel, a call's patience and quick messages.

A module of its own because importing Firestore costs 230 modules, which an instance should pay at
its first use and not at its start.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import grpc
from google.cloud import firestore
from google.cloud.firestore_v1.base_client import _GRPC_MSG_SIZE_OPTIONS

from spaktok.core import messages
from spaktok.core.first_read import FirstRead
from spaktok.core.meter import Interceptor

RETRY_S_MAX: Final = 10.0
"""For how long the library repeats what Firestore cannot take, instead of its own 60 s to 5 min: a
call has 30 s, and whatever may be repeated for longer is (`core.transaction`, the queues)."""


_READ_ON_THIS_THREAD: Final = ("SingleThreadedUnaryStream", 1)
"""A read is a stream of answers, for each of which gRPC would start a thread: a third of its CPU.
(`grpc.experimental.ChannelOptions`, without the import.)"""


class MeteredClient(firestore.Client):
    """A Firestore client that adds the cost of every RPC to the work it belongs to."""

    def _emulator_channel(self, _: Any) -> grpc.Channel:
        # The library's own, which takes no further options.
        options = [*_GRPC_MSG_SIZE_OPTIONS, _READ_ON_THIS_THREAD]
        return grpc.insecure_channel(self._emulator_host, options=options)

    def _firestore_api_helper(self, transport: Any, client_class: Any, client_module: Any) -> Any:
        return super()._firestore_api_helper(_metered(transport), client_class, client_module)


@cache
def _metered(transport: Any) -> Any:
    """A transport of the library that counts, and reads and repeats as we want it.

    The library builds the channel itself, differently for the emulator; intercepting where the
    transport receives it is the one place that both ways pass.
    """

    class Metered(transport):  # type: ignore[misc] # the base is chosen at run time
        def __init__(self, *, host: str, channel: grpc.Channel) -> None:
            channel = grpc.intercept_channel(channel, Interceptor(), FirstRead())
            super().__init__(host=host, channel=channel)

        @classmethod
        def create_channel(cls, *place: Any, options: Any = (), **how: Any) -> grpc.Channel:
            options = [*options, _READ_ON_THIS_THREAD]
            return super().create_channel(*place, options=options, **how)

        def _prep_wrapped_messages(self, client_info: Any) -> None:
            super()._prep_wrapped_messages(client_info)
            for call in self._wrapped_methods.values():
                if call._retry is not None:  # noqa: SLF001 - set when the library is imported
                    call._retry = call._retry.with_timeout(RETRY_S_MAX)  # noqa: SLF001

    return Metered


messages.replace()
