"""The layer's code as a figure shows it: its calls side by side, broken after commas where they do not fit."""

from collections.abc import Iterator

from ...model import Call
from ...shapes.text import CodeSpan
from .scene import ROLES, Scene

BETWEEN_CALLS = "   "
INDENT = "    "


def code_lines(scene: Scene, most_chars: int | None = None) -> tuple[tuple[str, ...], tuple[CodeSpan, ...]]:
    """Lay out the calls in lines of so many characters, or in one line, and find the tied arguments in them."""
    calls = _shown(scene)
    if most_chars is None or len(BETWEEN_CALLS.join(call.text for call in calls)) <= most_chars:
        rows = [[(call, 0, len(call.text)) for call in calls]]
    else:
        rows = [[(call, start, end)] for call in calls for start, end in breaks(call.text, most_chars)]
    lines: list[str] = []
    spots: list[CodeSpan] = []
    for number, row in enumerate(rows):
        line = ""
        for call, start, end in row:
            line += BETWEEN_CALLS if line else INDENT if start else ""
            spots += _spots(scene, call, start, end, number, len(line))
            line += call.text[start:end]
        lines.append(line)
    return tuple(lines), tuple(spots)


def _shown(scene: Scene) -> tuple[Call, ...]:
    """Choose the calls to show: of several layers those that hold what is tied."""
    if scene.single:
        return scene.model.calls
    return tuple(call for call in scene.model.calls if any(map(scene.is_tied, _names(call))))


def _names(call: Call) -> list[str]:
    return [argument.name for argument in call.arguments if argument.name in ROLES]


def breaks(text: str, most_chars: int) -> Iterator[tuple[int, int]]:
    """Cut a call after commas to lines of so many characters: outside inner brackets if possible, then late."""
    start, room = 0, most_chars
    while len(text) - start > room:
        commas = [(_depth(text, at), -at) for at in range(start, len(text)) if text[at] == ","]
        fitting = [comma for comma in commas if -comma[1] < start + room]
        if not fitting:
            break
        end = 1 - min(fitting)[1]
        yield start, end
        start = end + len(text[end:]) - len(text[end:].lstrip())
        room = most_chars - len(INDENT)
    yield start, len(text)


def _depth(text: str, at: int) -> int:
    """Count the brackets that are open at a place."""
    before = text[:at]
    return sum(map(before.count, "([{")) - sum(map(before.count, ")]}"))


def _spots(scene: Scene, call: Call, start: int, end: int, line: int, indent: int) -> Iterator[CodeSpan]:
    for argument in call.arguments:
        inside = start <= argument.start and argument.end <= end
        if inside and argument.name in ROLES and scene.is_tied(argument.name):
            shift = indent - start
            yield CodeSpan(line, argument.start + shift, argument.end + shift, ROLES[argument.name], argument.name)
