"""A batch as a deck of cards with three axes: samples, time steps, features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from numpy.typing import ArrayLike

from ..arrays import Array, Illustrative, opened, read_only, worked_out
from ..description import Description, TableColumn, TableRow
from ..errors import NumbersError, PictureError
from ..flow.axis import DOWN, Axis
from ..flow.deck import CardBehind, Deck, deck_laid
from ..flow.description import Caption, Flow
from ..flow.drawing import laid
from ..fonts import CODE_NARROW, NAME, width
from ..geometry import Frame, Point
from ..i18n import LEFT_OUT, Paragraph, counted, gettext, ngettext, numbers, pgettext, quoted
from ..layout import LAST_BEFORE_GAP, MARGIN, PHONE, shown_steps
from ..model import Argument, Model
from ..numbers.embedding import embed
from ..palette import word_fills
from ..picture import Picture, in_two_forms, laid_anew
from ..recorded.arrays import call_numbers, record
from ..shapes.arrows import BAR, INSET, STEPS_BEFORE, TICK, Bracket, StepsLine
from ..shapes.cells import cells
from ..shapes.shape import Shape, Shapes
from ..shapes.text import Run, phrase_width
from .pieces import CHIP, CHIP_GAP, chip_width, chips, column_width, phrase, text, vector, word
from .refusals import misfit

Sentence = str | Sequence[str]
MOST_ROWS = 60
"""For a larger batch, the table only has the highlighted sample."""


@laid_anew
def tensor(
    source: Model | ArrayLike | Illustrative,
    sentences: Sequence[Sentence] | None = None,
    embeddings: ArrayLike | Illustrative | None = None,
    *,
    sample: int = 1,
) -> Picture:
    """Draw a batch (samples, time_steps, features), with one of its samples in front.

    For a model, the code determines the last two axes, and the words of the sentences get the given embeddings or the
    kit's own; an array determines all three.

    >>> tensor(read_keras(code), ["I am groot", "We are groot"])
    >>> tensor(np.arange(24).reshape(4, 3, 2), sample=3)
    """
    batch = batch_of(opened(source), sentences, opened(embeddings), sample)
    description, is_invented = _description(batch), isinstance(source, Illustrative)
    is_invented = is_invented or isinstance(embeddings, Illustrative)

    def laid_out(sizes: Sizes, axis: Axis) -> tuple[Shape, ...]:
        return deck_laid(Samples(batch, sizes, axis).deck())

    narrow, arguments = (laid_out(ON_PHONES, axis) for axis in (DOWN, DOWN.dense())), batch.arguments
    picture = in_two_forms(
        [laid_out(ON_PAGES, DOWN)], narrow, description, margin=MARGIN, arguments=arguments, illustrative=is_invented
    )
    return replace(picture, narrow=None) if picture.box.width <= PHONE else picture


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Batch:
    """Numbers (samples, time_steps, features), and a word for each step if there are words."""

    values: Array
    sentences: tuple[tuple[str, ...], ...]
    chosen: int
    """The sample in front, from 1."""
    model: Model | None = None

    @property
    def samples(self) -> int:
        """The number of samples."""
        return int(self.values.shape[0])

    @property
    def time_steps(self) -> int:
        """The number of steps of each sample."""
        return int(self.values.shape[1])

    @property
    def features(self) -> int:
        """The number of features at each step."""
        return int(self.values.shape[2])

    @property
    def behind(self) -> tuple[int, ...]:
        """The other samples, in order."""
        return tuple(sample for sample in range(1, self.samples + 1) if sample != self.chosen)

    @cached_property
    def fills(self) -> dict[str, str]:
        """The background colour of each word."""
        return word_fills([word for sentence in self._in_view for word in sentence])

    @property
    def _in_view(self) -> tuple[tuple[str, ...], ...]:
        """Assign the first colours to the words of the sample in front."""
        order = (self.chosen, *self.behind)
        return tuple(self.sentences[sample - 1] for sample in order) if self.sentences else ()

    def row_name(self, step: int) -> str:
        """Return the name of a row of the sample in front."""
        return self.sentences[self.chosen - 1][step - 1] if self.sentences else gettext("step %(number)s", number=step)

    @property
    def arguments(self) -> dict[str, Argument]:
        """The positions in the code of the arguments for the axes."""
        if self.model is None:
            return {}
        arguments = {name: self.model.argument(name) for name in ("time_steps", "features")}
        return {name: argument for name, argument in arguments.items() if argument is not None}


def batch_of(
    source: Model | ArrayLike, sentences: Sequence[Sentence] | None, embeddings: ArrayLike | None, chosen: int
) -> Batch:
    """Build a batch, and check that everything fits."""
    words = tuple(
        tuple(sentence.split()) if isinstance(sentence, str) else tuple(sentence) for sentence in sentences or ()
    )
    model = source if isinstance(source, Model) else None
    values = _values(model, words, embeddings) if model else read_only(source)  # type: ignore[arg-type]
    if values.ndim != 3 or values.size == 0:
        raise NumbersError(
            f"a batch needs the shape (samples, time_steps, features), such as (4, 3, 2), not {values.shape}"
        )
    values = record(values, "input", "x")
    call_numbers(values, _called)
    batch = Batch(values, words, chosen, model)
    if words:
        _check_words(batch)
    if not 1 <= chosen <= batch.samples:
        raise PictureError(f"there is no sample {chosen}: the batch has {counted(batch.samples, 'sample')}")
    return batch


def _called(symbol: str, at: tuple[int, ...]) -> str:
    sample, step, feature = (index + 1 for index in at)
    values = {"sample": sample, "step": step, "feature": feature}
    return gettext("sample %(sample)s, step %(step)s, feature %(feature)s", **values)


def _values(model: Model, words: tuple[tuple[str, ...], ...], embeddings: ArrayLike | None) -> Array:
    if words:
        model = model.sized([len(words[0]), *[None] * (len(model.entries) - 1)])
    shape = model.entries[0].shape
    if len(shape) != 2:
        raise PictureError(
            f"tensor draws the three axes (samples, time_steps, features), but the model reads {shape} for each "
            "sample: draw a model with an input such as Input((3, 2))",
            block=model.code or None,
        )
    if not words:
        raise PictureError('tensor needs a sentence for each sample, such as ["I am groot", "We are groot"]')
    steps, features = worked_out(shape)
    for number, sentence in enumerate(words, start=1):
        if len(sentence) != steps:
            raise misfit(
                model,
                0,
                "time_steps",
                f"the code says {counted(steps, 'time step')}, but sentence {number}, “{' '.join(sentence)}”, has "
                f"{counted(len(sentence), 'word')}: shorten it, or pad it with a word such as <pad>",
            )
    values = read_only([embed(sentence, features) for sentence in words] if embeddings is None else embeddings)
    if values.shape[1:] != shape:
        raise PictureError(f"the model reads {shape} for each sample, but the embeddings have the shape {values.shape}")
    return values


def _check_words(batch: Batch) -> None:
    if len(batch.sentences) != batch.samples:
        counts = f"{counted(batch.samples, 'sample')} and {counted(len(batch.sentences), 'sentence')}"
        raise PictureError(f"the batch got {counts}: give one for each sample")
    for number, sentence in enumerate(batch.sentences, start=1):
        if len(sentence) != batch.time_steps:
            raise PictureError(
                f"each sample has {counted(batch.time_steps, 'time step')}, but sentence {number} has "
                f"{counted(len(sentence), 'word')}: give one for each step"
            )


ROWS_CLOSER = -12
"""How much closer rows are than steps usually are."""
MOST_STEPS = 6
MOST_BEHIND, FIRST_BEHIND = 4, 2
TAG_GAP = 10
LABEL_UNDER = 17
RAIL = STEPS_BEFORE + BAR / 2
"""How far before the words the bars of their steps start."""


@dataclass(frozen=True)
class Sizes:
    """How much of a batch is shown in one layout."""

    most_features: int
    first_features: int
    """With more features, this many are shown, and the last."""
    widest: float
    """The maximum width of a card without its margins, which limits the words of those behind."""


ON_PAGES, ON_PHONES = Sizes(6, 4, 360), Sizes(4, 1, 186)


@dataclass(frozen=True)
class ShortWord:
    """A word on the visible strip of a card; an ellipsis has neither a step nor a background."""

    text: str
    step: int | None

    @property
    def width(self) -> float:
        """Its width, including the background."""
        return width(self.text, CHIP) if self.step is None else chip_width(self.text)


@dataclass(frozen=True)
class Rows:
    """The shapes of the sample in front, and the subset that lies on its card."""

    shapes: tuple[Shape, ...]
    inside: Frame


@dataclass(frozen=True, eq=False)
class Samples:
    """A batch as cards: the selected sample in front, with its numbers, and the others behind it."""

    batch: Batch
    sizes: Sizes
    axis: Axis

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The steps that have a row."""
        return shown_steps(self.batch.time_steps, MOST_STEPS)

    @cached_property
    def shown(self) -> tuple[int | None, ...]:
        """The samples behind that are shown, nearest first; None stands for those left out."""
        behind = self.batch.behind
        return behind if len(behind) <= MOST_BEHIND else (*behind[:FIRST_BEHIND], None, behind[-1])

    @cached_property
    def rows(self) -> Rows:
        """The rows of the front card, further from their names if the words behind need space."""
        strips = [
            self.tag_width + sum(chip.width + CHIP_GAP for chip in self._words(sample))
            for sample in self.shown
            if sample
        ]
        rows = self._rows(0)
        spare = min(self.sizes.widest, max(strips, default=0)) - rows.inside.width
        return rows if spare <= 0 else self._rows(spare)

    def _rows(self, spare: float) -> Rows:
        """Put a row for each step below the sample's name, and below them what the two axes count."""
        batch, flow = self.batch, Flow(slot_room=ROWS_CLOSER)
        names, values = flow.track("names"), flow.track("values", spare)
        wide, sample = self._names_width(), f"sample-{batch.chosen}"
        begin, title = -wide / 2 - RAIL, gettext("sample %(number)s", number=batch.chosen)
        inside = [
            flow.put(
                0, names, text(title, "ink", NAME.bold(), name=f"{sample}-name", x=begin, anchor="start"), loose=True
            )
        ]
        for track in (names, values):
            flow.put(0.5, track, ())
        rail = []
        for slot, step in enumerate(self.steps, start=1):
            rail.append(flow.put(slot, names, self._name(step, wide)))
            inside.append(flow.put(slot, values, self._vector(step)))
        hidden = batch.time_steps - len(self.steps)
        if hidden:
            more = ngettext("%(num)s more step", "%(num)s more steps", hidden)
            left_out = text(more, style=NAME.bold(), name="more", x=-wide / 2, anchor="start")
            flow.put(LAST_BEFORE_GAP + 0.5, names, left_out, loose=True)
            for fraction in (0.25, 0.5, 0.75):
                flow.put(LAST_BEFORE_GAP + fraction, values, ())
        flow.rail("steps", rail, LAST_BEFORE_GAP if hidden else None)
        last = len(self.steps)
        for between in (0.25, 0.5):
            flow.put(last + between, values, ())
        label = ngettext("%(num)s time step", "%(num)s time steps", batch.time_steps)
        bold = NAME.bold()
        counts = text(
            label, "steps", bold, name="steps-label", x=begin, y=LABEL_UNDER, anchor="start", argument="time_steps"
        )
        flow.put(last + 1, names, counts, loose=True)
        flow.put(last + 1, values, self._features(), loose=True)
        layout = laid(flow, self.axis)
        bars = next(shape for shape in layout.shapes if isinstance(shape, StepsLine))
        frames = map(layout.frame, (*inside, *rail))
        return Rows(layout.shapes, Frame.around([*frames, bars.bounds]))

    def _names_width(self) -> float:
        names = [self.batch.row_name(step) for step in self.steps]
        return column_width(names) if self.batch.sentences else max(width(name, NAME) for name in names)

    def _name(self, step: int, wide: float) -> Shapes:
        row_name = self.batch.row_name(step)
        if not self.batch.sentences:
            return text(row_name, name=f"step-{step}", x=-wide / 2, anchor="start", step=step, argument="time_steps")
        fill, high = self.batch.fills[row_name], self.axis.cell[1]
        return word(row_name, wide, fill, name=f"word-{step}", high=high, step=step, argument="time_steps")

    def _vector(self, step: int) -> Shapes:
        fill = self.batch.fills[self.batch.row_name(step)] if self.batch.sentences else None
        printed, cell = self._cells(step), self.axis.cell
        return vector(printed, cell, fill, name=f"embedding-{step}", step=step, argument="features")

    def _cells(self, step: int) -> tuple[str, ...]:
        values = self.batch.values[self.batch.chosen - 1, step - 1].tolist()
        return cells(values, self.sizes.most_features, ahead=self.sizes.first_features)

    def _features(self) -> Shapes:
        """Draw a bracket below the numbers, with the number of features."""
        label = ngettext("%(num)s feature", "%(num)s features", self.batch.features)
        half = self.axis.cell[0] * len(self._cells(1)) / 2
        start, to, role, argument = Point(INSET - half, 0), Point(half - INSET, 0), "embedding", "features"
        bracket = Bracket(name="features", role=role, argument=argument, start=start, to=to, tick=-TICK)
        where: dict[str, Any] = {"x": half, "y": LABEL_UNDER, "anchor": "end"}
        return [bracket, *text(label, role, NAME.bold(), name="features-label", argument=argument, **where)]

    def deck(self) -> Deck:
        """Build the front card, the strips of those behind it, the count of the samples, and the shape."""
        batch = self.batch
        text = ngettext("%(num)s sample", "%(num)s samples", batch.samples)
        first, lengths = (
            f"({batch.samples}",
            (Run(str(batch.time_steps), "steps"), Run(str(batch.features), "embedding")),
        )
        runs = Run(first), Run(", "), lengths[0], Run(", "), lengths[1], Run(")")
        middle = (width(first, CODE_NARROW) + width("(", CODE_NARROW) - phrase_width(runs, CODE_NARROW)) / 2
        return Deck(
            name=f"sample-{batch.chosen}",
            shapes=self.rows.shapes,
            inside=self.rows.inside,
            behind=[self._behind(sample) for sample in self.shown],
            count=Caption("samples-label", text, style=NAME.bold()),
            note=phrase(runs, name="shape"),
            counted=middle,
        )

    def _behind(self, sample: int | None) -> CardBehind:
        """Name a sample and show its words, or say how many are left out."""
        name = f"sample-{sample or 'more'}"
        if sample is None:
            left_out = len(self.batch.behind) - FIRST_BEHIND - 1
            label = ngettext("%(num)s more sample", "%(num)s more samples", left_out)
            return CardBehind(name, text(label, style=NAME.bold(), name=f"{name}-name", anchor="start"), dashed=True)
        tag = text(gettext("sample %(number)s", number=sample), name=f"{name}-name", anchor="start")
        return CardBehind(name, tag, self._strip(name, self.words(sample)), self.tag_width)

    def _strip(self, name: str, words: Sequence[ShortWord]) -> Shapes:
        """Put the words of a sample side by side."""
        names = [
            f"{name}-word-{word.step}" if word.step else f"{name}-more-{slot}" for slot, word in enumerate(words, 1)
        ]
        listed = [(name, word.text, word.step) for name, word in zip(names, words, strict=True)]
        return chips(listed, self.batch.fills, "left")

    @cached_property
    def tag_width(self) -> float:
        """The width of the widest sample name, with some space."""
        names = [gettext("sample %(number)s", number=sample) for sample in range(1, self.batch.samples + 1)]
        return max(width(name, NAME) for name in names) + TAG_GAP

    def words(self, sample: int) -> list[ShortWord]:
        """Return the words on a sample's strip: as many as fit, and the last."""
        words, dots = self._words(sample), ShortWord(LEFT_OUT, None)
        spare = self.rows.inside.width - self.tag_width
        cut = list(words)
        for ahead in range(len(words) - 2, -1, -1):
            if _taken(cut) <= spare:
                break
            cut = [*words[:ahead], dots, words[-1]]
        return cut if _taken(cut) <= spare else [dots]

    def _words(self, sample: int) -> list[ShortWord]:
        words = self.batch.sentences[sample - 1] if self.batch.sentences else ()
        return [ShortWord(text, step) for step, text in enumerate(words, start=1)]


def _taken(words: Sequence[ShortWord]) -> float:
    return sum(short_word.width + CHIP_GAP for short_word in words) - CHIP_GAP if words else 0


def _description(batch: Batch) -> Description:
    """Describe the three axes, with a table row for each step of each sample."""
    shape = str(batch.values.shape)
    box = gettext(
        "A batch as a box of the shape %(shape)s: %(samples)s of %(steps)s, with %(features)s at each step.",
        shape=shape,
        samples=ngettext("%(num)s sample", "%(num)s samples", batch.samples),
        steps=ngettext("%(num)s time step", "%(num)s time steps", batch.time_steps),
        features=ngettext("%(num)s feature", "%(num)s features", batch.features),
    )
    set_off = gettext("Sample %(number)s is drawn in front of the others.", number=batch.chosen)
    if batch.sentences:
        set_off = gettext(
            "Sample %(number)s, %(sentence)s, is drawn in front of the others.",
            number=batch.chosen,
            sentence=quoted(" ".join(batch.sentences[batch.chosen - 1])),
        )
    text = [
        gettext("The numbers that go into a recurrent layer have three axes, %(shape)s.", shape=shape),
        ngettext(
            "The first counts the samples of the batch: %(num)s card, one behind the other.",
            "The first counts the samples of the batch: %(num)s cards, one behind the other.",
            batch.samples,
        ),
        ngettext(
            "The second counts the time steps: %(num)s row on each card.",
            "The second counts the time steps: %(num)s rows on each card.",
            batch.time_steps,
        ),
        ngettext(
            "The third counts the features: %(num)s number in each row.",
            "The third counts the features: %(num)s numbers in each row.",
            batch.features,
        ),
        gettext("A model’s code names only the last two."),
    ]
    is_whole = batch.samples * batch.time_steps <= MOST_ROWS
    if not is_whole:
        text.append(gettext("The table holds sample %(number)s.", number=batch.chosen))
    rows = []
    for sample in range(1, batch.samples + 1) if is_whole else (batch.chosen,):
        for step in range(1, batch.time_steps + 1):
            word = [batch.sentences[sample - 1][step - 1]] if batch.sentences else []
            values = numbers(batch.values[sample - 1, step - 1].tolist())
            rows.append(TableRow.of(str(sample), str(step), *word, values, step=step))
    heads = [pgettext("in a table", "sample"), pgettext("in a table", "time step")]
    heads += [pgettext("in a table", "word")] if batch.sentences else []
    features = TableColumn(pgettext("in a table", "features"), "embedding")
    return Description(
        alt=Paragraph(box, set_off),
        text=Paragraph(*text),
        columns=(*map(TableColumn, heads), features),
        rows=tuple(rows),
    )
