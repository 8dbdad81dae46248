"""The pictures of a slider as their differences."""

import json
import random
from itertools import accumulate
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.figures.child.snapshots import LARGEST_BYTES, differences, stored, track
from plugins.figures.child.svg import written
from plugins.figures.report import NothingDrawnError

WORDS = {"alt": "Points.", "description": {"text": "They move.", "head": ["x"], "rows": [["1"]]}, "steps": []}


def unfolded(first: Any, *more: Any) -> list[str]:
    """Return the values of a track, as the page's script does."""
    if isinstance(first, str):
        found = [first]
        for change in more[0]:
            now = found[-1]
            found.append(now[: change[0]] + change[1] + now[len(now) - change[2] :] if change else now)
        return found
    decimals, series = more
    columns = [[f"{it / 10**decimals:.{decimals}f}" for it in accumulate(steps)] for steps in series]
    columns = [[it.rstrip("0").rstrip(".") if decimals else it for it in column] for column in columns]
    return [
        "".join([first[0], *(a + b for a, b in zip(each, first[1:], strict=True))])
        for each in zip(*columns, strict=True)
    ]


def restored(own: Element, tracks: list[list[Any]], place: int) -> str:
    """Return a frame, from the one that a page shows and what changes in the others."""
    copy = fromstring(written(own))
    elements = list(copy.iter())
    for number, name, *rest in tracks:
        value = unfolded(*rest)[place]
        if name == "*":
            elements[number][:] = list(fromstring(f"<g>{value}</g>"))
        elif name:
            elements[number].set(name, value)
        else:
            elements[number].text = value
    return written(copy).decode()


number = st.decimals(-999, 999, places=1).map(lambda it: f"{it.normalize():f}")
text = st.one_of(
    number, st.text("ab0.5−- ", max_size=6), st.tuples(number, number).map(lambda it: f"M{it[0]} {it[1]}z")
)


@st.composite
def drawings(draw: st.DrawFn) -> list[Element]:
    """Draw some frames: the same elements with other values, in some of which a few more or fewer are."""
    count = draw(st.integers(2, 5))

    def element(depth: int) -> Element:
        tag = draw(st.sampled_from(["path", "text"])) if depth > 1 else "g"
        found = Element(tag, dict.fromkeys(draw(st.sets(st.sampled_from("dxy"))), ""))
        found.extend(element(depth + 1) for _ in range(0 if tag != "g" else draw(st.integers(0, 3))))
        return found

    def valued(pattern: Element, loses: bool) -> Element:
        copy = Element(pattern.tag, {name: draw(text) for name in pattern.attrib})
        if pattern.tag == "text":
            copy.text = draw(text) or None
        children = [*pattern][: len(pattern) - loses] if pattern.tag == "g" else []
        copy.extend(valued(it, draw(st.booleans()) and draw(st.booleans())) for it in children)
        return copy

    pattern = element(0)
    pattern.attrib.clear()
    return [valued(pattern, False) for _ in range(count)]


@settings(max_examples=60)
@given(drawings(), st.data())
def test_every_frame_is_restored_exactly(frames, data):
    """From whichever frame the page shows, through JSON, whatever changes: numbers, words, or the elements."""
    own = data.draw(st.integers(0, len(frames) - 1))
    tracks = json.loads(json.dumps(list(differences(frames, own))))
    for place, frame in enumerate(frames):
        assert restored(frames[own], tracks, place) == written(frame).decode()


@given(st.lists(text, min_size=2, max_size=6).filter(lambda it: len(set(it)) > 1))
def test_values_are_kept_exactly(values):
    """As a browser writes the numbers, or else as texts."""
    assert unfolded(*track(values)) == values


def test_a_point_that_moves_is_two_short_lists():
    """What stays of its path is stored once."""
    frames = [fromstring(f'<svg><path d="M{10 + at / 2:g} {7 - at}l6 4h-12z"/></svg>') for at in range(4)]
    assert list(differences(frames, 3)) == [[1, "d", ["M", " ", "l6 4h-12z"], 1, [[100, 5, 5, 5], [70, -10, -10, -10]]]]


def test_nothing_is_stored_of_what_stays():
    """Nor of a drawing that doesn't change."""
    frame = '<svg><g><path d="M1 2"/></g><text>0.5</text></svg>'
    assert list(differences([fromstring(frame), fromstring(frame)], 0)) == []


def test_more_than_40_kb_is_an_error():
    """It says how much there is."""
    chance = random.Random(1)

    def frame() -> Element:
        return fromstring("<svg>" + "".join(f"<text>{chance.random()}</text>" for _ in range(200)) + "</svg>")

    with pytest.raises(NothingDrawnError, match=r'vary="epoch=0..40" differ by \d\d kB .* may have 40 kB'):
        stored([{"wide": frame()} for _ in range(41)], [WORDS] * 41, [""] * 41, 40, 'vary="epoch=0..40"')
    assert LARGEST_BYTES == 40_000


def test_words_are_in_the_order_of_the_page():
    """The cells of the table too, with how each row was computed at its end, as its template writes them."""
    rows = {"head": ["x", "y"], "rows": [["1", "2"], ["3", "4"]], "computed": ["1 + 1", "3 + 1"]}
    words = {"alt": "Points.", "description": {"text": "A.\n\nB.", **rows}, "steps": ["One."]}
    told = json.loads(stored([{"wide": Element("svg")}] * 2, [words] * 2, [""] * 2, 0, "it"))["words"]
    cells = ["1", "2", "1 + 1", "3", "4", "3 + 1"]
    assert [text for name, text, _ in told if name == "cell"] == cells
    assert [name for name, *_ in told] == ["alt", "text", "p", "p", *["cell"] * 6, "step"]


def test_the_answers_of_a_picture_are_named_by_their_content():
    """A page makes their address of that. A picture without answers has an empty name."""
    frames, words = [{"wide": Element("svg")}] * 2, [WORDS] * 2
    assert json.loads(stored(frames, words, ["0123456789abcdef0.json", ""], 0, "it"))["asks"] == [
        "0123456789abcdef",
        "",
    ]
    assert json.loads(stored(frames, words, ["", ""], 0, "it"))["asks"] == []


@pytest.mark.parametrize("change", ["width", "rows"])
def test_other_sizes_or_rows_are_an_error(change):
    """A page has one place for all pictures, and one table."""
    frames = [{"wide": Element("svg", {"width": width})} for width in ("1", "2" if change == "width" else "1")]
    rows = [["1"], ["2"]] if change == "rows" else [["1"]]
    words = [WORDS, {**WORDS, "description": {**WORDS["description"], "rows": rows}}]
    with pytest.raises(NothingDrawnError, match="have other sizes, or other numbers of paragraphs, rows and steps"):
        stored(frames, words, [""] * 2, 0, "it")
