"""The examples in the docstrings of the public API: each exists, and each can be drawn."""

import inspect
from doctest import DocTestParser
from types import ModuleType

import pytest

import unrolled
from _words import _examples, layers, numbers, parts, views
from unrolled import Picture, Thing
from unrolled import layers as kit_layers


@pytest.fixture(autouse=True)
def nothing_stays(monkeypatch):
    """Remove the layers that examples add."""
    monkeypatch.setattr(kit_layers, "_added", {})


def known() -> dict[str, object]:
    """What an example may refer to: the kit's names, NumPy, and numbers of the author's."""
    columns = [unrolled.chain(unrolled.cells([step], step=step), unrolled.word("I", step=step)) for step in (1, 2, 3)]
    picture = unrolled.above(*columns, unrolled.cells([0.5], "embedding")).picture("Three steps.")
    given = {**_examples.GIVEN, "picture": picture}
    return {**{name: getattr(unrolled, name) for name in unrolled.EXPORTS}, **given}


def examples() -> dict[str, str]:
    """Collect the docstrings that must have an example."""
    words = {name: getattr(unrolled, name) for name, module in unrolled.EXPORTS.items() if module != "errors"}
    methods = {f"Picture.{name}": getattr(Picture, name) for name in ("until", "focus", "without")}
    return {
        name: inspect.getdoc(word) or "" for name, word in {**words, **methods, "Thing.picture": Thing.picture}.items()
    }


@pytest.mark.parametrize("name", examples())
def test_the_example_of_each_name_runs(name):
    """And creates a thing, a picture or numbers."""
    found = DocTestParser().get_examples(examples()[name])
    assert found, f"{name} has no example"
    namespace = known()
    for example in found:
        try:
            made = eval(example.source, namespace)
        except SyntaxError:  # an assignment
            exec(example.source, namespace)
            continue
        assert not isinstance(made, ModuleType | None)
        if isinstance(made, Thing):
            assert made.picture("An example.").shapes


def test_the_diagrams_page_draws_every_example():
    """All except those of errors, each once."""
    words = [name for name, module in unrolled.EXPORTS.items() if module != "errors"]
    drawn = [name for script in (layers, numbers, parts, views) for name in _examples.names_in(script.DRAWN)]
    assert sorted(words) == sorted(drawn)
