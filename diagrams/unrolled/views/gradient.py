"""How strongly each step influences the last state: an exact computation, comparing layers side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from math import ceil, floor, log10
from typing import TypeAlias

from ..arrays import Array, Weights
from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Item
from ..flow.drawing import drawn, laid
from ..flow.placing import placed
from ..fonts import NAME, NUMBER, ROW_LABEL, width
from ..fonts import WORD as WHOLE_WORD
from ..geometry import Frame, Point
from ..i18n import Listing, Paragraph, counted, gettext, known, ngettext, pgettext, text_of
from ..layers.layer import Layer
from ..layers.recurrent import Recurrent
from ..layout import MARGIN, PHONE, page_width, snug_box
from ..model import Argument, Model
from ..numbers.gradients import gradients_of
from ..numbers.weights import initial_weights
from ..picture import Picture, laid_anew
from ..recorded.arrays import call_numbers, named, record
from ..shapes.arrows import Bracket
from ..shapes.plots import Bar, Decade, Polyline, Scale, Spot, labels_width
from ..shapes.shape import Shape
from ..shapes.text import Label, Word
from .counts import size_argument
from .given import Inputs, fit_words, model_of, traced, weights_said
from .inside.moment import Reader, reader_of

INITIAL = "initial"
WORD = WHOLE_WORD.sized(15)
LINEAR, LOG = "linear", "log"
SMALL = 0.005
"""Smaller values would be printed as 0.00."""
PADDING = pgettext("for an empty word", "padding")
"""The placeholder for an empty word."""
TINY = 6
"""Numbers with more decimals than this tell readers nothing."""

Given: TypeAlias = Weights | Sequence[Weights] | None


def gradient(
    models: Model | Layer | Sequence[Model | Layer],
    words: Sequence[str] | int,
    embeddings: Inputs | None = None,
    weights: str | Sequence[Given] | None = None,
    *,
    scale: str = LINEAR,
    layer: int | str | None = None,
) -> Picture:
    """Draw how far a small change of each word moves the last state of one layer, or of several for comparison.

    Instead of words, you can pass their number. Weights are the kit's readable ones, Keras's initial ones
    (`weights="initial"`), or given, one set for each model. `scale="log"` is a logarithmic scale; `layer` selects a
    recurrent layer if a model has several.

    >>> gradient([SimpleRNN(8), LSTM(8)], ["the", "film", "was", "not", "bad", "at", "all"])
    >>> gradient([SimpleRNN(8), LSTM(8)], 20, weights="initial", scale="log")
    """
    if scale not in (LINEAR, LOG):
        raise PictureError(f"the scale can be {LINEAR!r} or {LOG!r}, not {scale!r}")
    listed_models = [models] if isinstance(models, Model | Layer) else list(models)
    if not listed_models:
        raise PictureError("there is nothing to compare: pass at least one layer or model")
    word_list = _words(words)
    weight_sets = _weights(weights, len(listed_models))
    readers = [
        _reader(model, word_list, embeddings, weight_set, layer)
        for model, weight_set in zip(listed_models, weight_sets, strict=True)
    ]
    names = _names(readers)
    runs = tuple(
        Strengths(reader.layer, name, gradients_of(reader.trace).input_strengths, size_argument(reader.node))
        for reader, name in zip(readers, names, strict=True)
    )
    # With several blocks, a tie can't say which one it leads to.
    if len({model.code for model in listed_models if isinstance(model, Model)}) > 1:
        runs = tuple(replace(run, units=None) for run in runs)
    plain = weights_said(*(reader.trace.weights for reader in readers))
    origin = Paragraph(*plain or (_weights_said(weights, listed_models),))
    comparison = Comparison(runs, None if isinstance(words, int) else tuple(words), scale, origin)
    return _picture(comparison)


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Strengths:
    """A layer, and how far a small change of each input can move its last state."""

    layer: Recurrent
    name: str
    strengths: Array
    units: Argument | None = None
    """The argument in the code for the layer's size."""

    @cached_property
    def most(self) -> float:
        """The largest strength of any step."""
        return float(self.strengths.max())

    @cached_property
    def shares(self) -> list[float]:
        """Each step's strength relative to the largest."""
        strengths = record(self.strengths, "influence", gettext("influence"))
        call_numbers(strengths, lambda symbol, at: gettext("%(name)s, place %(places)s", name=symbol, places=at[0] + 1))
        if not self.most > 0:
            return [0.0 for _ in strengths]
        return named("share", strengths / self.most, gettext("share")).tolist()  # type: ignore[no-any-return]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Layers to compare over the same steps."""

    runs: tuple[Strengths, ...]
    words: tuple[str, ...] | None
    scale: str
    weights_said: str

    @cached_property
    def steps(self) -> int:
        """The number of steps."""
        return len(self.runs[0].strengths)

    def word(self, step: int) -> str:
        """Return the word of a step, if there are words."""
        return self.words[step - 1] if self.words else ""

    def said(self, step: int) -> str:
        """Label a step next to the chart with its word or its number."""
        return (self.word(step) or PADDING) if self.words else str(step)

    @property
    def is_log(self) -> bool:
        """Whether the scale is logarithmic."""
        return self.scale == LOG

    @cached_property
    def least(self) -> int:
        """The power of ten at which a logarithmic scale starts."""
        shares = [share for run in self.runs for share in run.shares if share > 0]
        return min(-1, floor(log10(min(shares)))) if shares else -1

    def height(self, share: float) -> float:
        """Map a share to a position between the start of the scale, 0, and its end, 1."""
        if not self.is_log:
            return share
        return 1 - log10(share) / self.least if share > 0 else 0.0

    @property
    def note(self) -> str:
        """Return the note that explains what is drawn, and on which scale."""
        explanation = gettext(
            "How far a small change at each step moves the last state; the step that moves it most is 1."
        )
        if self.words:
            explanation = gettext(
                "How far a small change at each word moves the last state; the word that moves it most is 1."
            )
        if self.is_log:
            return Paragraph(explanation, gettext("Logarithmic scale: equal distances are equal factors."))
        return Paragraph(explanation, gettext("Linear scale from 0."))


def _exactly(share: float) -> str:
    """Format a share with two decimals, or a smaller one with two significant digits."""
    if share == 0 or share >= 0.1:
        return text_of(share, 2)
    places = 1 - floor(log10(share))
    return text_of(share, places) if places <= TINY else gettext("under %(number)s", number=text_of(10.0**-TINY, TINY))


@laid_anew
def _picture(comparison: Comparison) -> Picture:
    """Let time run across if that fits, otherwise down; in the narrow layout, always down."""
    axis = ACROSS_CURVES if comparison.is_log else ACROSS_CHART
    wide = laid(_chart(comparison, axis, HIGHEST), axis).shapes
    if snug_box(wide).width > page_width():
        wide = _fitted(comparison, page_width())
    narrow, description = _fitted(comparison, PHONE), _description(comparison)
    arguments = {f"layer{number}-units": run.units for number, run in enumerate(comparison.runs) if run.units}
    narrow_form = Picture(narrow, snug_box(narrow), description, arguments=arguments)
    return Picture(wide, snug_box(wide), description, narrow=narrow_form, arguments=arguments)


def _words(words: Sequence[str] | int) -> Sequence[str]:
    if isinstance(words, int):
        if words < 1:
            raise PictureError(f"a run needs at least 1 step, not {words}")
        return [str(number) for number in range(1, words + 1)]
    return words


def _weights(weights: str | Sequence[Given] | None, count: int) -> list[Given | str]:
    if weights is None or weights == INITIAL:
        return [weights] * count
    if isinstance(weights, str):
        raise PictureError(f"weights can be {INITIAL!r}, or a list for each model, not {weights!r}")
    if len(weights) != count:
        raise PictureError(f"weights are given for {len(weights)} of {counted(count, 'model')}: give them for each")
    return list(weights)


def _reader(
    source: Model | Layer,
    words: Sequence[str],
    embeddings: Inputs | None,
    weights: Given | str,
    layer: int | str | None,
) -> Reader:
    model, sentences = fit_words(model_of(source, words, embeddings), words)
    if weights == INITIAL:
        weights = [initial_weights(node.layer, *node.shapes) for node in model.first_uses]
    assert not isinstance(weights, str)
    reader = reader_of(traced(model, sentences, embeddings, weights), layer)
    if len(reader.trace.inputs) != len(words):
        steps = counted(len(reader.trace.inputs), "step")
        raise PictureError(f"the layer reads {steps}, not {len(words)}: give it as many words")
    return reader


def _names(readers: Sequence[Reader]) -> list[str]:
    """Name each layer as in the code, numbering those with equal names."""
    plain = [reader.layer.name or reader.layer.in_code for reader in readers]
    often = Counter(plain)
    return [
        f"{name}, {plain[: place + 1].count(name)}" if often[name] > 1 else name for place, name in enumerate(plain)
    ]


def _weights_said(weights: str | Sequence[Given] | None, models: Sequence[Model | Layer]) -> str:
    if weights is None:
        bring = [isinstance(model, Model) and model.brings_weights for model in models]
        if all(bring):
            return gettext("The weights come with the models.")
        if any(bring):
            return gettext("Some models come with weights; those of the others are the kit’s own.")
        return gettext("The weights are the kit’s own: short decimals, chosen so that the states are easy to read.")
    if weights == INITIAL:
        return gettext("The weights are random, as Keras’s initializers make those of a new layer.")
    return gettext("The weights are given.")


ACROSS_CHART = replace(ACROSS, slot_gap=8, track_gap=20, band_padding=(12, 10))
ACROSS_CURVES = replace(ACROSS_CHART, slot_gap=16)
DOWN_CHART = replace(DOWN, slot_gap=4, band_padding=(7, 10))
DOWN_NUMBERS = replace(DOWN_CHART, track_gap=15)
"""The spacing for curves, whose spots need more distance than bars, and for step numbers without a word's padding."""
HIGHEST, LONGEST, SHORTEST = 92, 230, 24
"""The length of a bar of 1: across the page; down the page, the maximum and the minimum."""
BAR_WIDTH, BEYOND = 15, 13.5
"""The width of a bar along time, and how far a scale extends beyond the first and last step."""
VALUE_OVER, VALUE_AFTER = 9, 6
BRACKET_OVER, BRACKET_LABEL = 8, 11
WORD_HEIGHT, WORD_PADDING = 23, 7
MOST_LINES, BETWEEN_LABELS = 5, 8
"""The most grid lines on a logarithmic scale, and the distance between their labels."""
STEP = gettext("step")
UNDER_SMALL = gettext("each under %(number)s", number=text_of(SMALL, 3))


def _fitted(comparison: Comparison, room: float) -> tuple[Shape, ...]:
    """Lay out the chart with time running down, with bars as long as fit; if necessary, stack the layers."""
    axis = DOWN_CHART if comparison.words else DOWN_NUMBERS
    names = max(width(run.name, ROW_LABEL) for run in comparison.runs) - 2 * axis.band_padding[1]
    for is_stacked in (False, True) if len(comparison.runs) > 1 else (False,):
        columns = 1 if is_stacked else len(comparison.runs)
        longest: float = LONGEST
        shortest = min(LONGEST, max(SHORTEST, names if columns > 1 else 0))
        while True:
            place = placed(_chart(comparison, axis, longest, is_stacked), axis)
            (_, _), (left, right) = place.bounds
            excess = ceil(right - left) + 1 + 2 * MARGIN - room
            if excess <= 0 or longest == shortest:
                break
            longest = max(shortest, longest - excess / columns)
        if excess <= 0:
            break
    return drawn(place).shapes


def _chart(comparison: Comparison, axis: Axis, longest: float, is_stacked: bool = False) -> Flow:
    """Build the chart: the steps, and along them the layers, side by side or stacked along time."""
    flow = Flow()
    track = flow.track("steps")
    for number, run in axis.reading_order(list(enumerate(comparison.runs))):
        start = number * (comparison.steps + 2) if is_stacked else 0
        if is_stacked or not flow.items:
            _steps(flow, comparison, track, start, f"layer{number}-" if start else "")
        layers = flow.track("layers" if is_stacked else f"layer{number}")
        _layer(flow, comparison, run, axis, f"layer{number}", layers, start, longest)
    flow.note(Caption("note", comparison.note, "muted", style=NAME))
    return flow


def _steps(flow: Flow, comparison: Comparison, track: str, start: int, prefix: str) -> None:
    """Add the words of the steps, or their numbers below a heading."""
    steps = range(1, comparison.steps + 1)
    items = [flow.put(start + step, track, _step_name(comparison, step, prefix)) for step in steps]
    if not comparison.words:
        flow.label(items, Caption(f"{prefix}steps-label", STEP, "muted", style=NAME))


def _layer(
    flow: Flow, comparison: Comparison, run: Strengths, axis: Axis, name: str, track: str, start: int, longest: float
) -> None:
    """Add a layer's shares at their steps, on a scale along all of them; its band extends behind other layers."""
    steps = range(1, comparison.steps + 1)
    ends = float(start + 1), float(start + comparison.steps)
    heights = {step: longest * comparison.height(run.shares[step - 1]) for step in steps}
    items: list[Item] = []
    if comparison.is_log:
        items.append(flow.put(ends, track, _scale(comparison, name, longest)))
        for place, (above, group) in enumerate(groupby(steps, lambda step: run.shares[step - 1] > 0)):
            connected = list(group)
            if above and len(connected) > 1:
                span = float(start + connected[0]), float(start + connected[-1])
                line = _line(f"{name}-line-{place}", [heights[step] for step in connected])
                items.append(flow.put(span, track, line))
        for step, height in heights.items():
            spot = _spot(f"{name}-step-{step}", step, height, is_none=run.shares[step - 1] == 0)
            items.append(flow.put(start + step, track, spot))
    else:
        groups = _too_small(comparison, run, axis)
        for place, small in enumerate(groups, start=1):
            span = float(start + small[0]), float(start + small[-1])
            items.append(flow.put(span, track, _together(f"{name}-small-{place}")))
        hidden = {step for small in groups for step in small}
        items.append(flow.put(ends, track, _base(f"{name}-base")))
        for step, height in heights.items():
            share = run.shares[step - 1]
            text = "" if step in hidden else text_of(share, 2) if axis.across else _exactly(share)
            items.append(flow.put(start + step, track, _bar(f"{name}-step-{step}", step, height, text)))
    flow.band(
        f"{name}-lane", items, Caption(f"{name}-label", run.name, argument=f"{name}-units" if run.units else None)
    )


def _too_small(comparison: Comparison, run: Strengths, axis: Axis) -> list[list[int]]:
    """Find runs of neighbouring values that are too small to print, and long enough for a note that says so.

    Down the page, there is space beside each bar for as many decimals as it needs.
    """
    if not axis.across:
        return []
    steps = enumerate(run.shares, start=1)
    groups = [
        [step for step, _ in group]
        for small, group in groupby(steps, lambda step_share: 0 < step_share[1] < SMALL)
        if small
    ]
    pitch = max(_word_width(comparison, step) for step in range(1, comparison.steps + 1)) + axis.slot_gap
    room = width(UNDER_SMALL, NAME)
    return [group for group in groups if len(group) * max(pitch, 2 * BEYOND) >= room]


def _word_width(comparison: Comparison, step: int) -> float:
    if comparison.word(step):
        return width(comparison.said(step), WORD) + 2 * WORD_PADDING
    return width(comparison.said(step), NUMBER)


def _step_name(comparison: Comparison, step: int, prefix: str) -> Draw:
    """Write the word of a step, its number, or that it is padding; down the page, words are right-aligned."""
    text, is_word, wide = comparison.said(step), bool(comparison.word(step)), _word_width(comparison, step)

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        x = at.x - wide / 2 if comparison.words and not axis.across else at.x
        if not is_word:
            name = f"{prefix}number-{step}"
            return [Label(name=name, role="muted", step=step, text=text, at=Point(x, at.y), style=NUMBER)]
        frame = Frame.about(x, at.y, wide, WORD_HEIGHT)
        # No background: this word belongs to nothing else in the picture.
        return [Word(name=f"{prefix}word-{step}", step=step, text=text, frame=frame, style=WORD)]

    return draw


def _base(name: str) -> Draw:
    """Draw the baseline of the bars, slightly longer than all of them."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        main, cross = axis.place(at)
        reach = length / 2 + BEYOND
        return [
            Polyline(name=name, role="rule", points=(axis.point(main - reach, cross), axis.point(main + reach, cross)))
        ]

    return draw


def _bar(name: str, step: int, height: float, text: str) -> Draw:
    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        main, cross = axis.place(at)
        frame = axis.frame((main - BAR_WIDTH / 2, main + BAR_WIDTH / 2), (cross, cross + height))
        where = axis.point(main, cross + height + (VALUE_OVER if axis.across else VALUE_AFTER))
        anchor = "middle" if axis.across else "start"
        at_end = where if text else None
        return [Bar(name=name, role="state", step=step, frame=frame, text=text, at=at_end, anchor=anchor)]

    return draw


def _together(name: str) -> Draw:
    """Add a note that a run of bars is too small to print."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        y, reach = at.y - BRACKET_OVER, (length + BAR_WIDTH) / 2
        bracket = Bracket(name=name, role="muted", start=Point(at.x - reach, y), to=Point(at.x + reach, y))
        over = Point(at.x, y - BRACKET_LABEL)
        return [bracket, Label(name=f"{name}-label", role="muted", text=UNDER_SMALL, at=over)]

    return draw


def _scale(comparison: Comparison, name: str, longest: float) -> Draw:
    """Draw the lines of powers of ten: all of them, or as many as fit."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        main, cross = axis.place(at)
        reach, least = length / 2 + BEYOND, comparison.least
        exponents = [-exponent for exponent in range(0, -least + 1, ceil(-least / MOST_LINES))]
        if not axis.across and longest * exponents[1] / least < labels_width(exponents) + BETWEEN_LABELS:
            exponents = [0, least]
        levels = {exponent: cross + longest * comparison.height(10.0**exponent) for exponent in exponents}
        decades = [
            Decade(exponent, axis.point(main - reach, level), axis.point(main + reach, level))
            for exponent, level in levels.items()
        ]
        return [Scale(name=f"{name}-scale", decades=tuple(decades))]

    return draw


def _line(name: str, heights: Sequence[float]) -> Draw:
    """Connect values at consecutive steps."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        main, cross = axis.place(at)
        pitch = length / (len(heights) - 1)
        points = [axis.point(main - length / 2 + place * pitch, cross + height) for place, height in enumerate(heights)]
        return [Polyline(name=name, role="state", points=tuple(points))]

    return draw


def _spot(name: str, step: int, height: float, *, is_none: bool) -> Draw:
    """Mark a share; zero is written as text, since it is off a logarithmic scale."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        main, cross = axis.place(at)
        where = axis.point(main, cross + (NUMBER.size / 2 if is_none and axis.across else height))
        return [Spot(name=name, role="state", step=step, at=where, text="0" if is_none else "")]

    return draw


def _description(comparison: Comparison) -> Description:
    """Describe the comparison, the result and the method, with a table row for each step."""
    values = {
        "layers": Listing(*(run.name for run in comparison.runs)),
        "steps": ngettext("%(num)s time step", "%(num)s time steps", comparison.steps),
    }
    compared = gettext("How much each step still moves the last state of %(layers)s, over %(steps)s.", **values)
    if comparison.words:
        compared = gettext("How much each word still moves the last state of %(layers)s, over %(steps)s.", **values)
    strongest = (
        gettext(
            "In %(layer)s, the value of the strongest step is %(number)s.",
            layer=run.name,
            number=known(text_of(run.most, 3), comparison.steps),
        )
        for run in comparison.runs
    )
    text = Paragraph(
        gettext(
            "The last state of a layer is differentiated exactly with respect to the input of each step, by the "
            "chain rule through every step in between."
        ),
        gettext(
            "The chart shows how far, at most, a small change in the input moves the last state (the largest "
            "singular value of the derivative), divided by the value of the strongest step."
        ),
        *strongest,
        comparison.weights_said,
        comparison.note,
    )
    heads = [pgettext("in a table", "time step"), *(run.name for run in comparison.runs)]
    if comparison.words:
        heads.insert(1, pgettext("in a table", "word"))
    rows = []
    for step in range(1, comparison.steps + 1):
        word = [comparison.said(step)] if comparison.words else []
        rows.append(
            TableRow.of(str(step), *word, *(_exactly(run.shares[step - 1]) for run in comparison.runs), step=step)
        )
    return Description(
        alt=Paragraph(compared, *(known(_most(run), comparison.steps, "ink") for run in comparison.runs)),
        text=text,
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(rows),
    )


def _most(run: Strengths) -> str:
    if run.most == 0:
        return gettext("In %(layer)s, no step moves it.", layer=run.name)
    return gettext(
        "In %(layer)s, step %(step)s moves it most, and step 1 moves it %(share)s times as much.",
        layer=run.name,
        step=run.shares.index(1.0) + 1,
        share=_exactly(run.shares[0]),
    )
