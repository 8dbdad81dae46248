"""A recurrent layer of a model, chosen, and one step of it: what goes in, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from ...arrays import Array
from ...layers.bidirectional import BidirectionalTrace
from ...layers.core import TrainingOnly
from ...layers.layer import Layer
from ...layers.recurrent import Recurrent, RecurrentTrace
from ...model import Argument, Model, Node, Tensor
from ...numbers.run import ModelTrace
from ..refusals import choose

PASSING_ON = ("Embedding", "Masking")
"""Layers whose output is still a vector for each word, beside those that act in training alone."""


@dataclass(frozen=True)
class Moment:
    """A layer at the step of a word."""

    model: Model
    node: Node
    layer: Recurrent
    trace: RecurrentTrace
    words: tuple[str, ...]
    step: int
    """Which word is read, from 1."""
    given_role: str
    """What the layer is given: a word's `embedding`, the `state` of another layer, or its `output`."""

    @cached_property
    def turn(self) -> int:
        """How many steps were read before, in the order in which the layer reads."""
        return self.trace.order.index(self.step - 1)

    @property
    def word(self) -> str:
        """The word of this step."""
        return self.words[self.step - 1]

    @property
    def is_skipped(self) -> bool:
        """Whether a mask skips this step."""
        return self.trace.mask is not None and not self.trace.mask[self.step - 1]

    @property
    def x(self) -> Array:
        """What the layer is given at this step."""
        given: Array = self.trace.inputs[self.step - 1]
        return given

    @property
    def states(self) -> tuple[Array, Array]:
        """The state h before and after."""
        return self.trace.states[self.turn], self.trace.states[self.turn + 1]

    @property
    def memories(self) -> tuple[Array, Array] | None:
        """The cell state c before and after; None for layers without one."""
        memories = self.trace.memories
        return None if memories is None else (memories[self.turn], memories[self.turn + 1])

    def gate(self, name: str) -> Array:
        """Tell a gate's numbers at this step."""
        values: Array = self.trace.gates[name][self.turn]
        return values

    @property
    def begins_with_zeros(self) -> bool:
        """Whether nothing was read before, and nothing handed over."""
        return self.turn == 0 and self.node.states is None

    @property
    def said(self) -> Array | None:
        """What the layer returns for this step; None where it returns nothing for it, or merges it with another's."""
        is_last = self.turn == len(self.trace.order) - 1
        if self.node.layer.name_in_code == "Bidirectional" or not (self.layer.return_sequences or is_last):
            return None
        said: Array = self.trace.outputs[self.turn]
        return said

    @property
    def is_returned(self) -> bool:
        """Whether the state after this step is what the layer returns; a skipped step may be answered by zeros."""
        return self.said is not None and np.array_equal(self.said, self.states[1])

    @property
    def arguments(self) -> dict[str, Argument]:
        """Where the code says what governs this layer."""
        found = {each.name: each for call in self.node.calls for each in call.arguments}
        sizes = {name: self.model.argument(name) for name in ("time_steps", "features")}
        return {**{name: each for name, each in sizes.items() if each is not None}, **found}


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
    names = [reader.names for reader in readers]
    return readers[choose(trace.model, names, which, "recurrent layer", "SimpleRNN, GRU or LSTM")]


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
