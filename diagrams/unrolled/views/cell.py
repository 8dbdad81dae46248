"""Inside a recurrent layer: one step of it as Keras computes it, every number shown."""

from __future__ import annotations

from collections.abc import Sequence

from ..arrays import Weights
from ..description import STAGE
from ..errors import PictureError
from ..layers.layer import Layer
from ..layout import snug_box
from ..model import Model
from ..numbers import counted
from ..picture import Picture
from .given import Inputs, Words, entry_of, fit_words, model_of, traced
from .inside.description import description_of
from .inside.gru import gru_shapes
from .inside.lstm import lstm_shapes
from .inside.moment import Moment
from .inside.reading import reader_of, role_of
from .inside.scene import Scene
from .inside.simple_rnn import simple_rnn_shapes
from .inside.skipped import skipped_shapes

INSIDE = {"SimpleRNN": simple_rnn_shapes, "LSTM": lstm_shapes, "GRU": gru_shapes}


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
    scene = Scene(moment)
    shapes = tuple(skipped_shapes(scene) if moment.is_skipped else INSIDE[moment.layer.name_in_code](scene))
    return Picture(
        shapes,
        snug_box(shapes),
        description_of(scene),
        arguments=moment.arguments,
        step_called=STAGE,
    )
