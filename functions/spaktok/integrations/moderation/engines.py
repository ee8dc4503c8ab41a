"""Which engine a deployment asks."""

from __future__ import annotations

from spaktok.core import config
from spaktok.integrations.moderation.terms import Engine


def engine() -> Engine:
    """The engine of this deployment. The stand-in is never chosen outside emulators."""
    if config.emulated():
        from spaktok.integrations.moderation.local import Standin

        return Standin()
    from spaktok.integrations.moderation.cloud import Cloud

    return Cloud(config.RISK_ENDPOINT)
