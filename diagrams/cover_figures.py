"""The cover of the guide to the figures: a number in the code, and the numbers that it stands for."""

import re

from _covers import CODE, WIDTH, cover, vector
from unrolled import Picture, SimpleRNN, embed, read_keras, run_model
from unrolled.geometry import Point
from unrolled.shapes.arrows import Bracket
from unrolled.shapes.plots import Line
from unrolled.shapes.text import CodeLine, CodeSpan

WORDS, CELL = ["hello", "world"], 44


def draw(hello: str) -> Picture:
    """Tie the number of units to a state."""
    model = read_keras(hello)
    trace = run_model(model, embed(WORDS, model.features)).trace_of(SimpleRNN)
    state = trace.states[-1]
    found = re.search(r"SimpleRNN\((\d+)\)", hello)
    assert found
    text = found[0]
    start = found.start(1) - found.start()
    spot = CodeSpan(0, start, start + len(found[1]), "state", "units")
    code = CodeLine(name="code", lines=(text,), spots=(spot,), at=Point(0, 40), style=CODE)
    code = CodeLine(
        name="code", lines=(text,), spots=(spot,), at=Point((WIDTH - code.char * len(text)) / 2, 40), style=CODE
    )
    x, half = code.place(spot).x, CELL * len(state) / 2
    return cover(
        f"The {found[1]} in {text} is the number of cells in a state.",
        code,
        Line(name="tie", role="state", start=Point(x, 56), to=Point(x, 78), width=1.5),
        Bracket(name="bracket", role="state", start=Point(x - half, 78), to=Point(x + half, 78)),
        vector(state, x - half, 90, "state", CELL, 2),
    )
