"""Code of PyTorch that is easily misread as another model, compared with what the real torch answered."""

import json

import numpy as np
import pytest

from tests.against_torch.traps import RECORDED, alike, answer_of_kit, is_drawn, traps
from tests.diagrams.cases import check_reading

TRAPS, RECORD = traps(), json.loads(RECORDED.read_text("utf-8"))


def test_what_torch_answers_is_recorded_for_every_trap_that_is_drawn():
    """After adding or renaming a trap, record its answers: see tests/against_torch/traps.py."""
    assert list(RECORD) == [name for name, trap in TRAPS.items() if is_drawn(trap)]
    assert len(TRAPS) >= 100


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_drawn_as_torch_runs_it_or_raises_an_error(name):
    """Never as another model; and the error names what isn't known."""
    trap = TRAPS[name]
    if not is_drawn(trap):
        check_reading(trap)
        return
    *_, outputs = answer_of_kit(trap)
    assert outputs
    for each in outputs:
        assert any(alike(each, np.array(one)) for one in RECORD[name]), each
