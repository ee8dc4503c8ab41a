"""What must be known of somebody before money leaves for them. Pure; who finds it out is a provider's.

A check is recorded by whoever made it (a KYC provider's webhook, Stripe's `account.updated`, the
staff) through `service.checks.record`: nothing else knows providers.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from spaktok.payouts.model.states import Method


class Check(StrEnum):
    """What is found out."""

    IDENTITY = "identity"
    TAX_FORM = "tax_form"
    SANCTIONS = "sanctions"
    BANK_ACCOUNT = "bank_account"
    """That the provider will pay to the connected account: `payouts_enabled`, nothing past due."""


class Outcome(StrEnum):
    """How it went."""

    PASSED = "passed"
    PENDING = "pending"
    PAST_DUE = "past_due"
    FAILED = "failed"


ALWAYS = (Check.IDENTITY, Check.TAX_FORM, Check.SANCTIONS)


def missing(checks: Mapping[str, str], method: Method) -> list[Check]:
    """What has not been passed, in a fixed order."""
    wanted = (*ALWAYS, Check.BANK_ACCOUNT) if method is Method.BANK else ALWAYS
    return [check for check in wanted if checks.get(check) != Outcome.PASSED]
