"""A plane in shapes: axes, threads to neighbours, arrows, points, and their names."""

from __future__ import annotations

from collections.abc import Iterator

from ...fonts import BLOCK_SECOND, NUMBER
from ...geometry import Point
from ...i18n import gettext
from ...palette import word_fills
from ...shapes.arrows import Arrow, Disc
from ...shapes.plots import Line, Ring
from ...shapes.shape import Shape
from ...shapes.text import Label, Word
from .setting import RING_RADIUS, Setting

CLEAR_OF_DOT = 6
TICK, TICK_LABEL_GAP, NAME_GAP = 4, 8, 17
NOTE_UNDER = 20
NO_LENGTH = 2 * CLEAR_OF_DOT + 10
"""Where two points are nearer, there is no room for an arrow."""


def shapes_of(setting: Setting) -> list[Shape]:
    """Draw in painting order: what lies deepest first."""
    return [
        *(_axes(setting) if setting.scene.projection.is_whole else _note(setting)),
        *_threads(setting),
        *_arrows(setting),
        *_rings(setting),
        *_words(setting),
    ]


def _axes(setting: Setting) -> Iterator[Shape]:
    """The two numbers of a vector, along the left and the lower side."""
    plane = setting.plane
    corner = Point(plane.left, plane.bottom)
    yield Line(name="axis-1", start=corner, to=Point(plane.right, plane.bottom))
    yield Line(name="axis-2", start=corner, to=Point(plane.left, plane.top))
    for number, (_, x, text) in enumerate(setting.ticks(0), start=1):
        at = Point(x, plane.bottom + TICK + TICK_LABEL_GAP)
        yield Line(name=f"tick-1-{number}", start=Point(x, plane.bottom), to=Point(x, plane.bottom + TICK))
        yield Label(name=f"number-1-{number}", role="muted", text=text, at=at, style=NUMBER)
    for number, (_, y, text) in enumerate(setting.ticks(1), start=1):
        at = Point(plane.left - TICK - TICK_LABEL_GAP / 2, y)
        yield Line(name=f"tick-2-{number}", start=Point(plane.left, y), to=Point(plane.left - TICK, y))
        yield Label(name=f"number-2-{number}", role="muted", text=text, at=at, style=NUMBER, anchor="end")
    first = Point(plane.right, plane.bottom + TICK + TICK_LABEL_GAP + NAME_GAP)
    yield Label(name="axis-1-name", role="muted", text=gettext("first number"), at=first, anchor="end")
    yield Label(
        name="axis-2-name",
        role="muted",
        text=gettext("second number"),
        at=Point(plane.left, plane.top - NAME_GAP),
        anchor="start",
    )


def _note(setting: Setting) -> Iterator[Shape]:
    """Say that the plane is not all there is."""
    bottom = max([setting.plane.bottom, *(placed.frame.bottom for placed in setting.placed)])
    at = Point(setting.plane.middle, bottom + NOTE_UNDER)
    yield Label(name="note", role="muted", text=kept(setting), at=at, style=BLOCK_SECOND)


def kept(setting: Setting) -> str:
    """Say how much of the variance two of all directions keep."""
    share = round(100 * setting.scene.projection.kept)
    return gettext(
        "2 of %(features)s directions, %(share)s %% of the variance",
        features=setting.scene.vectors.shape[1],
        share=share,
    )


def _threads(setting: Setting) -> Iterator[Shape]:
    for name, (start, to) in setting.threads:
        if start != to:
            yield Line(name=name, role="embedding", start=start, to=to, width=1.5)


def _arrows(setting: Setting) -> Iterator[Shape]:
    """A difference is the same arrow wherever it is drawn."""
    for name, (start, to) in setting.arrows:
        clear = RING_RADIUS + 3 if name.endswith("again") else CLEAR_OF_DOT
        length = ((to.x - start.x) ** 2 + (to.y - start.y) ** 2) ** 0.5
        if length > NO_LENGTH:
            points = start.towards(to, CLEAR_OF_DOT), to.towards(start, clear)
            yield Arrow(name=f"{name}-arrow", points=points)


def _rings(setting: Setting) -> Iterator[Shape]:
    words = len(setting.scene.words)
    for number, (difference, at) in enumerate(setting.rings.items(), start=1):
        placed = setting.placed[words + number - 1]
        name = f"ring-{number}"
        yield Ring(name=name, role="output", at=at, radius=RING_RADIUS)
        if placed.leader:
            yield Line(name=f"{name}-leader", start=at.towards(placed.leader, RING_RADIUS), to=placed.leader)
        middle = Point(placed.frame.middle, placed.frame.centre)
        yield Label(name=f"{name}-name", role="output", text=difference.name, at=middle, style=setting.style)


def _words(setting: Setting) -> Iterator[Shape]:
    """Those that something was asked of have their fills; where others are only there, they are muted."""
    scene = setting.scene
    asked = dict.fromkeys(word for each in scene.near for word in (each.word,))
    fills = word_fills(list(asked))
    for number, word in enumerate(scene.words):
        placed, point, name = setting.placed[number], setting.points[number], f"word-{number + 1}"
        role = "ink" if word in scene.involved else "muted"
        if placed.leader:
            yield Line(name=f"{name}-leader", start=point, to=placed.leader)
        yield Disc(name=f"{name}-point", role="embedding" if role == "ink" else "muted", at=point)
        if word in fills:
            yield Word(name=name, text=word, frame=placed.frame, fill=fills[word], style=setting.style)
        else:
            at = Point(placed.frame.middle, placed.frame.centre)
            yield Label(name=name, role=role, text=word, at=at, style=setting.style)
