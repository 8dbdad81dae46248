"""The kit's public API."""

import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import unrolled
from tests.conftest import REPOSITORY
from unrolled import layers
from unrolled.flow.nesting import Connector
from unrolled.reader.signatures import keras_names

KIT = Path(unrolled.__file__).parent


def defined(folder: str, pattern: str = "*.py") -> dict[str, str]:
    """Collect the public functions and classes defined by a directory's modules, with their modules."""
    found = {}
    for path in sorted((KIT / folder).glob(pattern)):
        name = ".".join(["unrolled", *path.relative_to(KIT).with_suffix("").parts])
        for key, value in vars(import_module(name)).items():
            own = inspect.isclass(value) or inspect.isfunction(value)
            if own and value.__module__ == name and not key.startswith("_"):
                found[key] = name.removeprefix("unrolled.")
    return found


def returning(kind: type, folder: str) -> dict[str, str]:
    """Collect the functions of a directory that return something of this kind, with their modules."""
    found = {}
    for name, module in defined(folder).items():
        here = vars(import_module(f"unrolled.{module}"))
        answer = getattr(here[name], "__annotations__", {}).get("return")
        answer = here.get(answer) if isinstance(answer, str) else answer
        if inspect.isfunction(here[name]) and inspect.isclass(answer) and issubclass(answer, kind):
            found[name] = module
    return found


def test_every_public_name_is_exported_from_where_it_is_defined():
    """Views, building blocks, arranging functions, layers and errors, found by inspecting the modules."""
    views, things = returning(unrolled.Picture, "views"), returning(unrolled.Thing, "floor")
    wanted = {**views, **things, **returning(Connector, "floor"), **defined("", "errors.py")}
    assert len(views) >= 12
    assert len(things) >= 12
    lines = [f"from .{at} import {name} as {name}" for name, at in wanted.items() if unrolled.EXPORTS.get(name) != at]
    assert not lines, f"add to {unrolled.__file__}: {', '.join(lines)}"


def test_every_layer_of_keras_is_found_by_its_name():
    """In unrolled.layers, from where it is defined; those that scripts stack are exported as well."""
    of_keras = set(keras_names()["layers"]) - {"Layer"}
    found = {
        name: module
        for path in (KIT / "layers").glob("*.py")
        for name, module in defined("layers", path.name).items()
        if path.name != "torch.py"
    }  # layers of PyTorch have names of Keras's, too
    defined_here = {name: module for name, module in found.items() if name in of_keras}
    assert defined_here == {name: f"layers.{module}" for name, module in layers.MODULES.items()}
    for name, module in defined_here.items():
        kind = getattr(import_module(f"unrolled.{module}"), name)
        assert getattr(layers, name) is layers.known()[name] is kind
        assert unrolled.EXPORTS.get(name, module) == module
    with pytest.raises(AttributeError, match="has no attribute 'Conv9D'; it has SimpleRNN"):
        layers.Conv9D  # noqa: B018 - looking it up is the test


def test_a_star_import_has_every_exported_name_and_nothing_else():
    """Each is the object that its module defines."""
    names: dict[str, object] = {}
    exec("from unrolled import *", names)
    del names["__builtins__"]
    assert set(names) == set(unrolled.EXPORTS) == set(unrolled.__all__)
    for name, value in names.items():
        module = f"unrolled.{unrolled.EXPORTS[name]}"
        assert value is getattr(import_module(module), name)
        assert getattr(value, "__module__", module) == module
        assert name in dir(unrolled)


def test_no_exported_name_is_the_name_of_a_module():
    """Importing that module would replace the exported name."""
    assert not {path.stem for path in KIT.iterdir()} & set(unrolled.EXPORTS)


def test_the_docs_list_every_view_and_every_word_for_things():
    """In docs/kit.md, where an author looks for what there is."""
    page = (REPOSITORY / "docs/kit.md").read_text("utf-8")
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]
    listed = {name for row in rows for name in re.findall(r"`(\w+)", row)}
    words = {name for name, module in unrolled.EXPORTS.items() if module.startswith(("views.", "floor."))}
    assert len(words) > 30
    rows = [f"| `{name}{inspect.signature(getattr(unrolled, name))}` | … |" for name in sorted(words - listed)]
    assert not rows, "add to the tables of docs/kit.md:\n" + "\n".join(rows)


def test_a_misspelled_name_is_an_error_that_lists_the_names():
    """So that a script's author sees what there is."""
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
def test_a_script_imports_only_what_it_uses(use, unwanted):
    """Each figure is drawn in its own process, which starts faster without the rest."""
    check = f"import sys; {use}; print([name for name in {unwanted} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=KIT.parent, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
