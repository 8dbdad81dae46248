"""Activation functions."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled.layers.activations import ACTIVATIONS, activation_of

FORMULAS = {
    "tanh": math.tanh,
    "relu": lambda x: max(x, 0.0),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "linear": lambda x: x,
    "celu": lambda x: x if x > 0 else math.expm1(x),
    "elu": lambda x: x if x > 0 else math.expm1(x),
    "exponential": math.exp,
    "gelu": lambda x: x * statistics.NormalDist().cdf(x),
    "hard_shrink": lambda x: x if abs(x) > 0.5 else 0.0,
    "hard_sigmoid": lambda x: min(max(x + 3, 0.0), 6.0) / 6,
    "hard_silu": lambda x: x * min(max(x + 3, 0.0), 6.0) / 6,
    "hard_swish": lambda x: x * min(max(x + 3, 0.0), 6.0) / 6,
    "hard_tanh": lambda x: min(max(x, -1.0), 1.0),
    "leaky_relu": lambda x: x if x > 0 else 0.2 * x,
    "log_sigmoid": lambda x: -math.log1p(math.exp(-x)),
    "log_softmax": lambda x: 0.0,
    "mish": lambda x: x * math.tanh(math.log1p(math.exp(x))),
    "relu6": lambda x: min(max(x, 0.0), 6.0),
    "selu": lambda x: 1.05070098 * (x if x > 0 else 1.67326324 * math.expm1(x)),
    "silu": lambda x: x / (1 + math.exp(-x)),
    "soft_shrink": lambda x: x - 0.5 if x > 0.5 else x + 0.5 if x < -0.5 else 0.0,
    "softmax": lambda x: 1.0,
    "softplus": lambda x: math.log1p(math.exp(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "sparse_plus": lambda x: x if x >= 1 else 0.0 if x <= -1 else (x + 1) ** 2 / 4,
    "sparse_sigmoid": lambda x: min(max((x + 1) / 2, 0.0), 1.0),
    "squareplus": lambda x: (x + math.sqrt(x * x + 4)) / 2,
    "swish": lambda x: x / (1 + math.exp(-x)),
    "tanh_shrink": lambda x: x - math.tanh(x),
}


def test_there_is_a_formula_here_for_every_activation():
    """So that none is left out below."""
    assert sorted(FORMULAS) == sorted(ACTIVATIONS)


@pytest.mark.parametrize("name", FORMULAS)
@given(value=st.floats(-30, 30))
def test_an_activation_computes_its_formula(name, value):
    """Each is compared with the formula in its name; those of a whole vector with their element-wise equivalents."""
    assert activation_of(name)(np.array([value]))[0] == pytest.approx(FORMULAS[name](value), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@given(values=st.lists(st.floats(-9, 9), min_size=1, max_size=6))
def test_softmax_like_activations_add_up_to_one(name, values):
    """And the largest number keeps the largest share."""
    found = activation_of(name)(np.array([values, values]))
    shares = np.exp(found) if name == "log_softmax" else found
    assert shares.sum(axis=-1) == pytest.approx([1, 1])
    assert shares[0, int(np.argmax(values))] == shares[0].max()
