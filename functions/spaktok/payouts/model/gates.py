"""What must be known of somebody before money leaves for them. Pure; who finds it out is a provider's.

A check is recorded by the staff (`service.checks.record`); Stripe is asked about an account when a
withdrawal to its bank is requested, and told us of no change. A sign is seen by us (`model.rings`), and
keeps no money back: it asks for a second pair of eyes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


class Sign(StrEnum):
    """What was seen."""

    CIRCLE = "circle"
    """Whoever withdraws gave to those who gave to them."""
    CIRCLE_OF_THREE = "circle_of_three"
    """The same, through one more account."""
    ONE_GIVER = "one_giver"
    """Nearly all of what a new receiver was given came from one account."""
    SHARED_DESTINATION = "shared_destination"
    """Another account's withdrawals go, or went, to the same place."""
    SHARED_WITH_GIVER = "shared_with_giver"
    """The same, and that account gave."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A sign, and who else is in it."""

    sign: Sign
    others: tuple[str, ...]
    """Their uids, in order."""
    share_bps: int | None = None
    """The part of what was looked at that it is about; None where it is about no amount."""


ALWAYS = (Check.IDENTITY, Check.TAX_FORM, Check.SANCTIONS)


def missing(checks: Mapping[str, str], method: Method) -> list[Check]:
    """What has not been passed, in a fixed order."""
    wanted = (*ALWAYS, Check.BANK_ACCOUNT) if method is Method.BANK else ALWAYS
    return [check for check in wanted if checks.get(check) != Outcome.PASSED]
