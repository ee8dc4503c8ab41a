"""What news says to a person, in their language, made when it is sent or read and never stored."""

from spaktok.notifications.templates.rendering import Text, hidden, render

__all__ = ["Text", "hidden", "render"]
