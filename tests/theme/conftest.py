"""A small site with the theme alone: no plugins, and a filter that changes nothing in place of theirs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import builds
from tests.theme.reading import Site

REPOSITORY = Path(__file__).resolve().parents[2]

SETTINGS = f"""\
SITENAME = "Unrolled"
SITESUBTITLE = "Drawn from the code"
SITEURL = ""
PATH = "content"
THEME = {str(REPOSITORY / "theme")!r}
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
PLUGINS = []
JINJA_FILTERS = {{"figures": lambda html: html}}
ARTICLE_URL = ARTICLE_LANG_URL = "{{date:%Y}}/{{slug}}/"
ARTICLE_SAVE_AS = ARTICLE_LANG_SAVE_AS = "{{date:%Y}}/{{slug}}/index.html"
YEAR_ARCHIVE_URL = "{{date:%Y}}/"
YEAR_ARCHIVE_SAVE_AS = "{{date:%Y}}/index.html"
CATEGORIES_SAVE_AS = "topics/index.html"
FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_DOMAIN = "https://example.org"
DEFAULT_PAGINATION = 3
LOG_FILTER = [(30, "Empty alt attribute for image %s in %s")]
"""

CONTENT = Path(__file__).parent / "content"
"""One article of each kind, and enough of them for two pages of the index."""


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Site]:
    """Return a function that builds the small site with additional lines in its settings."""
    root = tmp_path_factory.mktemp("theme")
    shutil.copytree(CONTENT, root / "content")

    def run(more: str) -> Site:
        output = root / f"output-{len(list(root.glob('output-*')))}"
        settings = root / "settings.py"
        settings.write_text(SETTINGS + more, encoding="utf-8")
        arguments = ["-s", settings.name, "-o", str(output), "--fatal", "errors"]
        code, out, errors = builds.run("pelican", arguments, root, os.environ)
        assert code == 0, out + errors
        return Site(output)

    return run


@pytest.fixture(scope="session")
def site(build: Callable[[str], Site]) -> Site:
    """The small site, with URLs that both a browser and a test can follow."""
    return build("RELATIVE_URLS = True\n")
