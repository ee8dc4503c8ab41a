"""What share a creator has of a gift: by the slot they held when it was committed."""

from __future__ import annotations

from datetime import datetime

from spaktok.premium import store
from spaktok.premium.model import Shares
from spaktok.users import store as users


class ShareAt:
    """The shares of one receiver, read when first asked for and again for whatever came later.

    Tenures and gifts are dated by the database's clock, so what was read knows every gift that was
    committed before it: for a later one it is read anew. Two reads, one RPC.
    """

    def __init__(self, receiver: str) -> None:
        self._receiver = receiver
        self._shares: Shares | None = None
        self._read_at: datetime | None = None

    def __call__(self, _: str, committed_at: datetime) -> int:
        """Basis points of the net receipts of a gift that was committed then."""
        return self._known(committed_at).at(committed_at)

    def possible(self, committed_at: datetime) -> frozenset[int]:
        """The shares that such a gift may have been given, for whoever proves it later."""
        return self._known(committed_at).possible(committed_at)

    def _known(self, committed_at: datetime) -> Shares:
        if self._shares is None or self._read_at is None or committed_at >= self._read_at:
            self._shares, self._read_at = self._read()
        return self._shares

    def _read(self) -> tuple[Shares, datetime]:
        references = [store.account_ref(self._receiver), store.settings_ref()]
        account, settings = users.read(references)
        shares = Shares(store.decode_tenures(account), store.decode_settings(settings).terms)
        return shares, account.read_time
