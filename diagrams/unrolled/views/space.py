"""Words as points in the plane: neighbours, and differences that carry over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from ..arrays import input_vectors
from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..i18n import Paragraph, Series, gettext, ngettext, pgettext, quoted
from ..layout import snug_box
from ..numbers import Illustrative, counted, opened, text_of
from ..numbers.embedding import embed
from ..picture import Picture, laid_anew
from .plane.drawn import shapes_of
from .plane.scene import NEAREST, WordVectors
from .plane.setting import MANY, MOST_NARROW, Setting


@dataclass(frozen=True, kw_only=True)
class Space(Picture):
    """A picture of words to which neighbours and differences can be added."""

    scene: WordVectors

    def near(self, word: str, count: int = NEAREST) -> Space:
        """Join a word to its nearest neighbours, by the distance in all numbers of the vectors.

        >>> space(words, vectors).near("bread", 3)
        """
        return _drawn(self.scene.with_near(word, count), self.illustrative)

    def difference(self, start: str, to: str, again: str | None = None) -> Space:
        """Draw the difference of two words as an arrow, and once more from a third one.

        >>> space(words, vectors).difference("man", "king", again="woman")
        """
        return _drawn(self.scene.with_difference(start, to, again), self.illustrative)


def space(
    words: Sequence[str] | Mapping[str, Sequence[float]], embeddings: ArrayLike | Illustrative | None = None
) -> Space:
    """Draw each word where its vector (words, features) says; of more than two numbers, the two main directions.

    Without embeddings each word gets the kit's own vector of two numbers.

    >>> space(["I", "am", "groot"])
    >>> space({"man": (0.2, 0.1), "king": (0.3, 0.8), "woman": (0.7, 0.1)})
    """
    if isinstance(words, str) or not words:
        raise PictureError(f'space wants a list of words, such as ["I", "am"], not {words!r}')
    said = tuple(words)
    if len(set(said)) < len(said) or len(said) > MANY:
        raise PictureError(f"space draws up to {MANY} words, each of them once; given are {len(said)}")
    vectors = input_vectors(embed(words) if embeddings is None else opened(embeddings))
    if len(vectors) != len(said):
        given = f"{counted(len(said), 'word')} and {counted(len(vectors), 'vector')}"
        raise PictureError(f"space is given {given}: give one for each word")
    return _drawn(WordVectors(said, vectors), isinstance(embeddings, Illustrative))


@laid_anew
def _drawn(scene: WordVectors, is_invented: bool) -> Space:
    shapes = tuple(shapes_of(Setting(scene)))
    description = _description(scene)
    narrow_form = None
    if len(scene.words) <= MOST_NARROW:
        narrow = tuple(shapes_of(Setting(scene, narrow=True)))
        narrow_form = Picture(narrow, snug_box(narrow), description)
    return Space(
        shapes=shapes,
        box=snug_box(shapes),
        description=description,
        narrow=narrow_form,
        scene=scene,
        illustrative=is_invented,
    )


DECIMALS = 2


def _description(scene: WordVectors) -> Description:
    """Say how many words there are, and what was asked of them; each word has a row, its place and its neighbour."""
    points = ngettext(
        "%(num)s word as points in a plane, near one another where their vectors are alike.",
        "%(num)s words as points in a plane, near one another where their vectors are alike.",
        len(scene.words),
    )
    features = scene.vectors.shape[1]
    if not scene.projection.is_whole:
        text = [
            gettext("Each word has %(number)s numbers, and a page has two directions.", number=features),
            gettext("The words are projected on the two along which they differ most (principal components)."),
            gettext(
                "These keep %(share)s %% of the variance: points that lie close together here may be further apart in "
                "truth.",
                share=round(100 * scene.projection.kept),
            ),
        ]
    elif features == 2:
        text = [gettext("Each word stands where its two numbers say.")]
    else:
        text = [gettext("Each word stands where its number says.")]
    asked = list(_asked(scene))
    rows = []
    for word, place, vector in zip(scene.words, scene.places.tolist(), scene.vectors, strict=True):
        nearest = scene.neighbours(vector, (word,), 1)
        named = [nearest[0][0], text_of(nearest[0][1], DECIMALS)] if nearest else ["", ""]
        rows.append(TableRow.of(word, *(text_of(round(each, 6), DECIMALS) for each in place), *named))
    heads = (
        pgettext("in a table", "word"),
        pgettext("in a table", "across"),
        pgettext("in a table", "up"),
        pgettext("in a table", "nearest"),
        pgettext("in a table", "distance"),
    )
    return Description(
        alt=Paragraph(points, *asked),
        text=Paragraph(*text, gettext("Neighbours are those at the least distance in all numbers."), *asked),
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(rows),
    )


def _asked(scene: WordVectors) -> Iterator[str]:
    for near in scene.near:
        names = [word for word, _ in scene.neighbours_of(near)]
        values = {"word": quoted(near.word), "names": Series(*names)}
        if len(names) == 1:
            yield gettext("The nearest neighbour of %(word)s: %(names)s.", **values)
        else:
            yield gettext("The nearest neighbours of %(word)s: %(names)s.", **values)
    for each in scene.differences:
        values = {"start": quoted(each.start), "to": quoted(each.to)}
        if each.again is None:
            yield gettext("An arrow leads from %(start)s to %(to)s.", **values)
            continue
        answer, again = scene.answer(each), quoted(each.again)
        if answer:
            yield gettext(
                "The arrow from %(start)s to %(to)s, drawn again from %(again)s, ends at %(end)s, and the nearest "
                "other word is %(answer)s.",
                again=again,
                end=each.name,
                answer=quoted(answer),
                **values,
            )
        else:
            yield gettext(
                "The arrow from %(start)s to %(to)s, drawn again from %(again)s, ends at %(end)s.",
                again=again,
                end=each.name,
                **values,
            )
