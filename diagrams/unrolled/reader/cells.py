"""Cells that an article writes for an `RNN`: the operations of their `call`, which runs on symbolic tensors."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from inspect import signature, unwrap
from types import FrameType
from typing import Any, NoReturn, cast

import numpy as np

from ..arrays import Array, Weights
from ..errors import NumbersError
from ..layers.layer import Layer
from ..layers.own_cell import LETTERS, CellOperation, OwnCell, WrittenCell
from ..model import Call
from .graph import Operation, Placeholder, Value
from .layers import LATE, LayerStandIn, flat, records_inside
from .options import OWN, RecordedLayer, RecordedWeight
from .places import Site
from .recording import Recording, current
from .signatures import BoundCall
from .tensors import KerasTensor, OwnWeightStandIn
from .unknown import Session, find_unknown, holds_unknown, is_a, is_unknown, text_of, why_unknown

KERAS_CELLS = ("SimpleRNNCell", "GRUCell", "LSTMCell")
OF_A_CELL = ("__call__", "build", "call", "get_initial_state", "output_size", "state_size")
"""What a class of the article's own may say about a cell."""
TRIES = 3
"""On how many numbers two readings of a cell are compared."""


class RecordedRNN(RecordedLayer):
    """An `RNN`, whose weights are those of its cell if the article writes it."""

    cell: WrittenCell | None = None
    """What its cell computes, once it is used, if the article writes it."""

    @property
    def own_cell(self) -> Any:
        """The cell, if the article writes it."""
        cell = self.values.get("cell")
        return cell if is_own_cell(cell) else None

    def _of_cell(self, session: Session) -> Layer:
        if self.own_cell is None:
            return super()._of_cell(session)
        if self.cell is None:
            self.stop(
                session, None, f"{self.bound.name} isn't used here, so its cell has no weights: call it with an input"
            )
        units = self.cell.units
        values = {key: value for key, value in self.values.items() if key != "cell"} | {"units": units}
        twin = RecordedLayer("SimpleRNN", BoundCall(self.bound.site, self.bound.name, values), self.name, self.policy)
        kit = twin.kit()
        return OwnCell(units, name=kit.name, cell=self.cell, **{option: getattr(kit, option) for option in LATE})

    def calls(self) -> tuple[Call, ...]:
        """Return the call that creates the layer, which has that of a cell that the article writes in it."""
        return super().calls() if self.own_cell is None else super().calls()[:1]

    @property
    def inside_cell(self) -> list[RecordedLayer]:
        """What has weights in the cell of the article's own, in Keras's order."""
        return records_inside(self.own_cell) if self.cell is not None else []

    @property
    def cell_of_keras(self) -> RecordedLayer | None:
        """The cell, if it is one of Keras's."""
        cell: Any = self.values.get("cell")
        return cell._unrolled if current().is_layer(cell) and self.own_cell is None else None

    # The numbers of the weights are those of the cell or of what is in it, where the code can set them as well.

    @property
    def weights(self) -> tuple[Array | None, ...] | None:
        """The numbers of each weight, if the code has set any."""
        inside, cell = self.inside_cell, self.cell_of_keras
        if not inside:
            return cell.weights if cell is not None and cell.weights is not None else self._weights
        if all(record.weights is None for record in inside):
            return None
        return tuple(values for record in inside for values in record.weight_values())

    @weights.setter
    def weights(self, values: tuple[Array | None, ...] | None) -> None:
        self._weights = values
        if values is not None and self.cell_of_keras is not None:
            self.cell_of_keras.weights = None
        rest = iter(values or ())
        for record in self.inside_cell:
            record.weights = None if values is None else tuple(next(rest, None) for _ in record.weight_shapes())

    @property
    def weights_site(self) -> Site | None:
        """Where the code sets the weights."""
        inside = [*self.inside_cell, *([self.cell_of_keras] if self.cell_of_keras is not None else [])]
        return next((record.weights_site for record in inside if record.weights is not None), self._site)

    @weights_site.setter
    def weights_site(self, site: Site | None) -> None:
        self._site = site
        for record in self.inside_cell:
            record.weights_site = site

    def forget_weights(self) -> None:
        """Take all weights for unknown from here on."""
        super().forget_weights()
        for record in self.inside_cell:
            record.forget_weights()


class RNNStandIn(LayerStandIn):
    """Keras's `RNN`."""

    _kind = "RNN"
    _record = RecordedRNN
    _unrolled: RecordedRNN

    def _unrolled_apply(self, site: Site, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        keras, record = current(), self._unrolled
        sequences, cell = args[0] if args else kwargs.get("sequences"), cast("Any", record.values.get("cell"))
        if keras.is_layer(cell) and cell._unrolled.__dict__.setdefault("rnn", record) is not record:
            _stop(
                record,
                f"`{type(cell).__name__}` is the cell of two layers, which share its weights then, and that isn't "
                "supported: make a cell for each",
            )
        if record.own_cell is not None and sequences is not None:
            shape = keras.tensor(sequences, site, record.bound.name)._unrolled.shape
            if len(shape) != 2 or shape[-1] is None:
                raise record.bound.site.error(
                    f"{record.bound.name} reads sequences (time_steps, features), not {shape}: write Input((3, 2))"
                )
            read_cell(keras, record, shape[-1])
        return super()._unrolled_apply(site, args, kwargs)

    @property
    def cell(self) -> Any:
        """The cell."""
        return self._unrolled.own or self.__getattr__("cell")


def is_own_cell(cell: Any) -> bool:
    """Return whether something is a cell that the article writes, also one that changes what Keras's cell does."""
    keras = current()
    if not keras.is_layer(cell) or cell._unrolled.kind not in ("Layer", *KERAS_CELLS):
        return False
    of_keras = keras.layer_class(cell._unrolled.kind)
    written = [kind for kind in type(cell).__mro__ if kind not in of_keras.__mro__]
    return any(name in vars(kind) for kind in written for name in OF_A_CELL)


def read_cell(keras: Recording, record: RecordedRNN, features: int) -> None:
    """Find out what the cell of an RNN computes for inputs with so many features.

    Raises CodeError if Keras would, and stops the reading if it can't be drawn.
    """
    if record.cell is None:
        cell = _traced(keras, record, features)
        if not _are_alike(cell, _traced(keras, record, features)):
            _stop(
                record,
                f"`{cell.name}` computes something else when its `call` runs again, which Keras does as often as it "
                "needs to: let it depend on its input, its states and its weights alone",
            )
        record.cell, record._kit = cell, None


def check_cells(keras: Recording) -> None:
    """Check that all cells still compute what they did when they were used. Stops the reading otherwise."""
    used = {id(operation.layer): operation for operation in keras.graph.operations}
    for record in keras.recorded:
        if is_a(record, RecordedRNN) and record.cell is not None:
            for layer in record.inside_cell:
                if id(layer) in used:
                    keras.session.stop(
                        f"{layer.bound.text} is used outside of the cell `{record.cell.name}` as well, which isn't "
                        "supported: make another layer",
                        used[id(layer)].site,
                    )
            if not _are_alike(record.cell, _traced(keras, record, record.cell.features)):
                _stop(
                    record,
                    f"`{record.cell.name}` is changed after it was used, so that Keras computes something else when "
                    "the model runs: change it before",
                )


def _stop(record: RecordedLayer, message: str) -> NoReturn:
    record.stop(current().session, None, message)


def _sizes(record: RecordedRNN, cell: Any) -> list[int]:
    """Return the length of each state. Raises CodeError if the cell doesn't say it."""
    name, length = type(cell).__name__, getattr(cell, "state_size", None)
    if cell._unrolled.kind in KERAS_CELLS and (length is None or is_unknown(length)):
        units = cell._unrolled.values["units"]
        length = [units, units] if cell._unrolled.kind == "LSTMCell" else units
    problem = find_unknown(length)
    if problem is not None and "state_size" in cell.__dict__:
        _stop(record, why_unknown(problem, f"can't tell how many numbers the state of `{name}` has"))
    if problem is not None or length is None:
        raise record.bound.site.error(
            f"`{name}` has no `state_size` (Keras: state_size must be specified as property on the RNN cell): set it "
            "in __init__, self.state_size = units"
        )
    sizes = list(length) if is_a(length, list | tuple) else [length]
    if not sizes or not all(is_a(size, int) and not is_a(size, bool) and size > 0 for size in sizes):
        raise record.bound.site.error(
            f"`state_size` of `{name}` must be a whole number, or a list with one for each state, not {text_of(length)}"
        )
    if len(sizes) > len(LETTERS) or len({*sizes}) > 1:
        _stop(
            record,
            f"the states of `{name}` are {text_of(length)} numbers; up to two states of one length are supported",
        )
    return sizes


def _traced(keras: Recording, record: RecordedRNN, features: int) -> WrittenCell:
    """Run the cell's code on symbolic tensors, and return what it computes."""
    cell, site, name = record.own_cell, record.bound.site, type(record.own_cell).__name__
    sizes = _sizes(record, cell)
    _check_initial(record, cell, sizes)
    x, *states = (KerasTensor(Value(Placeholder((size,), None, site)), None) for size in (features, *sizes))
    words = {"training": False} if "training" in signature(cell.call).parameters else {}
    start = len(keras.graph.operations)
    with keras.graph.discarding(), _naming(unwrap(type(cell).call)) as called:
        returned = cell._unrolled_call_own(site, (x, [*states]), words)
        operations = keras.graph.operations[start:]
    output, after = _checked(record, returned, sizes)
    first = [state._unrolled.key for state in after].index(output._unrolled.key)
    kept = [first, *(at for at in range(len(after)) if at != first)]  # the state that is the output comes first
    states, after = ([several[at] for at in kept] for several in (states, after))
    places = {tensor._unrolled.key: at for at, tensor in enumerate((x, *states))}
    weights = _weights_of(cell)
    parts = []
    for operation in operations:
        parts.append(_operation(record, operation, places, weights, called))
        for number in range(len(operation.returned)):
            places[Value(operation, number).key] = len(places)
    for result in (output, *after):
        _check_inside(record, result._unrolled, places)
    owners = {
        weights[id(inner), key]: (inner.kit(), key) for inner in records_inside(cell) for key in inner.weight_shapes()
    }
    shapes = {
        weights[id(inner), key]: shape for inner in records_inside(cell) for key, shape in inner.weight_shapes().items()
    }
    return WrittenCell(
        name,
        features,
        sizes[0],
        tuple(parts),
        places[output._unrolled.key],
        tuple(places[state._unrolled.key] for state in after),
        tuple(map(kept.index, range(len(kept)))),
        shapes,
        owners,
    )


def _operation(
    record: RecordedRNN,
    operation: Operation,
    places: Mapping[tuple[int, int], int],
    weights: Mapping[tuple[int, str], str],
    called: Mapping[tuple[int, int], str],
) -> CellOperation:
    """Return an operation as that of a cell. Stops the reading if it isn't one."""
    layer, shapes = operation.layer, tuple(value.shape for value in operation.inputs)
    for source in operation.sources:
        _check_inside(record, source, places)
    if operation.states is not None or any(mask is not None for mask in operation.masks or ()):
        _stop(
            record,
            f"{layer.bound.text} in `{type(record.own_cell).__name__}` reads a state or a mask, which isn't supported",
        )
    names = {}
    for key in operation.kit.weight_shapes(*shapes):
        if (id(layer), key) not in weights:
            raise layer.bound.site.error(
                f"{layer.bound.text} isn't an attribute of `{type(record.own_cell).__name__}`, which uses it, so "
                "Keras neither trains nor saves its weights: set it in __init__, as in self.layer = …"
            )
        names[key] = weights[id(layer), key]
    results = (Value(operation, number).key for number in range(len(operation.returned)))
    return CellOperation(
        operation.kit,
        names,
        tuple(places[value.key] for value in operation.inputs),
        shapes,
        tuple(called.get(result) for result in results),
    )


def _check_inside(record: RecordedRNN, value: Value, places: Mapping[tuple[int, int], int]) -> None:
    """Check that a tensor is the cell's own. Stops the reading otherwise."""
    if value.key not in places:
        _stop(
            record,
            f"`{type(record.own_cell).__name__}` reads a tensor from outside of its `call`, which isn't supported",
        )


def _checked(record: RecordedRNN, returned: Any, sizes: Sequence[int]) -> tuple[KerasTensor, list[KerasTensor]]:
    """Return the output of a cell and its new states. Raises CodeError if they aren't what an RNN needs."""
    cell, site = record.own_cell, record.bound.site
    name = type(cell).__name__
    pair = list(tuple.__iter__(returned)) if is_a(returned, tuple) else returned
    if not is_a(pair, list) or len(pair) != 2 or not is_a(pair[0], KerasTensor):
        raise site.error(
            f"the `call` of a cell returns its output and its new states, which `{name}` doesn't: return h, [h]"
        )
    output, after = pair[0], [state for state in flat(pair[1]) if is_a(state, KerasTensor)]
    shapes = [state._unrolled.shape for state in after]
    if shapes != [(size,) for size in sizes]:
        raise site.error(
            f"`{name}` has state_size={text_of(sizes if len(sizes) > 1 else sizes[0])}, but returns new states with "
            f"{' and '.join(map(str, shapes)) or 'no numbers'}: return as many numbers as go in"
        )
    size = cell.__dict__.get("output_size", getattr(type(cell), "output_size", None))
    size = cell.output_size if is_a(size, property) else sizes[0] if size is None else size
    if output._unrolled.shape != (size,):
        raise site.error(
            f"`{name}` returns an output of the shape {output._unrolled.shape}, but an RNN expects {size} numbers: set "
            "output_size in __init__"
        )
    if output._unrolled.key not in [state._unrolled.key for state in after]:
        _stop(record, f"`{name}` returns an output that isn't one of its states, which isn't supported: return h, [h]")
    return output, after


def _check_initial(record: RecordedRNN, cell: Any, sizes: Sequence[int]) -> None:
    """Check that the states begin with zeros. Stops the reading otherwise."""
    method = getattr(type(cell), "get_initial_state", None)
    if method is None or (
        cell._unrolled.kind in KERAS_CELLS and method is getattr(LayerStandIn, "get_initial_state", None)
    ):
        return
    initial = cell.get_initial_state(batch_size=1)
    states = list(flat(initial))
    if (
        holds_unknown(initial)
        or [np.shape(state) for state in states] != [(1, size) for size in sizes]
        or np.any(states)
    ):
        _stop(record, f"`{type(cell).__name__}` doesn't begin with zeros, which isn't supported: use initial_state=…")


def _weights_of(cell: Any) -> dict[tuple[int, str], str]:
    """Name the weights of a cell, each once: by its attribute, or by those of the layer and its weight."""
    names: dict[tuple[int, str], str] = {}
    called = _attributes(cell)
    for record in records_inside(cell):
        for key in record.weight_shapes():
            attribute = called.get(id(record), record.name)
            name = attribute if is_a(record, RecordedWeight) else f"{attribute}_{key}"
            taken = [*names.values()]
            names[id(record), key] = next(candidate for candidate in _numbered(name) if candidate not in taken)
    return names


def _attributes(holder: Any, before: str = "") -> dict[int, str]:
    """Return the names of a layer's attributes that have weights, by the id of their records, at any depth."""
    names: dict[int, str] = {}
    for name, value in holder.__dict__.items():
        several = [*flat(value)]
        for number, item in enumerate(several, start=1):
            called = f"{before}{name}{f'_{number}' if len(several) > 1 else ''}"
            if is_a(item, OwnWeightStandIn):
                names.setdefault(id(item._unrolled), called)
            elif current().is_layer(item) and item is not holder:
                names.setdefault(id(item._unrolled), called)
                if item._unrolled.kind in OWN:
                    names = _attributes(item, f"{called}_") | names
    return names


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1


@contextmanager
def _naming(function: Any) -> Iterator[dict[tuple[int, int], str]]:
    """Note the names that the code of a function gives to tensors, for each the first."""
    code, names = getattr(function, "__code__", None), dict[tuple[int, int], str]()

    def look(frame: FrameType, event: str, _: Any) -> None:
        traced: FrameType | None = frame if event == "return" else frame.f_back if event == "call" else None
        if traced is not None and traced.f_code is code:
            for name, value in traced.f_locals.items():
                if is_a(value, KerasTensor):
                    names.setdefault(value._unrolled.key, name)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield names
    finally:
        sys.setprofile(before)


def _are_alike(first: WrittenCell, second: WrittenCell) -> bool:
    """Return whether two readings of a cell compute the same."""

    def outline(cell: WrittenCell) -> Any:
        parts = [
            (operation.layer.name_in_code, operation.inputs, operation.shapes, {**operation.weights})
            for operation in cell.operations
        ]
        return parts, cell.output, cell.states, cell.order, cell.shapes

    if outline(first) != outline(second):
        return False
    random = np.random.default_rng(0)
    for _ in range(TRIES):
        weights = Weights(**{name: random.normal(size=shape) for name, shape in first.shapes.items()})
        x, states = random.normal(size=first.features), [*random.normal(size=(len(first.states), first.units))]
        try:
            results = [[out, *after] for out, after in (cell.step(weights, x, states) for cell in (first, second))]
        except NumbersError:  # only shapes are known
            return True
        if not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(*results, strict=True)):
            return False
    return True
