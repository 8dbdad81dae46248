"""Rules for the lines of a picture: they end at rims, cross nothing, and have gaps where they cross each other."""

from itertools import combinations, pairwise, product
from math import hypot

from tests.diagrams.pictures import first_that_meet
from unrolled.geometry import Frame, Point
from unrolled.shapes.arrows import CLEAR, Arrow, Disc
from unrolled.shapes.blocks import Block, Lane, Operator, Skipped
from unrolled.shapes.cells import RIM, Vector
from unrolled.shapes.shape import Stroke
from unrolled.shapes.text import Word
from unrolled.stepping import as_drawn

LINE = 0.75


def check_wiring(picture):
    """Check that nothing overlaps, every arrow ends at a rim, and no line passes through anything unrelated."""
    shapes = [as_drawn(shape) for shape in picture.shapes]
    framed = [(shape.name, rim_of(shape)) for shape in shapes if isinstance(shape, SOLID)]
    assert not (pair := first_that_meet(framed)), pair
    arrows = [shape for shape in shapes if isinstance(shape, Arrow)]
    ends = [frame for _, frame in framed] + [shape.frame for shape in shapes if isinstance(shape, Skipped)]
    texts = [text.frame for shape in shapes for text in shape.texts]
    lines = [(arrow, [stroke.grown(LINE) for stroke in strokes_of(arrow)]) for arrow in arrows]
    for arrow, strokes in lines:
        check_end(arrow, ends)
        check_clear(arrow.name, strokes, framed, texts)
    dots = [shape.at for shape in shapes if isinstance(shape, Disc)]
    for (one, strokes), (other, others) in combinations(lines, 2):
        if not may_join(one, other):
            check_crossing((one.name, other.name), strokes, others, dots)


SOLID = Vector | Block | Word | Operator


def rim_of(shape):
    """Return the outermost line of a thing."""
    rim = RIM if isinstance(shape, Vector) and shape.second_rim else 0
    return shape.frame.grown(rim)


def check_end(arrow, ends):
    """Check that an arrow ends 4 px from a rim."""
    before, tip = arrow.points[-2:]
    way = hypot(tip.x - before.x, tip.y - before.y)
    assert way > 0, arrow.name
    if not arrow.head:
        return
    reached = Point(tip.x + (tip.x - before.x) / way * (CLEAR + 0.6), tip.y + (tip.y - before.y) / way * (CLEAR + 0.6))
    short = Point(tip.x + (tip.x - before.x) / way * (CLEAR - 0.6), tip.y + (tip.y - before.y) / way * (CLEAR - 0.6))
    at = [frame for frame in ends if frame.grown(0.01).holds(Frame(reached.x, reached.y, 0, 0))]
    assert at, arrow.name
    assert not any(frame.holds(Frame(short.x, short.y, 0, 0)) for frame in at), arrow.name


def strokes_of(arrow):
    """Return the lines of an arrow without its gaps; a bend counts as its corner's two legs."""
    for mark in arrow.marks():
        if isinstance(mark, Stroke):
            for one, other in pairwise(mark.path.points):
                left, right = sorted((one.x, other.x))
                top, bottom = sorted((one.y, other.y))
                yield Frame.between(left, top, right, bottom)


def check_clear(name, strokes, framed, texts):
    """Check that a line passes through no vector, block, word or text."""
    for line in strokes:
        for other, frame in framed:
            assert not line.meets(frame), (name, other)
        for frame in texts:
            assert not line.meets(frame), (name, frame)


def may_join(one, other):
    """Return whether one line may continue the other."""
    joined = any(
        hypot(a.x - b.x, a.y - b.y) < 1
        for a in (one.points[0], one.points[-1])
        for b in (other.points[0], other.points[-1])
    )
    shared = "input-" in one.name and "input-" in other.name and one.points[0] == other.points[0]
    return joined or shared


def check_crossing(names, strokes, others, dots):
    """Check that two lines only meet at a dot."""
    for a, b in product(strokes, others):
        if a.meets(b):
            where = Point(min(max(a.left, b.left), a.right), min(max(a.top, b.top), a.bottom))
            assert any(hypot(dot.x - where.x, dot.y - where.y) < 10 for dot in dots), (*names, where)


def check_even(picture):
    """Check that blocks in a lane are evenly spaced, except where steps are left out."""
    lanes = [shape for shape in picture.shapes if isinstance(shape, Lane) and len(shape.frames) == 1]
    blocks = [shape for shape in picture.shapes if isinstance(shape, Block | Skipped) and "Flatten" not in str(shape)]
    for lane in lanes:
        inside = [shape.frame for shape in blocks if lane.frames[0].holds(shape.frame)]
        for middle in ((lambda frame: frame.middle), (lambda frame: frame.centre)):
            places = sorted(map(middle, inside))
            steps = {round(after - before, 3) for before, after in pairwise(places)} - {0}
            assert len(steps) <= 1, lane.name
