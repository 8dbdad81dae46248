"""The recurrent layers of a model at work, and one of them chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from ...errors import PictureError
from ...layers.bidirectional import BidirectionalTrace
from ...layers.core import TrainingOnly
from ...layers.layer import Layer
from ...layers.recurrent import Recurrent, RecurrentTrace
from ...model import Model, Node, Tensor
from ...numbers.run import ModelTrace

PASSING_ON = ("Embedding", "Masking")
"""Layers whose output is still a vector for each word, beside those that act in training alone."""


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


def _passes_on(layer: Layer) -> bool:
    return layer.name_in_code in PASSING_ON or isinstance(layer, TrainingOnly)


def role_of(model: Model, given: Tensor) -> str:
    """Tell what a layer is given: a word's embedding, the states of another layer, or what that answers."""
    while given.node is not None and _passes_on(model.nodes[given.node].layer):
        given = model.nodes[given.node].given
    if given.node is None:
        return "embedding"
    return "state" if isinstance(model.nodes[given.node].layer, Recurrent) else "output"
