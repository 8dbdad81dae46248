"""What the kit offers to scripts."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import unrolled

KIT = Path(unrolled.__file__).parent


@pytest.mark.parametrize("name", sorted(unrolled.EXPORTS))
def test_every_exported_name_is_there(name):
    """And it is the very thing that its module holds."""
    assert getattr(unrolled, name) is getattr(import_module(f"unrolled.{unrolled.EXPORTS[name]}"), name)
    assert name in dir(unrolled)


def test_type_checkers_see_the_names_that_exist():
    """The list for them and the list for Python say the same."""
    text = (KIT / "__init__.py").read_text(encoding="utf-8")
    for name, module in unrolled.EXPORTS.items():
        assert f"    from .{module} import {name} as {name}\n" in text
    assert text.count("    from .") == len(unrolled.EXPORTS)


def test_no_exported_name_is_the_name_of_a_module():
    """Loading that module would put it where the name was."""
    assert not {path.stem for path in KIT.iterdir()} & set(unrolled.EXPORTS)


def test_a_misspelt_name_is_an_error_that_lists_the_names():
    """A script's author sees what there is."""
    with pytest.raises(AttributeError, match="read_keras"):
        unrolled.read_kears  # noqa: B018 - looking it up is the test


UNUSED = [f"unrolled.layers.{name}" for name in ("lstm", "gru", "dense", "initializers", "rare_activations")]
UNUSED += ["unrolled.keras_config", "unrolled.fresh_weights", "unrolled.model_trace", "matplotlib", "unrolled.picture"]


@pytest.mark.parametrize(
    ("use", "unwanted"),
    [
        ("import unrolled", ["numpy", "matplotlib", "unrolled.keras", "unrolled.picture"]),
        (
            "from unrolled import read_keras, embed, readable_weights as w;"
            "w(read_keras('SimpleRNN(4, input_shape=(3, 2))').layer, embed(['I', 'am', 'groot']))",
            UNUSED,
        ),
    ],
)
def test_a_script_loads_only_what_it_uses(use, unwanted):
    """A figure is redrawn when a module that it loaded changes; fewer modules, fewer redraws."""
    check = f"import sys; {use}; print([name for name in {unwanted} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=KIT.parent, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
