"""The graph that an article's code builds: layers, the tensors between them, and models from inputs to outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field, replace
from itertools import zip_longest
from typing import Any, NamedTuple, TypeAlias, TypeVar

from ..arrays import Array, OpenShape, Shape, Weights, listed
from ..errors import CodeError, NumbersError
from ..layers.core import TensorAsMask
from ..layers.layer import Kept, Layer, ShapeError
from ..layers.recurrent import Recurrent
from ..model import MOST_LAYERS, Call, Entry, Idle, MaskOf, Model, Node, NodeMask, SharedWeight, Tensor, too_many
from .places import Site
from .signatures import BoundCall

Unit = TypeVar("Unit")
Kind = TypeVar("Kind")


class BatchError(CodeError):
    """Something mixes the samples of a batch, if they are along the axis that is assumed."""

    is_of_module = False
    """Whether a module says where it reads them, so that there is a batch."""


@dataclass(eq=False)
class GraphLayer:
    """A layer that code creates. Each library's reader extends it, with what the arguments of the call mean."""

    kind: str
    bound: BoundCall
    name: str
    _: KW_ONLY
    operations: list[Operation] = field(default_factory=list)
    rows: tuple[int, ...] | None = None
    """The shape of the row numbers, if the code looks up known rows of this Embedding."""
    built: OpenShape | None = None
    """The shape for which the code builds it, if it calls `build`."""
    weights: tuple[Array | None, ...] | None = None
    """The numbers of each weight, where None is unknown, if the code has set any."""
    is_trained: bool = False
    """Whether something that isn't run may have changed all weights."""
    weights_site: Site | None = None
    """Where the code sets the weights, or last changed one."""
    ties: dict[str, tuple[GraphLayer, str]] = field(default_factory=dict)
    """The weights that are those of other layers, each with the layer and its name there."""
    is_arithmetic: bool = False
    """Whether it represents tensor arithmetic, such as `x + y`, which neither reads masks nor passes them on."""

    def kit(self) -> Layer:
        """Return the kit's layer. Stops the reading if an option is unknown or isn't supported."""
        raise NotImplementedError

    def calls(self) -> tuple[Call, ...]:
        """Return the call that creates the layer, then those of wrapped layers that the code creates separately."""
        raise NotImplementedError

    def shapes_given(self) -> tuple[OpenShape, ...]:
        """Return the shapes of the layer's inputs when it was built or first used; none if it never was."""
        first = self.built if self.rows is None else self.rows
        if not self.operations:
            return () if first is None else (first,)
        return tuple(value.shape for value in self.operations[0].inputs)

    def weight_shapes(self) -> dict[str, Shape]:
        """Return the names and shapes of its weights; none before it is used, when Keras creates them."""
        shapes = self.shapes_given()
        return self.kit().weight_shapes(*shapes) if shapes else {}

    def weight_values(self) -> Sequence[Array | None]:
        """Return the numbers of each weight, as far as they are known: until they change, what they start with."""
        shapes = self.weight_shapes()
        if self.weights is not None:
            return self.weights
        return [None if self.is_trained else self.kit().initial_values(*item) for item in shapes.items()]

    def assign(self, at: int, values: Array | None, site: Site) -> None:
        """Change one of the weights."""
        before = self.weight_values()
        self.weights, self.weights_site = (*before[:at], values, *before[at + 1 :]), site

    def forget_weights(self) -> None:
        """Take all weights for unknown from here on."""
        self.weights, self.is_trained = None, True


@dataclass(eq=False)
class Placeholder:
    """An input of a model: its shape without the batch axis, and the call that gives it."""

    shape: OpenShape
    batch: int | None
    site: Site
    bound: BoundCall | None = None
    argument: str = "shape"
    """The argument of the call that gives the shape."""
    name: str | None = None
    layer_says_it: bool = False
    """Whether the shape comes from an argument of a layer, without a call of Input."""


@dataclass(eq=False)
class Application:
    """One use of a model, or of a layer of the article's own. For Keras it is one layer of a model around it."""

    layer: Any
    given: tuple[Value, ...]
    depth: int
    """How many other uses it is inside of."""
    _: KW_ONLY
    units: list[Operation | Application] = field(default_factory=list)
    """What it computes, in order."""
    returned: tuple[Value, ...] = ()
    is_graph: bool = False
    """Whether it runs a graph, layer by layer from the inputs, rather than code of the article's own."""
    first: tuple[Value, ...] = ()
    """The tensors in its first argument."""
    masks: tuple[Mask, ...] | None = None
    """The masks of those tensors that the call gives, if it does."""
    before: tuple[Mask, ...] = ()
    """Their masks when its code began to run."""
    seen: tuple[tuple[Value, Mask], ...] = ()
    """The masks that its code looked at, each with its tensor."""
    hands_masks_on: bool = False
    """Whether it passes the masks of its first argument on, with all that it returns without one."""
    own_masks: tuple[Mask, ...] | None = None
    """The masks that it computes itself for what it returns."""


@dataclass(eq=False)
class Operation:
    """One use of a layer: its inputs, and the shapes of its outputs."""

    number: int
    layer: GraphLayer
    kit: Layer
    inputs: tuple[Value, ...]
    states: tuple[Value, ...] | None
    returned: tuple[OpenShape, ...]
    site: Site
    block: int
    """The number of the block being run."""
    in_model: bool
    """Whether a model called the layer, rather than the article's own code."""
    within: tuple[Application, ...]
    """The models and layers of the article's own whose calls led to it, outermost first."""
    masks: tuple[Mask, ...] | None = None
    """The masks given in the call, one for each input, and then any others."""

    @property
    def sources(self) -> tuple[Value, ...]:
        """All tensors that it needs: its inputs, its initial state, and what its masks are made of."""
        return (*self.inputs, *(self.states or ()), *sources_of_masks(self.masks))


@dataclass(frozen=True, eq=False)
class Value:
    """A symbolic value: a placeholder, or an output of an operation."""

    source: Placeholder | Operation
    output: int = 0

    @property
    def shape(self) -> OpenShape:
        """The shape, without the batch axis."""
        return self.source.shape if isinstance(self.source, Placeholder) else self.source.returned[self.output]

    @property
    def key(self) -> tuple[int, int]:
        """Equal for all objects that represent the same value."""
        return id(self.source), self.output


Mask: TypeAlias = "MaskOf[Value] | Kept | None"


class MaskStep(NamedTuple):
    """One of the operations that compute a mask, which Keras lists beside the layers of a model."""

    mask: MaskOf[Value]
    number: int
    """Counted from the mask itself."""


@dataclass
class Graph:
    """All operations of an article, in the order they were created."""

    operations: list[Operation] = field(default_factory=list)
    running: int = 0
    """The number of the block being run."""
    depth: int = 0
    """The number of nested model calls around the current operation."""
    applications: list[Application] = field(default_factory=list)
    """The models and layers of the article's own that are currently computing, innermost last."""

    @contextmanager
    def application(self, layer: Any, given: Sequence[Value], is_graph: bool = False) -> Iterator[Application]:
        """Record that all operations in the meantime belong to this call."""
        depth = len(self.applications)
        self.applications.append(self.added(Application(layer, tuple(given), depth, is_graph=is_graph)))
        try:
            yield self.applications[-1]
        finally:
            self.applications.pop()

    def apply(
        self,
        layer: GraphLayer,
        kit: Layer,
        inputs: Sequence[Value],
        states: Sequence[Value] | None,
        site: Site,
        masks: tuple[Mask, ...] | None = None,
    ) -> tuple[Value, ...]:
        """Apply a layer and return its outputs. Raises CodeError if Keras would fail."""
        self._check_batch(layer, kit, inputs, site)
        returned = self._shapes(layer, kit, inputs, site)
        if states is not None:
            _check_states(kit, states, site)
        number = len(self.operations)
        if number > 20 * MOST_LAYERS:
            raise site.error(too_many(number))
        operation = Operation(
            number=number,
            layer=layer,
            kit=kit,
            inputs=tuple(inputs),
            states=None if states is None else tuple(states),
            returned=returned,
            site=site,
            block=self.running,
            in_model=self.depth > 0,
            within=tuple(self.applications),
            masks=masks,
        )
        self.operations.append(self.added(operation))
        return tuple(Value(operation, output) for output in range(len(returned)))

    def added(self, unit: Unit) -> Unit:
        """Add an operation or an application to the one that is computing it."""
        if self.applications:
            self.applications[-1].units.append(unit)  # type: ignore[arg-type]
        return unit

    def masks_read(self, ends: Ends) -> Mapping[Operation, tuple[Mask, ...]]:
        """Find the masks that the operations of a model read when it runs; none, if a library has no masks."""
        return {}

    def _check_batch(self, layer: GraphLayer, kit: Layer, inputs: Sequence[Value], site: Site) -> None:
        if getattr(getattr(kit, "layer", kit), "stateful", False):
            placeholder = self._placeholder(inputs[0])
            if placeholder.batch is None:
                raise layer.bound.site.error(
                    f"{kit.name_in_code} with stateful=True keeps a state for each sample of a batch, but the code "
                    "doesn't say how many samples there are (Keras: the batch size must be static): write "
                    "Input((3, 2), batch_size=1)"
                )

    def _placeholder(self, value: Value) -> Placeholder:
        while isinstance(value.source, Operation):
            value = value.source.inputs[0]
        return value.source

    def _shapes(self, layer: GraphLayer, kit: Layer, inputs: Sequence[Value], site: Site) -> tuple[OpenShape, ...]:
        shapes = [value.shape for value in inputs]
        try:
            kit.check_inputs(*shapes)
            returned = kit.output_shapes(*shapes)
            first = layer.shapes_given() or shapes
            if kit.weight_shapes(*shapes) != kit.weight_shapes(*first):
                raise site.error(
                    f"{layer.bound.text} is used again here, over {' and '.join(map(str, shapes))}, but its weights "
                    f"are those for {' and '.join(map(str, first))}, where it is used first (Keras: incompatible with "
                    "the layer): make another layer, or give both the same shape"
                )
            return returned
        except ShapeError as error:
            raise self._misfit(layer, kit, inputs[0] if inputs else None, error) from error
        except NumbersError as error:
            raise layer.bound.site.error(str(error)) from error

    def _misfit(self, layer: GraphLayer, kit: Layer, value: Value | None, error: ShapeError) -> CodeError:
        """Explain a shape mismatch: what Keras says, what it means, and what to write instead."""
        name, here, ndim = kit.name_in_code, layer.bound.site, getattr(error, "ndim", None)
        if ndim is None or value is None:
            return here.error(str(error))
        shape, source = value.shape, value.source
        keras = f"Keras: expected ndim={ndim}, found ndim={len(shape) + 1}"
        if ndim > 3:
            return here.error(f"{error} ({keras})")
        if name == "TimeDistributed":
            keras = "Keras: should be passed an `input_shape` with at least 3 dimensions"
        if ndim == 3 and len(shape) == 1 and isinstance(source, Operation):
            return _last_step_only(kit, here, source, keras)
        where = source.site if isinstance(source, Placeholder) else here
        if ndim == 3 and len(shape) == 1:
            return where.error(
                f"{name} reads a vector at each time step, but the input is a single row of {shape[0]} ({keras}): "
                f"write Input((time_steps, {shape[0]})), or put an Embedding before it if the row holds word indices"
            )
        if ndim == 3:
            return self._first_site(value).error(
                f"{name} reads a vector at each time step, but its input has one axis too many, {shape} ({keras}): "
                "an Embedding takes one number a step, so its input is Input((time_steps,))"
            )
        return here.error(
            f"{name} takes one vector, but its input is a sequence, {shape} ({keras}): have the layer before it "
            "return only its last step, without return_sequences=True"
        )

    def _first_site(self, value: Value) -> Site:
        return self._placeholder(value).site

    def dependencies(
        self, ends: Sequence[Value], inputs: Sequence[Value] = ()
    ) -> tuple[list[Operation], list[Placeholder]]:
        """Collect the operations that some outputs depend on, in order, up to the inputs, and other inputs needed."""
        operations: set[Operation] = set()
        stop = {tensor.key for tensor in inputs}
        waiting = list(ends)
        while waiting:
            value = waiting.pop()
            source = value.source
            if value.key in stop:
                continue
            if isinstance(source, Operation) and source not in operations:
                operations.add(source)
                waiting += source.sources
                waiting += [tensor for application in source.within for tensor in sources_of_masks(application.masks)]
        ordered = sorted(operations, key=lambda operation: operation.number)
        used = [*(tensor for operation in ordered for tensor in operation.sources), *ends]
        entering = [
            tensor.source for tensor in used if isinstance(tensor.source, Placeholder) and tensor.key not in stop
        ]
        return ordered, list(dict.fromkeys(entering))

    def layers_between(self, inputs: Sequence[Value], outputs: Sequence[Value]) -> list[Any]:
        """List the layers of a model from inputs to outputs, in Keras's order; nested models count as one layer.

        Each is a recorded layer, a model, a layer of the article's own, or an input.
        """
        own_layers: dict[GraphLayer, Any] = {}
        layers, units = self._ordered(inputs, outputs, 0)
        for unit in units:
            if isinstance(unit, Application):
                own_layers[unit.layer._unrolled] = unit.layer
        return [own_layers.get(layer, layer) for layer in layers if not isinstance(layer, MaskStep)]

    def run_order(self, inputs: Sequence[Value], outputs: Sequence[Value], depth: int) -> list[Operation | Application]:
        """List what a graph computes in the order in which Keras runs it, `depth` applications inside of others."""
        _, units = self._ordered(inputs, outputs, depth)
        return [unit for unit in units if isinstance(unit, Operation | Application)]

    def _ordered(
        self, inputs: Sequence[Value], outputs: Sequence[Value], depth: int
    ) -> tuple[list[Any], list[Value | Operation | Application | MaskStep]]:
        """List the layers of a graph and what it computes, both in Keras's order."""
        entered = {value.key: value for value in inputs}
        Part: TypeAlias = Value | Operation | Application | MaskStep

        def unit(value: Value) -> Part:
            source = value.source
            if value.key in entered or isinstance(source, Placeholder):
                return entered.setdefault(value.key, value)
            return source.within[depth] if len(source.within) > depth else source

        def sources(of: Part) -> list[Part]:
            match of:
                case Application():
                    read = [*of.given, *steps_of(of.masks or ())]
                case Operation():
                    read = [*of.inputs, *(of.states or ()), *steps_of(of.masks or ())]
                case MaskStep():
                    read = read_by(of)
                case _:
                    read = []
            return [unit(item) if isinstance(item, Value) else item for item in read]

        def layer_of(of: Part) -> Any:
            return of.layer._unrolled if isinstance(of, Application) else getattr(of, "layer", of)

        return keras_orders([unit(value) for value in outputs], sources, layer_of)

    def ends(self, operations: Sequence[Operation]) -> list[Value]:
        """Find the outputs of operations that no other operation uses."""
        read = {id(value.source) for operation in self.operations for value in operation.sources}
        return [Value(operation) for operation in operations if id(operation) not in read]


def sources_of_masks(masks: Sequence[Mask] | None) -> list[Value]:
    """List the tensors that masks are made of."""
    tensors: list[Value] = []
    waiting, met = [*(masks or ())], set[int]()
    while waiting:
        mask = waiting.pop()
        if isinstance(mask, MaskOf) and id(mask) not in met:
            met.add(id(mask))
            tensors += mask.inputs
            waiting += mask.masks
    return tensors


def steps_of(masks: Sequence[Mask]) -> list[MaskStep | Value]:
    """List the operations whose results are masks, or the tensors that are taken for masks."""
    computed = [mask for mask in masks if isinstance(mask, MaskOf)]
    return [mask.inputs[0] if isinstance(mask.layer, TensorAsMask) else MaskStep(mask, 0) for mask in computed]


def read_by(step: MaskStep) -> list[MaskStep | Value]:
    """List what an operation that computes a mask reads, as in Keras's `compute_mask` of the layer."""
    mask, number = step
    masks = steps_of(mask.masks)
    match mask.layer.name_in_code, number:
        case ("Masking", 0) | ("Concatenate", 0):
            return [MaskStep(mask, 1)]
        case ("Concatenate", 1):
            return [MaskStep(mask, 2 + 2 * at) for at in range(len(mask.inputs))]
        case ("Concatenate", _):  # the mask of an input is widened in two operations, and made in one if it has none
            at, is_second = divmod(number - 2, 2)
            input_mask = mask.masks[at]
            if is_second or not isinstance(input_mask, MaskOf):
                return [*steps_of([input_mask]), mask.inputs[at]]
            return [MaskStep(mask, number + 1)]
        case _ if len(masks) > 2 + number:  # all but the last are combined before
            return [MaskStep(mask, number + 1), masks[-1 - number]]
        case _:
            return [*masks[:2]] or [*mask.inputs]


def _last_step_only(kit: Layer, here: Site, before: Operation, keras: str) -> CodeError:
    """Explain a stack in which a lower layer returns only its last step."""
    bound = before.layer.bound
    inner = getattr(before.kit, "layer", before.kit)
    if isinstance(inner, Recurrent) and not inner.return_sequences:
        return bound.site.error(
            f"{kit.name_in_code} in line {here.lineno} of its block reads a vector at each time step, but {bound.text} "
            f"returns only its last one ({keras}): add return_sequences=True to it"
        )
    return here.error(
        f"{kit.name_in_code} reads a vector at each time step, but {bound.text} returns a single one ({keras}): put "
        "RepeatVector(time_steps) between them, or use a layer before it that keeps the time steps"
    )


def _check_states(kit: Layer, states: Sequence[Value], site: Site) -> None:
    """Check that a layer gets the right initial states."""
    inner = getattr(kit, "layer", kit)
    if not isinstance(inner, Recurrent):
        raise site.error(f"{kit.name_in_code} has no state: leave initial_state out")
    wanted = list(inner.state_names) if inner is kit else [*inner.state_names, *inner.state_names]
    if len(states) != len(wanted):
        both = ", those of the forward layer first" if inner is not kit else ""
        raise site.error(
            f"{kit.name_in_code} starts from {len(wanted)} {'states' if len(wanted) > 1 else 'state'}{both}, but "
            f"{len(states)} {'are' if len(states) > 1 else 'is'} given: write initial_state=[{', '.join(wanted)}]"
            " (Keras complains only when data comes in)"
        )
    for state in states:
        if state.shape != (inner.units,):
            raise site.error(
                f"a state of {kit.name_in_code} holds {inner.units} numbers, but this one has the shape {state.shape}: "
                "give both layers the same units (Keras complains only when data comes in)"
            )


def unpacked(kit: Layer, names: int, count: int) -> str:
    """Explain why a layer's output can't be unpacked into this many names."""
    if isinstance(kit, Recurrent) and not kit.return_state:
        return (
            f"{kit.name_in_code} returns only its output, but this unpacks it into {names} names: add "
            "return_state=True to get its states as well"
        )
    states = f": its output, then {' and '.join(kit.state_names)}" if isinstance(kit, Recurrent) else ""
    few = "too many" if count > names else "not enough"
    return (
        f"{kit.name_in_code} returns {count} values{states}; this unpacks them into {names} names: write {count}, with "
        f"_ for what you don't use (Python: {few} values to unpack)"
    )


class Ends(NamedTuple):
    """A model, given by its ends."""

    inputs: Sequence[Value]
    outputs: Sequence[Value]
    listed: Sequence[GraphLayer]
    """Its layers, in the order of their weights in Keras."""


def _weights_set(node: Node, layer: GraphLayer) -> Weights | None:
    """Return the weights the code sets for a layer, as far as they are known. Raises CodeError if they don't fit."""
    if layer.weights is None or layer.weights_site is None:
        return None
    wanted = node.layer.weight_shapes(*node.shapes)
    shapes = [weight.shape for weight in layer.weights if weight is not None]
    settled = [
        shape for shape, weight in zip_longest(wanted.values(), layer.weights, fillvalue=()) if weight is not None
    ]
    if len(layer.weights) != len(wanted) or shapes != settled:
        raise layer.weights_site.error(
            f"{node.calls[0].text} has the weights {listed(wanted)}, but the arrays given here have the shapes "
            f"{', '.join(map(str, shapes)) or 'none'}"
        )
    return Weights(**dict(zip(wanted, layer.weights, strict=True)))


def kit_model(graph: Graph, ends: Ends, code: str) -> Model:
    """Build the kit's model from inputs to outputs, with any weights the code sets."""
    operations, placeholders = graph.dependencies(ends.outputs, ends.inputs)
    if len(operations) > MOST_LAYERS:  # before looking at each of them
        raise operations[MOST_LAYERS].layer.bound.site.error(too_many(len(operations)))
    entered = [*ends.inputs, *map(Value, placeholders)]
    entries = {value.key: at for at, value in enumerate(entered)}
    numbers = {id(operation): at for at, operation in enumerate(operations)}
    used = {id(operation.layer): operation for operation in reversed(operations)}
    layers = [layer for layer in ends.listed if id(layer) in used]
    layers += [
        operation.layer
        for operation in reversed(used.values())
        if not any(operation.layer is layer for layer in layers)
    ]
    places = {id(layer): place for place, layer in enumerate(layers)}
    _check_tracked(used, ends.listed)

    def tensor(value: Value) -> Tensor:
        if value.key in entries:
            return Tensor(None, entries[value.key])
        return Tensor(numbers[id(value.source)], value.output)

    read, met = graph.masks_read(ends), dict[int, MaskOf[Tensor]]()

    def masks(of: Operation) -> tuple[NodeMask, ...]:
        node_masks = read.get(of, (None,) * len(of.inputs))
        return tuple(mask.over(tensor, met) if isinstance(mask, MaskOf) else mask for mask in node_masks)

    nodes = tuple(
        Node(
            operation.kit,
            places[id(operation.layer)],
            tuple(map(tensor, operation.inputs)),
            None if operation.states is None else tuple(map(tensor, operation.states)),
            tuple(value.shape for value in operation.inputs),
            operation.returned,
            operation.layer.calls(),
            masks(operation),
        )
        for operation in operations
    )
    model = Model(
        tuple(_entry(value, operations) for value in entered),
        nodes,
        tuple(map(tensor, ends.outputs)),
        code,
        idle=tuple(_idle(ends.listed, used)),
        ties=tuple(
            SharedWeight(places[id(layer)], name, places[id(tied)], theirs)
            for layer in layers
            for name, (tied, theirs) in layer.ties.items()
            if id(tied) in places
        ),
    )
    if all(layer.weights is None for layer in layers):
        return model
    pairs = zip(model.first_uses, layers, strict=True)
    return replace(model, weights=tuple(_weights_set(node, layer) for node, layer in pairs))


def _check_tracked(used: Mapping[int, Operation], listed: Sequence[GraphLayer]) -> None:
    """Check that Keras tracks every layer with weights. Raises CodeError, at the layer's line, if it doesn't."""
    for operation in used.values():
        layer = operation.layer
        if not any(layer is tracked for tracked in listed) and operation.kit.parameter_shapes(
            *(value.shape for value in operation.inputs)
        ):
            within = type(operation.within[-1].layer).__name__ if operation.within else "the model"
            raise layer.bound.site.error(
                f"{layer.bound.text} isn't an attribute of `{within}`, which uses it, so Keras neither trains nor "
                "saves its weights: set it in __init__, as in self.layer = …"
            )


def _idle(listed: Sequence[GraphLayer], used: Mapping[int, Operation]) -> Iterator[Idle]:
    """Find the layers that have weights, but none of whose outputs reaches an output of the model."""
    place = 0
    for layer in listed:
        if id(layer) in used:
            place += 1
        elif layer.weight_shapes():
            yield Idle(layer.kit(), layer.shapes_given(), place, layer.calls()[0])


def _entry(value: Value, operations: Sequence[Operation]) -> Entry:
    """Describe an input, naming each number in its shape after what the first layer takes it for."""
    placeholder = value.source
    if isinstance(placeholder, Operation):
        return Entry(value.shape)
    reader = next(
        (operation for operation in operations for tensor in operation.inputs if tensor.source is placeholder), None
    )
    call: Call | None = None
    if placeholder.bound is not None and not placeholder.layer_says_it:
        names = size_names(placeholder.shape, reader.kit.name_in_code if reader else "")
        call = placeholder.bound.call(list(placeholder.bound.sizes(placeholder.argument, placeholder.shape, names)))
    return Entry(placeholder.shape, call, placeholder.name)


def size_names(shape: Sequence[object], reader: str) -> Sequence[str]:
    """Name the numbers in an input's shape, as Keras does."""
    match len(shape):
        case 1:
            return ("time_steps",) if reader == "Embedding" else ("features",)
        case 2:
            return ("time_steps", "features")
        case 3:
            return ("height", "width", "channels")
    return tuple(f"axis_{at}" for at in range(1, len(shape) + 1))


def keras_orders(
    ends: Sequence[Unit], sources: Callable[[Unit], Sequence[Unit]], layer_of: Callable[[Unit], Kind]
) -> tuple[list[Kind], list[Unit]]:
    """Order the layers that ends depend on as Keras lists them, and their uses as it runs them.

    Both are farthest from the ends first. A unit is one use of a layer. This follows
    `keras.src.ops.function.map_graph`.
    """
    finished: dict[Unit, None] = {}
    met: dict[Kind, None] = {}

    def visit(unit: Unit) -> Iterator[Any]:
        if unit in finished:
            return
        met[layer_of(unit)] = None
        for source in sources(unit):
            yield visit(source)
        finished[unit] = None

    for end in ends:
        _exhaust(visit(end))
    of_units: dict[Unit, int] = {}
    depths: dict[Kind, int] = {}  # distances from the ends; for a shared layer, the largest one
    for unit in reversed(finished):
        layer = layer_of(unit)
        depth = max(of_units.get(unit, 0), depths.get(layer, 0))
        of_units[unit] = depths[layer] = depth
        for source in sources(unit):
            of_units[source] = max(of_units.get(source, 0), depth + 1)
    return sorted(met, key=lambda layer: -depths[layer]), sorted(of_units, key=lambda unit: -of_units[unit])


def _exhaust(first: Iterator[Any]) -> None:
    """Run generators that yield generators, without hitting the recursion limit."""
    waiting = [first]
    while waiting:
        inner = next(waiting[-1], None)
        if inner is None:
            waiting.pop()
        else:
            waiting.append(inner)
