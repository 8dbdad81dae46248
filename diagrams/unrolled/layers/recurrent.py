"""SimpleRNN, LSTM and GRU, computed step by step as in Keras, in one direction or in both, and their traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, OpenShape, Shape, Weights, frozen, worked_out
from ..errors import NumbersError
from ..i18n import gettext
from ..recorded.arrays import AtStep, Recorded, named, record
from .activations import activation_of
from .layer import SUM, Layer, ShapeError, Trace, check_count, check_flags, length_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .initializers import Initializer
    from .layer import InitialState, Masks

KEPT, WRITTEN = gettext("kept"), gettext("written")
"""The names of intermediate results within a layer; weights are named as in the code."""
States: TypeAlias = tuple[Array, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class RecurrentTrace(Trace):
    """The numbers of a recurrent layer, in the order in which it reads the steps.

    >>> trace = run_model(read_keras(code), embed(WORDS)).trace_of(SimpleRNN)
    >>> above(label("states"), cells(trace.states, "state"))
    """

    order: tuple[int, ...]
    """The input step, from 0, read at each turn; reversed if `go_backwards` is set."""
    states: Array
    """(time_steps + 1, units): the initial state, then h after each turn."""
    memories: Array | None
    """The cell states c of an LSTM, in the same form; None for other layers."""
    outputs: Array
    """(time_steps, units): the output at each turn. This is the state, except at masked steps."""
    gates: Mapping[str, Array]
    """Each gate (time_steps, units) by name; NaN at masked turns."""

    @property
    def final(self) -> tuple[Array, ...]:
        """The last state, and for an LSTM the last cell state: the initial states of the next sequence."""
        return (self.states[-1],) if self.memories is None else (self.states[-1], self.memories[-1])


@dataclass(frozen=True, eq=False, kw_only=True)
class LSTMTrace(RecurrentTrace):
    """The numbers of an LSTM, whose memories are never None.

    >>> trace = run_model(stack(LSTM(4), shape=(3, 2)), embed(WORDS)).trace_of(LSTM)
    >>> above(label("memories"), cells(trace.memories, "memory"))
    """

    memories: Array
    """(time_steps + 1, units): the initial cell state, then c after each turn."""


MOST_STEPS = 10_000
"""The maximum number of time steps a layer can read, since they are computed one after another."""
FLAGS = ("use_bias", "return_sequences", "return_state", "go_backwards", "stateful", "unroll", "zero_output_for_mask")
MERGE_MODES = ("concat", "sum", "ave", "mul", None)
ALIKE = ("return_sequences", "return_state", "stateful")
"""The options that both directions of a Bidirectional must share."""


@dataclass(frozen=True)
class Recurrent(Layer):
    """A layer that reads a sequence (time_steps, features) step by step, with the same weights at each step."""

    units: int
    activation: str = "tanh"
    use_bias: bool = True
    return_sequences: bool = field(default=False, kw_only=True)
    return_state: bool = field(default=False, kw_only=True)
    go_backwards: bool = field(default=False, kw_only=True)
    stateful: bool = field(default=False, kw_only=True)
    """Has no effect on a single sequence; the next one would start from the trace's `final` states."""
    unroll: bool = field(default=False, kw_only=True)
    """Affects the numbers only if a mask skips steps."""
    zero_output_for_mask: bool = field(default=False, kw_only=True)
    kernel_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    recurrent_initializer: str | Initializer = field(default="orthogonal", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)

    block_name: ClassVar[str]
    """The name of the layer's block in figures."""
    gates: ClassVar[tuple[str, ...]] = ()
    """The gates, in the order of their weights within a kernel. If empty, there is one plain sum."""
    state_names: ClassVar[tuple[str, ...]] = ("h",)
    has_return_options: ClassVar[bool] = True
    """Whether code says what it returns, with `return_sequences` and `return_state`."""
    kernel_names: ClassVar[tuple[str, str]] = ("kernel", "recurrent_kernel")
    """What formulas call what the input and the state are multiplied by."""
    kind_of_trace: ClassVar[type[RecurrentTrace]] = RecurrentTrace

    def __post_init__(self) -> None:
        check_count("units", self.units)
        check_flags(self, *FLAGS)
        activation_of(self.activation)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: kernel, recurrent_kernel, and bias if there is one."""
        width = self.units * max(1, len(self.gates))
        shapes: dict[str, Shape] = {"kernel": (self._features(shape), width), "recurrent_kernel": (self.units, width)}
        return {**shapes, "bias": self.bias_shape(width)} if self.use_bias else shapes

    @property
    def returned_states(self) -> tuple[str, ...]:
        """The names of the states in the order in which code gives and gets them."""
        return self.state_names

    def bias_shape(self, width: int) -> Shape:
        """Return the shape of the bias, given the width of the kernels."""
        return (width,)

    @property
    def bias_names(self) -> tuple[str, str]:
        """What formulas call what is added to the product of the input and to that of the state; empty for none."""
        return "", "bias" if self.use_bias else ""

    def kernels(self, weights: Weights) -> tuple[Array, Array]:
        """Return what the input and the state are multiplied by: (features, width) and (units, width)."""
        return weights["kernel"], weights["recurrent_kernel"]

    def biases(self, weights: Weights) -> tuple[Array | None, Array | None]:
        """Return what is added to the product of the input, and to that of the state."""
        return weights.get("bias"), None

    def whole_bias(self, weights: Weights) -> Array | None:
        """Return the sum of the biases."""
        of_input, of_state = self.biases(weights)
        return of_input if of_input is None else biased(of_input, of_state)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shape of the output, and of the states if they are returned."""
        self._features(shape)
        output: OpenShape = (shape[0], self.units) if self.return_sequences else (self.units,)
        states: list[OpenShape] = [(self.units,) for _ in self.state_names] if self.return_state else []
        return (output, *states)

    def check_size(self, *shapes: OpenShape) -> None:
        """Check that inputs of a shape aren't too large to compute. Raises NumbersError otherwise."""
        super().check_size(*shapes)
        steps, _ = worked_out(shapes[0])
        if steps > MOST_STEPS:
            raise NumbersError(
                f"{self.name_in_code} would read {steps:,} time steps, but the limit is {MOST_STEPS:,}: use fewer "
                "steps here, or draw the model with model_shapes, which computes no numbers"
            )

    def _features(self, shape: OpenShape) -> int:
        if len(shape) != 2:
            raise ShapeError(f"{self.name_in_code} reads sequences (time_steps, features), not {shape}", ndim=3)
        return length_of(self, shape)

    def step(self, weights: Weights, x: Array, states: States) -> tuple[States, Mapping[str, Array]]:
        """Compute the states after one step, and the gates by name.

        Shapes: x (features,), each state (units,). Weights stacked along a first axis are all applied at once, to x (1,
        features) and states (n, 1, units).
        """
        raise NotImplementedError

    def run(
        self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None
    ) -> RecurrentTrace:
        """Read a sequence (time_steps, features), starting from zeros or from given states (units,)."""
        (vectors,), mask = inputs, masks[0] if masks else None
        steps = range(len(vectors))
        order = tuple(reversed(steps)) if self.go_backwards else tuple(steps)
        states, gates = [self._first(initial_state, vectors)], []
        outputs: list[Array] = []
        for step in order:
            skipped = mask is not None and not mask[step]
            with AtStep(len(states)):
                after, opened = self.step(weights, named("x", vectors[step], "x", step=step + 1), states[-1])
            if skipped:
                after, opened = states[-1], {name: np.full(self.units, np.nan, vectors.dtype) for name in opened}
            before = outputs[-1] if outputs else np.zeros(self.units, vectors.dtype)
            outputs.append(self._said_when_skipped(states[-1][0], before) if skipped else after[0])
            states.append(after)
            gates.append(opened)
        sequence = frozen(outputs)
        last = states[-1] if self.return_state else ()
        return self.kind_of_trace(
            self,
            weights,
            frozen(vectors),
            (sequence if self.return_sequences else sequence[-1], *map(frozen, last)),
            mask=mask,
            mask_after=mask if self.return_sequences else None,
            order=order,
            states=frozen([state[0] for state in states]),
            memories=frozen([state[1] for state in states]) if len(self.state_names) > 1 else None,
            outputs=sequence,
            gates={name: frozen([step_gates[name] for step_gates in gates]) for name in self.gates},
        )

    def masked_outputs(self, masked: Sequence[bool]) -> int:
        """Return 1 if the sequence that it returns has a mask."""
        return int(self.return_sequences and masked[0])

    def _said_when_skipped(self, state: Array, before: Array) -> Array:
        """Return Keras's output at a masked step. Unrolled loops start from 0 and ignore `zero_output_for_mask`."""
        if self.unroll:
            return before
        return np.zeros_like(state) if self.zero_output_for_mask else state

    def _first(self, initial_state: Sequence[ArrayLike] | None, inputs: Array) -> States:
        if initial_state is None:
            zeros = [np.zeros(self.units, inputs.dtype) for _ in self.state_names]
            if not isinstance(inputs, Recorded):
                return tuple(zeros)
            return tuple(record(state, name, step=0) for name, state in zip(self.state_names, zeros, strict=True))
        states = tuple(
            frozen(state if isinstance(state, Recorded) else np.asarray(state, inputs.dtype)) for state in initial_state
        )
        wanted = " and ".join(self.state_names)
        if len(states) != len(self.state_names):
            raise NumbersError(
                f"{self.name_in_code} starts with {wanted}: give {len(self.state_names)}, not {len(states)}"
            )
        for name, state in zip(self.state_names, states, strict=True):
            if state.shape != (self.units,):
                raise NumbersError(
                    f"the initial state {name} must have {self.units} numbers, but its shape is {state.shape}"
                )
        return states


def biased(total: Array, bias: Array | None) -> Array:
    """Add a bias, if there is one."""
    return total if bias is None else total + bias


def sums_side_by_side(total: Array, count: int) -> list[Array]:
    """Split the sums into those of each gate."""
    return [gate.copy() for gate in np.split(total, count, axis=-1)]


class SimpleRNN(Recurrent):
    """The fully connected recurrent layer, whose output at each step is also its next state.

    >>> rolled(stack(SimpleRNN(4), shape=(3, 2)))
    """

    block_name: ClassVar[str] = "RNN"

    def step(self, weights: Weights, x: Array, states: States) -> tuple[States, Mapping[str, Array]]:
        """Compute hₜ = activation(xₜ·kernel + hₜ₋₁·recurrent_kernel + bias).

        The formula is that of `keras.layers.SimpleRNNCell.call`.
        """
        kernel, recurrent_kernel = self.kernels(weights)
        of_input = named("from-input", x @ kernel, "=")
        of_state = named("from-state", states[0] @ recurrent_kernel, "=")
        total = named("sum", biased(of_input + of_state, self.whole_bias(weights)), SUM)
        return (named("h", activation_of(self.activation)(total)),), {}


@dataclass(frozen=True)
class LSTM(Recurrent):
    """Long short-term memory: a recurrent layer with a second state, the cell state c, controlled by gates.

    >>> rolled(stack(LSTM(4), shape=(3, 2)))
    """

    recurrent_activation: str = field(default="sigmoid", kw_only=True)
    unit_forget_bias: bool = field(default=True, kw_only=True)
    """Whether the forget gates of a new layer start with a bias of 1."""

    block_name: ClassVar[str] = "LSTM"
    gates: ClassVar[tuple[str, ...]] = ("input", "forget", "candidate", "output")
    state_names: ClassVar[tuple[str, ...]] = ("h", "c")
    kind_of_trace: ClassVar[type[RecurrentTrace]] = LSTMTrace

    def __post_init__(self) -> None:
        super().__post_init__()
        check_flags(self, "unit_forget_bias")
        activation_of(self.recurrent_activation)

    def initial_values(self, weight: str, shape: Shape, seed: str | None = None) -> Array | None:
        """Return what Keras initializes a weight with: usually, the bias of the forget gates with 1."""
        if weight != "bias" or not self.unit_forget_bias:
            return super().initial_values(weight, shape, seed)
        sizes = {"0": self.units, "1": 2 * self.units}
        parts = [
            super(LSTM, self).initial_values(weight, (size,), seed and f"{seed} {at}") for at, size in sizes.items()
        ]
        first, rest = parts
        return None if first is None or rest is None else np.concatenate([first, np.ones(self.units), rest])

    def step(self, weights: Weights, x: Array, states: States) -> tuple[States, Mapping[str, Array]]:
        """Compute cₜ = f · cₜ₋₁ + i · c̃ and hₜ = o · activation(cₜ).

        Each of i, f and o is recurrent_activation(xₜ·kernel + hₜ₋₁·recurrent_kernel + bias) with its own quarter of the
        weights; c̃ is the same with activation. The formulas are those of `keras.layers.LSTMCell.call`.
        """
        (h, c), (kernel, recurrent_kernel) = states, self.kernels(weights)
        total = x @ kernel + h @ recurrent_kernel
        sums = sums_side_by_side(biased(total, self.whole_bias(weights)), len(self.gates))
        activation, gate = activation_of(self.activation), activation_of(self.recurrent_activation)
        f = named("forget-gate", gate(sums[1]), "f")
        kept = named("kept", f * c, KEPT)
        candidate = named("candidate", activation(sums[2]), "c̃")
        i = named("input-gate", gate(sums[0]), "i")
        c = named("c", kept + named("written", i * candidate, WRITTEN))
        o = named("output-gate", gate(sums[3]), "o")
        opened = dict(zip(self.gates, (i, f, candidate, o), strict=True))
        return (named("h", o * named("squashed", activation(c), "=")), c), opened


@dataclass(frozen=True)
class GRU(Recurrent):
    """Gated recurrent unit: an update gate blends the old state with a candidate for the new one.

    >>> rolled(stack(GRU(4), shape=(3, 2)))
    """

    recurrent_activation: str = field(default="sigmoid", kw_only=True)
    reset_after: bool = field(default=True, kw_only=True)
    """Whether the reset gate is applied after the recurrent kernel (which then has its own bias) or before it."""

    block_name: ClassVar[str] = "GRU"
    gates: ClassVar[tuple[str, ...]] = ("update", "reset", "candidate")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_flags(self, "reset_after")
        activation_of(self.recurrent_activation)

    def bias_shape(self, width: int) -> Shape:
        """Return the shape of the bias: with `reset_after`, one row for the inputs and one for the state."""
        return (2, width) if self.reset_after else (width,)

    def step(self, weights: Weights, x: Array, states: States) -> tuple[States, Mapping[str, Array]]:
        """Compute hₜ = z · hₜ₋₁ + (1 − z) · h̃.

        z and r are recurrent_activation(xₜ·kernel + hₜ₋₁·recurrent_kernel + bias), each with its own third of the
        weights. h̃ is activation(xₜ·kernel + bias + r · (hₜ₋₁·recurrent_kernel + bias)), or without `reset_after`
        activation(xₜ·kernel + (r · hₜ₋₁)·recurrent_kernel + bias). The formulas are those of
        `keras.layers.GRUCell.call`.
        """
        (h,), units = states, self.units
        kernel, recurrent_kernel = self.kernels(weights)
        of_inputs, of_state = self.biases(weights)
        x_update, x_reset, x_candidate = self._by_gate(biased(x @ kernel, of_inputs))
        gate = activation_of(self.recurrent_activation)
        if self.reset_after:
            h_update, h_reset, h_candidate = self._by_gate(biased(h @ recurrent_kernel, of_state))
            reset = named("reset-gate", gate(x_reset + h_reset), "r")
            recalled = named("recalled", reset * named("from-state", h_candidate, "="), "=")
            x_candidate = named("from-input", x_candidate, "=")
        else:
            h_update, h_reset = sums_side_by_side(h @ recurrent_kernel[..., : 2 * units], 2)
            reset = named("reset-gate", gate(x_reset + h_reset), "r")
            recalled = named("recalled", reset * h, "=") @ recurrent_kernel[..., 2 * units :]
        candidate = named("candidate", activation_of(self.activation)(x_candidate + recalled), "h̃")
        update = named("update-gate", gate(x_update + h_update), "z")
        kept = named("kept", update * h, KEPT)
        written = named("written", named("rest", 1 - update, "=") * candidate, WRITTEN)
        return (named("h", kept + written),), {"update": update, "reset": reset, "candidate": candidate}

    def _by_gate(self, sums: Array) -> list[Array]:
        """Split sums into those of the update gate, the reset gate and the candidate, whatever their order."""
        parts = dict(zip(self.gates, sums_side_by_side(sums, 3), strict=True))
        return [parts[name] for name in GRU.gates]

    @property
    def bias_names(self) -> tuple[str, str]:
        """What formulas call the biases: with `reset_after`, both products have one."""
        return (super().bias_names[1] if self.reset_after else "", super().bias_names[1])

    def biases(self, weights: Weights) -> tuple[Array | None, Array | None]:
        """Return the biases of the inputs and of the state; stacked ones keep an axis for the sample."""
        bias = weights.get("bias")
        if bias is None or not self.reset_after:
            return bias, None
        if bias.ndim == 2:
            return bias[0], bias[1]
        return bias[:, :1], bias[:, 1:]


@dataclass(frozen=True, eq=False, kw_only=True)
class BidirectionalTrace(Trace):
    """The numbers of both directions, each in the order in which it reads."""

    forward: RecurrentTrace
    backward: RecurrentTrace

    def mask_of(self, output: int) -> NDArray[np.bool_] | None:
        """Return the mask of the output with this index; if not merged, there are two outputs."""
        states = len(self.forward.returned) + len(self.backward.returned) - 2
        return self.mask_after if output < len(self.returned) - states else None


@dataclass(frozen=True)
class Bidirectional(Layer):
    """Two recurrent layers over the same sequence, one of them reading from the end.

    >>> unroll(stack(Bidirectional(SimpleRNN(2)), shape=(3, 2)), WORDS)
    """

    layer: Recurrent
    merge_mode: str | None = "concat"
    backward_layer: Recurrent | None = field(default=None)

    def __post_init__(self) -> None:
        for name, layer in (("layer", self.layer), ("backward_layer", self.backward_layer or self.layer)):
            if not isinstance(layer, Recurrent):
                raise NumbersError(f"Bidirectional wraps a recurrent layer: {name} must be a SimpleRNN, GRU or LSTM")
        if self.merge_mode not in MERGE_MODES:
            raise NumbersError(f"merge_mode must be 'concat', 'sum', 'ave', 'mul' or None, not {self.merge_mode!r}")
        if self.forward.go_backwards == self.backward.go_backwards:
            raise NumbersError(
                "the two layers of Bidirectional must read in different directions, but both have "
                f"go_backwards={self.forward.go_backwards}: remove it from the first, and give it to `backward_layer`"
            )
        for option in ALIKE:
            if getattr(self.forward, option) != getattr(self.backward, option):
                raise NumbersError(f"the two layers of Bidirectional must have the same {option}")
        if self.layer.stateful and self.layer.return_state:
            raise NumbersError(
                "Keras can't build a Bidirectional whose layers have both stateful=True and return_state=True "
                "(Keras: unsupported operand type(s) for *): remove one of the two"
            )
        if self.merge_mode not in ("concat", None) and self.forward.units != self.backward.units:
            raise NumbersError(f"merge_mode={self.merge_mode!r} merges unit by unit: give both layers the same units")

    @property
    def forward(self) -> Recurrent:
        """The layer that reads from the start. For returned sequences, Keras makes it output 0 at masked steps."""
        return replace(self.layer, zero_output_for_mask=self.layer.return_sequences)

    @property
    def backward(self) -> Recurrent:
        """The layer that reads from the end."""
        layer = replace(self.layer, go_backwards=True) if self.backward_layer is None else self.backward_layer
        return replace(layer, zero_output_for_mask=layer.return_sequences)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name, those of the forward layer first."""
        ways = {"forward": self.forward, "backward": self.backward}
        return {
            self.name_of(way, name): weight_shape
            for way, layer in ways.items()
            for name, weight_shape in layer.weight_shapes(shape).items()
        }

    def name_of(self, way: str, weight: str) -> str:
        """Return the name of a weight of the layer that reads `forward` or `backward`."""
        return f"{way}_{weight}"

    def weights_of(self, way: str, weights: Weights) -> Weights:
        """Return the weights of the layer that reads `forward` or `backward`."""
        return weights.part(f"{way}_")

    def initial_values(self, weight: str, shape: Shape, seed: str | None = None) -> Array | None:
        """Return what Keras initializes a weight of one of the layers with."""
        way, _, name = weight.partition("_")
        return (self.forward if way == "forward" else self.backward).initial_values(name, shape, seed)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes of the merged output, or of both outputs, then of the states if they are returned."""
        forward_shape, *states = self.forward.output_shapes(shape)
        backward_shape, *backward_states = self.backward.output_shapes(shape)
        if self.merge_mode is None:
            return forward_shape, backward_shape, *states, *backward_states
        units = self.forward.units + self.backward.units
        merged: OpenShape = (*forward_shape[:-1], units) if self.merge_mode == "concat" else forward_shape
        return merged, *states, *backward_states

    def declared_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes Keras declares, which it derives from the forward layer alone."""
        forward_shape, *states = self.forward.output_shapes(shape)
        if self.merge_mode is None:
            return forward_shape, forward_shape, *states, *states
        merged: OpenShape = (
            (*forward_shape[:-1], 2 * self.forward.units) if self.merge_mode == "concat" else forward_shape
        )
        return merged, *states, *states

    def check_size(self, *shapes: OpenShape) -> None:
        """Check that inputs of a shape aren't too large to compute. Raises NumbersError otherwise."""
        super().check_size(*shapes)
        self.layer.check_size(*shapes)

    def run(
        self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None
    ) -> BidirectionalTrace:
        """Read a sequence both ways.

        Initial states are those of the forward layer, then those of the backward layer.
        """
        firsts: tuple[Sequence[ArrayLike] | None, Sequence[ArrayLike] | None] = (None, None)
        if initial_state is not None:
            wanted = len(self.layer.state_names)
            if len(initial_state) != 2 * wanted:
                raise NumbersError(
                    f"Bidirectional({self.layer.name_in_code}) starts with {2 * wanted} states, {wanted} for each "
                    f"direction, not {len(initial_state)}"
                )
            firsts = initial_state[:wanted], initial_state[wanted:]
        forward = self.forward.run(self.weights_of("forward", weights), *inputs, masks=masks, initial_state=firsts[0])
        backward_weights = self.weights_of("backward", weights)
        backward = self.backward.run(backward_weights, *inputs, masks=masks, initial_state=firsts[1])
        back = backward.output[::-1] if self.layer.return_sequences else backward.output
        merged = tuple(map(frozen, self._merged(forward.output, back)))
        return BidirectionalTrace(
            self,
            weights,
            forward.inputs,
            (*merged, *forward.returned[1:], *backward.returned[1:]),
            mask=forward.mask,
            mask_after=forward.mask_after,
            forward=forward,
            backward=backward,
        )

    def masked_outputs(self, masked: Sequence[bool]) -> int:
        """Return 2 if both directions are returned with a mask, and 1 if they are merged."""
        return self.layer.masked_outputs(masked) * (2 if self.merge_mode is None else 1)

    def _merged(self, forward: Array, backward: Array) -> tuple[Array, ...]:
        match self.merge_mode:
            case "concat":
                return (np.concatenate([forward, backward], axis=-1),)
            case "sum":
                return (forward + backward,)
            case "ave":
                return ((forward + backward) / 2,)
            case "mul":
                return (forward * backward,)
        return forward, backward
