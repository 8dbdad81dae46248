"""Record Keras's layers and their arguments for the kit's reader; run this where Keras is installed.

KERAS_BACKEND=jax .venv-verify/bin/python tools/keras_names.py
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

FILE = Path(__file__).parent.parent / "diagrams/unrolled/reader/keras.json"
MODULES = (
    *("layers", "models", "", "initializers", "activations", "regularizers", "constraints"),
    *("callbacks", "optimizers", "losses", "metrics", "utils"),
)
"""The modules whose names articles use without an import; if two have the same name, the first counts."""
VALUES: dict[str, Any] = {
    "units": 4,
    "filters": 4,
    "kernel_size": 1,
    "rate": 0.5,
    "stddev": 0.5,
    "n": 2,
    "num_heads": 2,
    "key_dim": 2,
    "input_dim": 9,
    "output_dim": 4,
    "value_dim": 2,
    "output_shape": 3,
    "sliding_window": 2,
    "axes": 1,
    "output_size": 2,
    "seed": 1,
    "activation": "relu",
    "target_shape": (2, 10),
    "dims": (2, 1),
    "scale": 1.0,
    "max_value": 1.0,
    "strides": 1,
    "num_query_heads": 2,
    "num_key_value_heads": 2,
    "head_dim": 2,
    "output_padding": 0,
    "size": 2,
    "pool_size": 2,
    "groups": 1,
}
"""Values for options without a usable default."""
SHAPES = ((5, 4), (4,), (4, 5, 4), (2, 4, 5, 4), (2, 3, 4, 5, 4))
"""What a layer is tried on."""


def names() -> dict[str, Any]:
    """Get the layers of the installed Keras, their arguments, and the names in its modules."""
    import keras

    layers: dict[str, Any] = {}
    aliases: dict[str, str] = {}
    numpy: dict[str, Any] = {}
    for name in sorted(dir(keras.layers)):
        kind = getattr(keras.layers, name)
        if not (isinstance(kind, type) and issubclass(kind, keras.layers.Layer)):
            continue
        if kind.__name__ != name:
            aliases[name] = kind.__name__
        layers[kind.__name__] = arguments_of(kind, _plain)
        if refused := _refused(kind, layers[kind.__name__]):
            numpy[kind.__name__] = refused
    exported = {
        module: sorted(name for name in dir(getattr(keras, module) if module else keras) if not name.startswith("_"))
        for module in MODULES
    }
    functional = type(keras.Model(*[keras.Input((1,))] * 2))  # what Model creates from inputs and outputs
    attributes = {
        "Layer": sorted(_attributes(keras.layers.Layer)),
        "Model": sorted(_attributes(keras.Model) | _attributes(functional)),
        "Sequential": sorted(_attributes(keras.Sequential)),
    }
    return {
        "version": keras.__version__,
        "layers": layers,
        "aliases": aliases,
        "modules": exported,
        "attributes": attributes,
        "numpy": numpy,
    }


def _attributes(kind: type) -> set[str]:
    """Return the public attributes of a class, including those set in its methods."""
    attributes = set(dir(kind))
    for base in kind.__mro__[:-1]:
        tree = ast.parse(dedent(inspect.getsource(base)))
        attributes |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value)
        }
    return {name for name in attributes if not name.startswith("_")}


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def arguments_of(kind: type, plain: Callable[[Any], Any]) -> list[dict[str, Any]]:
    """Return the positional and the keyword-only arguments, with plain defaults; one without a default has `...`."""
    by_place: dict[str, Any] = {}
    by_name: dict[str, Any] = {}
    init = kind.__init__  # type: ignore[misc]  # a subclass may take other arguments; this one's are wanted
    for parameter in list(inspect.signature(init).parameters.values())[1:]:
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            group = by_name if parameter.kind == parameter.KEYWORD_ONLY else by_place
            group[parameter.name] = "..." if parameter.default is parameter.empty else plain(parameter.default)
    return [by_place, by_name]


def _refused(kind: Any, arguments: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the options in which Keras refuses values of NumPy that it takes as Python's own, and in what form."""
    import keras
    import numpy as np

    options = {**arguments[0], **arguments[1]}
    usual = {name: VALUES[name] for name, default in options.items() if name in VALUES and default in ("...", 32)}
    one_by_one = [*inspect.signature(kind.call).parameters][1:3] == ["query", "value"]
    several = one_by_one or kind.__module__.split(".")[-2] in ("merging", "attention")

    def works(shape: tuple[int, ...], **extra: Any) -> bool:
        tensors = [keras.Input(shape)] * (2 if several else 1)
        try:
            layer = kind(**usual | extra)
            layer(*tensors) if one_by_one or not several else layer(tensors)
        except Exception:  # whatever Keras raises
            return False
        return True

    def forms(value: Any, shape: tuple[int, ...], name: str) -> Iterator[tuple[str, Any]]:
        """Yield what Keras takes of Python's own, and the same of NumPy."""
        number = value if not isinstance(value, list) else value[0] if type(value[0]) is int else 1
        kinds = {bool: np.bool_, int: np.int64, float: np.float32}
        if type(number) in kinds and works(shape, **{name: number}):
            yield "number", kinds[type(number)](number)
        if type(number) is int:
            sizes = [value] if isinstance(value, list) else [[number] * size for size in (1, 2, 3)]
            plain: list[Any] = next((size for size in sizes if works(shape, **{name: tuple(size)})), [])
            if plain and all(type(length) is int for length in plain):
                yield "tuple", tuple(map(np.int64, plain))
                yield "array", np.array(plain)

    shape: tuple[int, ...] = next((candidate for candidate in SHAPES if works(candidate)), ())
    by_option: dict[str, list[str]] = {}
    for name, default in options.items() if shape else ():
        value = VALUES.get(name) if default in ("...", None, 32) else default
        refused = [form for form, of_numpy in forms(value, shape, name) if not works(shape, **{name: of_numpy})]
        if refused:
            by_option[name] = refused
    return by_option


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | int | float | None) else repr(value)


def text(record: dict[str, Any]) -> str:
    """Format it so that a change to one layer changes one line."""

    def lines(section: str) -> str:
        return ",\n".join(f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in record[section].items())

    return (
        f'{{\n  "version": {json.dumps(record["version"])},\n  "layers": {{\n{lines("layers")}\n  }},\n'
        f'  "aliases": {json.dumps(record["aliases"])},\n  "modules": {{\n{lines("modules")}\n  }},\n'
        f'  "attributes": {{\n{lines("attributes")}\n  }},\n  "numpy": {{\n{lines("numpy")}\n  }}\n}}\n'
    )


if __name__ == "__main__":
    FILE.write_text(text(names()), encoding="utf-8")
