"""What the engines ask and how their answers are read; and that the stand-in stays at home."""

from __future__ import annotations

import io
from typing import Any

import pytest

from spaktok.integrations import moderation
from spaktok.integrations.moderation import Material, Unavailable, cloud, local
from spaktok.videos.model import ModerationStatus
from spaktok.videos.policy import policy

EMULATORS = (
    "FIRESTORE_EMULATOR_HOST",
    "FIREBASE_AUTH_EMULATOR_HOST",
    "FIREBASE_STORAGE_EMULATOR_HOST",
    "STORAGE_EMULATOR_HOST",
    "CLOUD_TASKS_EMULATOR_HOST",
)
CALM = {"adult": 1, "violence": 1, "racy": 1, "medical": 1, "spoof": 1}
ENDPOINT = "projects/p/locations/us-central1/endpoints/7"


def jpeg(colour: tuple[int, int, int]) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (32, 32), colour).save(out, "JPEG")
    return out.getvalue()


def test_outside_emulators_the_stand_in_is_never_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in EMULATORS:
        monkeypatch.delenv(name, raising=False)
    assert isinstance(moderation.engine(), cloud.Cloud)
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
    assert isinstance(moderation.engine(), local.Standin)


@pytest.mark.parametrize(
    ("risk", "status"),
    [
        (0.0, "approved"),
        (0.2999, "approved"),
        (0.3, "flagged"),
        (0.8, "flagged"),
        (0.8001, "removed"),
        (1.0, "removed"),
    ],
)
def test_the_policy_draws_the_lines(risk: float, status: str) -> None:
    assert policy().verdict(risk) == ModerationStatus(status)


@pytest.mark.parametrize(
    ("frames", "text", "risk"),
    [
        ([], "Morning", 0.02),
        ([], "say SPAKTOK-test-Reject", 0.95),
        ([], "spaktok-test-review", 0.5),
        ([(10, 200, 30), (255, 0, 255)], "", 0.95),
        ([(0, 255, 255)], "", 0.5),
        ([(10, 200, 30)], "", 0.02),
    ],
)
def test_the_stand_in_knows_what_is_planted(
    frames: list[tuple[int, int, int]], text: str, risk: float
) -> None:
    found = local.Standin().assess(Material([jpeg(one) for one in frames], text))
    assert (found.risk, found.engine) == (risk, "local-standin/1")


def test_the_stand_in_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(local.OUTAGE_VARIABLE, "1")
    with pytest.raises(Unavailable):
        local.Standin().assess(Material([], "Morning"))


def test_without_an_endpoint_nothing_is_assessed() -> None:
    with pytest.raises(Unavailable, match="RISK_ENDPOINT"):
        cloud.Cloud("").assess(Material([], "Morning"))


@pytest.mark.parametrize(
    ("answers", "risk", "labels"),
    [
        ([CALM], 0.0, ()),
        ([CALM, {**CALM, "adult": 5}], 0.95, ("adult",)),
        ([{**CALM, "violence": 4, "racy": 5}], 0.63, ("racy", "violence")),
        ([{**CALM, "adult": 3}], 0.4, ()),
    ],
)
def test_the_worst_frame_counts(
    answers: list[dict[str, int]], risk: float, labels: tuple[str, ...]
) -> None:
    assert cloud.weigh(answers, len(answers)) == (risk, labels)


@pytest.mark.parametrize("answers", [[], [CALM, CALM], [{**CALM, "adult": 6}]])
def test_a_frame_that_nobody_looked_at_is_no_frame_that_passed(
    answers: list[dict[str, int]],
) -> None:
    with pytest.raises(Unavailable):
        cloud.weigh(answers, 1)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"predictions": []},
        {"predictions": [{"risk": 0.1}, {"risk": 0.1}]},
        {"predictions": [{}]},
        {"predictions": [{"risk": "0.1"}]},
        {"predictions": [{"risk": True}]},
        {"predictions": [{"risk": float("nan")}]},
        {"predictions": [{"risk": -0.1}]},
        {"predictions": [{"risk": 1.1}]},
        {"predictions": [{"risk": 0.1, "labels": 7}]},
    ],
)
def test_an_answer_that_lies_is_an_outage_and_no_approval(answer: Any) -> None:
    with pytest.raises(Unavailable):
        cloud.read_prediction(answer)


def test_the_endpoint_is_asked_over_its_documented_call(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    class Session:
        def post(self, url: str, *, json: dict[str, Any], timeout: float) -> Session:
            asked.append((url, json))
            return self

        def raise_for_status(self) -> None:
            pass

        def json(self) -> dict[str, Any]:
            return {"predictions": [{"risk": 0.41, "labels": ["dangerous act"]}]}

    monkeypatch.setattr(cloud, "_session", Session)
    found = cloud.Cloud(ENDPOINT).assess(Material([], "Jump!", "en"))
    assert (found.risk, found.labels, found.engine) == (0.41, ("dangerous act",), "safe-search+7")
    ((url, body),) = asked
    assert url == f"https://us-central1-aiplatform.googleapis.com/v1/{ENDPOINT}:predict"
    assert body == {"instances": [{"text": "Jump!", "language": "en", "frames": []}]}


def test_an_endpoint_that_fails_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    from requests import ConnectionError as Refused

    class Session:
        def post(self, *_: Any, **__: Any) -> None:
            raise Refused

    monkeypatch.setattr(cloud, "_session", Session)
    with pytest.raises(Unavailable, match="endpoint"):
        cloud.Cloud(ENDPOINT).assess(Material([], "Jump!"))


def test_a_request_holds_no_more_frames_than_fit() -> None:
    frames = [bytes(400_000)] * 5
    packed = cloud.instance(Material(frames, "x"), frames)
    assert len(packed["frames"]) == 2


class Vision:
    """Answers as the service does, in its own types, or not at all."""

    def __init__(self, *answers: Any, error: Exception | None = None) -> None:
        self.answers, self.error = answers, error
        self.asked: list[Any] = []

    def batch_annotate_images(self, requests: list[Any], timeout: float) -> Any:
        from google.cloud import vision

        self.asked += [*requests, timeout]
        if self.error is not None:
            raise self.error
        return vision.BatchAnnotateImagesResponse(responses=self.answers)


def test_safe_search_is_asked_once_for_every_frame_and_its_worst_answer_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from google.cloud import vision

    calm = vision.SafeSearchAnnotation(**CALM)
    racy = vision.SafeSearchAnnotation(**{**CALM, "racy": 5})
    asked = Vision(
        *(vision.AnnotateImageResponse(safe_search_annotation=one) for one in (calm, racy))
    )
    monkeypatch.setattr(cloud, "_vision", lambda: asked)
    assert cloud._safe_search([b"one", b"two"]) == (0.57, ("racy",))
    first, second, timeout_s = asked.asked
    assert (first.image.content, second.image.content) == (b"one", b"two")
    kinds = {feature.type_ for one in (first, second) for feature in one.features}
    assert kinds == {vision.Feature.Type.SAFE_SEARCH_DETECTION}
    assert timeout_s == cloud.TIMEOUT_S


def test_a_frame_that_safe_search_did_not_look_at_makes_it_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control: without the error's code in `_likelihoods`, an unread frame is calm."""
    from google.api_core.exceptions import DeadlineExceeded
    from google.cloud import vision
    from google.rpc.status_pb2 import Status

    unread = vision.AnnotateImageResponse(error=Status(code=3, message="Bad image data."))
    for asked in (Vision(unread), Vision(), Vision(error=DeadlineExceeded("late"))):
        monkeypatch.setattr(cloud, "_vision", lambda asked=asked: asked)
        with pytest.raises(Unavailable):
            cloud._safe_search([b"one"])
