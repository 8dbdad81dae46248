"""Inside a recurrent layer: one step of it as Keras computes it, every number shown."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from ..arrays import Weights
from ..description import STAGE
from ..errors import PictureError
from ..flow.drawing import laid
from ..geometry import Frame
from ..layers.layer import Layer
from ..layout import snug_box
from ..model import Model
from ..numbers import counted
from ..picture import Picture, laid_anew
from ..shapes.blocks import Lane
from ..shapes.shape import Shape
from .given import Inputs, Words, entry_of, fit_words, model_of, traced
from .inside.description import description_of
from .inside.flows import COLUMNS, ROWS, flow_of
from .inside.moment import Moment, reader_of, role_of
from .inside.things import MOST_UNITS, PrintedMoment

WIDEST = 848
"""What is wider across runs down instead."""
MOST_UNITS_DOWN = 4
NARROW_MARGIN = 6


def cell(
    model: Model | Layer,
    words: Words,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    *,
    step: int | None = None,
    layer: int | str | None = None,
) -> Picture:
    """Draw what happens inside a SimpleRNN, an LSTM or a GRU when it reads one word.

    `step` says which word, from 1; without it the one that is read last. Of several recurrent layers `layer` chooses
    one by its number, from 1, or by its name; a Bidirectional counts as two. Embeddings and weights are those of
    `unroll`; a model with several inputs takes a sentence for each, and a list of embeddings. A part's step is its
    stage.

    >>> cell(read_keras(code), ["I", "am", "groot"], step=3)
    >>> cell(LSTM(2), ["I", "am", "groot"]).until(2)
    """
    whole, sentences = fit_words(model_of(model, words, embeddings), words)
    trace = traced(whole, sentences, embeddings, weights)
    reader = reader_of(trace, layer)
    steps = len(reader.trace.inputs)
    sentence = sentences[entry_of(whole, reader.node)]
    if steps != len(sentence):
        raise PictureError(f"the layer reads {counted(steps, 'step')}, not {len(sentence)}: give it as many words")
    if step is not None and step not in range(1, steps + 1):
        raise PictureError(f"there is no step {step!r}: the sentence has {counted(steps, 'word')}, counted from 1")
    moment = Moment(
        whole,
        reader.node,
        reader.layer,
        reader.trace,
        sentence,
        reader.trace.order[-1] + 1 if step is None else step,
        role_of(whole, reader.node.given),
    )
    return _picture(moment)


@laid_anew
def _picture(moment: Moment) -> Picture:
    """Draw the cell across the page if it is not too wide, and down it for narrow boxes."""
    printed = PrintedMoment(moment, MOST_UNITS)
    longest = max(len(moment.states[0]), len(moment.x))
    narrow = printed if longest <= MOST_UNITS_DOWN else PrintedMoment(moment, MOST_UNITS_DOWN)
    description = description_of(printed)

    def drawn(shapes: Sequence[Shape], box: Frame, narrow_form: Picture | None = None) -> Picture:
        return Picture(
            tuple(shapes), box, description, arguments=moment.arguments, step_called=STAGE, narrow=narrow_form
        )

    shapes = laid(flow_of(narrow, ROWS), ROWS).shapes
    down = drawn(shapes, _narrow_box(shapes))
    shapes = laid(flow_of(printed, COLUMNS), COLUMNS).shapes
    if (box := snug_box(shapes)).width <= WIDEST:
        return drawn(shapes, box, down)
    if narrow is printed:
        return down
    shapes = laid(flow_of(printed, ROWS), ROWS).shapes
    return drawn(shapes, box, down) if (box := _narrow_box(shapes)).width > down.box.width else down


def _narrow_box(shapes: Sequence[Shape]) -> Frame:
    """Let the lane reach the edges; all else keeps clear of them."""
    around = Frame.around(
        shape.bounds if isinstance(shape, Lane) else shape.bounds.grown(NARROW_MARGIN) for shape in shapes
    )
    return Frame(around.left, around.top, ceil(around.width), ceil(around.height))
