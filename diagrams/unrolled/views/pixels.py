"""A convolution or a pooling over an image: its window at one place, what comes of it there, and at all places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, Weights, read_only
from ..description import STAGE, Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Wire
from ..flow.drawing import laid
from ..flow.group import grouped
from ..fonts import NAME, NUMBER, width
from ..geometry import Frame, Point
from ..i18n import Paragraph, PrintedNumbers, Spaced, Together, gettext, pgettext
from ..layers.convolution import Conv2D, MaxPooling2D, Pooling, Windowed
from ..layers.layer import Layer, Trace
from ..layout import first_that_fits, snug_box
from ..model import Model, Node, stack
from ..numbers import MINUS, Number, counted, text_of
from ..numbers.run import run_model
from ..picture import Picture, laid_anew
from ..shapes.cells import Grid, Vector
from ..shapes.plots import Region
from ..shapes.shape import Shape
from ..shapes.text import Label, Phrase, Run, broken
from .given import layer_weights
from .refusals import choose, refused
from .things import label

BOX, NARROW_BOX = 848, 288
"""What a page has room for, and a phone. Pixels."""
LEAST_MARGIN = 4
MOST_NUMBERS, MOST_PIXELS = 10, 32
"""How many pixels a side has at most that are drawn with their numbers, and without."""
NUMBERS = NUMBER.sized(13)
TITLE_OVER = 16
FORMULA, LEADING = NAME.sized(14), 23
MOST_PRODUCTS = 9
"""Up to how many products are added up in writing."""


def window_on(
    model: Model | Layer,
    image: ArrayLike,
    weights: Weights | Sequence[Weights] | None,
    kernel: int,
    layer: int | str | None,
    place: int | tuple[int, int] | None,
) -> Window:
    """Lay the window of a Conv2D or of a pooling on one place of an image with one channel."""
    pixels = read_only(image)
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    if pixels.ndim != 3:
        raise PictureError(f"an image is rows of numbers, (height, width), not of the shape {pixels.shape}")
    if not isinstance(model, Model):
        if not isinstance(model, Layer):
            raise PictureError(f"a model or a layer is wanted, such as read_keras(code) or Conv2D(2, 3), not {model!r}")
        model = stack(model, shape=pixels.shape)
    trace = run_model(model, pixels, weights=layer_weights(model, weights))
    model = trace.model
    pairs = zip(model.nodes, trace.traces, strict=True)
    found = [(node, each) for node, each in pairs if isinstance(node.layer, Conv2D | Pooling) and _is_image(node)]
    names = [[name for name in (node.layer.name, node.layer.name_in_code) if name] for node, _ in found]
    node, chosen = found[choose(model, names, layer, "convolution", "Conv2D, MaxPooling2D or AveragePooling2D")]
    _check(model, node, chosen)
    filters = chosen.output.shape[-1]
    if isinstance(kernel, bool) or not isinstance(kernel, int) or not 1 <= kernel <= filters:
        raise PictureError(f"there is no kernel {kernel!r}: the layer has {counted(filters, 'kernel')}, from 1")
    output = chosen.output[:, :, kernel - 1]
    return Window(node, chosen, kernel - 1, _place_of(output, place))


def _is_image(node: Node) -> bool:
    return cast("Windowed", node.layer).spatial_axes == 2


def _check(model: Model, node: Node, trace: Trace) -> None:
    """Refuse what one grid cannot show, at the layer's line."""
    said = node.calls[0].text
    if getattr(node.layer, "groups", 1) != 1 or cast("Windowed", node.layer).has_channels_first:
        raise refused(model, node, "a convolution is drawn with groups=1 and the channels last: leave the options out")
    if isinstance(node.layer, Conv2D) and trace.inputs.shape[-1] != 1:
        raise refused(
            model,
            node,
            f"{said} reads {trace.inputs.shape[-1]} channels, and an image with one is drawn: give the mean of the "
            "channels, or choose a layer before with layer=1",
        )
    if max(trace.inputs.shape[:2]) > MOST_PIXELS:
        high, wide = trace.inputs.shape[:2]
        raise refused(
            model,
            node,
            f"{said} reads an image of {high} × {wide}, and up to {MOST_PIXELS} × {MOST_PIXELS} pixels are drawn: take "
            f"a part of it, such as image[:{MOST_PIXELS}, :{MOST_PIXELS}], or a smaller one",
        )


def _place_of(output: Array, place: int | tuple[int, int] | None) -> tuple[int, int]:
    """Find the row and the column of a place, from 0: given, counted along the rows, or that of the largest output."""
    rows, columns = output.shape
    if place is None:
        row, column = divmod(int(output.argmax()), columns)
        return row, column
    if isinstance(place, int) and not isinstance(place, bool) and 1 <= place <= rows * columns:
        row, column = divmod(place - 1, columns)
        return row, column
    if isinstance(place, list | tuple) and len(place) == 2 and 1 <= place[0] <= rows and 1 <= place[1] <= columns:
        return place[0] - 1, place[1] - 1
    raise PictureError(
        f"there is no place {place!r}: the layer has {rows} × {columns} places; write a number from 1 to "
        f"{rows * columns}, or a row and a column, such as ({rows}, {columns})"
    )


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class Window:
    """A window at one place of an image."""

    node: Node
    trace: Trace
    filter: int
    place: tuple[int, int]
    cell: float = 28

    def picture(self) -> Picture:
        """Draw it."""
        return _picture(self)

    @property
    def layer(self) -> Windowed:
        """The layer."""
        return cast("Windowed", self.node.layer)

    @cached_property
    def image(self) -> Array:
        """What goes in: of a pooling, the channel that is drawn."""
        return self.trace.inputs[:, :, 0 if self.kernel is not None else self.filter]

    @cached_property
    def kernel(self) -> Array | None:
        """The weights (rows, columns); a pooling has none."""
        return self.trace.weights["kernel"][:, :, 0, self.filter] if isinstance(self.layer, Conv2D) else None

    @property
    def bias(self) -> float | None:
        """What is added to each sum, if there is such."""
        bias = self.trace.weights.get("bias")
        return None if bias is None else float(bias[self.filter])

    @cached_property
    def output(self) -> Array:
        """What the layer answers at all places."""
        return self.trace.output[:, :, self.filter]

    @cached_property
    def covered(self) -> tuple[list[int], list[int]]:
        """The rows and the columns that the window covers, from 0; beyond the image there is padding."""
        sizes, strides, dilations, padding = self.layer.window()
        found = []
        for axis, at in enumerate(self.place):
            reach = dilations[axis] * (sizes[axis] - 1) + 1
            missing = max((self.output.shape[axis] - 1) * strides[axis] + reach - self.image.shape[axis], 0)
            start = at * strides[axis] - (missing // 2 if padding == "same" else 0)
            found.append([start + dilations[axis] * step for step in range(sizes[axis])])
        return found[0], found[1]

    @cached_property
    def padding(self) -> tuple[int, int, int, int]:
        """How many rows and columns of padding there are over, right of, under and left of the image."""
        sizes, strides, dilations, padding = self.layer.window()
        if padding != "same":
            return 0, 0, 0, 0
        ends = []
        for axis in (0, 1):
            reach = dilations[axis] * (sizes[axis] - 1) + 1
            missing = max((self.output.shape[axis] - 1) * strides[axis] + reach - self.image.shape[axis], 0)
            ends.append((missing // 2, missing - missing // 2))
        return ends[0][0], ends[1][1], ends[0][1], ends[1][0]

    def is_inside(self, row: int, column: int) -> bool:
        """Whether a pixel is one of the image."""
        high, wide = self.image.shape
        return bool(0 <= row < high and 0 <= column < wide)

    @cached_property
    def seen(self) -> Array:
        """What the window covers; padding is 0, or for a pooling not there."""
        nothing = np.nan if self.kernel is None else 0.0
        return np.array(
            [
                [
                    float(self.image[row, column]) if self.is_inside(row, column) else nothing
                    for column in self.covered[1]
                ]
                for row in self.covered[0]
            ]
        )

    @cached_property
    def products(self) -> Array:
        """Each pixel times its weight; of a pooling, the pixels."""
        return self.seen if self.kernel is None else self.seen * self.kernel

    @property
    def total(self) -> float:
        """The sum of the products, and the bias."""
        return float(self.products.sum()) + (self.bias or 0.0)

    @property
    def value(self) -> float:
        """What the layer answers at this place."""
        return float(self.output[self.place])

    @property
    def has_numbers(self) -> bool:
        """Whether pixels have room for their numbers."""
        texts = (text for row in _printed(self.image) for text in row)
        fits = max(width(text, NUMBERS) for text in texts) <= self.cell - 4
        return fits and max(self.image.shape) <= MOST_NUMBERS


def _printed(values: Array) -> tuple[tuple[str, ...], ...]:
    """Print the numbers of a grid with as few decimals as show all of them, and two at most; nothing for padding."""
    known = values[np.isfinite(values)]
    decimals = next((each for each in (0, 1) if np.abs(known - known.round(each)).max(initial=0) < 1e-9), 2)
    return tuple(
        tuple(text_of(float(value), decimals) if np.isfinite(value) else "" for value in row) for row in values
    )


@laid_anew
def _picture(window: Window) -> Picture:
    """Draw image, kernel, products and the map of all outputs side by side, or, narrow, under one another."""
    description = _description(window)

    def drawn(shapes: tuple[Shape, ...], margin: float, narrow: Picture | None = None) -> Picture:
        return Picture(shapes, snug_box(shapes, margin), description, step_called=STAGE, narrow=narrow)

    sized = [replace(window, cell=cell) for cell in CELLS]
    down = (_form(each, is_wide=False, is_stacked=stacked) for each in sized for stacked in (False, True))
    across = (
        *(_form(each, is_wide=True) for each in sized if each.cell >= LEAST_WIDE),
        *(_form(each, is_wide=False) for each in sized),
    )
    narrow = drawn(first_that_fits(down, NARROW_BOX, LEAST_MARGIN), LEAST_MARGIN)
    return drawn(first_that_fits(iter(across), BOX), 10, narrow)


CELLS, LEAST_WIDE = (28, 24, 16, 12, 9, 8), 9
"""The sizes of a pixel, from the largest on."""


def _form(window: Window, *, is_wide: bool, is_stacked: bool = False) -> tuple[Shape, ...]:
    """Put the grids in a row, or under one another, and the sum under them."""
    axis = replace(ACROSS, slot_gap=12, least_wire=64) if is_wide else replace(DOWN, slot_gap=26, least_wire=34)
    grids = _across(window) if is_wide else _down(window, is_stacked=is_stacked)
    room = laid(grids, axis).around.width if is_wide else NARROW_BOX - 2 * LEAST_MARGIN
    flow = Flow(slot_room=8)
    track = flow.track("parts")
    flow.put(0, track, grouped(grids, axis, end="left"), loose=True)
    flow.put(1, track, _written(window, room), loose=True)
    return laid(flow, DOWN).shapes


def _across(window: Window) -> Flow:
    flow = Flow(even_slots=False)
    track = flow.track("grids")
    image = flow.put(0, track, _image(window))
    if window.kernel is not None:
        flow.put(1, track, label("times", "×", "muted", SIGN))
        flow.put(2, track, _weights(window))
        flow.put(3, track, label("equals", "=", "muted", SIGN))
    products = flow.put(4, track, _products(window))
    outputs = flow.put(5, track, _map(window))
    if window.kernel is None:
        flow.link(image, products, Wire("window-arrow", step=1), sides=("main-end", "main-start"))
    flow.link(
        products, outputs, Wire("sum-arrow", step=2), sides=("main-end", "main-start"), caption=_sum_caption(window)
    )
    return flow


SIGN = NAME.sized(18)


def _sum_caption(window: Window) -> Caption:
    return Caption("sum", _made_by(window), "ink", style=NAME)


def _made_by(window: Window) -> str:
    """What is made of the window: a sum, the largest, or the mean."""
    if window.kernel is not None:
        return gettext("sum")
    return gettext("largest") if isinstance(window.layer, MaxPooling2D) else gettext("mean")


def _down(window: Window, *, is_stacked: bool) -> Flow:
    flow = Flow(even_slots=False)
    track = flow.track("grids")
    image = flow.put(0, track, _image(window), whole=True, solid=True)
    if window.kernel is None:
        middle = flow.put(1, track, _products(window), whole=True, solid=True)
    elif is_stacked:
        flow.put(0.5, track, _weights(window))
        middle = flow.put(1, track, _products(window), whole=True, solid=True)
    else:
        row = Flow(even_slots=False)
        side = row.track("row")
        row.put(0, side, label("times", "×", "muted", SIGN))
        row.put(1, side, _weights(window))
        row.put(2, side, label("equals", "=", "muted", SIGN))
        row.put(3, side, _products(window))
        middle = flow.put(1, track, grouped(row, replace(ACROSS, slot_gap=10)), whole=True, solid=True)
    outputs = flow.put(2, track, _map(window), whole=True, solid=True)
    if window.kernel is None:
        flow.link(image, middle, Wire("window-arrow", step=1), sides=("main-end", "main-start"))
    flow.link(
        middle, outputs, Wire("sum-arrow", step=2), sides=("main-end", "main-start"), caption=_sum_caption(window)
    )
    return flow


def _grid(
    name: str,
    values: Array,
    title: str,
    role: str,
    cell: float,
    *,
    has_numbers: bool = True,
    step: int | None = None,
    **more: object,
) -> Draw:
    """Draw a grid and its title over it; cells are as wide as their numbers want."""
    rows = _printed(values) if has_numbers else tuple(("",) * values.shape[1] for _ in values)
    wide = max([cell, *(width(text, NUMBERS) + 8 for row in rows for text in row if text)])
    high = max(cell, 26) if has_numbers else cell

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        frame = Frame.about(at.x, at.y, wide * values.shape[1], high * values.shape[0])
        grid = Grid(name=name, role=role, step=step, frame=frame, rows=rows, style=NUMBERS, **more)  # type: ignore[arg-type]
        over = Point(at.x, frame.top - TITLE_OVER)
        return [grid, Label(name=f"{name}-title", role=role, text=title, at=over, style=NAME.bold())]

    return draw


def _shades(values: Array) -> tuple[tuple[float, ...], ...]:
    """Grade numbers from the least, or 0, to the largest."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    return tuple(tuple(((values - low) / ((high - low) or 1.0))[row].tolist()) for row in range(len(values)))


def _image(window: Window) -> Draw:
    """Draw the image in greys, the window's rim on it, and the zeros of padding that it covers."""
    marked = frozenset(
        (row, column) for row in window.covered[0] for column in window.covered[1] if window.is_inside(row, column)
    )
    high, wide = window.image.shape
    title = gettext("image, %(high)s × %(wide)s", high=high, wide=wide)
    if any(window.padding):
        title = gettext("image, %(high)s × %(wide)s, padded", high=high, wide=wide)
    numbered = window.has_numbers
    drawn = _grid(
        "image",
        window.image,
        title,
        "embedding",
        window.cell,
        has_numbers=numbered,
        marked=marked,
        shades=_shades(window.image),
    )
    over, right, under, left = window.padding

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        grid, named = drawn(axis, at, length)
        assert isinstance(grid, Grid)
        assert isinstance(named, Label)
        if not any(window.padding):
            return [grid, named]
        cell, frame = grid.cell((0, 0)), grid.frame
        outer = Frame.between(
            frame.left - left * cell.width,
            frame.top - over * cell.height,
            frame.right + right * cell.width,
            frame.bottom + under * cell.height,
        )
        corners = [Point(x, y) for x, y in ((outer.left, outer.top), (outer.right, outer.top))]
        corners += [Point(x, y) for x, y in ((outer.right, outer.bottom), (outer.left, outer.bottom))]
        shapes: list[Shape] = [grid, Region(name="padding", role="rule", corners=tuple(corners), fill=None)]
        for row in window.covered[0]:
            for column in window.covered[1]:
                if not window.is_inside(row, column):
                    place = Frame(
                        frame.left + column * cell.width, frame.top + row * cell.height, cell.width, cell.height
                    )
                    text = "0" if numbered and window.kernel is not None else ""
                    name = f"padding-{row + over + 1}-{column + left + 1}"
                    shapes.append(
                        Vector(name=name, role="embedding", frame=place, cells=(text,), fill="lane", style=NUMBERS)
                    )
        return [*shapes, replace(named, at=Point(named.at.x, outer.top - TITLE_OVER))]

    return draw


def _weights(window: Window) -> Draw:
    """Draw the kernel, filled by sign and size."""
    assert window.kernel is not None
    largest = float(np.abs(window.kernel).max()) or 1.0
    heat = tuple(tuple((window.kernel[row] / largest).tolist()) for row in range(len(window.kernel)))
    return _grid("kernel", window.kernel, gettext("kernel"), "ink", 28, heat=heat)


def _products(window: Window) -> Draw:
    """Draw what the kernel makes of each pixel, or what a pooling sees."""
    title = gettext("products") if window.kernel is not None else gettext("window")
    return _grid("products", window.products, title, "flow", 28, step=1, fill="block")


def _map(window: Window) -> Draw:
    """Draw all outputs, this place's solid."""
    high, wide = window.output.shape
    title = gettext("output, %(high)s × %(wide)s", high=high, wide=wide)
    fits = max(window.output.shape) <= MOST_NUMBERS and window.has_numbers
    shades = () if fits else _shades(window.output)
    return _grid(
        "map",
        window.output,
        title,
        "output",
        window.cell,
        has_numbers=fits,
        marked=frozenset([window.place]),
        shades=shades,
    )


def _written(window: Window, room: float) -> Draw:
    """Write the arithmetic out, in lines as long as there is room."""
    lines = list(broken(list(_clauses(window)), room, FORMULA))

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        return [
            Phrase(name=f"sum-{number + 1}", step=2, runs=runs, at=Point(at.x, at.y + LEADING * number), style=FORMULA)
            for number, runs in enumerate(lines)
        ]

    return draw


def _clauses(window: Window) -> Iterator[tuple[Run, ...]]:
    """Write the products as a sum, with bias and activation; of a pooling, what it makes of the window."""
    value = _brief(window.value)
    if window.kernel is None:
        yield (Run(gettext("%(kind)s of the window: %(value)s", kind=_made_by(window), value=value)),)
        return
    products = [each for row in _printed(window.products) for each in row]
    if len(products) <= MOST_PRODUCTS:
        for number, text in enumerate(products):
            yield (Run(" + " if number else ""), Run(text if number == 0 else _in_brackets(text)))
    else:
        yield (Run(gettext("all products add up to %(sum)s", sum=_brief(float(window.products.sum())))),)
    if window.bias is not None:
        yield (Run(Spaced(" +", gettext("bias"), _in_brackets(_brief(window.bias)))),)
    activation = cast("Conv2D", window.layer).activation
    yield (Run(" = "), Run(_brief(window.total), "output"), Run("," if activation != "linear" else ""))
    if activation != "linear":
        made = gettext("of which %(function)s makes %(value)s", function=activation, value=value)
        yield (Run(Together(" ", made)),)


def _in_brackets(text: str) -> str:
    return Together("(", text, ")") if text.startswith(MINUS) else text


def _brief(value: float) -> Number:
    decimals = 1 if abs(value * 10 - round(value * 10)) < 1e-9 else 2
    return text_of(value, decimals)


def _description(window: Window) -> Description:
    """Say what the window covers and makes, and all numbers of image, kernel, products and output, row by row."""
    grids: list[tuple[str, Array, int | None]] = [(gettext("image"), window.image, None)]
    grids += [] if window.kernel is None else [(gettext("kernel"), window.kernel, None)]
    named = gettext("products") if window.kernel is not None else gettext("window")
    grids += [(named, window.products, 1), (gettext("output"), window.output, None)]
    rows = [
        TableRow.of(name, str(number), _row(texts), step=step)
        for name, values, step in grids
        for number, texts in enumerate(_printed(values), start=1)
    ]
    where = {"row": window.place[0] + 1, "column": window.place[1] + 1}
    first, last = [gettext("%(first)s to %(last)s", first=at[0] + 1, last=at[-1] + 1) for at in window.covered]
    made = gettext(
        "Row %(row)s and column %(column)s of the output hold %(value)s.", **where, value=_brief(window.value)
    )
    heads = pgettext("in a table", "what"), pgettext("in a table", "row"), pgettext("in a table", "numbers")
    high, wide = window.image.shape
    return Description(
        alt=Paragraph(
            gettext(
                "A window of %(size)s on an image of %(high)s × %(wide)s, on rows %(rows)s and columns %(columns)s.",
                size=gettext("%(high)s × %(wide)s", high=len(window.covered[0]), wide=len(window.covered[1])),
                high=high,
                wide=wide,
                rows=first,
                columns=last,
            ),
            made,
        ),
        text=Paragraph(
            gettext("The window moves over the whole image; each place makes one number of the output."),
            *([gettext("The weights are the same at every place.")] if window.kernel is not None else []),
        ),
        steps=(
            gettext("The window covers rows %(rows)s and columns %(columns)s of the image.", rows=first, columns=last),
            made,
        ),
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(rows),
    )


def _row(texts: Sequence[str]) -> PrintedNumbers:
    shown = [text for text in texts if text]
    return PrintedNumbers(tuple(shown if len(shown) <= 12 else [*shown[:3], "…", shown[-1]]))
