"""A batch as a deck of cards with three axes: samples, time steps, features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from numpy.typing import ArrayLike

from ..arrays import Array, read_only, worked_out
from ..description import Description, TableColumn, TableRow
from ..errors import NumbersError, PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Draw, Flow
from ..flow.drawing import laid
from ..flow.group import grouped
from ..fonts import NAME, WORD, width
from ..geometry import Frame, Point
from ..i18n import Paragraph, gettext, ngettext, numbers, pgettext, quoted
from ..layout import LAST_BEFORE_GAP, shown_steps, snug_box
from ..model import Argument, Model
from ..numbers import Illustrative, counted, opened
from ..numbers.embedding import embed
from ..palette import word_fills
from ..picture import Picture, laid_anew
from ..shapes.arrows import BAR, BRACKET_GAP, INSET, STEPS_BEFORE, TICK, Bracket, StepsLine
from ..shapes.blocks import Card
from ..shapes.cells import cells
from ..shapes.shape import Shape
from ..shapes.text import Label, Run, Word, word_width
from .refusals import misfit
from .things import column_width, label, room, shape_of, vector, word

Sentence = str | Sequence[str]
MOST_ROWS = 60
"""Of a larger batch the table holds only the sample that is set off."""


@laid_anew
def tensor(
    source: Model | ArrayLike | Illustrative,
    sentences: Sequence[Sentence] | None = None,
    embeddings: ArrayLike | Illustrative | None = None,
    *,
    sample: int = 1,
) -> Picture:
    """Draw a batch (samples, time_steps, features), one of its samples set off.

    A model says the last two axes, and its sentences' words get the kit's own vectors or the embeddings that are given;
    an array says all three.

    >>> tensor(read_keras(code), ["I am groot", "We are groot"])
    >>> tensor(np.arange(24).reshape(4, 3, 2), sample=3)
    """
    batch = batch_of(opened(source), sentences, opened(embeddings), sample)
    for axis in (DOWN, DOWN.dense()):
        shapes = tuple(Deck(batch, axis).shapes())
        box = snug_box(shapes)
        if box.width <= NARROW_BOX:
            break
    return Picture(
        shapes,
        box,
        _description(batch),
        arguments=batch.arguments,
        illustrative=isinstance(source, Illustrative) or isinstance(embeddings, Illustrative),
    )


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class Batch:
    """Numbers (samples, time_steps, features), and a word for each step where there are words."""

    values: Array
    sentences: tuple[tuple[str, ...], ...]
    chosen: int
    """The sample that is set off, from 1."""
    model: Model | None = None

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return int(self.values.shape[0])

    @property
    def time_steps(self) -> int:
        """How many steps each sample has."""
        return int(self.values.shape[1])

    @property
    def features(self) -> int:
        """How many numbers each step has."""
        return int(self.values.shape[2])

    @property
    def behind(self) -> tuple[int, ...]:
        """The other samples, in their order."""
        return tuple(sample for sample in range(1, self.samples + 1) if sample != self.chosen)

    @cached_property
    def fills(self) -> dict[str, str]:
        """The fill of each word."""
        return word_fills([word for sentence in self._in_view for word in sentence])

    @property
    def _in_view(self) -> tuple[tuple[str, ...], ...]:
        """The sample in front has the first fills."""
        order = (self.chosen, *self.behind)
        return tuple(self.sentences[sample - 1] for sample in order) if self.sentences else ()

    def row_name(self, step: int) -> str:
        """Name a row of the sample that is set off."""
        return self.sentences[self.chosen - 1][step - 1] if self.sentences else gettext("step %(number)s", number=step)

    @property
    def arguments(self) -> dict[str, Argument]:
        """Where the code says the length of an axis."""
        if self.model is None:
            return {}
        found = {name: self.model.argument(name) for name in ("time_steps", "features")}
        return {name: argument for name, argument in found.items() if argument is not None}


def batch_of(
    source: Model | ArrayLike, sentences: Sequence[Sentence] | None, embeddings: ArrayLike | None, chosen: int
) -> Batch:
    """Put a batch together, and check that everything fits."""
    words = tuple(tuple(each.split()) if isinstance(each, str) else tuple(each) for each in sentences or ())
    model = source if isinstance(source, Model) else None
    values = _values(model, words, embeddings) if model else read_only(source)  # type: ignore[arg-type]
    if values.ndim != 3 or values.size == 0:
        raise NumbersError(
            f"a batch is (samples, time_steps, features), such as (4, 3, 2); its shape is {values.shape}"
        )
    batch = Batch(values, words, chosen, model)
    if words:
        _check_words(batch)
    if not 1 <= chosen <= batch.samples:
        raise PictureError(f"sample {chosen} is to be set off, and the batch has {counted(batch.samples, 'sample')}")
    return batch


def _values(model: Model, words: tuple[tuple[str, ...], ...], embeddings: ArrayLike | None) -> Array:
    if words:
        model = model.sized([len(words[0]), *[None] * (len(model.entries) - 1)])
    shape = model.entries[0].shape
    if len(shape) != 2:
        raise PictureError(
            f"tensor draws the three axes (samples, time_steps, features), and the model is given {shape} for each "
            "sample: draw a model whose input is such as Input((3, 2))",
            block=model.code or None,
        )
    if not words:
        raise PictureError('tensor wants a sentence for each sample, such as ["I am groot", "We are groot"]')
    steps, features = worked_out(shape)
    for number, sentence in enumerate(words, start=1):
        if len(sentence) != steps:
            raise misfit(
                model,
                0,
                "time_steps",
                f"the code says {counted(steps, 'time step')}, and sentence {number}, “{' '.join(sentence)}”, has "
                f"{counted(len(sentence), 'word')}: cut it, or fill it up with a word such as <pad>",
            )
    values = read_only([embed(each, features) for each in words] if embeddings is None else embeddings)
    if values.shape[1:] != shape:
        raise PictureError(
            f"the model is given {shape} for each sample, and the embeddings have the shape {values.shape}"
        )
    return values


def _check_words(batch: Batch) -> None:
    if len(batch.sentences) != batch.samples:
        given = f"{counted(batch.samples, 'sample')} and {counted(len(batch.sentences), 'sentence')}"
        raise PictureError(f"the batch is given {given}: give one for each sample")
    for number, sentence in enumerate(batch.sentences, start=1):
        if len(sentence) != batch.time_steps:
            raise PictureError(
                f"each sample has {counted(batch.time_steps, 'time step')}, and sentence {number} has "
                f"{counted(len(sentence), 'word')}: give one for each step"
            )


PADDING = 12
"""What a card keeps around what is on it."""
ROWS_CLOSER = -12
"""Rows stand closer than steps usually do."""
MOST_FEATURES, MOST_STEPS = 4, 6
STRIP, ASIDE, SET_OFF = 36, 12, 18
"""How far each card behind stands out above the one before it, and to the right; how much further those behind do."""
MOST_BEHIND, FIRST_BEHIND = 4, 2
CHIP, CHIP_HEIGHT, CHIP_PADDING, CHIP_GAP = WORD.sized(15), 22, 6, 4
TAG_GAP = 10
WIDEST = 222
"""How wide a card may be for the words of those behind, so that a phone has room for all of it."""
NARROW_BOX = 288
LABEL_UNDER, SHAPE_UNDER, SAMPLES_OVER = 17, 24, 16
RAIL = STEPS_BEFORE + BAR / 2
"""How far before the words the bars of their steps begin."""


@dataclass(frozen=True)
class ShortWord:
    """A word on the strip of a card that can be seen; an ellipsis has no step and no ground."""

    text: str
    step: int | None

    @property
    def width(self) -> float:
        """Its width with its ground."""
        return width(self.text, CHIP) if self.step is None else word_width(self.text, CHIP, CHIP_PADDING, least=0)


@dataclass(frozen=True)
class Rows:
    """What is drawn of the sample in front, and what of that is on its card."""

    shapes: tuple[Shape, ...]
    inside: Frame


@dataclass(frozen=True, eq=False)
class Deck:
    """A batch as cards, one a sample: the one that is set off in front, with its numbers, the others behind it."""

    batch: Batch
    axis: Axis

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The steps that have a row."""
        return shown_steps(self.batch.time_steps, MOST_STEPS)

    @cached_property
    def shown(self) -> tuple[int | None, ...]:
        """The samples behind that are shown, from the nearest; None stands for those that are left out."""
        behind = self.batch.behind
        return behind if len(behind) <= MOST_BEHIND else (*behind[:FIRST_BEHIND], None, behind[-1])

    @cached_property
    def rows(self) -> Rows:
        """The rows of the card in front, further apart from their names where the words of those behind need room."""
        strips = [self.tag_width + sum(each.width + CHIP_GAP for each in self._words(it)) for it in self.shown if it]
        rows = self._rows(0)
        spare = min(WIDEST - 2 * PADDING, max(strips, default=0)) - rows.inside.width
        return rows if spare <= 0 else self._rows(spare)

    def _rows(self, spare: float) -> Rows:
        """Put a row for each step under the sample's name, and under them what the two axes count."""
        batch, flow = self.batch, Flow(slot_room=ROWS_CLOSER)
        names, values = flow.track("names"), flow.track("values", spare)
        wide, sample = self._names_width(), f"sample-{batch.chosen}"
        begin, text = -wide / 2 - RAIL, gettext("sample %(number)s", number=batch.chosen)
        inside = [flow.put(0, names, label(f"{sample}-name", text, "ink", NAME.bold(), begin=begin), loose=True)]
        for track in (names, values):
            flow.put(0.5, track, room)
        rail = []
        for slot, step in enumerate(self.steps, start=1):
            rail.append(flow.put(slot, names, self._name(step, wide)))
            inside.append(flow.put(slot, values, self._vector(step)))
        hidden = batch.time_steps - len(self.steps)
        if hidden:
            text = ngettext("%(num)s more step", "%(num)s more steps", hidden)
            left_out = label("more", text, style=NAME.bold(), begin=-wide / 2)
            flow.put(LAST_BEFORE_GAP + 0.5, names, left_out, loose=True)
            for part in (0.25, 0.5, 0.75):
                flow.put(LAST_BEFORE_GAP + part, values, room)
        flow.rail("steps", rail, LAST_BEFORE_GAP if hidden else None)
        last = len(self.steps)
        for between in (0.25, 0.5):
            flow.put(last + between, values, room)
        text = ngettext("%(num)s time step", "%(num)s time steps", batch.time_steps)
        bold = NAME.bold()
        counts = label("steps-label", text, "steps", bold, begin=begin, fall=LABEL_UNDER, argument="time_steps")
        flow.put(last + 1, names, counts, loose=True)
        flow.put(last + 1, values, self._features(), loose=True)
        found = laid(flow, self.axis)
        bars = next(shape for shape in found.shapes if isinstance(shape, StepsLine))
        frames = map(found.frame, (*inside, *rail))
        return Rows(found.shapes, Frame.around([*frames, bars.bounds]))

    def _names_width(self) -> float:
        names = [self.batch.row_name(step) for step in self.steps]
        return column_width(names) if self.batch.sentences else max(width(name, NAME) for name in names)

    def _name(self, step: int, wide: float) -> Draw:
        text = self.batch.row_name(step)
        if not self.batch.sentences:
            return label(f"step-{step}", text, begin=-wide / 2, step=step, argument="time_steps")
        return word(f"word-{step}", text, wide, self.batch.fills[text], step=step, argument="time_steps")

    def _vector(self, step: int) -> Draw:
        fill = self.batch.fills[self.batch.row_name(step)] if self.batch.sentences else None
        return vector(f"embedding-{step}", self._cells(step), fill, step=step, argument="features")

    def _cells(self, step: int) -> tuple[str, ...]:
        return cells(self.batch.values[self.batch.chosen - 1, step - 1].tolist(), MOST_FEATURES, ahead=1)

    def _features(self) -> Draw:
        """Draw a bracket under the numbers, and how many there are."""
        text = ngettext("%(num)s feature", "%(num)s features", self.batch.features)
        half = self.axis.cell[0] * len(self._cells(1)) / 2

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            start, to = Point(at.x - half + INSET, at.y), Point(at.x + half - INSET, at.y)
            said = Point(at.x + half, at.y + LABEL_UNDER)
            role, argument, style = "embedding", "features", NAME.bold()
            return [
                Bracket(name="features", role=role, argument=argument, start=start, to=to, tick=-TICK),
                Label(
                    name="features-label",
                    role=role,
                    argument=argument,
                    text=text,
                    at=said,
                    style=style,
                    anchor="end",
                ),
            ]

        return draw

    def shapes(self) -> list[Shape]:
        """Draw from the hindmost card to the one in front, then what counts the samples, and the shape."""
        shapes: list[Shape] = []
        for place in range(len(self.shown), 0, -1):
            shapes += self._behind(place)
        front, batch = self.front, self.batch
        shapes += [Card(name=f"sample-{batch.chosen}", role="ink", frame=front), *self.rows.shapes, *self._samples()]
        lengths = Run(str(batch.time_steps), "steps"), Run(", "), Run(str(batch.features), "embedding")
        runs = (Run(f"({batch.samples}, "), *lengths, Run(")"))
        under = Frame.around(shape.bounds for shape in self.rows.shapes).bottom + SHAPE_UNDER
        return [*shapes, *shape_of("shape", runs)(self.axis, Point(front.middle, under), 0)]

    @cached_property
    def front(self) -> Frame:
        """The card in front."""
        return self.rows.inside.grown(PADDING)

    def card(self, place: int) -> Frame:
        """A card behind, by its place from 1."""
        front = self.front
        return replace(front, left=front.left + place * ASIDE, top=front.top - place * STRIP - SET_OFF)

    def _behind(self, place: int) -> Iterator[Shape]:
        """A card, and on its strip the sample's name and words."""
        frame, sample = self.card(place), self.shown[place - 1]
        name, start = f"sample-{sample or 'more'}", Point(frame.left + PADDING, frame.top + STRIP / 2)
        yield Card(name=name, frame=frame, dashed=sample is None)
        if sample is None:
            left_out = len(self.batch.behind) - FIRST_BEHIND - 1
            text = ngettext("%(num)s more sample", "%(num)s more samples", left_out)
            yield from label(f"{name}-name", text, style=NAME.bold(), begin=0)(self.axis, start, 0)
            return
        text = gettext("sample %(number)s", number=sample)
        yield from label(f"{name}-name", text, begin=0)(self.axis, start, 0)
        yield from self._strip(name, self.words(sample))(self.axis, replace(start, x=start.x + self.tag_width), 0)

    def _strip(self, name: str, words: Sequence[ShortWord]) -> Draw:
        """Set the words of a sample side by side."""
        if not words:
            return room
        flow = Flow(slot_room=CHIP_GAP - ACROSS.slot_gap)
        track = flow.track("words")
        items = [flow.put(slot, track, self._short(name, slot, each), loose=True) for slot, each in enumerate(words, 1)]
        return grouped(flow, ACROSS, items, "left")

    def _short(self, name: str, slot: int, short: ShortWord) -> Draw:
        gid = f"{name}-word-{short.step}" if short.step else f"{name}-more-{slot}"
        fill = self.batch.fills[short.text] if short.step else None

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(at.x, at.y, short.width, CHIP_HEIGHT)
            step, argument = short.step, "time_steps"
            return [Word(name=gid, step=step, text=short.text, frame=frame, fill=fill, style=CHIP, argument=argument)]

        return draw

    @cached_property
    def tag_width(self) -> float:
        """The widest name of a sample, and some room."""
        names = [gettext("sample %(number)s", number=sample) for sample in range(1, self.batch.samples + 1)]
        return max(width(name, NAME) for name in names) + TAG_GAP

    def words(self, sample: int) -> list[ShortWord]:
        """The words on a sample's strip: as many of the first as there is room for, and the last."""
        words, dots = self._words(sample), ShortWord("…", None)
        spare = self.front.width - 2 * PADDING - self.tag_width
        cut = list(words)
        for ahead in range(len(words) - 2, -1, -1):
            if _taken(cut) <= spare:
                break
            cut = [*words[:ahead], dots, words[-1]]
        return cut if _taken(cut) <= spare else [dots]

    def _words(self, sample: int) -> list[ShortWord]:
        words = self.batch.sentences[sample - 1] if self.batch.sentences else ()
        return [ShortWord(text, step) for step, text in enumerate(words, start=1)]

    def _samples(self) -> Iterator[Shape]:
        """Count the samples along the edges of their cards."""
        hindmost = self.card(len(self.shown)) if self.shown else self.front
        if self.shown:
            x = hindmost.right + BRACKET_GAP
            top, bottom = Point(x, hindmost.top + INSET), Point(x, self.front.top - INSET)
            yield Bracket(name="samples", start=top, to=bottom, tick=-TICK)
        text = ngettext("%(num)s sample", "%(num)s samples", self.batch.samples)
        at = Point(hindmost.right, hindmost.top - SAMPLES_OVER)
        yield Label(name="samples-label", text=text, at=at, style=NAME.bold(), anchor="end")


def _taken(words: Sequence[ShortWord]) -> float:
    return sum(each.width + CHIP_GAP for each in words) - CHIP_GAP if words else 0


def _description(batch: Batch) -> Description:
    """Say what the three axes are; each step of each sample has a row."""
    shape = str(batch.values.shape)
    box = gettext(
        "A batch as a box of the shape %(shape)s: %(samples)s of %(steps)s, each step %(features)s.",
        shape=shape,
        samples=ngettext("%(num)s sample", "%(num)s samples", batch.samples),
        steps=ngettext("%(num)s time step", "%(num)s time steps", batch.time_steps),
        features=ngettext("%(num)s feature", "%(num)s features", batch.features),
    )
    set_off = gettext("Sample %(number)s is set off in front of the others.", number=batch.chosen)
    if batch.sentences:
        set_off = gettext(
            "Sample %(number)s, %(sentence)s, is set off in front of the others.",
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
        gettext("A model’s code names the last two only."),
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
    heads.append(pgettext("in a table", "features"))
    return Description(
        alt=Paragraph(box, set_off), text=Paragraph(*text), columns=tuple(map(TableColumn, heads)), rows=tuple(rows)
    )
