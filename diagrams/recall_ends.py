"""How often networks recall a name at the end of training: a dot for each of five runs, and their median."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from _charts import VALUE, at, column, say
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME
from unrolled.i18n import text_of
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import Shape, Shapes
from unrolled.views.pieces import SWARM, swarm

DATA = Path(__file__).parent / "data" / "recall" / "recall.json"
TESTED, DEVIATIONS = 1024, 3
"""How many sequences each network was tested on; and how far from a guess, in standard deviations, luck may lead."""
SAID = "Share of names recalled in five runs each, {}. {} A guess is right {}."
FIRST = "with the name coming first in training, too"
ANYWHERE = "with the name anywhere in training, and first in the test"
CLIPPED = "with and without clipping"
ORDER = ("LSTM", "GRU", "SimpleRNN")
QUARTERS = (0, 0.25, 0.5, 0.75, 1)
TO_MEDIAN = 14
"""How far the medians are from the end of the scale."""


class Row(NamedTuple):
    """Repeated measurements with a name, and how they differ from others of that name."""

    name: str
    second: str
    values: Sequence[float]


def draw(clipping: bool = False, anywhere: bool = False) -> Picture:
    """Compare the networks trained with the name always first, or `anywhere`, or one with and without `clipping`."""
    told = json.loads(DATA.read_text(encoding="utf-8"))
    guess = 1 / told["names"]
    if clipping:
        wanted = [run for run in told["runs"] if (run["layer"], run["lag"], run["place"]) == ("LSTM", 100, "anywhere")]
    else:
        place = "anywhere" if anywhere else "first"
        wanted = [run for run in told["runs"] if (run["place"], run["clip"]) == (place, True)]
        wanted.sort(key=lambda run: (run["lag"], run["bias"] is None, ORDER.index(run["layer"])))
    groups: dict[str, list[Row]] = {}
    for run in wanted:
        groups.setdefault(f"{run['lag']} tokens later", []).append(
            Row(run["layer"], _second(run, clipping=clipping), [accuracy[-1] for accuracy in run["accuracy"]])
        )
    rows = [
        (group, " ".join(filter(None, row[:2])), [text_of(value, 2) for value in sorted(row.values)])
        for group, all_of in groups.items()
        for row in all_of
    ]
    said = "; ".join(f"{group}, {name}: {', '.join(values)}" for group, name, values in rows)
    how = CLIPPED if clipping else ANYWHERE if anywhere else FIRST
    alt = SAID.format(how, f"{said[0].upper()}{said[1:]}.", f"1 time in {told['names']}")
    table = [
        TextColumn("distance", [group for group, _, _ in rows]),
        TextColumn("layer", [name for _, name, _ in rows]),
    ]
    table += [
        TextColumn(f"run {place + 1}", [values[place] for _, _, values in rows]) for place in range(len(rows[0][2]))
    ]
    table.append(TextColumn("median", [values[len(values) // 2] for _, _, values in rows]))
    groups_of = list(enumerate(groups.items(), start=1))

    def side_by_side(unit: float) -> tuple[Shape, ...]:
        beside = [_group(number, *group, unit, guess, "before" if number == 1 else "") for number, group in groups_of]
        return tuple(shape for place, group in enumerate(beside) for shape in at(group, place * (unit + 98)))

    wide = [side_by_side(units[len(groups) - 1]) for units in ((440, 272, 156), (440, 240, 130))]
    narrow = column([_group(number, *group, 212, guess, "above") for number, group in groups_of], 26)
    return in_two_forms(wide, [tuple(narrow)], Description.of(alt, table=table))


def _second(run: dict[str, Any], *, clipping: bool) -> str:
    if clipping:
        return "gradients clipped" if run["clip"] else "not clipped"
    return "" if run["bias"] is None else f"forget bias {run['bias']}"


def _group(number: int, title: str, rows: list[Row], wide: float, guess: float, named: str) -> list[Shape]:
    """Put rows below one another on one scale, with their names before or above them, or without."""
    chance = guess + DEVIATIONS * (guess * (1 - guess) / TESTED) ** 0.5
    name = f"group-{number}"
    parts: list[Shapes] = [
        [say(f"{name}-title", title, 0, 0, "start", NAME.bold())],
        [
            say(f"{name}-guessing", "guessing, 1 in 8", wide * guess - 4, 0, "start", role="muted"),
            say(f"{name}-median", "median", wide + TO_MEDIAN, 0, "start", role="muted"),
        ],
    ]
    for place, row in enumerate(rows, start=1):
        values = sorted(row.values)
        opened = [run for run, value in enumerate(values) if value <= chance]
        dots = at(swarm(values, QUARTERS, guess, wide, name=f"{name}-row-{place}", opened=opened), wide / 2)
        middle = text_of(float(np.median(values)), 2)
        dots.append(say(f"{name}-row-{place}-median", middle, wide + TO_MEDIAN, 0, "start", VALUE.bold()))
        parts.append([*dots, *(_named(f"{name}-row-{place}", row, named) if named else [])])
    ends = {0: "0", 0.5: "0.5", 1: "1"}
    parts.append(
        [say(f"{name}-tick-{share}", said, wide * share, 0, style=VALUE, role="muted") for share, said in ends.items()]
    )
    notes = ["share recalled, a dot a run"]
    if any(value < chance for row in rows for value in row.values):
        notes.append("open: no better than guessing")
    parts += [[say(f"{name}-note-{place}", note, wide / 2, 0, role="muted")] for place, note in enumerate(notes)]
    return column(parts, [14, 6, *[10] * (len(rows) - 1), *[8] * (1 + len(notes))])


def _named(name: str, row: Row, where: str) -> list[Shape]:
    """Write a row's name, and how it differs from others of that name."""
    is_above = where == "above"
    x, y, anchor = (0, -SWARM / 2 - 12, "start") if is_above else (-20, -8 if row.second else 0, "end")
    shapes = [say(f"{name}-name", row.name, x, y, anchor, NAME.bold())]
    if row.second:
        right, down = (shapes[0].bounds.right + 8, y) if is_above else (x, 8)
        shapes.append(say(f"{name}-second", row.second, right, down, anchor, role="muted"))
    return [*shapes]
