"""A model: layers at work, what flows between them, and where the code says each argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from .arrays import Array, OpenShape, Shape, Weights, worked_out
from .errors import CodeError, NumbersError
from .layers.layer import Layer
from .layers.recurrent import Recurrent

MOST_LAYERS = 100
"""How many layers a model may have: with twice as many a column of them is too high for a PNG."""


def too_many(layers: int) -> str:
    """Say that a model has too many layers."""
    return f"the code has {layers:,} layers, and the limit for one model is {MOST_LAYERS}: draw a part of it"


@dataclass(frozen=True)
class Argument:
    """A number or option of the model, and where the code says it."""

    name: str
    """The model's word for it: `units`, `time_steps`, `features`, `activation` …"""
    value: object
    text: str
    """As written: `4`, or the name of a constant."""
    lineno: int
    """The line in the code block, from 1."""
    column: int
    """The character in that line, from 0."""
    start: int
    """Where it begins within its `Call.text` …"""
    end: int
    """… and where it ends."""


@dataclass(frozen=True)
class Call:
    """A call as the article writes it, on one line and without its module: `SimpleRNN(4, input_shape=(3, 2))`."""

    text: str
    arguments: tuple[Argument, ...]
    lineno: int | None = None
    """The line in the code block at which it begins; None where no code was read."""

    def argument(self, name: str) -> Argument | None:
        """Find an argument by the model's word for it; None where the code leaves it to Keras."""
        return next((found for found in self.arguments if found.name == name), None)


class CodeArray(NamedTuple):
    """An array that code computes, and the numbers in the code that say how long it is."""

    values: Array
    sizes: tuple[Argument, ...] = ()
    """The plain numbers in the call that makes it, as in `waves(8, 6)`."""
    numbers: tuple[Argument, ...] = ()
    """All plain numbers of the block that no other number there equals."""


@dataclass(frozen=True)
class Tensor:
    """What flows: the model's input number `output` where there is no node, else what a node returns at that place."""

    node: int | None
    output: int = 0


class Entry(NamedTuple):
    """What goes into a model."""

    shape: OpenShape
    """Its first length may be None: any number of time steps."""
    call: Call | None = None
    """The call that makes it; None where a layer says the shape."""
    name: str | None = None


@dataclass(frozen=True)
class Node:
    """A layer at work: what it is given, and what it returns."""

    layer: Layer
    place: int
    """Which of the model's layers it is, in the order of their weights; a layer that is used twice is one."""
    inputs: tuple[Tensor, ...]
    """What it is given; several for a layer that merges."""
    states: tuple[Tensor, ...] | None
    """Where its initial state comes from; None for zeros."""
    shapes: tuple[OpenShape, ...]
    """The shape of each input."""
    returned: tuple[OpenShape, ...]
    calls: tuple[Call, ...]
    """The call that makes the layer, then that of a layer inside it where the code makes it apart."""
    sees_masks: bool = True
    """Whether masks reach it, and go on from it; not where the code computes with tensors itself, as in `x + y`."""

    @property
    def given(self) -> Tensor:
        """The one input. Raises CodeError for a layer that merges several: ask for `inputs`."""
        self._check_one_input()
        return self.inputs[0]

    @property
    def shape(self) -> Shape:
        """The shape of the one input, worked out.

        Raises CodeError for a layer that merges several inputs, and NumbersError where a length is open: ask for
        `shapes`.
        """
        self._check_one_input()
        return worked_out(self.shapes[0])

    @property
    def sources(self) -> tuple[Tensor, ...]:
        """All that it depends on, in Keras's order: its inputs, then its initial state."""
        return (*self.inputs, *(self.states or ()))

    def _check_one_input(self) -> None:
        if len(self.inputs) != 1:
            raise CodeError(
                f"{self.calls[0].text} merges {len(self.inputs)} inputs, and only a layer with one input can be used "
                "here",
                lineno=self.calls[0].lineno,
            )


@dataclass(frozen=True)
class Model:
    """What a code block says: what goes in, and the layers that it passes through in the order of the text."""

    entries: tuple[Entry, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[Tensor, ...]
    code: str = ""
    """The whole code block."""
    weights: tuple[Weights | None, ...] | None = None
    """Those of each layer, in the order of `layers`, where the model brings its own, or for some layers."""

    def __post_init__(self) -> None:
        if len(self.nodes) > MOST_LAYERS:
            raise CodeError(
                too_many(len(self.nodes)),
                block=self.code or None,
                lineno=self.nodes[MOST_LAYERS].calls[0].lineno,
            )
        self._check_names()
        self._check_declared()

    def _check_names(self) -> None:
        """Check that no two layers or inputs have one name, and none a `/`, which Keras does not allow."""
        named = [(each.name, each.call) for each in self.entries]
        named += [(node.layer.name, node.calls[0]) for node in self.first_uses if node.calls]
        met: set[str] = set()
        for name, call in named:
            if name in met or "/" in (name or ""):
                why = "is used twice in this model" if name in met else "holds a `/`"
                raise CodeError(
                    f"the name {name!r} {why}, which Keras does not allow: choose another",
                    block=self.code or None,
                    lineno=call.lineno if call else None,
                )
            met |= {name} if name else set()

    def _check_declared(self) -> None:
        """Check that every layer is given what Keras builds it for: the shapes that the layers before it declare."""
        declared: list[tuple[OpenShape, ...]] = []
        for node in self.nodes:
            given = [
                shape if each.node is None else declared[each.node][each.output]
                for each, shape in zip(node.inputs, node.shapes, strict=True)
            ]
            try:
                fits = node.layer.weight_shapes(*given) == node.layer.weight_shapes(*node.shapes)
                declared.append(node.layer.declared_shapes(*given))
            except NumbersError as error:
                if given == list(node.shapes):
                    lineno = node.calls[0].lineno
                    raise CodeError(str(error), block=self.code or None, lineno=lineno) from error
                raise self._undeclared(node, given) from error
            if not fits:
                raise self._undeclared(node, given)
            if len(declared[-1]) != len(node.returned):
                raise CodeError(
                    f"{node.calls[0].text} returns {len(node.returned)} things, and Keras expects {len(declared[-1])} "
                    "of it: use the same kind of layer for both directions",
                    block=self.code or None,
                    lineno=node.calls[0].lineno,
                )

    def _undeclared(self, node: Node, given: Sequence[OpenShape]) -> CodeError:
        """Blame the layer that returns another shape than it declares."""
        name, wrong = node.layer.name_in_code, list(zip(node.inputs, node.shapes, given, strict=True))
        tensor, shape, said = next(each for each in wrong if each[1] != each[2])
        waiting, found = [tensor], self.nodes[0]
        while waiting:
            at = waiting.pop().node
            if at is not None:
                found = self.nodes[at]
                if found.layer.declared_shapes(*found.shapes) != found.returned:
                    break
                waiting += found.inputs
        before = found.calls[0]
        why = "because its two layers differ in units, and so Keras cannot run it: use the same units for both"
        if found.layer.name_in_code != "Bidirectional":
            why = "and so Keras cannot build it: write out the length that its options leave open"
        return CodeError(
            f"{before.text} declares the shape {said} to {name} and returns {shape}, {why}",
            block=self.code or None,
            lineno=before.lineno,
        )

    def check_size(self) -> None:
        """Check that the model's numbers can be computed. Raises NumbersError at the line of what is too large."""
        for node in self.nodes:
            try:
                node.layer.check_size(*node.shapes)
            except NumbersError as error:
                raise NumbersError(str(error), block=self.code or None, lineno=self._largest_line(node)) from error

    def _largest_line(self, node: Node) -> int | None:
        """Find the line of the largest number among what makes a layer and what it is given."""
        entries = (self.entries[each.output].call for each in node.inputs if each.node is None)
        calls = (*node.calls, *(entry for entry in entries if entry))
        sizes = [(each.value, each.lineno) for call in calls for each in call.arguments if type(each.value) is int]
        return max(sizes)[1] if sizes else node.calls[0].lineno

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, each once, in the order in which their weights are listed."""
        return tuple(node.layer for node in self.first_uses)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls of the layers, then those of the inputs that say a shape."""
        layers = {call: None for node in self.nodes for call in node.calls}
        return (*layers, *(each.call for each in self.entries if each.call and each.call.arguments))

    @property
    def recurrent(self) -> Node:
        """The model's one recurrent layer at work; an error where it has none or several."""
        found = [node for node in self.nodes if isinstance(node.layer, Recurrent)]
        if len(found) != 1:
            line = found[1].calls[0].lineno if found else 1
            raise CodeError(
                f"one recurrent layer is asked for, and the code has {len(found) or 'none'}",
                block=self.code,
                lineno=line,
            )
        return found[0]

    @property
    def layer(self) -> Recurrent:
        """The model's one recurrent layer."""
        layer = self.recurrent.layer
        assert isinstance(layer, Recurrent)
        return layer

    def sized(self, time_steps: int | Sequence[int | None]) -> Model:
        """Work every shape out for a number of time steps, or for one for each input; None leaves an input as it is.

        It counts where an input leaves its steps open, as Input((None, 2)) does. Raises CodeError, at the line of the
        layer that doesn't fit.
        """
        wanted = [time_steps] * len(self.entries) if isinstance(time_steps, int) else time_steps
        entries = tuple(
            entry._replace(shape=(steps, *entry.shape[1:])) if entry.shape[:1] == (None,) else entry
            for entry, steps in zip(self.entries, wanted, strict=True)
        )
        if entries == self.entries:
            return self
        nodes: list[Node] = []
        for node in self.nodes:
            shapes = tuple(
                entries[each.output].shape if each.node is None else nodes[each.node].returned[each.output]
                for each in node.inputs
            )
            try:
                returned = node.layer.output_shapes(*shapes)
            except NumbersError as error:
                lineno = node.calls[0].lineno
                raise CodeError(str(error), block=self.code or None, lineno=lineno) from error
            nodes.append(replace(node, shapes=shapes, returned=returned))
        return replace(self, entries=entries, nodes=tuple(nodes))

    @property
    def time_steps(self) -> int:
        """How many steps the recurrent layer reads."""
        return self.recurrent.shape[0]

    @property
    def features(self) -> int:
        """How many numbers the recurrent layer is given at each step."""
        return self.recurrent.shape[1]

    @property
    def parameter_count(self) -> int:
        """Count all numbers in the weights, as Keras's `count_params` does."""
        return sum(each.layer.parameter_count(*each.shapes) for each in self.first_uses)

    @property
    def first_uses(self) -> tuple[Node, ...]:
        """The first node of each layer, in the order of `layers`."""
        found = {node.place: node for node in reversed(self.nodes)}
        return tuple(found[place] for place in sorted(found))

    @property
    def output_shapes(self) -> tuple[OpenShape, ...]:
        """The shape of each output, without the batch axis."""
        return tuple(self.shape_of(each) for each in self.outputs)

    def shape_of(self, tensor: Tensor) -> OpenShape:
        """Return the shape of what flows."""
        if tensor.node is None:
            return self.entries[tensor.output].shape
        return self.nodes[tensor.node].returned[tensor.output]

    def argument(self, name: str) -> Argument | None:
        """Find an argument by the model's word for it; None where the code leaves it to Keras."""
        return next((found for call in self.calls if (found := call.argument(name))), None)


def stack(*layers: Layer, shape: OpenShape) -> Model:
    """Put layers upon one another, for code that is not read.

    `shape` is that of one sample, such as (3, 2), or (None, 2) for any number of time steps.

    >>> model_shapes(stack(LSTM(4), Dense(1), shape=(3, 2)))
    """
    nodes: list[Node] = []
    flowing, now = Tensor(None), shape
    for place, layer in enumerate(layers):
        layer.check_inputs(now)
        returned = layer.output_shapes(now)
        said = ", ".join(repr(getattr(layer, name)) for name in ("units", "n") if hasattr(layer, name))
        call = Call(f"{layer.name_in_code}({said})", ())
        nodes.append(Node(layer, place, (flowing,), None, (now,), returned, (call,)))
        flowing, now = Tensor(place), returned[0]
    return Model((Entry(shape),), tuple(nodes), (flowing,))
