"""All 23 verbs of the word vectors: how near the average step from now to past comes to their own past."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.flow.axis import DOWN
from unrolled.flow.group import in_column
from unrolled.flow.table import Table
from unrolled.fonts import WORD
from unrolled.geometry import Point
from unrolled.measures import Measures, measures
from unrolled.picture import in_two_forms
from unrolled.sample import Sample
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.plots import CurveDot, Line
from unrolled.shapes.shape import Shape, Shapes
from unrolled.views.pieces import heading, over, text

WORDS = Path(__file__).parent / "data" / "words"
WIDE, NARROW = (
    measures(bar=270, apart=16, letters=17),
    measures(bar=[90, 78, 64, 52], apart=[8, 4, 0, -4], letters=[15, 14, 13.5, 13], is_full=False),
)
ROWS_APART, KEY_APART, TO_KEY = 9, 12, 14
ALT = (
    "Where {count} verbs lead with the average step from now to past of the other {others}: {right} come nearest to "
    "their own past, the others to another verb’s: {misses}."
)


class Verb(NamedTuple):
    """A verb now and past, the nearest other word to where the average step leads, and how near both are."""

    now: str
    past: str
    other: str
    own: float
    """The cosine of the past and of where the step leads."""
    others: float
    """The same of the other word."""

    @property
    def is_right(self) -> bool:
        """Whether the step leads to its own past."""
        return self.own > self.others


def verbs() -> list[Verb]:
    """Step from each verb by the average of all others; sort them by how far its own past is ahead."""
    with np.load(WORDS / "vectors.npz") as saved:
        known, vectors = saved["words"].tolist(), saved["vectors"].astype(np.float64)
    pairs = json.loads((WORDS / "relations.json").read_text(encoding="utf-8"))["go : went"]
    now, past = ([known.index(pair[end]) for pair in pairs] for end in (0, 1))
    steps, lengths = vectors[past] - vectors[now], np.linalg.norm(vectors, axis=1)
    found = []
    for at, (here, there) in enumerate(zip(now, past, strict=True)):
        aim = vectors[here] + np.delete(steps, at, axis=0).mean(axis=0)
        near = vectors @ aim / lengths / np.linalg.norm(aim)
        own = float(near[there])
        near[[here, there]] = -np.inf
        other = int(np.argmax(near))
        found.append(Verb(pairs[at][0], pairs[at][1], known[other], own, float(near[other])))
    return sorted(found, key=lambda verb: verb.others - verb.own)


def draw() -> Picture:
    """Draw two dots for each verb, how near the step comes to its own past and to the nearest other word."""
    found = verbs()
    right = sum(verb.is_right for verb in found)
    misses = ", ".join(f"{verb.now} to {verb.other}" for verb in found if not verb.is_right)
    description = Description.of(
        ALT.format(count=len(found), others=len(found) - 1, right=right, misses=misses),
        table=[
            TextColumn("now", [verb.now for verb in found]),
            TextColumn("past", [verb.past for verb in found]),
            TextColumn("cosine with the past", [f"{verb.own:.2f}" for verb in found]),
            TextColumn("nearest other word", [verb.other for verb in found]),
            TextColumn("cosine with the other word", [f"{verb.others:.2f}" for verb in found]),
        ],
    )
    wide, narrow = ([_laid(found, right, sizes) for sizes in tried] for tried in (WIDE, NARROW))
    return in_two_forms(wide, narrow, description)


def _laid(found: list[Verb], right: int, sizes: Measures) -> tuple[Shape, ...]:
    ends_at = [value for verb in found for value in (verb.own, verb.others)]
    low, high = min(ends_at), max(ends_at)
    shown = Sample(len(found), (*range(right), None, *range(right, len(found))))
    table, letters = Table(shown, ROWS_APART), WORD.sized(sizes.letters)

    def place(value: float) -> Point:
        return Point(((value - low) / (high - low) - 0.5) * sizes.bar, 0)

    @table.column(heading("now"), align="left", head_align="left")
    def now(row: int) -> Shapes:
        return text(found[row].now, "ink", letters)

    ends = Point(-sizes.bar / 2, 0), Point(sizes.bar / 2, 0)
    arrow: list[Shape] = [Arrow(name="nearer", role="ink", points=ends)]

    @table.column(over(text("nearer", name="nearer-said"), arrow, 4), sizes.apart)
    def near(row: int) -> Shapes:
        verb, name = found[row], f"step-{row + 1}"
        role = "embedding" if verb.is_right else "flow"
        own, other = place(verb.own), place(verb.others)
        return [
            Line(name=f"{name}-scale", role="hair", start=ends[0], to=ends[1]),
            Line(name=name, role=role, start=own, to=other, width=2, round_ends=False),
            CurveDot(name=f"{name}-other", role="flow", at=other, is_solid=True, radius=3),
            CurveDot(name=f"{name}-past", role="embedding", at=own, is_solid=verb.is_right, radius=5),
        ]

    @table.column(heading("past", "embedding"), sizes.apart, align="left", head_align="left")
    def past(row: int) -> Shapes:
        return text(found[row].past, "embedding" if found[row].is_right else "muted", letters)

    @table.column(heading("other", "flow"), sizes.apart, align="left", head_align="left")
    def other(row: int) -> Shapes:
        return text(found[row].other, "muted" if found[row].is_right else "ink", letters)

    count = len(found)
    table.more = lambda at: {"now": heading(f"{count - right} misses", name="misses")}
    keys = {
        "its own past": CurveDot(name="key-past", role="embedding", at=Point(0, 0), is_solid=True, radius=5),
        "its own past, missed": CurveDot(name="key-missed", role="embedding", at=Point(0, 0), radius=5),
        "the nearest other word": CurveDot(name="key-other", role="flow", at=Point(0, 0), is_solid=True, radius=3),
    }
    dots = [[mark, *text(said, name=f"{mark.name}-said", x=TO_KEY, anchor="start")] for said, mark in keys.items()]
    tally = text(f"{right} of {count} come nearest to their own past", name="tally", anchor="start")
    return in_column([table.flow(), *dots, tally], DOWN, KEY_APART)
