"""Listing every function, as the Firebase CLI does, wants a project's name."""

from __future__ import annotations

import os

os.environ.setdefault("GCLOUD_PROJECT", "demo-architecture")
