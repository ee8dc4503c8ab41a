"""Looking at wallets and entries."""

from __future__ import annotations

from spaktok.core import clock
from spaktok.wallet import encoding, store
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.model.wallet import Wallet, settled


def load(uid: str) -> Wallet:
    """The wallet as it is now, with what time has made of it; empty where there is none. One read."""
    wallet, _ = settled(encoding.wallet(store.wallet_ref(uid).get()), clock.now())
    return wallet


def entry(entry_id: str) -> Entry | None:
    """An entry by its id. One read."""
    return encoding.entry(store.entries().document(entry_id).get())


def entries_of(uid: str) -> list[Entry]:
    """The whole chain of a user, oldest first: a read each. For audits and tests."""
    return [encoding.decode_entry(one.to_dict() or {}) for one in store.chain(uid, 0).stream()]
