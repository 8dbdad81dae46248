"""Position encodings: their numbers, their waves, and how similar they make places to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import atan2, log, tau
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import MOST_NUMBERS, Array, Illustrative, Weights, opened, read_only
from ..description import STAGE, Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Item, Slot
from ..flow.group import in_column
from ..fonts import NAME, NUMBER_IN_TABLE, width
from ..geometry import Frame, Point
from ..i18n import Listing, Message, Number, Paragraph, counted, gettext, known, ngettext, numbers, pgettext, text_of
from ..layers.core import Embedding, RowsAdded
from ..layers.layer import Layer
from ..layers.normalization import Rescaling
from ..layout import wrapped
from ..model import Argument, CodeArray, Model, Node
from ..numbers.embedding import waves_at
from ..picture import Picture, in_two_forms, laid_anew
from ..shapes.cells import LEFT_OUT, Vector
from ..shapes.plots import CurveDot, Line, Polyline, Share
from ..shapes.shape import Shape
from ..shapes.text import Label
from .counts import size_argument
from .refusals import choose, refused
from .things import LARGE_NUMBER, label, room

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
ROW, APART, PADDING = 28, 3, 3
"""The height of a row, its distance to the next beyond the background of the place, and that background's padding."""
DOT, ZERO_OVER = 5.5, 5
"""The size of the dots on waves, and how far the zero lines extend above and below the rows."""
ENDS = 14
"""How far a wave is drawn beyond the first and last place."""


@dataclass(frozen=True)
class WaveForm:
    """The sizes of one layout: the numbers shown for a place, the amplitude of waves, the bar for a similarity of 1."""

    most_units: int
    reach: float
    waves_apart: float
    bar: float


WIDE = (WaveForm(6, 32, 96, 132), WaveForm(5, 32, 96, 132))
NARROW = (WaveForm(6, 22, 56, 76), WaveForm(5, 22, 56, 62), WaveForm(4, 20, 50, 48), WaveForm(3, 20, 50, 40))
"""From the largest to the smallest; the first that fits is used."""


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
    found = _found(source, units, base, layer, weights)
    count, length = found.values.shape
    if place is not None and (isinstance(place, bool) or place not in range(count)):
        raise PictureError(f"there is no place {place!r}: there are {counted(count, 'place')}, counted from 0")
    if waves is not None:
        named = all(not isinstance(each, bool) and each in range(1, length + 1) for each in waves)
        if not named or not 1 <= len(set(waves)) == len(waves) <= 2:
            raise PictureError(
                f"waves can name one or two of a place’s {counted(length, 'number')}, counted from 1, not {waves!r}"
            )
    chosen = found.own_waves if waves is None else tuple(each - 1 for each in waves)
    at = (min(count, MOST_PLACES) - 1) // 2 if place is None else place
    return _picture(Places(found, at, chosen), isinstance(source, Illustrative))


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
    found: Array = np.sqrt((steps**2).mean(axis=0)) / np.where(spread > 0, spread, np.inf) if len(steps) else spread
    return found


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
        return Found(values, found := base_of(values), _tied(source, values, found))
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
        return Found(read_only(waves_at(np.arange(source), units, base)), float(base))
    return Found(values := _rows(opened(source)), base_of(values))


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
    found, left = {}, list(source.sizes)
    for name, wanted in zip(("places", "units"), values.shape, strict=True):
        argument = next((each for each in left if each.value == wanted), None)
        if argument is not None:
            left.remove(argument)
            found[name] = replace(argument, name=name)
    argument = next((each for each in source.numbers if base is not None and each.value == base), None)
    return found if argument is None else {**found, "base": replace(argument, name="base")}


def _rows(values: ArrayLike) -> Array:
    """Check that values are rows of numbers; if there is a batch axis, take one sample."""
    found = read_only(values)
    if found.ndim == 3 and len(found) == 1:
        found = found[0]
    if found.ndim != 2 or not found.size or not np.isfinite(found).all():
        raise PictureError(
            "positions must be finite numbers (places, units), a row for each place, not an array of shape "
            f"{found.shape}"
        )
    return found


def _of_model(
    model: Model, layer: int | str | None, weights: Sequence[Weights] | None
) -> tuple[Array, dict[str, Argument]]:
    """Find the encodings a model adds to words, or the table of an Embedding, and its size in the code."""
    added = [node for node in model.first_uses if _adds_positions(node.layer)]
    tables = [node for node in model.first_uses if isinstance(node.layer, Embedding)]
    candidates: list[Node] = [*added, *tables] if layer is not None or not added else added
    names = [[name for name in (node.layer.name, node.layer.name_in_code) if name] for node in candidates]
    node = candidates[choose(model, names, layer, "position layer", "an Embedding, or an array that is added")]
    if isinstance(node.layer, Rescaling):
        values = _rows(cast("ArrayLike", node.layer.offset))
        return values, _sizes(model, node, values)
    given = model.weights if weights is None else weights
    own = None if given is None else given[node.place]
    if own is None:
        raise refused(
            model,
            node,
            f"{node.calls[0].text} has no weights yet, so its positions are unknown: set them in the code, or pass "
            "them as an array",
        )
    values = _rows(node.layer.table_rows(own) if isinstance(node.layer, RowsAdded) else own["embeddings"])
    return values, _sizes(model, node, values)


def _sizes(model: Model, node: Node, values: Array) -> dict[str, Argument]:
    """Find the number of places and units in the code: at the table, or at what it is added to."""
    steps = [each.call.argument("time_steps") for each in model.entries if each.call]
    above = [size_argument(model.nodes[each.node]) for each in node.inputs if each.node is not None]
    said = {
        "places": [node.calls[0].argument("input_dim"), *steps],
        "units": [node.calls[0].argument("output_dim"), *above],
    }
    found = {}
    for (name, arguments), wanted in zip(said.items(), values.shape, strict=True):
        argument = next((each for each in arguments if each is not None and each.value == wanted), None)
        if argument is not None:
            found[name] = argument
    return found


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
        lengths = np.linalg.norm(self.values, axis=1)
        products = self.values @ self.values[self.place]
        own = lengths[self.place]
        return [
            None if not length * own else 1.0 if at == self.place else float(np.clip(product / length / own, -1, 1))
            for at, (product, length) in enumerate(zip(products, lengths, strict=True))
        ]

    @cached_property
    def nearest(self) -> list[int]:
        """The places most similar to the selected one, excluding itself."""
        others = {
            at: round(cosine, DECIMALS)
            for at, cosine in enumerate(self.likeness)
            if cosine is not None and at != self.place
        }
        return [at for at, cosine in others.items() if cosine == max(others.values())]

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

    def columns(self, most: int) -> list[int | None]:
        """The indices of a place's numbers that are shown; None stands for those left out."""
        length = self.values.shape[1]
        return [*range(length)] if length <= most else [*range(most - 2), None, length - 1]


@laid_anew
def _picture(places: Places, is_invented: bool) -> Picture:
    """Draw the numbers, waves and similarities side by side or, in the narrow layout, the numbers above the rest."""
    description = _description(places)
    wide = (_form(places, form, ("numbers", "waves", "likeness")) for form in WIDE)
    narrow = (_form(places, form, ("numbers",), ("waves", "likeness")) for form in NARROW)
    said = places.found.arguments
    return in_two_forms(wide, narrow, description, step_called=STAGE, arguments=said, illustrative=is_invented)


AXIS = replace(DOWN, cell=(CELL, ROW), band_padding=(PADDING, 8), slot_gap=APART)
PARTS_APART = 48
LOW_ROWS_APART = 5
"""The extra distance between rows without numbers."""


def _form(places: Places, form: WaveForm, *groups: Sequence[str]) -> tuple[Shape, ...]:
    """Lay out groups of parts side by side, one group below the other."""
    tables = [Table(places, form, "waves-" if number else "").flow(parts) for number, parts in enumerate(groups)]
    return in_column(tables, AXIS, PARTS_APART)


@dataclass(frozen=True, eq=False)
class Table:
    """The rows of places, with some of the three parts."""

    places: Places
    form: WaveForm
    prefix: str = ""
    """The prefix of names for rows, backgrounds and headers that occur in both parts of the narrow layout."""

    @cached_property
    def cell(self) -> float:
        """The width of a number, which fits all that are drawn."""
        columns = [column for column in self.places.columns(self.form.most_units) if column is not None]
        values = self.places.values[self.places.shown[0] : self.places.shown[-1] + 1, columns]
        texts = [text_of(value, self.places.decimals) for value in values.ravel().tolist()]
        return max(CELL, *(width(text, LARGE_NUMBER) + IN_CELL for text in texts))

    def flow(self, parts: Sequence[str]) -> Flow:
        """Put a row for each place on the tracks for its name and the parts, below headers."""
        places, shown, flow = (
            self.places,
            self.places.shown,
            Flow(slot_room=0 if "numbers" in parts else LOW_ROWS_APART),
        )
        named = flow.track("places")
        tracks = {
            part: flow.track(part, BEFORE_WAVES if part != "numbers" and part != parts[0] else 0) for part in parts
        }
        bold = NAME.bold()
        places_head = label(
            f"{self.prefix}place-head", gettext("place"), "ink", bold, argument=self._argument("places")
        )
        flow.put(0, named, places_head, loose=True)
        heads = {
            "numbers": (self._numbers_title, self._columns),
            "waves": (self._waves_title, self._waves_names),
            "likeness": self._likeness_titles,
        }
        for part, track in tracks.items():
            for slot, head in enumerate(heads[part], start=1 - len(heads[part])):
                flow.put(slot, track, head, loose=True)
        flow.put(0.5, named, room)
        chosen: list[Item] = []
        for slot, at in enumerate(shown, start=1):
            is_chosen = at == places.place
            style, role = (bold, "ink") if is_chosen else (NAME, "muted")
            row = [
                flow.put(
                    slot,
                    named,
                    label(f"{self.prefix}place-{at}", str(at), role, style.sized(14)),
                    solid=True,
                )
            ]
            if "numbers" in tracks:
                row.append(flow.put(slot, tracks["numbers"], self._numbers(at)))
            if "likeness" in tracks:
                row.append(flow.put(slot, tracks["likeness"], self._likeness(at), solid=True))
            chosen = row if is_chosen else chosen
        flow.band(f"{self.prefix}chosen", chosen)
        if "waves" in tracks:
            span: Slot = (1, len(shown)) if len(shown) > 1 else 1
            flow.put(span, tracks["waves"], self._waves())
        left_out = len(places.values) - len(shown)
        if left_out and "likeness" in parts:
            more = ngettext("%(num)s more place", "%(num)s more places", left_out)
            flow.note(Caption("more", more, "muted", style=NAME))
        return flow

    @property
    def _numbers_title(self) -> Draw:
        count = self.places.values.shape[1]
        text = ngettext("its %(num)s number", "its %(num)s numbers", count)
        return label("numbers-head", text, "ink", NAME.bold(), argument=self._argument("units"))

    @property
    def _waves_title(self) -> Draw:
        return label("waves-head", gettext("as waves"), "ink", NAME.bold(), argument=self._argument("base"))

    def _argument(self, name: str) -> str | None:
        """Return the argument that governs a part, if the code sets it."""
        return name if name in self.places.found.arguments else None

    @property
    def _likeness_titles(self) -> tuple[Draw, ...]:
        """The title of the bars, on one line or two."""
        text, style = gettext("how alike place %(place)s is", place=self.places.place), NAME.bold()
        lines = wrapped(text, style, self.form.bar + AFTER_BAR)[-2:]
        names = [f"likeness-head-{number}" for number in range(1, len(lines) + 1)]
        return tuple(label(name, line, "ink", style, begin=self._zero) for name, line in zip(names, lines, strict=True))

    @property
    def _columns(self) -> Draw:
        columns = self.places.columns(self.form.most_units)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            left = at.x - self.cell * (len(columns) - 1) / 2
            found = []
            for number, column in enumerate(columns):
                is_wave = column in self.places.waves
                text = LEFT_OUT if column is None else str(column + 1)
                style, role = (NAME.bold(), "ink") if is_wave else (NAME, "muted")
                place = Point(left + number * self.cell, at.y)
                found.append(Label(name=f"column-{number + 1}", role=role, text=text, at=place, style=style))
            return found

        return draw

    @property
    def _waves_names(self) -> Draw:
        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            return [
                Label(name=f"wave-{number}-head", role="ink", text=name, at=Point(at.x + off, at.y), style=NAME)
                for number, (name, off) in enumerate(zip(self.places.names, self._offs, strict=True), start=1)
            ]

        return draw

    @property
    def _offs(self) -> list[float]:
        """The offsets of the waves from the centre."""
        count = len(self.places.waves)
        return [(number - (count - 1) / 2) * self.form.waves_apart for number in range(count)]

    def _numbers(self, at: int) -> Draw:
        values, columns = self.places.values[at], self.places.columns(self.form.most_units)
        printed = tuple(
            LEFT_OUT if column is None else text_of(float(values[column]), self.places.decimals) for column in columns
        )
        heat = tuple(0.0 if column is None else float(values[column]) / self.places.largest for column in columns)

        def draw(axis: Axis, middle: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(middle.x, middle.y, self.cell * len(printed), ROW)
            name = f"numbers-{at}"
            step = self.places.step(at)
            return [Vector(name=name, role="ink", step=step, frame=frame, cells=printed, heat=heat, style=LARGE_NUMBER)]

        return draw

    def _waves(self) -> Draw:
        """Draw each wave around its zero line, with a dot at each place; curved if values in between are known."""
        places, shown = self.places, self.places.shown

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            pitch, top = length / max(len(shown) - 1, 1), at.y - length / 2
            found: list[Shape] = []

            def points(off: float, values: Sequence[float], downs: Sequence[float]) -> tuple[Point, ...]:
                reach = self.form.reach / places.largest
                return tuple(
                    Point(at.x + off + reach * value, top + down) for value, down in zip(values, downs, strict=True)
                )

            for number, (wave, off) in enumerate(zip(places.waves, self._offs, strict=True), start=1):
                ends = top - ROW / 2 - ZERO_OVER, top + length + ROW / 2 + ZERO_OVER
                zero = Point(at.x + off, ends[0]), Point(at.x + off, ends[1])
                found.append(Line(name=f"wave-{number}-zero", start=zero[0], to=zero[1]))
                downs = [place * pitch for place in range(len(shown))]
                values: list[float] = places.values[shown[0] : shown[-1] + 1, wave].tolist()
                line = points(off, values, downs)
                if places.found.base is not None:
                    fine = np.linspace(-ENDS, length + ENDS, SAMPLES * (len(shown) + 1))
                    between = waves_at(shown[0] + fine / (pitch or ROW), places.values.shape[1], places.found.base)
                    line = points(off, between[:, wave].tolist(), fine.tolist())
                if len(line) > 1:
                    found.append(Polyline(name=f"wave-{number}", role="flow", points=line))
                for place, value, spot in zip(shown, values, points(off, values, downs), strict=True):
                    name = f"wave-{number}-{place}"
                    step, heat = places.step(place), value / places.largest
                    found.append(CurveDot(name=name, role="ink", step=step, at=spot, radius=DOT, heat=heat))
            return found

        return draw

    @property
    def _lowest(self) -> float:
        """The smallest similarity drawn, or 0."""
        return min(0.0, *(self.places.likeness[at] or 0.0 for at in self.places.shown), 0.0)

    @property
    def _zero(self) -> float:
        """Where bars start, relative to the centre of their column."""
        return -(self.form.bar * (1 - self._lowest) + AFTER_BAR) / 2 - self.form.bar * self._lowest

    def _likeness(self, at: int) -> Draw:
        """Draw a similarity as a bar, to the left if it is negative."""
        cosine, places = self.places.likeness[at], self.places
        bold = at == places.place or at in places.nearest
        style = NUMBER_IN_TABLE.bold() if bold else NUMBER_IN_TABLE

        def draw(axis: Axis, middle: Point, length: float) -> Sequence[Shape]:
            frame = Frame(middle.x + self._zero, middle.y - BAR_HIGH / 2, self.form.bar, BAR_HIGH)
            end = Point(frame.left + max(cosine or 0, 0) * frame.width + TO_NUMBER, middle.y)
            text = gettext("none") if cosine is None else text_of(cosine, DECIMALS)
            name, step = f"likeness-{at}", places.step(at)
            number = Label(name=f"{name}-number", role="ink", step=step, text=text, at=end, style=style, anchor="start")
            if cosine is None:
                return [number]
            return [
                Share(name=name, role="flow", step=step, frame=frame, share=cosine, text="", is_toned=True),
                number,
            ]

        return draw


def _description(places: Places) -> Description:
    """Describe how the numbers arise and how similar places are, with all of it in a table."""
    count, length = places.values.shape
    values = {"count": count, "units": length, "place": places.place}
    shape = (
        gettext("Sinusoidal positions: %(count)s places of %(units)s numbers each.", **values)
        if places.found.base
        else gettext("Positions: %(count)s places of %(units)s numbers each.", **values)
    )
    alt = [shape]
    if places.nearest:
        most = ngettext(
            "Place %(others)s is most like place %(place)s, with a cosine of %(cosine)s.",
            "Places %(others)s are most like place %(place)s, with a cosine of %(cosine)s.",
            len(places.nearest),
            place=places.place,
            others=Listing(*map(str, places.nearest)),
            cosine=known(text_of(places.likeness[places.nearest[0]] or 0.0, DECIMALS), len(places.shown), "ink"),
        )
        alt.append(most)
    text = [gettext("Each row has the numbers of one place; they are added to the vector of the word at that place.")]
    if places.found.base:
        text.append(
            gettext(
                "The numbers are pairs of sines and cosines. From one place to the next, the first pair turns by "
                "1 radian, the others by less and less, with the base %(base)s.",
                base=Number(f"{places.found.base:g}"),
            )
        )
    text.append(gettext("The closer the cosine of their numbers is to 1, the more alike two places are."))
    in_table = length if length <= MOST_IN_TABLE else WIDE[0].most_units
    columns = [column for column in places.columns(in_table) if column is not None]
    heads = [
        pgettext("in a table", "place"),
        *(str(column + 1) for column in columns),
        gettext("how alike place %(place)s is", place=places.place),
    ]
    rows = [
        TableRow.of(
            str(at),
            *(numbers([places.values[at, column]], places.decimals) for column in columns),
            "" if (cosine := places.likeness[at]) is None else numbers([cosine], DECIMALS),
            step=places.step(at),
        )
        for at in (range(count) if count <= MOST_IN_TABLE else places.shown)
    ]
    return Description(
        alt=Paragraph(*alt),
        text=Paragraph(*text),
        steps=tuple(_step(places, at) for at in places.shown),
        columns=(TableColumn(heads[0]), *(TableColumn(head, "ink") for head in heads[1:])),
        rows=tuple(rows),
    )


def _step(places: Places, at: int) -> Message:
    """Describe a place: its numbers, and how similar it is to the selected one."""
    cosine = places.likeness[at]
    said = {
        "place": at,
        "numbers": known(numbers(places.values[at].tolist(), places.decimals), places.step(at), "ink"),
        "other": places.place,
    }
    if at == places.place or cosine is None:
        return gettext("Place %(place)s has the numbers %(numbers)s.", **said)
    return gettext(
        "Place %(place)s has the numbers %(numbers)s. Its cosine with place %(other)s is %(cosine)s.",
        cosine=known(text_of(cosine, DECIMALS), places.step(at), "ink"),
        **said,
    )
