"""Models of PyTorch, read from code."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.diagrams.cases import cases, check_reading
from unrolled import attention, heads, layers, model_shapes, read_keras, run_model, transformer
from unrolled.layers.attention import Attending
from unrolled.layers.torch import LAYERS, BothWays, DotProductAttention
from unrolled.model import Tensor
from unrolled.reader.torch import CALLS, CHANNELS, CONTAINERS, ELEMENTWISE, FUNCTIONAL, LAST, LAZY, TRANSFORMERS

DOCS = Path(__file__).parents[4] / "docs/reading.md"
CODES = Path(__file__).with_name("torch.md")


@pytest.mark.parametrize("case", cases(CODES))
def test_models_of_torch_are_read_however_they_are_written(case, monkeypatch):
    """With torch's own layers; training does nothing, and errors name their lines."""
    monkeypatch.setattr(
        "tests.diagrams.cases.known",
        lambda: {**layers.known(), **LAYERS, "BothWays": BothWays, "DotProductAttention": DotProductAttention},
    )
    check_reading(case)


def test_the_documentation_lists_the_modules_that_are_read():
    """All of them, and no others."""
    (listed,) = re.findall("^These modules are read: (.*)$", DOCS.read_text("utf-8"), re.M)
    kinds = (CALLS, FUNCTIONAL, LAST, LAZY, CONTAINERS, TRANSFORMERS, CHANNELS, ELEMENTWISE & LAYERS.keys())
    read = set[str]().union(*kinds) - {"Module"}
    assert re.findall("`(.+?)`", listed) == sorted(read)


def test_a_module_knows_its_numbers_in_the_code():
    """By torch's names, and by those that views ask for."""
    code = "import torch.nn as nn\nnet = nn.Sequential(\n    nn.Linear(4, out_features=5),\n)"
    model = read_keras(code)
    for name in ("out_features", "units"):
        argument = model.argument(name)
        assert argument is not None
        assert (argument.value, argument.lineno, argument.text) == (5, 3, "5")
    assert model.calls[0].text == "Linear(4, out_features=5)"


def test_what_a_module_adds_is_drawn_beside_it():
    """As a graph, with the numbers of the sum."""
    code = """
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
    def forward(self, x):
        return x + self.fc(x)
block = Block()
"""
    model = read_keras(code)
    assert [node.inputs for node in model.nodes] == [(Tensor(None),), (Tensor(None), Tensor(0))]
    trace = run_model(model, [1.0, 2.0])
    np.testing.assert_allclose(trace.output, np.add(trace.traces[0].output, [1, 2]))


@pytest.mark.parametrize(("first", "shape"), [("True", "(N, 3, 2)"), ("False", "(3, N, 2)")])
def test_shapes_have_the_batch_where_the_code_has_it(first, shape):
    """First, or behind the steps."""
    code = f"lstm = nn.LSTM(2, 4, batch_first={first})\nlstm(torch.randn(3, 3, 2))"
    assert f"The input is {shape}." in model_shapes(read_keras(code)).alt


CLASSIFIER = """
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 8)
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=1)
        self.fc = nn.Linear(8, 3)
    def forward(self, tokens):
        return self.fc(self.encoder(self.embed(tokens)).mean(dim=1))
"""


def test_a_transformer_is_drawn_by_its_parts():
    """With the parameters of torch, and its attention."""
    model = read_keras(CLASSIFIER)
    assert model.parameter_count == 20 * 8 + (3 * 72 + 72 + 8 * 16 + 16 + 16 * 8 + 8 + 32) + 27
    assert "MultiheadAttention" in [layer.name_in_code for layer in model.layers]
    for view in (attention, heads, transformer):
        assert "groot" in view(model, ["I", "am", "groot"]).alt


def test_attention_leaves_padding_out_that_the_tokens_tell():
    """No word looks at it."""
    code = CLASSIFIER.replace("self.embed(tokens)", "self.embed(tokens), src_key_padding_mask=tokens == 0")
    alt = attention(read_keras(code), ["I", "am", "<pad>"]).alt
    assert "“<pad>” looks most at" in alt
    assert "looks most at “<pad>”" not in alt
    trace = run_model(read_keras(code), [1, 2, 0]).trace_of(Attending)
    assert trace.kept.tolist() == [[True, True, False]] * 3


def test_an_optimizer_makes_weights_unknown():
    """Those that the code has set before."""
    code = "fc = nn.Linear(2, 2)\nnn.init.ones_(fc.weight)\nnn.init.zeros_(fc.bias)\n"
    assert read_keras(code).brings_weights
    step = "optimizer = torch.optim.SGD(fc.parameters(), lr=0.1)\noptimizer.step()\n"
    assert not read_keras(code + step).brings_weights
