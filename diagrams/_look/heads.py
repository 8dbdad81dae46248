"""`heads`: two heads, one without a mask, a causal mask, many heads, and characters."""

import numpy as np

from unrolled import Model, Picture, Weights, heads, read_keras

SELF = """
words = Input((None, {features}))
model = Model(words, MultiHeadAttention({heads}, {key})(words, words{mask}))
"""
WORDS = ["Groot", "smiles", "as", "he", "grows"]
SENTENCE = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog"]
LETTERS = list("was·not·so·bad")


def attending(
    count: int, features: int, key: int, seed: int, mask: str = ", use_causal_mask=True"
) -> tuple[Model, Weights]:
    """Create a layer with random weights, large enough that words attend to few others."""
    model = read_keras(SELF.format(heads=count, features=features, key=key, mask=mask))
    node, rng = model.nodes[0], np.random.default_rng(seed)
    shapes = node.layer.weight_shapes(*node.shapes)
    return model, Weights(**{name: rng.normal(0, 1.6, shape) for name, shape in shapes.items()})


def places(count: int, features: int, seed: int) -> np.ndarray:
    """Create vectors for words."""
    return np.random.default_rng(seed).normal(0, 1, (count, features))


def draw() -> list[Picture]:
    """Range from one sentence and two heads to more of both."""
    two, both, many = attending(2, 4, 4, 3), attending(2, 6, 4, 7, ""), attending(12, 8, 8, 1)
    return [
        heads(two[0], WORDS, places(5, 4, 1), two[1], alike=["Groot", "he"]),
        heads(two[0], WORDS, places(5, 4, 1), two[1], head=2, titles=["Head 2 asks: who?"]),
        heads(both[0], SENTENCE, places(9, 6, 2), both[1]),
        heads(both[0], SENTENCE[:5], places(5, 6, 2), both[1]),
        heads(many[0], SENTENCE, places(9, 8, 2), many[1]),
        heads(many[0], LETTERS, places(14, 8, 2), many[1], head=[1, 2], least=0.3),
    ]
