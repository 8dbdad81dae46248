"""What the expressions of a code block stand for: layers, what flows between them, and models."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from .arrays import OpenShape
from .bindings import Binding
from .keras_calls import NOT_YET, keras_name
from .keras_inputs import Opening, batch_of, entry_of, single_of
from .keras_layers import Made, read_layer
from .keras_order import keras_order
from .keras_shapes import check_batch, check_states, checked_shapes, no_tensor, unpacked
from .keras_signatures import DEFAULTS, INPUTS, MODELS
from .layers.layer import Layer
from .model import MOST_LAYERS, Entry, Model, Node, Tensor, too_many
from .source import Source

Meaning: TypeAlias = "Made | Tensor | ast.Call | tuple[Meaning, ...] | None"
"""A layer, what flows, the call that makes a model, several of these, or nothing of Keras."""
Position: TypeAlias = tuple[int, int]


class Graph:
    """The layers at work in a block, found by reading what its expressions stand for."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.nodes: list[Node] = []
        self.openings: list[Opening] = []
        self.entered: dict[int, Entry] = {}
        """The inputs that have been read: what the one number of a shape is depends on the layer that takes it."""
        self.places: list[Made] = []
        self._known: dict[int, Meaning] = {}

    def meaning(self, node: ast.expr, before: Position | None = None) -> Meaning:
        """Tell what an expression stands for; None where it is nothing of Keras."""
        before = before or self.source.before(node)
        match node:
            case ast.Name():
                binding = self.source.binding(node, before)
                if binding is not None and binding.value is not None:
                    return self._part(binding, self.meaning(binding.value, binding.position))
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return self._together(elements, before)
            case ast.Subscript(value=value, slice=part):
                whole = self.meaning(value, before)
                return _taken(whole, part) if isinstance(whole, tuple) else None
            case ast.Call():
                if id(node) not in self._known:
                    self._known[id(node)] = self._called(node, before)
                return self._known[id(node)]
        return None

    def _together(self, elements: list[ast.expr], before: Position) -> tuple[Meaning, ...]:
        found: list[Meaning] = []
        for each in elements:
            if isinstance(each, ast.Starred):
                many = self.meaning(each.value, before)
                found += many if isinstance(many, tuple) else [None]
            else:
                found.append(self.meaning(each, before))
        return tuple(found)

    def _part(self, binding: Binding, whole: Meaning) -> Meaning:
        """Take the part of a value that one of several names gets."""
        if binding.part is None or whole is None:
            return whole
        count = len(whole) if isinstance(whole, tuple) else 1
        if binding.parts not in (None, count) and isinstance(whole, Tensor | tuple) and binding.value is not None:
            raise self.source.error(unpacked(self._layer_of(whole), binding.parts or 0, count), binding.value)
        if isinstance(whole, tuple):
            return whole[binding.part] if isinstance(binding.part, slice) or binding.part < count else None
        return None

    def _layer_of(self, whole: Meaning) -> Layer | None:
        """Find the layer that returns something."""
        first = whole[0] if isinstance(whole, tuple) else whole
        return self.nodes[first.node].layer if isinstance(first, Tensor) and first.node is not None else None

    def _called(self, call: ast.Call, before: Position) -> Meaning:
        name = keras_name(self.source, call)
        if name is not None and name in DEFAULTS:
            return read_layer(self.source, name, call, self.meaning)
        if name in INPUTS:
            self.openings.append(Opening(call, name))
            return Tensor(None, len(self.openings) - 1)
        if name in MODELS:
            return call
        if name in NOT_YET or not isinstance(call.func, ast.Name | ast.Call | ast.Subscript):
            return None
        match self.meaning(call.func, before):
            case Made() as made:
                return self._applied(made, call, before)
            case ast.Call():
                if any(isinstance(self.meaning(each, before), Tensor | tuple) for each in call.args):
                    raise self.source.error(
                        "a model is used as a layer here, which is not read yet: write its layers out in this model",
                        call,
                    )
        return None

    def _applied(self, made: Made, call: ast.Call, before: Position) -> Meaning:
        """Put a layer to work on what flows: `layer(x)`, `layer(x, initial_state=[h, c])`."""
        names = dict(zip(("sequences", "initial_state", "mask", "training"), call.args, strict=False))
        names |= {word.arg or "**": word.value for word in call.keywords}
        given = names.pop("sequences", None) or names.pop("inputs", None)
        if given is None:
            raise self.source.error(f"{made.layer.name_in_code} is called without what goes in: layer(x)", call)
        if "mask" in names:
            raise self.source.error(
                "a mask that the code hands over is not read: let Masking or Embedding(mask_zero=True) make it",
                names["mask"],
            )
        tensor = self.meaning(given, before)
        if isinstance(tensor, tuple) and len(tensor) == 1:
            tensor = tensor[0]
        if not isinstance(tensor, Tensor):
            many = len(tensor) if isinstance(tensor, tuple) else None
            raise self.source.error(no_tensor(made, self.source.written(given), many), given)
        states = self._states(made, names["initial_state"], before) if "initial_state" in names else None
        return self.work(made, tensor, states)

    def _states(self, made: Made, node: ast.expr, before: Position) -> tuple[Tensor, ...] | None:
        if isinstance(node, ast.Constant) and node.value is None:
            return None
        found = self.meaning(node, before)
        states = found if isinstance(found, tuple) else (found,)
        tensors = tuple(each for each in states if isinstance(each, Tensor))
        if len(tensors) != len(states):
            raise self.source.error(
                f"the initial state `{self.source.written(node)}` cannot be read here: name what another layer or an "
                "Input returns",
                node,
            )
        check_states(self.source, made, node, [self._shape(each, "features") for each in tensors])
        return tensors

    def work(self, made: Made, given: Tensor, states: tuple[Tensor, ...] | None = None) -> Meaning:
        """Add a node; answer what it returns."""
        layer = made.layer
        size = self._shape(given, single_of(made))
        before = None if given.node is None else self.nodes[given.node]
        root = self._root(given)
        if getattr(getattr(layer, "layer", layer), "stateful", False):
            check_batch(self.source, made, batch_of(self.source, root))
        returned = checked_shapes(self.source, made, size, before, root.node)
        if made not in self.places:
            self.places.append(made)
        if len(self.nodes) == MOST_LAYERS:
            raise self.source.error(too_many(len(self.nodes) + 1), made.node)
        self.nodes.append(Node(layer, self.places.index(made), (given,), states, (size,), returned, made.calls))
        all_of_it = tuple(Tensor(len(self.nodes) - 1, output) for output in range(len(returned)))
        return all_of_it if len(all_of_it) > 1 else all_of_it[0]

    def _behind(self, tensors: Iterable[Tensor]) -> set[Tensor]:
        """Collect all that something hangs on, itself included."""
        found: set[Tensor] = set()
        waiting = list(tensors)
        while waiting:
            tensor = waiting.pop()
            if tensor not in found:
                found.add(tensor)
                if tensor.node is not None:
                    node = self.nodes[tensor.node]
                    waiting += node.sources
        return found

    def entries_behind(self, tensors: Iterable[Tensor]) -> set[int]:
        """Tell the numbers of the inputs that something hangs on."""
        return {tensor.output for tensor in self._behind(tensors) if tensor.node is None}

    def model(self, entries: Sequence[int], outputs: Sequence[Tensor]) -> Model:
        """Cut out what lies between inputs, by their numbers, and outputs."""
        kept = sorted({each.node for each in self._behind(outputs) if each.node is not None})
        places = keras_order(self.nodes, outputs)

        def moved(tensor: Tensor) -> Tensor:
            if tensor.node is None:
                return Tensor(None, entries.index(tensor.output))
            return Tensor(kept.index(tensor.node), tensor.output)

        nodes = [
            replace(
                node,
                place=places.index(node.place),
                inputs=tuple(map(moved, node.inputs)),
                states=None if node.states is None else tuple(map(moved, node.states)),
            )
            for node in (self.nodes[at] for at in kept)
        ]
        for number in entries:
            self._shape(Tensor(None, number), "features")
        entered = tuple(self.entered[number] for number in entries)
        return Model(entered, tuple(nodes), tuple(map(moved, outputs)), self.source.code)

    def _root(self, tensor: Tensor) -> Opening:
        """Find the input that something comes from."""
        while tensor.node is not None:
            tensor = self.nodes[tensor.node].given
        return self.openings[tensor.output]

    def _shape(self, tensor: Tensor, single: str) -> OpenShape:
        if tensor.node is not None:
            return self.nodes[tensor.node].returned[tensor.output]
        if tensor.output not in self.entered:
            opening = self.openings[tensor.output]
            entry = entry_of(self.source, opening, single)
            if not entry.shape:
                raise self.source.error(
                    "the code does not say what goes in: Input((time_steps, features))", opening.node
                )
            self.entered[tensor.output] = entry
        return self.entered[tensor.output].shape


def _taken(whole: tuple[Meaning, ...], part: ast.expr) -> Meaning:
    """Take an element or a slice: `states[0]`, `outputs[1:]`."""
    try:
        if isinstance(part, ast.Slice):
            ends = [None if each is None else ast.literal_eval(each) for each in (part.lower, part.upper, part.step)]
            return whole[slice(*ends)]
        taken: Meaning = whole[ast.literal_eval(part)]
        return taken
    except (ValueError, TypeError, IndexError):
        return None
