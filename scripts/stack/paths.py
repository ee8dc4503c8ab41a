"""Where things lie in a checkout."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
LOGS = CACHE / "logs"
VENV = ROOT / ".venv"
FUNCTIONS = ROOT / "functions"
FRAMEWORK = ROOT / "scripts" / "stack" / "framework.py"
FIREBASE_TOOLS = ROOT / "node_modules" / "firebase-tools"
FIREBASE_CLI = FIREBASE_TOOLS / "lib" / "bin" / "firebase.js"
FIREBASE_CONFIG = ROOT / "firebase.json"
RULES_RUNTIME_SOURCES = ROOT / "scripts" / "emulators" / "rules"
