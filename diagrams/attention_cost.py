"""How many multiplications attention and an LSTM need for longer and longer sentences, counted from the shapes."""

from collections.abc import Callable

import numpy as np

from _charts import Plot, Scale, say
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME
from unrolled.geometry import Frame, Point
from unrolled.picture import in_two_forms
from unrolled.shapes.plots import CurveDot, Line
from unrolled.shapes.shape import Shape

WIDTH = 512
LENGTHS = [2**power for power in range(3, 13)]
FIRST, LAST = LENGTHS[0], LENGTHS[-1]
ALT = (
    "Multiplications for a sentence of n words, each a vector of {width} numbers. For an LSTM, they grow with n; for "
    "attention, part of them grows with n × n. Up to {equal:,} words, where both need {both}, attention needs fewer; "
    "at {last:,} words, it needs {attention} and the LSTM {lstm}."
)
TEXT = (
    "Attention: the kernels for queries, keys, values and the answer, then queries times keys and shares times values. "
    "LSTM: four kernels for the word, and four for the state."
)
BILLION = 10**9
POINTS = 12
"""How many points a doubling has on a line."""


def multiplied(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Count the multiplications in a product of matrices with these shapes."""
    (rows, inner), (same, columns) = one, other
    assert inner == same
    return rows * inner * columns


def attention(length: int) -> int:
    """Count the multiplications of attention: four kernels, then scores and sums."""
    vectors, square = (length, WIDTH), (WIDTH, WIDTH)
    compared = multiplied(vectors, (WIDTH, length)) + multiplied((length, length), vectors)
    return 4 * multiplied(vectors, square) + compared


def lstm(length: int) -> int:
    """Count those of an LSTM: at each step the word times four kernels, and the state times four more."""
    return 2 * length * multiplied((1, WIDTH), (WIDTH, 4 * WIDTH))


def draw() -> Picture:
    """Use logarithmic axes, so that growth with n × n is twice as steep as growth with n."""
    equal = next(length for length in range(FIRST, LAST) if attention(length) >= lstm(length))
    alt = ALT.format(
        width=WIDTH,
        equal=equal,
        last=LAST,
        **{
            name: _billions(count)
            for name, count in zip(
                ("both", "attention", "lstm"), (lstm(equal), attention(LAST), lstm(LAST)), strict=True
            )
        },
    )
    table = [
        TextColumn("words", [f"{length:,}" for length in LENGTHS]),
        *(
            TextColumn(name, [f"{count(length):,}" for length in LENGTHS])
            for name, count in (("attention", attention), ("LSTM", lstm))
        ),
    ]
    forms = [tuple(_chart(Frame(0, 0, *size), equal, is_narrow=size[0] < 300)) for size in ((470, 262), (216, 268))]
    return in_two_forms(forms[:1], forms[1:], Description.of(alt, TEXT, table=table))


def _billions(count: int) -> str:
    return f"{count / BILLION:.1f} billion"


def _line(count: Callable[[int], int], first: int, last: int) -> list[tuple[float, float]]:
    steps = round(POINTS * np.log2(last / first)) + 1
    return [(length, count(length)) for length in np.geomspace(first, last, steps)]


def _chart(frame: Frame, equal: int, *, is_narrow: bool) -> list[Shape]:
    plot = Plot(frame, Scale(FIRST, LAST, is_log=True), Scale(4e6, 4e10, is_log=True))
    names = (
        ("10 m", "100 m", "1 bn", "10 bn") if is_narrow else ("10 million", "100 million", "1 billion", "10 billion")
    )
    shapes: list[Shape] = [
        *(
            plot.between(f"gap-{number}", _line(attention, *ends), _line(lstm, *ends), f"{role}-fill")
            for number, (role, ends) in enumerate((("memory", (FIRST, equal)), ("output", (equal, LAST))), start=1)
        ),
        *plot.axes(
            "counts",
            {n: f"{n:,}" for n in ((8, 64, 1024, 4096) if is_narrow else (8, 32, 128, 512, 1024, 4096))},
            {10.0**power: said for power, said in enumerate(names, start=7)},
            across="words in the sentence",
            up="multiplications",
            strong=[equal],
        ),
        plot.line("lstm", _line(lstm, FIRST, LAST), "memory", width=3),
        plot.line("attention", _line(attention, FIRST, LAST), "output", width=2.5),
    ]
    meet, foot = plot.at(equal, lstm(equal)), plot.at(equal, plot.up.low)
    shapes += [
        Line(name="equal-line", role="ink", start=Point(meet.x, meet.y + 8), to=foot, width=1.25, dashes=(3, 3)),
        CurveDot(name="equal", role="ink", at=meet, radius=6),
    ]
    bold = NAME.bold()
    said = (
        ("the same at", f"{equal:,} words")
        if is_narrow
        else (f"{equal:,} words: the same,", f"{_billions(lstm(equal))} each")
    )
    shapes += [
        say(f"equal-text-{at}", each, meet.x - 12, meet.y - 40 + 17 * at, "end", bold)
        for at, each in enumerate(said, start=1)
    ]
    for name, count, role in (("attention, all of it", attention, "output"), ("LSTM", lstm, "memory")):
        end = plot.at(LAST, count(LAST))
        if is_narrow:
            places = [Point(end.x, end.y + (-14 if role == "output" else 40)), Point(end.x, end.y + 51)]
        else:
            places = [Point(end.x + 10, end.y + fall) for fall in ((-6, 11) if role == "output" else (6, 23))]
        anchor = "end" if is_narrow else "start"
        shapes.append(say(f"{role}-name", name, places[0].x, places[0].y, anchor, bold.sized(14), role=role))
        if not is_narrow:
            shapes.append(say(f"{role}-count", _billions(count(LAST)), places[1].x, places[1].y, anchor))
    half = plot.at(80, attention(80))
    shapes.append(
        say("half", "half at first" if is_narrow else "at first half as many", half.x + 8, half.y + 14, "start")
    )
    return shapes
