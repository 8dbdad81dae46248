"""The parts of the plugin, which used to be plugins of their own, can still be listed so, together or alone."""

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest
from pelican.plugins._utils import load_plugins

import plugins
from tests.builds import run

REPOSITORY = Path(__file__).resolve().parents[3]
SETTINGS = """\
import sys
sys.path.insert(0, {repository!r})
SITENAME, PATH, OUTPUT_PATH, CACHE_PATH, TIMEZONE = "Mine", "content", "output", "cache", "UTC"
THEME, DELETE_OUTPUT_DIRECTORY, PLUGINS = "simple", True, {plugins!r}
"""
ARTICLE = "Title: {title}\nDate: 2026-01-01\nCategory: words\n\nWords.\n"
PARTS = [f"plugins.building.{it}" for it in ("templates", "pages", "unchanged", "output")]


def built(site: Path, listed: list[str]) -> list[Mapping[str, bytes]]:
    """Build a site with some plugins at first, with an edited article, and again; return the files of each output."""
    (site / "content").mkdir(parents=True)
    (site / "settings.py").write_text(SETTINGS.format(repository=str(REPOSITORY), plugins=listed), "utf-8")
    found = []
    for title in ("One", "Another", "Another"):
        (site / "content/one.md").write_text(ARTICLE.format(title=title), "utf-8")
        code, out, errors = run("pelican", ["-s", "settings.py"], site, os.environ)
        assert code == 0, out + errors
        output = site / "output"
        found.append({str(it.relative_to(output)): it.read_bytes() for it in output.rglob("*") if it.is_file()})
    return found


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> list[Mapping[str, bytes]]:
    """Build it without any plugin."""
    return built(tmp_path_factory.mktemp("parts") / "without", [])


@pytest.mark.parametrize(
    "listed",
    [
        ["plugins.reading", "plugins.building"],
        [*reversed(PARTS), "plugins.building"],
        *([part] for part in PARTS[:1]),
        *(pytest.param([part], marks=pytest.mark.slow) for part in PARTS[1:]),
    ],
    ids=" ".join,
)
def test_all_ways_to_list_it_build_the_same(
    listed: list[str], without: list[Mapping[str, bytes]], tmp_path: Path
) -> None:
    """As without it: at first, when an article has been edited, and when nothing has."""
    assert built(tmp_path / "with", listed) == without


@pytest.mark.parametrize("former", plugins.FORMER)
def test_a_former_name_is_an_error_that_says_the_new_one(former: str, caplog: pytest.LogCaptureFixture) -> None:
    """In PLUGINS, and wherever else it is imported; each new name can be imported."""
    told = f"plugins.{former} is now plugins.{plugins.FORMER[former]}: use the new name"
    with pytest.raises(ImportError, match=told):
        import_module(f"plugins.{former}")
    assert load_plugins({"PLUGINS": [f"plugins.{former}"]}) == []
    assert told in caplog.text
    assert import_module(f"plugins.{plugins.FORMER[former]}")
