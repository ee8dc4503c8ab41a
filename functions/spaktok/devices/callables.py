"""Client calls of devices."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_hour
from spaktok.devices import service
from spaktok.devices.requests import RegisterFcmToken, UnregisterFcmToken


@call(
    RegisterFcmToken,
    message="Registered",
    limit=per_hour(60),
    cost="1 read; once a day and when it changes 4 reads and one a device, 2 writes",
)
def registerFcmToken(caller: Caller, request: RegisterFcmToken) -> service.Registered:
    """Let the caller's pushes reach this device, and nobody else's."""
    return service.register(caller.uid, request)


@call(
    UnregisterFcmToken,
    message="Unregistered",
    limit=per_hour(60),
    cost="1 read, 2 deletes",
)
def unregisterFcmToken(caller: Caller, request: UnregisterFcmToken) -> service.Registered:
    """Let the caller's pushes reach this device no more."""
    return service.unregister(caller.uid, request.token)
