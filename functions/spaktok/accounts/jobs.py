"""Work of accounts that no client waits for."""

from datetime import datetime

from spaktok.accounts.requests import EraseAccount, MovePresence, SignOut, WriteExport
from spaktok.accounts.service import erasing, exporting, presence, sessions
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.core.ids import UserId


@job(MovePresence)
def movePresence(task: MovePresence, delivery: Delivery) -> None:  # noqa: ARG001
    """Make what an account shows agree with whether it is away."""
    presence.settle(UserId(task.uid))


@job(SignOut)
def signOut(task: SignOut, delivery: Delivery) -> None:  # noqa: ARG001
    """End a user's refresh tokens; the sign-ins themselves are refused already."""
    sessions.end_tokens(UserId(task.uid))


@job(WriteExport, rate=20)
def writeExport(task: WriteExport, delivery: Delivery) -> None:  # noqa: ARG001
    """Go on with an export."""
    exporting.run(UserId(task.uid), task.export_id)


@job(EraseAccount, rate=20)
def eraseAccount(task: EraseAccount, delivery: Delivery) -> None:  # noqa: ARG001
    """Go on with an erasure."""
    erasing.run(task.erasure_id)


@schedule("every 15 minutes")
def sweepAccounts(at: datetime) -> None:
    """Send erasures whose time has come and jobs that died; remove exports that expired.

    Accounts under the minimum age that nobody asked to review in time begin to be erased.
    """
    from spaktok.accounts.service import underage

    erasing.sweep(at)
    exporting.sweep(at)
    underage.sweep(at)
