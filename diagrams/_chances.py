"""Probabilities that know the scores that they were computed from."""

from collections.abc import Sequence

from unrolled import record
from unrolled.arrays import Array
from unrolled.layers.activations import activation_of
from unrolled.recorded.arrays import call_numbers, named


def chances(scores: Array, names: Sequence[str], called: str = "chance") -> Array:
    """Compute the softmax of scores along the last axis, whose places have these names."""
    given = record(scores, "score")
    found: Array = named(called, activation_of("softmax")(given))
    for values in (given, found):
        call_numbers(values, lambda symbol, at: f"{symbol} of “{names[at[-1]]}”")
    return found
