"""A whole model at work: the trace of each of its layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, overload

from numpy.typing import ArrayLike

from .arrays import Array, Weights, read_only
from .errors import NumbersError
from .fresh_weights import weights_of_layer
from .model import Model, Node, Tensor
from .numbers import counted
from .run import answered

if TYPE_CHECKING:
    from .layers.bidirectional import Bidirectional, BidirectionalTrace
    from .layers.layer import Layer, Mask, Trace
    from .layers.recurrent import LSTM, LSTMTrace, Recurrent, RecurrentTrace


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class ModelTrace:
    """What went into a model, and the trace of each node."""

    model: Model
    weights: tuple[Weights, ...]
    """Those of each layer, in the order of `model.layers`."""
    inputs: tuple[Array, ...]
    traces: tuple[Trace, ...]

    @property
    def outputs(self) -> tuple[Array, ...]:
        """What the model returns."""
        return tuple(self.value(each) for each in self.model.outputs)

    @property
    def output(self) -> Array:
        """The first or only thing that the model returns."""
        return self.outputs[0]

    @overload
    def trace_of(self, kind: type[LSTM], number: int = 1) -> LSTMTrace: ...
    @overload
    def trace_of(self, kind: type[Recurrent], number: int = 1) -> RecurrentTrace: ...
    @overload
    def trace_of(self, kind: type[Bidirectional], number: int = 1) -> BidirectionalTrace: ...
    @overload
    def trace_of(self, kind: type[Layer], number: int = 1) -> Trace: ...
    def trace_of(self, kind: type[Layer], number: int = 1) -> Trace:
        """Find the trace of the first layer of a kind, or of the second …, with what only such a layer has."""
        found = [trace for trace in self.traces if isinstance(trace.layer, kind)]
        if 1 <= number <= len(found):
            return found[number - 1]
        there = ", ".join(trace.layer.name_in_code for trace in self.traces)
        raise NumbersError(f"the model has no {kind.__name__} number {number}: its layers are {there}")

    def value(self, tensor: Tensor) -> Array:
        """Tell what flows there."""
        return self.inputs[tensor.output] if tensor.node is None else self.traces[tensor.node].returned[tensor.output]


def run_model(model: Model, *inputs: ArrayLike, weights: Sequence[Weights] | None = None) -> ModelTrace:
    """Run a model over one sample, an array for each of its inputs.

    Without weights it gets its own, if it has any, and readable ones otherwise. Where an input leaves its time steps
    open, the array says how many there are.

    >>> cells(run_model(read_keras(code), embed(WORDS)).trace_of(SimpleRNN).states, "state")
    """
    model, values = _fitted(model, inputs)
    model.check_size()
    weights = model.weights if weights is None else weights
    if weights is not None and len(weights) != len(model.layers):
        raise NumbersError(
            f"the model has {counted(len(model.layers), 'layer')}, and weights are given for {len(weights)}: "
            "give one for each, Weights() where a layer has none"
        )
    found = {} if weights is None else dict(enumerate(weights))
    trace = ModelTrace(model, (), values, ())
    for node in model.nodes:
        if node.place not in found:
            found[node.place] = _fresh(node, trace)
        trace = replace(trace, traces=(*trace.traces, _run(node, found[node.place], trace)))
    return replace(trace, weights=tuple(found[place] for place in sorted(found)))


def _fitted(model: Model, inputs: Sequence[ArrayLike]) -> tuple[Model, tuple[Array, ...]]:
    if len(inputs) != len(model.entries):
        raise NumbersError(f"the model has {counted(len(model.entries), 'input')}, and {len(inputs)} are given")
    values = tuple(map(read_only, inputs))
    model = model.sized([each.shape[0] if each.shape else None for each in values])
    for number, (entry, each) in enumerate(zip(model.entries, values, strict=True), start=1):
        if each.shape != entry.shape:
            raise NumbersError(f"input {number} of the model has the shape {entry.shape}, and {each.shape} is given")
    return model, values


def _states(node: Node, trace: ModelTrace) -> list[Array] | None:
    return None if node.states is None else [trace.value(each) for each in node.states]


def _fresh(node: Node, trace: ModelTrace) -> Weights:
    return weights_of_layer(
        node.layer,
        *map(trace.value, node.inputs),
        mask=_used_masks(node, trace)[0],
        initial_state=_states(node, trace),
        seed="" if node.place == 0 else f"layer {node.place} ",
    )


def _run(node: Node, weights: Weights, trace: ModelTrace) -> Trace:
    inputs, model = [trace.value(each) for each in node.inputs], trace.model
    try:
        found = answered(node.layer, weights, inputs, _used_masks(node, trace), _states(node, trace))
    except NumbersError as error:
        raise NumbersError(str(error), block=model.code or None, lineno=node.calls[0].lineno) from error
    if node.states is None or len(found.output.shape) < 2:
        return found
    return replace(found, mask_after=_mask(node.given, trace))


def _mask(tensor: Tensor, trace: ModelTrace) -> Mask:
    """Find the mask that comes with what flows."""
    return None if tensor.node is None else trace.traces[tensor.node].mask_of(tensor.output)


def _used_masks(node: Node, trace: ModelTrace) -> list[Mask]:
    """Find the masks that a node obeys: a layer of Keras that is given states hands the mask on and reads every step.

    `Layer.__call__` looks for a mask by the name of `mask` only if the call has a single tensor argument.
    """
    return [_mask(each, trace) if node.states is None else None for each in node.inputs]
