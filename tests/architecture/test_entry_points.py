"""`main.py` is the whole list of what is deployed, and each of its functions is complete."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from typing import Any

import pytest
from pydantic import BaseModel

import main
from spaktok.core import keys
from spaktok.core.endpoint.declaration import Call, Declaration, declared
from spaktok.core.refusal import Refusal
from spaktok.core.shape import Request
from tests.architecture.source import MODULES

ENTRY_FILES = ("callables", "triggers", "jobs", "hooks")
NAMES = sorted(name for names in main.FUNCTIONS.values() for name in names)


def entry_modules() -> list[str]:
    """Modules of that name, or in a package of that name."""
    return [
        name
        for name, module in MODULES.items()
        if not module.is_package and set(name.split(".")[2:]) & set(ENTRY_FILES)
    ]


def decorated(module: str) -> dict[str, Declaration]:
    found: dict[str, Declaration] = {}
    for name, value in vars(import_module(module)).items():
        if hasattr(value, "__spaktok__"):
            found[name] = declared(value)
    return found


def entry(name: str) -> Any:
    return getattr(main, name)


def test_the_table_is_what_is_decorated() -> None:
    table = {module: set(names) for module, names in main.FUNCTIONS.items()}
    assert table == {module: set(decorated(module)) for module in entry_modules()}


def test_every_name_is_unique_and_is_the_functions_own() -> None:
    """Two functions with one `__name__` would silently be deployed as one."""
    assert [name for name, times in Counter(NAMES).items() if times > 1] == []
    for module in entry_modules():
        for name, declaration in decorated(module).items():
            assert name == declaration.name == entry(name).__name__
            assert declaration.module == module


def test_names_are_camel_case_because_queues_take_no_underscore() -> None:
    assert [name for name in NAMES if not re.fullmatch(r"[a-z]+([A-Z][a-z]*)*", name)] == []


def test_the_firebase_cli_is_told_of_every_function() -> None:
    for name in NAMES:
        assert entry(name).__firebase_endpoint__.entryPoint == name
    assert dir(main) == NAMES


def test_any_other_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        _ = main.noSuchFunction


def test_every_function_says_what_it_does() -> None:
    for name in NAMES:
        assert declared(entry(name)).doc.endswith("."), name


def calls() -> list[Call]:
    return [d for name in NAMES if isinstance(d := declared(entry(name)), Call)]


def test_every_callable_has_a_limit_a_cost_and_a_strict_request() -> None:
    for call in calls():
        assert call.limit is not None, call.name
        assert call.cost, call.name
        assert issubclass(call.request, Request), call.name
        assert call.request.model_config["extra"] == "forbid", call.name
        assert call.request.model_config["strict"] is True, call.name


def test_what_the_staff_change_about_money_wants_a_recent_sign_in() -> None:
    """Control tried: without it at `managePremiumAccount`, that is named."""
    features = {"wallet", "coins", "gifts", "premium", "payouts"}
    lax = [
        call.name
        for call in calls()
        if call.module.split(".")[1] in features
        and call.privileged
        and keys.AUDIT_SECRET in call.secrets
        and not call.recent_sign_in
    ]
    # Nothing moves by these: a proposal is dropped; settings that nobody has made are made as they are.
    assert sorted(lax) == ["initializePremiumSettings", "rejectProposal"]


def test_every_text_and_list_a_client_sends_is_bounded() -> None:
    def unbounded(schema: dict[str, Any]) -> bool:
        if "enum" in schema or "const" in schema:
            return False
        if "anyOf" in schema:
            return any(unbounded(one) for one in schema["anyOf"])
        if schema.get("type") == "string":
            instant = schema.get("format") == "date-time"  # parsed, so nothing else fits
            return not (instant or "maxLength" in schema or _bounded(schema.get("pattern", "")))
        if schema.get("type") == "array":
            return "maxItems" not in schema or unbounded(schema["items"])
        if schema.get("type") in ("integer", "number"):
            return "maximum" not in schema
        return False

    for call in calls():
        schema = call.request.model_json_schema()
        for field, shape in schema.get("properties", {}).items():
            assert not unbounded(shape), f"{call.name}.{field}"


def _bounded(pattern: str) -> bool:
    return pattern.startswith("^") and pattern.endswith("$") and not re.search(r"[*+]|,\}", pattern)


def refusals() -> list[type[Refusal]]:
    found: list[type[Refusal]] = []
    waiting = [Refusal]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind.__module__.startswith("spaktok."):
                found.append(kind)
                waiting.append(kind)
    return found


def test_every_refusal_is_documented_and_has_a_name_and_a_sentence_of_its_own() -> None:
    for module in MODULES:
        if module.endswith(".refusals"):
            import_module(module)
    names = Counter(kind.error() for kind in refusals())
    assert [name for name, times in names.items() if times > 1] == []
    for kind in refusals():
        assert kind.__doc__ not in (None, Refusal.__doc__), kind
        assert "message" in vars(kind), kind
        assert not kind.message.endswith("."), kind


def test_requests_are_documented() -> None:
    for call in calls():
        assert call.request.__doc__ not in (None, BaseModel.__doc__, Request.__doc__), call.name
