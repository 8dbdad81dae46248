"""What a figure is stored under, and what makes it stale: asked without drawing anything."""

from dataclasses import replace
from pathlib import Path

import pytest

from plugins.figures.cache import Present
from plugins.figures.markdown import Block
from plugins.figures.observations import hash_of
from plugins.figures.records import Inputs
from plugins.figures.requests import Request, Saving, Snapshots
from plugins.figures.settings import Settings

ROWS = "diagrams/data/rows.csv"
ASKED = Request(
    Path("diagrams/line.py"),
    {"code": Block("y = draw(x)\n")},
    before={"code": (Block("x = 1\n"),)},
    grounds={"am": 1},
    language="en",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of a project with a data file."""
    (tmp_path / ROWS).parent.mkdir(parents=True)
    (tmp_path / ROWS).write_text("1,2\n")
    return Settings.of({"PATH": tmp_path / "content", "OUTPUT_PATH": tmp_path / "output"})


@pytest.fixture
def drawn(settings: Settings) -> Inputs:
    """Return the inputs of a figure that has read the data, and imported NumPy."""
    observed = {ROWS: {"content": hash_of(settings.root / ROWS)}}
    grounds, above = {"am": 1}, ASKED.above_digest
    return Present(settings).inputs({"observed": observed, "modules": ["numpy"], "above": above, "grounds": grounds})


OTHERS = {
    "its script": {"script": Path("diagrams/other.py")},
    "the code of its block": {"blocks": {"code": Block("y = draw(2 * x)\n")}},
    "given=": {"given": "x = 2"},
    "model=": {"model": "encoder"},
    "an argument": {"arguments": {"step": 2}},
    "the values of a slider": {"snapshots": {"n=0..20": Snapshots("n=0..20", "n", ("0", "1"), (0, 1), 1)}},
    "its language": {"language": "de"},
    "that its language was chosen": {"has_chosen_language": True},
    "how it is saved": {"saving": Saving(scale=3)},
}
THE_SAME = {
    "the article that shows it": {"article": Path("content/other.md")},
    "the place of its block": {"blocks": {"code": replace(ASKED.blocks["code"], line=9, id="own")}},
    "the code above, which its record has": {"before": {}},
    "the colours of words, which its record has": {"grounds": {}},
}


@pytest.mark.parametrize("what", [*OTHERS, *THE_SAME])
def test_a_figure_is_stored_under_all_that_it_is_drawn_from(settings: Settings, what: str) -> None:
    """Otherwise, one figure would be shown in place of another; or be drawn twice."""
    present = Present(settings)
    now = replace(ASKED, **OTHERS.get(what, {}), **THE_SAME.get(what, {}))
    assert (present.key(now) == present.key(ASKED)) == (what in THE_SAME)


def test_a_figure_is_fresh_as_long_as_nothing_has_changed(settings: Settings, drawn: Inputs) -> None:
    """However often, and whenever, its files were written."""
    (settings.root / ROWS).write_text("1,2\n")
    assert [*Present(settings).changes(drawn, ASKED)] == []


def test_a_changed_data_file_makes_its_figures_stale(settings: Settings, drawn: Inputs) -> None:
    """So does one that is gone."""
    (settings.root / ROWS).write_text("2,1\n")
    assert [*Present(settings).changes(drawn, ASKED)] == [f"{ROWS} has changed"]
    (settings.root / ROWS).unlink()
    assert [*Present(settings).changes(drawn, ASKED)] == [f"{ROWS} has been removed"]


@pytest.mark.parametrize("now", ["0.1", None])
def test_another_version_of_an_imported_package_makes_figures_stale(
    settings: Settings, drawn: Inputs, monkeypatch: pytest.MonkeyPatch, now: str | None
) -> None:
    """Or none; that of a package that the script doesn't import has no effect."""
    present, version = Present(settings), drawn.versions["numpy"]
    monkeypatch.setattr(present, "version", {"numpy": now}.get)
    assert [*present.changes(drawn, ASKED)] == [f"numpy has changed from {version} to {now or 'not installed'}"]
    monkeypatch.setattr(present, "version", {"numpy": version}.get)
    assert [*present.changes(drawn, ASKED)] == []


@pytest.mark.parametrize("before", [{"code": (Block("x = 2\n"),)}, {"code": ()}, {}], ids=["other", "less", "none"])
def test_code_above_the_block_of_a_figure_makes_it_stale(settings: Settings, drawn: Inputs, before: dict) -> None:
    """If the figure was drawn with it; for one that wasn't, it has no effect."""
    now = replace(ASKED, before=before)
    assert [*Present(settings).changes(drawn, now)] == ["the code above its own block has changed"]
    assert [*Present(settings).changes(replace(drawn, above=""), now)] == []


def test_another_colour_for_one_of_its_words_makes_a_figure_stale(settings: Settings, drawn: Inputs) -> None:
    """Other words of the article have no effect."""
    said = "another figure of the article now gives its words different colours"
    assert [*Present(settings).changes(drawn, replace(ASKED, grounds={"am": 2}))] == [said]
    assert [*Present(settings).changes(drawn, replace(ASKED, grounds={"am": 1, "groot": 2}))] == []
    asked = replace(ASKED, grounds=None)
    given = [replace(settings, words=words) for words in ({"groot": 1}, {"am": 1}, {"am": 2})]
    said = "FIGURES_WORDS now gives its words different colours"
    assert [[*Present(each).changes(drawn, asked)] for each in given] == [[], [], [said]]
