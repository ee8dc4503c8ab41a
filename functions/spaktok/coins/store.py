"""Paths, encoding, reads and staged writes of coins.

- `coinPackages/{packageId}`: {packageId, name, imageUrl, coinAmount, bonusCoins, priceUSD (cents),
  priceLocal: {currency: minor units}, discount, isPopular, isBestValue, isAvailable, sortOrder, links,
  version, createdAt, updatedAt}; `coinPackages/{packageId}/versions/{n}`: the same, never changed.
- `coinPurchases/{purchaseId}`: {purchaseId, userId, packageId, packageVersion, paymentMethod,
  currency, coinAmount, bonusCoins, totalCoins, priceUSD (cents), pricePaid (minor units of the
  currency), paymentIntentId, sessionId, status, failureReason, timestamp, completedAt, expiresAt} and
  the server's own {provider, method, inputHash, worth: {grossMicro, feeMicro} (of a purchase in a
  store), refundAskedMinor, progress}.
- `customers/{uid}`: {stripeId, stripeLink}.
- `paymentEvents/{provider-id}`: {provider, type, purchaseId, at, expiresAt}. One that is gone and told
  again finds nothing left to do: the purchase knows how far it has come.
- `coinRefunds/{refundId}`: {purchaseId, userId, staffId, reason, amountMinor, status, providerId, at}.
- `system/stripeEvents`: {heardTo, kept: {eventId: seconds since 1970}, askedTo}: how far events were
  looked for that nobody told of, and those before it that are not dealt with; and until when those
  purchases were over that the last run asked about, where there were more.
- `storeReports/{day}`: {at, listed: {provider: count}, unread: [provider], found, discrepancies:
  [{kind, provider, purchaseId, receiptId}]}: what the stores list against what we booked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.coins.model.packages import PACKAGES_MAX, Package
from spaktok.coins.model.payments import NOTHING, DisputeState, Provider, Worth
from spaktok.coins.model.purchases import Progress, Purchase
from spaktok.core import clients

if TYPE_CHECKING:
    from google.cloud.firestore import (
        DocumentReference,
        DocumentSnapshot,
        Query,
        Transaction,
        WriteBatch,
    )

EVENTS_KEPT_FOR: Final = timedelta(days=90)
METHODS: Final = {"apple": "apple_iap", "google": "google_play"}
"""`paymentMethod` of what is paid in a store; of what Stripe takes it is `stripe`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What was heard: one event of a provider's."""

    provider: Provider
    id: str
    kind: str


def package_ref(package_id: str) -> DocumentReference:
    """`coinPackages/{packageId}`."""
    return clients.db().collection("coinPackages").document(package_id)


def version_ref(package_id: str, version: int) -> DocumentReference:
    """`coinPackages/{packageId}/versions/{n}`."""
    return package_ref(package_id).collection("versions").document(str(version))


def purchase_ref(purchase_id: str) -> DocumentReference:
    """`coinPurchases/{purchaseId}`."""
    return clients.db().collection("coinPurchases").document(purchase_id)


def customer_ref(uid: str) -> DocumentReference:
    """`customers/{uid}`."""
    return clients.db().collection("customers").document(uid)


def event_ref(mark: Mark) -> DocumentReference:
    """`paymentEvents/{provider-id}`."""
    return clients.db().collection("paymentEvents").document(f"{mark.provider}-{mark.id}")


def refund_ref(refund_id: str) -> DocumentReference:
    """`coinRefunds/{refundId}`."""
    return clients.db().collection("coinRefunds").document(refund_id)


def pulled_ref() -> DocumentReference:
    """`system/stripeEvents`."""
    return clients.db().collection("system").document("stripeEvents")


def report_ref(day: str) -> DocumentReference:
    """`storeReports/{day}`."""
    return clients.db().collection("storeReports").document(day)


def read(
    refs: list[DocumentReference], tx: Transaction | None = None
) -> list[DocumentSnapshot[Any]]:
    """The documents, in the order asked for. A read each, one RPC."""
    found = {
        one.reference.path: one
        for one in (tx.get_all(refs) if tx is not None else clients.db().get_all(refs))
    }
    return [found[ref.path] for ref in refs]


def packages(tx: Transaction | None = None) -> list[Package]:
    """Every package, in the order in which they are shown. A read each, or one where there is none."""
    query = clients.db().collection("coinPackages").order_by("sortOrder").limit(PACKAGES_MAX)
    stored = query.stream() if tx is None else tx.get(query)
    return [found for one in stored if (found := package(one)) is not None]


def package(snapshot: DocumentSnapshot[Any]) -> Package | None:
    """The package, or None where there is none."""
    fields = snapshot.to_dict()
    if fields is None:
        return None
    return Package(
        package_id=fields["packageId"],
        name=fields["name"],
        coin_amount=fields["coinAmount"],
        bonus_coins=fields["bonusCoins"],
        prices={"usd": fields["priceUSD"], **fields["priceLocal"]},
        version=fields["version"],
        image_url=fields["imageUrl"],
        is_popular=fields["isPopular"],
        is_best_value=fields["isBestValue"],
        is_available=fields["isAvailable"],
        sort_order=fields["sortOrder"],
        links=dict(fields["links"]),
    )


def put_package(batch: WriteBatch | Transaction, one: Package, at: datetime) -> None:
    """Stage a version and what is sold now. Two writes; the first fails where the version exists."""
    fields = {
        "packageId": one.package_id,
        "name": one.name,
        "coinAmount": one.coin_amount,
        "bonusCoins": one.bonus_coins,
        "priceUSD": one.price_usd,
        "priceLocal": {name: minor for name, minor in one.prices.items() if name != "usd"},
        "discount": one.discount,
        "version": one.version,
        "imageUrl": one.image_url,
        "isPopular": one.is_popular,
        "isBestValue": one.is_best_value,
        "isAvailable": one.is_available,
        "sortOrder": one.sort_order,
        "links": dict(one.links),
        "createdAt": at,
    }
    batch.create(version_ref(one.package_id, one.version), fields)
    batch.set(package_ref(one.package_id), {**fields, "updatedAt": at})


def purchase(snapshot: DocumentSnapshot[Any]) -> Purchase | None:
    """The purchase, or None where there is none."""
    fields = snapshot.to_dict()
    if fields is None:
        return None
    done = fields["progress"]
    return Purchase(
        id=fields["purchaseId"],
        user_id=fields["userId"],
        package_id=fields["packageId"],
        version=fields["packageVersion"],
        provider=Provider(fields["provider"]),
        coin_amount=fields["coinAmount"],
        bonus_coins=fields["bonusCoins"],
        price_minor=fields["pricePaid"],
        currency=fields["currency"],
        price_usd=fields["priceUSD"],
        at=fields["timestamp"],
        method=fields["method"],
        input_hash=fields["inputHash"],
        payment_id=fields["paymentIntentId"],
        session_id=fields["sessionId"],
        expires_at=fields["expiresAt"],
        completed_at=fields["completedAt"],
        worth=_worth(fields.get("worth")),
        refund_asked_minor=fields["refundAskedMinor"],
        progress=Progress(
            credited=done["credited"],
            refunded_minor=done["refundedMinor"],
            failed_refunds=tuple(done["failedRefunds"]),
            reversed_refunds=tuple(done["reversedRefunds"]),
            restored_minor=done["restoredMinor"],
            disputes={name: DisputeState(state) for name, state in done["disputes"].items()},
            lost_minor=done["lostMinor"],
            failure=fields["failureReason"],
            closed=done["closed"],
            odd=done["odd"],
        ),
    )


def _worth(fields: dict[str, int] | None) -> Worth:
    return NOTHING if fields is None else Worth(fields["grossMicro"], fields["feeMicro"])


def encode(one: Purchase) -> dict[str, Any]:
    """A purchase as its document."""
    done = one.progress
    return {
        "purchaseId": one.id,
        "userId": one.user_id,
        "packageId": one.package_id,
        "packageVersion": one.version,
        "provider": one.provider,
        "paymentMethod": METHODS.get(one.provider, one.provider),
        "method": one.method,
        "coinAmount": one.coin_amount,
        "bonusCoins": one.bonus_coins,
        "totalCoins": one.coins,
        "priceUSD": one.price_usd,
        "pricePaid": one.price_minor,
        "currency": one.currency,
        "paymentIntentId": one.payment_id,
        "sessionId": one.session_id,
        "inputHash": one.input_hash,
        "status": one.status,
        "failureReason": done.failure,
        "timestamp": one.at,
        "completedAt": one.completed_at,
        "expiresAt": one.expires_at,
        "worth": {"grossMicro": one.worth.gross_micro, "feeMicro": one.worth.fee_micro},
        "refundAskedMinor": one.refund_asked_minor,
        "progress": {
            "credited": done.credited,
            "refundedMinor": done.refunded_minor,
            "failedRefunds": list(done.failed_refunds),
            "reversedRefunds": list(done.reversed_refunds),
            "restoredMinor": done.restored_minor,
            "disputes": {name: str(state) for name, state in done.disputes.items()},
            "lostMinor": done.lost_minor,
            "closed": done.closed,
            "odd": done.odd,
        },
    }


def since(uid: str, start: datetime, limit: int) -> Query:
    """A user's purchases since an instant, newest first."""
    from google.cloud.firestore import FieldFilter, Query

    return (
        clients.db()
        .collection("coinPurchases")
        .where(filter=FieldFilter("userId", "==", uid))
        .where(filter=FieldFilter("timestamp", ">=", start))
        .order_by("timestamp", direction=Query.DESCENDING)
        .limit(limit)
    )


def note(
    batch: WriteBatch | Transaction,
    mark: Mark,
    purchase_id: str | None,
    at: datetime,
    *,
    for_good: bool = False,
) -> None:
    """Stage that an event was dealt with. One write, failing where it was before."""
    batch.create(
        event_ref(mark),
        {
            "provider": mark.provider,
            "type": mark.kind,
            "purchaseId": purchase_id,
            "at": at,
            "expiresAt": None if for_good else at + EVENTS_KEPT_FOR,
        },
    )
