"""Weights that are given: arrays, an npz file, or those of a real model of Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Shape, Weights, read_only
from .errors import CodeError, NumbersError
from .model import Model, Node
from .numbers import counted
from .run import listed


def weights_from(
    model: Model, source: str | Path | Mapping[str, ArrayLike] | Sequence[ArrayLike]
) -> tuple[Weights, ...]:
    """Give a model's layers their weights, in the order of Keras's `get_weights()`.

    From a list of arrays, a mapping, or an npz file, as `np.savez(path, *model.get_weights())` writes it; names in a
    mapping are not looked at, their order counts. Arrays that do not fit the code are an error at the line of the
    layer, with what would fit.

    >>> arrays = [image[:2, :4], image[:4, :4], image[4, :4]]
    >>> unroll(read_keras(code), WORDS, weights=weights_from(read_keras(code), arrays))
    """
    arrays = [read_only(each) for each in _listed(source)]
    found = []
    for node in model.first_uses:
        wanted = node.layer.weight_shapes(*node.shapes)
        own, arrays = arrays[: len(wanted)], arrays[len(wanted) :]
        given = dict(zip(wanted, (each.shape for each in own), strict=False))
        if given != wanted:
            raise _misfit(model, node, wanted, given)
        found.append(Weights(**dict(zip(wanted, own, strict=True))))
    if arrays:
        raise CodeError(
            f"{counted(len(arrays), 'array')} more than the code's layers have weights: save them again from the model "
            "that the code makes now, np.savez(path, *model.get_weights())",
            block=model.code or None,
            lineno=model.nodes[-1].calls[0].lineno,
        )
    return tuple(found)


def weights_of(model: Model, real: object) -> tuple[Weights, ...]:
    """Take the weights of a real, built model of Keras for a model that was read from its code, or from itself."""
    own = getattr(real, "get_weights", None)
    if own is None:
        raise NumbersError(f"{type(real).__name__} has no weights: give a model of Keras, built")
    return weights_from(model, own())


def _listed(source: str | Path | Mapping[str, ArrayLike] | Sequence[ArrayLike]) -> list[ArrayLike]:
    if isinstance(source, Mapping):
        return list(source.values())
    if not isinstance(source, str | Path):
        return list(source)
    try:
        loaded = np.load(source, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise NumbersError(f"{source} holds one array, and each weight needs its own: write it with np.savez")
        with loaded as archive:
            return [archive[name] for name in archive.files]
    except NumbersError:
        raise
    except (OSError, ValueError) as error:
        raise NumbersError(f"the weights in {source} cannot be read: {error}") from error


def _misfit(model: Model, node: Node, wanted: dict[str, Shape], given: dict[str, Shape]) -> CodeError:
    call = node.calls[0]
    return CodeError(
        f"the weights do not fit {call.text}: it needs {listed(wanted)}, given are {listed(given)}. "
        "Save them again from the model that the code makes now, np.savez(path, *model.get_weights()), "
        "or change the code back",
        block=model.code or None,
        lineno=call.lineno,
    )
