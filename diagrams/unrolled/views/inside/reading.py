"""From a model or a layer, words and numbers to one of its recurrent layers at work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

from ...arrays import Weights
from ...embedding import embed
from ...errors import PictureError
from ...layer_stack import stack
from ...layers.bidirectional import BidirectionalTrace
from ...layers.embedding import Embedding
from ...layers.layer import Layer
from ...layers.recurrent import Recurrent
from ...layers.recurrent_trace import RecurrentTrace
from ...model import Model, Node, Tensor
from ...model_trace import ModelTrace, run_model
from ...numbers import counted

Inputs: TypeAlias = ArrayLike | Sequence[ArrayLike]
"""The vectors of words, or an array for each of a model's inputs."""
PASSING_ON = ("Embedding", "Masking", "Dropout")
"""Layers whose output is still a vector for each word."""
FEATURES = 2


@dataclass(frozen=True, eq=False)
class Reader:
    """A recurrent layer at work, or one direction of a Bidirectional, and what it may be called."""

    node: Node
    trace: RecurrentTrace
    names: tuple[str, ...]

    @property
    def layer(self) -> Recurrent:
        """The layer itself."""
        return cast("Recurrent", self.trace.layer)


def model_of(model: Model | Layer, words: Sequence[str], embeddings: Inputs | None = None) -> Model:
    """Put a layer that is given by itself into a model that reads these words."""
    if isinstance(words, str) or not words:
        raise PictureError(f'a list of words is wanted, such as ["I", "am"], not {words!r}')
    if isinstance(model, Model):
        return model
    if not isinstance(model, Layer):
        raise PictureError(f"a model or a layer is wanted, such as read_keras(code) or LSTM(2), not {model!r}")
    features = FEATURES if embeddings is None else np.shape(cast("ArrayLike", embeddings))[-1]
    return stack(model, shape=(len(words), features))


def traced(
    model: Model,
    words: Sequence[str],
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
) -> ModelTrace:
    """Run a model over words; with several inputs, `embeddings` holds an array for each."""
    several = len(model.entries) > 1
    if several and embeddings is None:
        raise PictureError(
            f"the model has {counted(len(model.entries), 'input')}: give an array for each of them as embeddings"
        )
    values = (
        cast("Sequence[ArrayLike]", embeddings)
        if several
        else [_numbers(model, words, cast("ArrayLike | None", embeddings))]
    )
    return run_model(model, *values, weights=[weights] if isinstance(weights, Weights) else weights)


def _numbers(model: Model, words: Sequence[str], given: ArrayLike | None) -> ArrayLike:
    shape = model.entries[0].shape
    if shape[0] != len(words):
        say_steps, say_words = counted(shape[0], "time step"), counted(len(words), "word")
        argument = model.argument("time_steps")
        raise PictureError(
            f"the code says {say_steps}, the sentence has {say_words} ({', '.join(words)}): "
            f"write {len(words)} in the code, or give the sentence {counted(shape[0], 'word')}",
            block=model.code or None,
            lineno=None if argument is None else argument.lineno,
        )
    if given is None:
        return embed(words, shape[1]) if len(shape) > 1 else _rows(model, words)
    if np.shape(given) != shape:
        argument = model.argument("features")
        raise PictureError(
            f"the code says inputs of the shape {shape}, and the embeddings have {np.shape(given)}: "
            "make the code and the numbers equal",
            block=model.code or None,
            lineno=None if argument is None else argument.lineno,
        )
    return given


def _rows(model: Model, words: Sequence[str]) -> list[int]:
    """Give distinct words the rows of an Embedding in order; row 0 is left to padding, which is an empty word."""
    rows = {word: row for row, word in enumerate(dict.fromkeys(word for word in words if word), start=1)}
    table = next((node for node in model.nodes if isinstance(node.layer, Embedding)), None)
    if table is not None and isinstance(table.layer, Embedding) and table.layer.input_dim <= len(rows):
        raise PictureError(
            f"the Embedding has {counted(table.layer.input_dim, 'row')}, and row 0 is left to padding: "
            f"{counted(len(rows), 'different word')} need {len(rows) + 1}; or give the rows as embeddings",
            block=model.code or None,
            lineno=table.calls[0].lineno,
        )
    return [rows.get(word, 0) for word in words]


def reader_of(trace: ModelTrace, which: int | str | None) -> Reader:
    """Choose a recurrent layer by its number from 1, or by its name; without either there must be one."""
    readers = list(_readers(trace))
    if which is None and len(readers) == 1:
        return readers[0]
    if isinstance(which, int) and 1 <= which <= len(readers):
        return readers[which - 1]
    named = [reader for reader in readers if which in reader.names]
    if which is not None and len(named) == 1:
        return named[0]
    offered = "; ".join(f"{number}: {reader.names[0]}" for number, reader in enumerate(readers, start=1))
    if not readers:
        problem = "the model has no recurrent layer: SimpleRNN, GRU or LSTM"
    elif which is None:
        problem = f"the model has {len(readers)} recurrent layers: say which, layer=1 or its name. They are {offered}"
    elif named:
        problem = f"{len(named)} layers are called {which!r}: choose by number. They are {offered}"
    else:
        problem = f"there is no recurrent layer {which!r}; the model has {offered}"
    raise PictureError(problem, block=trace.model.code or None, lineno=_first_line(trace.model))


def _first_line(model: Model) -> int | None:
    return model.nodes[0].calls[0].lineno if model.nodes else None


def _readers(trace: ModelTrace) -> Iterator[Reader]:
    for node, each in zip(trace.model.nodes, trace.traces, strict=True):
        called = [name for name in (node.layer.name, node.layer.name_in_code) if name]
        if isinstance(each, RecurrentTrace):
            yield Reader(node, each, tuple(called))
        elif isinstance(each, BidirectionalTrace):
            for way, one in (("forward", each.forward), ("backward", each.backward)):
                yield Reader(node, one, (*(f"{name} {way}" for name in called), way))


def role_of(model: Model, given: Tensor) -> str:
    """Tell what a layer is given: a word's embedding, the states of another layer, or what that answers."""
    while given.node is not None and model.nodes[given.node].layer.name_in_code in PASSING_ON:
        given = model.nodes[given.node].given
    if given.node is None:
        return "embedding"
    return "state" if isinstance(model.nodes[given.node].layer, Recurrent) else "output"
