"""What a script gives to an unrolled model: words, their vectors or rows, first states, weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from ...arrays import Array, Weights
from ...embedding import embed
from ...errors import PictureError
from ...layers.embedding import Embedding
from ...model import Model
from ...numbers import counted
from ...run import input_vectors
from .checks import check_words, line_of, refused

NO_WORDS = ("", "[PAD]", "<pad>")
"""Words that are none: they are looked up in row 0, which `mask_zero` skips."""

Words = Sequence[str] | Sequence[Sequence[str]]


def sentences_of(model: Model, words: Words) -> tuple[tuple[str, ...], ...]:
    """Find the words of each input; an input that is a state has none."""
    entries = [entry for entry in range(len(model.entries)) if _is_read(model, entry)]
    several = bool(words) and not isinstance(words, str) and not isinstance(words[0], str)
    listed = cast("Sequence[Sequence[str]]", words if several else [words])
    if len(listed) != len(entries):
        raise PictureError(
            f"the model reads {counted(len(entries), 'sentence')}, and {len(listed)} are given: "
            'write a list of words for each input, such as [["I", "am"], ["je", "suis"]]'
        )
    found = dict(zip(entries, listed, strict=True))
    for entry, each in found.items():
        check_words(model, entry, each, model.entries[entry].shape[0])
    return tuple(tuple(found.get(entry, ())) for entry in range(len(model.entries)))


def _is_read(model: Model, entry: int) -> bool:
    """Tell whether an input is read step by step; else it is a state."""
    return any(node.given.node is None and node.given.output == entry for node in model.nodes)


def inputs_of(
    model: Model,
    sentences: tuple[tuple[str, ...], ...],
    embeddings: Any,
    initial_state: Sequence[ArrayLike] | None,
) -> list[Array]:
    """Find the numbers of each input of a model."""
    count = sum(map(bool, sentences))
    vectors = iter(embeddings if count > 1 and embeddings is not None else [embeddings] * count)
    states = _states(model, sentences, initial_state)
    found: list[Array] = []
    for entry, words in enumerate(sentences):
        if not words:
            found.append(next(states))
        elif len(model.entries[entry].shape) == 1:
            found.append(_rows(model, entry, words, next(vectors)))
        else:
            found.append(_vectors(model, entry, words, next(vectors)))
    return found


def _states(model: Model, sentences: tuple[tuple[str, ...], ...], given: Sequence[ArrayLike] | None) -> Any:
    """Take the states that are given, or make some up as words are given vectors."""
    entries = [entry for entry, words in enumerate(sentences) if not words]
    if given is None:
        return (embed([f"initial state {entry}"], model.entries[entry].shape[0])[0] for entry in entries)
    if len(given) != len(entries):
        said = counted(len(entries), "state")
        raise PictureError(f"{said} go into the model, and initial_state has {len(given)}: give one for each")
    return map(np.asarray, given)


def _rows(model: Model, entry: int, words: tuple[str, ...], given: ArrayLike | None) -> Array:
    """Give each word a row of the table that it is looked up in."""
    if given is not None:
        return np.asarray(given, dtype=np.float64)
    node = next(each for each in model.nodes if each.given.node is None and each.given.output == entry)
    if not isinstance(node.layer, Embedding):
        raise refused(model, node, f"{node.layer.name_in_code} reads a single vector here, and no words")
    distinct = [word for word in dict.fromkeys(words) if word not in NO_WORDS]
    if len(distinct) >= node.layer.input_dim:
        need, size = len(distinct) + 1, node.layer.input_dim
        message = (
            f"{counted(len(distinct), 'word')} need a table of {need} rows, row 0 included, and the code says {size}"
        )
        raise refused(model, node, f"{message}: write {need} in the code", "input_dim")
    rows = {word: row for row, word in enumerate(distinct, start=1)}
    return np.array([rows.get(word, 0) for word in words], dtype=np.float64)


def _vectors(model: Model, entry: int, words: tuple[str, ...], given: ArrayLike | None) -> Array:
    """Give each word a vector."""
    features = model.entries[entry].shape[1]
    vectors = input_vectors(embed(words, features) if given is None else given)
    shape = vectors.shape
    if shape[0] != len(words):
        said = f"{counted(len(words), 'word')} and {counted(shape[0], 'embedding')}"
        raise PictureError(f"the picture is given {said}: give one for each word")
    if shape[1] != features:
        raise PictureError(
            f"the code says {counted(features, 'feature')}, the embeddings have the shape {shape}: "
            f"write {shape[1]} in the code, or give {counted(features, 'number')} for each word",
            block=model.code,
            lineno=line_of(model, entry, "features"),
        )
    return vectors


def weights_for_all(model: Model, given: Weights | Sequence[Weights] | None) -> list[Weights] | None:
    """Give weights to each layer; those that have none need not be named."""
    if given is None:
        return None
    listed = [given] if isinstance(given, Weights) else list(given)
    needing = [bool(node.layer.weight_shapes(node.shape)) for node in model.first_uses]
    if len(listed) != sum(needing):
        return listed
    found = iter(listed)
    return [next(found) if needs else Weights() for needs in needing]
