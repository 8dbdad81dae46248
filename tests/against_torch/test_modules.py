"""Random modules, read by the kit and run by the real torch: live, and a tenth as it answered once."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from tests.against_torch.modules import reply_of_kit, written
from tests.against_torch.record import COMMAND, MODULES, RECORDED, TENTH_OF_MODULES

RECORD = json.loads(RECORDED.read_text(encoding="utf-8"))["modules"]
CLOSE = 1e-5
STEP = 35
"""How many modules a test compares."""


def check(reply, answer, module):
    """Check refusals, the shapes of weights in their order, how many parameters there are, and the output."""
    if answer is None:
        assert isinstance(reply, str), f"only torch refuses {module.code}"
        return
    if isinstance(reply, str) and "which isn't read from code" in reply:
        return  # such as a change in place of what others share
    assert not isinstance(reply, str), f"only the kit refuses, since {reply}: {module.code}"
    assert [[*shape] for shape in reply.shapes] == [[*shape] for shape in answer["shapes"]], module.code
    assert reply.count == answer["count"], module.code
    for ours, theirs in zip(reply.outputs, answer["outputs"], strict=True):
        assert np.shape(ours) == np.shape(theirs), module.code
        np.testing.assert_allclose(ours, theirs, atol=CLOSE, rtol=CLOSE, err_msg=module.code)


def test_the_records_are_those_of_the_modules():
    """If you change how modules are written, record what torch answers, too."""
    assert list(RECORD) == [written(number).code for number in TENTH_OF_MODULES], f"record torch's answers: {COMMAND}"


@pytest.mark.parametrize("number", TENTH_OF_MODULES)
def test_the_kit_reads_what_torch_ran(number):
    """The weights in the order of `state_dict`, parameters and outputs, or that torch refuses it."""
    module = written(number)
    check(reply_of_kit(module, samples=1), RECORD[module.code], module)


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")  # torch warns of what it does more slowly
@pytest.mark.parametrize("first", range(0, MODULES, STEP))
def test_the_kit_reads_what_torch_runs(first):
    """The same, live: for each sample of a batch, with the batch first or second."""
    from tests.against_torch.answers import reply_of_torch  # needs torch

    for number in range(first, first + STEP):
        module = written(number)
        reply = reply_of_torch(module)
        check(reply_of_kit(module), None if isinstance(reply, str) else asdict(reply), module)
