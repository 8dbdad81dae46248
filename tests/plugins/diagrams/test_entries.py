"""The scripts on the Diagrams page."""

from pathlib import Path

import pytest

from plugins.diagrams.entries import anchor, entries
from plugins.figures.requests import Reference
from plugins.figures.routing import Route
from plugins.figures.settings import Settings


@pytest.fixture
def settings(tmp_path):
    """A project without scripts."""
    for folder in ("content", "diagrams"):
        (tmp_path / folder).mkdir()
    return Settings.of({"PATH": tmp_path / "content", "OUTPUT_PATH": tmp_path / "output"})


def written(settings: Settings, name: str, text: str = "") -> Path:
    """Write a script."""
    script = settings.diagrams / f"{name}.py"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(text)
    return script


def asked(script: Path, name: str, ending: str = "png", index: int = 1, *, published: bool = True) -> Reference:
    """Return an article's image."""
    route = Route(name, ending, script, index, None)
    return Reference(route, f"/images/{name}.{ending}", Path("a.md"), 1, published=published)


def test_a_module_that_other_scripts_import_is_not_a_figure(settings):
    """Authors may not think of starting its name with an underscore; if an article shows it, it is one."""
    helper = written(settings, "helpers", "import numpy")
    written(settings, "a", "from helpers import x")
    written(settings, "b", "if True:\n    import os, shared.shades as s")
    written(settings, "shared/shades")
    assert [entry.name for entry in entries({}, set(), settings)] == ["a", "b"]
    article = "an article"
    names = [entry.name for entry in entries({article: [asked(helper, "helpers")]}, set(), settings)]
    assert names == ["a", "b", "helpers"]


def test_each_figure_of_a_script_is_shown_once_in_order(settings):
    """In the form in which articles show it; one that is only linked to, as a PDF, is shown as a PNG."""
    script = written(settings, "a/my curve", "def draw(code): ...")
    name = "a/my curve"
    first = asked(script, name, "pdf")
    second = asked(script, f"{name}-2", "gif", 2)
    one, other = "one article", "another"
    (entry,) = entries({one: [second, second], other: [first]}, set(), settings)
    assert [reference.route.path for reference in entry.shown] == [f"{name}.png", f"{name}-2.gif"]
    assert entry.shown[1] is second
    assert entry.articles == (one, other)
    assert entry.parameters == ("code",)
    assert anchor(entry.name) == "a/my_curve"


def test_hidden_and_unwritten_figures_are_left_out(settings):
    """A draft's figure, and that of a draft that isn't published at all."""
    hidden, withheld = written(settings, "hidden"), written(settings, "withheld")
    article = "an article"
    assert list(entries({article: [asked(hidden, "hidden", published=False)]}, {withheld}, settings)) == []
