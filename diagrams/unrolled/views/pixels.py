"""A convolution or pooling over an image: its window at one position, the result there, and the full output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, Weights, read_only
from ..description import STAGE, Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Item, Wire
from ..flow.drawing import laid
from ..flow.group import grouped, in_column
from ..fonts import NAME, NUMBER, width
from ..geometry import Frame, Point
from ..i18n import (
    MINUS,
    Number,
    Paragraph,
    PrintedNumbers,
    Spaced,
    Together,
    gettext,
    known,
    ngettext,
    pgettext,
    shorten,
    text_of,
)
from ..layers.convolution import Conv2D, ConvolutionTrace, MaxPooling2D, Pooling, PoolingTrace, Windowed
from ..layers.layer import SUM, Layer, Trace
from ..layout import LEAST_MARGIN, PHONE
from ..model import Argument, Model, Node, stack
from ..picture import Picture, in_two_forms, laid_anew
from ..recorded.arrays import named
from ..shapes.arrows import TICK, Bracket
from ..shapes.cells import Grid, Vector
from ..shapes.plots import Region
from ..shapes.shape import Shape, Shapes
from ..shapes.text import Label, Phrase, Run, broken
from .given import layer_weights, recorded_run
from .pieces import text
from .refusals import choose_layer, is_whole, pick, refused

MOST_NUMBERS, MOST_PIXELS = 10, 32
"""The longest side of an image whose pixels are drawn with numbers, and without."""
NUMBERS = NUMBER.sized(13)
TITLE_OVER = 16
FORMULA, LEADING = NAME.sized(14), 23
MOST_PRODUCTS = 9
"""The most products, or sums of channels, that are added up in writing."""
MOST_CHANNELS = 3
"""Of more channels, only the first and the last are drawn."""


def window_on(
    model: Model | Layer,
    image: ArrayLike,
    weights: Weights | Sequence[Weights] | None,
    kernel: int,
    layer: int | str | None,
    place: int | tuple[int, int] | None,
) -> Window:
    """Place the window of a Conv2D or pooling layer on an image, (height, width) or with channels last."""
    pixels = read_only(image)
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    if pixels.ndim != 3:
        raise PictureError(f"an image is an array (height, width), not of shape {pixels.shape}")
    if not isinstance(model, Model):
        if not isinstance(model, Layer):
            raise PictureError(f"pass a model or a layer, such as read_keras(code) or Conv2D(2, 3), not {model!r}")
        model = stack(model, shape=pixels.shape)
    for node in model.nodes:
        if isinstance(node.layer, Conv2D | Pooling):
            check_options(model, node)
    trace = recorded_run(model, [pixels], layer_weights(model, weights))
    model = trace.model
    pairs = zip(model.nodes, trace.traces, strict=True)
    windows = [
        (node, cast("ConvolutionTrace | PoolingTrace", layer_trace))
        for node, layer_trace in pairs
        if isinstance(node.layer, Conv2D | Pooling) and _is_image(node)
    ]
    kinds = "Conv2D, MaxPooling2D or AveragePooling2D"
    node, chosen = windows[choose_layer(model, [node for node, _ in windows], layer, "convolution", kinds)]
    _check(model, node, chosen)
    number = pick(kernel, "kernel", chosen.output.shape[-1])
    return Window(node, chosen, number, _place_of(chosen.output[:, :, number], place))


def _is_image(node: Node) -> bool:
    return cast("Windowed", node.layer).spatial_axes == 2


def check_options(model: Model, node: Node) -> None:
    """Check that a layer slides its window over all channels at once, which come last. Raises PictureError."""
    if getattr(node.layer, "groups", 1) != 1:
        raise refused(model, node, "a convolution can be drawn only with groups=1: leave groups out")
    if getattr(node.layer, "data_format", None) == "channels_first":
        is_option = any(layer_field.name == "data_format" and layer_field.init for layer_field in fields(node.layer))
        raise refused(
            model,
            node,
            f"{node.calls[0].text} reads channels first, but a convolution can be drawn only with channels last: "
            f"{'leave data_format out' if is_option else 'draw its shapes with model_shapes'}",
        )


def _check(model: Model, node: Node, trace: Trace) -> None:
    """Check that a layer can be drawn as one grid. Raises PictureError at its line."""
    call_text = node.calls[0].text
    check_options(model, node)
    if max(trace.inputs.shape[:2]) > MOST_PIXELS:
        high, wide = trace.inputs.shape[:2]
        raise refused(
            model,
            node,
            f"{call_text} reads an image of {high} × {wide}, but at most {MOST_PIXELS} × {MOST_PIXELS} pixels can be "
            "drawn: take "
            f"a part of it, such as image[:{MOST_PIXELS}, :{MOST_PIXELS}], or a smaller one",
        )


def _place_of(output: Array, place: int | tuple[int, int] | None) -> tuple[int, int]:
    """Return row and column of a position, from 0: given, counted row by row, or that of the largest output."""
    rows, columns = output.shape
    if place is None:
        row, column = divmod(int(output.argmax()), columns)
        return row, column
    if is_whole(place, 1, rows * columns):
        row, column = divmod(cast("int", place) - 1, columns)
        return row, column
    if isinstance(place, list | tuple) and [*map(is_whole, place, (1, 1), (rows, columns))] == [True, True]:
        return place[0] - 1, place[1] - 1
    raise PictureError(
        f"there is no place {place!r}: the layer has {rows} × {columns} places; write a number from 1 to "
        f"{rows * columns}, or a row and a column, such as ({rows}, {columns})"
    )


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Window:
    """A window at one position of an image."""

    node: Node
    trace: ConvolutionTrace | PoolingTrace
    filter: int
    place: tuple[int, int]
    cell: float = 28
    channel: int = 0
    """The index of the image channel among those that are added up."""

    def picture(self) -> Picture:
        """Draw it."""
        return _picture(self)

    @property
    def layer(self) -> Windowed:
        """The layer."""
        return cast("Windowed", self.node.layer)

    @cached_property
    def image(self) -> Array:
        """The input; for pooling, the channel that is drawn."""
        return self.trace.inputs[:, :, self.channel if self.kernel is not None else self.filter]

    @cached_property
    def kernel(self) -> Array | None:
        """The weights (rows, columns); None for pooling."""
        if not isinstance(self.layer, Conv2D):
            return None
        return self.layer.kernel_of(self.trace.weights)[:, :, self.channel, self.filter]

    @cached_property
    def channels(self) -> tuple[Window, ...]:
        """The windows on all channels that are added up; pooling has only one."""
        count = self.trace.inputs.shape[-1] if isinstance(self.layer, Conv2D) else 1
        return (self,) if count == 1 else tuple(replace(self, channel=channel) for channel in range(count))

    @property
    def shown(self) -> tuple[Window | None, ...]:
        """The windows that are drawn; None stands for those left out."""
        if len(self.channels) <= MOST_CHANNELS:
            return self.channels
        return (*self.channels[: MOST_CHANNELS - 1], None, self.channels[-1])

    @property
    def prefix(self) -> str:
        """The prefix of a channel's shape names, if there are several."""
        return f"channel-{self.channel + 1}-" if self.trace.inputs.shape[-1] > 1 and self.kernel is not None else ""

    @property
    def filters(self) -> int:
        """The number of kernels; 0 for pooling."""
        return self.layer.filters if isinstance(self.layer, Conv2D) else 0

    @cached_property
    def arguments(self) -> dict[str, Argument]:
        """The positions in the code of the window size and the number of kernels."""
        call = self.node.calls[0]
        arguments = {name: call.argument(name) for name in ("kernel_size", "pool_size", "filters")}
        return {name: argument for name, argument in arguments.items() if argument is not None}

    def argument(self, *names: str) -> str | None:
        """Return the first of these arguments that the code sets."""
        return next((name for name in names if name in self.arguments), None)

    @cached_property
    def bias(self) -> Array | None:
        """The bias added to each sum, if there is one."""
        bias = self.trace.weights.get("bias")
        return None if bias is None else bias[self.filter]

    @cached_property
    def output(self) -> Array:
        """The layer's output at all positions."""
        return self.trace.output[:, :, self.filter]

    @cached_property
    def covered(self) -> tuple[list[int], list[int]]:
        """The rows and columns under the window, from 0; those outside the image are padding."""
        sizes, strides, dilations, padding = self.layer.window()
        covered = []
        for axis, at in enumerate(self.place):
            reach = dilations[axis] * (sizes[axis] - 1) + 1
            missing = max((self.output.shape[axis] - 1) * strides[axis] + reach - self.image.shape[axis], 0)
            start = at * strides[axis] - (missing // 2 if padding == "same" else 0)
            covered.append([start + dilations[axis] * step for step in range(sizes[axis])])
        return covered[0], covered[1]

    @cached_property
    def padding(self) -> tuple[int, int, int, int]:
        """The amount of padding above, right of, below and left of the image."""
        sizes, strides, dilations, padding = self.layer.window()
        if padding != "same":
            return 0, 0, 0, 0
        ends = []
        for axis in (0, 1):
            reach = dilations[axis] * (sizes[axis] - 1) + 1
            missing = max((self.output.shape[axis] - 1) * strides[axis] + reach - self.image.shape[axis], 0)
            ends.append((missing // 2, missing - missing // 2))
        return ends[0][0], ends[1][1], ends[0][1], ends[1][0]

    @property
    def padding_note(self) -> str:
        """Say what the dashed places around the image are, if there are any."""
        if not any(self.padding):
            return ""
        if self.kernel is None:
            return gettext("dashed: outside the image, not counted")
        return gettext("dashed: zeros around the image")

    def is_inside(self, row: int, column: int) -> bool:
        """Return whether a pixel is inside the image."""
        high, wide = self.image.shape
        return bool(0 <= row < high and 0 <= column < wide)

    @cached_property
    def seen(self) -> Array:
        """The pixels under the window; padding is 0 for convolution, and ignored in pooling."""
        pixels: Array = self.trace.windows[self.place]
        return pixels[..., self.filter if self.kernel is None else self.channel]

    @cached_property
    def products(self) -> Array:
        """Each pixel times its weight; for pooling, the pixels."""
        products: Array = self.seen if self.kernel is None else named("products", self.seen * self.kernel, "=")
        return products

    @property
    def total(self) -> float:
        """The sum of the products of all channels, and the bias."""
        first, *other_sums = (channel.products.sum() for channel in self.channels)
        total = sum(other_sums, start=first)
        return named("sum", total if self.bias is None else total + self.bias, SUM).tolist()  # type: ignore[no-any-return]

    @property
    def value(self) -> float:
        """The output at this position."""
        return self.output[self.place].tolist()  # type: ignore[no-any-return]

    @property
    def has_numbers(self) -> bool:
        """Whether pixels are large enough for numbers."""
        images = [channel.image for channel in self.shown if channel is not None]
        texts = (text for image in images for row in _printed(image) for text in row)
        fits = max(width(text, NUMBERS) for text in texts) <= self.cell - 4
        return fits and max(self.image.shape) <= MOST_NUMBERS


def _printed(values: Array) -> tuple[tuple[str, ...], ...]:
    """Format a grid's numbers with the fewest decimals that show all of them, at most two; padding is blank."""
    finite = values[np.isfinite(values)]
    decimals = next((places for places in (0, 1) if np.abs(finite - finite.round(places)).max(initial=0) < 1e-9), 2)
    return tuple(
        tuple(text_of(value, decimals) if np.isfinite(value) else "" for value in row) for row in values.tolist()
    )


@laid_anew
def _picture(window: Window) -> Picture:
    """Draw the image, kernel, products and output map side by side or, in the narrow layout, stacked."""
    description = _description(window)
    several = len(window.channels) > 1
    stackings = (0, 1, 2) if several else (1, 2)
    sized = [replace(window, cell=cell) for cell in CELLS]
    down = (_form(sized_window, DOWN_GRIDS, stacked) for sized_window in sized for stacked in stackings)
    across = (
        *(_form(sized_window, ACROSS_GRIDS) for sized_window in sized if sized_window.cell >= LEAST_WIDE or several),
        *(_form(sized_window, DOWN_GRIDS, stackings[0]) for sized_window in sized),
    )
    return in_two_forms(across, down, description, step_called=STAGE, arguments=window.arguments)


CELLS, LEAST_WIDE = (28, 24, 16, 12, 9, 8), 9
"""The sizes of a pixel, largest first, and the smallest for a map beside the image rather than below it."""
ACROSS_GRIDS, DOWN_GRIDS = replace(ACROSS, slot_gap=12, least_wire=64), replace(DOWN, slot_gap=26, least_wire=34)
ROW, CHANNELS = replace(ACROSS, slot_gap=10), replace(DOWN, slot_gap=18)
PARTS_APART = 26


def _form(window: Window, axis: Axis, stacked: int = 0) -> tuple[Shape, ...]:
    """Lay out the grids, and below them the sum."""
    grids = _grids(window, axis, stacked)
    room = laid(grids, axis).around.width if axis.across else PHONE - 2 * LEAST_MARGIN
    parts: list[Flow | Draw | Shapes] = [grids, _written(window, room)]
    if note := window.padding_note:
        parts.append(text(note, name="padding-note", anchor="start"))
    return in_column(parts, axis, PARTS_APART)


def _grids(window: Window, axis: Axis, stacked: int) -> Flow:
    """Lead the grids of each channel into the map, with the first `stacked` of them above the others."""
    flow, several = Flow(even_slots=False), len(window.channels) > 1
    on = flow.track("grids")
    if several:
        rows = Flow(even_slots=False)
        for slot, channel in enumerate(window.shown):
            if channel is None:
                left_out = len(window.channels) - MOST_CHANNELS
                more = ngettext("%(num)s more channel", "%(num)s more channels", left_out)
                rows.put(slot, rows.track("grids"), text(more, "muted", name="more-channels"))
            else:
                _channel(rows, slot, channel, window, stacked)
        size = laid(rows, CHANNELS).around
        flow.put(0, on, grouped(rows, CHANNELS), whole=True, solid=True)
        last = flow.put(1, on, _bracket(size.height if axis.across else size.width), solid=True)
    else:
        last = _side_by_side(flow, window, window, 0) if axis.across else _channel(flow, 0, window, window, stacked)
    has_titles = several or not axis.across  # along the axis, so that wires end there
    outputs = flow.put(5, on, _map(window), whole=has_titles, solid=has_titles)
    if window.kernel is None:
        flow.link(flow.items[0], last, Wire("window-arrow", step=1), sides=("main-end", "main-start"))
    named = Caption("sum", _made_by(window), "ink", style=NAME)
    flow.link(last, outputs, Wire("sum-arrow", step=2, caption=named), sides=("main-end", "main-start"))
    return flow


def _channel(flow: Flow, slot: float, channel: Window, window: Window, stacked: int) -> Item:
    """Put the grids of a channel in a row, and the first of them above it."""
    on, row = flow.track("grids"), Flow(even_slots=False)
    grids = [_image, _weights] if channel.kernel is not None else [_image]
    for place, grid in enumerate(grids[:stacked]):
        flow.put(slot - 0.6 + 0.3 * place, on, grid(channel, window), whole=True, solid=True)
    _side_by_side(row, channel, window, stacked)
    return flow.put(slot, on, grouped(row, ROW), whole=True, solid=True)


def _side_by_side(flow: Flow, channel: Window, window: Window, stacked: int) -> Item:
    """Put an image, its weights and the products side by side, without those that are stacked above."""
    on = flow.track("grids")
    if stacked < 1:
        flow.put(0, on, _image(channel, window))
    if stacked < 2 and channel.kernel is not None:
        flow.put(1, on, text("×", "muted", SIGN, name=f"{channel.prefix}times"))
        flow.put(2, on, _weights(channel, window))
        flow.put(3, on, text("=", "muted", SIGN, name=f"{channel.prefix}equals"))
    return flow.put(4, on, _products(channel, window))


SIGN = NAME.sized(18)


def _bracket(length: float) -> Draw:
    """Draw the bracket around all channels."""

    def draw(axis: Axis, at: Point, _: float) -> Sequence[Shape]:
        by = Point(0, length / 2) if axis.across else Point(length / 2, 0)
        start, to = Point(at.x - by.x, at.y - by.y), Point(at.x + by.x, at.y + by.y)
        return [Bracket(name="channels-bracket", role="flow", step=2, start=start, to=to, tick=-TICK)]

    return draw


def _made_by(window: Window) -> str:
    """Name the operation on the window: sum, maximum or mean."""
    if window.kernel is not None:
        return gettext("sum")
    return gettext("largest") if isinstance(window.layer, MaxPooling2D) else gettext("mean")


def _grid(
    name: str,
    values: Array,
    title: str,
    role: str,
    cell: float,
    *,
    has_numbers: bool = True,
    step: int | None = None,
    like: Sequence[Array] = (),
    argument: str | None = None,
    titled: str | None = None,
    **more: Any,
) -> Draw:
    """Draw a grid with its title above; cells fit their numbers, and related grids have equal cells.

    `argument` governs the grid, and `titled` its title.
    """
    rows = _printed(values) if has_numbers else tuple(("",) * values.shape[1] for _ in values)
    alike = [*rows, *(row for related in like for row in _printed(related) if has_numbers)]
    wide = max([cell, *(width(text, NUMBERS) + 8 for row in alike for text in row if text)])
    high = max(cell, 26) if has_numbers else cell

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        frame = Frame.about(at.x, at.y, wide * values.shape[1], high * values.shape[0])
        grid = Grid(name=name, role=role, step=step, argument=argument, frame=frame, rows=rows, style=NUMBERS, **more)
        over = Point(at.x, frame.top - TITLE_OVER)
        named = f"{name}-title"
        return [grid, Label(name=named, role=role, argument=titled, text=title, at=over, style=NAME.bold())]

    return draw


def _shades(values: Array) -> tuple[tuple[float, ...], ...]:
    """Map numbers to shades, from the smallest (or 0) to the largest."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    return tuple(tuple(((values - low) / ((high - low) or 1.0))[row].tolist()) for row in range(len(values)))


def _image(window: Window, full_window: Window) -> Draw:
    """Draw a channel of the whole image in shades of grey, the rim of the window, and the padding zeros it covers."""
    marked = frozenset(
        (row, column) for row in window.covered[0] for column in window.covered[1] if window.is_inside(row, column)
    )
    high, wide = window.image.shape
    title = gettext("image, %(high)s × %(wide)s", high=high, wide=wide)
    if len(full_window.channels) > 1:
        number = window.channel + 1
        title = gettext("channel %(number)s, %(high)s × %(wide)s", number=number, high=high, wide=wide)
    draw_grid = _grid(
        f"{window.prefix}image",
        window.image,
        title,
        "embedding",
        window.cell,
        has_numbers=full_window.has_numbers,
        marked=marked,
        shades=_shades(window.image),
        like=_shown(full_window, "image"),
    )
    over, right, under, left = window.padding

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        grid, named = draw_grid(axis, at, length)
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
        shapes: list[Shape] = [
            grid,
            Region(name=f"{window.prefix}padding", role="rule", corners=tuple(corners), fill=None),
        ]
        for row in window.covered[0]:
            for column in window.covered[1]:
                if not window.is_inside(row, column):
                    place = Frame(
                        frame.left + column * cell.width, frame.top + row * cell.height, cell.width, cell.height
                    )
                    text = "0" if full_window.has_numbers and window.kernel is not None else ""
                    name = f"{window.prefix}padding-{row + over + 1}-{column + left + 1}"
                    shapes.append(
                        Vector(name=name, role="embedding", frame=place, cells=(text,), fill="lane", style=NUMBERS)
                    )
        return [*shapes, replace(named, at=Point(named.at.x, outer.top - TITLE_OVER))]

    return draw


def _shown(window: Window, name: str) -> list[Array]:
    """List the numbers of all channels that are drawn."""
    return [getattr(channel, name) for channel in window.shown if channel is not None]


def _weights(window: Window, full_window: Window) -> Draw:
    """Draw the kernel, with cells filled by sign and size relative to its largest number in any channel."""
    assert window.kernel is not None
    largest = (
        max(float(np.abs(channel.kernel).max()) for channel in window.channels if channel.kernel is not None) or 1.0
    )
    heat = tuple(tuple((window.kernel[row] / largest).tolist()) for row in range(len(window.kernel)))
    like, name = _shown(full_window, "kernel"), f"{window.prefix}kernel"
    argument = window.argument("kernel_size")
    return _grid(name, window.kernel, gettext("kernel"), "ink", 28, heat=heat, like=like, argument=argument)


def _products(window: Window, full_window: Window) -> Draw:
    """Draw each pixel times its weight, or for pooling, the pixels under the window."""
    title = gettext("products") if window.kernel is not None else gettext("window")
    like, name = _shown(full_window, "products"), f"{window.prefix}products"
    argument = window.argument("pool_size")
    return _grid(name, window.products, title, "flow", 28, step=1, fill="block", like=like, argument=argument)


def _map(window: Window) -> Draw:
    """Draw all outputs, with this position's solid."""
    high, wide = window.output.shape
    title = gettext("output, %(high)s × %(wide)s", high=high, wide=wide)
    if window.filters > 1:
        many = {"number": window.filter + 1, "count": window.filters, "high": high, "wide": wide}
        title = gettext("output %(number)s of %(count)s, %(high)s × %(wide)s", **many)
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
        titled=window.argument("filters"),
    )


def _written(window: Window, room: float) -> Draw:
    """Write out the calculation, in lines as long as fit."""
    lines = list(broken(list(_clauses(window)), room, FORMULA))

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        return [
            Phrase(name=f"sum-{number + 1}", step=2, runs=runs, at=Point(at.x, at.y + LEADING * number), style=FORMULA)
            for number, runs in enumerate(lines)
        ]

    return draw


def _clauses(window: Window) -> Iterator[tuple[Run, ...]]:
    """Write the products as a sum, with bias and activation; for pooling, the operation on the window."""
    value = _brief(window.value)
    if window.kernel is None:
        yield (Run(gettext("%(kind)s of the window: %(value)s", kind=_made_by(window), value=value)),)
        return
    products = [printed for row in _printed(window.products) for printed in row]
    if 1 < len(window.channels) <= MOST_PRODUCTS:
        products = [_brief(float(channel.products.sum())) for channel in window.channels]
        yield (Run(Together(gettext("sums of the channels:"), " ")),)
    if len(products) <= MOST_PRODUCTS and len(window.channels) <= MOST_PRODUCTS:
        for number, text in enumerate(products):
            yield (Run(" + " if number else ""), Run(text if number == 0 else _in_brackets(text)))
    else:
        products_sum = sum(float(channel.products.sum()) for channel in window.channels)
        yield (Run(gettext("all products add up to %(sum)s", sum=_brief(products_sum))),)
    if window.bias is not None:
        yield (Run(Spaced(" +", gettext("bias"), _in_brackets(_brief(float(window.bias))))),)
    activation = cast("Conv2D", window.layer).activation
    yield (Run(" = "), Run(_brief(window.total), "output"), Run("," if activation != "linear" else ""))
    if activation != "linear":
        clause = gettext("which %(function)s turns into %(value)s", function=activation, value=value)
        yield (Run(Together(" ", clause)),)


def _in_brackets(text: str) -> str:
    return Together("(", text, ")") if text.startswith(MINUS) else text


def _brief(value: float) -> Number:
    decimals = 1 if abs(value * 10 - round(value * 10)) < 1e-9 else 2
    return text_of(value, decimals)


def _description(window: Window) -> Description:
    """Describe the window and its result, with all numbers of image, kernel, products and output, row by row."""
    grids: list[tuple[str, Array, int | None]] = []
    for channel in filter(None, window.shown):
        kind = gettext("products") if channel.kernel is not None else gettext("window")
        named: list[tuple[str, Array | None, int | None]]
        named = [
            (gettext("image"), channel.image, None),
            (gettext("kernel"), channel.kernel, None),
            (kind, channel.products, 1),
        ]
        number = channel.channel + 1
        for name, values, step in named:
            if values is not None:
                several = len(window.channels) > 1
                title = gettext("%(what)s, channel %(number)s", what=name, number=number) if several else name
                grids.append((title, values, step))
    grids.append((gettext("output"), window.output, None))
    rows = [
        TableRow.of(name, str(number), _row(texts), step=step)
        for name, values, step in grids
        for number, texts in enumerate(_printed(values), start=1)
    ]
    where = {"row": window.place[0] + 1, "column": window.place[1] + 1}
    first, last = (_within(at, length) for at, length in zip(window.covered, window.image.shape, strict=True))
    result = gettext(
        "The number in row %(row)s, column %(column)s of the output is %(value)s.",
        **where,
        value=known(_brief(window.value), 2),
    )
    heads = pgettext("in a table", "what"), pgettext("in a table", "row"), pgettext("in a table", "numbers")
    high, wide = window.image.shape
    lies = {
        "size": gettext("%(high)s × %(wide)s", high=len(window.covered[0]), wide=len(window.covered[1])),
        "high": high,
        "wide": wide,
        "rows": first,
        "columns": last,
    }
    lying = gettext(
        "A window of %(size)s on an image of %(high)s × %(wide)s, over rows %(rows)s and columns %(columns)s.", **lies
    )
    if len(window.channels) > 1:
        lying = gettext(
            "A window of %(size)s on %(channels)s channels of %(high)s × %(wide)s each, over rows %(rows)s and "
            "columns %(columns)s.",
            channels=len(window.channels),
            **lies,
        )
    more = []
    if any(window.padding):
        more.append(
            gettext("Outside the image, inside the dashed frame, nothing is counted.")
            if window.kernel is None
            else gettext("Around the image are zeros, up to the dashed frame.")
        )
    if len(window.channels) > 1:
        more.append(gettext("Each channel has its own weights, and the products of all channels are added up."))
    if window.filters > 1:
        shape = {"high": window.output.shape[0], "wide": window.output.shape[1], "count": window.filters}
        more.append(
            gettext(
                "The layer has %(count)s kernels, each with its own output: %(high)s × %(wide)s × %(count)s "
                "numbers in all.",
                **shape,
            )
        )
    return Description(
        alt=Paragraph(lying, result),
        text=Paragraph(
            gettext("The window moves over the whole image; each place gives one number of the output."),
            *([gettext("The weights are the same at every place.")] if window.kernel is not None else []),
            *more,
        ),
        steps=(
            gettext("The window covers rows %(rows)s and columns %(columns)s of the image.", rows=first, columns=last),
            result,
        ),
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(rows),
    )


def _within(covered: Sequence[int], length: int) -> str:
    """Say which rows or columns of the image are covered, counted from 1; padding isn't part of it."""
    inside = [at for at in covered if 0 <= at < length] or covered
    return gettext("%(first)s to %(last)s", first=inside[0] + 1, last=inside[-1] + 1)


def _row(texts: Sequence[str]) -> PrintedNumbers:
    return PrintedNumbers(shorten([text for text in texts if text], most=12))
