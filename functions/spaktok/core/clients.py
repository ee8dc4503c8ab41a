"""The clients of Google's services, and everything in which the emulators differ from them.

Each is made once an instance, when first used. Emulator handling happens here and nowhere else, and
only where an emulator host is set.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from spaktok.core import config

if TYPE_CHECKING:
    from firebase_admin import App
    from firebase_admin.functions import TaskQueue
    from google.auth.credentials import Credentials
    from google.cloud import firestore
    from google.cloud.storage import Bucket


def db() -> firestore.Client:
    """The default Firestore database, metered (`core.meter`)."""
    return _firestore(config.project())


@cache
def _firestore(project: str) -> firestore.Client:
    from spaktok.core.channel import MeteredClient

    return MeteredClient(project=project, credentials=_credentials("FIRESTORE_EMULATOR_HOST"))


def bucket() -> Bucket:
    """The project's default Storage bucket."""
    return _bucket(config.project())


@cache
def _bucket(project: str) -> Bucket:
    from google.cloud.storage import Client

    host = os.environ.get("FIREBASE_STORAGE_EMULATOR_HOST")
    if host is None:
        return Client(project=project).bucket(bucket_name(project))
    client = Client(
        project=project,
        credentials=_credentials("FIREBASE_STORAGE_EMULATOR_HOST"),
        client_options={"api_endpoint": f"http://{host}"},
    )
    # The emulator serves metadata calls (patch, copy, rewrite) without the `/storage/v1` prefix.
    client._connection.API_URL_TEMPLATE = "{api_base_url}{path}"  # noqa: SLF001 - no public way
    return client.bucket(bucket_name(project))


def bucket_name(project: str) -> str:
    """The project's default bucket: what Firebase says in `FIREBASE_CONFIG`, else as it names them."""
    config_text = os.environ.get("FIREBASE_CONFIG", "")
    named = json.loads(config_text).get("storageBucket") if config_text.startswith("{") else None
    return named or f"{project}.firebasestorage.app"


def upload_url(path: str) -> str:
    """Where Storage takes the bytes of an object of the default bucket from a client."""
    host = os.environ.get("FIREBASE_STORAGE_EMULATOR_HOST")
    base = f"http://{host}" if host else "https://firebasestorage.googleapis.com"
    return f"{base}/v0/b/{bucket_name(config.project())}/o?name={quote(path, safe='')}"


def revoke_download_tokens(path: str) -> bool:
    """Make the download URLs of an object void that clients minted; whether there were any.

    A token in such a URL passes by the rules for as long as it stands in the object's metadata.
    Storage's emulator keeps tokens apart from the metadata, can't be told to forget them, and mints
    one at every first download; so nothing is done there, and an object's tokens end with the object.
    """
    if os.environ.get("FIREBASE_STORAGE_EMULATOR_HOST"):
        return False
    blob = bucket().get_blob(path)
    if blob is None or _TOKENS not in (blob.metadata or {}):
        return False
    blob.metadata = {_TOKENS: None}
    blob.patch(if_metageneration_match=blob.metageneration)
    return True


_TOKENS = "firebaseStorageDownloadTokens"


@cache
def queue(function: str) -> TaskQueue:
    """The Cloud Tasks queue that calls `function`: one for each task function, by its name."""
    from firebase_admin import functions

    return functions.task_queue(f"locations/{config.REGION}/functions/{function}", app=admin())


@cache
def admin() -> App:
    """The Admin SDK's app, for token verification and queues.

    Made at first use and not in `main.py`: it costs 60 modules that a starting instance need not
    load, and no part of firebase_functions that looks for it is used when serving.
    """
    from firebase_admin import initialize_app

    # Named, because the SDK would otherwise ask the metadata server for it.
    return initialize_app(options={"projectId": config.project()})


def _credentials(host_variable: str) -> Credentials | None:
    """None means Google's default credentials; an emulator gets anonymous ones, which it ignores."""
    if not os.environ.get(host_variable):
        return None
    from google.auth.credentials import AnonymousCredentials

    anonymous: Any = AnonymousCredentials
    return anonymous()
