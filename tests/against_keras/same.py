"""Whether the kit's model is the one that Keras built, as `built.described` tells of it; Keras itself is not needed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from unrolled import run_model
from unrolled.errors import NumbersError
from unrolled.layers.core import Opaque, WithWeight
from unrolled.layers.own_cell import OwnCell, WrittenCell
from unrolled.numbers.weights import Weights

CLOSE = 1e-5
STEPS = 4
"""How many time steps are tried where the code leaves their number open."""
INITIALIZERS = {"zero": "zeros", "one": "ones", "uniform": "random_uniform", "normal": "random_normal"}
INITIALIZERS |= {"orthogonal_initializer": "orthogonal"}
SAME_LAYERS = {"ops.Add": "Add", "ops.Multiply": "Multiply", "ops.Concatenate": "Concatenate"}
SAME_LAYERS |= {"ops.Subtract": "Subtract", "ops.Maximum": "Maximum", "ops.Minimum": "Minimum"}
"""Operations that do what a layer does."""
OPERATORS = {
    "**": "Power",
    "@": "Matmul",
    "%": "Mod",
    "//": "FloorDivide",
    "!=": "NotEqual",
    "<": "Less",
    ">": "Greater",
}
OPERATORS |= {"<=": "LessEqual", ">=": "GreaterEqual", "+": "Add", "-": "Subtract", "*": "Multiply", "/": "TrueDivide"}
"""Operators that are drawn as boxes, by the names of Keras's operations."""
WITH_NUMBERS = ("ops.Add", "ops.Subtract", "ops.Multiply", "ops.TrueDivide", "ops.Divide", "ops.Matmul")
"""Operations that a Rescaling, an Embedding's rows or a weight stand for, where the other operand is no tensor."""


def numbers(shape: Sequence[int], salt: str) -> np.ndarray:
    """Fill an array with numbers between -1 and 1 that follow from a text, the same with every version of NumPy."""
    start = sum((at + 1) * ord(letter) for at, letter in enumerate(salt))
    count = int(np.prod(shape))
    return np.round(np.sin(start + 1.7 * np.arange(count) + 0.13 * np.arange(count) ** 2), 3).reshape(shape)


def weight_for(name: str, shape: Sequence[int], salt: str) -> np.ndarray:
    """Fill a weight; what is a variance is never below nought."""
    filled = numbers(shape, salt)
    return np.abs(filled) + 0.5 if "variance" in name else filled


def inputs_for(real: Mapping[str, Any]) -> list[np.ndarray]:
    """Make one sample for each input of a model: indices for an Embedding, else vectors of which the second is 0."""
    words = {
        node["inputs"][0][1]: node["options"]["input_dim"]
        for node in reversed(real["nodes"])
        if node["layer"] == "Embedding" and node["inputs"][0] and node["inputs"][0][0] is None
    }
    found = []
    for at, entry in enumerate(real["entries"]):
        shape = [STEPS if size is None else size for size in entry]
        if at in words:
            indices = (1 + 3 * np.arange(int(np.prod(shape)))) % words[at]
            indices[1:2] = 0
            found.append(indices.astype(float).reshape(shape))
            continue
        given = numbers(shape, f"input {at}")
        if given.ndim > 1:
            given[1:2] = 0
        found.append(given)
    return found


def difference(ours: Any, real: Mapping[str, Any]) -> str | None:
    """Name the first thing in which the kit's model is another than the real one; None where there is none."""
    if "fails" in real:
        return f"drawn, and Keras builds nothing: {real['fails']}"
    checks = (_entries, _graph, _parameters, _values, _answers)
    pairs: list[tuple[int, int]] = []
    for check in checks:
        if found := check(ours, real, pairs):
            return found
    return None


def _entries(ours: Any, real: Mapping[str, Any], pairs: Any) -> str | None:
    shapes = [list(each.shape) for each in ours.entries]
    return None if shapes == real["entries"] else f"the inputs are {shapes}, and Keras's {real['entries']}"


def _graph(ours: Any, real: Mapping[str, Any], pairs: list[tuple[int, int]]) -> str | None:
    """Walk both graphs from their outputs to their inputs; `pairs` collects which node is which."""
    if len(ours.outputs) != len(real["outputs"]):
        return f"{len(ours.outputs)} outputs, and Keras has {len(real['outputs'])}"
    met: dict[int, int] = {}
    found = None
    for tensor, other in zip(ours.outputs, real["outputs"], strict=True):
        found = found or _tensor(ours, real, tensor, other, met)
    if found:
        return found
    if len(set(met.values())) != len(met):
        return "a layer at work twice is drawn once"
    if drawn := set(range(len(ours.nodes))) - {*met} - _of_masks(ours):
        return f"{ours.nodes[min(drawn)].layer.name_in_code} is at work, and Keras has no such layer"
    places: dict[int, int] = {}
    for at, other in met.items():
        place = real["nodes"][other].get("place", -1 - other)  # an operation is none of the layers
        if places.setdefault(ours.nodes[at].place, place) != place:
            return "a layer is shared that Keras has apart"
    if len(set(places.values())) != len(places):
        return "a layer that Keras shares is drawn as two"
    pairs += sorted(met.items())
    return None


def _tensor(ours: Any, real: Mapping[str, Any], tensor: Any, other: Any, met: dict[int, int]) -> str | None:
    if other is None or (tensor.node is None) != (other[0] is None) or tensor.output != other[1]:
        return f"{_said(ours, tensor)} is used where Keras uses {_real_said(real, other)}"
    if tensor.node is None:
        return None
    if tensor.node in met:
        return None if met[tensor.node] == other[0] else "what flows goes another way than Keras's"
    met[tensor.node] = other[0]
    node, known = ours.nodes[tensor.node], real["nodes"][other[0]]
    if found := _layer(node, known):
        return found
    given, states = list(_inputs(node)), list(node.states or ())
    wanted, first = list(known["inputs"]), list(known.get("states", ()))
    if len(given) != len(wanted) or len(states) != len(first):
        return (
            f"{known['layer']} is given {len(given)} + {len(states)} things, and Keras's {len(wanted)} + {len(first)}"
        )
    for one, another in zip([*given, *states], [*wanted, *first], strict=True):
        if found := _tensor(ours, real, one, another, met):
            return found
    return None


def _of_masks(ours: Any) -> set[int]:
    """Find the nodes that masks are made of: of those, the record only has the numbers that follow."""
    found = set[int]()
    masks = [each for node in ours.nodes for each in node.masks or ()]
    waiting = list[Any]()
    while masks or waiting:
        if masks:
            mask = masks.pop()
            masks += getattr(mask, "masks", ())
            waiting += getattr(mask, "inputs", ())
        elif (at := waiting.pop().node) is not None and at not in found:
            found.add(at)
            waiting += ours.nodes[at].inputs
    return found


def _inputs(node: Any) -> Sequence[Any]:
    return getattr(node, "inputs", None) or (node.given,)


def _said(ours: Any, tensor: Any) -> str:
    return f"input {tensor.output}" if tensor.node is None else ours.nodes[tensor.node].layer.name_in_code


def _real_said(real: Mapping[str, Any], other: Any) -> str:
    if other is None:
        return "something else"
    return f"input {other[1]}" if other[0] is None else real["nodes"][other[0]]["layer"]


def _layer(node: Any, known: Mapping[str, Any]) -> str | None:
    """Compare a layer at work: its kind, its options, the shapes of its weights and of what it returns."""
    name = "RNN" if isinstance(node.layer, OwnCell) else node.layer.name_in_code
    is_alone = name in ("Rescaling", "+ Embedding") or isinstance(node.layer, WithWeight)
    kind = SAME_LAYERS.get(known["layer"], known["layer"])
    if isinstance(node.layer, Opaque) and known["layer"].startswith("ops."):
        kind = known["layer"]
        name = f"ops.{OPERATORS.get(name.strip('0123456789. '), ''.join(map(str.title, name.split('_'))))}"
        name = "ops.GetItem" if "[" in name else name
    is_rescaled = is_alone and known["layer"] in WITH_NUMBERS and len(known["inputs"]) == 1
    if name != kind and not is_rescaled:
        return f"{name} where Keras has {known['layer']}"
    returned = [list(each) for each in node.returned]
    if returned != known["returned"]:
        return f"{name} returns {returned}, and Keras's {known['returned']}"
    if known.get("training"):
        return f"{name} is called with training=True, and it is drawn as it is otherwise"
    if found := _options(node.layer, known.get("options", {})):
        return found
    shapes = [list(each) for each in node.layer.weight_shapes(*_shapes(node)).values()]
    if "weights" in known:
        rest, surplus = iter(known["weights"]), len(known["weights"]) - len(shapes)
        if not all(each in rest for each in shapes) or (surplus and name not in STATEFUL):
            return f"{name} has weights {shapes}, and Keras's {known['weights']}"
    return None


LEFT_TO_KERAS = ("name", "data_format", "value_dim", "strides", "attention_axes")
"""Options whose None means what Keras takes then; shapes and numbers show whether it is the same."""
STATEFUL = ("Dropout", "SpatialDropout1D", "GaussianNoise", "LSTM", "GRU", "SimpleRNN", "Bidirectional")
"""Keras lists the seeds of their dropout, and a stateful layer's states, among their weights."""


def _shapes(node: Any) -> Sequence[Any]:
    return getattr(node, "shapes", None) or (node.shape,)


def _options(layer: Any, real: Mapping[str, Any], wrapped: bool = False) -> str | None:
    if policy := real.get("dtype"):
        return f"{layer.name_in_code} computes in {policy}, and is drawn in float32"
    for each in fields(layer):
        value = getattr(layer, each.name)
        if each.name not in real or isinstance(value, WrittenCell) or (value is None and each.name in LEFT_TO_KERAS):
            continue
        if each.name == "backward_layer" and value is None:
            value = layer.backward
        if each.name == "zero_output_for_mask" and wrapped:
            continue
        said = real[each.name]
        if hasattr(value, "name_in_code") and isinstance(said, Mapping):
            if value.name_in_code != said["is"]:
                return f"{value.name_in_code} inside where Keras has {said['is']}"
            if found := _options(value, {key: one for key, one in said.items() if key != "name"}, wrapped=True):
                return found
        elif not _equal(each.name, value, said):
            return f"{each.name} of {layer.name_in_code} is {value!r}, and Keras's {said!r}"
    return None


def _equal(name: str, value: Any, said: Any) -> bool:
    if name.endswith("initializer"):
        kind, numbers_of = _initializer(value)
        if isinstance(said, str):
            return kind == INITIALIZERS.get(said, said)
        if said is None:
            return False
        other = _snake(said["is"])
        usual = {"gain", "mean", "stddev", "minval", "maxval", "value"}
        return kind == INITIALIZERS.get(other, other) and all(
            said.get(key) == number for key, number in numbers_of.items() if key in usual
        )
    if isinstance(said, Mapping):
        said = said.get("name", said.get("is"))
    if isinstance(value, tuple) or isinstance(said, list):
        lists = [_flat(value), _flat(said)]
        longest = max(map(len, lists))
        value, said = (each * (longest // len(each)) if each else each for each in lists)
    if name in ("activation", "recurrent_activation"):
        return (value or "linear") == (said or "linear")
    return bool(value == said) and isinstance(value, bool) == isinstance(said, bool)


def _flat(value: Any) -> list[Any]:
    """List the numbers of an option that Keras may repeat for each axis or each side: 1 is ((1, 1), (1, 1))."""
    return [one for each in value for one in _flat(each)] if isinstance(value, tuple | list) else [value]


def _initializer(value: Any) -> tuple[str, Mapping[str, float]]:
    if isinstance(value, str):
        return INITIALIZERS.get(value, value), {}
    return value.kind, value.options


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _parameters(ours: Any, real: Mapping[str, Any], pairs: Any) -> str | None:
    count = ours.parameter_count
    return None if count == real["parameters"] else f"{count} parameters, and Keras has {real['parameters']}"


def _values(ours: Any, real: Mapping[str, Any], pairs: list[tuple[int, int]]) -> str | None:
    """Compare weights as far as the kit knows them, where the code assigns any."""
    for node, known in ((ours.nodes[at], real["nodes"][other]) for at, other in pairs):
        given = (ours.weights or {}) and ours.weights[node.place]
        for name, values in (given or {}).items():
            at = [*node.layer.weight_shapes(*_shapes(node))].index(name)
            if "values" in known and not np.allclose(values, known["values"][at], atol=CLOSE):
                return f"{name} of {node.layer.name_in_code} is {values.tolist()}, and Keras's {known['values'][at]}"
    return None


def forgotten(ours: Any, real: Mapping[str, Any]) -> str | None:
    """Name a weight that the code assigns, but whose numbers the kit doesn't know; None where there is none."""
    pairs: list[tuple[int, int]] = []
    _graph(ours, real, pairs)
    for node, known in ((ours.nodes[at], real["nodes"][other]) for at, other in pairs):
        names = [*node.layer.weight_shapes(*_shapes(node))]
        given = (ours.weights or {}) and ours.weights[node.place]
        for at in known.get("assigned", ()):
            if names[at] not in (given or {}):
                return f"{names[at]} of {node.layer.name_in_code} isn't known"
    return None


def _answers(ours: Any, real: Mapping[str, Any], pairs: list[tuple[int, int]]) -> str | None:
    """Let the kit answer what Keras answered, with the weights that Keras had."""
    if "answers" not in real:
        return None
    first: dict[int, tuple[Any, int]] = {}
    for at, other in pairs:
        first.setdefault(ours.nodes[at].place, (ours.nodes[at], real["nodes"][other].get("place", 0)))
    weights: list[Weights | None] = [None] * len(ours.layers)
    for place in first:
        node, salt = first[place]
        shapes = node.layer.weight_shapes(*_shapes(node))
        named = enumerate(shapes.items())
        weights[place] = Weights(**{name: weight_for(name, shape, f"{salt}.{at}") for at, (name, shape) in named})
    inputs = inputs_for(real)
    if hasattr(ours, "sized") and any(None in entry.shape for entry in ours.entries):
        ours = ours.sized(STEPS)
    try:
        trace = run_model(ours, *inputs, weights=tuple(weights))
    except NumbersError as error:
        return None if "can't be computed here" in str(error) else f"its numbers are not computed: {error}"
    for got, wanted in zip(trace.outputs, real["answers"], strict=True):
        if np.shape(got) != np.shape(wanted) or not np.allclose(got, wanted, atol=CLOSE, rtol=CLOSE):
            return "its answers are other numbers than Keras's"
    return None
