"""Letters: what concerns a user's account, money or safety, to the address they proved to be theirs."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any

from spaktok.core import clock, config, log
from spaktok.integrations import mail
from spaktok.integrations.addresses import verified_address
from spaktok.integrations.mail import BadAddress, Letter
from spaktok.notifications import announcements
from spaktok.notifications.kinds import KINDS
from spaktok.notifications.model import Category, Channel, Note
from spaktok.notifications.preferences import decode
from spaktok.notifications.push import store
from spaktok.notifications.push.composing import Screen, left, web_link, words
from spaktok.notifications.store import preferences_ref
from spaktok.notifications.templates import Text
from spaktok.notifications.templates.catalogue import RIGHT_TO_LEFT, resolve, texts
from spaktok.users import store as users

_ALWAYS = frozenset({Category.SECURITY, Category.SAFETY})


def deliver(uid: str, note: Note) -> bool:
    """Send a note as a letter; whether one went out. Raises what the mail server says.

    Marked once it is out, so it is sent at least once, and by one id however often: a letter that
    warns of a break-in is better twice than never. Nobody's name is in it. What is no alarm is looked
    at again, as its task may have waited for a mail server: see `push.store.still_due`. Four reads, at
    most eleven more for what is no alarm, one write.
    """
    sending = store.key("letter", uid, note)
    address = verified_address(uid)
    if address is None or store.was_sent(sending) or not _due(uid, note):
        return False
    found = users.read([users.card_ref(uid), users.account_ref(uid), preferences_ref(uid)])
    card = users.decode_card(found[0])
    if card is None:
        return False
    account: dict[str, Any] = found[1].to_dict() or {}
    locale = str(account.get("language", ""))
    screen = Screen(
        hidden=decode(found[2].to_dict() or {}).hidden_content,
        names=(),
        badge=None,
        said=announcements.find(announcements.named([note])).get(note.entity_id),
    )
    try:
        mail.transport().send(compose(note, address, locale, sending, screen))
    except BadAddress:
        log.warning("letter to no plain address", type=note.type.value)
        return False
    store.mark_sent(sending)
    return True


def _due(uid: str, note: Note) -> bool:
    """Whether it is still worth a letter. An alarm always is, however late and whether read or not."""
    if KINDS[note.type].urgent:
        return True
    return left(note, clock.now()) > timedelta() and (
        store.still_due(uid, note, Channel.EMAIL) is not None
    )


def compose(note: Note, address: str, locale: str, sending: str, screen: Screen) -> Letter:
    """The letter in the language of the account: what it is about, where to read on, why it came."""
    language = resolve(locale)
    phrases: dict[str, str] = texts(language)["letter"]
    text = words(note, screen, locale)
    settings = None if _always(note) else f"https://{config.link_host()}/settings/notifications"
    why = phrases["why_always"] if settings is None else phrases["why"]
    link = web_link(note, hidden=True)
    return Letter(
        to=address,
        subject=text.body if screen.said is None or screen.hidden else text.title,
        text="\n\n".join([text.body, f"{phrases['open']}\n{link}", _footer(why, settings)]) + "\n",
        html=_html(language, text, (phrases["open"], link), (why, settings)),
        id=sending,
        unsubscribe=settings,
    )


def _always(note: Note) -> bool:
    return note.category in _ALWAYS or KINDS[note.type].locked


def _footer(why: str, settings: str | None) -> str:
    return why if settings is None else f"{why}\n{settings}"


def _html(
    language: str, text: Text, read_on: tuple[str, str], footer: tuple[str, str | None]
) -> str:
    """The same as the plain text, as little HTML as shows it; all of it escaped."""
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    said, link = read_on
    why, settings = footer
    ending = "" if settings is None else f"<br>{_anchor(settings)}"
    return (
        f'<!doctype html><html lang="{escape(language)}" dir="{direction}"><body>'
        f"<p>{escape(text.body)}</p><p>{escape(said)}<br>{_anchor(link)}</p>"
        f"<p><small>{escape(why)}{ending}</small></p></body></html>"
    )


def _anchor(link: str) -> str:
    return f'<a href="{escape(link, quote=True)}">{escape(link)}</a>'
