"""Running a model, and the trace of each layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import LARGEST, Array, Weights, listed, read_only
from ..errors import NumbersError
from ..i18n import counted
from ..layers.recurrent import Recurrent, RecurrentTrace
from ..model import MaskOf, Model, NodeMask, Tensor
from ..recorded.arrays import Recorded
from ..recorded.operations import plain
from .weights import weights_of_layer

if TYPE_CHECKING:
    from ..layers.attention import Attending, AttentionTrace
    from ..layers.convolution import (
        ConvolutionTrace,
        GlobalPooling,
        GlobalPoolingTrace,
        Kernel,
        Pooling,
        PoolingTrace,
        SeparableConv1D,
        SeparableTrace,
    )
    from ..layers.core import (
        Dense,
        DenseTrace,
        Embedding,
        EmbeddingTrace,
        SummedTrace,
        Summing,
        TimeDistributed,
        TimeDistributedTrace,
    )
    from ..layers.layer import Layer, Mask, Trace
    from ..layers.normalization import NormalizedTrace, Shifting
    from ..layers.recurrent import LSTM, Bidirectional, BidirectionalTrace, LSTMTrace


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class ModelTrace:
    """The inputs of a model, and the trace of each node.

    >>> cells(run_model(read_keras(code), embed(WORDS)).output)
    """

    model: Model
    weights: tuple[Weights, ...]
    """The weights of each layer, in the order of `model.layers`."""
    inputs: tuple[Array, ...]
    traces: tuple[Trace, ...]

    @property
    def outputs(self) -> tuple[Array, ...]:
        """The model's outputs."""
        return tuple(self.value(tensor) for tensor in self.model.outputs)

    @property
    def output(self) -> Array:
        """The model's first or only output."""
        return self.outputs[0]

    @overload
    def trace_of(self, kind: type[LSTM], number: int = 1) -> LSTMTrace: ...
    @overload
    def trace_of(self, kind: type[Recurrent], number: int = 1) -> RecurrentTrace: ...
    @overload
    def trace_of(self, kind: type[Bidirectional], number: int = 1) -> BidirectionalTrace: ...
    @overload
    def trace_of(self, kind: type[Attending], number: int = 1) -> AttentionTrace: ...
    @overload
    def trace_of(self, kind: type[Dense], number: int = 1) -> DenseTrace: ...
    @overload
    def trace_of(self, kind: type[SeparableConv1D], number: int = 1) -> SeparableTrace: ...
    @overload
    def trace_of(self, kind: type[Kernel], number: int = 1) -> ConvolutionTrace: ...
    @overload
    def trace_of(self, kind: type[Summing], number: int = 1) -> SummedTrace: ...
    @overload
    def trace_of(self, kind: type[Pooling], number: int = 1) -> PoolingTrace: ...
    @overload
    def trace_of(self, kind: type[GlobalPooling], number: int = 1) -> GlobalPoolingTrace: ...
    @overload
    def trace_of(self, kind: type[Shifting], number: int = 1) -> NormalizedTrace: ...
    @overload
    def trace_of(self, kind: type[Embedding], number: int = 1) -> EmbeddingTrace: ...
    @overload
    def trace_of(self, kind: type[TimeDistributed], number: int = 1) -> TimeDistributedTrace: ...
    @overload
    def trace_of(self, kind: type[Layer], number: int = 1) -> Trace: ...
    def trace_of(self, kind: type[Layer], number: int = 1) -> Trace:
        """Return the trace of a layer of this type, by default the first one, with the attributes of that type."""
        traces = [trace for trace in self.traces if isinstance(trace.layer, kind)]
        if 1 <= number <= len(traces):
            return traces[number - 1]
        names = ", ".join(trace.layer.name_in_code for trace in self.traces)
        raise NumbersError(f"the model has no {kind.__name__} number {number}; its layers are {names}")

    def value(self, tensor: Tensor) -> Array:
        """Return the value of a tensor."""
        return self.inputs[tensor.output] if tensor.node is None else self.traces[tensor.node].returned[tensor.output]

    def mask(self, wanted: NodeMask, computed: dict[int, Mask]) -> Mask:
        """Compute a mask; `computed` keeps those of layers, by their id."""
        if not isinstance(wanted, MaskOf):
            return None if wanted is None else np.array(wanted)
        if id(wanted) not in computed:
            masks = [self.mask(node_mask, computed) for node_mask in wanted.masks]
            computed[id(wanted)] = wanted.layer.mask_after([self.value(tensor) for tensor in wanted.inputs], masks)
        return computed[id(wanted)]


def run_model(model: Model, *inputs: ArrayLike, weights: Sequence[Weights | None] | None = None) -> ModelTrace:
    """Run a model on one sample, given as one array for each input.

    By default, a model uses its own weights as far as it has any, and readable ones otherwise; the same goes for a
    layer whose weights are None. If an input's number of time steps is unknown, the array determines it.

    >>> cells(run_model(read_keras(code), embed(WORDS)).trace_of(SimpleRNN).states, "state")
    """
    if len(inputs) != len(model.entries):
        raise NumbersError(f"the model has {counted(len(model.entries), 'input')}, but {len(inputs)} are given")
    values = tuple(map(read_only, inputs))
    model = model.sized([array.shape[0] if array.shape else None for array in values])
    for number, (entry, array) in enumerate(zip(model.entries, values, strict=True), start=1):
        if array.shape != entry.shape:
            raise NumbersError(
                f"input {number} of the model has the shape {entry.shape}, but the array given has {array.shape}"
            )
    model.check_size()
    own_weights: Sequence[Weights | None] = (model.weights or ()) if weights is None else ()
    chosen = model.weights if weights is None else weights
    if chosen is not None and len(chosen) != len(model.layers):
        raise NumbersError(
            f"the model has {counted(len(model.layers), 'layer')}, but weights are given for {len(chosen)}: "
            "give one for each, and Weights() for a layer without weights"
        )
    weights_at = {
        place: layer_weights for place, layer_weights in enumerate(weights or ()) if layer_weights is not None
    }
    own_at = {place: layer_weights for place, layer_weights in enumerate(own_weights) if layer_weights is not None}
    trace = ModelTrace(model, (), values, ())
    computed: dict[int, Mask] = {}
    for node in model.nodes:
        arrays = [trace.value(tensor) for tensor in node.inputs]
        states = None if node.states is None else [trace.value(tensor) for tensor in node.states]
        masks = [trace.mask(node_mask, computed) for node_mask in node.masks or ()] or [
            None if tensor.node is None else trace.traces[tensor.node].mask_of(tensor.output) for tensor in node.inputs
        ]
        try:
            if node.place not in weights_at:
                seed = f"layer {node.place} " if node.place else ""
                shared = {
                    name: weights_at[place][theirs]
                    for tie in model.ties
                    for own_place, name, place, theirs in (tie, (*tie[2:], *tie[:2]))
                    if own_place == node.place and place in weights_at
                }
                weights_at[node.place] = weights_of_layer(
                    node.layer,
                    *map(plain, arrays),
                    mask=masks[0],
                    initial_state=states and [plain(state) for state in states],
                    seed=seed,
                    known=Weights(**{**own_at.get(node.place, {}), **shared}) if shared else own_at.get(node.place),
                )
            answer = answered(node.layer, weights_at[node.place], arrays, masks, states)
        except NumbersError as error:
            raise NumbersError(str(error), block=model.code or None, lineno=node.calls[0].lineno) from error
        trace = replace(trace, traces=(*trace.traces, answer))
    return replace(trace, weights=tuple(weights_at[place] for place in sorted(weights_at)))


def answered(
    layer: Layer,
    weights: Weights,
    inputs: Sequence[Array],
    masks: Sequence[Mask],
    initial_state: Sequence[ArrayLike] | None,
) -> Trace:
    """Run one layer. Raises NumbersError if weights don't fit, or if Keras's float32 would overflow."""
    shapes = [array.shape for array in inputs]
    wanted = layer.weight_shapes(*shapes)
    if weights.shapes != wanted:  # NumPy would silently broadcast some of them
        units = f"({layer.units})" if isinstance(layer, Recurrent) else ""
        over = " and ".join(str(shape[-1]) if shape else "one number" for shape in shapes)
        raise NumbersError(
            f"{layer.name_in_code}{units} over vectors of {over} needs weights {listed(wanted)}; "
            f"it has {listed(weights.shapes)}"
        )
    for number, mask in enumerate(masks):
        if mask is not None and not layer.takes_mask(number, mask.shape, *shapes):  # NumPy would broadcast some
            read = shapes[min(number, len(shapes) - 1)]
            raise NumbersError(
                f"a mask of {layer.name_in_code} has the shape {mask.shape}, but its input has {read}: give "
                "it True or False for each time step"
            )
    with np.errstate(all="ignore"):  # overflow is reported below
        is_recorded = any(isinstance(array, Recorded) for array in inputs)
        recorded = weights.recorded() if is_recorded else weights
        trace = layer.run(recorded, *inputs, masks=masks, initial_state=initial_state)
        singles: list[Any] = [plain(array).astype(np.float32) for array in inputs]
        states = None if initial_state is None else [plain(state) for state in initial_state]
        single = layer.run(weights.in_single_precision(), *singles, masks=masks, initial_state=states)
    finite, where = all(np.isfinite(array).all() for array in single.returned), ""
    if isinstance(single, RecurrentTrace):
        kept = (single.states,) if single.memories is None else (single.states, single.memories)
        turns = np.all([np.isfinite(array).all(axis=-1) for array in kept], axis=0)
        finite = bool(turns.all())
        where = f" at step {int(turns.argmin())}" if turns[0] else " in the initial state"
    if not finite:
        raise NumbersError(
            f"the numbers of {layer.name_in_code} exceed {LARGEST:.1e}{where}, the limit of float32: Keras "
            "returns inf or nan there, which no figure can show. Use smaller weights or inputs, fewer steps, or a "
            "bounded activation such as tanh"
        )
    return trace
