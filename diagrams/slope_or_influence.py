"""A trained network's answer while its first word turns into another: flat at both ends, and yet a jump."""

import numpy as np

from _charts import VALUE, Plot, at, column, say
from _sentiment import indices, toy
from unrolled import Dense, Picture, SimpleRNN, run_model, stack
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME, WORD_NARROW, width
from unrolled.geometry import Point
from unrolled.i18n import text_of
from unrolled.picture import in_two_forms
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.plots import CurveDot, Line, Polyline
from unrolled.shapes.shape import DASHES, Shape
from unrolled.shapes.text import word_width
from unrolled.views.pieces import word

FIRST = ["nobody", "everybody"]
REST = ["who", "saw", "the", "dialogue", "with", "us", "yesterday", "found", "it", "lovely"]
LAYER = SimpleRNN(4)
POINTS, TINY = 201, 1e-4
UP, TANGENT = Plot.units(up=96), 26
MIXED = "a mix of both"
FILLS = {FIRST[0]: "ink", FIRST[1]: "lane"}
ALT = (
    "The answer of a SimpleRNN to “… {rest}” while the two numbers of its first word move from those of “{first}” to "
    "those of “{second}”. It goes from {} to {}, stays flat for most of the way and jumps once; its slope is {} at "
    "“{first}” and {} at “{second}”."
)


def draw() -> Picture:
    """Answer the sentence at each point on the way."""
    curve = np.array([_answer(share) for share in np.linspace(0, 1, POINTS)])
    slopes = [(_answer(end + TINY) - _answer(end - TINY)) / (2 * TINY) for end in (0, 1)]
    numbers = [[text_of(float(value), 2) for value in values] for values in ((curve[0], curve[-1]), slopes)]
    alt = ALT.format(*numbers[0], *numbers[1], rest=" ".join(REST), first=FIRST[0], second=FIRST[1])
    table = [TextColumn("first word", FIRST), TextColumn("answer", numbers[0]), TextColumn("slope", numbers[1])]
    wide, narrow = (
        column([*_panel(curve, slopes, across), _sentence(most)], (12, 24))
        for across, most in ((440, len(REST)), (168, 5))
    )
    return in_two_forms([tuple(wide)], [tuple(narrow)], Description.of(alt, table=table))


def _sentence(most: int) -> list[Shape]:
    """Write what follows the first word, at most so many words a line."""
    lines = [" ".join(REST[at : at + most]) for at in range(0, len(REST), most)]
    lines = [f"first word of: … {lines[0]}", *lines[1:]]
    return [
        say(f"sentence-{number}", line, -TANGENT, 18 * number, "start", role="muted")
        for number, line in enumerate(lines)
    ]


def _answer(share: float) -> float:
    """Return the answer with a mixture of the two first words."""
    _, weights = toy(LAYER, "simple_rnn", 1 + len(REST))
    table = np.asarray(weights[0]["embeddings"])
    ends, rest = table[indices(FIRST)], table[indices(REST)]
    inputs: Array = np.vstack([ends[:1] + share * (ends[1:] - ends[:1]), rest])
    model = stack(LAYER, Dense(1, "sigmoid"), shape=inputs.shape)
    return float(run_model(model, inputs, weights=weights[1:]).output[0])


def _panel(curve: Array, slopes: list[float], wide: float) -> list[list[Shape]]:
    """Draw the curve, what it's worth at both ends and how steep it is there."""
    shapes: list[Shape] = []
    for level in (0, 0.5, 1):
        y = UP.y(level)
        shapes.append(
            Line(
                name=f"level-{level}",
                role="hair" if level != 0.5 else "rule",
                start=Point(0, y),
                to=Point(wide, y),
                dashes=DASHES if level == 0.5 else None,
            )
        )
    shapes.append(say("half", "0.5", -TANGENT - 8, UP.y(0.5), "end", NAME, "muted"))
    shapes += [
        say(said, said, -TANGENT - 8, UP.y(level), "end", NAME, "muted")
        for level, said in enumerate(("unkind", "kind"))
    ]
    points = tuple(Point(wide * place / (POINTS - 1), UP.y(float(value))) for place, value in enumerate(curve))
    shapes.append(Polyline(name="answer", role="output", points=points, width=2.25))
    jump = points[int(np.abs(np.diff(curve)).argmax())]
    shapes.append(say("jump", "the jump", jump.x - 10, UP.y(0.72), "end", VALUE.bold(), "output"))
    for end, (slope, point) in enumerate(zip(slopes, (points[0], points[-1]), strict=True)):
        rise = TANGENT * slope * UP.frame.height / wide
        shapes.append(
            Line(
                name=f"tangent-{end}",
                role="ink",
                start=Point(point.x - TANGENT, point.y + rise),
                to=Point(point.x + TANGENT, point.y - rise),
                width=3,
            )
        )
        shapes.append(CurveDot(name=f"end-{end}", role="output", at=point, is_solid=True))
        level, away = (0, -17) if point.y > UP.y(0.5) else (1, 17)
        anchor, x = ("start", point.x - TANGENT) if end == 0 else ("end", point.x + TANGENT)
        shapes.append(
            say(
                f"value-{end}",
                text_of(float(curve[-end]), 2),
                x,
                UP.y(level) + away,
                anchor,
                VALUE.bold(),
                "output",
            )
        )
        shapes.append(say(f"slope-{end}", f"slope {text_of(slope, 2)}", x, UP.y(level) - away, anchor, VALUE.bold()))
    words: list[Shape] = []
    for end, said in enumerate(FIRST):
        across = word_width(said, WORD_NARROW, 7, 0)
        x = -TANGENT + across / 2 if end == 0 else wide + TANGENT - across / 2
        words += at(word(said, across, FILLS[said], WORD_NARROW, name=f"word-{end}"), x)
    start, to = Point(words[0].bounds.right + 6, 0), Point(words[1].bounds.left - 6, 0)
    words.append(Arrow(name="way", points=(start, to)))
    if start.x + width(MIXED, NAME) < to.x:
        words.append(say("mixed", MIXED, (start.x + to.x) / 2, -12, role="muted"))
    return [shapes, words]
