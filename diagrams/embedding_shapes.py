"""Three words, their indices, and the rows that these pull out of a tall table of vectors."""

from unrolled import Embedding, Picture, PictureError, embed, read_keras
from unrolled.description import Description, TextColumn
from unrolled.flow.axis import DOWN
from unrolled.flow.drawing import laid
from unrolled.flow.table import Table
from unrolled.fonts import CODE
from unrolled.geometry import Frame, Point
from unrolled.i18n import numbers
from unrolled.measures import Measures, measures
from unrolled.palette import word_fills
from unrolled.picture import in_two_forms
from unrolled.sample import Sample
from unrolled.shapes.arrows import INSET, Bracket
from unrolled.shapes.cells import Tiles, cells
from unrolled.shapes.shape import Shape, Shapes
from unrolled.views.pieces import BOLD, column_width, heading, text, vector, word

WORDS = ["I", "am", "groot"]
WIDE, NARROW = (
    measures(letters=22, cell=(44, 34), apart=84),
    measures(letters=16, cell=(29, 30), apart=0, is_full=False),
)
HIGH, TEXTURE = 216, 54
"""The height of the rows that aren't looked up, and how many hairlines suggest them."""
ALT = "The words {} have the indices {}, which pull rows {} out of a table of {} rows: {}."


def draw(code: str) -> Picture:
    """Lead from each word through its index and its row of the table to what comes out."""
    model = read_keras(code)
    layer, call = model.nodes[0].layer, model.nodes[0].calls[0]
    if not isinstance(layer, Embedding):
        raise PictureError(f"{call.text} isn't an Embedding", block=code, lineno=call.lineno)
    vectors = embed(WORDS)
    ends = ", ".join(str(index) for index in range(len(WORDS)))
    rows = [numbers(each) for each in vectors.tolist()]
    said = ALT.format(", ".join(WORDS), ends, ends, layer.input_dim, "; ".join(map(str, rows)))
    table = [TextColumn("word", WORDS), TextColumn("index", map(str, range(len(WORDS)))), TextColumn("row", rows)]
    named = {name: call.argument(name) for name in ("input_dim", "output_dim")}
    arguments = {name: argument for name, argument in named.items() if argument is not None}
    wide, narrow = ([_laid(layer, vectors.tolist(), sizes) for sizes in tried] for tried in (WIDE, NARROW))
    return in_two_forms(wide, narrow, Description.of(said, table=table), arguments=arguments)


def _laid(layer: Embedding, vectors: list[list[float]], sizes: Measures) -> tuple[Shape, ...]:
    fills, printed = word_fills(WORDS), [cells(each, 4) for each in vectors]
    size, numbers_in_row = layer.input_dim, layer.output_dim
    half = sizes.cell[0] * numbers_in_row / 2
    word_room = column_width(WORDS, sizes.style, 7, 48)
    table = Table(Sample.all(len(WORDS)), 0)

    def row(at: int) -> Shapes:
        return vector(printed[at], sizes.cell, fills[WORDS[at]])

    @table.column(name="word")
    def said(at: int) -> Shapes:
        return word(WORDS[at], word_room, fills[WORDS[at]], sizes.style, high=sizes.cell[1] - 4)

    @table.column(heading("index", y=-6), 12 if sizes.is_full else -5, arrow="to-index-%s" if sizes.is_full else "")
    def index(at: int) -> Shapes:
        return vector([str(at)], (26, 26), "block", "ink")

    @table.column(heading(f"{size} rows", y=-6), sizes.apart, arrow="to-row-%s", name="row")
    def pulled(at: int) -> Shapes:
        return row(at)

    @table.column(
        heading(f"{len(WORDS)} rows come out" if sizes.is_full else f"{len(WORDS)} out", y=-6),
        sizes.apart,
        arrow="to-out-%s",
    )
    def out(at: int) -> Shapes:
        return row(at)

    top = -HIGH / 2
    rest = Tiles(name="rest", role="embedding", frame=Frame(-half, top, 2 * half, HIGH), count=TEXTURE, columns=1)
    x = -half - 8
    bracket = Bracket(name="rows", argument="input_dim", start=Point(x, top), to=Point(x, -top))
    more = [
        *text(
            str(size - len(WORDS)), "ink", CODE, name="more-count", argument="input_dim", x=x - 10, y=-9, anchor="end"
        ),
        *text("more rows", "ink", name="more", x=x - 10, y=10, anchor="end"),
    ]
    across = Bracket(
        name="across",
        role="embedding",
        argument="output_dim",
        start=Point(-half + INSET, top + 8),
        to=Point(half - INSET, top + 8),
        tick=-4,
    )
    under = [
        across,
        *text(str(numbers_in_row), "embedding", CODE, name="across-count", argument="output_dim", y=top + 26),
        *text(f"{size} · {numbers_in_row} = {size * numbers_in_row:,}", "ink", BOLD, name="weights", y=top + 74),
        *text("numbers to learn", name="weights-said", y=top + 94),
    ]
    table.below = [{"row": [rest, bracket, *more], "out": under}]
    return laid(table.flow(), DOWN).shapes
