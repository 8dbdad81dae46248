"""How often each part of a sentence comes out right, without attention and with it."""

import json
from pathlib import Path

from _charts import Plot, Scale, say
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME
from unrolled.geometry import Frame, Point
from unrolled.picture import in_two_forms
from unrolled.shapes.plots import CurveDot, Line
from unrolled.shapes.shape import Shape

DATA = Path("diagrams/data/translation/parts.json")
BEFORE, AFTER = "translator", "attentive"
PARTS = {
    "person": ("pronoun", "je, tu, elle …"),
    "article": ("article", "le, une …"),
    "negation": ("negation", "ne … pas"),
    "noun": ("noun", "chat, voiture …"),
    "verb": ("verb", "voir, vouloir …"),
    "adjective": ("adjective", "noir, petit …"),
}
ALT = "The share of new sentences in which each part is right, without attention and with it: {}. {}"
FLUENT = "{correct} of {all} answers without attention are correct French, but only {right} are the right sentence."
ACROSS = "% of 500 new sentences with this part right, one network each"
ROW, TICKS = 40, (0, 50, 100)


def draw() -> Picture:
    """Draw a row for each part, from the most often right to the least."""
    found = json.loads(DATA.read_text(encoding="utf-8"))
    shares = {
        part: tuple(100 * found[name]["right"][part] / found[name]["asked"][part] for name in (BEFORE, AFTER))
        for part in PARTS
    }
    shares = dict(sorted(shares.items(), key=lambda each: -each[1][0]))
    plain = found[BEFORE]
    fluent = FLUENT.format(correct=plain["correct French"], all=plain["sentences"], right=plain["all right"])
    said = ", ".join(f"{PARTS[part][0]} {one:.0f} % and {other:.0f} %" for part, (one, other) in shares.items())
    table = [
        TextColumn("part", [PARTS[part][0] for part in shares]),
        *(
            TextColumn(name, [f"{each[at]:.1f} %" for each in shares.values()])
            for at, name in enumerate(("without attention", "with attention"))
        ),
    ]
    forms = [tuple(_chart(shares, *sizes)) for sizes in ((440.0, 180.0), (138.0, 104.0))]
    return in_two_forms(forms[:1], forms[1:], Description.of(ALT.format(said, fluent), table=table))


def _chart(shares: dict[str, tuple[float, ...]], wide: float, before: float) -> list[Shape]:
    """Put the parts before their rows, an example below each, and a ring and a disc on each row."""
    is_narrow = wide < 200
    plot = Plot(Frame(before, 0, wide, ROW * len(shares)), Scale(TICKS[0], TICKS[-1]), Scale(len(shares), 0))
    ticks = {float(tick): str(tick) for tick in TICKS}
    shapes = plot.axes("shares", ticks, {}, across="% of 500 sentences" if is_narrow else ACROSS)
    for row, (part, (one, other)) in enumerate(shares.items()):
        first, last = plot.at(one, row + 0.5), plot.at(other, row + 0.5)
        title, example = PARTS[part]
        y = first.y
        ends = Point(plot.frame.left, y), Point(plot.frame.right, y)
        is_worst = one == min(each for each, _ in shares.values())
        shapes += [
            say(f"{part}-name", title, 0, y - 8, "start", BLOCK.sized(14) if is_worst else NAME.sized(14)),
            say(f"{part}-example", example, 0, y + 9, "start", role="muted"),
            Line(name=f"{part}-row", role="hair", start=ends[0], to=ends[1]),
            Line(name=f"{part}-gap", role="state", start=first, to=last, width=3, opacity=0.35),
            CurveDot(name=f"{part}-with", role="state", at=last, is_solid=True, radius=5),
            CurveDot(name=f"{part}-without", role="state", at=first, radius=5),
        ]
        shapes.append(say(f"{part}-before", f"{one:.0f}", first.x, y - 14, style=NAME.bold()))
        shapes.append(say(f"{part}-after", f"{other:.0f}", plot.frame.right + 14, y, "start"))
    x, y = plot.frame.left, -18.0
    for at, (said, solid) in enumerate((("without attention", False), ("with attention", True))):
        place = Point(0 if is_narrow else x, y - 20 * (1 - at)) if is_narrow else Point(x + 150 * at, y)
        shapes.append(
            CurveDot(name=f"key-{at + 1}", role="state", at=Point(place.x + 6, place.y), is_solid=solid, radius=5)
        )
        shapes.append(say(f"key-{at + 1}-text", said, place.x + 20, place.y, "start"))
    return shapes
