"""One thing told to very many: what it writes beside their inboxes, and how often it is pushed."""

from __future__ import annotations

from spaktok.core import clock, meter
from spaktok.notifications import many
from spaktok.notifications.model import EntityType, ManyNews, NotificationType
from tests.support.news import adults, crowd
from tests.support.people import ANA
from tests.support.phones import Scripted, register

FANS = 20


def battle() -> ManyNews:
    """Something that all followers hear of."""
    return ManyNews(ANA, NotificationType.PK_STARTED, EntityType.BATTLE, "battle1", clock.now())


def test_the_pushes_of_many_go_together_and_cost_one_write_for_all(scripted: Scripted) -> None:
    """Their entries are a write each; the fan-out's progress and the claim are one each for all.

    Negative control: with a claim each, as single pushes have, this is 42 writes.
    """
    adults(ANA)
    fans = crowd(ANA, FANS)
    for fan in fans:
        register(fan, fan)
    news = battle()
    with meter.counting() as tally:
        assert many.tell(news, fans) == FANS
    assert tally.writes == FANS + 2
    assert tally.reads <= 8 * FANS
    assert len(scripted.sent) == FANS
    assert len({one.target for one in scripted.sent}) == FANS
    assert scripted.sendings == 1


def test_told_again_or_in_another_division_nobody_is_pushed_twice(scripted: Scripted) -> None:
    """Negative control: without `told_in`, the second half of the second division is pushed again."""
    adults(ANA)
    fans = crowd(ANA, 12)
    for fan in fans:
        register(fan, fan)
    news = battle()
    for chunk in (fans, fans, fans[:6], fans[6:]):
        many.tell(news, chunk)
    assert len(scripted.sent) == 12
