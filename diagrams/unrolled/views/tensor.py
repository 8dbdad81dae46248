"""A batch as a box with three axes: samples, time steps, features."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from ..layout import snug_box
from ..model import Model
from ..numbers import Illustrative, opened
from ..picture import Picture
from .batch.batch import Sentence, batch_of
from .batch.drawn import shapes_of
from .batch.stack import Stack
from .batch.told import alt_of, description_of


def tensor(
    source: Model | ArrayLike | Illustrative,
    sentences: Sequence[Sentence] | None = None,
    embeddings: ArrayLike | Illustrative | None = None,
    *,
    sample: int = 1,
) -> Picture:
    """Draw a batch (samples, time_steps, features), one of its samples set off.

    A model says the last two axes, and its sentences' words get the kit's own vectors or the embeddings that are given;
    an array says all three.

    >>> tensor(read_keras(code), ["I am groot", "We are groot"])
    >>> tensor(np.arange(24).reshape(4, 3, 2), sample=3)
    """
    batch = batch_of(opened(source), sentences, opened(embeddings), sample)
    shapes = tuple(shapes_of(Stack(batch)))
    return Picture(
        shapes,
        snug_box(shapes),
        alt_of(batch),
        description_of(batch),
        arguments=batch.arguments,
        illustrative=isinstance(source, Illustrative) or isinstance(embeddings, Illustrative),
    )
