"""Every index that a query of ours needs in production is declared, and no other.

The emulator answers without indexes, so nothing else would notice. The catalogue runs each place that
builds a query; a place that is not in it fails the first test.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from google.cloud.firestore_v1.base_aggregation import BaseAggregationQuery
from google.cloud.firestore_v1.base_query import BaseQuery

from spaktok.accounts import store
from spaktok.accounts.service import belongings, erasing, exporting, presence, sources, ties
from spaktok.coins import store as coins
from spaktok.coins.service import hearing, unsent
from spaktok.core import audit, clock, counters, dead_letters, dispatch, mirrors, rotation
from spaktok.core.inventory import Store as Kind
from spaktok.core.inventory import in_store
from spaktok.devices import store as devices
from spaktok.discovery import service as discovery
from spaktok.discovery.requests import Order
from spaktok.feed import author_cards, pool, topics, withdrawal
from spaktok.feed import store as feed
from spaktok.gifts.service import leaderboards
from spaktok.graph import asking, audiences, lists
from spaktok.graph import store as graph
from spaktok.notifications import announcing, many
from spaktok.notifications import service as inboxes
from spaktok.notifications import store as notifications
from spaktok.notifications.kinds import KINDS
from spaktok.notifications.model import NotificationType
from spaktok.payouts import store as payouts
from spaktok.payouts.service import comparing, sending
from spaktok.premium import drawer
from spaktok.premium import store as premium
from spaktok.safety import store as safety
from spaktok.search.service import firestore as search
from spaktok.search.service import indexing
from spaktok.search.store import Audience
from spaktok.trends import store as trends
from spaktok.trends.model import TrendKind
from spaktok.users import handles, photos, roles
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.verification import store as verification
from spaktok.videos import catalogue, engaged
from spaktok.videos import store as videos
from spaktok.videos.commenting import CommentStatus
from spaktok.videos.model import VISIBILITIES, Sort, VideoStatus
from spaktok.videos.service import (
    disowning,
    duplicates,
    gate,
    leases,
    narrowing,
    profile_tab,
    removal,
    saves,
    settling,
    sounds,
)
from spaktok.views import store as views
from spaktok.views.service import withholding
from spaktok.wallet import store as ledger
from spaktok.wallet.service import approvals, auditing, recovering
from tests.support.indexes import Index, declared, exempted, needed, summed
from tests.support.people import ANA, BEN, join

ROOT = Path(__file__).parents[2]
BUILDERS = {"where", "order_by", "collection_group"}


def _sweep_counters() -> None:
    counters.sweep(clock.now())
    counters.sweep(clock.now() + timedelta(hours=1))  # from the watermark on


def _read(*queries: Any) -> None:
    for query in queries:
        list(query.limit(1).stream())


def _erase() -> None:
    """Whatever an erasure looks for: by subject, inside texts, and about a thing that was."""
    list(belongings.erase_documents(ANA, final=True))
    list(belongings.erase_texts(ANA))
    list(belongings.remember(ANA, "e1"))
    store.things("e1").document("v1").set({})
    list(belongings.erase_things("e1"))


def _export() -> None:
    for source in sources.of(ANA, "salt"):
        if source.entry.store is Kind.FIRESTORE:
            sources._page(source, None)


def _lists() -> None:
    join(ANA)
    for everyone in (lists.followers, lists.following):
        everyone(ANA, ANA, 1, None)
    for own in (lists.requests, lists.friends, lists.close_friends, lists.muted, lists.blocked):
        own(ANA, 1, None)
    lists.friend_requests(ANA, 1, None, None)


def _measure() -> None:
    join(BEN)
    card = users.decode_card(users.card_ref(BEN).get())
    assert card is not None
    verification.facts(card)


def _tab() -> None:
    for sort in Sort:
        for seen in (["public"], sorted(VISIBILITIES)):
            _read(profile_tab._query(ANA, seen, sort))  # type: ignore[arg-type]


def _search() -> None:
    for kind in search.Kind:
        # Hashtags and sounds are the same for all ages.
        people = kind in (search.Kind.USERS, search.Kind.VIDEOS)
        for audience in Audience if people else (Audience.TEENS,):
            # By a word alone, by one of several, and by near misses.
            for query in ("morning", "morning sunn"):
                for one in search._plan(query, audience, kind):
                    one.page([], 1)
                    one.page([1, ANA], 1)


def _records() -> None:
    for kind in KINDS.values():
        if kind.source is not None:
            list(notifications.records(kind.source, "v1", clock.now(), clock.now()).stream())


CATALOGUE: dict[str, Callable[[], object]] = {
    "accounts/service/belongings.py:_collection": _erase,
    "accounts/service/belongings.py:_equal": _erase,
    "accounts/service/belongings.py:pages": _erase,
    "accounts/service/erasing.py:sweep": lambda: erasing.sweep(clock.now()),
    "accounts/service/exporting.py:sweep": lambda: exporting.sweep(clock.now()),
    "accounts/service/links.py:page": lambda: _read(store.export_files(ANA).order_by("__name__")),
    "accounts/service/presence.py:_of": lambda: _read(
        *(
            of(ANA, away=away)
            for of in (presence._videos, presence._comments)
            for away in (True, False)
        )
    ),
    "accounts/service/sources.py:_page": _export,
    "accounts/service/ties.py:_where": lambda: list(ties.end(ANA)),
    "core/audit.py:_walk": lambda: list(audit._walk("0", after=0)),
    "core/counters.py:_changed_shards": _sweep_counters,
    "core/dead_letters.py:of_money": lambda: _read(dead_letters.of_money()),
    "core/dispatch.py:sweep": dispatch.sweep,
    "core/mirrors.py:showing": lambda: _read(
        mirrors.showing(mirrors.OWNER_PRIVATE, ANA, value=True)
    ),
    "core/rotation.py:_old": lambda: _read(
        *(rotation._old(entry.collection) for entry in in_store(Kind.FIRESTORE) if entry.sealed)
    ),
    "feed/author_cards.py:_videos_of": lambda: _read(author_cards._videos_of(ANA, "v1")),
    "feed/pool.py:newest": lambda: _read(pool.newest()),
    "feed/store.py:_naming": lambda: [
        _read(one(ANA)) for one in (feed.holding, feed.pulling, feed.heard)
    ],
    "feed/withdrawal.py:take_back": lambda: withdrawal.take_back(ANA, "v1"),
    "graph/audiences.py:_edges": lambda: list(audiences._followed(ANA)),
    "graph/audiences.py:asleep": lambda: _read(audiences.asleep(clock.now())),
    "coins/service/hearing.py:_overdue": lambda: _read(
        *(
            hearing._overdue(clock.now(), before)
            for before in (None, clock.now() - timedelta(days=1))
        )
    ),
    "coins/service/unsent.py:_late": lambda: _read(unsent._late(clock.now())),
    "coins/store.py:packages": coins.packages,
    "coins/store.py:since": lambda: _read(coins.since(ANA, clock.now(), 1)),
    "gifts/service/leaderboards.py:_candidates": lambda: leaderboards.rebuild(clock.now()),
    "graph/asking.py:accept_all": lambda: asking.accept_all(ANA),
    "graph/store.py:_where": lambda: _read(
        graph.followed_by(ANA),
        graph.followers_of(ANA),
        graph.asking(ANA),
        graph.befriending(ANA),
        graph.befriended(ANA),
    ),
    "graph/store.py:friends_of": lambda: _read(graph.friends_of(ANA)),
    "graph/store.py:newest_first": _lists,
    "payouts/store.py:asked_between": lambda: _read(
        payouts.asked_between(ANA, clock.now(), clock.now())
    ),
    "payouts/store.py:bank_lines": lambda: _read(payouts.bank_lines("2026-01-01", "2026-01-02")),
    "payouts/store.py:due": lambda: _read(
        *(payouts.due(clock.now(), states) for states, _ in sending.SWEEPS)
    ),
    "payouts/store.py:linked_to": lambda: _read(payouts.linked_to("somewhere")),
    "payouts/store.py:open_of": lambda: _read(payouts.open_of(ANA)),
    "wallet/store.py:gifts": lambda: _read(
        ledger.gifts("userId", ANA), ledger.gifts("receiverId", ANA)
    ),
    "graph/store.py:changed_between": lambda: _read(
        graph.changed_between(clock.now(), clock.now())
    ),
    "payouts/store.py:own": lambda: _read(payouts.own(ANA)),
    "payouts/store.py:waiting": lambda: _read(payouts.waiting()),
    "premium/drawer.py:owing": lambda: _read(drawer.owing()),
    "premium/store.py:endings": lambda: _read(premium.endings(clock.now())),
    "premium/store.py:past_tenures": lambda: _read(premium.past_tenures()),
    "premium/store.py:waiting": lambda: _read(premium.waiting()),
    "safety/store.py:due": lambda: _read(safety.due(clock.now(), 1)),
    "safety/store.py:too_young": lambda: _read(safety.too_young(clock.now(), 1)),
    "safety/store.py:pending_requests": lambda: _read(safety.pending_requests()),
    "search/service/firestore.py:_slipped": _search,
    "search/service/firestore.py:page": _search,
    "search/service/indexing.py:reindex": lambda: indexing.reindex("run", None),
    "users/handles.py:hold_for_nobody": lambda: handles.hold_for_nobody(ANA, clock.now()),
    "users/photos.py:sweep": photos.sweep,
    "users/roles.py:sweep": lambda: roles.sweep(clock.now()),
    "verification/store.py:_videos": _measure,
    "verification/store.py:facts": _measure,
    "verification/store.py:pending": lambda: _read(verification.pending()),
    "wallet/service/auditing.py:everything": auditing.everything,
    "wallet/service/auditing.py:wallets": lambda: _read(auditing.wallets()),
    "wallet/service/auditing.py:reserving": lambda: _read(auditing.reserving()),
    "payouts/store.py:under_way": lambda: _read(payouts.under_way()),
    "wallet/store.py:rolled_up_for": lambda: _read(ledger.rolled_up_for(ANA)),
    "wallet/store.py:in_order": lambda: _read(ledger.in_order(ANA)),
    "wallet/store.py:bought_as": lambda: _read(ledger.bought_as(ANA, "p1")),
    "wallet/service/approvals.py:pending": lambda: _read(approvals.pending()),
    "wallet/service/recovering.py:due": lambda: _read(recovering.due(clock.now())),
    "wallet/store.py:history": lambda: _read(ledger.history(ANA)),
    "wallet/store.py:chain": lambda: _read(ledger.chain(ANA, 0)),
    "wallet/store.py:in_lane": lambda: _read(ledger.in_lane("gift-0", clock.now(), clock.now())),
    "wallet/store.py:of_kinds": lambda: _read(
        ledger.of_kinds(comparing.MOVED, clock.now(), clock.now())
    ),
    "wallet/store.py:of_keys": lambda: _read(ledger.of_keys(comparing.MOVED, ["p1", "p2"])),
    "wallet/store.py:about_purchases": lambda: _read(ledger.about_purchases(["p1", "p2"])),
    "wallet/store.py:walked": lambda: _read(ledger.walked("own-0", clock.now(), clock.now())),
    "wallet/store.py:in_slot": lambda: _read(ledger.in_slot("s1")),
    "wallet/store.py:paid_by": lambda: _read(ledger.paid_by("l1")),
    "wallet/store.py:roll_ups": lambda: _read(ledger.roll_ups("s1")),
    "wallet/store.py:shards": lambda: _read(ledger.shards(ANA)),
    "videos/catalogue.py:open_challenges": lambda: _read(catalogue.open_challenges()),
    "videos/service/narrowing.py:beyond": lambda: _read(narrowing.beyond(ANA, Visibility.FRIENDS)),
    "videos/service/disowning.py:using": lambda: _read(
        *(disowning.using(field, "t1") for field in ("soundId", "challengeId"))
    ),
    "videos/service/settling.py:made_from": lambda: _read(settling.made_from("v1")),
    "videos/service/settling.py:made_by": lambda: _read(settling.made_by(ANA)),
    "videos/service/settling.py:reused": lambda: _read(settling.reused(ANA)),
    "videos/service/profile_tab.py:_query": _tab,
    "videos/service/duplicates.py:_candidates": lambda: duplicates._candidates([f"{7:064x}"]),
    "videos/service/gate.py:_in_state": lambda: _read(gate.waiting()),
    "videos/service/gate.py:open_cases": lambda: _read(gate.open_cases()),
    "videos/service/leases.py:ran_out": lambda: _read(leases.ran_out(clock.now())),
    "videos/service/removal.py:_delete_all": lambda: removal._delete_all(
        "videoLikes", "videoId", "v1"
    ),
    "videos/catalogue.py:credited_otherwise": lambda: _read(
        catalogue.credited_otherwise(ANA, "lumen")
    ),
    "videos/service/sounds.py:heard_in": lambda: _read(sounds.heard_in("s1")),
    "videos/store.py:due": lambda: _read(videos.due(clock.now(), VideoStatus.SCHEDULED)),
    "videos/engaged.py:comments_of": lambda: _read(
        *(engaged.comments_of("v1", None, newest_first=first) for first in (True, False))
    ),
    "videos/engaged.py:held_of": lambda: _read(engaged.held_of(ANA)),
    "videos/engaged.py:saves_of": lambda: _read(
        *(engaged.saves_of(ANA, collection) for collection in (None, "c1"))
    ),
    "videos/engaged.py:share_with": lambda: _read(engaged.share_with("token")),
    "videos/engaged.py:thread": lambda: _read(engaged.thread("c1", list(CommentStatus))),
    "videos/service/saves.py:collections_of": lambda: saves.collections_of(ANA),
    "discovery/service.py:_query": lambda: _read(
        *(
            discovery._query(having, order)
            for having in (("hashtags", "array_contains", "sun"), ("soundId", "==", "s1"))
            for order in (Order.RECENT, Order.POPULAR)
        )
    ),
    "trends/store.py:waiting": lambda: _read(trends.waiting(TrendKind.VIDEOS)),
    "views/store.py:batches_around": lambda: _read(
        views.batches_around(ANA, clock.now(), clock.now())
    ),
    "views/store.py:batches_between": lambda: _read(
        views.batches_between(0, clock.now(), clock.now())
    ),
    "views/store.py:batches_of": lambda: _read(views.batches_of(ANA)),
    "views/store.py:batches_with": lambda: _read(views.batches_with("v1")),
    "feed/topics.py:of": lambda: _read(topics.of("#sun"), topics.of("♪song")),
    "views/store.py:marks_between": lambda: _read(
        *(views.marks_between(name, clock.now(), clock.now()) for name in views.MARKS)
    ),
    "views/store.py:hearing": lambda: _read(views.hearing(ANA)),
    "views/store.py:hours_since": lambda: _read(views.hours_since(clock.now())),
    "views/store.py:marks_of": lambda: _read(
        *(views.marks_of(kind, ANA) for kind in (*views.MARKS, "commentLikes"))
    ),
    "views/service/withholding.py:_switch_comments": lambda: withholding._switch_comments(
        ANA, CommentStatus.ACTIVE, CommentStatus.WITHHELD, -1
    ),
    "videos/store.py:of_owner": lambda: _read(videos.of_owner(ANA)),
    "videos/store.py:waiting_since": lambda: _read(videos.waiting_since(clock.now())),
    "devices/store.py:unseen_since": lambda: list(devices.unseen_since(clock.now()).stream()),
    "notifications/announcing.py:people": lambda: _read(
        *(announcing.people(regions, "ana") for regions in ((), ("SE", "NO")))
    ),
    "notifications/many.py:with_bell": lambda: list(many.with_bell("ana").stream()),
    "notifications/service.py:_without": lambda: list(inboxes.forget(BEN)),
    "notifications/store.py:_of": lambda: list(notifications.unread("ana").stream()),
    "notifications/store.py:held": lambda: list(notifications.held("ana", clock.now()).stream()),
    "notifications/store.py:held_between": lambda: list(
        notifications.held_between(clock.now(), clock.now()).stream()
    ),
    "notifications/store.py:involving": lambda: _read(
        *(notifications.involving(BEN, uid).order_by("__name__") for uid in (None, ANA))
    ),
    "notifications/store.py:of_user": lambda: list(notifications.of_user("ana").stream()),
    "notifications/store.py:about": lambda: list(notifications.about(["v1"]).stream()),
    "notifications/store.py:marked_by_apps": lambda: list(
        notifications.marked_by_apps(clock.now()).stream()
    ),
    "notifications/store.py:mailed_in": lambda: notifications.count(
        notifications.mailed_in("ana", clock.now())
    ),
    "notifications/store.py:pushed_in": lambda: list(
        notifications.pushed_in(["ana"], clock.now()).stream()
    ),
    "notifications/store.py:pushes_in": lambda: [
        notifications.pushes_in("ana", clock.now(), kind)
        for kind in (None, NotificationType.VIDEO_LIKE)
    ],
    "notifications/store.py:records": _records,
    "notifications/store.py:unread": lambda: notifications.count(notifications.unread("ana")),
    "notifications/store.py:unread_up_to": lambda: list(
        notifications.unread_up_to("ana", clock.now()).stream()
    ),
}


def places() -> set[str]:
    """Every function of the package that builds a query."""
    package = ROOT / "functions" / "spaktok"
    found = set()
    for file in package.rglob("*.py"):
        source = file.read_text()
        if not any(f".{name}(" in source for name in BUILDERS):
            continue  # parsing takes far longer than looking
        for function in ast.walk(ast.parse(source)):
            if isinstance(function, ast.FunctionDef) and any(
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in BUILDERS
                for node in ast.walk(function)
            ):
                found.add(f"{file.relative_to(package)}:{function.name}")
    return found


def test_the_catalogue_has_every_place_that_builds_a_query() -> None:
    assert places() == set(CATALOGUE)


def test_the_file_declares_exactly_the_indexes_the_queries_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tried by hand: dropping an index from the file, or adding one, fails; so does dropping the
    override of a field in a map that has none of its own."""
    written = json.loads((ROOT / "firestore.indexes.json").read_text())
    needs: dict[Index, str] = {}
    gone: dict[Index, str] = {}
    build = BaseQuery._to_protobuf
    aggregate = BaseAggregationQuery._to_protobuf
    place = ""

    def recorded(query: Any) -> Any:
        monkeypatch.setattr(BaseQuery, "_to_protobuf", build)
        if (index := needed(query)) is not None:
            needs[index] = place
        gone.update(dict.fromkeys(exempted(query, written), place))
        monkeypatch.setattr(BaseQuery, "_to_protobuf", recorded)
        return build(query)

    def aggregated(query: Any) -> Any:
        asked = aggregate(query)
        if (index := summed(asked)) is not None:
            needs[index] = place
        return asked

    monkeypatch.setattr(BaseQuery, "_to_protobuf", recorded)
    monkeypatch.setattr(BaseAggregationQuery, "_to_protobuf", aggregated)
    firsts: dict[Callable[[], object], str] = {}
    for place, run in CATALOGUE.items():
        firsts.setdefault(run, place)
    for run, place in firsts.items():  # noqa: B007 - `recorded` reads it
        run()
    assert not gone, f"overrides in firestore.indexes.json leave no index for: {gone}"
    file = declared(written)
    missing = {index: place for index, place in needs.items() if index not in file}
    assert not missing, f"add to firestore.indexes.json: {missing}"
    assert not file - set(needs), "no query needs these indexes"
