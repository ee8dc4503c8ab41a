"""The Firestore client with the meter in its channel, a call's patience and an encoder of its own.

A module of its own because importing Firestore costs 230 modules, which an instance should pay at
its first use and not at its start.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

import grpc
from google.cloud import firestore
from google.cloud.firestore_v1 import _helpers
from google.cloud.firestore_v1.base_client import _GRPC_MSG_SIZE_OPTIONS
from google.cloud.firestore_v1.types import document
from proto.marshal.collections import MapComposite  # type: ignore[import-untyped]

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


_encode_anything: Final = _helpers.encode_value
_SCALARS: Final = {
    bool: "boolean_value",
    str: "string_value",
    int: "integer_value",
    float: "double_value",
}


def encode_value(value: Any) -> document.Value:
    """What the library's function of this name answers, and what it raises."""
    raw = document.Value.pb()()
    _fill(raw, value)
    return document.Value.wrap(raw)


def encode_dict(fields: Mapping[str, Any]) -> MapComposite:
    """The same for a document's fields: a view that the library's messages take as it is."""
    raw = document.MapValue.pb()()
    _fill_fields(raw, fields)
    return MapComposite(raw.fields, marshal=document.Document._meta.marshal)  # noqa: SLF001


def _fill(raw: Any, value: Any) -> None:
    """Write a value into its message: what is common here, what is rare as the library does."""
    kind = type(value)
    if kind in _SCALARS:
        setattr(raw, _SCALARS[kind], value)
    elif kind is datetime:
        stamp = _helpers._datetime_to_pb_timestamp(value)  # type: ignore[attr-defined, no-untyped-call] # noqa: SLF001
        raw.timestamp_value.CopyFrom(stamp)
    elif kind is dict:
        raw.map_value.SetInParent()
        _fill_fields(raw.map_value, value)
    elif kind in (list, tuple):
        raw.array_value.SetInParent()
        for element in value:
            _fill(raw.array_value.values.add(), element)
    else:
        raw.CopyFrom(document.Value.pb(_encode_anything(value)))


def _fill_fields(raw: Any, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        _fill(raw.fields[name], value)


# The library (2.34) wraps every value and every level in a message of proto-plus, which copies what it
# holds: four fifths of what encoding a document costs, and a quarter of the CPU of a call that writes.
_helpers.encode_value = encode_value
_helpers.encode_dict = encode_dict  # type: ignore[assignment] # a view is as good as a dict there
