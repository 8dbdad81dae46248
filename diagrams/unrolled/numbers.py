"""How a number is printed in a figure, and counted in its text."""

import math

from .errors import NumbersError

MINUS = "\N{MINUS SIGN}"


class Number(str):
    """A number as it is printed; languages have other signs before the decimals."""


def text_of(value: float, decimals: int = 1) -> Number:
    """Print a number: an exact whole number without decimals, any other with all of them, and never `−0.0`."""
    if not math.isfinite(value):
        raise NumbersError(f"a figure cannot print {value}: some weight or input is no finite number")
    text = f"{value:.0f}" if value == int(value) else f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return Number(text.replace("-", MINUS))


def counted(number: int, noun: str) -> str:
    """Say how many, in digits: `1 unit`, `5 units`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
