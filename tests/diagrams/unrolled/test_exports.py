"""What the kit offers to scripts."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import unrolled
from unrolled import layers
from unrolled.layers.layer import ShapeOnly

KIT = Path(unrolled.__file__).parent


def defined(folder: str, pattern: str = "*.py") -> dict[str, str]:
    """Collect the public functions and classes that the modules of a folder define, with their modules."""
    found = {}
    for path in sorted((KIT / folder).glob(pattern)):
        name = ".".join(["unrolled", *path.relative_to(KIT).with_suffix("").parts])
        for key, value in vars(import_module(name)).items():
            own = inspect.isclass(value) or inspect.isfunction(value)
            if own and value.__module__ == name and not key.startswith("_"):
                found[key] = name.removeprefix("unrolled.")
    return found


def test_every_word_that_a_script_may_use_is_exported_from_where_it_is_defined():
    """Views, things and placing words, layers and errors: found in the modules themselves."""
    views = {
        name: module
        for name, module in defined("views").items()
        if inspect.isfunction(it := getattr(import_module(f"unrolled.{module}"), name))
        and it.__module__.endswith(f".{name}")
    }
    wanted = {**views, **defined("floor", "words.py")}
    wanted |= defined("", "errors.py")
    assert len(views) >= 12
    assert {name: unrolled.EXPORTS.get(name) for name in wanted} == wanted


def test_every_layer_is_found_by_its_name_in_code():
    """In unrolled.layers, from where it is defined; those that a script stacks are exported as well."""
    defined_here = {
        name: module
        for name, module in defined("layers").items()
        if getattr(getattr(import_module(f"unrolled.{module}"), name), "name_in_code", None) == name
    }
    assert defined_here == {name: f"layers.{module}" for name, module in layers.MODULES.items()}
    for name, module in defined_here.items():
        kind = getattr(import_module(f"unrolled.{module}"), name)
        assert getattr(layers, name) is layers.known()[name] is kind
        assert unrolled.EXPORTS.get(name, module) == module
    with pytest.raises(AttributeError, match="has no attribute 'Conv9D'; it has SimpleRNN"):
        layers.Conv9D  # noqa: B018 - looking it up is the test


def test_the_layers_whose_numbers_are_not_computed_are_listed():
    """A message names all others."""
    kinds = {name: layers.known()[name] for name in layers.known()}
    assert set(layers.SHAPES_ONLY) == {name for name, kind in kinds.items() if issubclass(kind, ShapeOnly)}
    assert set(layers.computed()) == set(kinds) - set(layers.SHAPES_ONLY)


def test_a_star_brings_every_exported_name_and_nothing_else():
    """Each is the very thing that its module defines."""
    names: dict[str, object] = {}
    exec("from unrolled import *", names)
    del names["__builtins__"]
    assert set(names) == set(unrolled.EXPORTS) == set(unrolled.__all__)
    for name, value in names.items():
        module = f"unrolled.{unrolled.EXPORTS[name]}"
        assert value is getattr(import_module(module), name)
        assert getattr(value, "__module__", module) == module
        assert name in dir(unrolled)


def test_type_checkers_see_what_python_exports():
    """What they import, read as they read it."""
    tree = ast.parse((KIT / "__init__.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 1]
    seen = {alias.asname: node.module for node in imports for alias in node.names if alias.name == alias.asname}
    assert seen == unrolled.EXPORTS


def test_no_exported_name_is_the_name_of_a_module():
    """Loading that module would put it where the name was."""
    assert not {path.stem for path in KIT.iterdir()} & set(unrolled.EXPORTS)


def test_a_misspelt_name_is_an_error_that_lists_the_names():
    """A script's author sees what there is."""
    with pytest.raises(AttributeError, match="read_keras"):
        unrolled.read_kears  # noqa: B018 - looking it up is the test


UNUSED = [f"unrolled.layers.{name}" for name in ("attention", "convolution", "merging", "normalization")]
UNUSED += ["unrolled.reader.live", "unrolled.numbers.run", "matplotlib", "unrolled.picture"]


@pytest.mark.parametrize(
    ("use", "unwanted"),
    [
        ("import unrolled", ["numpy", "matplotlib", "unrolled.reader", "unrolled.picture"]),
        (
            "from unrolled import read_keras, embed, readable_weights as w;"
            "w(read_keras('SimpleRNN(4, input_shape=(3, 2))').layer, embed(['I', 'am', 'groot']))",
            UNUSED,
        ),
    ],
)
def test_a_script_loads_only_what_it_uses(use, unwanted):
    """Each figure is drawn in a process of its own, which begins sooner without the rest."""
    check = f"import sys; {use}; print([name for name in {unwanted} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=KIT.parent, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
