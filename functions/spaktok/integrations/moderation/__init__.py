"""Asking whether a video may be shown: an engine looks at frames and words, and says how risky.

An engine is one of two, with one interface and the same answers. `cloud` is Google Cloud Vision's
SafeSearch for the frames and a Vertex AI endpoint for frames and words together. `local` recognises
planted test patterns and words and nothing else; it exists beside emulators only. An engine that
can't be asked raises `Unavailable`: what that means for a video is the gate's to say, and it is
never "approved".
"""

from spaktok.integrations.moderation.engines import engine
from spaktok.integrations.moderation.terms import Assessment, Engine, Material, Unavailable

__all__ = ["Assessment", "Engine", "Material", "Unavailable", "engine"]
