"""A real model of Keras to the code that would make it, from its `get_config()`; Keras itself is not imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import NumbersError
from .keras_signatures import DEFAULTS, RECURRENT, TRAINING_ONLY

USUAL = {("Dense", "activation", "linear"), ("Flatten", "data_format", "channels_last")}
"""What a configuration says in other words than the default."""
MASKING = ("NotEqual", "Any", "Squeeze")
SILENT = TRAINING_ONLY | {"name", "dtype", "trainable"}
"""What a configuration always says, and what changes no number."""


def code_of(model: Any) -> str:
    """Write the code that makes a model; only what differs from Keras's defaults is said."""
    config = model.get_config() if callable(getattr(model, "get_config", None)) else None
    if not isinstance(config, Mapping) or "layers" not in config:
        raise NumbersError(
            f"a model is read from the text of its code or from a keras.Model, not from {type(model).__name__}"
        )
    layers: list[Mapping[str, Any]] = config["layers"]
    if type(model).__name__ == "Sequential":
        inside = ",\n    ".join(_made(each) for each in layers)
        return f"Sequential([\n    {inside},\n])\n"
    masks = _own_masks(layers)
    lines = [line for each in layers if each["name"] not in masks for line in _functional(each, masks)]
    ends = [", ".join(map(_variable, _ends(config[name]))) for name in ("input_layers", "output_layers")]
    return "\n".join([*lines, f"Model([{ends[0]}], [{ends[1]}])"]) + "\n"


def _made(layer: Mapping[str, Any]) -> str:
    """Write the call that makes a layer."""
    name, config = layer["class_name"], layer["config"]
    _check(name, config)
    if name == "InputLayer":
        return f"Input(batch_shape={tuple(config['batch_shape'])!r})"
    said = []
    for option, value in config.items():
        default = DEFAULTS[name].get(option, False if name in RECURRENT else None)
        written = None if option in SILENT else _written(option, value, config, layer)
        if written is not None and written != repr(default):
            said.append(f"{option}={written}")
    return f"{name}({', '.join(said)})"


def _check(name: str, config: Mapping[str, Any]) -> None:
    """Refuse what the code of a model could not say."""
    if name not in (*DEFAULTS, "InputLayer"):
        raise NumbersError(f"`{name}` is not read yet; read are: {', '.join(DEFAULTS)}")
    dtype = config.get("dtype")
    policy = dtype["config"].get("name", "float32") if isinstance(dtype, Mapping) else "float32"
    if policy != "float32":
        raise NumbersError(f"{config['name']} computes in {policy}, and the numbers here are those of float32")


def _written(option: str, value: Any, config: Mapping[str, Any], layer: Mapping[str, Any]) -> str | None:
    if option == "backward_layer" and not _has_own_backward(config):
        return None
    if isinstance(value, Mapping) and "class_name" in value:
        if option in ("layer", "backward_layer"):
            return _made(value)
        if option.endswith("initializer"):
            return _initializer(value)
        raise NumbersError(
            f"{option} of {layer['class_name']} is {value['class_name']}, which is not read here: "
            "take one of Keras's names"
        )
    if (layer["class_name"], option, value) in USUAL:
        return None
    return repr(value)


def _initializer(value: Mapping[str, Any]) -> str:
    numbers = {name: each for name, each in value["config"].items() if name != "seed" and each is not None}
    usual = {"GlorotUniform": "glorot_uniform", "OrthogonalInitializer": "orthogonal", "Orthogonal": "orthogonal"}
    usual |= {"Zeros": "zeros"}
    kind = value["class_name"]
    if kind in usual and numbers in ({}, {"gain": 1.0}):
        return repr(usual[kind])
    if kind == "RandomUniform" and numbers == {"minval": -0.05, "maxval": 0.05}:
        return repr("uniform")
    return f"{kind}({', '.join(f'{name}={each!r}' for name, each in numbers.items())})"


def _has_own_backward(config: Mapping[str, Any]) -> bool:
    """Tell whether the backward layer is more than the forward one turned round."""
    forward, backward = (dict(config[each]["config"]) for each in ("layer", "backward_layer"))
    for each in (forward, backward):
        for option in ("name", "go_backwards", "zero_output_for_mask"):
            each.pop(option, None)
    alike = config["layer"]["class_name"] == config["backward_layer"]["class_name"] and forward == backward
    return not alike or not config["backward_layer"]["config"]["go_backwards"]


def _own_masks(layers: list[Mapping[str, Any]]) -> set[str]:
    """Name the operations by which Masking and Embedding make their masks; a model lists them beside its layers."""
    given = [
        _history(each["inbound_nodes"][0]["args"][0])
        for each in layers
        if each["class_name"] in ("Masking", "Embedding") and each["inbound_nodes"]
    ]
    found: set[str] = set()
    for each in layers:
        if each["class_name"] in MASKING and each["inbound_nodes"]:
            source = _history(each["inbound_nodes"][0]["args"][0])
            if source in given or source[0] in found:
                found.add(each["name"])
    return found


def _history(given: Any) -> tuple[Any, ...]:
    """Tell where something that flows comes from."""
    return tuple(given["config"]["keras_history"]) if isinstance(given, Mapping) else ("",)


def _functional(layer: Mapping[str, Any], masks: set[str]) -> list[str]:
    """Write the lines that make a layer and put it to work."""
    name = layer["name"]
    nodes = layer.get("inbound_nodes", [])
    if layer["class_name"] == "InputLayer":
        return [f"{_variable((name, 0))} = [{_made(layer)}]"]
    lines = [f"{_layer_variable(name)} = {_made(layer)}"]
    for number, node in enumerate(nodes):
        given = [_value(each) for each in node["args"]]
        for word, each in node["kwargs"].items():
            if word == "mask" and _history(each)[0] in masks:
                continue  # the kit makes it again
            if each is not None:
                given.append(f"{word}={_value(each)}")
        call = f"{_layer_variable(name)}({', '.join(given)})"
        lines.append(f"{_variable((name, number))} = {call if _returns_several(layer) else f'[{call}]'}")
    return lines


def _returns_several(layer: Mapping[str, Any]) -> bool:
    config = layer["config"]
    inner = config["layer"]["config"] if layer["class_name"] == "Bidirectional" else config
    return bool(inner.get("return_state")) or ("merge_mode" in config and config["merge_mode"] is None)


def _layer_variable(name: str) -> str:
    return f"layer_{name}".replace("/", "_").replace("-", "_").replace(" ", "_")


def _variable(history: Any) -> str:
    """Name what flows; which of several things a layer returns is said by its place."""
    name, node, *output = history
    return _layer_variable(f"{name}_{node}").replace("layer_", "out_", 1) + (f"[{output[0]}]" if output else "")


def _value(given: Any) -> str:
    if isinstance(given, Mapping) and given.get("class_name") == "__keras_tensor__":
        return _variable(given["config"]["keras_history"])
    if isinstance(given, list | tuple):
        return "[" + ", ".join(map(_value, given)) + "]"
    return repr(given)


def _ends(ends: Any) -> list[Any]:
    """List the ends of a model, which a configuration gives by itself where there is only one."""
    return [ends] if isinstance(ends[0], str) else list(ends)
