"""What a script supplies for a model it draws: words, their vectors or rows, initial states, weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, Weights, input_vectors, worked_out
from ..errors import PictureError
from ..i18n import Message, counted, gettext, quoted
from ..layers.core import Opaque
from ..layers.layer import Layer
from ..model import Model, Node, Tensor, stack
from ..numbers.embedding import embed
from ..numbers.run import ModelTrace, run_model
from ..recorded.arrays import call_numbers, record
from .refusals import check_list, check_words, misfit, refused

if TYPE_CHECKING:
    from ..layers.core import Embedding

NO_WORDS = ("", "[PAD]", "<pad>")
"""Placeholders rather than words: they are looked up in row 0, which `mask_zero` masks."""
FEATURES = 2
"""The default number of features of a word, if neither code nor embeddings set it."""

MOST_RECORDED = 100_000
"""The number of weights up to which a run is recorded: with more, sums are so long that answers take seconds."""

Words: TypeAlias = Sequence[str] | Sequence[Sequence[str]]
"""A sentence, or one for each sequence input."""
Inputs: TypeAlias = ArrayLike | Sequence[ArrayLike]
"""The vectors of the words, or one array for each of several sentences."""
Sentences: TypeAlias = tuple[tuple[str, ...], ...]
"""The words of each input; none for an input that is a state."""


def model_of(model: Model | Layer, words: Words, embeddings: Inputs | None = None) -> Model:
    """Wrap a single layer in a model that reads these words."""
    check_list(words)
    if isinstance(model, Model):
        return model
    if not isinstance(model, Layer):
        raise PictureError(f"pass a model or a layer, such as read_keras(code) or LSTM(2), not {model!r}")
    features = FEATURES if embeddings is None else np.shape(cast("ArrayLike", embeddings))[-1]
    return stack(model, shape=(len(words), features))


def fit_words(model: Model, words: Words) -> tuple[Model, Sentences]:
    """Match words to inputs, and set the model's number of time steps accordingly; a state input has no words."""
    entries = [entry for entry in range(len(model.entries)) if _is_read(model, entry)]
    several = bool(words) and not isinstance(words, str) and not isinstance(words[0], str)
    listed = cast("Sequence[Sequence[str]]", words if several else [words])
    if len(listed) != len(entries):
        raise PictureError(
            f"the model reads {counted(len(entries), 'sentence')}, but got {len(listed)}: "
            'write a list of words for each input, such as [["I", "am"], ["je", "suis"]]'
        )
    words_of = dict(zip(entries, listed, strict=True))
    for sentence in listed:
        check_list(sentence)
    model = model.sized([len(words_of[entry]) if entry in words_of else None for entry in range(len(model.entries))])
    for entry, sentence in words_of.items():
        check_words(model, entry, sentence)
    return model, tuple(tuple(words_of.get(entry, ())) for entry in range(len(model.entries)))


def entry_of(model: Model, node: Node) -> int:
    """Find the only input that a layer's inputs depend on. Raises PictureError if there are several."""
    entries = entries_of(model, node.inputs)
    if len(entries) > 1:
        raise refused(
            model,
            node,
            f"{node.calls[0].text} reads a merge of {len(entries)} inputs of the model, so no sentence "
            "belongs to it: draw the parts of the model separately",
        )
    return entries.pop()


def entries_of(model: Model, tensors: Sequence[Tensor]) -> set[int]:
    """Find the model's inputs that these tensors depend on."""
    waiting, entries = list(tensors), set[int]()
    while waiting:
        at = waiting.pop()
        if at.node is None:
            entries.add(at.output)
        else:
            waiting += model.nodes[at.node].inputs
    return entries


PLAIN = gettext(
    "No weights were found with which the states are easy to read, so these are plain ones: some states may look alike."
)


def weights_said(*weights: Weights) -> tuple[str, ...]:
    """Say that weights are plain, if any of them are."""
    return (PLAIN,) if any(weight_set.are_plain for weight_set in weights) else ()


def traced(
    model: Model,
    sentences: Sentences,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    initial_state: Sequence[ArrayLike] | None = None,
) -> ModelTrace:
    """Run a model over sentences, with the kit's defaults for whatever isn't given."""
    model.check_size()
    inputs = _inputs(model, sentences, embeddings, initial_state)
    words = sentences if all(sentences) else ()
    trace = recorded_run(model, list(inputs), layer_weights(model, weights), words)
    _check_steps(trace)
    return trace


def _check_steps(trace: ModelTrace) -> None:
    """Check that steps stay those of their words. Raises CodeError at a function of tensors that may move them."""
    moved = dict[int, Node]()
    for at, (node, layer_trace) in enumerate(zip(trace.model.nodes, trace.traces, strict=True)):
        by = next((moved[tensor.node] for tensor in node.inputs if tensor.node in moved), None)
        function = node.layer if isinstance(node.layer, Opaque) else None
        if by is not None and function is None:
            raise refused(
                trace.model,
                by,
                f"after {by.layer.name_in_code}, a step may not be that of its word any more, so no words can be drawn "
                "there: draw the model with model_shapes",
            )
        if (
            by is None
            and function is not None
            and not function.keeps_steps(layer_trace.inputs, *layer_trace.more_inputs)
        ):
            by = node
        if by is not None and (len(node.returned[0]) > 1 or len(node.shapes[0]) == 1):
            moved[at] = by


def of_word(words: Sequence[str], symbol: str, at: tuple[int, ...]) -> Message:
    """Say whose a number is, in an array with a row for each word."""
    return gettext("%(symbol)s of %(word)s", symbol=symbol, word=quoted(words[at[0]]))


def recorded_run(
    model: Model,
    inputs: Sequence[ArrayLike],
    weights: Sequence[Weights] | None,
    sentences: Sequence[Sequence[str]] = (),
) -> ModelTrace:
    """Run a model so that its numbers can be asked, unless it is too large; an input's rows may be those of words."""
    if model.parameter_count > MOST_RECORDED:
        return run_model(model, *inputs, weights=weights)
    recorded = [record(array, "input", "x") for array in inputs]
    for array, words in zip(recorded, sentences, strict=False):
        call_numbers(array, partial(of_word, words))
    return run_model(model, *recorded, weights=weights)


def _is_read(model: Model, entry: int) -> bool:
    """Return whether an input is a sequence; otherwise it is a state."""
    return any(Tensor(None, entry) in node.inputs for node in model.nodes)


def _inputs(
    model: Model, sentences: Sentences, embeddings: Inputs | None, initial_state: Sequence[ArrayLike] | None
) -> Iterator[ArrayLike]:
    count = sum(map(bool, sentences))
    several = count > 1 and embeddings is not None
    vectors = iter(cast("Sequence[ArrayLike | None]", embeddings if several else [embeddings] * count))
    states = _states(model, sentences, initial_state)
    for entry, words in enumerate(sentences):
        if not words:
            yield next(states)
        elif len(model.entries[entry].shape) == 1:
            yield _rows(model, entry, words, next(vectors))
        else:
            yield _vectors(model, entry, words, next(vectors))


def _states(model: Model, sentences: Sentences, states: Sequence[ArrayLike] | None) -> Iterator[ArrayLike]:
    """Return the given initial states, or generate some in the same way as word vectors."""
    entries = [entry for entry, words in enumerate(sentences) if not words]
    if states is None:
        return (embed([f"initial state {entry}"], worked_out(model.entries[entry].shape)[0])[0] for entry in entries)
    if len(states) != len(entries):
        count = counted(len(entries), "state")
        raise PictureError(f"{count} go into the model, but initial_state has {len(states)}: give one for each")
    return iter(states)


def _rows(model: Model, entry: int, words: Sequence[str], embeddings: ArrayLike | None) -> ArrayLike:
    """Assign each word a row of the embedding table: distinct words in order, with row 0 for padding."""
    if embeddings is not None:
        return embeddings
    readers = [reader for reader in model.nodes if Tensor(None, entry) in reader.inputs]
    node = next((reader for reader in readers if reader.layer.family == "Embedding"), readers[0])  # others tell padding
    if node.layer.family != "Embedding":
        raise refused(model, node, f"{node.layer.name_in_code} reads a single vector here, not words")
    distinct = [word for word in dict.fromkeys(words) if word not in NO_WORDS]
    size = cast("Embedding", node.layer).input_dim
    if len(distinct) >= size:
        need = len(distinct) + 1
        message = (
            f"{counted(len(distinct), 'word')} need a table of {need} rows, including row 0, but the code says {size}"
        )
        raise refused(model, node, f"{message}: write {need} in the code", "input_dim")
    rows = {word: row for row, word in enumerate(distinct, start=1)}
    return [rows.get(word, 0) for word in words]


def _vectors(model: Model, entry: int, words: Sequence[str], embeddings: ArrayLike | None) -> Array:
    """Give each word a vector."""
    features = worked_out(model.entries[entry].shape)[1]
    vectors = input_vectors(embed(words, features) if embeddings is None else embeddings)
    shape = vectors.shape
    if shape[0] != len(words):
        counts = f"{counted(len(words), 'word')} and {counted(shape[0], 'embedding')}"
        raise PictureError(f"the picture got {counts}: give one for each word")
    if shape[1] != features:
        message = (
            f"the code says {counted(features, 'feature')}, but the embeddings have the shape {shape}: "
            f"write {shape[1]} in the code, or give {counted(features, 'number')} for each word"
        )
        raise misfit(model, entry, "features", message)
    return vectors


def layer_weights(model: Model, weights: Weights | Sequence[Weights] | None) -> list[Weights] | None:
    """Assign weights to each layer; layers without weights can be omitted."""
    if weights is None:
        return None
    listed = [weights] if isinstance(weights, Weights) else list(weights)
    needing = [bool(node.layer.weight_shapes(*node.shapes)) for node in model.first_uses]
    if len(listed) != sum(needing):
        return listed
    remaining = iter(listed)
    return [next(remaining) if needs else Weights() for needs in needing]
