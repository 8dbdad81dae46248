"""Drawing the examples in the kit's docstrings, for the scripts in this directory."""

from collections.abc import Sequence
from dataclasses import dataclass
from doctest import DocTestParser
from inspect import getdoc
from types import SimpleNamespace

import numpy as np

import unrolled
from unrolled import Picture, Thing

GIVEN = {
    "WORDS": ["I", "am", "groot"],
    "code": "model = Sequential([Input((3, 2)), SimpleRNN(4)])\n",
    "dataclass": dataclass,
    "image": np.eye(5),
    "keras_model": SimpleNamespace(get_weights=lambda: [np.eye(2, 4), np.eye(4) / 2, np.zeros(4)]),
    "kernel": np.eye(3),
    "np": np,
    "patch": np.eye(3),
    "scores": [0.2, 0.8],
    "weights": np.eye(3) * 0.4 + 0.2,
}
"""The names that examples can use without defining them."""


def pictures(names: Sequence[str]) -> list[Picture]:
    """Run the examples of some functions."""
    return [_drawn(name) for name in names]


def _drawn(name: str) -> Picture:
    """Return the first picture drawn by an example in a docstring; raise LookupError if there is none."""
    names = {word: getattr(unrolled, word) for word in unrolled.EXPORTS} | GIVEN
    for example in DocTestParser().get_examples(getdoc(names[name]) or ""):
        try:
            made = eval(example.source, names)
        except SyntaxError:  # an assignment
            exec(example.source, names)
            continue
        if isinstance(made, Thing):
            return made.picture(f"What this makes: {example.source.strip()}")
        if isinstance(made, Picture):
            return made
    raise LookupError(f"the docstring of {name} has no example, behind >>>, that draws")
