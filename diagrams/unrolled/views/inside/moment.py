"""Selecting a recurrent layer of a model and one of its steps, with inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np

from ...arrays import Array
from ...layers.core import TrainingOnly
from ...layers.layer import Layer
from ...layers.recurrent import BidirectionalTrace, Recurrent, RecurrentTrace
from ...model import Argument, Model, Node, Tensor
from ...numbers.run import ModelTrace
from ...recorded.arrays import AtStep, Recorded, record
from ...recorded.operations import of_step, origin
from ..refusals import choose, names_of

PASSING_ON = ("Embedding", "Masking")
"""Layers whose output still has a vector for each word, besides those that only act during training."""


@dataclass(frozen=True)
class Moment:
    """A layer at the step of a word."""

    model: Model
    node: Node
    layer: Recurrent
    trace: RecurrentTrace
    words: tuple[str, ...]
    step: int
    """The word being read, from 1."""
    given_role: str
    """The layer's input: a word's `embedding`, the `state` of another layer, or its `output`."""

    @cached_property
    def turn(self) -> int:
        """The number of steps read before, in the layer's reading order."""
        return self.trace.order.index(self.step - 1)

    @property
    def word(self) -> str:
        """The word at this step."""
        return self.words[self.step - 1]

    @property
    def is_skipped(self) -> bool:
        """Whether a mask skips this step."""
        return self.trace.mask is not None and not self.trace.mask[self.step - 1]

    @cached_property
    def parts(self) -> dict[str, Array]:
        """What the layer computes at this step, recorded, by the names that its code gives; with its input, x."""
        turn, trace = self.turn + 1, self.trace
        after = [trace.states[turn], *([] if trace.memories is None else [trace.memories[turn]])]
        if not isinstance(after[0], Recorded):
            before = [trace.states[turn - 1], *([] if trace.memories is None else [trace.memories[turn - 1]])]
            states = tuple(record(state, name, step=turn - 1) for name, state in zip("hc", before, strict=False))
            with AtStep(turn):
                x = record(trace.inputs[self.step - 1], "x", step=self.step)
                after = list(self.layer.step(trace.weights.recorded(), x, states)[0])
        results = [origin(cast("Recorded", array), 0)[0] for array in after]
        arrays: Any = of_step(results, turn)
        return {array.name.key: array for array in arrays if array.name.key == "x" or array.name.step == turn}

    @property
    def x(self) -> Array:
        """The layer's input at this step."""
        unrecorded: Array = self.trace.inputs[self.step - 1]
        return self.parts.get("x", unrecorded)

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
        """Return the values of a gate at this step."""
        values: Array = self.trace.gates[name][self.turn]
        return values

    @property
    def begins_with_zeros(self) -> bool:
        """Whether this is the first step, with no initial state given."""
        return self.turn == 0 and self.node.states is None

    @property
    def said(self) -> Array | None:
        """The layer's output for this step; None if there is none, or if it is merged with another's."""
        is_last = self.turn == len(self.trace.order) - 1
        if self.node.layer.family == "Bidirectional" or not (self.layer.return_sequences or is_last):
            return None
        output: Array = self.trace.outputs[self.turn]
        return output

    @property
    def is_returned(self) -> bool:
        """Whether the state after this step is the output; the output of a skipped step may be zeros."""
        return self.said is not None and np.array_equal(self.said, self.states[1])

    @property
    def arguments(self) -> dict[str, Argument]:
        """The positions in the code of the arguments that govern this layer."""
        from_calls = {argument.name: argument for call in self.node.calls for argument in call.arguments}
        sizes = {name: self.model.argument(name) for name in ("time_steps", "features")}
        return {**{name: argument for name, argument in sizes.items() if argument is not None}, **from_calls}


@dataclass(frozen=True, eq=False)
class Reader:
    """A recurrent layer in use, or one direction of a Bidirectional, with its possible names."""

    node: Node
    trace: RecurrentTrace
    names: tuple[str, ...]

    @property
    def layer(self) -> Recurrent:
        """The layer itself."""
        return cast("Recurrent", self.trace.layer)


def reader_of(trace: ModelTrace, which: int | str | None) -> Reader:
    """Select a recurrent layer by number, from 1, or by name; without either, there must be only one."""
    readers = list(_readers(trace))
    names = [reader.names for reader in readers]
    return readers[choose(trace.model, names, which, "recurrent layer", "SimpleRNN, GRU or LSTM")]


def _readers(trace: ModelTrace) -> Iterator[Reader]:
    for node, layer_trace in zip(trace.model.nodes, trace.traces, strict=True):
        called = names_of(node)
        if isinstance(layer_trace, RecurrentTrace):
            yield Reader(node, layer_trace, tuple(called))
        elif isinstance(layer_trace, BidirectionalTrace):
            for way, direction_trace in (("forward", layer_trace.forward), ("backward", layer_trace.backward)):
                yield Reader(node, direction_trace, (*(f"{name} {way}" for name in called), way))


def _passes_on(layer: Layer) -> bool:
    return layer.family in PASSING_ON or isinstance(layer, TrainingOnly)


def role_of(model: Model, tensor: Tensor) -> str:
    """Return the role of a layer's input: a word's embedding, or the states or outputs of another layer."""
    while tensor.node is not None and _passes_on(model.nodes[tensor.node].layer):
        tensor = model.nodes[tensor.node].given
    if tensor.node is None:
        return "embedding"
    return "state" if isinstance(model.nodes[tensor.node].layer, Recurrent) else "output"
