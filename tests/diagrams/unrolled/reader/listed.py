"""Models whose layers Keras lists in another order than it uses them, and what it was seen to list."""

from pathlib import Path
from typing import NamedTuple

from tests.diagrams.cases import cases


class Listed(NamedTuple):
    """A model `m`, and what Keras lists of it."""

    code: str
    weights: str
    """The names of the layers that have weights, in the order of `get_weights()`."""
    layers: str
    """The names of `model.layers`."""


CASES = {
    case.name: Listed(case.text, *(line.partition(": ")[2] for line in case.expected))
    for case in (parameters.values[0] for parameters in cases(Path(__file__).with_suffix(".md")))
}
