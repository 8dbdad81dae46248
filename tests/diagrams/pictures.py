"""Rules for all pictures, used by the tests of views."""

import re
from functools import cache, partial
from itertools import combinations, pairwise
from xml.etree import ElementTree

import matplotlib as mpl

from unrolled.geometry import Frame
from unrolled.layout import TABLET
from unrolled.shapes.arrows import CLEAR, Arrow, Bracket, StepsLine, Tie
from unrolled.shapes.blocks import Block, Card
from unrolled.shapes.cells import RIM, Grid, Vector
from unrolled.shapes.shape import Area, Stroke
from unrolled.shapes.text import Word
from unrolled.stepping import as_drawn

TOUCHING = 0.01
"""The tolerance for rounding: adjacent runs in a line of code share an edge."""
DECIMAL = re.compile(r"[−-]?\d+[.,]\d+")
"""Matches a decimal number in the format of any supported language, and runs of such numbers."""
RUN = re.compile(r"[−-]?\d+(?:[.,]\d+)?(?:[,;] [−-]?\d+(?:[.,]\d+)?)*")
QUOTED = re.compile("[“„]([^”“]*)[”“]")
SAID = ("state", "memory", "output")
"""The roles of a step's results."""
SVG = "{http://www.w3.org/2000/svg}"


def check_picture(picture):
    """Check that texts don't touch or leave their shape or the picture, are large enough, and aren't crossed."""
    texts = [(shape, text) for shape in picture.shapes for text in shape.texts]
    frames = [(text, text.frame.grown(-TOUCHING / 2)) for _, text in texts]
    assert not (pair := first_that_meet(frames)), pair
    whole = Frame(picture.box.left, picture.box.top, *picture.size_px)
    for shape, text in texts:
        assert whole.holds(text.frame), text
        assert text.style.size >= 11.5
        check_text_in_shape(shape, text)
    for shape in picture.shapes:
        assert whole.holds(shape.bounds), shape.name
    names = [shape.name for shape in picture.shapes]
    assert len({*names}) == len(names), {name for name in names if names.count(name) > 1}
    check_lines(picture, texts)
    check_cards(picture)


def shapes_of(picture):
    """Find shapes by their names."""
    return {shape.name: shape for shape in picture.shapes}


def strokes(shape):
    """List a shape's lines."""
    return [mark for mark in shape.marks() if isinstance(mark, Stroke)]


def areas(shape):
    """List a shape's fills."""
    return [mark for mark in shape.marks() if isinstance(mark, Area)]


def forms(picture):
    """Return the wide layout, and the ones for tablets and phones if there are any."""
    return [form for form in (picture, picture.mid, picture.narrow) if form is not None]


def check_rules(picture, page=848, phone=288):
    """Check the rules for all pictures: what it says, its widths, and that nothing touches.

    Return its forms, but for the one for tablets, which looks like the wide one.
    The lists of words that are drawn can be too long for a page or a phone, which has no width then.
    """
    assert picture.alt
    check_told(picture)
    if picture.moments:
        check_steps(picture)
    for form, most in ((picture, page), (picture.mid, page and TABLET), (picture.narrow, phone)):
        assert form is None or most is None or form.size_px[0] <= most
    for form in forms(picture):
        check_picture(form)
    return [picture] if picture.narrow is None else [picture, picture.narrow]


def first_that_meet(framed):
    """Find two frames that overlap, from left to right; None if there are none."""
    ordered = sorted(framed, key=lambda it: it[1].left)
    for place, (one, frame) in enumerate(ordered, start=1):
        right = frame.right
        for other, another in ordered[place:]:
            if another.left >= right:
                break
            if frame.meets(another):
                return one, other
    return None


def check_steps(picture):
    """Check that each step's sentence names what is highlighted at that step, and that nothing appears early in either.

    Where steps, or numbers within a vector, are left out, the text says more than there is space to draw.
    """
    told_at = cache(partial(told_until, picture))
    for form in filter(None, (picture, picture.narrow)):
        assert form.description == picture.description
        check_causes(form)
        shapes = [(shape, as_drawn(shape)) for shape in form.shapes]
        drawn = {shape.step for shape, _ in shapes if shape.step}
        is_cut = any(re.search(r"…|\bmore\b", text.text) for shape in form.shapes for text in shape.texts)
        words = [(shape, inner) for shape, inner in shapes if isinstance(inner, Word)]
        vectors = [(shape.step or 0, inner) for shape, inner in shapes if isinstance(inner, Vector)]
        for step, sentence in enumerate(picture.steps, start=1):
            if step not in drawn:
                assert is_cut, step
                continue
            lit = {word.text for shape, word in words if step in (shape.step, *word.again)}
            named = {it for it in QUOTED.findall(sentence) if it in {word.text for _, word in words}}
            assert named == lit or (is_cut and lit <= named), sentence
            for _, vector in [it for it in vectors if it[0] == step and not is_cut]:
                is_first = vector.name.endswith("step0-" + vector.role)
                is_told = holds(runs(sentence), vector.cells) or not any(vector.cells)
                assert vector.role not in SAID or is_first or is_told, sentence
            if not is_cut:
                printed = [text.text for shape, _ in shapes if (shape.step or 0) <= step for text in shape.texts]
                assert set(DECIMAL.findall(sentence)) <= {it for text in printed for it in DECIMAL.findall(text)}
        for step in sorted(drawn) if not is_cut else ():
            early, later = ({it.cells for at, it in vectors if (at <= step) is here} for here in (True, False))
            hidden = {vector for vector in later - early if sum(map(bool, map(DECIMAL.fullmatch, vector))) > 1}
            assert not hidden & told_at(step), step


def told_until(picture, step):
    """Return the numbers that a picture's texts have up to a step, run by run."""
    now = picture.until(step)
    cells = [cell for row in now.description["rows"] for cell in row]
    return {run for text in [now.alt, now.description["text"], *now.steps, *cells] for run in runs(text)}


def holds(found, cells):
    """Return whether a run is a vector's, or contains the single number of a node."""
    return cells in found or (len(cells) == 1 and any(cells[0] in run for run in found))


def runs(text):
    """List the numbers that are next to each other in a text, run by run."""
    return [tuple(re.split("[,;] ", run)) for run in RUN.findall(text)]


def check_causes(picture):
    """Check that no arrow appears before its source, or after its target."""
    solid = [(shape, shape.frame) for shape in picture.shapes if isinstance(shape, Vector | Block) and shape.step]
    for arrow in picture.shapes:
        if isinstance(arrow, Arrow) and arrow.step and arrow.dotted is None:
            start, end = arrow.points[0], arrow.points[-1]
            for shape, frame in solid:
                near = frame.grown(CLEAR + RIM + 0.5)
                assert shape.step <= arrow.step or not near.holds(Frame(start.x, start.y, 0, 0)), (
                    arrow.name,
                    shape.name,
                )
                assert arrow.step <= shape.step or not near.holds(Frame(end.x, end.y, 0, 0)), (arrow.name, shape.name)


def check_told(picture):
    """Check that every decimal number in a cell is also in the table, the steps or the texts."""
    told = picture.description
    said = " ".join([picture.alt, told["text"], *picture.steps, *(cell for row in told["rows"] for cell in row)])
    numbers = set(DECIMAL.findall(said))
    for shape in picture.shapes:
        for text in shape.texts if isinstance(shape, Vector | Grid) else ():
            assert not DECIMAL.fullmatch(text.text) or text.text in numbers, (shape.name, text.text)


def check_text_in_shape(shape, text):
    """Check that a text stays inside its cell, and inside each area of its shape that its middle is on.

    The number of a bar has no ink, and only has to be in its cell.
    """
    if isinstance(shape, Vector):
        width = shape.frame.width / len(shape.cells)
        cell = Frame.about(text.at.x, shape.frame.centre, width, shape.frame.height)
        assert cell.holds(text.frame), text
    elif isinstance(shape, Grid):
        places = [(row, column) for row in range(len(shape.rows)) for column in range(len(shape.rows[0]))]
        assert any(shape.cell(place).holds(text.frame) for place in places), text
    middle = Frame(text.frame.middle, text.frame.centre, 0, 0)
    for area in (mark.frame for mark in shape.marks() if isinstance(mark, Area)):
        assert area.holds(text.frame) or not (text.is_inked and area.holds(middle)), text


def check_arrows(picture, branching=False):
    """Check that arrows pass through no text or block, or, if none branch off, other arrows."""
    arrows = {shape.name: segments(shape) for shape in picture.shapes if isinstance(shape, Arrow)}
    texts = [text.frame for shape in picture.shapes for text in shape.texts]
    blocks = [shape for shape in picture.shapes if isinstance(shape, Block)]
    for name, line in arrows.items():
        for piece in line:
            assert not any(piece.meets(frame) for frame in texts), name
            assert not any(piece.meets(block.frame) for block in blocks), name
    for (one, first), (other, second) in combinations(arrows.items(), 2):
        assert branching or not any(a.meets(b) for a in first for b in second), (one, other)


def check_cards(picture):
    """Check that cards don't hide text drawn before them."""
    for place, card in enumerate(picture.shapes):
        if isinstance(card, Card):
            hidden = [text for shape in picture.shapes[:place] for text in shape.texts if card.frame.meets(text.frame)]
            assert not hidden, (card.name, hidden)


def check_lines(picture, texts):
    """Check that ties keep clear of one another, of text and of anything with a frame."""
    lines = {shape.name: segments(shape) for shape in picture.shapes if isinstance(shape, Bracket | Tie | StepsLine)}
    framed = [shape.frame for shape in picture.shapes if isinstance(shape, Vector | Block | Word)]
    letters = [(text, text.frame) for _, text in texts]
    for name, line in lines.items():
        for segment in line:
            for text, frame in letters:
                assert not segment.meets(frame), (name, text)
            if name != "steps":
                assert not any(segment.meets(frame) for frame in framed), name
    names = [name for name in lines if name != "steps" and not name.startswith("now-")]
    for one, other in combinations(names, 2):
        assert not any(a.meets(b) for a in lines[one] for b in lines[other]), (one, other)


def segments(shape):
    """Split the lines of a shape into thin frames; bends count as their corner's two legs."""
    found = []
    for mark in shape.marks():
        for one, other in pairwise(mark.path.points):
            left, right = sorted((one.x, other.x))
            top, bottom = sorted((one.y, other.y))
            found.append(Frame.between(left, top, right, bottom).grown(0.75))
    return found


def saved_svg(picture, file):
    """Save a picture as the engine does, and read it back."""
    with mpl.rc_context({"svg.fonttype": "none"}):
        picture.figure().savefig(file, format="svg")
    return ElementTree.parse(file).getroot()


def texts_of(svg, name):
    """Read the texts of a part of a saved picture, in order."""
    (group,) = [group for group in svg.iter(f"{SVG}g") if group.get("id") == name]
    return [text.text for text in group.iter(f"{SVG}text")]


def parts_of(svg, pattern):
    """List the names of the parts that match a pattern, in drawing order."""
    names = [group.get("id") for group in svg.iter(f"{SVG}g")]
    return [name for name in names if name and re.fullmatch(pattern, name)]
