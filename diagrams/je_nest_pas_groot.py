"""Where “I am groot” goes wrong: the likeliest words of the trained decoder, after each word that it has said."""

from collections.abc import Sequence

import numpy as np

from _chances import chances
from attention_weights import DATA, LENGTH, vocabularies
from unrolled import Dense, Model, Picture, read_keras, run_model, weights_from
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.flow.axis import ACROSS, DOWN
from unrolled.flow.description import Caption, Flow
from unrolled.flow.group import in_column
from unrolled.flow.table import Table
from unrolled.fonts import NAME, WORD_NARROW
from unrolled.geometry import Frame, Point
from unrolled.i18n import text_of
from unrolled.palette import word_fills
from unrolled.picture import in_two_forms
from unrolled.sample import Sample
from unrolled.shapes.shape import Shapes, moved
from unrolled.shapes.text import word_width
from unrolled.views.pieces import BOLD, bar, beside, heading, text, word

ENGLISH, RIGHT = "I am groot", ("je", "suis", "groot", "[end]")
FILLS = word_fills(RIGHT)
PRAISE = "right", "right", "right, too late"
"""What is said of the word of the right translation, if it isn't the likeliest."""
KEY = "Dashed: said, and wrong."
CHOICES, SHOWN = 4, 3
"""How many words each step shows, and how many steps: the others are beyond doubt."""
ALT = "The decoder translates “{english}”. {steps}. It says “{said}”."
STEP = "After {before}, its likeliest words are {choices}"
BAR, BAR_NARROW, AFTER_BAR = 58, 92, 74
SENTENCE, LABEL = WORD_NARROW.sized(16), 52
TO_RIGHT = 44
"""From the end of a bar, past its number, to what is said of it."""


def draw(code: str) -> Picture:
    """Let the trained network translate the sentence, and show what it chooses between."""
    model = read_keras(code, model="translator")
    steps, french = _chances(model), vocabularies()[1]
    said = [french[int(each.argmax())] for each in steps]
    read = ["[start]", *said]
    best = [[int(at) for at in np.argsort(-each)[:CHOICES]] for each in steps]
    rows = [[(french[at], each[at].tolist()) for at in those] for each, those in zip(steps, best, strict=True)]
    listed = [", ".join(f"{word} {share:.2f}" for word, share in each) for each in rows]
    told = [STEP.format(before=before, choices=choices) for before, choices in zip(read, listed, strict=False)]
    alt = ALT.format(english=ENGLISH, steps=". ".join(told[:SHOWN]), said=" ".join(said[:-1]))
    table = [TextColumn("after", read[: len(listed)]), TextColumn("likeliest words", listed)]
    wide = max(word_width(said, WORD_NARROW, 8, 62) for those in rows[:SHOWN] for said, _ in those)
    forms = []
    for axis, long in ((ACROSS, BAR), (DOWN, BAR_NARROW)):
        flow = Flow(slot_room=20 if axis.across else 8)
        for at in range(SHOWN):
            heard = " ".join(read[1 : at + 1]) or read[0]
            drawn = _table(rows[at], heard, RIGHT[min(at, 1)], PRAISE[at], wide, long, f"step-{at + 1}-").draw(
                end="middle" if axis.across else "left"
            )
            flow.put(at + 1, flow.track("steps"), drawn, loose=True)
        rest = ", ".join(f"{word} {share:.2f}" for word, share in (each[0] for each in rows[SHOWN:]))
        flow.note(Caption("rest", f"Then, without a doubt: {rest}.", "muted", style=NAME))
        flow.note(Caption("key", KEY, "muted", style=NAME))
        wrong = {at for at, each in enumerate(said[:-1]) if at < SHOWN and each != RIGHT[min(at, 1)]}
        sentences = (("said", "it says", said[:-1], wrong), ("wanted", "right", RIGHT[:-1], set[int]()))
        forms.append(in_column([flow, *(_sentence(*each) for each in sentences)], axis, 12))
    return in_two_forms(forms[:1], forms[1:], Description.of(alt, table=table))


def _sentence(name: str, called: str, words: Sequence[str], wrong: set[int]) -> Shapes:
    """Put the words of a sentence side by side after what it is; the wrong ones have a dashed rim."""
    drawn = [
        word(
            each,
            word_width(each, SENTENCE, 5, 30),
            "paper" if at in wrong else FILLS.get(each, "lane"),
            SENTENCE,
            name=f"{name}-{at + 1}",
            rim="dashed" if at in wrong else None,
        )
        for at, each in enumerate(words)
    ]
    placed = beside(drawn, 5)
    left = Frame.around(shape.bounds for shape in placed).left
    label = text(called, "ink", BOLD, name=f"{name}-name", anchor="start")
    return [*label, *(moved(shape, Point(LABEL - left, 0)) for shape in placed)]


def _chances(model: Model) -> list[Array]:
    """Return the probability of each word at each step, until the end has been said."""
    weights, (english, french) = weights_from(model, DATA / "lstm.npz"), vocabularies()
    heard, read, found = [english.index(each) for each in ENGLISH.split()], ["[start]"], list[Array]()
    while read[-1] != "[end]":
        given = heard, [french.index(each) for each in read]
        trace = run_model(model, *(each + [0] * (LENGTH - len(each)) for each in given), weights=weights)
        found.append(chances(trace.trace_of(Dense).biased[len(read) - 1], french))
        read.append(french[int(found[-1].argmax())])
    return found


def _table(
    rows: list[tuple[str, float]], heard: str, right: str, praise: str, wide: float, long: float, prefix: str
) -> Table:
    """Put a bar beside each word; the one that is said is solid, and has a dashed rim if it isn't the right one."""
    table = Table(Sample.all(len(rows)), 14, prefix=prefix, is_even=True)

    @table.column(heading(f"after {heard}", name=f"{prefix}title"), align="left", head_align="left", width=wide)
    def said(row: int) -> Shapes:
        called = rows[row][0]
        is_wrong = row == 0 and called != right
        ground = "paper" if is_wrong else FILLS.get(called, "lane")
        return word(called, wide, ground, WORD_NARROW, rim="dashed" if is_wrong else None)

    @table.column(align="left", width=long + AFTER_BAR)
    def share(row: int) -> Shapes:
        called, chance = rows[row]
        fill = "output" if row == 0 else "output-fill"
        drawn = bar(chance, text_of(chance, 2), long, "output", fill=fill, is_largest=row == 0, room=AFTER_BAR)
        x = -long / 2 + chance * long + TO_RIGHT
        note = text(praise, "ink", BOLD, name=f"{prefix}right", x=x, anchor="start")
        return [*drawn, *note] if row and called == right else drawn

    return table
