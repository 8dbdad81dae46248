"""The same decoder twice: reading the right words, as in training, and reading its own, as when it translates."""

from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from _chances import chances
from attention_weights import DATA, LENGTH, vocabularies
from unrolled import Dense, Model, Picture, read_keras, run_model, weights_from
from unrolled.description import Description, TextColumn
from unrolled.flow.axis import ACROSS, DOWN, Axis
from unrolled.flow.description import Flow, Item, Wire
from unrolled.flow.group import in_column
from unrolled.flow.table import flush
from unrolled.fonts import BLOCK, NAME, WORD, WORD_NARROW
from unrolled.geometry import Frame, Point
from unrolled.i18n import text_of
from unrolled.layout import page_width, wrapped
from unrolled.picture import in_two_forms
from unrolled.shapes.blocks import Block
from unrolled.shapes.plots import Line
from unrolled.shapes.shape import Shapes, moved
from unrolled.shapes.text import word_width
from unrolled.views.pieces import BOLD, beside, text, word

ENGLISH, FRENCH = "we see the red car", "nous voyons la voiture rouge"
TAUGHT = (
    "In training",
    "What was said is dropped, and the right word goes in. Above each word: its probability; dashed: a mistake.",
)
OWN = "When it translates", "What was said goes in, mistakes too."
ALT = (
    "The trained decoder, unrolled twice, for “{english}”. In training, it reads “{right}”, one word behind, and its "
    "likeliest words are: {taught}. When it translates, it reads its own words, and says: {own}."
)
STUB, NARROW_NOTE = 18, 270
Rim = Literal["solid", "dashed"] | None
"""Of a word that was put in, of a wrong one, and of all others."""


class Step(NamedTuple):
    """The word that the decoder reads, the likeliest next one, the right one, and the probabilities of both."""

    read: str
    said: str
    share: float
    wanted: str
    share_of_wanted: float

    @property
    def is_right(self) -> bool:
        """Whether the likeliest word is the right one."""
        return self.said == self.wanted


def draw(code: str) -> Picture:
    """Let the trained network read the right translation, and then its own."""
    model = read_keras(code, model="translator")
    taught, own = (steps_of(model, ENGLISH, FRENCH, is_taught=each) for each in (True, False))
    said = [", ".join(f"{each.said} {each.share:.2f}" for each in steps) for steps in (taught, own)]
    alt = ALT.format(english=ENGLISH, right=FRENCH, taught=said[0], own=said[1])
    wide, narrow = (
        in_column(
            [
                *(_titled(*TAUGHT, axis), _unrolled(taught, axis, "taught", room)),
                *(_titled(*OWN, axis), _unrolled(own, axis, "own", room)),
            ],
            axis,
            22,
        )
        for axis, room in ((ACROSS, 29), (DOWN, 4))
    )
    both = [*((TAUGHT[0], each) for each in taught), *((OWN[0], each) for each in own)]
    columns = {
        "when": [when for when, _ in both],
        "reads": [each.read for _, each in both],
        "says": [f"{each.said} {each.share:.2f}" for _, each in both],
        "right word": [f"{each.wanted} {each.share_of_wanted:.2f}" for _, each in both],
    }
    table = [TextColumn(*column) for column in columns.items()]
    mistakes = (f"own-back-{at}-arrow" for at, each in enumerate(own[:-1], start=1) if not each.is_right)
    return in_two_forms([wide], [narrow], Description.of(alt, table=table)).emphasize(*mistakes)


def steps_of(model: Model, english: str, right: str, *, is_taught: bool) -> list[Step]:
    """Take a step for each word of the right translation and its end."""
    weights, (heard, french) = weights_from(model, DATA / "lstm.npz"), vocabularies()
    given, read, steps = [heard.index(each) for each in english.split()], ["[start]"], []
    for wanted in [*right.split(), "[end]"]:
        rows = given, [french.index(each) for each in read]
        trace = run_model(model, *(each + [0] * (LENGTH - len(each)) for each in rows), weights=weights)
        shares = chances(trace.trace_of(Dense).biased[len(read) - 1], french).tolist()
        said = french[int(np.argmax(shares))]
        steps.append(Step(read[-1], said, max(shares), wanted, shares[french.index(wanted)]))
        read.append(wanted if is_taught else said)
    return steps


def _titled(title: str, note: str, axis: Axis) -> Shapes:
    found = [*text(title, "ink", BLOCK, name=f"{title}-title", anchor="start")]
    for number, line in enumerate(wrapped(note, NAME, page_width() if axis.across else NARROW_NOTE), start=1):
        found += text(line, name=f"{title}-note-{number}", y=20 * number, anchor="start")
    return found


def _unrolled(steps: list[Step], axis: Axis, key: str, room: float) -> Flow:
    """Unroll the decoder; what it says leads to what it reads, or to a bar, and the right word goes in instead."""
    is_taught, flow = key == "taught", Flow(slot_room=room)
    for track in ("read", "decoder", "bars", "said", "notes"):
        flow.track(track, (-14 if track in ("notes", "bars") else 0) if axis.across else 4)
    reads, blocks, says = list[Item](), list[Item](), list[Item]()
    wrong = [False, *(not each.is_right for each in steps)]
    for at, each in enumerate(steps, start=1):
        rim: Rim = ("solid" if is_taught else "dashed") if wrong[at - 1] else None
        ground = "paper" if is_taught or rim else "lane"
        reads.append(flow.put(at, "read", _word(each.read, ground, axis, f"{key}-read-{at}", rim)))
        blocks.append(flow.put(at, "decoder", _block(f"{key}-decoder-{at}", axis)))
        says.append(flow.put(at, "said", _answer(each, axis, f"{key}-said-{at}")))
        if axis.across:
            flow.put(at, "notes", _notes(each, f"{key}-said-{at}"), loose=True)
            flow.put(at, "bars", ())
        flow.link(reads[-1], blocks[-1], Wire(f"{key}-read-{at}-arrow"))
        flow.link(blocks[-1], says[-1], Wire(f"{key}-said-{at}-arrow"))
    for at, (one, other) in enumerate(pairwise(blocks), start=1):
        flow.link(one, other, Wire(f"{key}-state-{at}-arrow"), sides=("main-end", "main-start"))
        if is_taught and axis.across:
            bar = flow.put(at + 0.5, "bars", _bar(f"{key}-dropped-{at}"))
            wire = Wire(f"{key}-dropped-{at}-line", "rule", head=False, is_dashed=True)
            flow.link(says[at - 1], bar, wire, sides=("main-end", "cross-end"))
        elif not is_taught:
            wire = Wire(f"{key}-back-{at}-arrow", "output")
            flow.link(says[at - 1], reads[at], wire, sides=("main-end", "main-start"))
    if is_taught:
        flow.band(f"{key}-lane", reads)
    return flow


def _bar(name: str) -> Shapes:
    """Draw the bar at which a dropped word ends."""
    half = STUB / 2
    return [Line(name=name, role="ink", start=Point(-half, 0), to=Point(half, 0), width=3, round_ends=False)]


def _block(name: str, axis: Axis) -> Shapes:
    wide, high = (84, 54) if axis.across else (60, 40)
    return [
        Block(
            name=name, text="decoder", frame=Frame.about(0, 0, wide, high), style=BLOCK.sized(14 if axis.across else 13)
        )
    ]


def _word(said: str, ground: str, axis: Axis, name: str, rim: Rim) -> Shapes:
    style, least = (WORD.sized(20), 54) if axis.across else (WORD_NARROW.sized(15), 38)
    return word(said, word_width(said, style, 8 if axis.across else 4, least), ground, style, name=name, rim=rim)


def _answer(step: Step, axis: Axis, name: str) -> Shapes:
    """Draw the word that it says; down the page, with its probability beside it."""
    said = _word(step.said, "lane" if step.is_right else "paper", axis, name, None if step.is_right else "dashed")
    if axis.across:
        return said
    right = said[0].bounds.right
    share, *others = _numbers(step, name)
    found = [*said, *flush(share, right + 6, "left")]
    if others:
        wanted = beside(others, 4)
        end = Frame.around(each.bounds for each in wanted).right
        found += [moved(each, Point(right + 32 - end, -25)) for each in wanted]
    return found


def _notes(step: Step, name: str) -> Shapes:
    """Put the probability beside that of the right word, if that is another one."""
    return beside(_numbers(step, name), 6)


def _numbers(step: Step, name: str) -> list[Shapes]:
    role, style = ("muted", NAME) if step.is_right else ("ink", BOLD)
    share = text(text_of(step.share, 2), role, style, name=f"{name}-share")
    if step.is_right:
        return [share]
    right = text(f"{step.wanted} {step.share_of_wanted:.2f}", "ink", BOLD, name=f"{name}-wanted")
    return [share, text("right:", name=f"{name}-right"), right]
