"""Traps of PyTorch's code beside the real torch."""

import pytest

from tests.against_torch.traps import alike, answer_of_kit, answer_of_torch, is_drawn, traps


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")  # torch warns of what is outdated
def test_the_kit_answers_what_torch_answers_to_traps():
    """All that are drawn, live."""
    for name, trap in traps().items():
        if is_drawn(trap):
            inputs, weights, outputs = answer_of_kit(trap)
            answers = answer_of_torch(trap, inputs, weights)
            assert all(any(alike(one, each) for each in answers) for one in outputs), name
