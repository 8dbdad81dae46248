"""Single layers beside what the real Keras answered once."""

import json

import numpy as np
import pytest

from tests.against_keras.record import LAYERS, RECORDED, SINGLE_LAYERS_COMMAND
from tests.against_keras.single_cases import CASES
from tests.against_keras.single_layers import ours, sample
from unrolled import Weights
from unrolled.layers import MODULES, computed, known

RECORD = json.loads((RECORDED / "single_layers.json").read_text(encoding="utf-8"))
ANSWERS = {each["layer"]: each for each in RECORD["answers"]}
CLOSE = 1e-5
ANSWERED = [(case, ANSWERS[str(case)]) for case in CASES if str(case) in ANSWERS]


def test_the_records_are_those_of_the_layers_that_are_listed():
    """If you add a case, record what Keras answers, too."""
    cases = list(map(str, CASES))
    assert len(set(cases)) == len(cases) == len(ANSWERED) == len(RECORD["answers"]), (
        f"not recorded: {[each for each in cases if each not in ANSWERS]}; "
        f"recorded, but no longer in single_layers.md: {[each for each in ANSWERS if each not in cases]}; "
        f"to record what Keras answers: {SINGLE_LAYERS_COMMAND}"
    )
    assert set(RECORD["versions"]) == {"keras", "backend", "numpy", "python"}


@pytest.mark.parametrize(("case", "answer"), ANSWERED, ids=[case.name for case, _ in ANSWERED])
def test_the_kit_answers_what_keras_answered(case, answer):
    """Shapes, the weights' shapes, how many there are, all outputs, and the mask."""
    found = ours(case, sample(case, case.seed), [np.array(each) for each in answer["weights"]])
    assert [list(shape) for shape in found.shapes] == answer["shapes"]
    assert [list(shape) for shape in found.weights] == [list(np.shape(each)) for each in answer["weights"]]
    assert found.parameters == answer["parameters"]
    assert (found.outputs is None) == (answer["outputs"] is None) == (case.name not in (*computed(), "UpSampling2D"))
    for one, other in zip(found.outputs or (), answer["outputs"] or (), strict=True):
        np.testing.assert_allclose(one, other, atol=CLOSE)
    if answer["outputs"] is not None:
        assert (None if found.mask is None else found.mask.tolist()) == answer["mask"]


def test_every_computed_layer_is_recorded_or_compared_in_models():
    """Those of the models in models.md are recorded there; the others differ from one here in their axes alone."""
    covered = {case.name for case in CASES} | {*LAYERS, "AlphaDropout", "GaussianDropout", "ActivityRegularization"}
    missing = {name for name in MODULES if name not in covered}
    missing = {name for name in missing if not name.endswith(("2D", "3D", "Transpose"))}
    assert not missing, (
        f"add a case for {', '.join(sorted(missing))} to tests/against_keras/single_layers.md, "
        f"then record what Keras answers: {SINGLE_LAYERS_COMMAND}"
    )


def test_weights_have_the_names_of_keras():
    """As far as Keras names them; of several parts the part comes first."""
    shapes = known()["BatchNormalization"]().weight_shapes((3, 2))
    assert list(shapes) == ["gamma", "beta", "moving_mean", "moving_variance"]
    assert Weights(gamma=[1.0]).gamma.tolist() == [1.0]
