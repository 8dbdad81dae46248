"""Reading a live Keras model: its `get_config()` is written as code, which is then read. Keras isn't imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..arrays import Weights
from ..errors import NumbersError
from ..layers import known
from ..model import Model
from .signatures import MACHINERY, TRAINING_ONLY, signature_of

SILENT = (TRAINING_ONLY | MACHINERY | {"name", "dtype", "trainable"}) - {"momentum"}
"""Configuration entries that are always present and don't affect any number."""
USUAL = {
    "GlorotUniform": "glorot_uniform",
    "OrthogonalInitializer": "orthogonal",
    "Orthogonal": "orthogonal",
    "Zeros": "zeros",
    "Ones": "ones",
}


def read_live(model: Any, read: Callable[[str], Model]) -> Model:
    """Read a live model, including its weights."""
    written = _Written()
    written.model(model.get_config() if callable(getattr(model, "get_config", None)) else None, model, "")
    read_model = read("\n".join(written.lines) + "\n")
    weights = []
    for node in read_model.first_uses:
        layer = written.layers[node.calls[0].lineno or 0]
        shapes = node.layer.weight_shapes(*node.shapes)
        arrays = layer.get_weights() if layer is not None else []
        if len(arrays) != len(shapes):
            return read_model  # a model that was never built has no weights yet
        weights.append(Weights(**dict(zip(shapes, arrays, strict=True))))
    return replace(read_model, weights=tuple(weights))


class _Written:
    """The code that would create a model, line by line; `layers` has the live layer of each line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.layers: dict[int, Any] = {}

    def model(self, config: Any, live: Any, prefix: str) -> str:
        """Write a model; return the name of its variable."""
        if not isinstance(config, Mapping) or "layers" not in config:
            raise NumbersError(
                f"a model is read from the text of its code or from a keras.Model, not from {type(live).__name__}"
            )
        layers: list[Mapping[str, Any]] = config["layers"]
        name = f"{prefix}model"
        if "input_layers" not in config:
            expressions = [self._inner(inner, live, prefix) for inner in layers]
            self.lines.append(f"{name} = Sequential([{', '.join(expressions)}])")
            return name
        layers = _without_masks(layers, live)
        inputs, outputs = (_ends(config[key]) for key in ("input_layers", "output_layers"))
        needed = _needed(layers, [*inputs, *outputs])
        for layer in layers:
            if layer["name"] in needed:
                self._functional(layer, live, prefix)
        ends = [", ".join(_variable(prefix, end) for end in group) for group in (inputs, outputs)]
        self.lines.append(f"{name} = Model([{ends[0]}], [{ends[1]}])")
        return name

    def _inner(self, layer: Mapping[str, Any], live: Any, prefix: str) -> str:
        """Write a layer of a stack, or a nested model; return the expression for it."""
        live_layer = _live_layer(live, layer)
        if layer["class_name"] in ("Sequential", "Functional"):
            return self.model(layer["config"], live_layer, f"{prefix}{_plain(layer['config']['name'])}_")
        variable = f"{prefix}layer_{len(self.lines)}"
        self._line(f"{variable} = {_made(layer)}", live_layer)
        return variable

    def _line(self, text: str, layer: Any = None) -> None:
        self.lines.append(text)
        self.layers[len(self.lines)] = layer

    def _functional(self, layer: Mapping[str, Any], live: Any, prefix: str) -> None:
        """Write the lines that create a layer and call it."""
        name = layer["name"]
        live_layer = _live_layer(live, layer)
        if layer["class_name"] == "InputLayer":
            self._line(f"{_variable(prefix, (name, 0))} = [{_made(layer)}]")
            return
        variable = f"{prefix}layer_{_plain(name)}"
        if layer["class_name"] in ("Sequential", "Functional"):
            self._line(f"{variable} = {self.model(layer['config'], live_layer, f'{variable}_')}")
        else:
            self._line(f"{variable} = {_made(layer)}", live_layer)
        for number, node in enumerate(layer.get("inbound_nodes", [])):
            arguments = [_value(prefix, argument) for argument in node["args"]]
            if len(arguments) > 1 and _merges(layer["class_name"]):
                arguments = [f"[{', '.join(arguments)}]"]
            for word, value in node["kwargs"].items():
                if value is not None:
                    arguments.append(f"{word}={_value(prefix, value)}")
            call = f"{variable}({', '.join(arguments)})"
            several = _returns_several(layer) or node["kwargs"].get("return_attention_scores")
            self._line(f"{_variable(prefix, (name, number))} = {call if several else f'[{call}]'}")


def _merges(name: str) -> bool:
    """Return whether a layer takes a list of inputs.

    Operators such as `x + y` share the name of such a layer but don't.
    """
    return name in known() and getattr(known()[name], "takes_a_list", False)


def _live_layer(live: Any, layer: Mapping[str, Any]) -> Any:
    wanted = layer.get("name") or layer["config"].get("name")
    return next((candidate for candidate in getattr(live, "layers", ()) if candidate.name == wanted), None)


def _made(layer: Mapping[str, Any]) -> str:
    """Write the call that creates a layer, with only the arguments that differ from Keras's defaults."""
    name, config = layer["class_name"], layer["config"]
    _check(name, config)
    if name == "InputLayer":
        return f"Input(batch_shape={tuple(config['batch_shape'])!r})"
    defaults = {**signature_of(name).defaults, "data_format": "channels_last"}
    arguments = []
    for option, value in config.items():
        if option not in defaults and value in (None, False):
            continue  # a configuration can have more entries than the call has arguments
        default = defaults.get(option)
        default = tuple(default) if isinstance(default, list) else default
        written = None if option in SILENT else _written(option, value, config, layer)
        if (
            written is not None
            and written not in (repr(default), repr((default,)))
            and not _is_usual(name, option, value)
        ):
            arguments.append(f"{option}={written}")
    return f"{name}({', '.join(arguments)})"


def _is_usual(name: str, option: str, value: Any) -> bool:
    """Return whether a configuration is another form of the default."""
    return option == "activation" and value == "linear" and signature_of(name).defaults.get(option) is None


def _check(name: str, config: Mapping[str, Any]) -> None:
    """Check for features that code couldn't express."""
    if name not in known() and name != "InputLayer":
        raise NumbersError(f"`{name}` isn't supported yet: the kit has no layer of this name")
    dtype = config.get("dtype")
    policy = dtype["config"].get("name", "float32") if isinstance(dtype, Mapping) else "float32"
    if policy != "float32":
        raise NumbersError(f"{config['name']} computes in {policy}, but a figure's numbers are float32")


def _written(option: str, value: Any, config: Mapping[str, Any], layer: Mapping[str, Any]) -> str | None:
    if option == "backward_layer" and not _has_own_backward(config):
        return None
    if isinstance(value, Mapping) and "class_name" in value:
        if option in ("layer", "backward_layer", "cell"):
            return _made(value)
        if option.endswith("initializer"):
            return _initializer(value)
        raise NumbersError(
            f"{option} of {layer['class_name']} is {value['class_name']}, which isn't supported: use one of "
            "Keras's names"
        )
    return repr(tuple(value) if isinstance(value, list) else value)


def _initializer(value: Mapping[str, Any]) -> str:
    numbers = {name: number for name, number in value["config"].items() if name != "seed" and number is not None}
    kind = value["class_name"]
    if kind in USUAL and numbers in ({}, {"gain": 1.0}):
        return repr(USUAL[kind])
    if kind == "RandomUniform" and numbers == {"minval": -0.05, "maxval": 0.05}:
        return repr("uniform")
    return f"{kind}({', '.join(f'{name}={number!r}' for name, number in numbers.items())})"


def _has_own_backward(config: Mapping[str, Any]) -> bool:
    """Return whether the backward layer differs from a reversed copy of the forward one."""
    forward, backward = (dict(config[key]["config"]) for key in ("layer", "backward_layer"))
    for settings in (forward, backward):
        for option in ("name", "go_backwards", "zero_output_for_mask"):
            settings.pop(option, None)
    alike = config["layer"]["class_name"] == config["backward_layer"]["class_name"] and forward == backward
    return not alike or not config["backward_layer"]["config"]["go_backwards"]


def _without_masks(layers: Sequence[Mapping[str, Any]], live: Any) -> list[Mapping[str, Any]]:
    """Leave out the masks that Keras hands on by itself, which the kit computes again, but not those of the author."""
    kept = {id(node) for nodes in getattr(live, "_nodes_by_depth", {}).values() for node in nodes}
    rewritten: list[Mapping[str, Any]] = []
    for layer in layers:
        live_layer = next(
            (candidate for candidate in getattr(live, "operations", ()) if candidate.name == layer["name"]), None
        )
        nodes = [inbound for inbound in getattr(live_layer, "_inbound_nodes", ()) if id(inbound) in kept]
        calls = [*layer.get("inbound_nodes", [])]
        for number, (call, node) in enumerate(zip(calls, nodes, strict=False)):
            if "mask" in call["kwargs"] and _is_handed_on(node.arguments):
                # With `training`, the mask would be handed on while the model runs, by other rules.
                words = call["kwargs"].items()
                own_words = {word: value for word, value in words if word != "mask" and (word != "training" or value)}
                calls[number] = {**call, "kwargs": own_words}
        rewritten.append({**layer, "inbound_nodes": calls})
    return rewritten


def _is_handed_on(arguments: Any) -> bool:
    """Return whether a call has the masks of its first argument, which may be given by its name."""
    named = (value for word, value in arguments.kwargs.items() if word != "mask")
    first, mask = (*arguments.args, *named)[0], arguments.kwargs["mask"]
    if not isinstance(first, list | tuple):
        return _is_same(mask, getattr(first, "_keras_mask", None))
    masks = [getattr(tensor, "_keras_mask", None) for tensor in first]
    return isinstance(mask, list | tuple) and len(mask) == len(masks) and all(map(_is_same, mask, masks))


def _is_same(first: Any, second: Any) -> bool:
    """Return whether two tensors are computed alike: of a loaded model, Keras computes each mask twice."""
    if isinstance(first, list | tuple):
        return isinstance(second, list | tuple) and len(first) == len(second) and all(map(_is_same, first, second))
    if not (hasattr(first, "_keras_history") and hasattr(second, "_keras_history")):
        return repr(first) == repr(second)
    (first_layer, first_node, first_output), (second_layer, second_node, second_output) = (
        first._keras_history,
        second._keras_history,
    )
    if first_layer is second_layer:
        return (first_node, first_output) == (second_node, second_output)
    if type(first_layer) is not type(second_layer) or hasattr(first_layer, "get_weights"):
        return False
    calls = [
        layer._inbound_nodes[number].arguments
        for layer, number in ((first_layer, first_node), (second_layer, second_node))
    ]
    settings = [{**layer.get_config(), "name": ""} for layer in (first_layer, second_layer)]
    words = [call.kwargs for call in calls]
    return (
        settings[0] == settings[1]
        and words[0].keys() == words[1].keys()
        and _is_same(calls[0].args, calls[1].args)
        and all(_is_same(value, words[1][word]) for word, value in words[0].items())
    )


def _needed(layers: Sequence[Mapping[str, Any]], ends: Iterable[Sequence[Any]]) -> set[str]:
    """Name the layers that some tensors are computed from."""
    sources = {layer["name"]: {name for name, *_ in _histories(layer["inbound_nodes"])} for layer in layers}
    names: set[str] = set()
    waiting = [name for name, *_ in ends]
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            waiting += sources[name]
    return names


def _histories(arguments: Any) -> Iterator[Sequence[Any]]:
    """Yield where the tensors in some arguments come from."""
    if isinstance(arguments, Mapping) and arguments.get("class_name") == "__keras_tensor__":
        yield arguments["config"]["keras_history"]
    elif isinstance(arguments, Mapping | list | tuple):
        for item in arguments.values() if isinstance(arguments, Mapping) else arguments:
            yield from _histories(item)


def _returns_several(layer: Mapping[str, Any]) -> bool:
    config = layer["config"]
    if layer["class_name"] in ("Sequential", "Functional"):
        return False
    inner = config["layer"]["config"] if layer["class_name"] == "Bidirectional" else config
    return bool(inner.get("return_state")) or ("merge_mode" in config and config["merge_mode"] is None)


def _plain(name: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in name)


def _variable(prefix: str, history: Any) -> str:
    """Name a tensor; if a layer returns several, by its index."""
    name, node, *output = history
    return f"{prefix}out_{_plain(name)}_{node}" + (f"[{output[0]}]" if output else "")


def _value(prefix: str, value: Any) -> str:
    if isinstance(value, Mapping) and value.get("class_name") == "__keras_tensor__":
        return _variable(prefix, value["config"]["keras_history"])
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(prefix, item) for item in value) + "]"
    if isinstance(value, Mapping) and value.get("class_name") in ("__numpy__", "__tensor__"):
        return f"np.array({value['config']['value']!r})"
    return repr(value)


def _ends(ends: Any) -> list[Any]:
    """List the ends of a model; in a configuration, a single one isn't in a list."""
    if isinstance(ends, Mapping):
        return list(ends.values())
    return [ends] if isinstance(ends[0], str) else list(ends)
