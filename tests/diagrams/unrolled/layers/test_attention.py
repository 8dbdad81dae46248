"""Attention: how weights are distributed, what masks hide, and shapes that don't fit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unrolled import Weights
from unrolled.layers import known
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
