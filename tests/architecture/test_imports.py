"""Who may import whom: main → entries → {requests, service} → {store, integrations} → model → core."""

from __future__ import annotations

import tomllib
from enum import IntEnum

import pytest

from tests.architecture.source import FEATURES, MODULES, ROOT, Import, Module


class Layer(IntEnum):
    """From the ground up."""

    MODEL = 1
    STORE = 2
    REQUESTS = 3
    SERVICE = 4
    ENTRY = 5


LAYERS = {
    "model": Layer.MODEL,
    "refusals": Layer.MODEL,
    "relation": Layer.MODEL,
    "sniff": Layer.MODEL,
    "store": Layer.STORE,
    "catalogue": Layer.STORE,
    "shards": Layer.STORE,
    "engaged": Layer.STORE,
    "engaging": Layer.REQUESTS,
    "encoding": Layer.STORE,
    "drawer": Layer.STORE,
    "requests": Layer.REQUESTS,
    "service": Layer.SERVICE,
    "fan_out": Layer.SERVICE,
    "outgoing": Layer.SERVICE,
    # Rules and values of a feature that fill a file each.
    **dict.fromkeys(
        (
            "births",
            "commenting",
            "boards",
            "confusables",
            "hashes",
            "profiles",
            "criteria",
            "curfews",
            "giving",
            "interests",
            "kinds",
            "links",
            "pictures",
            "policy",
            "preferences",
            "privacy",
            "quotes",
            "receiving",
            "reserved",
            "rule_seals",
            "ranking",
            "recipes",
            "replay",
            "silence",
            "slates",
            "slating",
            "tallies",
            "templates",
            "text",
            "tickets",
        ),
        Layer.MODEL,
    ),
    # Use cases that fill a file each.
    **dict.fromkeys(
        (
            "announcements",
            "announcing",
            "asking",
            "audiences",
            "beginning",
            "author",
            "author_cards",
            "choices",
            "circles",
            "context",
            "counting",
            "delivery",
            "editing",
            "friends",
            "groups",
            "handles",
            "inbox",
            "lists",
            "lookup",
            "many",
            "news",
            "opening",
            "photos",
            "pages",
            "personal",
            "pool",
            "push",
            "regards",
            "seen",
            "rename",
            "roles",
            "settings",
            "sources",
            "topics",
            "severing",
            "suggestions",
            "ties",
            "tightening",
            "tuning",
            "withdrawal",
        ),
        Layer.SERVICE,
    ),
    "callables": Layer.ENTRY,
    "triggers": Layer.ENTRY,
    "jobs": Layer.ENTRY,
    "hooks": Layer.ENTRY,
}
"""What a file or package of a feature is. Another name has to be given its layer here."""

REACHABLE = {
    Layer.ENTRY: {Layer.ENTRY, Layer.SERVICE, Layer.REQUESTS, Layer.STORE, Layer.MODEL},
    Layer.SERVICE: {Layer.SERVICE, Layer.REQUESTS, Layer.STORE, Layer.MODEL},
    Layer.REQUESTS: {Layer.REQUESTS, Layer.MODEL},
    Layer.STORE: {Layer.STORE, Layer.MODEL},
    Layer.MODEL: {Layer.MODEL},
}
ABROAD = {Layer.SERVICE, Layer.STORE, Layer.MODEL}
"""What of a feature another may import: never its entries, and its requests only to extend them."""

EDGE = "spaktok.core.endpoint"


def arrows() -> list[tuple[Module, Import]]:
    return [(module, found) for module in MODULES.values() for found in module.imports]


def feature_of(name: str) -> str:
    """The second part: `spaktok.users.store` → `users`."""
    return name.split(".")[1] if name.count(".") else ""


def layer_of(name: str) -> Layer | None:
    parts = name.split(".")
    return LAYERS.get(parts[2]) if len(parts) > 2 else None


def ours(found: Import) -> bool:
    return found.target.split(".")[0] == "spaktok"


def test_every_file_of_a_feature_has_a_place_in_the_order() -> None:
    for module in MODULES.values():
        feature = feature_of(module.name)
        if feature in ("", "core", "integrations"):
            continue
        assert feature in FEATURES, f"{module.place}: add the feature to FEATURES"
        if not module.is_package:
            assert layer_of(module.name), f"{module.place}: give `{module.path.stem}` a layer"


def test_core_knows_no_feature() -> None:
    for module, found in arrows():
        if ours(found) and feature_of(module.name) == "core":
            assert found.target.startswith("spaktok.core"), f"{module.place}:{found.line}"


def test_a_feature_knows_only_those_before_it_and_of_them_neither_entries_nor_requests() -> None:
    for module, found in arrows():
        here, there = feature_of(module.name), feature_of(found.target)
        if here not in FEATURES or there not in FEATURES or here == there:
            continue
        place = f"{module.place}:{found.line} imports {found.target}"
        assert FEATURES.index(there) < FEATURES.index(here), place
        shape = layer_of(module.name) is Layer.REQUESTS
        allowed = ABROAD | {Layer.REQUESTS} if shape else ABROAD
        assert layer_of(found.target) in allowed, place


def test_inside_a_feature_imports_point_down() -> None:
    for module, found in arrows():
        here, there = layer_of(module.name), layer_of(found.target)
        if feature_of(module.name) not in FEATURES or here is None or there is None:
            continue
        if feature_of(found.target) in FEATURES:
            place = f"{module.place}:{found.line} imports {found.target}"
            assert there in REACHABLE[here], place
            if here is Layer.ENTRY and there is Layer.ENTRY:
                pytest.fail(f"{place}: entries do not know each other")


def test_integrations_know_only_models_and_core() -> None:
    for module, found in arrows():
        if feature_of(module.name) == "integrations" and ours(found):
            allowed = feature_of(found.target) in ("core", "integrations")
            assert allowed or layer_of(found.target) is Layer.MODEL, f"{module.place}:{found.line}"


def test_only_services_use_integrations() -> None:
    for module, found in arrows():
        if feature_of(found.target) == "integrations" and feature_of(module.name) in FEATURES:
            assert layer_of(module.name) is Layer.SERVICE, f"{module.place}:{found.line}"


def test_only_the_edge_knows_firebase_functions_and_flask() -> None:
    for module, found in arrows():
        if found.target.split(".")[0] in ("firebase_functions", "flask", "werkzeug", "cloudevents"):
            assert module.name.startswith(EDGE), f"{module.place}:{found.line}"


def test_only_entries_know_the_edge() -> None:
    for module, found in arrows():
        if found.target.startswith(EDGE) and not module.name.startswith(EDGE):
            assert layer_of(module.name) is Layer.ENTRY, f"{module.place}:{found.line}"


def test_main_imports_nothing_of_ours_before_it_is_asked() -> None:
    assert [found.target for found in MODULES["main"].imports if ours(found)] == []


AT_THE_FIRST_USE = {"spaktok.core.channel", "spaktok.core.messages"}
"""Modules that are imported themselves when Firestore is first used."""


def heavy() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return settings["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-module-level-imports"]


def test_no_heavy_sdk_is_imported_at_module_level() -> None:
    sdks = heavy()
    for module, found in arrows():
        if not found.at_module_level or found.for_types_only:
            continue
        if module.name in AT_THE_FIRST_USE:
            continue
        banned = [sdk for sdk in sdks if found.target == sdk or found.target.startswith(f"{sdk}.")]
        assert banned == [], f"{module.place}:{found.line}"


def test_no_module_reaches_itself() -> None:
    graph = {
        module.name: {
            found.target
            for found in module.imports
            if found.target in MODULES and not found.for_types_only
        }
        for module in MODULES.values()
    }
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " → ".join((*path[path.index(name) :], name))
        if name in done:
            return
        for target in sorted(graph[name]):
            walk(target, (*path, name))
        done.add(name)

    for name in graph:
        walk(name, ())


def test_the_walk_sees_a_forbidden_arrow() -> None:
    """The control: the very import the rules are there for is seen, and would be refused."""
    import ast

    from tests.architecture.source import _imports

    source = "from spaktok.graph import service\nif TYPE_CHECKING:\n    import firebase_admin\n"
    first, second = _imports(ast.parse(source))
    assert first.target == "spaktok.graph.service"
    assert FEATURES.index(feature_of(first.target)) > FEATURES.index("users")
    assert second.for_types_only
