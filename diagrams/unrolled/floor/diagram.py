"""Diagrams of anything: a thing, things beside, above and after one another, the arrows between them, the picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, Self, TypeAlias

from ..description import Description, TableCell, TableColumn, TableRow, sentences
from ..errors import PictureError
from ..flow.nesting import Alignment, Connector, InLine, Layout, Nested, lay, lay_narrow
from ..geometry import Frame
from ..i18n import Clauses, Series, Spaced, Translatable, pgettext
from ..layout import MARGIN, TABLET, fitted_box, page_width, snug_box
from ..palette import ink, word_fills
from ..picture import Picture, laid_anew
from ..shapes.arrows import BRANCH_RADIUS, Arrow
from ..shapes.shape import Shape, moved
from ..shapes.text import Label

NARROW = 288
"""The maximum width of a figure on a phone, in pixels."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Something to draw, which knows its size."""

    kind = "thing"
    is_note = False
    """Notes are ignored when arrows and neighbours are aligned."""
    is_arrow = False
    illustrative = False
    """Whether it shows invented numbers."""
    role: str = "ink"
    step: int | None = None

    def __post_init__(self) -> None:
        ink(self.role)  # an unknown role raises here, at the script's own line

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        raise NotImplementedError

    @property
    def cell(self) -> tuple[float, float]:
        """The full size, for things without cells."""
        return self.size

    def with_cells(self, across: float | None, down: float | None) -> Piece:
        """Stay the same, for things without cells."""
        return self

    @property
    def overhangs(self) -> bool:
        """Whether it may be wider than the column it heads; by default, no."""
        return False

    def turned(self) -> Piece:
        """Stay the same in a line that changes direction."""
        return self

    @property
    def title(self) -> str:
        """The name it gives to the thing beside it."""
        return ""

    @property
    def text_below(self) -> str:
        """What it adds to the picture's description."""
        return ""

    def rows(self, title: str, number: int) -> Sequence[TableRow]:
        """List its numbers for the description, given the label beside it and which numbers of the picture they are."""
        return ()

    @property
    def word(self) -> str | None:
        """The word whose background colour it uses."""
        return None

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw it at its position; `fills` maps words to background colours."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Drawn(Piece):
    """A complete picture."""

    kind = "picture"
    picture: Picture

    @property
    def illustrative(self) -> bool:  # type: ignore[override] # computed here
        """Whether any of its numbers are invented."""
        return self.picture.illustrative

    @property
    def text_below(self) -> str:
        """Its own description."""
        return self.picture.description.text

    def rows(self, title: str, number: int) -> Sequence[TableRow]:
        """Name each of its rows by the cells before its numbers, and each number by its column if there are several."""
        rows, columns = [], self.picture.description.columns
        for row in self.picture.description.rows:
            *names, last = row.cells
            role = row.role or next((column.role for column in columns[-1:]), None)
            first = next((place for place, cell in enumerate(names) if place and _has_numbers(cell)), len(names))
            if columns[first:-1]:
                named = zip(columns[first:], row.cells[first:], strict=True)
                cells = (
                    (TableCell(Spaced(column.heading, cell.text), cell.step), column.role) for column, cell in named
                )
                last, role = TableCell(Clauses(*(cell.known(cell_role) for cell, cell_role in cells))), row.role
            rows.append(TableRow((TableCell(Series(*(cell.text for cell in names[:first]))), last), role))
        return rows

    @property
    def _around(self) -> Frame:
        return Frame.around(shape.bounds for shape in self.picture.shapes)

    @property
    def size(self) -> tuple[float, float]:
        """The size without its margin."""
        return self._around.width, self._around.height

    def turned(self) -> Self:
        """Use its own narrow layout, if it has one."""
        return self if self.picture.turned is None else replace(self, picture=self.picture.turned)

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw its shapes, moved to its position."""
        by = self._around.way_to(frame)
        return [replace(moved(shape, by), name=f"{name}-{shape.name}", argument=None) for shape in self.picture.shapes]


def _has_numbers(cell: TableCell) -> bool:
    return isinstance(cell.text, Translatable) and cell.text.has_numbers


@dataclass(frozen=True, eq=False)
class Thing(Nested):
    """A part of a diagram. Arranging it returns a new thing and leaves the original unchanged.

    >>> layer: Thing = block("LSTM")
    >>> chain(word("groot"), layer)
    """

    @classmethod
    def of(cls, piece: Piece) -> Thing:
        """Make a thing of one piece; measuring it here reports a missing glyph at the script's own line."""
        piece.size  # noqa: B018 - measuring it is the check
        return cls(piece)

    @laid_anew
    def picture(
        self,
        alt: str = "",
        description: str = "",
        steps: Sequence[str] = (),
        narrow: Thing | None = None,
        *,
        turned: Thing | None = None,
    ) -> Picture:
        """Convert it to a picture.

        The alt text says in a sentence or two what the picture shows; the description says more, and is followed by a
        generated table of the numbers. A picture wider than 288 px gets a narrow layout automatically: things side by
        side are stacked, starting with the outermost, until they fit. `narrow` replaces that with a layout of your own;
        its former name is `turned`.

        >>> chain(word("groot"), block("RNN")).picture(alt="The word “groot” goes into an RNN.")
        """
        if not alt.strip():
            raise PictureError(
                "the picture has no alt text for readers who can't see it: "
                'describe what it shows, as in .picture(alt="Two blocks, joined by an arrow.")'
            )
        wide = _picture(lay(self), _description(self, alt, description, tuple(steps)))
        if wide.box.width > TABLET >= page_width():
            layout = lay_narrow(self, TABLET - 2 * MARGIN)
            return _picture(layout, wide.description) if layout else wide
        own_narrow, form = narrow or turned, None
        if own_narrow is not None:
            form = _picture(lay(own_narrow), _description(own_narrow, alt, description, tuple(steps)), NARROW)
        elif wide.box.width > NARROW and (layout := lay_narrow(self, NARROW - 2 * MARGIN)):
            form = _picture(layout, wide.description, NARROW)
            if form.box.width >= wide.box.width:  # arrows made a detour around it
                form = None
        return wide if form is None else replace(wide, narrow=form)


Placeable: TypeAlias = Thing | Picture
Across = Literal["middle", "top", "bottom"]
Down = Literal["middle", "left", "right"]
Towards = Literal["right", "down", "up"]


def beside(*things: Placeable | Connector, align: Across = "middle", core: Thing | None = None) -> Thing:
    """Place things side by side, from left to right, with links between any of them.

    Neighbours and arrows align with everything but the labels, or only with the `core`, which is one of the things. On
    narrow screens, the things are stacked if they don't fit.

    >>> beside(cells([0.5, 0.4], "embedding", of="I"), label("the vector of “I”"))
    """
    return _placed(things, "beside", align, core)


def row(*things: Placeable | Connector, align: Across = "middle", core: Thing | None = None) -> Thing:
    """Place things of a kind in an evenly spaced row.

    On narrow screens, the row runs down if it doesn't fit.

    >>> row(word("I"), word("am"), word("groot"))
    """
    return _placed(things, "row", align, core)


def above(*things: Placeable | Connector, align: Down = "middle", core: Thing | None = None) -> Thing:
    """Stack things from top to bottom, with links between any of them.

    Rows with equally many things are aligned in columns; on narrow screens, each row becomes a column if they don't
    fit.

    >>> above(label("embedding"), cells([0.5, 0.4], "embedding", of="I"), word("I"))
    """
    return _placed(things, "above", align, core)


def chain(*things: Placeable, towards: Towards = "right") -> Thing:
    """Place things one after another, with an arrow from each to the next: to the right, down or up.

    On narrow screens, a chain to the right runs down if it doesn't fit. Anything below the `core` of one of its things,
    as in `above(stage, answer, core=stage)`, is then beside it.

    >>> chain(block("split"), block("embed"), block("RNN"))
    """
    if towards not in ("right", "down", "up"):
        raise PictureError(f"a chain can go towards right, down or up, not {towards!r}")
    placed = [_thing(thing, "chain") for thing in things]
    links = [Connector(start, end) for start, end in pairwise(placed)]
    if towards == "right":
        return beside(*placed, *links)
    return above(*(placed if towards == "down" else reversed(placed)), *links)


def link(one: Thing, other: Thing, text: str = "", role: str = "flow", step: int | None = None) -> Connector:
    """Connect two things with an arrow, wherever they are. Pass the link to the function that arranges them both.

    >>> query, key = block("query"), block("key")
    >>> beside(query, key, link(query, key, "dot product"))
    """
    for thing in (one, other):
        if not isinstance(thing, Thing):
            raise PictureError(f"a link joins two things, such as blocks and words, not {type(thing).__name__}")
        if thing.is_arrow:
            raise PictureError(
                "a link is an arrow already, and joins two things; an arrow(…) goes between its neighbours"
            )
    if one is other:
        raise PictureError("a link must join two different things, but both its ends are the same")
    return Connector(one, other, text, role, step)


SIDES: Mapping[str, Mapping[str, Alignment]] = {
    "beside": {"middle": "middle", "top": "start", "bottom": "end"},
    "row": {"middle": "middle", "top": "start", "bottom": "end"},
    "above": {"middle": "middle", "left": "start", "right": "end"},
}


def _placed(arguments: Sequence[Placeable | Connector], called: str, align: str, core: Thing | None) -> Thing:
    """Check the arguments of an arranging function, and describe the result."""
    links = tuple(argument for argument in arguments if isinstance(argument, Connector))
    things = tuple(_thing(argument, called) for argument in arguments if not isinstance(argument, Connector))
    if not things:
        raise PictureError(f"{called} has nothing to place: give it things, as in {called}(block('one'), word('two'))")
    if align not in SIDES[called]:
        raise PictureError(f"{called} can align things by {', '.join(SIDES[called])}, not {align!r}")
    if core is not None and core not in things:
        raise PictureError(f"the core of this {called} isn't one of the things in it")
    _check(links, things, called)
    line = InLine("down" if called == "above" else "across", SIDES[called][align], is_even=called == "row")
    return Thing(inside=things, order=line, connectors=links, core=core)


def _check(links: Sequence[Connector], things: Sequence[Thing], called: str) -> None:
    """Check that both ends of every link are inside one of the things, exactly once, and that no link is duplicated."""
    held = [set(thing.everything()) for thing in things] if links else []
    joined = set[tuple[Nested, Nested]]()
    for link in links:
        for end in (link.one, link.other):
            standing = sum(end in members for members in held)
            if standing != 1:
                where = "isn't" if standing == 0 else "is more than once"
                raise PictureError(
                    f"a link joins a thing that {where} in this {called}: place it once, and give the link to "
                    f"the placing function around both its ends"
                )
        if (link.one, link.other) in joined:
            raise PictureError(f"two links of this {called} join the same two things: remove one")
        joined.add((link.one, link.other))


def _thing(thing: object, called: str) -> Thing:
    if isinstance(thing, Thing):
        return thing
    if isinstance(thing, Picture):
        return Thing(Drawn(picture=thing))
    if isinstance(thing, Shape):
        kind = type(thing).__name__
        raise PictureError(
            f"{called} places things and pictures, not shapes such as {kind}: put it in a picture, "
            f'Picture(({kind.lower()},), snug_box([{kind.lower()}]), Description("…")), '
            f"with snug_box from unrolled.layout and Description from unrolled.description"
        )
    naming = f"{type(thing).__name__} {thing!r}" if isinstance(thing, str) else type(thing).__name__
    raise PictureError(f"{called} places things and pictures, not {naming}: for words, use word(…) or label(…)")


def _picture(layout: Layout, description: Description, room: float | None = None) -> Picture:
    """Draw the things, then the arrows, with less margin if they are too wide with the usual one."""
    shapes = tuple(_shapes(layout))
    is_illustrative = any(isinstance(content, Piece) and content.illustrative for content, _ in layout.leaves)
    box = snug_box(shapes) if room is None else fitted_box(shapes, room)
    return Picture(shapes, box, description, illustrative=is_illustrative)


def _shapes(layout: Layout) -> Iterator[Shape]:
    """Draw the things, named by kind and number, then the arrows of the links, then their texts."""
    fills = word_fills([content.word for content, _ in layout.leaves if content.word is not None])
    counted = Counter[str]()
    for content, frame in layout.leaves:
        counted[content.kind] += 1
        yield from content.shapes(f"{content.kind}-{counted[content.kind]}", frame, fills)
    for number, (link, path) in enumerate(layout.paths, start=1):
        yield Arrow(
            name=f"link-{number}",
            role=link.role,
            step=link.step,
            points=path.points,
            breaks=path.breaks,
            radius=BRANCH_RADIUS,
        )
    for number, (link, path) in enumerate(layout.paths, start=1):
        if path.text is not None:
            at, anchor = path.text
            yield Label(name=f"link-{number}-label", role="muted", step=link.step, text=link.text, at=at, anchor=anchor)


def _leaves(thing: Nested, title: str = "") -> Iterator[tuple[Piece, str]]:
    """Iterate over all contents, each with its name from a label beside it."""
    if isinstance(thing.content, Piece):
        yield thing.content, title
    notes = [
        member.content.title for member in thing.inside if isinstance(member.content, Piece) and member.content.title
    ]
    if notes and len(thing.inside) - len(notes) == 1:
        title = " ".join(notes)
    for member in thing.inside:
        yield from _leaves(member, title)


def _description(thing: Nested, alt: str, text: str, steps: tuple[str, ...]) -> Description:
    """Build the description from the author's text and all numbers by name."""
    rows: list[tuple[int | None, TableRow]] = []
    texts = [text]
    for content, title in _leaves(thing):
        if str(content.text_below) not in map(str, texts):  # the same view may be there twice
            texts.append(content.text_below)
        rows += [(content.step, row) for row in content.rows(title, len(rows) + 1)]
    columns: tuple[TableColumn, ...] = (
        TableColumn(pgettext("in a table", "what")),
        TableColumn(pgettext("in a table", "numbers")),
    )
    if any(step is not None for step, _ in rows):
        columns = (TableColumn(pgettext("in a table", "time step")), *columns)
        stepped = [(TableCell("" if step is None else str(step)), row) for step, row in rows]
        rows = [(None, TableRow((cell, *row.cells), row.role)) for cell, row in stepped]
    full_text = sentences(*filter(None, texts))
    return Description(alt, full_text, steps, columns if rows else (), tuple(row for _, row in rows))
