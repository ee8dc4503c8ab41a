"""The storage rules runtime refuses for real, and says so when it cannot be trusted."""

import sys
import zipfile
from contextlib import contextmanager
from dataclasses import replace

import pytest

from stack import rules
from stack.emulators import Part, Parts, find_parts
from stack.errors import StackError
from stack.java import Java, find_java
from stack.rules_runtime import Runtime, issues, open_session, prepare, prove

RULES = """rules_version = '2';
service firebase.storage {
  match /b/{bucket}/o {
    match /videos/{uid}/{video}/original.mp4 {
      allow create: if request.auth != null && request.auth.uid == uid;
    }
    match /members/{name} {
      allow get: if firestore.exists(/databases/(default)/documents/clubs/$(request.auth.uid));
    }
  }
}
"""
VIDEO = "/b/bucket/o/videos/ann/v1/original.mp4"


def _signed_in(uid):
    return {"map_value": {"fields": {"uid": {"string_value": uid}}}}


@pytest.fixture(scope="module")
def java():
    return find_java()


@pytest.fixture(scope="module")
def session(java):
    with open_session(java, prepare(find_parts(download=False), java)) as opened:
        assert opened.load("rules", "storage.rules", RULES)["errors"] == []
        yield opened


def test_the_owner_is_allowed(session):
    assert session.permits("rules", "create", VIDEO, _signed_in("ann"))


@pytest.mark.parametrize(
    ("method", "path", "uid"),
    [
        ("create", VIDEO, "bob"),
        ("create", VIDEO, None),
        ("get", VIDEO, "ann"),
        ("delete", VIDEO, "ann"),
        ("create", "/b/bucket/o/videos/ann/v1/processed.mp4", "ann"),
        ("create", "/b/bucket/o/elsewhere", "ann"),
    ],
)
def test_everything_else_is_refused(session, method, path, uid):
    assert not session.permits("rules", method, path, _signed_in(uid) if uid else None)


def test_a_ruleset_that_was_never_loaded_refuses(session):
    assert not session.permits("unknown", "create", VIDEO, _signed_in("ann"))


def test_a_value_that_rules_cannot_read_refuses(session):
    assert not session.permits("rules", "create", VIDEO, {"string_value": "ann"})


def test_rules_that_do_not_compile_name_the_line(session):
    answer = session.load(
        "broken", "storage.rules", RULES.replace("allow get: if", "allow get: iff")
    )
    assert [issue.line for issue in issues(answer["errors"])][:1] == [8]
    assert not session.permits("broken", "create", VIDEO, _signed_in("ann"))


def test_a_document_is_asked_of_firestore_and_other_requests_wait_for_its_answer(session):
    """The Storage emulator sends requests as they come, also between a question and its answer."""
    asked = {
        "rulesetName": "rules",
        "service": "firebase.storage",
        "method": "get",
        "path": "/b/bucket/o/members/list.txt",
        "variables": {"request": {"map_value": {"fields": {"auth": _signed_in("ann")}}}},
    }
    other = {**asked, "path": "/b/bucket/o/elsewhere"}
    session.write({"id": 901, "action": "verify", "context": asked})
    session.write({"id": 902, "action": "verify", "context": other})
    question = session.read()
    assert question["action"] == "fetch_firestore_document"
    assert question["context"]["path"] == "/databases/(default)/documents/clubs/ann"
    session.write({"id": question["server_request_id"], "status": "ok", "result": {"fields": {}}})
    verdicts = [session.read(), session.read()]
    assert [(verdict["id"], verdict["result"]["permit"]) for verdict in verdicts] == [
        (901, True),
        (902, False),
    ]


def test_a_runtime_that_permits_everything_is_not_used(tmp_path):
    """Negative control: without `prove` such a runtime would let every upload through."""
    permit_all = tmp_path / "java"
    permit_all.write_text(
        f"#!{sys.executable}\n"
        "import json, sys\n"
        "print(json.dumps({'id': -1, 'status': 'ok'}), flush=True)\n"
        "for line in sys.stdin:\n"
        "    told = {'id': json.loads(line)['id'], 'status': 'ok', 'errors': [], 'warnings': []}\n"
        "    print(json.dumps({**told, 'result': {'permit': True}}), flush=True)\n"
    )
    permit_all.chmod(0o755)
    with (
        open_session(Java(permit_all, 25, "a test"), Runtime((), "a test")) as opened,
        pytest.raises(StackError, match="judges wrongly"),
    ):
        prove(opened)


def test_an_emulator_jar_whose_engine_has_changed_is_a_clear_error(java, tmp_path):
    jar = tmp_path / "cloud-firestore-emulator.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
    parts = Parts(Part("firestore", jar, "a test"), Part("pubsub", jar, "a test"), None)
    with pytest.raises(StackError) as refusal:
        prepare(parts, java, cache=tmp_path)
    assert "does not fit the rules engine" in str(refusal.value)
    assert "setup:emulators:storage" in str(refusal.value)


def test_a_runtime_that_does_not_start_is_a_clear_error_with_what_java_said(java, tmp_path):
    runtime = Runtime(("-cp", str(tmp_path), "StorageRules"), "a test")
    with pytest.raises(StackError) as refusal, open_session(java, runtime):
        pass
    assert "does not answer" in str(refusal.value)
    assert "ClassNotFoundException" in str(refusal.value)


def test_without_a_compiler_the_cure_is_named(java, tmp_path):
    parts = find_parts(download=False)
    ours = Parts(parts.firestore, parts.pubsub, None)
    with pytest.raises(StackError) as refusal:
        prepare(ours, java, cache=tmp_path, environment={"PATH": str(tmp_path)})
    assert "Java compiler" in str(refusal.value)
    assert "Install a JDK" in str(refusal.value)


def test_the_same_rules_are_checked_by_the_same_runtime_once(session, java, tmp_path, monkeypatch):
    """Another rule, another runtime, and what was warned of or refused, are looked at as ever.

    Our runtime judges here in one process, however often it is to be started.
    """
    started = []

    @contextmanager
    def counted(java, runtime):
        started.append(runtime)
        if runtime.classes is not None:
            yield session
            return
        with open_session(java, runtime) as opened:
            yield opened

    monkeypatch.setattr(rules, "open_session", counted)
    ours = prepare(find_parts(download=False), java)
    (runtime := tmp_path / "runtime").mkdir()
    here = replace(ours, classes=runtime)
    file = tmp_path / "storage.rules"
    file.write_text(RULES)
    for _ in range(2):
        rules.check_storage_rules(file, java, here)
    assert len(started) == 1
    rules.check_storage_rules(file, java, replace(here, classes=tmp_path / "another"))
    assert len(started) == 2
    file.write_text(RULES.replace("request.auth != null && ", "", 1))
    rules.check_storage_rules(file, java, here)
    assert len(started) == 3
    file.write_text(RULES.replace("allow create", "allow invented"))  # which is warned of
    for number in (4, 5):
        rules.check_storage_rules(file, java, here)
        assert len(started) == number
    file.write_text(RULES.replace("if request", "iff request"))
    for number in (6, 7):
        with pytest.raises(StackError, match="does not compile"):
            rules.check_storage_rules(file, java, here)
        assert len(started) == number
    google = replace(here, classes=None)
    file.write_text(RULES)
    for number in (8, 9):
        rules.check_storage_rules(file, java, google)
        assert len(started) == number
