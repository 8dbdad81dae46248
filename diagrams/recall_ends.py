"""How often networks recall a name at the end of training: a dot for each of five runs."""

import json
from pathlib import Path
from typing import Any

from _plots import VALUE, Row, Scale, at, column, dot_row, say
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME
from unrolled.i18n import text_of
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import Shape, Shapes

DATA = Path(__file__).parent / "data" / "recall" / "recall.json"
TESTED, DEVIATIONS = 1024, 3
"""How many sequences each network was tested on; and how far from a guess, in standard deviations, luck may lead."""
IN_FRONT = (
    "Share of names recalled in five runs each, with the name coming first in training, too. {} A guess is right {}."
)
CLIPPED = "Share of names recalled in five runs each, with and without clipping. {} A guess is right {}."
ORDER = ("LSTM", "GRU", "SimpleRNN")


def draw(clipping: bool = False) -> Picture:
    """Compare the networks trained with the name always first, or one of them with and without gradient clipping."""
    told = json.loads(DATA.read_text(encoding="utf-8"))
    guess = 1 / told["names"]
    if clipping:
        wanted = [run for run in told["runs"] if (run["layer"], run["lag"], run["place"]) == ("LSTM", 100, "anywhere")]
    else:
        wanted = [run for run in told["runs"] if run["place"] == "first"]
        wanted.sort(key=lambda run: (run["lag"], run["bias"] is None, ORDER.index(run["layer"])))
    groups: dict[str, list[Row]] = {}
    for run in wanted:
        groups.setdefault(f"after {run['lag']} steps", []).append(
            Row(run["layer"], _second(run, clipping=clipping), _ends(run))
        )
    rows = [
        (group, " ".join(filter(None, row[:2])), [text_of(value, 2) for value in sorted(row.values)])
        for group, all_of in groups.items()
        for row in all_of
    ]
    said = "; ".join(f"{group}, {name}: {', '.join(values)}" for group, name, values in rows)
    alt = (CLIPPED if clipping else IN_FRONT).format(f"{said[0].upper()}{said[1:]}.", f"1 time in {told['names']}")
    table = [
        TextColumn("distance", [group for group, _, _ in rows]),
        TextColumn("layer", [name for _, name, _ in rows]),
    ]
    table += [
        TextColumn(f"run {place + 1}", [values[place] for _, _, values in rows]) for place in range(len(rows[0][2]))
    ]
    unit = 440 if clipping else 272
    beside = [
        _group(number, *group, Scale(unit), guess, named=number == 1)
        for number, group in enumerate(groups.items(), start=1)
    ]
    wide = [shape for place, group in enumerate(beside) for shape in at(group, place * (unit + 56))]
    below = [
        _group(number, *group, Scale(246), guess, above=True) for number, group in enumerate(groups.items(), start=1)
    ]
    narrow = column(below, 26)
    return in_two_forms([tuple(wide)], [tuple(narrow)], Description.of(alt, table=table))


def _second(run: dict[str, Any], *, clipping: bool) -> str:
    if clipping:
        return "gradients clipped" if run["clip"] else "not clipped"
    return "" if run["bias"] is None else f"forget bias {run['bias']}"


def _ends(run: dict[str, Any]) -> list[float]:
    return [accuracy[-1] for accuracy in run["accuracy"]]


def _group(
    number: int, title: str, rows: list[Row], scale: Scale, guess: float, *, named: bool = True, above: bool = False
) -> list[Shape]:
    """Put rows below one another, on one scale."""
    chance = guess + DEVIATIONS * (guess * (1 - guess) / TESTED) ** 0.5
    name = f"group-{number}"
    parts: list[Shapes] = [[say(f"{name}-title", title, 0, 0, "start", NAME.bold())]]
    parts.append(
        [
            say(
                f"{name}-guessing",
                "guessing, 1 in 8",
                scale.unit * guess,
                0,
                "start" if above else "middle",
                NAME,
                "muted",
            )
        ]
    )
    parts += [
        dot_row(f"{name}-row-{place}", row, scale, guess, chance, named=named, above=above)
        for place, row in enumerate(rows, start=1)
    ]
    ends = {0: "0", 0.5: "50", 1: "100 %"}
    parts.append(
        [
            say(f"{name}-tick-{share}", said, scale.unit * share, 0, style=VALUE, role="muted")
            for share, said in ends.items()
        ]
    )
    notes = ["names recalled, a dot for each run"]
    if any(value < chance for row in rows for value in row.values):
        notes.append("open dots: no better than guessing")
    parts += [
        [say(f"{name}-note-{place}", note, scale.unit / 2, 0, style=NAME, role="muted")]
        for place, note in enumerate(notes)
    ]
    return column(parts, [14, 6, *[10] * (len(rows) - 1), *[8] * (1 + len(notes))])
