"""Random layers beside the real torch, live where it is installed, and a tenth of them as it answered once."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from tests.against_torch.cases import KINDS, OFTEN, answer_of_kit, case
from tests.against_torch.record import CASES, COMMAND, RECORDED, TENTH
from unrolled.layers.torch import LAYERS

RECORD = json.loads(RECORDED.read_text(encoding="utf-8"))
CLOSE = 1e-5
STEP = 40
"""How many cases a test compares."""


def check(found, answer, drawn):
    """Check what the kit answers: refusals, the names and shapes of weights, parameters, and all outputs."""
    assert (found is None) == (answer is None), f"only {'torch' if answer is None else 'the kit'} refuses {drawn}"
    if found is None:
        return
    assert list(found.shapes) == list(answer["shapes"]), drawn
    assert {name: [*shape] for name, shape in found.shapes.items()} == {
        name: [*shape] for name, shape in answer["shapes"].items()
    }, drawn
    assert found.count == answer["count"], drawn
    for ours, theirs in zip(found.outputs, answer["outputs"], strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert np.shape(one) == np.shape(other), drawn
            np.testing.assert_allclose(one, other, atol=CLOSE, rtol=0, err_msg=str(drawn))


def test_the_records_are_those_of_the_cases():
    """If you change how cases are drawn, record what torch answers, too."""
    assert list(RECORD["layers"]) == [str(case(number)) for number in TENTH], f"record torch's answers: {COMMAND}"
    assert set(RECORD["versions"]) == {"torch", "python"}
    assert any(answer is None for answer in RECORD["layers"].values())


@pytest.mark.parametrize("number", TENTH)
def test_the_kit_answers_what_torch_answered(number):
    """Weights by name, parameters, outputs and states, or that torch refuses it."""
    drawn = case(number)
    check(answer_of_kit(drawn, samples=1), RECORD["layers"][str(drawn)], drawn)


def test_every_layer_is_among_the_cases():
    """Each of them is drawn several times in a night."""
    assert {*OFTEN, *KINDS} == {*LAYERS}
    names = [case(number).name for number in range(CASES)]
    assert min(names.count(name) for name in LAYERS) >= 3


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")  # torch warns of what it does more slowly
@pytest.mark.parametrize("first", range(0, CASES, STEP))
def test_the_kit_answers_what_torch_answers(first):
    """The same, live: for each sample of a batch, with the batch first or second."""
    from tests.against_torch.answers import answer_of_torch  # needs torch

    for number in range(first, first + STEP):
        drawn = case(number)
        answer = answer_of_torch(drawn)
        check(answer_of_kit(drawn), None if answer is None else asdict(answer), drawn)
