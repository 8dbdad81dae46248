"""Placing words: things beside and above one another, evenly spaced, with room for the arrows between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal, TypeAlias

from ..errors import PictureError
from ..geometry import Point
from ..picture import Picture
from .pieces import Drawn, Pointer
from .spacing import along, steps_of
from .thing import Link, Row, Thing, group, leaf

Placeable: TypeAlias = Thing | Picture
Across = Literal["middle", "top", "bottom"]
Down = Literal["middle", "left", "right"]
Towards = Literal["right", "down", "up"]


def beside(*things: Placeable | Link, align: Across = "middle", core: Thing | None = None) -> Thing:
    """Set things beside one another, from left to right, with links between any that stand in them.

    Neighbours line up with all of it but its labels, and arrows meet that; or only with its `core`, one of the things.

    >>> beside(cells([0.5, 0.4], "embedding", of="I"), label("the vector of “I”"))
    """
    return _line(things, "beside", align, core)


def row(*things: Placeable | Link, align: Across = "middle", core: Thing | None = None) -> Thing:
    """Set things of a kind in a row: each has equally much room, so that equal steps are equally wide.

    >>> row(word("I"), word("am"), word("groot"))
    """
    return _line(things, "row", align, core)


def above(*things: Placeable | Link, align: Down = "middle", core: Thing | None = None) -> Thing:
    """Set things above one another, from the top down, with links between any that stand in them.

    Rows of equally many things stand in columns.

    >>> above(label("embedding"), cells([0.5, 0.4], "embedding", of="I"), word("I"))
    """
    return _line(things, "above", align, core)


def chain(*things: Placeable, towards: Towards = "right") -> Thing:
    """Set things one after the other, with an arrow from each to the next: to the right, down or up.

    >>> chain(block("split"), block("embed"), block("RNN"))
    """
    if towards not in ("right", "down", "up"):
        raise PictureError(f"a chain goes towards right, down or up, not {towards!r}")
    placed = [_thing(one, "chain") for one in things]
    links = [Link(one, other) for one, other in pairwise(placed)]
    if towards == "right":
        return beside(*placed, *links)
    return above(*(placed if towards == "down" else reversed(placed)), *links)


def link(one: Thing, other: Thing, text: str = "", role: str = "flow", step: int | None = None) -> Link:
    """Join two things by an arrow, wherever they stand. It is handed to the placing word that holds them both.

    >>> query, key = block("query"), block("key")
    >>> beside(query, key, link(query, key, "dot product"))
    """
    for thing in (one, other):
        if not isinstance(thing, Thing):
            raise PictureError(f"a link joins two things, such as blocks and words, not {type(thing).__name__}")
        if isinstance(thing.piece, Pointer):
            raise PictureError("a link is an arrow itself, and joins things; an arrow(…) stands between its neighbours")
    if one is other:
        raise PictureError("a link joins two different things; both its ends are the same")
    return Link(one, other, text, role, step=step)


def _line(given: Sequence[Placeable | Link], called: str, align: str, core: Thing | None = None) -> Thing:
    links = [one for one in given if isinstance(one, Link)]
    things = [_thing(one, called) for one in given if not isinstance(one, Link)]
    if not things:
        raise PictureError(
            f"{called} is given nothing to place: hand it things, as in {called}(block('one'), word('two'))"
        )
    sides = ("middle", "left", "right") if called == "above" else ("middle", "top", "bottom")
    if align not in sides:
        raise PictureError(f"{called} aligns things by {', '.join(sides)}, not {align!r}")
    if core is not None and core not in things:
        raise PictureError(f"the core of this {called} is not among the things that stand in it")
    columns = _in_columns(things) if called == "above" else []
    things = [next((each for each in columns if each.stands_for is thing), thing) for thing in things]
    cores = [thing for thing in things if core in thing.names]
    holders = [_holders(thing) for thing in things]
    for place, one in enumerate(links):
        _check(one, holders, called)
        if any((one.one, one.other) == (before.one, before.other) for before in links[:place]):
            raise PictureError(f"two links of this {called} lead from one thing to the same other: one is enough")
    steps = steps_of(things, holders, links, called)
    if called == "row":
        return _row(Row(tuple(things), tuple(links), tuple(cores), align, _pitch(things, steps)))
    placed, at = [], 0.0
    for thing, step in zip(things, [*steps, 0], strict=True):
        before, _, _ = along(thing, called)
        aside = -_middle(thing) if thing in columns and align == "middle" else _aside(thing, align, called)
        placed.append((thing, Point(aside, at - before) if called == "above" else Point(at - before, aside)))
        at += step
    return group(placed, links, cores)


def _pitch(things: Sequence[Thing], steps: Sequence[float]) -> float:
    """How far it is from the middle of each rim to the next, so that all have enough room."""
    halves = [thing.rim.width / 2 for thing in things]
    return max((step - one + other for step, one, other in zip(steps, halves, halves[1:], strict=False)), default=0)


def _row(row: Row) -> Thing:
    """Stand things in equal steps, each by the middle of its rim."""
    placed = [
        (thing, Point(place * row.pitch - thing.rim.middle, _aside(thing, row.align, "row")))
        for place, thing in enumerate(row.things)
    ]
    return replace(group(placed, row.links, row.cores), row=row)


def _in_columns(things: Sequence[Thing]) -> list[Thing]:
    """Space rows of equally many things anew, so that they stand in columns."""
    rows = [(thing, thing.row) for thing in things if thing.row is not None and len(thing.row.things) > 1]
    spaced = []
    for thing, own in rows:
        pitches = [other.pitch for _, other in rows if len(other.things) == len(own.things)]
        if len(pitches) > 1:
            spaced.append(replace(_row(replace(own, pitch=max(pitches))), stands_for=thing))
    return spaced


def _middle(thing: Thing) -> float:
    """The middle of a row's columns, which is not that of a row whose ends differ."""
    (first, start), (last, end) = thing.inside[0], thing.inside[-1]
    return (start.x + first.rim.middle + end.x + last.rim.middle) / 2


def _aside(thing: Thing, align: str, called: str) -> float:
    """How far a thing is moved so that its rim lines up with the others'."""
    if called == "above":
        return -{"middle": thing.rim.middle, "left": thing.rim.left, "right": thing.rim.right}[align]
    return -{"middle": thing.rim.centre, "top": thing.rim.top, "bottom": thing.rim.bottom}[align]


def _check(one: Link, holders: Sequence[set[Thing]], called: str) -> None:
    for end in (one.one, one.other):
        standing = sum(end in held for held in holders)
        if standing != 1:
            where = "does not stand" if standing == 0 else "stands more than once"
            raise PictureError(
                f"a link joins a thing that {where} in this {called}: place it once, and hand the link to "
                f"the placing word around both its ends"
            )


def _holders(thing: Thing) -> set[Thing]:
    return {name for one, _ in thing.all_inside() for name in one.names}


def _thing(one: object, called: str) -> Thing:
    if isinstance(one, Thing):
        return one
    if isinstance(one, Picture):
        return leaf(Drawn(picture=one))
    said = f"{type(one).__name__} {one!r}" if isinstance(one, str) else type(one).__name__
    raise PictureError(f"{called} places things and pictures, not {said}: words are word(…) or label(…)")
