"""A batch as a box with three axes: samples, time steps, features."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from ..description import Description, TableColumn, TableRow
from ..i18n import Paragraph, gettext, ngettext, numbers, pgettext, quoted
from ..layout import snug_box
from ..model import Model
from ..numbers import Illustrative, opened
from ..picture import Picture
from .batch.batch import Batch, Sentence, batch_of
from .batch.drawn import shapes_of
from .batch.stack import Stack

MOST_ROWS = 60
"""Of a larger batch the table holds only the sample that is set off."""


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
        _description(batch),
        arguments=batch.arguments,
        illustrative=isinstance(source, Illustrative) or isinstance(embeddings, Illustrative),
    )


def _description(batch: Batch) -> Description:
    """Say what the three axes are; each step of each sample has a row."""
    shape = str(batch.values.shape)
    box = gettext(
        "A batch as a box of the shape %(shape)s: %(samples)s of %(steps)s, each step %(features)s.",
        shape=shape,
        samples=ngettext("%(num)s sample", "%(num)s samples", batch.samples),
        steps=ngettext("%(num)s time step", "%(num)s time steps", batch.time_steps),
        features=ngettext("%(num)s feature", "%(num)s features", batch.features),
    )
    set_off = gettext("Sample %(number)s is set off in front of the others.", number=batch.chosen)
    if batch.sentences:
        set_off = gettext(
            "Sample %(number)s, %(sentence)s, is set off in front of the others.",
            number=batch.chosen,
            sentence=quoted(" ".join(batch.sentences[batch.chosen - 1])),
        )
    text = [
        gettext("The numbers that go into a recurrent layer have three axes, %(shape)s.", shape=shape),
        ngettext(
            "The first counts the samples of the batch: %(num)s card, one behind the other.",
            "The first counts the samples of the batch: %(num)s cards, one behind the other.",
            batch.samples,
        ),
        ngettext(
            "The second counts the time steps: %(num)s row on each card.",
            "The second counts the time steps: %(num)s rows on each card.",
            batch.time_steps,
        ),
        ngettext(
            "The third counts the features: %(num)s number in each row.",
            "The third counts the features: %(num)s numbers in each row.",
            batch.features,
        ),
        gettext("A model’s code names the last two only."),
    ]
    is_whole = batch.samples * batch.time_steps <= MOST_ROWS
    if not is_whole:
        text.append(gettext("The table holds sample %(number)s.", number=batch.chosen))
    rows = []
    for sample in range(1, batch.samples + 1) if is_whole else (batch.chosen,):
        for step in range(1, batch.time_steps + 1):
            word = [batch.sentences[sample - 1][step - 1]] if batch.sentences else []
            values = numbers(batch.values[sample - 1, step - 1].tolist())
            rows.append(TableRow.of(str(sample), str(step), *word, values, step=step))
    heads = [pgettext("in a table", "sample"), pgettext("in a table", "time step")]
    heads += [pgettext("in a table", "word")] if batch.sentences else []
    heads.append(pgettext("in a table", "features"))
    return Description(
        alt=Paragraph(box, set_off), text=Paragraph(*text), columns=tuple(map(TableColumn, heads)), rows=tuple(rows)
    )
