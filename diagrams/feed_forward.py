"""What the feed-forward part of a block computes for one word: expand, drop negative values, and project back."""

from _charts import VALUE, Plot, Scale, bar, say
from unrolled import Dense, Picture, embed, read_keras, record, run_model
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NUMBER
from unrolled.geometry import Frame, Point
from unrolled.i18n import text_of
from unrolled.picture import in_two_forms
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.blocks import Block
from unrolled.shapes.cells import Vector
from unrolled.shapes.shape import Shape

ALT = "{} numbers become {}, of which ReLU lets {} through and drops the negative ones, and these become {} again: {}."
HIGH, AROUND = 116, 20
"""The height of the bars' scale, and the room that its numbers take at either end."""


def draw(code: str, words: list[str], step: int = 1) -> Picture:
    """Follow the vector of the word at a `step` through the first two Dense layers."""
    model = read_keras(code)
    trace = run_model(model, record(embed(words, model.entries[0].shape[-1])))
    wide, narrow = (trace.trace_of(Dense, number) for number in (1, 2))
    given, inner, written = wide.inputs[step - 1], wide.output[step - 1], narrow.output[step - 1]
    before = given @ wide.weights["kernel"] + wide.weights["bias"]
    said = [", ".join(text_of(float(each), 2) for each in values) for values in (given, written)]
    alt = ALT.format(len(given), len(inner), int((inner > 0).sum()), len(written), said[1])
    table = [
        TextColumn("before ReLU", [text_of(float(each), 2) for each in before]),
        TextColumn("after ReLU", [text_of(float(each), 2) for each in inner]),
    ]
    forms = [tuple(_drawn(given, before, written, *sizes)) for sizes in ((60.0, 44.0, 2), (34.0, 40.0, 2))]
    return in_two_forms(forms[:1], forms[1:], Description.of(alt, f"What goes in is {said[0]}.", table=table))


def _drawn(given: Array, before: Array, written: Array, pitch: float, cell: float, decimals: int) -> list[Shape]:
    """Put the vectors and layers below one another, and between them a bar for each number, cut at zero."""
    whole, count = pitch * len(before), int((before > 0).sum())
    middle, top = whole / 2, 46 + 52 + 2 * AROUND
    scale = Scale(min(0.0, float(before.min())), max(0.0, float(before.max())))
    plot = Plot(Frame(0, top, whole, HIGH), Scale(0, len(before)), scale)
    below = top + HIGH + AROUND
    found: list[Shape] = [
        _vector("normed", given, Point(middle, 0), cell, decimals, "flow"),
        _arrow("read", Point(middle, 18), Point(middle, 40)),
        _layer("first", f"Dense({len(before)})", Point(middle, 62)),
        _arrow("expand", Point(middle, 86), Point(middle, 104)),
        plot.level("zero", 0, "ink", width=1.5),
    ]
    for place, value in enumerate(before.tolist()):
        kept = value > 0
        role, fill, style = ("flow", "flow", VALUE.bold()) if kept else ("rule", "paper", VALUE)
        said = text_of(value, decimals)
        found += bar(
            f"inner-{place + 1}", plot, place + 0.5, value, 26, said, style, role=role, fill=fill, rim=1.5,
            is_dashed=not kept,
        )  # fmt: skip
    found += [
        say("kept", f"relu keeps {count} of {len(before)}", 0, top - AROUND - 24, "start", BLOCK.sized(14)),
        say("dropped", "dropped", whole, below + 4, "end", role="muted"),
        _arrow("project", Point(middle, below + 2), Point(middle, below + 24)),
        _layer("second", f"Dense({len(written)})", Point(middle, below + 46)),
        _arrow("write", Point(middle, below + 70), Point(middle, below + 88)),
        _vector("written", written, Point(middle, below + 106), cell, decimals, "memory"),
    ]
    ends = (("normed", "normed", 0.0, "muted"), ("written", "written", below + 106, "memory"))
    x = middle + cell * len(given) / 2 + 10
    return found + [say(f"{name}-name", called, x, y, "start", role=role) for name, called, y, role in ends]


def _vector(name: str, values: Array, at: Point, cell: float, decimals: int, role: str) -> Vector:
    printed = tuple(text_of(each, decimals) for each in values.tolist())
    frame = Frame.about(at.x, at.y, cell * len(printed), 28)
    fill = "block" if role == "flow" else None
    return Vector(name=name, role=role, frame=frame, cells=printed, style=NUMBER.sized(13), fill=fill)


def _layer(name: str, said: str, at: Point) -> Block:
    return Block(name=name, text=said, frame=Frame.about(at.x, at.y, 96, 40))


def _arrow(name: str, one: Point, other: Point) -> Arrow:
    return Arrow(name=f"{name}-arrow", points=(one, other))
