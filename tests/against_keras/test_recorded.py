"""The kit beside what the real Keras answered once; Keras itself is needed only to see that it still answers so."""

import json

import numpy as np
import pytest

from tests.against_keras.record import CODES, LAYERS, RECORDED, answered, arguments
from tools.keras_names import FILE, names, text
from unrolled import read_keras, run_model, weights_from
from unrolled.reader.signatures import REQUIRED, signature_of

RECORD = json.loads((RECORDED / "layers.json").read_text(encoding="utf-8"))
ANSWERS = RECORD["answers"]
CLOSE = 1e-5


def test_the_records_are_those_of_the_models_that_are_listed():
    """Whoever adds a model records its answers as well, and the versions that gave them are told."""
    assert [each["code"] for each in ANSWERS] == CODES
    assert set(RECORD["versions"]) == {"keras", "backend", "numpy", "python"}


@pytest.mark.parametrize("layer", LAYERS)
def test_the_arguments_have_keras_s_order_and_defaults(layer):
    """An argument without a name is read by its place."""
    ours = {name: "needed" if value == REQUIRED else value for name, value in signature_of(layer).by_place.items()}
    assert list(ours.items()) == list(RECORD["arguments"][layer].items())


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_the_kit_answers_what_keras_answered(answer):
    """All outputs, and the number of parameters."""
    model = read_keras(answer["code"])
    trace = run_model(model, *answer["inputs"], weights=weights_from(model, answer["weights"]))
    assert model.parameter_count == answer["parameters"]
    for ours, theirs in zip(trace.outputs, answer["outputs"], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=CLOSE)


@pytest.mark.keras
@pytest.mark.filterwarnings("ignore")  # the warnings of Keras and its backends
def test_keras_still_answers_so():
    """Live, in whatever version is installed here."""
    pytest.importorskip("keras", reason="compared only where Keras is installed", exc_type=ImportError)
    assert {layer: list(arguments(layer).items()) for layer in LAYERS} == {
        layer: list(taken.items()) for layer, taken in RECORD["arguments"].items()
    }
    for number, (code, recorded) in enumerate(zip(CODES, ANSWERS, strict=True)):
        now = answered(code, number)
        assert now["parameters"] == recorded["parameters"]
        for part in ("weights", "inputs", "outputs"):
            for ours, theirs in zip(now[part], recorded[part], strict=True):
                np.testing.assert_allclose(ours, theirs, atol=CLOSE, err_msg=code)


@pytest.mark.keras
@pytest.mark.when_changed("tools/keras_names.py", "diagrams/unrolled/reader/keras.json", "requirements-verify.txt")
def test_keras_still_calls_its_layers_so():
    """Where this fails, run tools/keras_names.py, and see what has changed."""
    pytest.importorskip("keras", reason="compared only where Keras is installed", exc_type=ImportError)
    assert text(names()) == FILE.read_text("utf-8")
