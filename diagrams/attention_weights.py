"""Attention: how much each word looks at every other, and the vectors that come of it."""

import numpy as np

from unrolled import Picture, above, beside, cells, embed, label, operator, word

WORDS = ["I", "am", "groot"]
ALT = "Each of three words, “I”, “am” and “groot”, gives all of them weights; new vectors are means by these weights."
TOLD = "A row of weights is the softmax of a word’s dot products with all words, divided by √2; it adds up to 1."


def draw() -> Picture:
    """Compute the scaled dot products of the words' vectors, their softmax, and the means that it weighs."""
    vectors = embed(WORDS)
    scores = np.exp(vectors @ vectors.T / np.sqrt(vectors.shape[1]))
    weights = scores / scores.sum(axis=1, keepdims=True)
    words = list(map(word, WORDS))
    wide, narrow = (
        above(label("attention weights"), cells(weights, "output", decimals=2, levels=True, columns=heads, rows=words))
        for heads in (words, map(label, WORDS))
    )
    known = above(label("embeddings"), cells(vectors, "embedding", large=True))
    mixed = above(label("new vectors"), cells(weights @ vectors, "state", decimals=2, large=True))
    rest = operator("·"), known, operator("="), mixed
    return beside(wide, *rest).picture(ALT, TOLD, narrow=above(narrow, *rest))
