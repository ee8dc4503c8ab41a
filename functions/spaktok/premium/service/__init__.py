"""Use cases of premium."""

from spaktok.premium.service.shares import share_at, shares

__all__ = ["share_at", "shares"]
