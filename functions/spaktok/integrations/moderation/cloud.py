"""Google's engines: Cloud Vision's SafeSearch on frames, and a Vertex AI endpoint on all of it.

The endpoint is the deployment's own model, asked over the documented REST call (`POST
https://{region}-aiplatform.googleapis.com/v1/projects/{p}/locations/{region}/endpoints/{id}:predict`)
with google.auth's session: its SDK would cost a starting instance two seconds and 150 MB. An instance
is `{"text", "language", "frames": [base64 JPEG]}`, a prediction `{"risk": 0..1, "labels": [text]}`.

Without an endpoint nobody has read the words, so nothing is assessed: `Unavailable`.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import config
from spaktok.integrations.moderation.terms import Assessment, Material, Unavailable

if TYPE_CHECKING:
    from google.auth.transport.requests import AuthorizedSession
    from google.cloud.vision import ImageAnnotatorClient

TIMEOUT_S: Final = 30.0
FRAMES_MAX: Final = 16
"""Vision's own bound on the images of one request."""
REQUEST_BYTES_MAX: Final = 1_400_000
"""Below the 1.5 MB that an online prediction takes; frames are left out from the end."""

_RISK_OF_LIKELIHOOD: Final = (0.0, 0.0, 0.1, 0.4, 0.7, 0.95)
"""Of UNKNOWN, VERY_UNLIKELY, UNLIKELY, POSSIBLE, LIKELY and VERY_LIKELY, Vision's six answers."""
_WEIGHTS: Final = {"adult": 1.0, "violence": 0.9, "racy": 0.6, "medical": 0.4, "spoof": 0.1}


class Cloud:
    """Asks both, and believes the more worried one."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint: Final = endpoint

    def assess(self, material: Material) -> Assessment:
        """The higher of the two risks. Raises `Unavailable` where either can't be had."""
        if not self._endpoint:
            raise Unavailable("no SPAKTOK_RISK_ENDPOINT: nobody reads the words")
        frames = list(material.frames)[:FRAMES_MAX]
        seen, seen_labels = _safe_search(frames) if frames else (0.0, ())
        judged, judged_labels = _predict(self._endpoint, material, frames)
        return Assessment(
            risk=max(seen, judged),
            labels=(*seen_labels, *judged_labels),
            engine=f"safe-search+{self._endpoint.rpartition('/')[2]}",
        )


def _safe_search(frames: Sequence[bytes]) -> tuple[float, tuple[str, ...]]:
    from google.api_core.exceptions import GoogleAPIError
    from google.cloud import vision

    requests = [
        vision.AnnotateImageRequest(
            image=vision.Image(content=frame),
            features=[vision.Feature(type_=vision.Feature.Type.SAFE_SEARCH_DETECTION)],
        )
        for frame in frames
    ]
    try:
        answer = _vision().batch_annotate_images(requests=requests, timeout=TIMEOUT_S)
    except GoogleAPIError as error:
        raise Unavailable(f"SafeSearch: {type(error).__name__}") from error
    return weigh([_likelihoods(one) for one in answer.responses], len(frames))


def _likelihoods(answer: Any) -> dict[str, int]:
    if answer.error.code:
        raise Unavailable(f"SafeSearch: code {answer.error.code}")
    return {name: int(getattr(answer.safe_search_annotation, name)) for name in _WEIGHTS}


def weigh(answers: Sequence[dict[str, int]], asked: int) -> tuple[float, tuple[str, ...]]:
    """The risk of the worst frame, and what was likely in any. Raises `Unavailable`.

    An answer is Vision's likelihoods by category, 0 (unknown) to 5 (very likely). A frame without an
    answer is a frame that nobody looked at.
    """
    if len(answers) != asked:
        raise Unavailable(f"SafeSearch: {len(answers)} answers for {asked} frames")
    risk, labels = 0.0, set()
    for answer in answers:
        for name, weight in _WEIGHTS.items():
            likelihood = answer[name]
            if not 0 <= likelihood < len(_RISK_OF_LIKELIHOOD):
                raise Unavailable(f"SafeSearch: likelihood {likelihood}")
            risk = max(risk, weight * _RISK_OF_LIKELIHOOD[likelihood])
            if likelihood >= 4:  # noqa: PLR2004 - LIKELY
                labels.add(name)
    return round(risk, 3), tuple(sorted(labels))


def _predict(
    endpoint: str, material: Material, frames: Sequence[bytes]
) -> tuple[float, tuple[str, ...]]:
    from google.auth.exceptions import GoogleAuthError
    from requests import RequestException

    body = {"instances": [instance(material, frames)]}
    host = f"https://{config.REGION}-aiplatform.googleapis.com"
    try:
        answer = _session().post(f"{host}/v1/{endpoint}:predict", json=body, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return read_prediction(answer.json())
    except (GoogleAuthError, RequestException, ValueError) as error:
        raise Unavailable(f"endpoint: {type(error).__name__}") from error


def instance(material: Material, frames: Sequence[bytes]) -> dict[str, Any]:
    """What the endpoint is asked: as many frames as one request holds."""
    encoded: list[str] = []
    size = len(material.text.encode())
    for frame in frames:
        text = base64.b64encode(frame).decode()
        size += len(text)
        if size > REQUEST_BYTES_MAX:
            break
        encoded.append(text)
    return {"text": material.text, "language": material.language, "frames": encoded}


def read_prediction(answer: Any) -> tuple[float, tuple[str, ...]]:
    """The risk and labels of the one prediction. Raises `Unavailable` for whatever is not that."""
    try:
        (prediction,) = answer["predictions"]
        risk = prediction["risk"]
        labels = tuple(str(label)[:64] for label in prediction.get("labels", ())[:20])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unavailable("endpoint: not a prediction") from error
    if type(risk) not in (int, float) or not math.isfinite(risk) or not 0 <= risk <= 1:
        raise Unavailable("endpoint: the risk is no number from 0 to 1")
    return float(risk), labels


@cache
def _vision() -> ImageAnnotatorClient:
    from google.cloud.vision import ImageAnnotatorClient

    return ImageAnnotatorClient()


@cache
def _session() -> AuthorizedSession:
    import google.auth
    from google.auth.transport.requests import AuthorizedSession

    credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
    session: Any = AuthorizedSession
    return session(credentials)
