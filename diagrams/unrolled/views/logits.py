"""From logits to the next word: scores divided by a temperature, then softmax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, Illustrative, opened, read_only
from ..description import STAGE, Description, TableCell, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import DOWN, Axis
from ..flow.description import Draw, Flow, Item
from ..flow.drawing import laid
from ..flow.group import in_column
from ..fonts import NAME, NUMBER_IN_TABLE, WORD, WORD_NARROW, Style, width
from ..geometry import Frame, Point
from ..i18n import (
    Clauses,
    Grouped,
    Message,
    Number,
    Paragraph,
    as_measured,
    counted,
    gettext,
    known,
    ngettext,
    numbers,
    pgettext,
    quoted,
    text_of,
)
from ..layers.activations import activation_of
from ..layout import COLUMN
from ..picture import Picture, in_two_forms, laid_anew
from ..shapes.cells import LEFT_OUT
from ..shapes.plots import Share
from ..shapes.shape import Shape
from .refusals import check_list
from .things import column_width, label, room, word

MOST_WORDS, MOST_TEMPERATURES, MOST_IN_TABLE = 12, 4, 64
BARS = (92, 72, 56)
"""The length of the bar for a share of 1: the first that fits."""
NARROW_FORMS = ((19, 70, 10), (17, 56, 6), (13, 40, 2))
"""The font size of words, the length of the bar for a share of 1, and the extra distance between columns."""
AFTER_BAR = 44
"""The space for the number to the right of a bar."""
ROWS_APART = -2
COLUMNS_APART = 12


@laid_anew
def logits(
    words: Sequence[str],
    scores: ArrayLike | Illustrative,
    *,
    temperature: float | Sequence[float] | None = None,
    top_k: int | None = None,
    shown: int | Sequence[str] | None = None,
) -> Picture:
    """Draw the scores (logits) of words, one for each, and their softmax.

    The scores are divided by the `temperature` before softmax; for several temperatures, the results are side by side.
    With `top_k`, only this many words with the highest scores get a share. Words are sorted by score. Of more than 12
    words, those with the highest scores are drawn, and the others share a row. `shown` sets how many are drawn, or
    which words.

    >>> logits(["Groot", "here", "tired", "not"], [1.2, 0.5, 0.2, -0.7], temperature=[0.5, 1, 2])
    """
    check_list(words)
    values = read_only(opened(scores))
    if values.shape != (len(words),):
        raise PictureError(
            f"{counted(len(words), 'word')} need as many scores, but the scores have the shape {values.shape}"
        )
    given = temperature if isinstance(temperature, Sequence) else (1.0 if temperature is None else temperature,)
    if not 1 <= len(given) <= MOST_TEMPERATURES or any(
        isinstance(each, bool) or not isinstance(each, int | float) or not each > 0 for each in given
    ):
        raise PictureError(
            f"a temperature must be a number above 0, or up to {MOST_TEMPERATURES} of them, not {temperature!r}"
        )
    if top_k is not None and (isinstance(top_k, bool) or not isinstance(top_k, int) or not 1 <= top_k <= len(words)):
        raise PictureError(f"top_k must be a whole number from 1 to {len(words)}, the number of words, not {top_k!r}")
    order = np.argsort(-values, kind="stable")
    ordered = tuple(words[place] for place in order)
    choice = Choice(
        ordered,
        values[order],
        tuple(map(float, given)),
        top_k or len(words),
        _shown(ordered, shown),
        is_divided=temperature is not None,
    )
    description = _description(choice)
    across = (laid(choice.flow(WORD, bar, choice.temperatures, COLUMNS_APART), DOWN).shapes for bar in BARS)
    down = (
        in_column(_stacked(choice, WORD_NARROW.sized(size), bar, apart), DOWN, PARTS_APART)
        for size, bar, apart in NARROW_FORMS
    )
    invented = isinstance(scores, Illustrative)
    return in_two_forms(across, down, description, room=COLUMN, step_called=STAGE, illustrative=invented)


def _shown(words: Sequence[str], shown: int | Sequence[str] | None) -> tuple[int, ...]:
    """Choose the words with a row of their own, by their indices in the order of their scores.

    A single word would take as much space as the row of all others, so it is only left out if the author says so.
    """
    if shown is None or (isinstance(shown, int) and not isinstance(shown, bool)):
        if shown is not None and not 1 <= shown <= MOST_WORDS:
            raise PictureError(f"between 1 and {MOST_WORDS} words can be shown, not {shown}")
        most = shown or MOST_WORDS
        return tuple(range(most if shown else most - 1)) if len(words) > most else tuple(range(len(words)))
    if isinstance(shown, bool | str) or not 1 <= len(shown) <= MOST_WORDS:
        raise PictureError(f"shown must be a number, or a list of up to {MOST_WORDS} words, not {shown!r}")
    places = {word: place for place, word in reversed(list(enumerate(words)))}
    unknown = [word for word in shown if word not in places]
    if unknown:
        raise PictureError(f"there is no score for the word {unknown[0]!r}, which shown names")
    return tuple(sorted({places[word] for word in shown}))


def _stacked(choice: Choice, style: Style, bar: float, apart: float) -> list[Flow]:
    """Give each temperature a picture of its own, if there are several."""
    if len(choice.temperatures) == 1:
        return [choice.flow(style, bar, choice.temperatures, apart)]
    numbered = enumerate(choice.temperatures, start=1)
    return [choice.flow(style, bar, (each,), apart, f"{number}-") for number, each in numbered]


PARTS_APART = 36


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Choice:
    """Words and their scores, in descending order, at some temperatures."""

    words: tuple[str, ...]
    scores: Array
    temperatures: tuple[float, ...]
    top_k: int
    shown: tuple[int, ...]
    """The indices of the words with a row of their own; the others share one."""
    is_divided: bool = True
    """Whether a temperature is given, even if it is 1; otherwise the picture doesn't mention it."""

    @cached_property
    def shares(self) -> dict[float, list[float | None]]:
        """The share of each word at each temperature; None for words excluded by `top_k`."""
        softmax = activation_of("softmax")
        return {
            each: [*softmax(self.scores[: self.top_k] / each).tolist(), *[None] * (len(self.words) - self.top_k)]
            for each in self.temperatures
        }

    @property
    def left_out(self) -> int:
        """How many words have no row of their own."""
        return len(self.words) - len(self.shown)

    def rest(self, temperature: float) -> float | None:
        """The share of all words without a row of their own; None if `top_k` excludes them all."""
        chosen = {*self.shown}
        listed = [share for at, share in enumerate(self.shares[temperature]) if at not in chosen and share is not None]
        return sum(listed) if listed else None

    @property
    def others(self) -> Message:
        """The name of the row of words without one of their own."""
        return ngettext("%(number)s other", "%(number)s others", self.left_out, number=Grouped(self.left_out))

    def flow(self, style: Style, bar: float, temperatures: Sequence[float], apart: float, prefix: str = "") -> Flow:
        """Put a row for each word on the tracks for words, scores and each temperature."""
        flow = Flow(slot_room=ROWS_APART)
        said, scored = flow.track("words"), flow.track("scores", apart)
        columns = {each: flow.track(f"at-{each:g}", apart) for each in temperatures}
        names = [self.words[at] for at in self.shown]
        more = width(as_measured(self.others), NAME) if self.left_out else 0
        wide, start = max(column_width(names, style), more), -(bar + AFTER_BAR) / 2
        flow.put(0, scored, label(f"{prefix}logit", gettext("logit"), "output", NAME.bold()), loose=True)
        for number, each in enumerate(temperatures, start=1):
            head = label(f"{prefix}temperature-{number}", self.head(each), "ink", NAME.bold(), begin=start)
            flow.put(0, columns[each], head, loose=True)
        flow.put(0.5, said, room)
        items: dict[float, list[Item]] = {each: [] for each in temperatures}
        for row, (text, at) in enumerate(zip(names, self.shown, strict=True), start=1):
            flow.put(row, said, word(f"{prefix}word-{row}", text, wide, "lane", style=style))
            score = text_of(float(self.scores[at]), 2)
            flow.put(row, scored, label(f"{prefix}score-{row}", score, "ink", NUMBER_IN_TABLE, step=1))
            for number, each in enumerate(temperatures, start=1):
                share = self.shares[each][at]
                drawn = self._share(f"{prefix}share-{number}-{row}", each, share, bar, is_first=at == 0)
                items[each].append(flow.put(row, columns[each], drawn))
        if self.left_out:
            row = len(names) + 1
            flow.put(row, said, label(f"{prefix}others", self.others))
            flow.put(row, scored, label(f"{prefix}others-scores", LEFT_OUT))
            for number, each in enumerate(temperatures, start=1):
                drawn = self._share(f"{prefix}share-{number}-others", each, self.rest(each), bar, fill="lane")
                items[each].append(flow.put(row, columns[each], drawn))
        for number, each in enumerate(temperatures, start=1):
            flow.band(f"{prefix}softmax-{number}", items[each])
        return flow

    def head(self, temperature: float) -> str:
        """Return the title of the shares of a temperature."""
        if not self.is_divided:
            return gettext("softmax")
        return gettext("÷ %(number)s, softmax", number=_printed(temperature))

    def _share(
        self,
        name: str,
        temperature: float,
        share: float | None,
        bar: float,
        *,
        is_first: bool = False,
        fill: str = "output-fill",
    ) -> Draw:
        """Draw a share, left-aligned in its column; for an excluded word, only say so."""
        step = self.step(temperature)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame(at.x - (bar + AFTER_BAR) / 2, at.y - 11, bar, 22)
            if share is None:
                begin = -(bar + AFTER_BAR) / 2
                return list(label(name, gettext("left out"), begin=begin, step=step)(axis, at, length))
            return [
                Share(
                    name=name,
                    role="output",
                    step=step,
                    frame=frame,
                    share=share,
                    text=text_of(share, 2),
                    fill="output" if is_first else fill,
                    style=NUMBER_IN_TABLE,
                    is_largest=is_first,
                    room=AFTER_BAR,
                )
            ]

        return draw

    def step(self, temperature: float) -> int:
        """Return the stage at which the shares of a temperature appear, after the scores."""
        return self.temperatures.index(temperature) + 2


def _printed(temperature: float) -> Number:
    return Number(f"{temperature:g}")


def _description(choice: Choice) -> Description:
    """Describe which words are likely at each temperature, with all shares in a table."""
    chances = []
    for each in choice.temperatures:
        chance = known(text_of(choice.shares[each][0] or 0.0, 2), choice.step(each), "output")
        values: dict[str, object] = {"word": quoted(choice.words[0]), "share": chance}
        chances.append(
            gettext("at temperature %(temperature)s, %(word)s gets %(share)s", temperature=_printed(each), **values)
            if choice.is_divided
            else gettext("%(word)s gets %(share)s", **values)
        )
    text = [gettext("Softmax turns the logits into shares that add up to 1.")]
    if choice.is_divided:
        text = [
            gettext(
                "Each logit is divided by the temperature, and softmax turns the quotients into shares that add up to "
                "1."
            ),
            gettext(
                "A low temperature sharpens the choice, a high one evens it out; the order of the words stays the same."
            ),
        ]
    if choice.top_k < len(choice.words):
        text.append(gettext("Only the %(count)s words with the highest logits can be chosen.", count=choice.top_k))
    if choice.left_out:
        text.append(
            gettext(
                "Of the %(count)s words, %(shown)s have a row of their own; the others share the last one.",
                count=Grouped(len(choice.words)),
                shown=len(choice.shown),
            )
        )
    printed = [float(choice.scores[at]) for at in choice.shown]
    steps: list[Message] = [
        gettext(
            "The logits, from the largest to the smallest: %(logits)s.", logits=known(numbers(printed, 2), 1, "ink")
        )
    ]
    for each in choice.temperatures:
        own = [choice.shares[each][at] for at in choice.shown]
        kept = numbers([share for share in (*own, choice.rest(each)) if share is not None], 2)
        shares = known(kept, choice.step(each), "output")
        steps.append(
            gettext(
                "Divided by the temperature %(temperature)s, softmax turns them into the shares %(shares)s.",
                temperature=_printed(each),
                shares=shares,
            )
            if choice.is_divided
            else gettext("Softmax turns them into the shares %(shares)s.", shares=shares)
        )
    listed = [*choice.shown, *(at for at in range(len(choice.words)) if at not in choice.shown)][:MOST_IN_TABLE]
    rows = []
    for row in sorted(listed):
        cells = [TableCell(choice.words[row]), TableCell(numbers([choice.scores[row]], 2), 1)]
        for each in choice.temperatures:
            share = choice.shares[each][row]
            cells.append(TableCell("" if share is None else numbers([share], 2), choice.step(each)))
        rows.append(TableRow(tuple(cells)))
    return Description(
        alt=gettext("The next word, from its logits: %(chances)s.", chances=Clauses(*chances)),
        text=Paragraph(*text),
        steps=tuple(steps),
        columns=(
            TableColumn(pgettext("in a table", "word")),
            TableColumn(pgettext("in a table", "logit"), "ink"),
            *(TableColumn(choice.head(each), "output") for each in choice.temperatures),
        ),
        rows=tuple(rows),
    )
