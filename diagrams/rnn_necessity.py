"""Two verdicts that consist of the same words: a sum of scores can't tell them apart, and a network that reads can."""

from collections.abc import Sequence

import numpy as np

from _charts import HALF_VALUE, VALUE, Plot, at, bar, column, say
from _sentiment import answers, indices, read, scores, toy, vocabulary
from unrolled import LSTM, Picture, record
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.flow.table import flush
from unrolled.fonts import NAME, WORD
from unrolled.geometry import Frame, Point
from unrolled.i18n import quoted, text_of
from unrolled.palette import WordFill
from unrolled.picture import in_two_forms
from unrolled.recorded.arrays import call_numbers, named
from unrolled.shapes.arrows import Bracket
from unrolled.shapes.plots import CurveDot, Line, Polyline, Tile
from unrolled.shapes.shape import DASHES, Shape, Shapes
from unrolled.shapes.text import Sign, word_width
from unrolled.views.pieces import word

SENTENCES = "the movie was good, not bad.", "the movie was bad, not good."
FILLS = {"good": WordFill("good", 0), "bad": WordFill("bad", 3), "not": "ink"}
SCORE, SUM, ANSWER, APART = Plot.units(up=240), Plot.units(across=240), Plot.units(up=80), 20
ALT = (
    "“{0}” and “{1}”. A score for each word, added up, gives {2} for both. A trained LSTM, which reads them in order, "
    "answers {3} to the one, kind, and {4} to the other, unkind."
)
TEXT = (
    "The scores are those whose sums come closest to the verdicts of 1,500 sentences, 1 for kind and −1 for unkind. "
    "The LSTM has four units and was trained on the same sentences; its answers are from 0, unkind, to 1, kind."
)


def draw() -> Picture:
    """Add the scores of either verdict, then let the network read it."""
    words = [sentence.split() for sentence in SENTENCES]
    plain = [[said.strip(",.") for said in each] for each in words]
    fitted = record(scores(), "score")
    call_numbers(fitted, lambda symbol, at: f"score of “{vocabulary()[at[0]]}”")
    sums = [fitted[indices(each)] for each in plain]
    replies = [answers(read(*toy(LSTM(4), "lstm", len(each)), each), each) for each in plain]
    told = text_of(float(sums[0].sum()), 2)
    alt = ALT.format(*SENTENCES, told, *(text_of(float(each[-1]), 2) for each in replies))
    flat = [
        (said, score, answer)
        for each in zip(plain, sums, replies, strict=True)
        for said, score, answer in zip(*each, strict=True)
    ]
    table = [
        TextColumn("word", [quoted(said) for said, _, _ in flat]),
        TextColumn("score", [text_of(float(score), 2) for _, score, _ in flat]),
        TextColumn("answer so far", [text_of(float(answer), 2) for _, _, answer in flat]),
    ]

    def panels(pitch: float, size: float) -> list[Shapes]:
        parts = zip(words, sums, replies, strict=True)
        return [_panel(f"verdict-{number}", *each, pitch, size) for number, each in enumerate(parts, start=1)]

    wide = (_side_by_side(*panels(*sizes)) for sizes in ((63, 19), (56, 17)))
    return in_two_forms(wide, [tuple(column(panels(45, 15), 34))], Description.of(alt, TEXT, table=table))


def _side_by_side(left: Shapes, right: Shapes) -> tuple[Shape, ...]:
    """Put two panels on either side of a line."""
    frames = [Frame.around(shape.bounds for shape in panel) for panel in (left, right)]
    rule = Line(name="between", role="hair", start=Point(0, 0), to=Point(0, frames[0].bottom))
    return (*at(left, -APART - frames[0].right), rule, *at(right, APART - frames[1].left))


def _panel(name: str, words: Sequence[str], parts: Array, read: Array, pitch: float, size: float) -> Shapes:
    """Put the words above their scores, the sum of these, and what the network answers after each of them."""
    middles = [(place - (len(words) - 1) / 2) * pitch for place in range(len(words))]
    left, right, style = middles[0] - pitch / 2, middles[-1] + pitch / 2, WORD.sized(size)
    written: list[Shape] = []
    for number, (said, x) in enumerate(zip(words, middles, strict=True), start=1):
        fill = FILLS.get(said.strip(",."))
        written += at(word(said, word_width(said, style, 6, least=0), fill, style, name=f"{name}-word-{number}"), x)
    added: list[Shape] = [Line(name=f"{name}-zero", start=Point(left, 0), to=Point(right, 0))]
    for number, (value, x) in enumerate(zip(parts.tolist(), middles, strict=True), start=1):
        added += bar(f"{name}-score-{number}", SCORE, x, value, 26, text_of(value, 2))
    total = named("sum", np.sum(parts)).tolist()
    brace = Bracket(name=f"{name}-bracket", role="flow", start=Point(left + 6, 0), to=Point(right - 6, 0), tick=-5)
    box = SUM.lying(total, 0, 16)
    whole = [
        Tile(name=f"{name}-sum", role="flow", fill="plus" if total > 0 else "minus", rim=1, frame=box),
        say(f"{name}-sum-name", "the sum", box.left - 9, 0, "end", NAME, "muted"),
        say(f"{name}-sum-value", text_of(total, 2), box.right + 9, 0, "start", VALUE.bold()),
    ]
    heads = [
        [say(f"{name}-{key}", said, left, 0, "start", NAME.bold())]
        for key, said in (("scores", "a score for each word, added up"), ("read", "read in order, by a trained LSTM"))
    ]
    whole += flush(_sign(f"{name}-sum-sign", total > 0), whole[-1].bounds.right + 12, "left")
    verdict = flush(_sign(f"{name}-sign", read[-1] > 0.5), right, "right")
    gaps = (14, 16, 12, 9, 26, 14, 14)
    return column(
        [written, heads[0], added, [brace], whole, heads[1], _answers(name, read, middles, left, right), verdict], gaps
    )


def _sign(name: str, is_kind: bool) -> list[Shape]:
    meaning, said = ("positive", "kind") if is_kind else ("negative", "unkind")
    return [Sign(name=name, meaning=meaning, text=said, at=Point(0, 0))]


def _answers(name: str, read: Array, middles: Sequence[float], left: float, right: float) -> list[Shape]:
    """Draw the answer after each word as a curve between 0 and 1."""
    shapes: list[Shape] = []
    for level in (0, 0.5, 1):
        y, dashes = ANSWER.y(level), DASHES if level == 0.5 else None
        start = left + (14 if dashes is None else 0)
        shapes.append(Line(name=f"{name}-level-{level}", start=Point(start, y), to=Point(right, y), dashes=dashes))
        if dashes is None:
            shapes.append(say(f"{name}-level-{level}-name", str(level), left, y, "start", VALUE, "muted"))
    points = tuple(Point(x, ANSWER.y(float(value))) for x, value in zip(middles, read, strict=True))
    shapes.append(Polyline(name=f"{name}-answers", role="output", points=points, width=2))
    for number, point in enumerate(points, start=1):
        is_last = number == len(points)
        shapes.append(CurveDot(name=f"{name}-answer-{number}", role="output", at=point, is_solid=is_last))
    y = points[-1].y + (HALF_VALUE + 12) * (1 if read[-1] > 0.5 else -1)
    shapes.append(say(f"{name}-answer", text_of(read[-1], 2), points[-1].x, y, style=VALUE.bold()))
    return shapes
