"""Sealed fields: opened at their place with the right key, and nowhere else."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from spaktok.core import keys, sealed

ROOT = Path(__file__).resolve().parents[3]
PLACE = {"path": "users/ana/private/safety", "field": "birthDate"}


def listed(**by_version: bytes) -> str:
    return ",".join(
        f"{name.removeprefix('v')}:{base64.b64encode(key).decode()}"
        for name, key in by_version.items()
    )


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCLOUD_PROJECT", "demo-sealed")
    for name in (keys.SEALED_PUBLIC, keys.SEALED_SECRET, "FIRESTORE_EMULATOR_HOST"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, bytes]:
    """A deployment with both keys."""
    public, private = sealed.generate()
    monkeypatch.setenv(keys.SEALED_PUBLIC, listed(v1=public))
    monkeypatch.setenv(keys.SEALED_SECRET, listed(v1=private))
    return public, private


@pytest.mark.parametrize("text", [b"", b"1990-05-17", b"\x00\xff" * 5000])
def test_what_is_sealed_is_opened_at_its_place(pair: object, text: bytes) -> None:
    record = sealed.seal(text, **PLACE)
    assert sealed.open(record, **PLACE) == text
    assert len(record) == len(text) + sealed.OVERHEAD_BYTES == len(text) + 1138


def test_text_is_utf_8_and_no_two_records_are_alike(pair: object) -> None:
    one, other = (sealed.seal("Zoë", **PLACE) for _ in range(2))
    assert one != other
    assert sealed.open(one, **PLACE).decode() == "Zoë"
    assert "Zoë".encode() not in one


def test_a_record_opens_at_no_other_place(pair: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with an empty `_context` every one of these opens."""
    record = sealed.seal("1990-05-17", **PLACE)
    for place in (
        {**PLACE, "path": "users/ben/private/safety"},
        {**PLACE, "field": "idNumber"},
        {"path": "users/ana/private/safetybirth", "field": "Date"},
        {"path": PLACE["field"], "field": PLACE["path"]},
    ):
        with pytest.raises(sealed.Unopenable):
            sealed.open(record, **place)
    monkeypatch.setenv("GCLOUD_PROJECT", "demo-other")
    with pytest.raises(sealed.Unopenable):
        sealed.open(record, **PLACE)


def test_a_record_opens_under_no_other_version_of_the_same_key(
    pair: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = sealed.seal("1990-05-17", **PLACE)
    monkeypatch.setenv(keys.SEALED_SECRET, listed(v1=pair[1], v2=pair[1]))
    with pytest.raises(sealed.Unopenable):
        sealed.open(bytes((record[0], 2)) + record[2:], **PLACE)
    assert sealed.open(record, **PLACE) == b"1990-05-17"


def test_no_byte_of_a_record_can_be_changed(pair: object) -> None:
    record = sealed.seal("1990-05-17", **PLACE)
    opened = 0
    for index in range(len(record)):
        for bit in (1, 0x80):
            flipped = bytearray(record)
            flipped[index] ^= bit
            try:
                sealed.open(bytes(flipped), **PLACE)
                opened += 1
            except sealed.Unopenable:
                pass
    assert opened == 0


@pytest.mark.parametrize("cut", [0, 1, 2, 100, 1137, -1])
def test_a_record_that_was_cut_is_refused(pair: object, cut: int) -> None:
    record = sealed.seal("1990-05-17", **PLACE)
    with pytest.raises(sealed.Unopenable):
        sealed.open(record[:cut], **PLACE)


def test_a_function_without_the_private_key_seals_and_cannot_open(
    pair: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(keys.SEALED_SECRET)
    record = sealed.seal("1990-05-17", **PLACE)
    with pytest.raises(sealed.NoPrivateKey):
        sealed.open(record, **PLACE)


def test_no_stand_in_opens_beside_an_emulator_what_a_real_key_sealed(
    pair: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "nowhere.invalid")
    monkeypatch.delenv(keys.SEALED_SECRET)
    with pytest.raises(sealed.NoPrivateKey):
        sealed.open(sealed.seal("1990-05-17", **PLACE), **PLACE)


def test_the_newest_key_seals_and_all_open(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [sealed.generate() for _ in range(2)]
    monkeypatch.setenv(keys.SEALED_PUBLIC, listed(v1=pairs[0][0]))
    old = sealed.seal("old", **PLACE)
    monkeypatch.setenv(keys.SEALED_PUBLIC, listed(v1=pairs[0][0], v2=pairs[1][0]))
    new = sealed.seal("new", **PLACE)
    assert (sealed.version_of(old), sealed.version_of(new)) == (1, 2)
    monkeypatch.setenv(keys.SEALED_SECRET, listed(v1=pairs[0][1], v2=pairs[1][1]))
    assert [sealed.open(one, **PLACE) for one in (old, new)] == [b"old", b"new"]
    monkeypatch.setenv(keys.SEALED_SECRET, listed(v2=pairs[1][1]))
    with pytest.raises(sealed.Unopenable):
        sealed.open(old, **PLACE)


def test_without_a_key_nothing_starts() -> None:
    with pytest.raises(RuntimeError, match=r"SPAKTOK_SEALED_PUBLIC_KEYS is missing.*scripts/keys"):
        sealed.check()


@pytest.mark.parametrize(
    "text", ["1", "1:", "1:!!!", "0:{key}", "256:{key}", "x:{key}", "1:{key},1:{key}", "1:{short}"]
)
def test_a_key_that_is_none_stops_the_start_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    public, _ = sealed.generate()
    encoded = base64.b64encode(public).decode()
    value = text.format(key=encoded, short=encoded[:-4])
    monkeypatch.setenv(keys.SEALED_PUBLIC, value)
    with pytest.raises(RuntimeError, match=r"must be VERSION:BASE64") as refused:
        sealed.check()
    assert encoded[:20] not in str(refused.value)


def test_a_backend_without_the_hybrid_stops_the_start(
    pair: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.hazmat.primitives import hpke

    class Poorer:
        """A build that knows other key exchanges only."""

    monkeypatch.setattr(hpke, "KEM", Poorer)
    sealed._suite.cache_clear()
    with pytest.raises(RuntimeError, match="no HPKE with ML-KEM"):
        sealed.check()
    sealed._suite.cache_clear()


def test_only_an_instance_that_seals_pays_for_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNCTION_TARGET", "getVideo")
    sealed.check_at_start("createUserProfile")
    monkeypatch.setenv("FUNCTION_TARGET", "createUserProfile")
    with pytest.raises(RuntimeError, match="missing"):
        sealed.check_at_start("createUserProfile")


def _run(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT / "functions"), "GCLOUD_PROJECT": "demo-sealed", **env},
    )


def test_beside_emulators_all_processes_have_the_same_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "nowhere.invalid")
    code = (
        "from spaktok.core import sealed;"
        "print(sealed.seal('1990-05-17', path='a/b', field='c').hex())"
    )
    ran = _run("-c", code, FIRESTORE_EMULATOR_HOST="nowhere.invalid")
    assert sealed.open(bytes.fromhex(ran.stdout), path="a/b", field="c") == b"1990-05-17"


def test_importing_the_module_loads_no_cryptography() -> None:
    ran = _run("-c", "import sys, spaktok.core.sealed; print('cryptography' in sys.modules)")
    assert ran.stdout.strip() == "False"


def test_the_script_makes_a_pair_that_works_and_overwrites_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = str(ROOT / "scripts" / "keys.py")
    made = _run(script, "3", "--folder", str(tmp_path))
    assert made.returncode == 0, made.stderr
    files = {path.suffix: path for path in tmp_path.iterdir()}
    assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o600}
    monkeypatch.setenv(keys.SEALED_PUBLIC, files[".public"].read_text())
    monkeypatch.setenv(keys.SEALED_SECRET, files[".private"].read_text())
    assert sealed.open(sealed.seal("x", **PLACE), **PLACE) == b"x"
    before = files[".private"].read_bytes()
    assert before.decode().partition(":")[2] not in made.stdout
    assert _run(script, "3", "--folder", str(tmp_path)).returncode == 1
    assert files[".private"].read_bytes() == before
    assert _run(script, "0", "--folder", str(tmp_path)).returncode == 2
