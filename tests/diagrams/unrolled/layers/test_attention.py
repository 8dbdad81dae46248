"""Attention: how weights are distributed, what masks hide, and shapes that don't fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled import NumbersError, Weights
from unrolled.layers import known
from unrolled.layers.layer import ShapeError
from unrolled.numbers.run import answered

sizes = st.integers(1, 4)


def attended(layer, query, value, masks=(None, None)):
    """Run an attention layer with random weights."""
    random = np.random.default_rng(7)
    shapes = layer.weight_shapes(query.shape, value.shape)
    weights = Weights(**{name: random.uniform(-1, 1, shape) for name, shape in shapes.items()})
    return answered(layer, weights, [query, value], list(masks), None)


def sequence(steps, width=3):
    """Generate vectors."""
    return np.random.default_rng(steps).uniform(-2, 2, (steps, width))


@given(sizes, sizes, sizes, sizes, st.booleans())
def test_the_weights_of_each_query_add_up_to_1(heads, width, queries, keys, causal):
    """In every head; masked keys get none, and the output is the weighted average."""
    layer = known()["MultiHeadAttention"](heads, width, use_causal_mask=causal, return_attention_scores=True)
    trace = attended(layer, sequence(queries), sequence(keys))
    assert trace.shares.shape == trace.scores.shape == (heads, queries, keys)
    np.testing.assert_allclose(trace.shares.sum(axis=-1), 1)
    assert not trace.shares[:, ~trace.kept].any()
    np.testing.assert_allclose(trace.mixed, np.einsum("hqk,hkv->hqv", trace.shares, trace.values))
    assert trace.kept.tolist() == (np.tri(queries, keys, dtype=bool) if causal else np.ones((queries, keys))).tolist()


@given(sizes, st.integers(2, 4))
def test_later_steps_do_not_affect_causal_attention(heads, steps):
    """A decoder relies on this during training."""
    layer, words = known()["MultiHeadAttention"](heads, 2, use_causal_mask=True), sequence(steps)
    changed = words.copy()
    changed[-1] += 1
    one, other = (attended(layer, each, each).output for each in (words, changed))
    np.testing.assert_array_equal(one[:-1], other[:-1])
    assert (one[-1] != other[-1]).any()


def test_a_window_hides_distant_steps():
    """On both sides."""
    layer = known()["MultiHeadAttention"](1, 2, sliding_window=2)
    kept = attended(layer, sequence(4), sequence(4)).kept
    assert kept.tolist() == (abs(np.subtract.outer(range(4), range(4))) < 2).tolist()


def test_padding_gets_no_weight():
    """As marked by `Masking`."""
    mask = np.array([True, True, False])
    trace = attended(known()["MultiHeadAttention"](2, 2), sequence(3), sequence(3), (None, mask))
    assert not trace.shares[:, :, 2].any()


@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=2, max_size=2))
def test_a_mask_of_the_scores_hides_keys_from_queries(rows):
    """In whatever form code gives it; one that is triangular is a causal mask."""
    kind = known()["MultiHeadAttention"]
    layers = [
        kind(2, 2, attention_mask=mask) for mask in (rows, np.array(rows)[None], np.array(rows, float)[None, None])
    ]
    assert layers[0] == layers[1] == layers[2]
    kept = attended(layers[0], sequence(2), sequence(3)).kept
    assert kept.tolist() == rows
    assert layers[0].is_causal == (rows == np.tri(2, 3).astype(bool).tolist())
    causal = kind(2, 2, attention_mask=rows, use_causal_mask=True)
    assert (
        attended(causal, sequence(2), sequence(3)).kept.tolist() == (np.array(rows) & np.tri(2, 3, dtype=bool)).tolist()
    )


def test_values_can_be_masked_for_each_query():
    """As Keras's Attention takes such a mask, too."""
    mask = np.tri(3, dtype=bool)
    trace = attended(known()["Attention"](), sequence(3), sequence(3), (None, mask))
    assert trace.kept.tolist() == mask.tolist()
    with pytest.raises(NumbersError, match="a mask of Attention has the shape"):
        attended(known()["Attention"](use_causal_mask=True), sequence(3), sequence(3), (None, mask))


@pytest.mark.parametrize(
    ("options", "shapes", "says"),
    [
        ({"num_heads": 0, "key_dim": 2}, None, "num_heads must be a whole number, 1 or more, not 0"),
        ({"num_heads": 2, "key_dim": 2.5}, None, "key_dim must be a whole number, 1 or more, not 2.5"),
        ({"num_heads": 2, "key_dim": 2, "sliding_window": 0}, None, "sliding_window must be a whole number, 1 or more"),
        ({"num_heads": 2, "key_dim": 2, "dropout": 2}, None, "dropout must be a number between 0 and 1, not 2"),
        ({"num_heads": 2, "key_dim": 2}, ((3, 4), (2, 4), (3, 4)), "needs a key for each value"),
        ({"num_heads": 2, "key_dim": 2, "attention_mask": np.tri(3)}, ((2, 4), (3, 4)), "2 queries and 3 keys"),
        ({"num_heads": 2, "key_dim": 2}, ((2, 3, 4), (2, 3, 4)), r"supports only sequences .*, not \(2, 3, 4\)"),
    ],
)
def test_shapes_that_do_not_fit_are_explained(options, shapes, says):
    """In a sentence that includes the number."""

    def attend():
        layer = known()["MultiHeadAttention"](**options)
        inputs = [np.zeros(shape) for shape in shapes]
        weights = Weights(**{name: np.zeros(shape) for name, shape in layer.weight_shapes(*shapes).items()})
        answered(layer, weights, inputs, [None] * len(inputs), None)

    with pytest.raises((NumbersError, ShapeError), match=says):
        attend()


@pytest.mark.parametrize("name", ["Attention", "AdditiveAttention", "MultiHeadAttention"])
@pytest.mark.parametrize("mask", [np.ones(2, dtype=bool), np.ones((3, 1), dtype=bool), np.array(True)])
def test_a_mask_of_another_shape_raises_an_error(name, mask):
    """Even if NumPy would broadcast it."""
    layer = known()[name](**({"num_heads": 2, "key_dim": 2} if name == "MultiHeadAttention" else {}))
    with pytest.raises(NumbersError, match=r"mask of \w+ has the shape .* True or False for each time step"):
        attended(layer, sequence(3), sequence(3), (None, mask))
