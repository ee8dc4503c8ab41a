"""What cannot start says in one message what is wrong and what cures it, and exits with 1."""

import os
import shutil
import socket

import pytest

import setup
from stack.errors import StackError
from stack.java import find_java
from stack.ports import HOST


def test_a_taken_port_is_named_with_its_holder_and_the_way_around(checkout):
    config = checkout.folder / "firebase.json"
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        holder.listen()
        port = holder.getsockname()[1]
        config.write_text(config.read_text().replace('"port": 9099', f'"port": {port}'))
        said = checkout.refusal()
    assert f"{port} (auth): process {os.getpid()}" in said
    assert "--free-ports" in said


def test_broken_storage_rules_are_shown_by_line_and_text(checkout):
    rules = checkout.folder / "storage.rules"
    rules.write_text(rules.read_text().replace("if false", "iff false"))
    said = checkout.refusal("--free-ports", "--without-functions")
    assert "storage.rules does not compile." in said
    assert "storage.rules:4:" in said
    assert "match /{path=**} { allow read, write: iff false; }" in said


def test_broken_firestore_rules_are_shown_by_line_and_text(checkout):
    rules = checkout.folder / "firestore.rules"
    rules.write_text(rules.read_text().replace("if false", "iff false"))
    said = checkout.refusal("--free-ports", "--without-functions")
    assert "firestore.rules does not compile." in said
    assert "firestore.rules:4:" in said
    assert "match /{document=**} { allow read, write: iff false; }" in said


def test_missing_rules_are_refused_rather_than_left_open(checkout):
    (checkout.folder / "storage.rules").unlink()
    assert "storage.rules cannot be read" in checkout.refusal("--free-ports")


def test_functions_that_do_not_load_show_what_python_says(checkout):
    (checkout.folder / "functions" / "main.py").write_text("import nowhere_to_be_found\n")
    said = checkout.refusal("--free-ports")
    assert "The functions do not load." in said
    assert "No module named 'nowhere_to_be_found'" in said
    assert "site-packages" not in said


def test_a_missing_emulator_is_named_with_both_ways_to_get_it(checkout, tmp_path):
    tools = tmp_path / "only-node"
    tools.mkdir()
    (tools / "node").symlink_to(shutil.which("node"))
    said = checkout.refusal(
        "--free-ports", PATH=str(tools), HOME=str(tmp_path), FIREBASE_EMULATORS_PATH=str(tools)
    )
    assert "The emulator for firestore and pubsub is not on this machine" in said
    assert "npx firebase setup:emulators:firestore" in said
    assert "gcloud components install cloud-firestore-emulator pubsub-emulator" in said


def test_an_explicit_emulator_that_is_not_there_is_named(checkout):
    said = checkout.refusal("--free-ports", FIRESTORE_EMULATOR_BINARY_PATH="/nowhere/at/all.jar")
    assert "FIRESTORE_EMULATOR_BINARY_PATH names /nowhere/at/all.jar" in said


def test_what_is_not_installed_is_named_with_the_target_that_installs_it(checkout):
    (checkout.folder / "node_modules").unlink()
    said = checkout.refusal("--free-ports")
    assert "node_modules" in said
    assert "make setup" in said


def test_a_missing_java_is_named_with_its_cure(tmp_path):
    with pytest.raises(StackError) as refusal:
        find_java(venv=tmp_path, environment={"PATH": str(tmp_path)})
    assert "There is no Java 21 or newer" in str(refusal.value)
    assert "make setup" in str(refusal.value)


def test_a_java_that_is_too_old_is_named_with_its_version(tmp_path):
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n")
    old.chmod(0o755)
    with pytest.raises(StackError) as refusal:
        find_java(venv=tmp_path, environment={"PATH": str(tmp_path)})
    assert f"{old} (PATH): 8" in str(refusal.value)


def test_a_real_project_cannot_be_named(checkout):
    process = checkout.start("--project", "spaktok-production")
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "must begin with demo-" in said


@pytest.mark.parametrize(
    ("version", "problem"),
    [(None, "Node.js is not installed"), ("v18.20.1", "Node.js is v18.20.1, too old")],
)
def test_setup_names_a_missing_or_old_node(tmp_path, monkeypatch, version, problem):
    if version:
        node = tmp_path / "node"
        node.write_text(f"#!/bin/sh\necho {version}\n")
        node.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError) as refusal:
        setup._require_node()
    assert problem in str(refusal.value)
    assert "Install Node.js 20 or newer" in str(refusal.value)
