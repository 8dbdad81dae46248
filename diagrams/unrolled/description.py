"""The text equivalent of a picture: alt text, sentences, steps and a table of its values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import repeat
from typing import Any, NamedTuple

from .i18n import ENGLISH, Hides, Language, Number, Paragraph, PrintedNumbers, Translatable, gettext, known, numbers_of
from .recorded.answers import calculations

LEFT_OUT = {
    "state": gettext("Left out: the states."),
    "embedding": gettext("Left out: the embeddings."),
    "steps": gettext("Left out: the time axis."),
    "output": gettext("Left out: the outputs."),
    "memory": gettext("Left out: the memory."),
    "flow": gettext("Left out: the arrows."),
    "muted": gettext("Left out: the notes."),
}
STEP, STAGE = "step", "stage"
"""What the steps of a sequence represent: time steps, or stages within one."""


class TableColumn(NamedTuple):
    """A column heading, and the role of the column's values if `without` can remove it."""

    heading: str
    role: str | None = None


class TableCell(NamedTuple):
    """A value in a table and the step at which it appears; 0 means from the start."""

    text: str
    step: int = 0

    def known(self, role: str | None = None) -> str:
        """Return the text; if it has numbers, they are hidden before its step, or without the role of its column.

        Words that are still to come are visible in the picture, too.
        """
        has_numbers = isinstance(self.text, Translatable) and self.text.has_numbers
        return known(self.text, self.step, role) if has_numbers else self.text


@dataclass(frozen=True)
class TableRow:
    """One row of cells, and the role they belong to if `without` can remove it."""

    cells: tuple[TableCell, ...]
    role: str | None = None

    @classmethod
    def of(cls, *texts: str, step: int | None = None, role: str | None = None) -> TableRow:
        """Make a row whose cells all appear at the same step."""
        return cls(tuple(_cell(text, step) for text in texts), role)


def _cell(text: str, step: int | None) -> TableCell:
    return TableCell(PrintedNumbers((text,)) if isinstance(text, Number) else text, step or 0)


@dataclass(frozen=True)
class TextColumn:
    """A column of the table: its heading, its texts from the first row to the last, and when they appear."""

    heading: str
    texts: Iterable[str]
    step: int | Sequence[int | None] | None = None
    """The step at which all of them appear, or that of each row."""
    role: str | None = None
    """The role of its values if `without` can remove it."""

    @property
    def cells(self) -> list[TableCell]:
        """Its cells."""
        texts = list(self.texts)
        steps = self.step if isinstance(self.step, Sequence) else [self.step] * len(texts)
        return [_cell(text, step) for text, step in zip(texts, steps, strict=True)]


@dataclass(frozen=True)
class Description(Mapping[str, Any]):
    """The complete description, in parts that can be translated.

    Pages read it as a mapping with `text`, `head` and `rows`, and with `computed`, how the numbers in each row were
    computed, if they know and that can be read. What isn't known from the start says so: each sentence of `steps` is
    known from its own step on, each cell has its step, and parts of the other texts are made with `known`.

    The author's own text is treated as a sentence too; it is translated if the script supplies a translation.
    """

    alt: str
    text: str = ""
    steps: tuple[str, ...] = ()
    """What happens, one sentence for each step."""
    columns: tuple[TableColumn, ...] = ()
    rows: tuple[TableRow, ...] = ()

    def __post_init__(self) -> None:
        for name in ("alt", "text"):
            object.__setattr__(self, name, sentences(getattr(self, name)))
        object.__setattr__(self, "steps", tuple(map(sentences, self.steps)))

    @classmethod
    def of(
        cls,
        alt: str,
        *text: str | None,
        steps: Iterable[str] = (),
        table: Sequence[TextColumn | None] = (),
        row_roles: Iterable[str | None] = repeat(None),
    ) -> Description:
        """Combine sentences and the columns of the table, whose rows can have roles; what is None is left out."""
        columns = [column for column in table if column is not None]
        cells = zip(*(column.cells for column in columns), strict=True)
        rows = list(map(TableRow, cells, row_roles))
        heads = tuple(TableColumn(column.heading, column.role) for column in columns)
        return cls(alt, sentences(*filter(None, text)), tuple(steps), heads, tuple(rows))

    def __getitem__(self, name: str) -> Any:
        return self._plain[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._plain)

    def __len__(self) -> int:
        return len(self._plain)

    @cached_property
    def _plain(self) -> dict[str, Any]:
        printed = [[number for cell in row.cells for number in numbers_of(cell.text)] for row in self.rows]
        language = self.alt.language if isinstance(self.alt, Translatable) else ENGLISH
        computed = calculations(printed, language)
        return {
            "text": str(self.text),
            "head": [str(column.heading) for column in self.columns],
            "rows": [[str(cell.text) for cell in row.cells] for row in self.rows],
            **({"computed": computed} if computed else {}),
        }

    def noted(self, note: Translatable) -> Description:
        """Append sentences to both alt text and text, unless they are already there."""
        added = sentences(note).content

        def noted(text: str) -> Paragraph:
            known = sentences(text)
            new = [sentence for sentence in added if sentence not in known.content]
            return Paragraph(*known.content, *new, language=known.language)

        return replace(self, alt=noted(self.alt), text=noted(self.text))

    def until(self, step: int, note: Translatable) -> Description:
        """Leave out whatever is only known after a step."""
        kept = self._without(lambda text: text.step > step)
        return replace(kept, steps=kept.steps[:step]).noted(note)

    def without(self, role: str) -> Description:
        """Leave out everything with this role."""
        kept = self._without(lambda text: text.role == role)
        places = [place for place, column in enumerate(self.columns) if column.role != role]
        rows = [
            replace(row, cells=tuple(row.cells[place] for place in places)) for row in kept.rows if row.role != role
        ]
        columns = tuple(self.columns[place] for place in places)
        note = LEFT_OUT.get(role) or gettext("Left out: the parts with the role %(role)s.", role=role)
        return replace(kept, columns=columns, rows=tuple(rows)).noted(note)

    def said_in(self, language: Language) -> Description:
        """Translate the description."""

        def said(text: str) -> str:
            return text.said_in(language) if isinstance(text, Translatable) else language.text(text)

        return Description(
            alt=said(self.alt),
            text=said(self.text),
            steps=tuple(map(said, self.steps)),
            columns=tuple(column._replace(heading=said(column.heading)) for column in self.columns),
            rows=tuple(
                replace(row, cells=tuple(cell._replace(text=said(cell.text)) for cell in row.cells))
                for row in self.rows
            ),
        )

    def _without(self, hides: Hides) -> Description:
        def cell_shown(cell: TableCell) -> TableCell:
            text = cell.known()
            return cell._replace(text=text.without(hides) or "") if isinstance(text, Translatable) else cell

        alt, text, *steps = (sentences(said).without(hides) or "" for said in (self.alt, self.text, *self.steps))
        rows = tuple(replace(row, cells=tuple(map(cell_shown, row.cells))) for row in self.rows)
        return replace(self, alt=alt, text=text, steps=tuple(steps), rows=rows)


def sentences(*texts: str) -> Paragraph:
    """Combine texts: the kit's own messages, and the author's, for which a script may supply translations."""
    found: list[str] = []
    language = ENGLISH
    for text in texts:
        if isinstance(text, Paragraph):
            found += text.content
        elif text:
            found.append(text if isinstance(text, Translatable) else gettext(text))
        if isinstance(text, Translatable):
            language = text.language
    return Paragraph(*found, language=language)


def shown_until(step: int, last: int, marked: bool, kind: str) -> Translatable:
    """Describe how far a picture in a sequence goes; its steps may be stages."""
    values = {"step": step, "last": last}
    if marked:
        said = gettext("Stage %(step)s of %(last)s is marked.", **values)
        if kind == STEP:
            said = gettext("Step %(step)s of %(last)s is marked.", **values)
    elif step == 0:
        said = gettext("Only the beginning is shown.")
    else:
        said = gettext("Shown up to stage %(step)s of %(last)s.", **values)
        if kind == STEP:
            said = gettext("Shown up to step %(step)s of %(last)s.", **values)
    if step == last:
        return said
    return Paragraph(said, gettext("The rest is outlined, without numbers."))
