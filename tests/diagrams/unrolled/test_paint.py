"""Rendering: artists, groups, and independence of settings."""

import matplotlib as mpl
import pytest

from tests.diagrams.pictures import parts_of, saved_svg, texts_of
from unrolled.description import Description
from unrolled.fonts import width
from unrolled.geometry import Frame, Point
from unrolled.palette import colour
from unrolled.picture import Picture
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.cells import Vector
from unrolled.shapes.text import Label

SHAPES = (
    Vector(name="state-1", role="state", frame=Frame(0, 0, 54, 27), cells=("0.4", "−0.2")),
    Arrow(name="arrow", points=(Point(0, 40), Point(54, 40))),
    Label(name="cost", text="$5 or $6", at=Point(27, 60)),
)


@pytest.fixture
def picture():
    """Build a vector, an arrow and a label."""
    return Picture(SHAPES, Frame(-10, -10, 90, 90), Description("alt"))


def test_a_figure_is_as_large_as_its_picture(picture):
    """At 72 per inch, one point is one pixel."""
    figure = picture.figure()
    assert tuple(figure.get_size_inches() * 72) == pytest.approx((90, 90))
    assert mpl.colors.to_hex(figure.get_facecolor()).upper() == colour("paper")


def test_a_shape_is_one_artist_with_its_name(picture):
    """In drawing order, with everything it consists of inside."""
    parts = picture.figure().artists
    assert [part.get_gid() for part in parts] == ["state-1", "arrow", "cost"]
    assert [text.get_text() for text in parts[0].get_children() if isinstance(text, mpl.text.Text)] == ["0.4", "−0.2"]


def test_an_svg_keeps_groups_and_texts(picture, tmp_path):
    """Text stays text, and a dollar sign stays a dollar sign."""
    svg = saved_svg(picture, tmp_path / "p.svg")
    assert parts_of(svg, "state-1|arrow|cost") == ["state-1", "arrow", "cost"]
    assert texts_of(svg, "cost") == ["$5 or $6"]


def test_a_tilde_is_drawn_over_its_letter(tmp_path):
    """The letters stay text, and the tilde, a separate character, is above the right one and takes no width."""
    label = Label(name="candidate", text="i × c\N{COMBINING TILDE}", at=Point(40, 40), anchor="start")
    (text,), (tilde,) = label.texts, label.texts[0].tildes
    assert text.frame.width == width("i × c", label.style)
    assert tilde.style == text.style, "both stay, or neither does, where small text is left out"
    assert text.frame.holds(tilde.frame, 1)
    middle = 40 + width("i × ", label.style) + width("c", label.style) / 2
    assert tilde.frame.middle == pytest.approx(middle)
    svg = saved_svg(Picture((label,), Frame(0, 0, 90, 90), Description("alt")), tmp_path / "p.svg")
    assert texts_of(svg, "candidate") == ["i × c", "~"]


def test_y_points_down_as_in_the_picture(picture, tmp_path):
    """The label is below the vector, as in the picture."""
    svg = saved_svg(picture, tmp_path / "p.svg")
    heights = [float(text.get("y")) for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert heights == pytest.approx([10 + text.at.y for shape in SHAPES for text in shape.texts], abs=0.01)


def test_the_look_does_not_depend_on_settings(picture, tmp_path):
    """Different defaults give the same file."""
    other = {"font.size": 30, "lines.linewidth": 9, "text.color": "red", "patch.edgecolor": "red", "figure.dpi": 300}
    files = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for file, settings in zip(files, [{}, other], strict=True):
        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "same", **settings}):
            picture.figure().savefig(file, metadata={"Date": None})
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_part_has_a_role_and_a_step(picture):
    """And without code, no argument."""
    assert picture.parts["state-1"] == {"role": "state", "step": None, "argument": None}
    assert picture.size_px == (90, 90)
