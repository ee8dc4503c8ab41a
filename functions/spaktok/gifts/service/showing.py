"""What everyone sees of gifts, and what is told of them: made from roll-ups, never from gifts.

A gift costs its sender's wallet and its entry, no more. A second later one roll-up shares out all gifts
of that second to a receiver; here it is added, once, to what is kept of the receiver and of the places
where the gifts were given, and each place is painted anew, at most once a second.
"""

from __future__ import annotations
