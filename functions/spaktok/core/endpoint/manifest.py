"""What the Firebase CLI is told at deploy time, in firebase_functions' own terms.

An instance that serves one function (`FUNCTION_TARGET` is set) has no use for it, so this module, the
library and the 30 modules behind it are imported only when the CLI asks what there is to deploy.
Options are given to every declaration explicitly: `set_global_options` affects only what is declared
after it, and its `enforce_app_check` is not honoured (firebase-functions 0.6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, config

if TYPE_CHECKING:
    from spaktok.core.endpoint.declaration import Declaration, Job

Entry = Callable[..., Any]


def declare_call(entry: Entry, declaration: Declaration) -> None:
    """A callable function."""
    from firebase_functions import https_fn

    _copy(https_fn.on_call(**_options(declaration))(entry), entry)


def declare_job(entry: Entry, declaration: Job) -> None:
    """A Cloud Tasks handler and its queue."""
    from firebase_functions import options, tasks_fn

    patience, rate = declaration.patience, declaration.rate
    decorate = tasks_fn.on_task_dispatched(
        retry_config=options.RetryConfig(
            max_attempts=patience.attempts_max,
            min_backoff_seconds=2,
            max_backoff_seconds=patience.backoff_max_s,
        ),
        rate_limits=options.RateLimits(
            max_concurrent_dispatches=rate, max_dispatches_per_second=rate
        ),
        **_options(declaration),
    )
    _copy(decorate(entry), entry)


def declare_schedule(entry: Entry, declaration: Declaration, *, when: str) -> None:
    """A Cloud Scheduler job."""
    from firebase_functions import scheduler_fn

    _copy(scheduler_fn.on_schedule(schedule=when, **_options(declaration))(entry), entry)


def declare_hook(entry: Entry, declaration: Declaration) -> None:
    """A public HTTPS function."""
    from firebase_functions import https_fn

    _copy(https_fn.on_request(invoker="public", **_options(declaration))(entry), entry)


def declare_finalized(entry: Entry, declaration: Declaration) -> None:
    """A handler of every object that lands in the default bucket."""
    from firebase_functions import storage_fn

    bucket = clients.bucket_name(config.project())
    _copy(storage_fn.on_object_finalized(bucket=bucket, **_options(declaration))(entry), entry)


def declare_metadata_updated(entry: Entry, declaration: Declaration) -> None:
    """A handler of every change of an object's metadata in the default bucket."""
    from firebase_functions import storage_fn

    bucket = clients.bucket_name(config.project())
    decorate = storage_fn.on_object_metadata_updated(bucket=bucket, **_options(declaration))
    _copy(decorate(entry), entry)


def declare_written(entry: Entry, declaration: Declaration, *, document: str) -> None:
    """A handler of every change of the documents that match a pattern."""
    from firebase_functions import firestore_fn

    _copy(
        firestore_fn.on_document_written(document=document, **_options(declaration))(entry), entry
    )
    # The library has no parameter for it (0.6); without it an event whose handler fails is lost.
    endpoint: Any = getattr(entry, "__firebase_endpoint__")  # noqa: B009 - mypy knows no such attribute
    endpoint.eventTrigger["retry"] = True


def _options(declaration: Declaration) -> dict[str, Any]:
    size = declaration.size
    return {
        "region": config.REGION,
        "memory": size.memory_mb,
        "cpu": size.cpu,
        "concurrency": size.concurrency,
        "timeout_sec": size.timeout_s,
        "max_instances": size.instances_max,
        "secrets": list(declaration.secrets) or None,
    }


def _copy(decorated: Any, entry: Any) -> None:
    entry.__firebase_endpoint__ = decorated.__firebase_endpoint__
    apis = getattr(decorated, "__required_apis", None)
    if apis is not None:
        setattr(
            entry, "__required_apis", apis
        )  # not an attribute access: Python would mangle it in a class
