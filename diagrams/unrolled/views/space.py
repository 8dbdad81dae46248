"""Words as points in the plane: nearest neighbours, and analogies by vector differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, Illustrative, input_vectors, opened, read_only
from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.description import Caption
from ..flow.plane import MANY, NOTE, Plane, PlaneLine, PlanePoint, PlaneRegion, plane_laid
from ..i18n import MINUS, Paragraph, Series, counted, gettext, ngettext, pgettext, quoted, text_of
from ..layout import PHONE, fitted_box, snug_box
from ..numbers.embedding import embed
from ..palette import colour, word_fills
from ..picture import Picture, laid_anew
from ..shapes.plots import MARKS

NEAREST = 3
MOST_NARROW = 24
"""The most words that fit on a phone."""
DECIMALS = 2


@dataclass(frozen=True, kw_only=True)
class Space(Picture):
    """A picture of words, to which neighbours, differences and groups can be added."""

    vectors: WordVectors

    def near(self, word: str, count: int = NEAREST) -> Space:
        """Connect a word to its nearest neighbours, by the distance between the full vectors.

        >>> space(words, vectors).near("bread", 3)
        """
        return _drawn(self.vectors.with_near(word, count), self.illustrative)

    def difference(self, start: str, to: str, again: str | None = None, *, light: bool = False) -> Space:
        """Draw the difference of two words as an arrow, and again from a third word; use `light` for secondary ones.

        >>> space(words, vectors).difference("man", "king", again="woman")
        """
        return _drawn(self.vectors.with_difference(start, to, again, light), self.illustrative)

    def group(
        self, name: str, words: Sequence[str], *, fill: str | None = "lane", mark: str = "disc", listed: bool = False
    ) -> Space:
        """Group words on a named background; without a `fill`, it has a dashed outline.

        `mark` is the marker shape of their points: disc, open, up, down, square, up-open. `listed` writes the words
        below the group's name, for points too close to be labelled.

        >>> space(words, vectors).group("numbers", ["two", "three"])
        """
        return _drawn(self.vectors.with_group(WordGroup(name, tuple(words), fill, mark, listed)), self.illustrative)

    def among(self, others: ArrayLike) -> Space:
        """Draw other vectors (words, features) as faint dots on the same plane, which they don't change.

        >>> space(["one", "two", "three"], vectors[:3]).among(vectors[3:])
        """
        dots = input_vectors(others)
        if dots.shape[1] != self.vectors.vectors.shape[1]:
            raise PictureError(
                f"the other vectors have {dots.shape[1]} features, but the words have {self.vectors.vectors.shape[1]}"
            )
        return _drawn(replace(self.vectors, others=dots), self.illustrative)

    def note(self, text: str) -> Space:
        """Add a note below the plane, for example about what it leaves out.

        >>> space(words, vectors).note("Another seed draws another map.")
        """
        return _drawn(replace(self.vectors, notes=(*self.vectors.notes, text)), self.illustrative)


def space(
    words: Sequence[str] | Mapping[str, Sequence[float]], embeddings: ArrayLike | Illustrative | None = None
) -> Space:
    """Draw each word at its vector (words, features); with more than two features, project on two principal components.

    The default embeddings are the kit's own, with two features.

    >>> space(["I", "am", "groot"])
    >>> space({"man": (0.2, 0.1), "king": (0.3, 0.8), "woman": (0.7, 0.1)})
    """
    if isinstance(words, str) or not words:
        raise PictureError(f'space needs a list of words, such as ["I", "am"], not {words!r}')
    listed = tuple(words)
    if len(set(listed)) < len(listed) or len(listed) > MANY:
        raise PictureError(f"space draws at most {MANY} different words, not {len(listed)}")
    vectors = input_vectors(embed(words) if embeddings is None else opened(embeddings))
    if len(vectors) != len(listed):
        counts = f"{counted(len(listed), 'word')} and {counted(len(vectors), 'vector')}"
        raise PictureError(f"space got {counts}: give one for each word")
    return _drawn(WordVectors(listed, vectors), isinstance(embeddings, Illustrative))


@laid_anew
def _drawn(vectors: WordVectors, is_invented: bool) -> Space:
    plane, description = _plane(vectors), _description(vectors)
    shapes, narrow_form = plane_laid(plane), None
    if len(vectors.words) <= MOST_NARROW:
        narrow = plane_laid(plane, narrow=True)
        narrow_form = Picture(narrow, fitted_box(narrow, PHONE), description)
    return Space(
        shapes=shapes,
        box=snug_box(shapes),
        description=description,
        narrow=narrow_form,
        vectors=vectors,
        illustrative=is_invented,
    )


def _plane(vectors: WordVectors) -> Plane:
    """Build the plane: words as points, on a background if they are involved in a request, and lines between them."""
    fills = word_fills(list(dict.fromkeys(near.word for near in vectors.near)))
    marks = {word: group.mark for group in vectors.groups for word in group.words}
    words = {
        word: PlanePoint(
            f"word-{number}",
            word,
            (across, up),
            "ink" if word in vectors.involved else "muted",
            fills.get(word),
            mark=marks.get(word, "disc"),
        )
        for number, (word, (across, up)) in enumerate(zip(vectors.words, vectors.places.tolist(), strict=True), start=1)
    }
    threads = [
        PlaneLine(f"near-{number}-{place}", words[near.word], words[word])
        for number, near in enumerate(vectors.near, start=1)
        for place, (word, _) in enumerate(vectors.neighbours_of(near), start=1)
    ]
    rings: list[PlanePoint] = []
    arrows: list[PlaneLine] = []
    for number, difference in enumerate(vectors.differences, start=1):
        name = f"difference-{number}"
        arrows.append(
            PlaneLine(name, words[difference.start], words[difference.to], is_arrow=True, is_light=difference.is_light)
        )
        if difference.again is not None:
            across, up = vectors.projection.points(vectors.end(difference)[None])[0].tolist()
            rings.append(PlanePoint(f"ring-{len(rings) + 1}", difference.name, (across, up), "output", is_ring=True))
            arrows.append(PlaneLine(f"{name}-again", words[difference.again], rings[-1], is_arrow=True))
    is_whole = vectors.projection.is_whole
    axes = (gettext("first number"), gettext("second number")) if is_whole else None
    kept = gettext(
        "PCA: 2 of %(features)s directions keep %(share)s %% of the variance",
        features=vectors.vectors.shape[1],
        share=round(100 * vectors.projection.kept),
    )
    notes = [] if is_whole else [Caption("note", kept, "muted", style=NOTE)]
    notes += [Caption(f"note-{at}", note, "muted", style=NOTE) for at, note in enumerate(vectors.notes, start=1)]
    regions = tuple(
        PlaneRegion(f"group-{at}", group.name, tuple(words[word] for word in group.words), group.fill, group.is_listed)
        for at, group in enumerate(vectors.groups, start=1)
    )
    arrows.sort(key=lambda arrow: not arrow.is_light)  # light ones are drawn below the others
    other_places = [] if vectors.others is None else vectors.projection.points(vectors.others).tolist()
    faint = tuple((across, up) for across, up in other_places)
    return Plane((*words.values(), *rings), (*threads, *arrows), axes, tuple(notes), regions, faint)


class Near(NamedTuple):
    """A word whose nearest neighbours are shown."""

    word: str
    many: int


class Difference(NamedTuple):
    """The difference from one word to another, and the word it is added to."""

    start: str
    to: str
    again: str | None = None
    is_light: bool = False

    @property
    def name(self) -> str:
        """Return the expression for its end: `king − man + woman`."""
        return f"{self.to} {MINUS} {self.start} + {self.again}"


class WordGroup(NamedTuple):
    """A named group of words."""

    name: str
    words: tuple[str, ...]
    fill: str | None
    mark: str
    is_listed: bool = False


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class WordVectors:
    """Words with their vectors (words, features), and the requests made about them."""

    words: tuple[str, ...]
    vectors: Array
    near: tuple[Near, ...] = ()
    differences: tuple[Difference, ...] = ()
    groups: tuple[WordGroup, ...] = ()
    notes: tuple[str, ...] = ()
    others: Array | None = None

    @cached_property
    def projection(self) -> Projection:
        """The projection from vectors to points."""
        return projection_of(self.vectors)

    @cached_property
    def places(self) -> Array:
        """Each word's position in the plane (words, 2)."""
        return self.projection.points(self.vectors)

    def vector(self, word: str) -> Array:
        """Return a word's vector."""
        if word not in self.words:
            raise PictureError(f"the plane has no word {word!r}; its words are {', '.join(self.words)}")
        vector: Array = self.vectors[self.words.index(word)]
        return vector

    def neighbours(self, vector: Array, but: tuple[str, ...], many: int) -> list[tuple[str, float]]:
        """Find the words nearest to a vector by the distance between full vectors, and their distances."""
        distances = np.linalg.norm(self.vectors - vector, axis=1)
        order = [number for number in np.argsort(distances, kind="stable") if self.words[number] not in but]
        return [(self.words[number], float(distances[number])) for number in order[:many]]

    def neighbours_of(self, near: Near) -> list[tuple[str, float]]:
        """Find the neighbours that are shown."""
        return self.neighbours(self.vector(near.word), (near.word,), near.many)

    def end(self, difference: Difference) -> Array:
        """Compute the end of a difference added to another word."""
        assert difference.again is not None
        ended: Array = self.vector(difference.again) + self.vector(difference.to) - self.vector(difference.start)
        return ended

    def answer(self, difference: Difference) -> str | None:
        """Find the word nearest to the end of a difference, excluding the three given words."""
        given_words = (difference.start, difference.to, difference.again or "")
        nearest = self.neighbours(self.end(difference), given_words, 1)
        return nearest[0][0] if nearest else None

    @cached_property
    def involved(self) -> frozenset[str]:
        """The words involved in requests or their results; if there are no requests, all of them."""
        if not self.near and not self.differences:
            return frozenset(word for group in self.groups for word in group.words) or frozenset(self.words)
        words = {near.word for near in self.near} | {word for near in self.near for word, _ in self.neighbours_of(near)}
        for difference in self.differences:
            words |= {difference.start, difference.to}
            if difference.again is not None:
                words |= {difference.again, self.answer(difference) or difference.again}
        return frozenset(words)

    def with_near(self, word: str, count: int) -> WordVectors:
        """Add the nearest neighbours of a word."""
        self.vector(word)
        if not 1 <= count < len(self.words):
            raise PictureError(
                f"{word!r} has {counted(len(self.words) - 1, 'neighbour')} here: ask for 1 or more, not {count}"
            )
        return replace(self, near=(*self.near, Near(word, count)))

    def with_group(self, group: WordGroup) -> WordVectors:
        """Add a group of words."""
        if not group.words:
            raise PictureError(f"the group {group.name!r} has no words: give it a list of them")
        for word in group.words:
            self.vector(word)
            if other_name := next((other_group.name for other_group in self.groups if word in other_group.words), None):
                raise PictureError(f"{word!r} is in two groups, {other_name!r} and {group.name!r}: remove it from one")
        if group.mark not in MARKS:
            raise PictureError(f"there is no mark {group.mark!r}; the marks are {', '.join(MARKS)}")
        if group.fill is not None:
            colour(group.fill)
        return replace(self, groups=(*self.groups, group))

    def with_difference(self, start: str, to: str, again: str | None, is_light: bool) -> WordVectors:
        """Add a difference."""
        for word in (start, to, again or to):
            self.vector(word)
        if start == to:
            raise PictureError(f"a difference must lead from one word to another, not from {start!r} to itself")
        return replace(self, differences=(*self.differences, Difference(start, to, again, is_light)))


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Projection:
    """A projection of vectors to points: the mean, two directions, and the fraction of variance they explain."""

    middle: Array
    """(features,): subtracted first."""
    directions: Array
    """(features, 2): one column for each axis of the plane."""
    kept: float
    """Between 0 and 1."""
    is_whole: bool
    """Whether the vectors have at most two features, which are the axes themselves."""

    def points(self, vectors: Array) -> Array:
        """Project vectors (n, features) to (n, 2)."""
        return read_only((vectors - self.middle) @ self.directions)


def projection_of(vectors: Array) -> Projection:
    """Keep two features as they are; with more, compute the principal components by singular value decomposition.

    The sign of a direction is arbitrary. Here, its largest component is positive, so that equal vectors give equal
    pictures.
    """
    features = vectors.shape[1]
    if features <= 2:
        return Projection(read_only(np.zeros(features)), read_only(np.eye(2)[:features]), 1.0, is_whole=True)
    middle = vectors.mean(axis=0)
    _, lengths, components = np.linalg.svd(vectors - middle, full_matrices=False)
    two = np.zeros((2, features))
    two[: min(2, len(components))] = components[:2]
    largest = two[range(2), np.argmax(np.abs(two), axis=1)]
    directions = (two * np.where(largest < 0, -1, 1)[:, None]).T
    variances = lengths**2
    kept = float(variances[:2].sum() / variances.sum()) if variances.sum() > 0 else 1.0
    return Projection(read_only(middle), read_only(directions), kept, is_whole=False)


def _description(vectors: WordVectors) -> Description:
    """Describe the words and the requests, with the position and nearest neighbour of each word in a table."""
    points = ngettext(
        "%(num)s word as a point in a plane.",
        "%(num)s words as points in a plane, close together if their vectors are alike.",
        len(vectors.words),
    )
    features = vectors.vectors.shape[1]
    if not vectors.projection.is_whole:
        text = [
            gettext("Each word has %(number)s numbers, but a page has only two directions.", number=features),
            gettext(
                "The words are projected onto the two directions in which they differ most (principal components)."
            ),
            gettext(
                "These keep %(share)s %% of the variance, so points that are close together here may really be "
                "farther apart.",
                share=round(100 * vectors.projection.kept),
            ),
        ]
    elif features == 2:
        text = [gettext("Each word’s two numbers are its coordinates.")]
    else:
        text = [gettext("Each word’s number is its coordinate.")]
    answers = list(_asked(vectors))
    rows = []
    for word, place, vector in zip(vectors.words, vectors.places.tolist(), vectors.vectors, strict=True):
        nearest = vectors.neighbours(vector, (word,), 1)
        named = [nearest[0][0], text_of(nearest[0][1], DECIMALS)] if nearest else ["", ""]
        rows.append(TableRow.of(word, *(text_of(round(value, 6), DECIMALS) for value in place), *named))
    heads = (
        pgettext("in a table", "word"),
        pgettext("in a table", "across"),
        pgettext("in a table", "up"),
        pgettext("in a table", "nearest"),
        pgettext("in a table", "distance"),
    )
    return Description(
        alt=Paragraph(points, *_grouped(vectors), *answers),
        text=Paragraph(
            *text,
            gettext("Neighbours are the words at the smallest distance in all numbers."),
            *answers,
            *vectors.notes,
        ),
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(rows),
    )


def _grouped(vectors: WordVectors) -> Iterator[str]:
    for group in vectors.groups:
        yield gettext("%(name)s: %(words)s.", name=group.name, words=Series(*group.words))


def _asked(vectors: WordVectors) -> Iterator[str]:
    for near in vectors.near:
        names = [word for word, _ in vectors.neighbours_of(near)]
        values = {"word": quoted(near.word), "names": Series(*names)}
        if len(names) == 1:
            yield gettext("The nearest neighbour of %(word)s: %(names)s.", **values)
        else:
            yield gettext("The nearest neighbours of %(word)s: %(names)s.", **values)
    for difference in vectors.differences:
        values = {"start": quoted(difference.start), "to": quoted(difference.to)}
        if difference.again is None:
            yield gettext("An arrow leads from %(start)s to %(to)s.", **values)
            continue
        answer, again = vectors.answer(difference), quoted(difference.again)
        if answer:
            yield gettext(
                "The arrow from %(start)s to %(to)s, drawn again from %(again)s, ends at %(end)s, and the nearest "
                "other word is %(answer)s.",
                again=again,
                end=difference.name,
                answer=quoted(answer),
                **values,
            )
        else:
            yield gettext(
                "The arrow from %(start)s to %(to)s, drawn again from %(again)s, ends at %(end)s.",
                again=again,
                end=difference.name,
                **values,
            )
