"""A batch: the numbers of its samples, and their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from ...arrays import Array, read_only, worked_out
from ...errors import NumbersError, PictureError
from ...i18n import gettext
from ...model import Model
from ...numbers import counted
from ...numbers.embedding import embed
from ...palette import word_fills
from ..refusals import misfit

if TYPE_CHECKING:
    from ...model import Argument

Sentence = str | Sequence[str]


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class Batch:
    """Numbers (samples, time_steps, features), and a word for each step where there are words."""

    values: Array
    sentences: tuple[tuple[str, ...], ...]
    chosen: int
    """The sample that is set off, from 1."""
    model: Model | None = None

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return int(self.values.shape[0])

    @property
    def time_steps(self) -> int:
        """How many steps each sample has."""
        return int(self.values.shape[1])

    @property
    def features(self) -> int:
        """How many numbers each step has."""
        return int(self.values.shape[2])

    @property
    def behind(self) -> tuple[int, ...]:
        """The other samples, in their order."""
        return tuple(sample for sample in range(1, self.samples + 1) if sample != self.chosen)

    @cached_property
    def fills(self) -> dict[str, str]:
        """The fill of each word."""
        return word_fills([word for sentence in self._in_view for word in sentence])

    @property
    def _in_view(self) -> tuple[tuple[str, ...], ...]:
        """The sample in front has the first fills."""
        order = (self.chosen, *self.behind)
        return tuple(self.sentences[sample - 1] for sample in order) if self.sentences else ()

    def row_name(self, step: int) -> str:
        """Name a row of the sample that is set off."""
        return self.sentences[self.chosen - 1][step - 1] if self.sentences else gettext("step %(number)s", number=step)

    @property
    def arguments(self) -> dict[str, Argument]:
        """Where the code says the length of an axis."""
        if self.model is None:
            return {}
        found = {name: self.model.argument(name) for name in ("time_steps", "features")}
        return {name: argument for name, argument in found.items() if argument is not None}


def batch_of(
    source: Model | ArrayLike, sentences: Sequence[Sentence] | None, embeddings: ArrayLike | None, chosen: int
) -> Batch:
    """Put a batch together, and check that everything fits."""
    words = tuple(tuple(each.split()) if isinstance(each, str) else tuple(each) for each in sentences or ())
    model = source if isinstance(source, Model) else None
    values = _values(model, words, embeddings) if model else read_only(source)  # type: ignore[arg-type]
    if values.ndim != 3 or values.size == 0:
        raise NumbersError(
            f"a batch is (samples, time_steps, features), such as (4, 3, 2); its shape is {values.shape}"
        )
    batch = Batch(values, words, chosen, model)
    if words:
        _check_words(batch)
    if not 1 <= chosen <= batch.samples:
        raise PictureError(f"sample {chosen} is to be set off, and the batch has {counted(batch.samples, 'sample')}")
    return batch


def _values(model: Model, words: tuple[tuple[str, ...], ...], embeddings: ArrayLike | None) -> Array:
    if words:
        model = model.sized([len(words[0]), *[None] * (len(model.entries) - 1)])
    shape = model.entries[0].shape
    if len(shape) != 2:
        raise PictureError(
            f"tensor draws the three axes (samples, time_steps, features), and the model is given {shape} for each "
            "sample: draw a model whose input is such as Input((3, 2))",
            block=model.code or None,
        )
    if not words:
        raise PictureError('tensor wants a sentence for each sample, such as ["I am groot", "We are groot"]')
    steps, features = worked_out(shape)
    for number, sentence in enumerate(words, start=1):
        if len(sentence) != steps:
            raise misfit(
                model,
                0,
                "time_steps",
                f"the code says {counted(steps, 'time step')}, and sentence {number}, “{' '.join(sentence)}”, has "
                f"{counted(len(sentence), 'word')}: cut it, or fill it up with a word such as <pad>",
            )
    values = read_only([embed(each, features) for each in words] if embeddings is None else embeddings)
    if values.shape[1:] != shape:
        raise PictureError(
            f"the model is given {shape} for each sample, and the embeddings have the shape {values.shape}"
        )
    return values


def _check_words(batch: Batch) -> None:
    if len(batch.sentences) != batch.samples:
        given = f"{counted(batch.samples, 'sample')} and {counted(len(batch.sentences), 'sentence')}"
        raise PictureError(f"the batch is given {given}: give one for each sample")
    for number, sentence in enumerate(batch.sentences, start=1):
        if len(sentence) != batch.time_steps:
            raise PictureError(
                f"each sample has {counted(batch.time_steps, 'time step')}, and sentence {number} has "
                f"{counted(len(sentence), 'word')}: give one for each step"
            )
