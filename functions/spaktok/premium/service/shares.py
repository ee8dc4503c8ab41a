"""Whose gifts are shared how: what `gifts` asks when it settles them."""

from __future__ import annotations

from datetime import datetime

from spaktok.premium import store
from spaktok.premium.model import Shares
from spaktok.users import store as users


def of(receiver: str) -> Shares:
    """The shares of a receiver, for any gift that was committed before this call. Two reads, one RPC.

    `shares.of(uid).at(entry.committed_at)` is basis points of the net receipts, 5,000 or 9,000 by
    default: by the slot held and the settings in force at that commit, whatever changed since.
    """
    account, settings = users.read([store.account_ref(receiver), store.settings_ref()])
    return Shares(store.decode_tenures(account), store.decode_settings(settings).terms)


def share_at(receiver: str, committed_at: datetime) -> int:
    """The share of one gift in basis points. Two reads; for many gifts, `of` once."""
    return of(receiver).at(committed_at)
