"""Figures that show a different layer from the code above them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..figures.markdown import Block
from ..figures.requests import NEXT
from .code import FIRST_ARGUMENTS, calls_in
from .findings import WARNING, Finding
from .shown import Shown

RECURRENT = ("SimpleRNN", "LSTM", "GRU")
LAYERS = (*RECURRENT, "Dense", "Embedding", "Conv1D", "Dropout")
"""The layers that are compared."""
_CALL = re.compile(rf"\b({'|'.join(LAYERS)})\(")
_WITH_UNITS = re.compile(rf"\b({'|'.join(RECURRENT)}|Dense) (?:layer )?(?:with|of) (\d+) (?:hidden )?units?\b")


@dataclass(frozen=True)
class Layer:
    """A layer in code or words: its name, and the arguments that are plain values."""

    name: str
    arguments: Mapping[str, object]

    def differs(self, other: Layer) -> list[str]:
        """Return the arguments that both have, with different values."""
        both = [name for name in self.arguments if name in other.arguments]
        return [name for name in both if self.arguments[name] != other.arguments[name]]

    def told(self, names: Iterable[str]) -> str:
        """Write the layer with some of its arguments."""
        first = FIRST_ARGUMENTS[self.name][0]
        said = [repr(self.arguments[name]) if name == first else f"{name}={self.arguments[name]!r}" for name in names]
        return f"{self.name}({', '.join(said)})"


def findings(shown: Iterable[Shown]) -> Iterator[Finding]:
    """Compare figures whose scripts don't get the article's code with the block above them."""
    for it in shown:
        block = _block(it)
        if it.takes_code or block is None:
            continue
        said = _mismatch(layers_in_words(it.words), layers_in_code(block.text))
        if said:
            what = (
                f"{it.reference.address}: the figure shows {said[0]}, but the code in line {block.line} has {said[1]}"
            )
            advice = "let the script read the code, with draw(code), or name the block that it shows: {code=ID}"
            yield Finding(WARNING, it.article.file, it.reference.line, what, advice)


def _block(it: Shown) -> Block | None:
    reference = it.reference
    reading = reference.reading
    named = reference.attributes.code
    if named == NEXT:
        return reading.block_below(reference.place)
    return reading.named(named) if named else reading.block_above(reference.place)


def _mismatch(drawn: list[Layer], coded: list[Layer]) -> tuple[str, str] | None:
    """Return the layer in a figure and the one in the code, if no layer in the code matches the figure's."""
    for layer in drawn:
        alike = [other for other in coded if other.name == layer.name]
        if alike:
            if all(layer.differs(other) for other in alike):
                names = layer.differs(alike[0])
                return layer.told(names), alike[0].told(names)
        elif layer.name in RECURRENT:
            others = [other for other in coded if other.name in RECURRENT]
            if others and not any(other.name == known.name for other in others for known in drawn):
                return layer.told(_first(layer)), others[0].told(_first(others[0]))
    return None


def _first(layer: Layer) -> list[str]:
    return [name for name in FIRST_ARGUMENTS[layer.name][:1] if name in layer.arguments]


def layers_in_words(words: str) -> list[Layer]:
    """Find the layers that a picture's words mention: `SimpleRNN(4, …)` and `SimpleRNN with 4 units`."""
    found = [Layer(name, {"units": int(units)}) for name, units in _WITH_UNITS.findall(words)]
    for call in _CALL.finditer(words):
        text = _balanced(words[call.start() :])
        found += layers_in_code(text) if text else []
    return found


def _balanced(text: str) -> str:
    """Return the start of a text up to where its first bracket closes."""
    depth = 0
    for place, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == ")" and depth == 0:
            return text[: place + 1]
    return ""


def layers_in_code(code: str) -> list[Layer]:
    """Find the layers to compare in a block of code; none if it can't be parsed."""
    return [Layer(call.name, call.arguments) for call in calls_in(code) if call.name in LAYERS]
