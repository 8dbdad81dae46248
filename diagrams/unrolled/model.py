"""A model as a graph: its layers, the tensors between them, and the place of each argument in the code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from .arrays import Array, OpenShape, Shape, Weights, worked_out
from .errors import CodeError, NumbersError
from .layers.layer import Kept, Layer
from .layers.recurrent import Recurrent

Source = TypeVar("Source")
Other = TypeVar("Other")
MOST_LAYERS = 100
"""The limit on a model's layers: a column of twice as many would be too tall for a PNG."""


def too_many(layers: int) -> str:
    """Return the message for a model with too many layers."""
    return f"the code has {layers:,} layers, but the limit for one model is {MOST_LAYERS}: draw a part of it"


@dataclass(frozen=True)
class Argument:
    """A number or option of the model, and its position in the code."""

    name: str
    """The argument's name in the model: `units`, `time_steps`, `features`, `activation` …"""
    value: object
    text: str
    """The source text: `4`, or the name of a constant."""
    lineno: int
    """The line in the code block, counted from 1."""
    column: int
    """The character in that line, counted from 0."""
    start: int
    """Its start within `Call.text` …"""
    end: int
    """… and its end."""


@dataclass(frozen=True)
class Call:
    """A call from the article's code, on one line and without its module prefix: `SimpleRNN(4, input_shape=(3, 2))`."""

    text: str
    arguments: tuple[Argument, ...]
    lineno: int | None = None
    """The line in the code block where the call starts; None if no code was read."""

    def argument(self, name: str) -> Argument | None:
        """Find an argument by its name in the model; None if the code doesn't set it."""
        return next((found for found in self.arguments if found.name == name), None)


class CodeArray(NamedTuple):
    """An array computed by the code, and the numbers in the code that determine its size."""

    values: Array
    sizes: tuple[Argument, ...] = ()
    """The literal numbers in the call that creates it, as in `waves(8, 6)`."""
    numbers: tuple[Argument, ...] = ()
    """All literal numbers in the block whose value occurs only once."""


@dataclass(frozen=True)
class Tensor:
    """A tensor: output number `output` of a node, or if there is no node, the model's input with that number."""

    node: int | None
    output: int = 0


class SharedWeight(NamedTuple):
    """A weight that is the same as one of another layer."""

    place: int
    weight: str
    other_place: int
    other_weight: str


class Entry(NamedTuple):
    """An input of a model."""

    shape: OpenShape
    """The first length may be None, for any number of time steps."""
    call: Call | None = None
    """The call that creates it; None if a layer's argument gives the shape."""
    name: str | None = None


@dataclass(frozen=True, eq=False)
class MaskOf(Generic[Source]):
    """The mask that a layer makes of its inputs and their masks."""

    layer: Layer
    inputs: tuple[Source, ...]
    masks: tuple[MaskOf[Source] | Kept | None, ...]

    def __eq__(self, other: object) -> bool:
        waiting: list[tuple[object, object]] = [(self, other)]
        met = set[tuple[int, int]]()  # masks are merged again and again, so each pair is compared once
        while waiting:
            one, two = waiting.pop()
            if one is two or (id(one), id(two)) in met:
                continue
            met.add((id(one), id(two)))
            if not isinstance(one, MaskOf) or not isinstance(two, MaskOf):
                if isinstance(one, MaskOf) or isinstance(two, MaskOf) or one != two:
                    return False
            elif one.layer != two.layer or one.inputs != two.inputs or len(one.masks) != len(two.masks):
                return False
            else:
                waiting += zip(one.masks, two.masks, strict=True)
        return True

    def __hash__(self) -> int:
        return hash((type(self.layer), self.inputs))

    def over(self, change: Callable[[Source], Other], met: dict[int, MaskOf[Other]]) -> MaskOf[Other]:
        """Return the same mask over other tensors; `met` keeps those that were changed before, by their id."""
        if id(self) not in met:
            masks = tuple(each.over(change, met) if isinstance(each, MaskOf) else each for each in self.masks)
            met[id(self)] = MaskOf(self.layer, tuple(map(change, self.inputs)), masks)
        return met[id(self)]


NodeMask: TypeAlias = "MaskOf[Tensor] | Kept | None"


@dataclass(frozen=True)
class Node:
    """One use of a layer: its inputs and its outputs."""

    layer: Layer
    place: int
    """The index of the layer among the model's layers, in the order of their weights; a shared layer has one index."""
    inputs: tuple[Tensor, ...]
    """The input tensors; more than one if the layer merges them."""
    states: tuple[Tensor, ...] | None
    """The tensors that provide the initial state; None for zeros."""
    shapes: tuple[OpenShape, ...]
    """The shape of each input."""
    returned: tuple[OpenShape, ...]
    calls: tuple[Call, ...]
    """The call that creates the layer, then that of a wrapped layer if the code creates it separately."""
    masks: tuple[NodeMask, ...] | None = None
    """The mask of each input, then any others that it reads; None for those that the layers before it pass on."""

    @property
    def given(self) -> Tensor:
        """The only input. Raises CodeError if the layer merges several; use `inputs` for those."""
        self._check_one_input()
        return self.inputs[0]

    @property
    def shape(self) -> Shape:
        """The shape of the only input, with all lengths known.

        Raises CodeError if the layer merges several inputs, and NumbersError if a length is unknown; use `shapes` for
        those.
        """
        self._check_one_input()
        return worked_out(self.shapes[0])

    @property
    def sources(self) -> tuple[Tensor, ...]:
        """All tensors it depends on, in Keras's order: its inputs, then its initial state."""
        return (*self.inputs, *(self.states or ()))

    def _check_one_input(self) -> None:
        if len(self.inputs) != 1:
            raise CodeError(
                f"{self.calls[0].text} merges {len(self.inputs)} inputs, but only a layer with one input can be used "
                "here",
                lineno=self.calls[0].lineno,
            )


class Idle(NamedTuple):
    """A layer whose weights Keras lists and counts, although none of its outputs reaches an output of the model."""

    layer: Layer
    shapes: tuple[OpenShape, ...]
    """The shape of each input."""
    place: int
    """The place of the layer before which Keras lists its weights."""
    call: Call


@dataclass(frozen=True)
class Model:
    """A model built by a code block: its inputs, and its layers in the order in which the code uses them.

    >>> model_shapes(read_keras(code))
    """

    entries: tuple[Entry, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[Tensor, ...]
    code: str = ""
    """The whole code block."""
    weights: tuple[Weights | None, ...] | None = None
    """The weights of each layer, in the order of `layers`, as far as the model brings its own."""
    idle: tuple[Idle, ...] = ()
    """Other layers that it has, in the order of their weights."""
    ties: tuple[SharedWeight, ...] = ()
    """The weights that layers share."""
    batch_axis: int | None = 0
    """Where the axis of the batch is in the shapes of sequences, from 0; None if no tensor has one."""
    batch_name: str = "None"
    """What its length is called in shapes."""

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
        """Check that names are unique among layers and inputs, and contain no `/`, as Keras requires."""
        named = [(each.name, each.call) for each in self.entries]
        named += [(node.layer.name, node.calls[0]) for node in self.first_uses if node.calls]
        met: set[str] = set()
        for name, call in named:
            if name in met or "/" in (name or ""):
                why = "is used twice in this model" if name in met else "holds a `/`"
                raise CodeError(
                    f"the name {name!r} {why}, which Keras doesn't allow: choose another",
                    block=self.code or None,
                    lineno=call.lineno if call else None,
                )
            met |= {name} if name else set()

    def _check_declared(self) -> None:
        """Check each layer's inputs against the shapes that the layers before it declare, as Keras does."""
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
                    f"{node.calls[0].text} returns {len(node.returned)} values, but Keras expects {len(declared[-1])} "
                    "of it: use the same kind of layer for both directions",
                    block=self.code or None,
                    lineno=node.calls[0].lineno,
                )

    def _undeclared(self, node: Node, given: Sequence[OpenShape]) -> CodeError:
        """Raise an error at the layer that returns a different shape from the one it declares."""
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
        why = "because its two layers have different units, so Keras can't run it: give both the same units"
        if found.layer.family != "Bidirectional":
            why = "so Keras can't build it: set the length that its options leave open"
        return CodeError(
            f"{before.text} declares the shape {said} to {name} and returns {shape}, {why}",
            block=self.code or None,
            lineno=before.lineno,
        )

    def check_size(self) -> None:
        """Check that the model is small enough to compute. Raises NumbersError at the line of whatever is too large."""
        for node in self.nodes:
            try:
                node.layer.check_size(*node.shapes)
            except NumbersError as error:
                raise NumbersError(str(error), block=self.code or None, lineno=self._largest_line(node)) from error

    def _largest_line(self, node: Node) -> int | None:
        """Find the line of the largest number among a layer's arguments and those of its inputs."""
        entries = (self.entries[each.output].call for each in node.inputs if each.node is None)
        calls = (*node.calls, *(entry for entry in entries if entry))
        sizes = [(each.value, each.lineno) for call in calls for each in call.arguments if type(each.value) is int]
        return max(sizes)[1] if sizes else node.calls[0].lineno

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, each once, in the order of their weights."""
        return tuple(node.layer for node in self.first_uses)

    @property
    def brings_weights(self) -> bool:
        """Whether it brings all weights of all layers."""
        pairs = zip(self.weights or (None,) * len(self.first_uses), self.first_uses, strict=True)
        return self.weights is not None and all(
            (given or Weights()).keys() >= node.layer.weight_shapes(*node.shapes).keys() for given, node in pairs
        )

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls of the layers, then those of the inputs that give a shape."""
        layers = {call: None for node in self.nodes for call in node.calls}
        return (*layers, *(each.call for each in self.entries if each.call and each.call.arguments))

    @property
    def recurrent(self) -> Node:
        """The only node with a recurrent layer; raises an error if there is none or several."""
        found = [node for node in self.nodes if isinstance(node.layer, Recurrent)]
        if len(found) != 1:
            line = found[1].calls[0].lineno if found else 1
            raise CodeError(
                f"exactly one recurrent layer is needed, but the code has {len(found) or 'none'}",
                block=self.code,
                lineno=line,
            )
        return found[0]

    @property
    def layer(self) -> Recurrent:
        """The only recurrent layer."""
        layer = self.recurrent.layer
        assert isinstance(layer, Recurrent)
        return layer

    def sized(self, time_steps: int | Sequence[int | None]) -> Model:
        """Compute every shape for a number of time steps, or one number for each input; None leaves an input unchanged.

        This affects inputs with an unknown number of steps, such as Input((None, 2)). Raises CodeError at the line of
        the layer that doesn't fit.
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
        """How many time steps the recurrent layer reads."""
        return self.recurrent.shape[0]

    @property
    def features(self) -> int:
        """How many features the recurrent layer reads at each step."""
        return self.recurrent.shape[1]

    @property
    def parameter_count(self) -> int:
        """Count all weights, as Keras's `count_params` does."""
        used = sum(each.layer.parameter_count(*each.shapes) for each in self.first_uses)
        return used + sum(each.layer.parameter_count(*each.shapes) for each in self.idle)

    @property
    def first_uses(self) -> tuple[Node, ...]:
        """The first node that uses each layer, in the order of `layers`."""
        found = {node.place: node for node in reversed(self.nodes)}
        return tuple(found[place] for place in sorted(found))

    @property
    def output_shapes(self) -> tuple[OpenShape, ...]:
        """The shape of each output, without the batch axis."""
        return tuple(self.shape_of(each) for each in self.outputs)

    def shape_of(self, tensor: Tensor) -> OpenShape:
        """Return the shape of a tensor."""
        if tensor.node is None:
            return self.entries[tensor.output].shape
        return self.nodes[tensor.node].returned[tensor.output]

    def argument(self, name: str) -> Argument | None:
        """Find an argument by its name in the model; None if the code doesn't set it."""
        return next((found for call in self.calls if (found := call.argument(name))), None)


def stack(*layers: Layer, shape: OpenShape) -> Model:
    """Build a sequential model in a script, without reading any code.

    `shape` is the shape of one sample, such as (3, 2), or (None, 2) for any number of time steps.

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
