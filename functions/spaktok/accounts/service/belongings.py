"""What is an account's own, wherever it lies: found by the inventory, not by a list of this module's.

An entry's first subject is its owner, or one of its parties; whatever names the account in a field is
found by a query for that field, whatever lies below a document named after it by looking below. Only
`Place.TEXT` wants everything read. Deleting is repeatable and needs no record of how far it came:
what is left is what is to be done. Every function yields after each commit, where its caller may
stop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from spaktok.accounts import store
from spaktok.accounts.model import mentions, renamed, spared
from spaktok.core import clients, pseudonym, transaction, walk
from spaktok.core.ids import UserId
from spaktok.core.inventory import INVENTORY, Entry, Fate, Place, Store, Subject, in_store
from spaktok.feed import withdrawal
from spaktok.users import store as users
from spaktok.videos.model import VideoStatus
from spaktok.videos.service import disowning

if TYPE_CHECKING:
    from google.cloud.firestore import (
        CollectionReference,
        DocumentSnapshot,
        Query,
        Transaction,
        WriteBatch,
    )

PAGE: Final = 400

LAST: Final = frozenset({"security", "pseudonyms"})
"""What keeps the account closed goes as the very last, and what both times must name the same."""


def remember(uid: UserId, erasure_id: str) -> Iterator[None]:
    """Note the account's videos and challenges, and take the videos from everyone.

    A sound has its video's id. The list is kept to the end: a like under way lands on a video that is
    gone, and only its id leads there.
    """
    from google.api_core.exceptions import NotFound

    videos = _equal(clients.db().collection("videos"), "userId", uid)
    for page in pages(videos):
        try:
            _note(erasure_id, page)
        except NotFound:  # another delivery noted one of them, and has deleted it by now
            for video in page:
                with suppress(NotFound):
                    _note(erasure_id, [video])
        yield
    challenges = _equal(clients.db().collection("challenges"), "createdBy", uid)
    for page in pages(challenges):
        _commit(lambda batch, one: batch.set(store.things(erasure_id).document(one.id), {}), page)
        yield


def _note(erasure_id: str, videos: Sequence[DocumentSnapshot[Any]]) -> None:
    def stage(batch: WriteBatch, video: DocumentSnapshot[Any]) -> None:
        batch.set(store.things(erasure_id).document(video.id), {})
        batch.update(video.reference, {"status": VideoStatus.REMOVED})

    _commit(stage, videos)


def erase_things(erasure_id: str) -> Iterator[None]:
    """Delete the noted videos, all that lies below them and all that is about them.

    What others made of a thing forgets it first, while it is still noted where to look.
    """
    for page in pages(store.things(erasure_id)):
        for thing in page:
            yield from disowning.disown(thing.id)
            yield from withdrawal.forget_sound(thing.id)
            for entry in in_store(Store.FIRESTORE):
                for field in entry.about:
                    yield from _delete(_equal(_collection(entry), field, thing.id), entry)
                if entry.holds is not None:
                    yield from _take_out(entry, *entry.holds, thing.id)
            walk.delete(clients.db().collection("videos").document(thing.id))
            yield


def forget_things(erasure_id: str) -> Iterator[None]:
    """Delete the list."""
    for page in pages(store.things(erasure_id)):
        _commit(_staged_delete, page)
        yield


def erase_documents(uid: UserId, *, final: bool) -> Iterator[None]:
    """Delete or rename every document that names the account, but those that go last.

    Money keeps its name until the `final` time: what is under way is booked where it is looked for.
    """
    for entry in in_store(Store.FIRESTORE):
        if entry.erasure.fate is Fate.KEEP or (entry.erasure.last and not final):
            continue
        # Whoever a document is of comes last: what is made of others meanwhile has their name still.
        for subject in reversed(entry.subjects):
            yield from _erase(uid, entry, subject)
    if final:
        yield from move_money(uid, late=True)
    for root in _roots():
        if root not in LAST:
            spare = frozenset() if final else _spared(root)
            walk.delete(clients.db().collection(root).document(uid), spare)
            yield


def move_money(uid: UserId, *, late: bool = False) -> Iterator[None]:
    """Move what is left of a closed wallet under the pseudonym; `late`, only income that came since."""
    from spaktok.wallet.service import closing

    alias = _alias(uid)
    if alias is not None:
        yield from (closing.move_income if late else closing.move)(uid, alias)


def erase_texts(uid: UserId) -> Iterator[None]:
    """Delete what names the account somewhere inside. A read of all there is, which is little.

    Of a task for many its name alone is taken out, for the others are still to be told.
    """
    forget = partial(_staged_forgetting, uid)
    for entry in in_store(Store.FIRESTORE):
        if any(subject.place is Place.TEXT for subject in entry.subjects):
            for page in pages(_collection(entry)):
                _commit(forget, [one for one in page if mentions(one.to_dict(), uid)])
                yield


def erase_files(uid: UserId) -> Iterator[None]:
    """Delete every stored object below a folder of the account's. A list and a delete each."""
    from google.api_core.exceptions import NotFound as Missing

    for prefix in prefixes(uid):
        for blob in clients.bucket().list_blobs(prefix=prefix):
            try:
                blob.delete()
            except Missing:
                continue
            yield


def prefixes(uid: str) -> list[str]:
    """The folders in Storage that are the account's, by the inventory."""
    found = set()
    for entry in in_store(Store.STORAGE):
        for subject in entry.subjects:
            head, variable, _ = entry.path.partition(f"{{{subject.name}}}")
            if variable and "{" not in head:
                found.add(f"{head}{uid}/")
    return sorted(found)


def erase_last(uid: UserId) -> None:
    """Delete what kept the account closed, and destroy its pseudonym's key: at once (see `_alias`)."""
    batch = clients.db().batch()
    pseudonym.destroy(uid, batch)
    batch.delete(store.security_ref(uid))
    transaction.commit(batch)
    for root in sorted(LAST):
        walk.delete(clients.db().collection(root).document(uid))


def is_found(entry: Entry, subject: Subject) -> bool:
    """Whether an erasure finds this subject of an entry: the inventory may ask no more than it does."""
    if subject.place is Place.PATH:
        return _root(entry, subject) is not None or any(
            other.place is Place.FIELD and other.name == subject.name for other in entry.subjects
        )
    # The packed followers, and whom a user hides, are taken out with the tie itself.
    return subject.place in (Place.FIELD, Place.TEXT, Place.ARRAY, Place.MAP_KEYS)


def _erase(uid: UserId, entry: Entry, subject: Subject) -> Iterator[None]:
    match subject.place:
        case Place.FIELD:
            query = _equal(_collection(entry), subject.name, uid)
        case Place.ARRAY if subject is entry.subjects[0] or entry.erasure.fate is Fate.PSEUDONYMISE:
            query = _equal(_collection(entry), subject.name, uid, "array_contains")
        case _:
            return
    if entry.erasure.fate is Fate.PSEUDONYMISE:
        forgets = entry.erasure.forgets if subject is entry.subjects[0] else ()
        yield from _rename(query, entry, uid, forgets)
    else:
        yield from _delete(query, entry)


def _spared(root: str) -> frozenset[str]:
    """What lies right below documents of a collection and stays until the end."""
    return frozenset(
        entry.collection
        for entry in in_store(Store.FIRESTORE)
        if entry.erasure.last and entry.path.startswith(f"{root}/{{uid}}/")
    )


def _delete(query: Query, entry: Entry) -> Iterator[None]:
    deep = any(other.path.startswith(f"{entry.path}/") for other in INVENTORY)
    for page in pages(query):
        matching = [one for one in page if entry.match(one.reference.path) is not None]
        if deep:
            for one in matching:
                walk.delete(one.reference)
        else:
            _commit(_staged_delete, matching)
        yield


def _take_out(entry: Entry, array: str, held: str, thing: str) -> Iterator[None]:
    """Take what is about a thing out of what holds more. A read and a write each."""
    from google.cloud.firestore import DELETE_FIELD, ArrayRemove
    from google.cloud.firestore_v1.field_path import FieldPath

    part = FieldPath(held, thing).to_api_repr()
    for page in pages(_equal(_collection(entry), array, thing, "array_contains")):
        _commit(
            lambda batch, one: batch.update(
                one.reference, {array: ArrayRemove([thing]), part: DELETE_FIELD}
            ),
            [one for one in page if entry.match(one.reference.path) is not None],
        )
        yield


def _rename(query: Query, entry: Entry, uid: UserId, forgets: tuple[str, ...]) -> Iterator[None]:
    """Put the pseudonym in the name's place, wherever in the document it stands."""
    alias: str | None = None
    for page in pages(query):
        alias = alias or _alias(uid)
        if alias is None:
            return
        matching = [one for one in page if entry.match(one.reference.path) is not None]
        yield from _rename_page(matching, uid, alias, forgets)


def _rename_page(
    found: list[DocumentSnapshot[Any]], uid: UserId, alias: str, forgets: tuple[str, ...]
) -> Iterator[None]:
    """Rename all of a page in one commit; one by one, read anew, where any was changed meanwhile.

    Fields are written whole, maps of others' totals among them: as they were read a moment ago, they
    would undo what was added to them since.
    """
    from google.api_core.exceptions import FailedPrecondition, NotFound

    def stage(batch: WriteBatch, one: DocumentSnapshot[Any]) -> None:
        unchanged = clients.db().write_option(last_update_time=one.update_time)
        batch.update(one.reference, _changes(one, uid, alias, forgets), option=unchanged)

    def again(one: DocumentSnapshot[Any], tx: Transaction) -> None:
        (now,) = users.read([one.reference], tx)
        if changes := _changes(now, uid, alias, forgets):
            tx.update(one.reference, changes)

    try:
        _commit(stage, found)
    except (FailedPrecondition, NotFound):
        for one in found:
            transaction.run(partial(again, one))
            yield
    yield


def _alias(uid: UserId) -> str | None:
    """The account's pseudonym. None once another delivery has finished: then all is renamed.

    A key made after that would be found by nobody, and name whom it was made for.
    """

    def body(tx: Transaction) -> str | None:
        (security,) = users.read([store.security_ref(uid)], tx)
        return pseudonym.load(uid, tx) if security.exists else None

    return transaction.run(body)


def _changes(
    one: DocumentSnapshot[Any], uid: str, alias: str, forgets: tuple[str, ...]
) -> dict[str, Any]:
    fields: dict[str, Any] = one.to_dict() or {}
    for path in forgets:
        *outer, last = path.split(".")
        held = fields
        for name in outer:
            held = held.get(name, {})
        if last in held:
            held[last] = None
    before = one.to_dict() or {}
    after = {name: renamed(value, uid, alias) for name, value in fields.items()}
    return {name: value for name, value in after.items() if value != before[name]}


def _staged_delete(batch: WriteBatch, one: DocumentSnapshot[Any]) -> None:
    batch.delete(one.reference)


def _staged_forgetting(uid: UserId, batch: WriteBatch, one: DocumentSnapshot[Any]) -> None:
    """One that was sent meanwhile is there again then: sent twice, a task is done once."""
    rest = spared(one.to_dict() or {}, uid)
    if rest is None:
        batch.delete(one.reference)
    else:
        batch.set(one.reference, rest)


def _commit(stage: Any, found: Sequence[DocumentSnapshot[Any]]) -> None:
    batch: WriteBatch = clients.db().batch()
    for one in found:
        stage(batch, one)
    if found:
        transaction.commit(batch)


def _roots() -> list[str]:
    """Collections whose documents are named after an account: all of it goes, known or not."""
    found = {
        root
        for entry in in_store(Store.FIRESTORE)
        if entry.erasure.fate is Fate.ERASE
        for subject in entry.subjects
        if (root := _root(entry, subject)) is not None
    }
    return sorted(found)


def _root(entry: Entry, subject: Subject) -> str | None:
    collection, _, rest = entry.path.partition("/")
    own = rest.split("/")[0] == f"{{{subject.name}}}"
    return collection if own and subject.place is Place.PATH else None


def _collection(entry: Entry) -> Query | CollectionReference:
    """Where an entry's documents lie; those below others are looked for below all of them."""
    if entry.path.count("/") == 1:
        return clients.db().collection(entry.path.split("/")[0])
    return clients.db().collection_group(entry.collection)


def _equal(
    place: Query | CollectionReference, field: str, value: str, operator: str = "=="
) -> Query:
    from google.cloud.firestore import FieldFilter

    found: Query = place.where(filter=FieldFilter(field, operator, value))
    return found


def pages(query: Query | CollectionReference) -> Iterator[list[DocumentSnapshot[Any]]]:
    """What a query finds, in pages by name: what is deleted on the way shifts nothing."""
    ordered: Any = query.order_by("__name__").limit(PAGE)
    while page := list(ordered.stream()):
        yield page
        if len(page) < PAGE:
            return
        ordered = ordered.start_after(page[-1])
