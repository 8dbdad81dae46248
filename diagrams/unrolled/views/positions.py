"""Position encodings: their numbers, their waves, and how similar they make places to each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from math import atan2, copysign, log, tau
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import MOST_NUMBERS, Array, Illustrative, Weights, opened, read_only
from ..description import STAGE, Description, TextColumn
from ..errors import PictureError
from ..flow.axis import DOWN
from ..flow.description import Caption, Flow
from ..flow.drawing import laid
from ..flow.group import in_column
from ..flow.table import Table
from ..fonts import NAME, NUMBER_IN_TABLE, width
from ..geometry import Frame, Point
from ..i18n import (
    LEFT_OUT,
    Fields,
    Listing,
    Message,
    Number,
    Paragraph,
    counted,
    gettext,
    known,
    ngettext,
    numbers,
    pgettext,
    text_of,
)
from ..layers.core import Embedding, RowsAdded
from ..layers.layer import Layer
from ..layers.normalization import Rescaling
from ..layout import wrapped
from ..measures import Measures, measures
from ..model import Argument, CodeArray, Model, Node
from ..numbers.embedding import waves_at
from ..picture import Picture, in_two_forms, laid_anew
from ..recorded.arrays import call_numbers, named, record
from ..sample import Sample
from ..shapes.plots import CurveDot, Line, Polyline, Share
from ..shapes.shape import Shape, Shapes
from .counts import size_argument
from .pieces import BOLD, LARGE_NUMBER, heading, spread, text, vector
from .refusals import choose_layer, is_whole, refused

BASE = 10_000
"""The base used in the paper."""
MOST_PLACES, MOST_IN_TABLE = 10, 64
"""The most places drawn, and the most places and numbers per place in the table."""
DECIMALS = 2
PERIODS = 3
"""The slow wave is the one with a period closest to this multiple of the number of places."""
FINE = 0.5
"""If no number is larger than this, two decimals are printed."""
CELL, IN_CELL = 36.0, 9
"""The minimum width of a cell, and the padding around its number."""
SAMPLES = 12
"""The number of curve points from place to place."""
BEFORE_WAVES = 22
BAR_HIGH, AFTER_BAR, TO_NUMBER = 20, 38, 8
"""The height of similarity bars, the space to the right of a bar of 1, and from a bar to its number."""
ROW, APART, LOW_ROWS_APART, PADDING = 28, 3, 8, 3
"""The height of a row, its distance to the next, with numbers and without, and the padding of a background."""
DOT, ZERO_OVER, ENDS = 5.5, 5, 14
"""The size of dots on waves, how far zero lines extend beyond the rows, and how far waves beyond the last places."""
PARTS_APART = 48
AXIS = replace(DOWN, cell=(CELL, ROW), band_padding=(PADDING, 8), slot_gap=APART)
WIDE = measures(numbers=[6, 5], reach=32, apart=96, bar=132)
NARROW = measures(numbers=[6, 5, 4, 3], reach=[22, 22, 20], apart=[56, 56, 50], bar=[76, 62, 48, 40])
BESIDE, ABOVE = ("place", "numbers", "waves", "likeness"), (("place", "numbers"), ("place", "waves", "likeness"))
"""The columns of the wide layout, and those of both tables in the narrow one."""


@laid_anew
def positions(
    source: int | ArrayLike | Illustrative | CodeArray | Model = 8,
    units: int = 6,
    *,
    base: float = BASE,
    place: int | None = None,
    waves: Sequence[int] | None = None,
    layer: int | str | None = None,
    weights: Sequence[Weights] | None = None,
) -> Picture:
    """Draw position encodings: a row for each place, two of the numbers as waves, and how similar places are.

    An integer creates this many sinusoidal encodings with `units` numbers. Number 2i of a place is sin(place / base^(2i
    / units)), and number 2i + 1 the cosine of the same, with i from 0 (Vaswani et al., Attention Is All You Need, 2017,
    section 3.5, with base 10000). An array (places, units) is drawn as given, for example one from `read_array`. For a
    model, the picture shows what its code adds to words, as in `words + waves`, or otherwise the weights of an
    Embedding; `layer` selects a layer by number, from 1, or by name.

    `place` is the place, from 0, that the others are compared to, by the cosine similarity of their numbers. `waves`
    selects the two numbers, from 1, that are drawn as waves; the default is a fast one and a slow one.

    >>> positions(8, 6, base=50)
    """
    encoding = _found(source, units, base, layer, weights)
    count, length = encoding.values.shape
    if place is not None and not is_whole(place, 0, count - 1):
        raise PictureError(f"there is no place {place!r}: there are {counted(count, 'place')}, counted from 0")
    if waves is not None:
        named = all(is_whole(wave, 1, length) for wave in waves)
        if not named or not 1 <= len(set(waves)) == len(waves) <= 2:
            raise PictureError(
                f"waves can name one or two of a place’s {counted(length, 'number')}, counted from 1, not {waves!r}"
            )
    chosen = encoding.own_waves if waves is None else tuple(wave - 1 for wave in waves)
    at = (min(count, MOST_PLACES) - 1) // 2 if place is None else place
    places = Places(encoding, at, chosen)
    return in_two_forms(
        (laid(places.flow(BESIDE, sizes), AXIS).shapes for sizes in WIDE),
        map(places.stacked, NARROW),
        places.description,
        step_called=STAGE,
        arguments=encoding.arguments,
        illustrative=isinstance(source, Illustrative),
    )


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Found:
    """Position encodings (places, units), and their base if they are sinusoidal."""

    values: Array
    base: float | None = None
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    """The positions in the code of the number of places, the units, and the base."""

    @property
    def own_waves(self) -> tuple[int, ...]:
        """Choose the indices of two numbers: one that changes quickly from place to place, and a slow one."""
        count, length = self.values.shape
        if length == 1:
            return (0,)
        count = min(count, MOST_PLACES)
        if self.base is not None:
            lengths = [tau * self.base ** (pair / length) for pair in range(0, length, 2)]
            slow = min(range(1, len(lengths)), key=lambda at: abs(log(lengths[at] / (PERIODS * count))), default=0)
            return (0, 2 * slow if slow else 1)
        rough = roughness(self.values)
        return int(rough.argmax()), int(rough.argmin())


def roughness(values: Array) -> Array:
    """Measure how much each number changes from place to place, relative to its overall variation."""
    steps, spread = np.diff(values, axis=0), values.std(axis=0)
    changes: Array = np.sqrt((steps**2).mean(axis=0)) / np.where(spread > 0, spread, np.inf) if len(steps) else spread
    return changes


def _found(
    source: int | ArrayLike | Illustrative | CodeArray | Model,
    units: int,
    base: float,
    layer: int | str | None,
    weights: Sequence[Weights] | None,
) -> Found:
    if isinstance(source, Model):
        values, arguments = _of_model(source, layer, weights)
        return Found(values, base_of(values), arguments)
    if isinstance(source, CodeArray):
        values = _rows(source.values)
        fitted_base = base_of(values)
        arguments = _tied(source, values, fitted_base)
        if fitted_base is not None:
            waves = _waves(len(values), values.shape[1], fitted_base)
            values = waves if np.allclose(waves, values, rtol=0, atol=1e-9) else values
        return Found(values, fitted_base, arguments)
    if isinstance(source, int) and not isinstance(source, bool):
        if source < 1 or isinstance(units, bool) or not isinstance(units, int) or units < 2 or units % 2:
            raise PictureError(
                "sinusoidal positions need at least 1 place, and an even number of units, a sine and a cosine each: "
                f"not {source!r} places of {units!r} units"
            )
        if source * units > MOST_NUMBERS:
            raise PictureError(
                f"{source:,} places of {units:,} numbers exceed the limit of {MOST_NUMBERS:,} numbers: use fewer"
            )
        if isinstance(base, bool) or not isinstance(base, int | float) or not base > 1:
            raise PictureError(
                f"the base of sinusoidal positions must be a number above 1, such as 10000, not {base!r}"
            )
        return Found(_waves(source, units, base), float(base))
    return Found(values := _rows(opened(source)), base_of(values))


def _waves(count: int, units: int, base: float) -> Array:
    """Compute the encodings of the first places, recorded."""
    places = record(np.arange(count), "place", gettext("place"))
    call_numbers(places, lambda symbol, at: gettext("place %(place)s", place=at[0]))
    waves: Array = named("position", waves_at(places, units, base), gettext("position"))
    call_numbers(waves, _called)
    return waves


def _at_place(place: int | None, symbol: str, at: tuple[int, ...]) -> str:
    return gettext("%(name)s, place %(places)s", name=symbol, places=at[0] if place is None else place)


def _called(symbol: str, at: tuple[int, ...]) -> str:
    return gettext("number %(number)s of place %(place)s", number=at[1] + 1, place=at[0])


def base_of(values: Array) -> float | None:
    """Find the base of sinusoidal encodings; None if they aren't sinusoidal, or too short to tell."""
    count, units = values.shape
    if units < 4 or units % 2 or count < 2:
        return None
    # The angle between consecutive places in the second pair: base^(-2/units)
    angle = atan2(values[1, 2], values[1, 3])
    if not 0 < angle < 1:
        return None
    for digits in (3, 5, 8):
        base = float(f"{angle ** (-units / 2):.{digits}g}")
        if base > 1 and np.allclose(values, waves_at(np.arange(count), units, base), rtol=0, atol=1e-4):
            return base
    return None


def _tied(source: CodeArray, values: Array, base: float | None) -> dict[str, Argument]:
    """Find the numbers in the code for an array's places, units and base."""
    arguments, sizes = {}, list(source.sizes)
    for name, wanted in zip(("places", "units"), values.shape, strict=True):
        argument = next((size for size in sizes if size.value == wanted), None)
        if argument is not None:
            sizes.remove(argument)
            arguments[name] = replace(argument, name=name)
    argument = next((number for number in source.numbers if base is not None and number.value == base), None)
    return arguments if argument is None else {**arguments, "base": replace(argument, name="base")}


def _rows(values: ArrayLike) -> Array:
    """Check that values are rows of numbers; if there is a batch axis, take one sample."""
    rows = read_only(values)
    if rows.ndim == 3 and len(rows) == 1:
        rows = rows[0]
    if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
        raise PictureError(
            "positions must be finite numbers (places, units), a row for each place, not an array of shape "
            f"{rows.shape}"
        )
    return rows


def _of_model(
    model: Model, layer: int | str | None, weights: Sequence[Weights] | None
) -> tuple[Array, dict[str, Argument]]:
    """Find the encodings a model adds to words, or the table of an Embedding, and its size in the code."""
    added = [node for node in model.first_uses if _adds_positions(node.layer)]
    tables = [node for node in model.first_uses if isinstance(node.layer, Embedding)]
    candidates: list[Node] = [*added, *tables] if layer is not None or not added else added
    kinds = "an Embedding, or an array that is added"
    node = candidates[choose_layer(model, candidates, layer, "position layer", kinds)]
    if isinstance(node.layer, Rescaling):
        values = _rows(cast("ArrayLike", node.layer.offset))
        return values, _sizes(model, node, values)
    weight_sets = model.weights if weights is None else weights
    table_weights = None if weight_sets is None else weight_sets[node.place]
    if table_weights is None:
        raise refused(
            model,
            node,
            f"{node.calls[0].text} has no weights yet, so its positions are unknown: set them in the code, or pass "
            "them as an array",
        )
    values = _rows(
        node.layer.table_rows(table_weights) if isinstance(node.layer, RowsAdded) else table_weights["embeddings"]
    )
    return values, _sizes(model, node, values)


def _sizes(model: Model, node: Node, values: Array) -> dict[str, Argument]:
    """Find the number of places and units in the code: at the table, or at what it is added to."""
    steps = [entry.call.argument("time_steps") for entry in model.entries if entry.call]
    above = [size_argument(model.nodes[tensor.node]) for tensor in node.inputs if tensor.node is not None]
    candidates = {
        "places": [node.calls[0].argument("input_dim"), *steps],
        "units": [node.calls[0].argument("output_dim"), *above],
    }
    sizes = {}
    for (name, arguments), wanted in zip(candidates.items(), values.shape, strict=True):
        argument = next(
            (candidate for candidate in arguments if candidate is not None and candidate.value == wanted), None
        )
        if argument is not None:
            sizes[name] = argument
    return sizes


def _adds_positions(layer: Layer) -> bool:
    """Return whether a layer adds rows of numbers that are the same for every sample."""
    rows = layer.rows if isinstance(layer, RowsAdded) else layer.offset if isinstance(layer, Rescaling) else 0.0
    return np.ndim(rows) >= (1 if isinstance(layer, RowsAdded) else 2)


@dataclass(frozen=True, eq=False)
class Places:
    """The encodings that are drawn, the place they are compared to, and the numbers drawn as waves."""

    found: Found
    place: int
    waves: tuple[int, ...]

    @property
    def values(self) -> Array:
        """All encodings (places, units)."""
        return self.found.values

    @cached_property
    def largest(self) -> float:
        """The largest absolute value."""
        return float(abs(self.values).max()) or 1.0

    @property
    def decimals(self) -> int:
        """The number of decimals."""
        return 1 if self.largest >= FINE else 2

    @cached_property
    def likeness(self) -> list[float | None]:
        """The cosine similarity of each place to the selected one; None if all its numbers are 0."""
        lengths = named("length", np.sqrt((self.values**2).sum(axis=1)), gettext("length"))
        products = named("product", self.values @ self.values[self.place], gettext("product"))
        own_length, cosines = lengths[self.place], list[float | None]()
        for array in (lengths, products):
            call_numbers(array, partial(_at_place, None))
        for at, length in enumerate(lengths):
            if not length * own_length:
                cosines.append(None)
                continue
            cosine = named("cosine", products[at] / (length * own_length), gettext("cosine"))
            call_numbers(cosine, partial(_at_place, at))
            is_exact = at == self.place or abs(float(cosine)) > 1  # by rounding
            cosines.append(copysign(1.0, cosine) if is_exact else cosine.tolist())
        return cosines

    @cached_property
    def nearest(self) -> list[int]:
        """The places most similar to the selected one, excluding itself."""
        other_cosines = {
            at: round(cosine, DECIMALS)
            for at, cosine in enumerate(self.likeness)
            if cosine is not None and at != self.place
        }
        return [at for at, cosine in other_cosines.items() if cosine == max(other_cosines.values())]

    @cached_property
    def shown(self) -> range:
        """The places that are drawn: all, or those around the selected one."""
        count = len(self.values)
        if count <= MOST_PLACES:
            return range(count)
        most = MOST_PLACES - 1
        start = min(max(self.place - (most - 1) // 2, 0), count - most)
        return range(start, start + most)

    def step(self, at: int) -> int:
        """Return the stage at which a place appears: one after the other; for one that isn't drawn, the last."""
        return at - self.shown[0] + 1 if at in self.shown else len(self.shown)

    @cached_property
    def names(self) -> list[str]:
        """The names of the waves: their numbers, and their speed if they differ in it."""
        speeds = [self._speed(wave) for wave in self.waves]
        if len(set(speeds)) < 2:
            return [str(wave + 1) for wave in self.waves]
        return [
            gettext("%(number)s, fast", number=wave + 1)
            if speed == max(speeds)
            else gettext("%(number)s, slow", number=wave + 1)
            for wave, speed in zip(self.waves, speeds, strict=True)
        ]

    def _speed(self, wave: int) -> float:
        return -float(wave // 2) if self.found.base else float(roughness(self.values)[wave])

    def columns(self, sizes: Measures) -> Sample:
        """Choose which of a place's numbers are shown."""
        return Sample.ends(self.values.shape[1], sizes.numbers)

    def stacked(self, sizes: Measures) -> tuple[Shape, ...]:
        """Put the waves and similarities below the numbers."""
        flows = [self.flow(names, sizes, prefix) for names, prefix in zip(ABOVE, ("", "waves-"), strict=True)]
        return in_column(flows, AXIS, PARTS_APART)

    def flow(self, names: Sequence[str], sizes: Measures, prefix: str = "") -> Flow:
        """Say below the similarities how many places aren't drawn."""
        flow, left_out = self.table(names, sizes, prefix).flow(), len(self.values) - len(self.shown)
        if left_out and "likeness" in names:
            more = ngettext("%(num)s more place", "%(num)s more places", left_out)
            flow.note(Caption("more", more, "muted", style=NAME))
        return flow

    def table(self, names: Sequence[str], sizes: Measures, prefix: str = "") -> Table:
        """Put a row for each place below the names of its parts, as far as they are drawn."""
        count, length = self.values.shape
        columns, arguments = self.columns(sizes), self.found.arguments
        argument = {name: name if name in arguments else None for name in ("places", "units", "base")}
        values = self.values[np.ix_(self.shown, columns.places)].ravel().tolist()
        texts = [text_of(value, self.decimals) for value in values]
        cell = max(CELL, *(width(printed, LARGE_NUMBER) + IN_CELL for printed in texts))
        lowest = min(0.0, *(self.likeness[at] or 0.0 for at in self.shown), 0.0)
        zero = -(sizes.bar * (1 - lowest) + AFTER_BAR) / 2 - sizes.bar * lowest
        table = Table(
            Sample(count, tuple(self.shown)),
            APART if "numbers" in names else LOW_ROWS_APART,
            names,
            prefix,
            first=0,
            axis=AXIS,
            step=self.step,
            is_even=True,
            is_set_off=True,
            marked=self.place if self.place in self.shown else None,
            mark="chosen",
        )

        @table.column(heading(gettext("place"), argument=argument["places"]), is_solid=True, step=None)
        def place(at: int) -> Shapes:
            style, role = (BOLD, "ink") if at == self.place else (NAME, "muted")
            return text(str(at), role, style.sized(14))

        def column(number: int, at: int | None) -> Shapes:
            style, role = (BOLD, "ink") if at in self.waves else (NAME, "muted")
            return text(LEFT_OUT if at is None else str(at + 1), role, style, name=f"column-{number}")

        heads = spread((column(number, at) for number, at in enumerate(columns.shown, start=1)), cell)

        @table.column(heads, name="numbers")
        def row_of(at: int) -> Shapes:
            row = self.values[at].tolist()
            printed = columns.filled([text_of(value, self.decimals) for value in row], LEFT_OUT)
            heat = columns.filled([value / self.largest for value in row], 0.0)
            return vector(printed, (cell, ROW), role="ink", name=f"numbers-{at}", heat=tuple(heat))

        named = (text(name, "ink", name=f"wave-{at}-head") for at, name in enumerate(self.names, start=1))
        first = next(name for name in names if name != "place")

        @table.along(spread(named, sizes.apart), 0 if first == "waves" else BEFORE_WAVES)
        def waves(length: float) -> Shapes:
            pitch = length / max(len(self.shown) - 1, 1)
            return spread((list(self._wave(number, sizes, pitch)) for number in range(len(self.waves))), sizes.apart)

        lines = wrapped(gettext("how alike place %(place)s is", place=self.place), BOLD, sizes.bar + AFTER_BAR)[-2:]
        titles = [heading(line, name=f"likeness-head-{at}", x=zero, anchor="start") for at, line in enumerate(lines, 1)]

        @table.column(titles[-1], BEFORE_WAVES, is_solid=True)
        def likeness(at: int) -> Shapes:
            """Draw a similarity as a bar, to the left if it is negative."""
            cosine, is_bold = self.likeness[at], at == self.place or at in self.nearest
            end = zero + max(cosine or 0, 0) * sizes.bar + TO_NUMBER
            style = NUMBER_IN_TABLE.bold() if is_bold else NUMBER_IN_TABLE
            number_text = gettext("none") if cosine is None else text_of(cosine, DECIMALS)
            number = text(number_text, "ink", style, name=f"likeness-{at}-number", x=end, anchor="start")
            frame = Frame(zero, -BAR_HIGH / 2, sizes.bar, BAR_HIGH)
            bar = Share(name=f"likeness-{at}", role="heat", frame=frame, share=cosine or 0, text="", is_toned=True)
            return number if cosine is None else [bar, *number]

        numbers_head = ngettext("its %(num)s number", "its %(num)s numbers", length)
        title = {
            "numbers": heading(numbers_head, name="numbers-head", argument=argument["units"]),
            "waves": heading(gettext("as waves"), name="waves-head", argument=argument["base"]),
        }
        table.above = [title | ({"likeness": titles[0]} if len(titles) > 1 else {})]
        return table

    def _wave(self, number: int, sizes: Measures, pitch: float) -> Iterator[Shape]:
        """Draw a wave around its zero line, with a dot at each place; curved if values in between are known."""
        name, wave, base, places = f"wave-{number + 1}", self.waves[number], self.found.base, self.shown
        length = (len(places) - 1) * pitch
        end = length / 2 + ROW / 2 + ZERO_OVER
        yield Line(name=f"{name}-zero", start=Point(0, -end), to=Point(0, end))

        def points(values: Iterable[float], downs: Iterable[float]) -> tuple[Point, ...]:
            reach = sizes.reach / self.largest
            return tuple(Point(reach * value, down - length / 2) for value, down in zip(values, downs, strict=True))

        values = self.values[places[0] : places[-1] + 1, wave].tolist()
        line = spots = points(values, [place * pitch for place in range(len(places))])
        if base is not None:
            fine = np.linspace(-ENDS, length + ENDS, SAMPLES * (len(places) + 1))
            between = waves_at(places[0] + fine / (pitch or ROW), self.values.shape[1], base)
            line = points(between[:, wave].tolist(), fine.tolist())
        if len(line) > 1:
            yield Polyline(name=name, role="flow", points=line)
        for place, value, spot in zip(places, values, spots, strict=True):
            heat, step = value / self.largest, self.step(place)
            yield CurveDot(name=f"{name}-{place}", role="ink", step=step, at=spot, radius=DOT, heat=heat)

    @property
    def description(self) -> Description:
        """Describe how the numbers arise and how similar places are, with all of it in a table."""
        (count, length), base = self.values.shape, self.found.base
        best = self.likeness[self.nearest[0]] if self.nearest else None
        fields = Fields(
            count=count,
            units=length,
            place=self.place,
            others=Listing(*map(str, self.nearest)) if self.nearest else "",
            cosine=known(text_of(best or 0.0, DECIMALS), len(self.shown), "ink"),
            base=Number(f"{base:g}") if base else "",
        )
        most = fields.ngettext(
            "Place %(others)s is most like place %(place)s, with a cosine of %(cosine)s.",
            "Places %(others)s are most like place %(place)s, with a cosine of %(cosine)s.",
            len(self.nearest),
        )
        shape = (
            fields.gettext("Sinusoidal positions: %(count)s places of %(units)s numbers each.")
            if base
            else fields.gettext("Positions: %(count)s places of %(units)s numbers each.")
        )
        columns = Sample.ends(length, length if length <= MOST_IN_TABLE else WIDE[0].numbers).places
        rows = range(count) if count <= MOST_IN_TABLE else self.shown
        steps, alike = [self.step(at) for at in rows], [self.likeness[at] for at in rows]
        return Description.of(
            Paragraph(shape, most) if self.nearest else shape,
            gettext("Each row has the numbers of one place; they are added to the vector of the word at that place."),
            fields.gettext(
                "The numbers are pairs of sines and cosines. From one place to the next, the first pair turns by "
                "1 radian, the others by less and less, with the base %(base)s."
            )
            if base
            else None,
            gettext("The closer the cosine of their numbers is to 1, the more alike two places are."),
            steps=map(self._told, self.shown),
            table=[
                TextColumn(pgettext("in a table", "place"), map(str, rows), steps),
                *(
                    TextColumn(
                        str(at + 1), [numbers([self.values[row, at]], self.decimals) for row in rows], steps, "ink"
                    )
                    for at in columns
                ),
                TextColumn(
                    fields.gettext("how alike place %(place)s is"),
                    ["" if cosine is None else numbers([cosine], DECIMALS) for cosine in alike],
                    steps,
                    "ink",
                ),
            ],
        )

    def _told(self, at: int) -> Message:
        """Describe a place: its numbers, and how similar it is to the selected one."""
        cosine = self.likeness[at]
        fields = Fields(
            place=at,
            numbers=known(numbers(self.values[at].tolist(), self.decimals), self.step(at), "ink"),
            other=self.place,
            cosine=known(text_of(cosine or 0.0, DECIMALS), self.step(at), "ink"),
        )
        if at == self.place or cosine is None:
            return fields.gettext("Place %(place)s has the numbers %(numbers)s.")
        return fields.gettext(
            "Place %(place)s has the numbers %(numbers)s. Its cosine with place %(other)s is %(cosine)s."
        )
