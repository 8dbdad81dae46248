"""Two trained networks' answers while their first word turns into another: flat at both ends, and yet a jump."""

import numpy as np

from _charts import VALUE, Plot, at, column, say
from _sentiment import indices, toy
from unrolled import LSTM, Dense, Picture, SimpleRNN, run_model, stack
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME, WORD_NARROW, width
from unrolled.geometry import Point
from unrolled.i18n import text_of
from unrolled.layers.recurrent import Recurrent
from unrolled.picture import in_two_forms
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.plots import CurveDot, Line, Polyline
from unrolled.shapes.shape import DASHES, Shape
from unrolled.shapes.text import word_width
from unrolled.views.pieces import word

FIRST = ["nobody", "everybody"]
REST = ["who", "saw", "the", "dialogue", "with", "us", "yesterday", "found", "it", "lovely"]
NETWORKS: dict[str, Recurrent] = {"simple_rnn": SimpleRNN(4), "lstm": LSTM(4)}
POINTS, TINY = 201, 1e-4
UP, TANGENT = Plot.units(up=96), 26
MIXED = "a mix of both"
FILLS = {FIRST[0]: "ink", FIRST[1]: "lane"}
ALT = (
    "The answer to “… {rest}” while the two numbers of its first word move from those of “{first}” to those of "
    "“{second}”. {networks} In both, it stays flat for most of the way and jumps once."
)
EACH = "In the {}, it goes from {} to {}; its slope is {} at “{first}” and {} at “{second}”."


def draw() -> Picture:
    """Answer the sentence at each point on the way, with both networks."""
    way = np.linspace(0, 1, POINTS)
    curves = {name: np.array([_answer(name, share) for share in way]) for name in NETWORKS}
    slopes = {
        name: [(_answer(name, end + TINY) - _answer(name, end - TINY)) / (2 * TINY) for end in (0, 1)]
        for name in NETWORKS
    }
    said, rows = [], []
    for name, layer in NETWORKS.items():
        numbers = [text_of(float(value), 2) for value in (curves[name][0], curves[name][-1], *slopes[name])]
        said.append(EACH.format(layer.name_in_code, *numbers, first=FIRST[0], second=FIRST[1]))
        rows += [(layer.name_in_code, one, *numbers[place::2]) for place, one in enumerate(FIRST)]
    alt = ALT.format(rest=" ".join(REST), first=FIRST[0], second=FIRST[1], networks=" ".join(said))
    heads = ("network", "first word", "answer", "slope")
    table = [TextColumn(head, texts) for head, texts in zip(heads, zip(*rows, strict=True), strict=True)]

    def panels(wide: float, *named: bool) -> list[list[Shape]]:
        networks = zip(NETWORKS.items(), named, strict=True)
        return [
            _panel(name, layer.name_in_code, curves[name], slopes[name], wide, is_named=is_named)
            for (name, layer), is_named in networks
        ]

    def side_by_side(wide: float) -> tuple[Shape, ...]:
        left, right = panels(wide, True, False)
        both = [*left, *at(right, wide + 2 * TANGENT + 36)]
        return tuple(column([both, _sentence(len(REST))], 24))

    narrow = column([*panels(168, True, True), _sentence(5)], 30)
    return in_two_forms([side_by_side(263)], [tuple(narrow)], Description.of(alt, table=table))


def _sentence(most: int) -> list[Shape]:
    """Write what follows the first word, at most so many words a line."""
    lines = [" ".join(REST[at : at + most]) for at in range(0, len(REST), most)]
    lines = [f"first word of: … {lines[0]}", *lines[1:]]
    return [
        say(f"sentence-{number}", line, -TANGENT, 18 * number, "start", role="muted")
        for number, line in enumerate(lines)
    ]


def _answer(name: str, share: float) -> float:
    """Return the answer with a mixture of the two first words."""
    layer = NETWORKS[name]
    _, weights = toy(layer, name, 1 + len(REST))
    table = np.asarray(weights[0]["embeddings"])
    ends, rest = table[indices(FIRST)], table[indices(REST)]
    inputs: Array = np.vstack([ends[:1] + share * (ends[1:] - ends[:1]), rest])
    model = stack(layer, Dense(1, "sigmoid"), shape=inputs.shape)
    return float(run_model(model, inputs, weights=weights[1:]).output[0])


def _panel(name: str, called: str, curve: Array, slopes: list[float], wide: float, *, is_named: bool) -> list[Shape]:
    """Draw the curve, what it's worth at both ends and how steep it is there."""
    shapes: list[Shape] = []
    for level in (0, 0.5, 1):
        y = UP.y(level)
        shapes.append(
            Line(
                name=f"{name}-level-{level}",
                role="hair" if level != 0.5 else "rule",
                start=Point(0, y),
                to=Point(wide, y),
                dashes=DASHES if level == 0.5 else None,
            )
        )
    if is_named:
        shapes.append(say(f"{name}-half", "0.5", -TANGENT - 8, UP.y(0.5), "end", NAME, "muted"))
        levels = zip(("unkind", "kind"), (0, 1), strict=True)
        shapes += [
            say(f"{name}-{said}", said, -TANGENT - 8, UP.y(level), "end", NAME, "muted") for said, level in levels
        ]
    points = tuple(Point(wide * place / (POINTS - 1), UP.y(float(value))) for place, value in enumerate(curve))
    shapes.append(Polyline(name=f"{name}-answer", role="output", points=points, width=2.25))
    jump = points[int(np.abs(np.diff(curve)).argmax())]
    shapes.append(say(f"{name}-jump", "the jump", jump.x - 10, UP.y(0.72), "end", VALUE.bold(), "output"))
    for end, (slope, point) in enumerate(zip(slopes, (points[0], points[-1]), strict=True)):
        rise = TANGENT * slope * UP.frame.height / wide
        shapes.append(
            Line(
                name=f"{name}-tangent-{end}",
                role="ink",
                start=Point(point.x - TANGENT, point.y + rise),
                to=Point(point.x + TANGENT, point.y - rise),
                width=3,
            )
        )
        shapes.append(CurveDot(name=f"{name}-end-{end}", role="output", at=point, is_solid=True))
        level, away = (0, -17) if point.y > UP.y(0.5) else (1, 17)
        anchor, x = ("start", point.x - TANGENT) if end == 0 else ("end", point.x + TANGENT)
        shapes.append(
            say(
                f"{name}-value-{end}",
                text_of(float(curve[-end]), 2),
                x,
                UP.y(level) + away,
                anchor,
                VALUE.bold(),
                "output",
            )
        )
        shapes.append(
            say(f"{name}-slope-{end}", f"slope {text_of(slope, 2)}", x, UP.y(level) - away, anchor, VALUE.bold())
        )
    words: list[Shape] = []
    for end, said in enumerate(FIRST):
        across = word_width(said, WORD_NARROW, 7, 0)
        x = -TANGENT + across / 2 if end == 0 else wide + TANGENT - across / 2
        words += at(word(said, across, FILLS[said], WORD_NARROW, name=f"{name}-word-{end}"), x)
    start, to = Point(words[0].bounds.right + 6, 0), Point(words[1].bounds.left - 6, 0)
    words.append(Arrow(name=f"{name}-way", points=(start, to)))
    if start.x + width(MIXED, NAME) < to.x:
        words.append(say(f"{name}-mixed", MIXED, (start.x + to.x) / 2, -12, role="muted"))
    return column([[say(f"{name}-name", called, -TANGENT, 0, "start", NAME.bold())], shapes, words], (12, 12))
