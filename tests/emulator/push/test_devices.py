"""Which device is whose."""

from __future__ import annotations

import random

import pytest
from pydantic import ValidationError

from spaktok.core import clients, clock, meter
from spaktok.core.ids import UserId
from spaktok.devices import service
from spaktok.devices.model import DEVICES_MAX, Platform, key_of
from spaktok.devices.requests import RegisterFcmToken
from tests.support import faults
from tests.support.faults import Fault
from tests.support.people import ANA, BEN, join
from tests.support.phones import register, token, tokens
from tests.support.sample import some
from tests.support.threads import together
from tests.support.time import TestClock


def documents() -> set[str]:
    """Every device and binding there is, by path."""
    db = clients.db()
    devices = {
        one.reference.path
        for uid in (ANA, BEN)
        for one in db.collection(f"users/{uid}/devices").stream()
    }
    return devices | {one.reference.path for one in db.collection("deviceTokens").stream()}


def test_a_registered_device_is_reached() -> None:
    join(ANA)
    assert tokens(ANA) == set()
    phone = register(ANA)
    assert tokens(ANA) == {phone}


def test_a_device_that_changes_hands_tells_nothing_to_its_former_user() -> None:
    """Negative control: without the delete of the other's device, ana's pushes reach ben."""
    join(ANA, BEN)
    shared = register(ANA, "tablet")
    own = register(ANA, "phone")
    register(BEN, "tablet")
    assert tokens(ANA) == {own}
    assert tokens(BEN) == {shared}


def test_signing_out_unbinds_and_is_repeatable() -> None:
    join(ANA)
    phone = register(ANA)
    for _ in range(2):
        assert not service.unregister(ANA, phone).registered
    assert documents() == set()


def test_nobody_unbinds_a_device_that_is_anothers_now() -> None:
    join(ANA, BEN)
    register(ANA, "tablet")
    shared = register(BEN, "tablet")
    service.unregister(ANA, shared)
    assert tokens(BEN) == {shared}
    assert len(documents()) == 2, "the device, and whose it is"


def test_whoever_signs_in_last_on_a_shared_device_has_it_alone_in_every_race() -> None:
    join(ANA, BEN)
    for round_ in range(some(3, short=1)):
        outcomes = together(
            6, lambda number, r=round_: register((ANA, BEN)[number % 2], f"tablet-{r}")
        )
        assert not [one for one in outcomes if isinstance(one, BaseException)]
        shared = token(f"tablet-{round_}")
        assert (shared in tokens(ANA)) != (shared in tokens(BEN))
        key = key_of(shared)
        owner = clients.db().document(f"deviceTokens/{key}").get().get("uid")
        assert shared in tokens(owner)


def test_a_new_token_of_an_installation_takes_the_place_of_the_old() -> None:
    join(ANA)
    register(ANA, "old", device_id="install-1")
    other = register(ANA, "other", device_id="install-2")
    new = register(ANA, "new", device_id="install-1")
    assert tokens(ANA) == {new, other}
    assert len(documents()) == 4


def test_the_device_unseen_for_longest_goes_when_there_are_too_many(time: TestClock) -> None:
    join(ANA)
    everything = []
    for number in range(DEVICES_MAX + 3):
        everything.append(register(ANA, f"phone-{number}"))
        time.pass_(minutes=1)
    assert tokens(ANA) == set(everything[3:])
    assert len(documents()) == 2 * DEVICES_MAX


def test_registering_at_every_start_costs_one_read_and_is_written_once_a_day(
    time: TestClock,
) -> None:
    join(ANA)
    register(ANA)
    with meter.counting() as again:
        register(ANA)
    assert (again.reads, again.writes, again.deletes, again.rpcs) == (1, 0, 0, 1)
    time.pass_(days=1)
    with meter.counting() as daily:
        register(ANA)
    assert daily.writes == 2
    assert daily.reads <= 4
    assert service.in_use(ANA)[0].last_seen_at == clock.now()


def test_a_changed_language_counts_at_once() -> None:
    join(ANA)
    register(ANA, locale="en")
    register(ANA, locale="sv-SE")
    assert service.in_use(ANA)[0].locale == "sv-SE"


def test_a_device_that_names_no_language_speaks_the_accounts() -> None:
    join(ANA)
    clients.db().document(f"users/{ANA}/private/account").update({"language": "ar"})
    register(ANA, locale=None)
    assert service.in_use(ANA)[0].locale == "ar"


def test_a_device_silent_for_a_month_is_not_used_and_then_swept(time: TestClock) -> None:
    join(ANA, BEN)
    register(ANA, "old")
    time.pass_(days=1)
    younger = register(ANA, "younger")
    time.pass_(days=29)
    assert len(tokens(ANA)) == 2, "thirty days are no month yet"
    time.pass_(seconds=1)
    assert tokens(ANA) == {younger}
    assert len(documents()) == 4
    assert service.sweep(clock.now()) == 1
    assert len(documents()) == 2
    assert service.sweep(clock.now()) == 0


def test_a_device_that_comes_back_while_it_is_swept_stays(time: TestClock) -> None:
    """Negative control: without the precondition of `_forget`, the returning device is lost."""
    join(ANA)
    phone = register(ANA)
    [binding] = list(clients.db().collection("deviceTokens").stream())
    time.pass_(days=31)
    register(ANA)
    assert not service._forget(binding)
    assert tokens(ANA) == {phone}


def test_a_void_token_goes_unless_it_was_registered_again_since(time: TestClock) -> None:
    join(ANA, BEN)
    phone = register(ANA)
    sent_at = clock.now()
    time.pass_(days=2)
    register(ANA)
    service.drop(ANA, key_of(phone), sent_at)
    assert tokens(ANA) == {phone}
    service.drop(ANA, key_of(phone), clock.now())
    assert documents() == set()


def test_dropping_the_token_of_a_former_user_leaves_it_to_the_new_one() -> None:
    join(ANA, BEN)
    register(ANA, "tablet")
    shared = register(BEN, "tablet")
    service.drop(ANA, key_of(shared), clock.now())
    assert tokens(BEN) == {shared}


@pytest.mark.parametrize("fault", [Fault.LOST_ACK, Fault.CLOSED, Fault.UNAVAILABLE])
def test_a_registration_whose_answer_is_lost_stands_once(fault: Fault) -> None:
    join(ANA)
    with faults.injected(faults.nth("commit", 0, fault)):
        phone = register(ANA)
    assert tokens(ANA) == {phone}
    assert len(documents()) == 2


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_a_token_is_one_users_and_every_binding_has_its_device(
    seed: int, time: TestClock
) -> None:
    """Random histories against a model: the last to register a token has it."""
    join(ANA, BEN)
    rolls = random.Random(seed)
    owner: dict[str, UserId] = {}
    for _ in range(40):
        who, name = rolls.choice((ANA, BEN)), f"phone-{rolls.randrange(4)}"
        match rolls.choice(("register", "register", "unregister", "drop")):
            case "register":
                register(who, name)
                owner[name] = who
            case "unregister":
                service.unregister(who, token(name))
                owner = {n: u for n, u in owner.items() if (n, u) != (name, who)}
            case "drop":
                service.drop(who, key_of(token(name)), clock.now())
                owner = {n: u for n, u in owner.items() if (n, u) != (name, who)}
        time.pass_(minutes=rolls.randrange(2000))
    service.sweep(clock.now())
    for uid in (ANA, BEN):
        assert tokens(uid) == {token(name) for name, who in owner.items() if who == uid}
    assert len(documents()) == 2 * len(owner)


@pytest.mark.parametrize(
    "field",
    [
        {"token": "short"},
        {"token": "x" * 2000},
        {"token": "a/b" * 20},
        {"platform": "windows"},
        {"locale": "not a locale"},
        {"device_id": "../../etc"},
        {"app_version": "1\n2"},
        {"uid": "ben"},
    ],
)
def test_a_malformed_registration_is_refused(field: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        RegisterFcmToken.model_validate({"token": token("phone"), **field})


def test_a_token_stands_in_no_path() -> None:
    join(ANA)
    phone = register(ANA, platform=Platform.IOS)
    assert not [path for path in documents() if phone in path]
