"""What Firestore's trigger on videos would deliver to their tallies."""

from __future__ import annotations

from spaktok.core import clients
from spaktok.videos.service import tallies


class Videos:
    """Videos as they were when somebody last looked."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[str, object]] = {}
        self.events = 0

    def look(self) -> None:
        """Deliver what changed since, each as one event, twice."""
        found = {one.id: one.to_dict() or {} for one in clients.db().collection("videos").stream()}
        for name in (*found, *(self.seen.keys() - found.keys())):
            before, after = self.seen.get(name), found.get(name)
            if before != after:
                self.events += 1
                for _ in range(2):
                    tallies.follow(f"event-{self.events}", name, before, after)
        self.seen = found
