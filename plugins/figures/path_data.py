"""Inside the child: the lines of an SVG in fewer letters, told from point to point."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_LENGTHS = {"M": 2, "L": 2, "Q": 4, "C": 6}
DECIMALS = 2
"""A hundredth of a pixel cannot be seen."""


def compact(data: str) -> str:
    """Write path data anew, relative: the same shape elsewhere differs in its first point only, which packs well.

    Data with other commands than matplotlib's stay as they are, but for spaces.
    """
    tokens = _TOKEN.findall(data)
    written: list[str] = []
    lines: list[tuple[float, float] | None] = []
    here = start = (0.0, 0.0)
    place = 0
    while place < len(tokens):
        command = tokens[place]
        place += 1
        if command == "z":
            while lines and lines[-1] == start:  # to close draws that line
                del written[-1], lines[-1]
            written.append(command)
            lines.append(None)
            here = start
            continue
        if command not in _LENGTHS or place + _LENGTHS[command] > len(tokens):
            return " ".join(data.split())
        numbers = [round(float(number), DECIMALS) for number in tokens[place : place + _LENGTHS[command]]]
        place += len(numbers)
        end = numbers[-2], numbers[-1]
        if command == "M":
            start = end
            written.append(f"M{_listed(numbers)}")
        else:
            written.append(_drawn(command, [number - here[axis % 2] for axis, number in enumerate(numbers)]))
        lines.append(end if command == "L" else None)
        here = end
    return "".join(written)


def _drawn(command: str, steps: list[float]) -> str:
    across, down = (_number(step) for step in steps[-2:])
    if command == "L" and "0" in (across, down):
        return f"h{across}" if down == "0" else f"v{down}"
    return command.lower() + _listed(steps)


def _listed(numbers: list[float]) -> str:
    return re.sub(" -", "-", " ".join(map(_number, numbers)))


def _number(value: float) -> str:
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
