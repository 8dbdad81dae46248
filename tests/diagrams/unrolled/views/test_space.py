"""Words as points in the plane."""

from itertools import combinations
from math import hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import REPOSITORY
from tests.diagrams.pictures import check_picture, check_rules, shapes_of
from tests.sampling import sampled
from unrolled import PictureError, space
from unrolled.flow.plane import NOTE_UNDER
from unrolled.geometry import Frame
from unrolled.shapes.arrows import Arrow, Disc
from unrolled.shapes.plots import Line, Region
from unrolled.views.space import Near, projection_of

FOUR = {"man": (0.2, 0.1), "king": (0.3, 0.8), "woman": (0.7, 0.1), "queen": (0.82, 0.75)}
LETTERS = st.text("abcdefgmw", min_size=1, max_size=14)


def learnt(count):
    """Load the first words for which the site has vectors."""
    with np.load(REPOSITORY / "diagrams/data/words/vectors.npz") as saved:
        return saved["words"].tolist()[:count], saved["vectors"][:count].astype(np.float64)


@st.composite
def clouds(draw, most=60):
    """Generate words with vectors, scattered or in clusters, some of them equal."""
    words = draw(st.lists(LETTERS, min_size=1, max_size=most, unique=True))
    features, heaps = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    random = np.random.default_rng(draw(st.integers(0, 1000)))
    spread = draw(st.sampled_from([0, 0.02, 0.3, 1]))
    middles = random.normal(size=(heaps, features))
    return words, middles[random.integers(heaps, size=len(words))] + spread * random.normal(size=(len(words), features))


def check_names(picture, words):
    """Check that names overlap no names or points, and that each is closest to its own point or has a line to it."""
    shapes = shapes_of(picture)
    names = [shapes[f"word-{number}"].texts[0].frame for number in range(1, words + 1)]
    points = [shapes[f"word-{number}-point"].at for number in range(1, words + 1)]
    for one, other in combinations(names, 2):
        assert not one.meets(other)
    for frame in names:
        assert not any(frame.meets(Frame.about(point.x, point.y, 6, 6)) for point in points)
    leaders = {name.removesuffix("-leader"): shape for name, shape in shapes.items() if name.endswith("-leader")}
    for number, frame in enumerate(names, start=1):
        leader = leaders.get(f"word-{number}")
        if leader is None:
            near = [distance(frame, point) for point in points]
            assert near[number - 1] == pytest.approx(min(near), abs=4.5)
            assert near[number - 1] < 25
        else:
            assert leader.start == points[number - 1]
            assert frame.grown(6).holds(Frame(leader.to.x, leader.to.y, 0, 0))


def distance(frame, point):
    """Measure the distance from a frame's rim to a point."""
    x = min(max(point.x, frame.left), frame.right)
    y = min(max(point.y, frame.top), frame.bottom)
    return hypot(point.x - x, point.y - y)


@sampled(60)
@given(clouds())
def test_no_names_overlap_whatever_the_words(cloud):
    """Up to sixty, even if they are in clusters or have the same vector."""
    words, vectors = cloud
    picture = space(words, vectors)
    for form in check_rules(picture, page=None, phone=None):
        check_names(form, len(words))


@sampled(40)
@given(clouds(most=12), st.data())
def test_distances_are_to_scale_in_both_directions(cloud, data):
    """Distances on the page are those in the plane times a constant."""
    words, vectors = cloud
    picture = space(words, vectors)
    shapes = shapes_of(picture)
    places = picture.vectors.places
    on_page = [shapes[f"word-{number}-point"].at for number in range(1, len(words) + 1)]
    pairs = list(combinations(range(len(words)), 2))
    if pairs:
        ratios = [
            (np.linalg.norm(places[a] - places[b]), hypot(on_page[a].x - on_page[b].x, on_page[a].y - on_page[b].y))
            for a, b in pairs
        ]
        longest = max(ratios)
        if longest[0] > 1e-3:
            for plane, page in ratios:
                assert page == pytest.approx(plane * longest[1] / longest[0], abs=0.01)
        near = data.draw(st.integers(1, len(words) - 1))
        found = [word for word, _ in picture.near(words[0], near).vectors.neighbours_of(Near(words[0], near))]
        by_hand = np.linalg.norm(vectors[1:] - vectors[0], axis=1)
        assert [by_hand[words.index(word) - 1] for word in found] == pytest.approx(sorted(by_hand)[:near])


@pytest.mark.parametrize("count", [2, 3, 12, 40])
def test_the_projection_is_that_of_the_covariance_s_two_largest_eigenvectors(count):
    """Computed in a different way; and it explains as much of the variance as it says."""
    words, vectors = learnt(count)
    values, directions = np.linalg.eigh(np.cov(vectors.T))
    projection = projection_of(vectors)
    ours = projection.points(vectors)
    theirs = (vectors - vectors.mean(axis=0)) @ directions[:, [-1, -2]]
    for axis in range(min(2, count - 1)):
        assert abs(ours[:, axis]) == pytest.approx(abs(theirs[:, axis]), abs=1e-6)
    assert projection.kept == pytest.approx(values[-2:].sum() / values.sum())
    picture = space(words, vectors)
    share = f"{round(100 * projection.kept)} % of the variance"
    assert shapes_of(picture)["note"].text == f"PCA: 2 of 32 directions keep {share}"
    assert f"These keep {share}" in picture.description["text"]


def test_a_note_of_several_lines_is_translated():
    """It's wrapped in each language, at another place."""
    form = space(*learnt(3)).in_language("de").narrow
    lines = [text.text for shape in form.shapes if shape.name.startswith("note") for text in shape.texts]
    assert len(lines) > 1
    assert " ".join(lines) == "PCA: 2 von 32 Richtungen enthalten 100 % der Varianz"


def test_the_numbers_on_an_axis_are_at_their_points():
    """Of vectors with two features, which are drawn directly."""
    shapes = shapes_of(space(FOUR))
    assert shapes["tick-1-1"].start.x == pytest.approx(shapes["word-1-point"].at.x)


@sampled(12)
@given(clouds(most=12), st.data())
def test_groups_contain_their_words_and_nothing_overlaps_their_names(cloud, data):
    """Listed or not, whatever the marker; a note stays below everything."""
    words, vectors = cloud
    picture = space(words, vectors).note("A note that is longer than a phone is wide, so that it takes several lines.")
    half = max(1, len(words) // 2)
    for name, members in (("first", words[:half]), ("second group", words[half:])):
        if members:
            mark = data.draw(st.sampled_from(["disc", "open", "up", "down", "square", "up-open"]))
            fill = data.draw(st.sampled_from(["lane", "word-1", None]))
            picture = picture.group(name, members, fill=fill, mark=mark, listed=data.draw(st.booleans()))
    for form in check_rules(picture, page=None, phone=None):
        shapes = shapes_of(form)
        for number, members in enumerate((words[:half], words[half:]), start=1):
            for word in members:
                at = shapes[f"word-{words.index(word) + 1}-point"].at
                corners = shapes[f"group-{number}"].corners
                assert min(it.x for it in corners) < at.x < max(it.x for it in corners)
                assert min(it.y for it in corners) < at.y < max(it.y for it in corners)
        frames = {name: [text.frame for text in shape.texts] for name, shape in shapes.items()}
        notes = [frame.top for name, own in frames.items() if name.startswith("note") for frame in own]
        others = [frame.bottom for name, own in frames.items() if not name.startswith("note") for frame in own]
        assert min(notes) > max(others)
    assert f"first: {words[0]}" in picture.alt


def test_a_difference_is_drawn_twice_as_the_same_arrow():
    """With the same length and direction; it ends at the sum, and the nearest other word is the answer."""
    picture = space(FOUR).difference("man", "king", again="woman")
    arrows = [shape for shape in picture.shapes if isinstance(shape, Arrow)]
    ways = [(arrow.points[1].x - arrow.points[0].x, arrow.points[1].y - arrow.points[0].y) for arrow in arrows]
    directions = [(x / hypot(x, y), y / hypot(x, y)) for x, y in ways]
    assert directions[0] == pytest.approx(directions[1])
    shapes = shapes_of(picture)
    man, king, woman, ring = (shapes[name].at for name in ("word-1-point", "word-2-point", "word-3-point", "ring-1"))
    assert (ring.x - woman.x, ring.y - woman.y) == pytest.approx((king.x - man.x, king.y - man.y))
    assert shapes["ring-1-name"].text == "king − man + woman"
    assert "the nearest other word is “queen”" in picture.alt
    check_picture(picture)


def test_neighbours_are_connected_and_other_words_recede():
    """By the distance between full vectors, not the one on the page."""
    words, vectors = learnt(30)
    picture = space(words, vectors).near(words[4], 2)
    nearness = np.argsort(np.linalg.norm(vectors - vectors[4], axis=1))[1:3]
    lines = [shape for shape in picture.shapes if isinstance(shape, Line) and shape.role == "embedding"]
    shapes = shapes_of(picture)
    assert [line.to for line in lines] == [shapes[f"word-{number + 1}-point"].at for number in nearness]
    strong = {shape.name for shape in picture.shapes if isinstance(shape, Disc) and shape.role == "embedding"}
    assert strong == {f"word-{number + 1}-point" for number in (4, *nearness)}
    assert f"The nearest neighbours of “{words[4]}”: {words[nearness[0]]}, {words[nearness[1]]}." in picture.alt


def test_a_projected_plane_is_rotated_for_a_phone_and_an_exact_one_is_not():
    """The axes of a projection have no meaning of their own."""
    words, vectors = learnt(10)
    picture = space(words, vectors)
    wide, narrow = (
        np.array([(shape.at.x, -shape.at.y) for shape in form.shapes if isinstance(shape, Disc)])
        for form in (picture, picture.narrow)
    )
    assert np.corrcoef(wide[:, 0], narrow[:, 1])[0, 1] == pytest.approx(1)
    exact = space(FOUR)
    wide, narrow = (
        np.array([shape.at.x for shape in form.shapes if isinstance(shape, Disc)]) for form in (exact, exact.narrow)
    )
    assert np.corrcoef(wide, narrow)[0, 1] == pytest.approx(1)


def test_overlapping_regions_are_drawn_smaller():
    """If their words leave space in between."""

    def heights(gap):
        points = [[0, 0], [4, 0], [0, gap], [4, gap]]
        map_ = space(["a", "b", "c", "d"], points).group("one", ["a", "b"]).group("two", ["c", "d"])
        return [[at.y for at in shape.corners] for shape in map_.shapes if isinstance(shape, Region)]

    near, far = heights(0.2), heights(2)
    for lower, upper in (near, far):
        assert max(upper) < min(lower)
    assert max(near[0]) - min(near[0]) < max(far[0]) - min(far[0])


def test_others_are_faint_dots_that_move_no_word():
    """On the plane of the words, above its notes; those of another length are an error."""
    vectors = np.random.default_rng(0).normal(size=(9, 5))
    alone = space([*FOUR], vectors[:4])
    picture = alone.among(vectors[4:])
    for form in check_rules(picture):
        (others,) = (shape for shape in form.shapes if shape.name == "others")
        assert 1 <= len(others.points) <= 5
        names = [text.frame for shape in form.shapes for text in shape.texts]
        assert not any(name.holds(Frame.about(dot.x, dot.y, 0, 0)) for name in names for dot in others.points)
        drawn = [shape for shape in form.shapes if not shape.name.startswith("note")]
        (note,) = (shape for shape in form.shapes if shape.name == "note")
        lowest = max(shape.bounds.bottom for shape in drawn)
        assert lowest < note.bounds.top < lowest + NOTE_UNDER
    words = [{it for it in whole.shapes if it.name not in ("others", "note")} for whole in (picture, alone)]
    assert words[0] == words[1]
    with pytest.raises(PictureError, match="the other vectors have 4 features, but the words have 5"):
        alone.among(vectors[:, :4])
