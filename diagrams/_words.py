"""The examples of the kit's words, for the Diagrams page: one figure for each word of DRAWN, in that order."""

from doctest import DocTestParser
from inspect import getdoc

import numpy as np

import unrolled
from unrolled import Picture
from unrolled.floor.thing import Thing

# Read without running this script, so it must be written out.
DRAWN = [
    "above",
    "Activation",
    "arrow",
    "beside",
    "Bidirectional",
    "block",
    "cell",
    "cells",
    "chain",
    "Dense",
    "Dropout",
    "embed",
    "Embedding",
    "Flatten",
    "formulation",
    "gradient",
    "GRU",
    "illustrative",
    "initial_weights",
    "Initializer",
    "label",
    "link",
    "lookup",
    "LSTM",
    "Masking",
    "model_shapes",
    "operator",
    "read_keras",
    "readable_weights",
    "RepeatVector",
    "rolled",
    "row",
    "run_model",
    "sentence",
    "SimpleRNN",
    "space",
    "stack",
    "table",
    "tensor",
    "TimeDistributed",
    "tokens",
    "unroll",
    "Weights",
    "weights_for",
    "weights_from",
    "word",
]

GIVEN = {
    "WORDS": ["I", "am", "groot"],
    "code": "model = Sequential([Input((3, 2)), SimpleRNN(4)])\n",
    "image": np.eye(5),
    "kernel": np.eye(3),
    "np": np,
    "patch": np.eye(3),
    "scores": [0.2, 0.8],
    "weights": np.eye(3) * 0.4 + 0.2,
}
"""What examples take for granted."""


def draw() -> list[Picture]:
    """Run the examples."""
    return [drawn(name) for name in DRAWN]


def drawn(name: str) -> Picture:
    """Return the first picture that the example of a word makes; raise LookupError where it makes none."""
    names = {word: getattr(unrolled, word) for word in unrolled.EXPORTS} | GIVEN
    for example in DocTestParser().get_examples(getdoc(names[name]) or ""):
        try:
            made = eval(example.source, names)
        except SyntaxError:  # it gives something a name
            exec(example.source, names)
            continue
        if isinstance(made, Thing):
            return made.picture(f"What this makes: {example.source.strip()}")
        if isinstance(made, Picture):
            return made
    raise LookupError(f"the docstring of {name} has no example, behind >>>, that draws")
