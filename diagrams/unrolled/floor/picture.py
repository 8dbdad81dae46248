"""A diagram built by a script, and its picture: shapes, narrow layout, alt text, and a table of all numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..description import Description, TableCell, TableColumn, TableRow, sentences
from ..errors import PictureError
from ..flow.nesting import Content, Layout, Nested, lay, lay_narrow
from ..i18n import Series, gettext, pgettext, quoted
from ..layout import MARGIN, fitted_box, snug_box
from ..palette import word_fills
from ..picture import Picture, laid_anew
from ..shapes.arrows import BRANCH_RADIUS, Arrow
from ..shapes.shape import Shape
from ..shapes.text import Label
from .charts import Curves, Dots
from .things import Cells, Drawn, Note

NARROW = 288
"""The maximum width of a figure on a phone, in pixels."""


@dataclass(frozen=True, eq=False)
class Thing(Nested):
    """A part of a diagram. Arranging it returns a new thing and leaves the original unchanged."""

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
        own, form = narrow or turned, None
        if own is not None:
            form = _picture(lay(own), _description(own, alt, description, tuple(steps)), NARROW)
        elif wide.box.width > NARROW and (layout := lay_narrow(self, NARROW - 2 * MARGIN)):
            form = _picture(layout, wide.description, NARROW)
            if form.box.width >= wide.box.width:  # arrows made a detour around it
                form = None
        return wide if form is None else replace(wide, narrow=form)


def _picture(layout: Layout, description: Description, room: float | None = None) -> Picture:
    """Draw the things, then the arrows, with less margin if they are too wide with the usual one."""
    shapes = tuple(_shapes(layout))
    is_illustrative = any(_is_illustrative(content) for content, _ in layout.leaves)
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


def _leaves(thing: Nested, called: str = "") -> Iterator[tuple[Content, str]]:
    """Iterate over all contents, each with its name from a label beside it."""
    if thing.content is not None:
        yield thing.content, called
    notes = [one.content.text for one in thing.inside if isinstance(one.content, Note)]
    if notes and len(thing.inside) - len(notes) == 1:
        called = " ".join(notes)
    for one in thing.inside:
        yield from _leaves(one, called)


def _description(thing: Nested, alt: str, text: str, steps: tuple[str, ...]) -> Description:
    """Build the description from the author's text and all numbers by name."""
    rows: list[tuple[int | None, TableRow]] = []
    texts = [text] if text else []
    for content, note in _leaves(thing):
        if isinstance(content, Cells):
            called = _called(content, note, len(rows) + 1)
            rows.append((content.step, TableRow.of(called, content.printed, step=content.step, role=content.role)))
        elif isinstance(content, Curves | Dots):
            for called, printed in content.printed:
                rows.append((content.step, TableRow.of(Series(note, called) if note else called, printed)))
        elif isinstance(content, Drawn):
            inner = content.picture.description
            texts.append(inner.text)
            rows += [(None, _joined(row)) for row in inner.rows]
    columns: tuple[TableColumn, ...] = (
        TableColumn(pgettext("in a table", "what")),
        TableColumn(pgettext("in a table", "numbers")),
    )
    if any(step is not None for step, _ in rows):
        columns = (TableColumn(pgettext("in a table", "time step")), *columns)
        stepped = [(TableCell("" if step is None else str(step)), row) for step, row in rows]
        rows = [(None, TableRow((cell, *row.cells), row.role)) for cell, row in stepped]
    return Description(alt, sentences(*texts), steps, columns if rows else (), tuple(row for _, row in rows))


def _joined(row: TableRow) -> TableRow:
    """Name the cells of another picture's row after its last cell."""
    *names, last = row.cells
    return TableRow((TableCell(Series(*(name.text for name in names))), last), row.role)


def _called(cells: Cells, note: str, number: int) -> str:
    """Name numbers by their own name, or by the label beside them and the word they belong to."""
    of = quoted(cells.of) if cells.of else ""
    named = [part for part in (note, of) if part]
    return cells.called or (Series(*named) if named else gettext("numbers %(number)s", number=number))


def _is_illustrative(content: Content) -> bool:
    if isinstance(content, Drawn):
        return content.picture.illustrative
    return isinstance(content, Cells) and content.illustrative
