"""The n-gram baseline: the probability of a character, given the few before it."""

from __future__ import annotations

from collections import Counter
from math import log2

TRUST = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Candidates for the weight of the shorter context, relative to the counts for the longer one."""


class Counts:
    """The number of occurrences of each sequence of up to `longest` + 1 characters in a text."""

    def __init__(self, text: str, longest: int) -> None:
        self.longest, self.letters = longest, len(set(text))
        self.runs = [Counter(text[at : at + size] for at in range(len(text) - size + 1)) for size in range(longest + 2)]

    def bits(self, text: str, order: int, trust: float, begin: int = 1) -> float:
        """Return the bits per character of a text, given the `order` characters before it."""
        places = range(max(begin, self.longest), len(text))
        return -sum(log2(self._share(text, at, order, trust)) for at in places) / len(places)

    def _share(self, text: str, at: int, order: int, trust: float) -> float:
        """Interpolate the counts after 0, 1, … characters, each weighted by how often its context occurs."""
        share = 1 / self.letters
        for size in range(order + 1):
            before = text[at - size : at]
            share = (self.runs[size + 1][text[at - size : at + 1]] + trust * share) / (
                (self.runs[size][before] if size else sum(self.runs[1].values())) + trust
            )
        return share

    def tuned(self, validation: str, order: int) -> float:
        """Choose the weight of the shorter context."""
        return min(TRUST, key=lambda trust: self.bits(validation, order, trust))
