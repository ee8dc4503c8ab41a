"""Where payouts may go: linked with a fresh sign-in, sealed at once, changed with a cooldown.

What identifies the receiver is sealed under a key that calls don't hold; a hint (`a•••@e•••`) is what
anyone, the owner included, is shown. A link is never overwritten: another one is another document, so
a withdrawal goes where it was asked to go or nowhere.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, ids, keys, sealed, transaction
from spaktok.core.ids import UserId
from spaktok.payouts import store
from spaktok.payouts.model import gates, policy
from spaktok.payouts.model.states import Method
from spaktok.safety.policy import Feature
from spaktok.safety.service import access
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

REPEATED: Final = timedelta(minutes=10)
"""How long the same link once more is a client's repeat."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A method, as its owner sees it."""

    method: Method
    hint: str
    linked_at: datetime
    usable_at: datetime
    """From when on withdrawals may go there."""


@dataclass(frozen=True, slots=True)
class Methods:
    """All of them, and what is still to be verified for each."""

    methods: list[Linked]
    missing: dict[str, list[gates.Check]]


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is paid, in the clear: passes through a call or a worker and lies nowhere."""

    kind: str
    """`email`, `payer_id` or `account`."""
    text: str
    last4: str = ""
    """Of the bank account behind a connected account: all that Stripe tells us of it."""

    fingerprint: str = ""
    """Stripe's name for that bank account, the same whoever attaches it."""

    @property
    def destination(self) -> str:
        """A keyed hash of where it leads: of two links to one place it is the same.

        A PayPal account that is named once by its address and once by its id has two; so has one under
        two of our keys.
        """
        place = f"destination:{self.kind}:{self.fingerprint or self.text.casefold()}"
        return hmac.new(keys.audit(), place.encode(), sha256).hexdigest()

    @property
    def hint(self) -> str:
        """Enough to know it by for whoever knows it."""
        if self.kind == "email":
            name, _, host = self.text.partition("@")
            return f"{name[:1]}•••@{host[:1]}•••.{host.rpartition('.')[2]}"
        return f"•••{self.last4 or self.text[-4:]}"


def link(uid: UserId, method: Method, receiver: Receiver) -> Linked:
    """Have payouts of this method go there. Two reads, up to three writes; a read more after another.

    An account's first link counts at once; every later one after the cooldown, be it of the same
    method or of another, so that whoever took over an account can't empty it at once. The same receiver
    again changes nothing that an outsider could see: it is another link, with its cooldown, but for a
    repeat within `REPEATED`, which gets the answer that was lost. Raises `NotForYourAge`.
    """
    access.require(uid, Feature.PAYOUTS, fresh=True)
    at = clock.now()
    method_id = ids.random_id()
    path = store.method_ref(method_id).path
    secret = sealed.seal(receiver.text, path=path, field="receiver")

    def body(tx: Transaction) -> Linked:
        (account,) = users.read([store.account_ref(uid)], tx)
        fields: dict[str, Any] = account.to_dict() or {}
        in_use: dict[str, str] = fields.get("methods", {})
        before = in_use.get(method)
        if before is not None:
            (held,) = users.read([store.method_ref(before)], tx)
            if _repeated(held, receiver, at):
                return _linked(method, held)
        usable_at = at + policy.COOLDOWN if in_use else at
        if before is not None and before != method_id:
            tx.update(store.method_ref(before), {"replacedAt": at})
        tx.set(
            store.method_ref(method_id),
            {
                "userId": uid,
                "method": method,
                "kind": receiver.kind,
                "hint": receiver.hint,
                "receiver": secret,
                "sealedWith": sealed.newest(),
                "destination": receiver.destination,
                "linkedAt": at,
                "usableAt": usable_at,
                "replacedAt": None,
            },
        )
        tx.set(store.account_ref(uid), {"userId": uid, "methods": {method: method_id}}, merge=True)
        return Linked(method, receiver.hint, at, usable_at)

    return transaction.run(body)


def listed(uid: UserId) -> Methods:
    """The caller's methods and what is missing. One read, and one a method."""
    (account,) = users.read([store.account_ref(uid)])
    fields: dict[str, Any] = account.to_dict() or {}
    found = [one for method in Method if (one := linked(fields, method)) is not None]
    return Methods(
        methods=found,
        missing={
            method.value: gates.missing(fields.get("checks", {}), method) for method in Method
        },
    )


def linked(account: dict[str, Any], method: Method) -> Linked | None:
    """The method in use, by the fields of its owner's payout account. One read where there is one."""
    method_id = account.get("methods", {}).get(method)
    if method_id is None:
        return None
    one = store.method_ref(method_id).get()
    return _linked(method, one) if one.exists else None


def open_receiver(method_id: str) -> Receiver | None:
    """Where a method leads, in the clear; None where it is gone. One read.

    For the worker that sends, which alone holds the key.
    """
    reference = store.method_ref(method_id)
    fields = reference.get().to_dict()
    if fields is None:
        return None
    text = sealed.open(fields["receiver"], path=reference.path, field="receiver")
    return Receiver(fields["kind"], text.decode())


def _linked(method: Method, found: DocumentSnapshot[Any]) -> Linked:
    return Linked(method, found.get("hint"), found.get("linkedAt"), found.get("usableAt"))


def _repeated(held: DocumentSnapshot[Any], receiver: Receiver, at: datetime) -> bool:
    """Whether this asks once more for what was linked just now."""
    fields = held.to_dict()
    if fields is None or fields.get("destination") != receiver.destination:
        return False
    linked_at: datetime = fields["linkedAt"]
    return at - linked_at < REPEATED
