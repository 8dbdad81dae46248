"""What a script gives to a model: words, their vectors or rows, weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

from ...arrays import Weights
from ...embedding import embed
from ...errors import PictureError
from ...layer_stack import stack
from ...layers.embedding import Embedding
from ...layers.layer import Layer
from ...model import Model, Node
from ...model_trace import ModelTrace, run_model
from ...numbers import counted

Words: TypeAlias = Sequence[str] | Sequence[Sequence[str]]
"""A sentence, or one for each of a model's inputs."""
Inputs: TypeAlias = ArrayLike | Sequence[ArrayLike]
"""The vectors of words, or an array for each of a model's inputs."""
NO_WORDS = ("", "[PAD]", "<pad>")
"""Words that are none: they are looked up in row 0, which `mask_zero` skips."""
FEATURES = 2


def model_of(model: Model | Layer, words: Words, embeddings: Inputs | None = None) -> Model:
    """Put a layer that is given by itself into a model that reads these words."""
    if isinstance(words, str) or not words:
        raise PictureError(f'a list of words is wanted, such as ["I", "am"], not {words!r}')
    if isinstance(model, Model):
        return model
    if not isinstance(model, Layer):
        raise PictureError(f"a model or a layer is wanted, such as read_keras(code) or LSTM(2), not {model!r}")
    features = FEATURES if embeddings is None else np.shape(cast("ArrayLike", embeddings))[-1]
    return stack(model, shape=(len(words), features))


def words_of(model: Model, node: Node, words: Words) -> tuple[str, ...]:
    """Find the sentence that comes to a layer."""
    if isinstance(words[0], str):
        return tuple(cast("Sequence[str]", words))
    given = node.given
    while given.node is not None:
        given = model.nodes[given.node].given
    return tuple(words[given.output])


def traced(
    model: Model,
    words: Words,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
) -> ModelTrace:
    """Run a model over words; one with several inputs over a sentence for each, or over given arrays."""
    listed = [weights] if isinstance(weights, Weights) else weights
    return run_model(model, *_values(model, words, embeddings), weights=listed)


def _values(model: Model, words: Words, embeddings: Inputs | None) -> Sequence[ArrayLike]:
    count = len(model.entries)
    sentences = cast("Sequence[Sequence[str]]", [words] if isinstance(words[0], str) else words)
    if count > 1 and embeddings is not None:
        return cast("Sequence[ArrayLike]", embeddings)
    if len(sentences) != count:
        raise PictureError(
            f"the model has {counted(count, 'input')}, and {counted(len(sentences), 'sentence')} given: write a list "
            'of words for each, such as [["I", "am"], ["je", "suis"]], or give an array for each as embeddings'
        )
    own = cast("ArrayLike | None", embeddings)
    return [_numbers(model, entry, sentence, own) for entry, sentence in enumerate(sentences)]


def _numbers(model: Model, entry: int, words: Sequence[str], given: ArrayLike | None) -> ArrayLike:
    shape = model.entries[entry].shape
    if shape[0] != len(words):
        say_steps, say_words = counted(shape[0], "time step"), counted(len(words), "word")
        raise _misfit(
            model,
            "time_steps",
            f"the code says {say_steps}, the sentence has {say_words} ({', '.join(words)}): "
            f"write {len(words)} in the code, or give the sentence {counted(shape[0], 'word')}",
        )
    if given is None:
        return embed(words, shape[1]) if len(shape) > 1 else _rows(model, words)
    if np.shape(given) != shape:
        raise _misfit(
            model,
            "features",
            f"the code says inputs of the shape {shape}, and the embeddings have {np.shape(given)}: "
            "make the code and the numbers equal",
        )
    return given


def _rows(model: Model, words: Sequence[str]) -> list[int]:
    """Give distinct words the rows of an Embedding in order; row 0 is left to padding."""
    distinct = dict.fromkeys(word for word in words if word not in NO_WORDS)
    rows = {word: row for row, word in enumerate(distinct, start=1)}
    table = next((node for node in model.nodes if isinstance(node.layer, Embedding)), None)
    if table is not None and isinstance(table.layer, Embedding) and table.layer.input_dim <= len(rows):
        raise PictureError(
            f"the Embedding has {counted(table.layer.input_dim, 'row')}, and row 0 is left to padding: "
            f"{counted(len(rows), 'different word')} need {len(rows) + 1}; or give the rows as embeddings",
            block=model.code or None,
            lineno=table.calls[0].lineno,
        )
    return [rows.get(word, 0) for word in words]


def _misfit(model: Model, name: str, message: str) -> PictureError:
    argument = model.argument(name)
    return PictureError(message, block=model.code or None, lineno=None if argument is None else argument.lineno)
