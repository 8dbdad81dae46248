"""The parts of the plugin, which used to be plugins of their own, can still be listed so, together or alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.builds import run

REPOSITORY = Path(__file__).resolve().parents[3]
SETTINGS = """\
import sys
sys.path.insert(0, {repository!r})
SITENAME, PATH, OUTPUT_PATH, CACHE_PATH, TIMEZONE = "Mine", "content", "output", "cache", "UTC"
THEME, DELETE_OUTPUT_DIRECTORY, PLUGINS = "simple", True, {plugins!r}
"""
ARTICLE = "Title: {title}\nDate: 2026-01-01\nCategory: words\n\nWords.\n"
PARTS = ["plugins.templates", "plugins.writing", "plugins.unchanged", "plugins.output"]


def built(site: Path, plugins: list[str]) -> list[Mapping[str, bytes]]:
    """Build a site with some plugins at first, with an edited article, and again; return the files of each output."""
    (site / "content").mkdir(parents=True)
    (site / "settings.py").write_text(SETTINGS.format(repository=str(REPOSITORY), plugins=plugins), "utf-8")
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
        *([part] for part in PARTS),
    ],
    ids=" ".join,
)
def test_all_ways_to_list_it_build_the_same(
    listed: list[str], without: list[Mapping[str, bytes]], tmp_path: Path
) -> None:
    """As without it: at first, when an article has been edited, and when nothing has."""
    assert built(tmp_path / "with", listed) == without
