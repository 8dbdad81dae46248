"""Record Keras's layers and their arguments for the kit's reader; run this where Keras is installed.

KERAS_BACKEND=jax .venv-verify/bin/python tools/keras_names.py
"""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path
from textwrap import dedent
from typing import Any

FILE = Path(__file__).parent.parent / "diagrams/unrolled/reader/keras.json"
MODULES = (
    *("layers", "models", "", "initializers", "activations", "regularizers", "constraints"),
    *("callbacks", "optimizers", "losses", "metrics", "utils"),
)
"""The modules whose names articles use without an import; if two have the same name, the first counts."""


def names() -> dict[str, Any]:
    """Get the layers of the installed Keras, their arguments, and the names in its modules."""
    import keras

    layers: dict[str, Any] = {}
    aliases: dict[str, str] = {}
    for name in sorted(dir(keras.layers)):
        found = getattr(keras.layers, name)
        if not (isinstance(found, type) and issubclass(found, keras.layers.Layer)):
            continue
        if found.__name__ != name:
            aliases[name] = found.__name__
        layers[found.__name__] = _arguments(found)
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
    }


def _attributes(kind: type) -> set[str]:
    """Return the public attributes of a class, including those set in its methods."""
    found = set(dir(kind))
    for each in kind.__mro__[:-1]:
        tree = ast.parse(dedent(inspect.getsource(each)))
        found |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value)
        }
    return {name for name in found if not name.startswith("_")}


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _arguments(kind: type) -> list[dict[str, Any]]:
    """Return the positional and the keyword-only arguments; one without a default has `...`."""
    by_place: dict[str, Any] = {}
    by_name: dict[str, Any] = {}
    init = kind.__init__  # type: ignore[misc]  # a subclass may take other arguments; this one's are wanted
    for each in list(inspect.signature(init).parameters.values())[1:]:
        if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY):
            group = by_name if each.kind == each.KEYWORD_ONLY else by_place
            group[each.name] = "..." if each.default is each.empty else _plain(each.default)
    return [by_place, by_name]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | int | float | None) else repr(value)


def text(found: dict[str, Any]) -> str:
    """Format it so that a change to one layer changes one line."""

    def lines(part: str) -> str:
        return ",\n".join(f"    {json.dumps(name)}: {json.dumps(each)}" for name, each in found[part].items())

    return (
        f'{{\n  "version": {json.dumps(found["version"])},\n  "layers": {{\n{lines("layers")}\n  }},\n'
        f'  "aliases": {json.dumps(found["aliases"])},\n  "modules": {{\n{lines("modules")}\n  }},\n'
        f'  "attributes": {{\n{lines("attributes")}\n  }}\n}}\n'
    )


if __name__ == "__main__":
    FILE.write_text(text(names()), encoding="utf-8")
