"""Drawing the examples in the kit's docstrings, for the scripts in this directory."""

from collections.abc import Iterator, Sequence
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


def pictures(modules: Sequence[str]) -> list[Picture]:
    """Return the first picture of each of these names."""
    return [next(pictures_of(name)) for name in names_in(modules)]


def names_in(modules: Sequence[str]) -> list[str]:
    """Return the names that the kit exports from some modules or packages."""
    return [name for one in modules for name, its in unrolled.EXPORTS.items() if f"{its}.".startswith(f"{one}.")]


def pictures_of(name: str, **given: object) -> Iterator[Picture]:
    """Run the examples in a docstring with these names, and yield what they draw; raise LookupError if nothing."""
    names = {word: getattr(unrolled, word) for word in unrolled.EXPORTS} | GIVEN | given
    draws = False
    for example in DocTestParser().get_examples(getdoc(getattr(unrolled, name)) or ""):
        try:
            made = eval(example.source, names)
        except SyntaxError:  # an assignment
            exec(example.source, names)
            continue
        if isinstance(made, Thing):
            made = made.picture(f"What this makes: {example.source.strip()}")
        if isinstance(made, Picture):
            draws = True
            yield made
    if not draws:
        raise LookupError(f"the docstring of {name} has no example, behind >>>, that draws")
