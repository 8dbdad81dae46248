"""From logits to the next word: scores divided by a temperature, then softmax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, Illustrative, opened, read_only
from ..description import STAGE, Description, TextColumn
from ..errors import PictureError
from ..flow.axis import DOWN
from ..flow.drawing import laid
from ..flow.group import in_column
from ..flow.table import Table
from ..fonts import NAME, NUMBER_IN_TABLE, width
from ..i18n import (
    LEFT_OUT,
    Clauses,
    Fields,
    Grouped,
    Message,
    Number,
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
from ..measures import Measures, measures
from ..palette import word_fills
from ..picture import Picture, in_two_forms, laid_anew
from ..recorded.arrays import call_numbers, named, record
from ..sample import Sample
from ..shapes.shape import Shape, Shapes
from .given import of_word
from .pieces import bar, column_width, heading, text, word
from .refusals import check_list, is_above_zero, is_whole

MOST_WORDS, MOST_TEMPERATURES, MOST_IN_TABLE = 12, 4, 64
WIDE = measures(letters=22, bar=[280, 200, 150, 120, 92, 72, 56], apart=12)
NARROW = measures(letters=[*[19] * 5, 17, 13], bar=[140, 120, 100, 80, 70, 56, 40], apart=[*[10] * 5, 6, 2])
AFTER_BAR = 44
"""The space for the number to the right of a bar."""
ROWS_APART, PARTS_APART = 16, 36


@laid_anew
def logits(
    words: Sequence[str],
    scores: ArrayLike | Illustrative,
    *,
    temperature: float | Sequence[float] | None = None,
    top_k: int | None = None,
    shown: int | Sequence[str] | None = None,
    neutral: bool = True,
) -> Picture:
    """Draw the scores (logits) of words, one for each, and their softmax.

    The scores are divided by the `temperature` before softmax; for several temperatures, the results are side by side.
    With `top_k`, only this many words with the highest scores get a share. Words are sorted by score. Of more than 12
    words, those with the highest scores are drawn, and the others share a row. `shown` sets how many are drawn, or
    which words. Words have a neutral background, or with `neutral=False` their own.

    >>> logits(["Groot", "here", "tired", "not"], [1.2, 0.5, 0.2, -0.7], temperature=[0.5, 1, 2])
    """
    check_list(words)
    values = read_only(opened(scores))
    if values.shape != (len(words),):
        raise PictureError(
            f"{counted(len(words), 'word')} need as many scores, but the scores have the shape {values.shape}"
        )
    temperatures = temperature if isinstance(temperature, Sequence) else (1.0 if temperature is None else temperature,)
    if not 1 <= len(temperatures) <= MOST_TEMPERATURES or not all(map(is_above_zero, temperatures)):
        raise PictureError(
            f"a temperature must be a number above 0, or up to {MOST_TEMPERATURES} of them, not {temperature!r}"
        )
    if top_k is not None and not is_whole(top_k, 1, len(words)):
        raise PictureError(f"top_k must be a whole number from 1 to {len(words)}, the number of words, not {top_k!r}")
    order = np.argsort(-values, kind="stable")
    sorted_words = tuple(words[place] for place in order)
    sample = Sample(len(sorted_words), _shown(sorted_words, shown))
    fills = {} if neutral else word_fills(words)
    is_divided = temperature is not None
    is_invented = isinstance(scores, Illustrative)
    ordered = values[order] if is_invented else record(values, "logit", gettext("logit"))[order]
    choice = Choice(
        sorted_words, ordered, tuple(map(float, temperatures)), top_k or len(words), sample, is_divided, fills
    )
    return in_two_forms(
        (laid(choice.table(choice.temperatures, sizes).flow(), DOWN).shapes for sizes in WIDE),
        map(choice.stacked, NARROW),
        choice.description,
        room=COLUMN,
        step_called=STAGE,
        illustrative=is_invented,
    )


def _shown(words: Sequence[str], choice: int | Sequence[str] | None) -> tuple[int, ...]:
    """Choose the words with a row of their own, by their indices in the order of their scores.

    A single word would take as much space as the row of all others, so it is only left out if the author says so.
    """
    if choice is None:
        return tuple(range(len(words) if len(words) <= MOST_WORDS else MOST_WORDS - 1))
    if isinstance(choice, int) and not isinstance(choice, bool):
        if not 1 <= choice <= MOST_WORDS:
            raise PictureError(f"between 1 and {MOST_WORDS} words can be shown, not {choice}")
        return tuple(range(min(choice, len(words))))
    if isinstance(choice, bool | str) or not 1 <= len(choice) <= MOST_WORDS:
        raise PictureError(f"shown must be a number, or a list of up to {MOST_WORDS} words, not {choice!r}")
    if unknown := [word for word in choice if word not in words]:
        raise PictureError(f"there is no score for the word {unknown[0]!r}, which shown names")
    return tuple(sorted({words.index(word) for word in choice}))


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Choice:
    """Words and their scores, in descending order, at some temperatures."""

    words: tuple[str, ...]
    scores: Array
    temperatures: tuple[float, ...]
    top_k: int
    sample: Sample
    """The words with a row of their own; the others share one."""
    is_divided: bool
    """Whether a temperature is given, even if it is 1; otherwise the picture doesn't mention it."""
    fills: Mapping[str, str]
    """The background of each word; neutral for those that are missing."""

    @cached_property
    def shares(self) -> dict[float, list[float | None]]:
        """The share of each word at each temperature; None for words excluded by `top_k`."""
        softmax, kept, shares_at = activation_of("softmax"), self.scores[: self.top_k], {}
        for temperature in self.temperatures:
            shares = named("share", softmax(kept if temperature == 1 else kept / temperature), gettext("share"))
            call_numbers(shares, partial(of_word, self.words))
            shares_at[temperature] = [*shares.tolist(), *[None] * (len(self.words) - self.top_k)]
        return shares_at

    def rest(self, temperature: float) -> float | None:
        """The share of all words without a row of their own; None if `top_k` excludes them all."""
        listed = [at for at in range(self.top_k) if at not in self.sample.places]
        return sum(self.shares[temperature][at] or 0.0 for at in listed) if listed else None

    def stacked(self, sizes: Measures) -> tuple[Shape, ...]:
        """Give each temperature a table of its own, if there are several."""
        if len(self.temperatures) == 1:
            return laid(self.table(self.temperatures, sizes).flow(), DOWN).shapes
        numbered = enumerate(self.temperatures, start=1)
        return in_column(
            [self.table([temperature], sizes, f"{at}-").flow() for at, temperature in numbered], DOWN, PARTS_APART
        )

    def table(self, temperatures: Sequence[float], sizes: Measures, prefix: str = "") -> Table:
        """Put a row for each word below the names of its score and of its share at each temperature."""
        places, names, count = self.sample.places, self.sample.of(self.words), self.sample.left_out
        others_text = ngettext("%(number)s other", "%(number)s others", count, number=Grouped(count))
        wide = max(column_width(names, sizes.style), width(as_measured(others_text), NAME) if count else 0)
        rows = Sample(len(names), (*range(len(names)), *([None] if count else [])))
        table = Table(rows, ROWS_APART, prefix=prefix, is_even=True)
        last = {
            "word": text(others_text, name=f"{prefix}others"),
            "score": text(LEFT_OUT, name=f"{prefix}others-scores"),
        }

        @table.column(name="word")
        def said(row: int) -> Shapes:
            return word(names[row], wide, self.fills.get(names[row], "lane"), sizes.style)

        @table.column(heading(gettext("logit"), "output", name=f"{prefix}logit"), sizes.apart, step=1)
        def score(row: int) -> Shapes:
            return text(text_of(self.scores[places[row]].tolist(), 2), "ink", NUMBER_IN_TABLE)

        def share(value: float | None, fill: str, **more: Any) -> Shapes:
            """Draw a share; for an excluded word, only say so."""
            if value is None:
                return text(gettext("left out"), **more)
            more |= {"is_largest": fill == "output", "room": AFTER_BAR}
            return bar(value, text_of(value, 2), sizes.bar, "output", fill=fill, **more)

        def add(number: int, temperature: float) -> None:
            """Add the column of a temperature."""
            shares, step = self.shares[temperature], self.step(temperature)
            name, title = f"share-{number}", heading(self.title(temperature), name=f"{prefix}temperature-{number}")
            band, size = f"{prefix}softmax-{number}", sizes.bar + AFTER_BAR

            @table.column(
                title, sizes.apart, name=name, align="left", head_align="left", width=size, step=step, band=band
            )
            def cell(row: int) -> Shapes:
                return share(shares[places[row]], "output-fill" if places[row] else "output")

            last[name] = share(self.rest(temperature), "lane", name=f"{prefix}{name}-others", step=step)

        for number, divisor in enumerate(temperatures, start=1):
            add(number, divisor)
        table.more = lambda at: last
        return table

    def title(self, temperature: float) -> Message:
        """Return the title of the shares of a temperature."""
        if not self.is_divided:
            return gettext("softmax")
        return gettext("÷ %(number)s, softmax", number=Number(f"{temperature:g}"))

    def step(self, temperature: float) -> int:
        """Return the stage at which the shares of a temperature appear, after the scores."""
        return self.temperatures.index(temperature) + 2

    @property
    def description(self) -> Description:
        """Describe which words are likely at each temperature, with all shares in a table."""
        places, count = self.sample.places, len(self.words)
        other_places = (at for at in range(count) if at not in places)
        listed = sorted([*places, *islice(other_places, MOST_IN_TABLE - len(places))])
        printed = known(numbers(self.sample.of(self.scores.tolist()), 2), 1, "ink")
        chances, steps = [], [gettext("The logits, from the largest to the smallest: %(logits)s.", logits=printed)]
        for temperature in self.temperatures:
            shares = [*self.sample.of(self.shares[temperature]), self.rest(temperature)]
            step = self.step(temperature)
            at = Fields(
                temperature=Number(f"{temperature:g}"),
                word=quoted(self.words[0]),
                share=known(text_of(self.shares[temperature][0] or 0.0, 2), step, "output"),
                shares=known(numbers([share for share in shares if share is not None], 2), step, "output"),
            )
            chances.append(
                at.gettext("at temperature %(temperature)s, %(word)s gets %(share)s")
                if self.is_divided
                else at.gettext("%(word)s gets %(share)s")
            )
            steps.append(
                at.gettext("Divided by the temperature %(temperature)s, softmax turns them into the shares %(shares)s.")
                if self.is_divided
                else at.gettext("Softmax turns them into the shares %(shares)s.")
            )

        def column(heading: str, values: Sequence[float | None], step: int, role: str) -> TextColumn:
            texts = ["" if (value := values[at]) is None else numbers([value], 2) for at in listed]
            return TextColumn(heading, texts, step, role)

        softened = [
            gettext(
                "Each logit is divided by the temperature, and softmax turns the quotients into shares that add up to "
                "1."
            ),
            gettext(
                "A low temperature sharpens the choice, a high one evens it out; the order of the words stays the same."
            ),
        ]
        words = Fields(count=Grouped(count), shown=len(places))
        return Description.of(
            gettext("The next word, from its logits: %(chances)s.", chances=Clauses(*chances)),
            *(softened if self.is_divided else [gettext("Softmax turns the logits into shares that add up to 1.")]),
            gettext("Only the %(count)s words with the highest logits can be chosen.", count=self.top_k)
            if self.top_k < count
            else None,
            words.gettext("Of the %(count)s words, %(shown)s have a row of their own; the others share the last one.")
            if self.sample.left_out
            else None,
            steps=steps,
            table=[
                TextColumn(pgettext("in a table", "word"), [self.words[at] for at in listed]),
                column(pgettext("in a table", "logit"), self.scores.tolist(), 1, "ink"),
                *(
                    column(self.title(temperature), self.shares[temperature], self.step(temperature), "output")
                    for temperature in self.temperatures
                ),
            ],
        )
