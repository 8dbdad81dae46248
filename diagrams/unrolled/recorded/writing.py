"""How a number was computed, in symbols and in numbers: `f × c₂`, and `0.52 × 0.78`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..i18n import ENGLISH, Language, gettext, subscripted, text_of
from .operations import Made, Operand, origin

MOST_TERMS = 4
"""The terms of a sum that a page writes; of more, the largest, and the rest as one number."""
STATES = ("x", "h", "c")
"""The symbols that always have their step, as in h₃; others have it only if it isn't that of the formula."""
SHORT_FROM, DIGITS_FROM = 100, 0.005
"""From which size on a number has one decimal, and below which it has three."""


@dataclass(frozen=True, slots=True)
class Place:
    """A number in a calculation that can be asked in turn."""

    array: Made
    place: int
    text: str
    """The number as it is written."""


Token = str | Place


def symbol_of(array: Made, language: Language = ENGLISH, step: int | None = None) -> str:
    """Write the name of an array, in a formula of a step; without a name, how it was computed."""
    name = array.name
    if name is None:
        source, _ = origin(array, 0)
        return formula_of(array, language, step) if source is array else symbol_of(source, language, step)
    if name.symbol == "=":
        return formula_of(array, language)
    symbol = language.text(name.symbol)
    with_step = name.step is not None and (symbol in STATES or name.step != step) and len(symbol) == 1
    return subscripted(name.step or 0, symbol) if with_step else symbol


def formula_of(array: Made, language: Language = ENGLISH, step: int | None = None) -> str:
    """Write how an array was computed from those that have names: `f × c₂`."""
    step = array.name.step if array.name else step
    if array.operation is None:
        return symbol_of(array, language, step) if array.name else ""

    def said(operand: Any) -> str:
        if isinstance(operand, Made):
            return symbol_of(operand, language, step)
        return language.text(short(float(np.asarray(operand).flat[0]))) if np.size(operand) == 1 else "…"

    return array.operation.formula(*map(said, array.of))


def short(value: float, more: int = 0) -> str:
    """Write a short decimal as it is, any other with two decimals, or down to its first digit that isn't 0."""
    if abs(value - round(value, 1)) < 1e-9 or (abs(value) >= SHORT_FROM and not more):
        return text_of(float(round(value, 1)), 1)
    return text_of(float(value), (2 if abs(value) >= DIGITS_FROM else 3) + more)


def calculation_of(term: Operand, language: Language = ENGLISH, more: int = 0, most: int = MOST_TERMS) -> list[Token]:
    """Write how one number was computed: `sigmoid(0.4 × 0.7 − 0.6 × 0.2 + 0.1)`.

    Of a sum of more than `most` terms, the largest are written. With `more`, numbers have so many more decimals.
    """
    return list(_joined(_Writer(language, more, most).said(term)))


@dataclass(frozen=True)
class _Writer:
    language: Language
    more: int
    most: int

    def number(self, value: float) -> str:
        return self.language.text(short(value, self.more))

    def said(self, term: Operand, *, is_factor: bool = False) -> Iterator[Token]:
        match term.symbol:
            case _ if term.array is not None:
                yield Place(term.array, term.place, self.number(term.value))
            case _ if not term.of:
                yield self.number(term.value)
            case "+":
                yield from self.sum(term, is_factor)
            case "−" if len(term.of) == 2:
                yield from self.sum(term, is_factor)
            case "−":
                yield "−"
                yield from self.said(term.of[0], is_factor=True)
            case "×" | "÷":
                for place, operand in enumerate(term.of):
                    yield from (f" {term.symbol} ",) if place else ()
                    is_quotient = place == 1 and operand.symbol in ("×", "÷")
                    yield "(" if is_quotient else ""
                    yield from self.said(operand, is_factor=True)
                    yield ")" if is_quotient else ""
            case "e^":
                is_product = term.of[0].symbol in ("×", "÷")
                yield "e^(" if is_product else "e^"
                yield from self.said(term.of[0], is_factor=True)
                yield ")" if is_product else ""
            case "power" if term.of[1].value == 2:
                yield from self.said(term.of[0], is_factor=True)
                yield "²"
            case "mean":
                yield from self.sum(Operand(term.value * len(term.of), "+", term.of), True)
                yield f" ÷ {len(term.of)}"
            case _:
                yield f"{term.symbol}("
                for place, operand in enumerate(term.of):
                    yield from (", ",) if place else ()
                    yield from self.said(operand)
                yield ")"

    def sum(self, term: Operand, is_inside: bool) -> Iterator[Token]:
        """Write the largest terms of a sum, in their order, and what the others add up to."""
        flat_terms = list(_flat(term))
        terms = (
            [entry for entry in flat_terms if entry[1].value != 0] if len(flat_terms) > self.most - 1 else flat_terms
        )
        by_size = sorted(range(len(terms)), key=lambda at: -abs(terms[at][1].value))
        kept = sorted(by_size[: self.most if len(terms) <= self.most else self.most - 1])
        yield "(" if is_inside else ""
        for place, at in enumerate(kept):
            sign, addend = terms[at]
            yield (" + " if sign > 0 else " − ") if place else ("" if sign > 0 else "−")
            yield from self.said(addend, is_factor=sign < 0)
        if not kept:
            yield "0"
        if rest := [sign * addend.value for at, (sign, addend) in enumerate(terms) if at not in kept]:
            total = sum(rest)
            added = {"number": short(abs(total), self.more), "count": len(rest)}
            yield f" {'+' if total >= 0 else '−'} "
            yield self.language.text(gettext("%(number)s from %(count)s more", **added))
        yield ")" if is_inside else ""


def _flat(term: Operand, sign: int = 1) -> Iterator[tuple[int, Operand]]:
    if term.symbol == "+" and term.of:
        for operand in term.of:
            yield from _flat(operand, sign)
    elif term.symbol == "−" and len(term.of) == 2:
        yield from _flat(term.of[0], sign)
        yield from _flat(term.of[1], -sign)
    elif term.symbol == "×" and term.of[0].symbol == "−" and len(term.of[0].of) == 1:
        first, *other_factors = term.of
        yield -sign, replace(term, value=-term.value, of=(first.of[0], *other_factors))
    else:
        yield sign, term


def _joined(tokens: Iterable[Token]) -> Iterator[Token]:
    text = ""
    for token in tokens:
        if isinstance(token, str):
            text += token
            continue
        if text:
            yield text
        yield token
        text = ""
    if text:
        yield text


def needs_brackets(before: str, number: str) -> bool:
    """Return whether a number is negative and follows a sign."""
    return number.startswith("−") and before.rstrip().endswith(("×", "+", "−", "÷", "^"))
