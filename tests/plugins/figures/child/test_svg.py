"""Standalone SVGs, and those for the page."""

import io
import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import fromstring

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from plugins.figures.child.svg import LARGEST_BYTES, SVG, compact, standalone, themed

pytestmark = pytest.mark.filterwarnings("ignore:.*font family")
WORDS = {"alt": "Two <lines>.", "description": {"text": "They cross."}}
PARTS = {"curve": {"argument": {"name": "units"}}, "title": {"argument": None}}


@pytest.fixture(scope="module")
def drawn() -> bytes:
    """Draw an SVG with markers, a clip path, text and two named artists."""
    figure = Figure(figsize=(3, 2))
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], marker="o", gid="curve")
    axes.plot([1, 0], [0, 1])
    axes.set_title("crossing", gid="title")
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "x"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


@pytest.fixture(scope="module")
def clean(drawn) -> str:
    """The same, cleaned."""
    return standalone(fromstring(drawn), "crossing", (288.0, 192.0), WORDS, PARTS).decode()


def test_nothing_remains_that_a_strict_policy_blocks(clean):
    """No style, neither element nor attribute, and no script, no metadata."""
    assert not re.search(r"<style|style=|<script|<metadata|xlink:", clean)


def test_it_contains_its_size_and_its_words(clean):
    """CSS pixels outside, matplotlib's points inside; title and description come first."""
    root = ElementTree.fromstring(clean)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("288", "192", "0 0 216 144")
    assert [(child.tag.split("}")[1], child.text) for child in root[:2]] == [
        ("title", "Two <lines>."),
        ("desc", "They cross."),
    ]


def test_programs_get_references_in_their_own_form(drawn, clean):
    """In that of SVG 1.1, because Inkscape and others don't read a plain `href`."""
    exported = standalone(fromstring(drawn), "crossing", (288.0, 192.0), WORDS, PARTS, for_programs=True).decode()
    assert exported.count(' xlink:href="#') == clean.count(' href="#') > 0
    assert " href=" not in exported


def test_named_parts_can_be_found(clean):
    """The text is text, and the parts have their names and the arguments that govern them."""
    root = ElementTree.fromstring(clean)
    (curve,) = root.findall(".//*[@data-part='curve']")
    assert curve.get("data-arg") == "units"
    (title,) = root.findall(".//*[@data-part='title']")
    assert "crossing" in "".join(title.itertext())


def test_every_id_is_unique_and_every_reference_has_a_target(drawn, clean):
    """So that one page can contain two figures."""
    other = standalone(fromstring(drawn), "other", (288.0, 192.0), WORDS, PARTS).decode()
    ids = set(re.findall(r' id="([^"]+)"', clean))
    pointed = set(re.findall(r'href="#([^"]+)"', clean)) | set(re.findall(r"url\(#([^)]+)\)", clean))
    assert ids
    assert ids == pointed
    assert not ids & set(re.findall(r' id="([^"]+)"', other))


POINT = st.tuples(*[st.floats(-900, 900).map(lambda value: round(value, 6))] * 2)
PIECES = st.lists(
    st.one_of(
        st.tuples(st.just("L"), st.tuples(POINT)),
        st.tuples(st.just("Q"), st.tuples(POINT, POINT)),
        st.tuples(st.just("C"), st.tuples(POINT, POINT, POINT)),
        st.tuples(st.just("z"), st.just(())),
        st.tuples(st.just("M"), st.tuples(POINT)),
    ),
    max_size=12,
)


def absolute(data: str) -> list[tuple[str, tuple[float, ...]]]:
    """Read path data as a browser does: commands with absolute coordinates."""
    found: list[tuple[str, tuple[float, ...]]] = []
    x = y = left = top = 0.0
    for command, rest in re.findall(r"([MLQChvlqcz])([^A-Za-z]*)", data):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", rest)]
        if command == "h":
            numbers, command = [numbers[0], 0], "l"
        elif command == "v":
            numbers, command = [0, numbers[0]], "l"
        if command.islower() and command != "z":
            numbers = [number + (x, y)[axis % 2] for axis, number in enumerate(numbers)]
        if command == "z":
            x, y = left, top
        else:
            x, y = numbers[-2:]
        if command == "M":
            left, top = x, y
        found.append((command.upper(), tuple(numbers)))
    return found


@given(POINT, PIECES)
def test_compact_path_data_draws_the_same_lines(
    first: tuple[float, float], pieces: list[tuple[str, tuple[tuple[float, float], ...]]]
) -> None:
    """To a twentieth of a pixel, however many pieces come before; lines without a length are left out."""
    data = " ".join(
        " ".join([command, *(f"{number:f}" for point in points for number in point)])
        for command, points in [("M", (first,)), *pieces]
    )
    wanted, got = (list(seen(absolute(text))) for text in (data, compact(data)))
    assert [command for command, _ in got] == [command for command, _ in wanted]
    for (_, some), (_, others) in zip(got, wanted, strict=True):
        assert some == pytest.approx(others, abs=0.051)


def seen(pieces: list[tuple[str, tuple[float, ...]]]) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Leave out the line before the end of a closed shape, and lines from a place to itself."""
    here, before = (0.0, 0.0), ""
    for (command, numbers), (after, _) in zip(pieces, [*pieces[1:], ("", ())], strict=True):
        end = tuple(round(number, 1) for number in numbers[-2:])
        if not (command == "L" and (after == "Z" or (end == here and before != "M"))):
            yield command, numbers
            before = command
        here = end or here


def test_a_quarter_of_an_ellipse_is_an_arc() -> None:
    """In both directions, whichever of its ends is level; any other curve stays what it is."""
    corner = "M 10 20 L 30 20 C 33.3137 20 36 22.6863 36 26 L 36 26 C 36 29.3137 33.3137 32 30 32"
    assert compact(corner) == "M10 20h20a6 6 0 0 1 6 6a6 6 0 0 1-6 6"
    assert compact("M 0 0 C 0 2.2091 1.7909 4 4 4") == "M0 0a4 4 0 0 0 4 4"
    assert compact("M 0 0 C 2.2091 0 4 -0.8954 4 -2") == "M0 0a4 2 0 0 0 4-2"
    assert compact("M 0 0 C 2.2 0 3 1.8 4 4") == "M0 0c2.2 0 3 1.8 4 4"


def test_a_moved_shape_differs_only_in_its_first_point() -> None:
    """So that a page of many similar shapes compresses well; a line back to the start of a closed shape is left out."""
    one = compact("M 10 20 \nL 30 20 \nC 31 20 32 21 32 22 \nL 10 20 \nz\n")
    other = compact("M 15.5 0.254 L 35.5 0.254 C 36.5 0.254 37.5 1.254 37.5 2.254 L 15.5 0.254 z")
    assert one == "M10 20h20c1 0 2 1 2 2z"
    assert other == one.replace("M10 20", "M15.5 0.3")
    assert compact("M 0 0 L 2 0 L 2 2 z") == compact("M 0 0 L 2 0 L 2 2 L 0 0 L 0 0 z") == "M0 0h2v2z"


def test_path_data_not_from_matplotlib_is_unchanged() -> None:
    """Arcs, and truncated data."""
    assert compact("M 0 0 A 1 1 0 0 0 2 2") == "M 0 0 A 1 1 0 0 0 2 2"
    assert compact("M 0 0\nL 1") == "M 0 0 L 1"


NAMES = {"#ffffff": "paper", "#1b2430": "ink", "#1749a6": "state", "#7b8694": "rule"}
STYLE = {
    "svg.fonttype": "none",
    "font.family": "Unrolled Sans",
    "figure.facecolor": "#ffffff",
    "axes.facecolor": "none",
    "axes.edgecolor": "#7b8694",
    "xtick.color": "#7b8694",
    "ytick.color": "#7b8694",
    "text.color": "#1b2430",
    "axes.labelcolor": "#1b2430",
    "axes.prop_cycle": mpl.cycler(color=["#1749a6"]),
}


def of(paint: Callable[[Axes], object], **style: object) -> str | None:
    """Draw in the theme's colours, and convert the result for the page."""
    with mpl.rc_context({**STYLE, **style}):
        figure = Figure(figsize=(3, 2))
        paint(figure.add_subplot())
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    root = fromstring(buffer.getvalue())
    standalone(root, "x", (288.0, 192.0), {"alt": "Words.", "description": {}}, {})
    data = themed(root, NAMES)
    return data.decode() if data is not None else None


@pytest.mark.parametrize(
    "paint",
    [
        lambda axes: axes.plot([0, 1], [0, 1], marker="o"),
        lambda axes: axes.text(0.5, 0.5, "words"),
        lambda axes: axes.fill_between([0, 1], [1, 0], color="#1749a6", alpha=0.2),
        lambda axes: axes.bar(["a", "b"], [1, 2]),
    ],
)
def test_a_figure_in_tokens_names_them_and_has_no_background(paint: Callable[[Axes], object]) -> None:
    """The page shows through: no colour and no paper is left, and no title or description, which the page adds."""
    svg = of(paint)
    assert svg
    assert not re.search(r"#[0-9a-f]{6}|on-paper|<title|style", svg)
    assert "var(--state)" in svg or "var(--ink)" in svg
    assert "var(--paper)" not in svg.partition("</path>")[0][:400]


@pytest.mark.parametrize(
    ("paint", "style"),
    [
        (lambda axes: axes.plot([0, 1], color="crimson"), {}),
        (lambda axes: axes.plot([0, 1], "k-"), {}),
        (lambda axes: axes.fill_between([0, 1], [1, 0], color="black"), {}),
        (lambda axes: axes.text(0.5, 0.5, "black"), {"text.color": "black"}),
        (lambda axes: axes.plot([0, 1]), {"figure.facecolor": "#eeeeee"}),
    ],
)
def test_with_one_colour_of_its_own_the_whole_figure_keeps_its_background(
    paint: Callable[[Axes], object], style: dict[str, object]
) -> None:
    """Including black, which an SVG doesn't even have to name."""
    svg = of(paint, **style)
    assert svg
    assert 'class="on-paper"' in svg


def test_a_drawing_with_an_image_or_too_much_data_is_not_inlined() -> None:
    """The policy blocks images, and too much data would weigh down the page."""
    assert of(lambda axes: axes.imshow([[0, 1]])) is None
    long = of(lambda axes: [axes.text(0, 0, "word" * 20) for _ in range(LARGEST_BYTES // 150)])
    assert long is None


def test_the_font_is_set_once_for_all_letters() -> None:
    """It is the one of most of them."""
    svg = of(lambda axes: axes.text(0.5, 0.5, "words"))
    assert svg
    assert svg.count("font-family") == svg.count("Unrolled Sans") == 1


def for_page(groups: str, moments: dict[str, dict[str, object]] | None = None) -> ElementTree.Element:
    """Convert the parts of an SVG for the page."""
    data = themed(fromstring(f'<svg xmlns="{SVG}" role="img" viewBox="0 0 99 99">{groups}</svg>'), NAMES, moments or {})
    assert data
    return ElementTree.fromstring(data)


def test_a_text_is_placed_to_a_tenth_of_a_pixel() -> None:
    """Nobody sees more, and it weighs."""
    (text,) = for_page('<text x="30.608" y="-47.0" font-size="12.5px">a</text>')
    assert text.attrib == {"x": "30.6", "y": "-47", "font-size": "12.5px"}


def test_parts_have_the_step_at_which_they_appear() -> None:
    """For the script that steps; other parts have none, and marks of a step stay in place."""
    moments = {"a": {"step": 2, "kind": "arrow", "bars": [(1.5, 2, 30, 3), (4, 2, 1, 3)]}}
    one, other = for_page('<g data-part="a"><path d="M 0 0 L 1 1"/></g><g data-part="b"/>', moments).iter("g")
    bars = "M1.5 2h30v3h-30z M4 2h1v3h-1z"
    assert one.attrib == {"data-part": "a", "data-step": "2", "data-kind": "arrow", "data-bars": bars}
    assert other.attrib == {"data-part": "b"}


RIM = {"x": "-4", "y": "-4", "width": "48", "height": "35", "rx": "7"}


@pytest.mark.parametrize(
    ("path", "tag", "halo"),
    [
        pytest.param('d="M 3 0 \nL 40 0 \nL 40 27 \nL 0 27 \nL 0 3 \nz\n" fill="none"', "rect", RIM, id="a shape"),
        pytest.param(
            'd="M 0 0 \nL 40 0" stroke="#1749a6" stroke-width="1.5"',
            "path",
            {"d": "M0 0h40", "stroke-width": "3"},
            id="a line",
        ),
        pytest.param('d="M 0 50 \nL 40 50 \nL 40 54 \nL 0 54 \nz\n" fill="none"', "path", {}, id="a thin bar"),
    ],
)
def test_what_an_argument_governs_can_be_highlighted(path: str, tag: str, halo: dict[str, str]) -> None:
    """A shape by a rim 4 px outside of it; a line, or what is too thin for a rim, by a thicker one; others can't."""
    parts = (f'<g data-part="p"{argument}><path {path}/></g>' for argument in (' data-arg="units"', ""))
    (one, other) = for_page("".join(parts))
    (found,) = one.iterfind("*[@class='halo']")
    assert found.tag == tag
    assert found.attrib.items() >= halo.items()
    assert other.find("*[@class='halo']") is None
