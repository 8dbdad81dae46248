"""What LayerNormalization does to a vector: its numbers as bars, with their mean and spread, before and after."""

from _charts import Plot, Scale, bar, say
from unrolled import Picture, embed, read_keras, record, run_model
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME
from unrolled.geometry import Frame, Point
from unrolled.i18n import text_of
from unrolled.layers import LayerNormalization
from unrolled.palette import word_fills
from unrolled.picture import in_two_forms
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.blocks import Block
from unrolled.shapes.plots import Region
from unrolled.shapes.shape import Shape

ALT = "The vector of “{word}” is {before}, with mean {mean} and spread {spread}; normalized, it is {after}."
WIDE, TABLET, NARROW, HIGH, GAP = 240, 208, 190, 170, 230
ENDS, BAR, TO_NAME = (-1.9, 1.1), 34, 8
"""The scale, which both panels share, and the width of a bar, and how far names are from the panel."""


def draw(code: str, words: list[str], step: int = 1) -> Picture:
    """Follow the vector of the word at a `step` through the first LayerNormalization."""
    model = read_keras(code)
    trace = run_model(model, record(embed(words, model.entries[0].shape[-1]))).trace_of(LayerNormalization)
    given, normed = trace.inputs[step - 1], trace.output[step - 1]
    said = [", ".join(text_of(float(each), 2) for each in values) for values in (given, normed)]
    mean, spread = (text_of(float(each), 2) for each in (given.mean(), given.std()))
    alt = ALT.format(word=words[step - 1], before=said[0], mean=mean, spread=spread, after=said[1])
    table = [
        TextColumn("before", [text_of(float(each), 2) for each in given]),
        TextColumn("after", [text_of(float(each), 2) for each in normed]),
    ]
    titles = f"the vector of “{words[step - 1]}”", "normalized"
    ground = word_fills(words)[words[step - 1]]
    sizes = (WIDE, False), (TABLET, False), (NARROW, True)
    *wide, narrow = (tuple(_panels((given, normed), titles, ground, size, down=down)) for size, down in sizes)
    return in_two_forms(wide, [narrow], Description.of(alt, table=table))


def _panels(
    vectors: tuple[Array, Array], titles: tuple[str, str], ground: str, size: float, *, down: bool
) -> list[Shape]:
    """Put both panels of a size beside or below one another, with the layer between them."""
    (before, after), (first, second) = vectors, titles
    shapes = _panel("panel-1", before, first, Frame(0, 0, size, HIGH), "embedding", ground)
    end = Frame.around(shape.bounds for shape in shapes).bottom
    middle = Point(size / 2, end + 50) if down else Point(size + GAP - 84, HIGH / 2)
    corner = Point(0, end + 120) if down else Point(size + GAP, 0)
    shapes += _panel("panel-2", after, second, Frame(corner.x, corner.y, size, HIGH), "flow", "block")
    shapes.append(Block(name="layer", text="LayerNorm", frame=Frame.about(middle.x, middle.y, 96, 40)))
    ways = (
        [(Point(middle.x, middle.y + off), Point(middle.x, middle.y + off + 18)) for off in (-42, 24)]
        if down
        else [(Point(middle.x + off, middle.y), Point(middle.x + off + 18, middle.y)) for off in (-70, 52)]
    )
    return shapes + [Arrow(name=f"layer-{at}-arrow", points=way) for at, way in enumerate(ways, start=1)]


def _panel(name: str, values: Array, title: str, frame: Frame, role: str, fill: str) -> list[Shape]:
    """Draw a bar for each number, on a band as wide as their spread about their mean."""
    plot = Plot(frame, Scale(0, len(values)), Scale(*ENDS))
    mean, spread = float(values.mean()), float(values.std())
    high, low = plot.at(0, mean + spread), plot.at(len(values), mean - spread)
    band = tuple(Point(x, y) for x, y in ((high.x, high.y), (low.x, high.y), (low.x, low.y), (high.x, low.y)))
    shapes: list[Shape] = [
        say(f"{name}-title", title, frame.left, frame.top - 20, "start", BLOCK),
        Region(name=f"{name}-spread", corners=band, fill="lane"),
        plot.level(f"{name}-zero", 0, "rule"),
    ]
    for place, value in enumerate(values.tolist()):
        printed = text_of(value, 2)
        shapes += bar(f"{name}-bar-{place + 1}", plot, place + 0.5, value, BAR, printed, role=role, fill=fill, rim=1.5)
    shapes.append(plot.level(f"{name}-mean", mean, "ink", width=1.5, dashes=(4.5, 3.3)))
    beside = frame.right + TO_NAME
    shapes.append(say(f"{name}-mean-name", f"mean {text_of(mean, 2)}", beside, plot.y(mean), "start", NAME.bold()))
    shapes.append(say(f"{name}-spread-name", f"spread {text_of(spread, 2)}", beside, high.y, "start", NAME.bold()))
    return shapes
