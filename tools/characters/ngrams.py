"""What counting tells: how likely a character is after the few before it."""

from __future__ import annotations

from collections import Counter
from math import log2

TRUST = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""How much the shorter context counts beside what was seen after the longer one; chosen on the validation part."""


class Counts:
    """How often each run of up to `longest` + 1 characters stands in a text."""

    def __init__(self, text: str, longest: int) -> None:
        self.longest, self.letters = longest, len(set(text))
        self.runs = [Counter(text[at : at + size] for at in range(len(text) - size + 1)) for size in range(longest + 2)]

    def bits(self, text: str, order: int, trust: float, begin: int = 1) -> float:
        """Tell how many bits a character of a text costs, given the `order` characters before it."""
        places = range(max(begin, self.longest), len(text))
        return -sum(log2(self._share(text, at, order, trust)) for at in places) / len(places)

    def _share(self, text: str, at: int, order: int, trust: float) -> float:
        """Mix what was counted after 0, 1, … characters, each as far as it has been seen."""
        share = 1 / self.letters
        for size in range(order + 1):
            before = text[at - size : at]
            share = (self.runs[size + 1][text[at - size : at + 1]] + trust * share) / (
                (self.runs[size][before] if size else sum(self.runs[1].values())) + trust
            )
        return share

    def tuned(self, validation: str, order: int) -> float:
        """Choose how far to trust the shorter context."""
        return min(TRUST, key=lambda trust: self.bits(validation, order, trust))
