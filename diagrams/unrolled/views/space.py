"""Words as points in the plane: neighbours, and differences that carry over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from ..arrays import input_vectors
from ..errors import PictureError
from ..layout import snug_box
from ..numbers import Illustrative, counted, opened
from ..numbers.embedding import embed
from ..picture import Picture
from .plane.drawn import shapes_of
from .plane.scene import NEAREST, Scene
from .plane.setting import MANY, MOST_NARROW, Setting
from .plane.told import alt_of, description_of


@dataclass(frozen=True, kw_only=True)
class Space(Picture):
    """A picture of words to which neighbours and differences can be added."""

    scene: Scene

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
    return _drawn(Scene(said, vectors), isinstance(embeddings, Illustrative))


def _drawn(scene: Scene, is_invented: bool) -> Space:
    shapes = tuple(shapes_of(Setting(scene)))
    alt, description = alt_of(scene), description_of(scene)
    turned = None
    if len(scene.words) <= MOST_NARROW:
        narrow = tuple(shapes_of(Setting(scene, narrow=True)))
        turned = Picture(narrow, snug_box(narrow), alt, description)
    return Space(
        shapes=shapes,
        box=snug_box(shapes),
        alt=alt,
        description=description,
        turned=turned,
        scene=scene,
        illustrative=is_invented,
    )
