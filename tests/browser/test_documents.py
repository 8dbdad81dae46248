"""The documentation as its readers see it: no flaw that axe finds, and nothing cut off, whatever its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.guides import built, give_kit
from tests.browser.test_everybody import CUT, held, reader  # noqa: F401  (a fixture)
from tests.chromium import PAINTED
from tests.conftest import REPOSITORY, Site
from tests.sampling import EFFORT, SEED, in_turn

pytestmark = pytest.mark.browser

WIDTHS = (320, 768, 1280)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIDEWAYS = """[...document.querySelectorAll('.table, .prose > table')].filter(it => it.scrollWidth > it.clientWidth)
  .map(it => it.textContent.trim().slice(0, 40))"""
MENU = """[...document.querySelectorAll('.site-head nav a')].map(it => {
  const {left, right} = it.getBoundingClientRect(), lines = it.getClientRects().length;
  return {words: it.textContent.trim(), left, right, lines, cut: it.scrollWidth > it.clientWidth + 1};
})"""


def places(output: Path) -> list[str]:
    """List the pages of the documentation in a built site."""
    found = sorted(output.joinpath("docs").rglob("index.html"))
    return [path.relative_to(output).as_posix().removesuffix("index.html") for path in found]


def flaws_of(page: Any, width: int, letters_px: int, *, by_axe: bool) -> list[str]:
    """Return the problems of the page that is open."""
    found = held(page, width, letters_px) + [f"is cut off: {it}" for it in page.evaluate(CUT)]
    if width >= 48 * letters_px:
        found += [f"a table scrolls: {it}" for it in page.evaluate(SIDEWAYS)]
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    wrong = axe.run(page, options=RULES).response["violations"] if by_axe else []
    return found + [f"{it['id']}: {it['nodes'][0]['html'][:200]}" for it in wrong]


def test_every_page_of_the_documentation_works(
    built_project: Path,
    project_address: str,
    reader: tuple[Any, int],  # noqa: F811
) -> None:
    """At the font size that its reader chose; with room for them, tables don't scroll. In dark mode on a desktop.

    In the gate, a third of them, and those whose text is new; axe reads each at one width, another for each commit.
    """
    browser, letters_px = reader
    page = browser.new_page(reduced_motion="reduce")  # axe sees no colour on its way from dark to light
    flaws = []
    found = places(built_project)
    for number, place in enumerate(in_turn(found, one_in=3, source=lambda it: f"{it.removesuffix('/')}.md")):
        page.goto(project_address + place)
        for turn, width in enumerate(WIDTHS, start=number + SEED):
            page.emulate_media(color_scheme="dark" if width == 1280 else "light")
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(PAINTED)
            problems = flaws_of(page, width, letters_px, by_axe=turn % len(WIDTHS) == 0 or EFFORT.one_in == 1)
            flaws += [f"{place}, {width}: {it}" for it in problems]
    page.close()
    assert flaws == []
    assert len(found) > 30


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Iterator[str]:
    """Serve a German site with everything in its menu, and the pages of ours with the longest tables."""
    site = Site(tmp_path_factory.mktemp("german"))
    give_kit(site, [], font_list)
    site.article("wissen", "Worte.", Title="Was eine Schicht behält", Tags="lstm")
    site.write("content/pages/ueber.md", "Title: Über diese Website\n\nWorte.\n")
    site.write("docs/README.md", "# Dokumentation\n\n## Eins\n\n- [Settings](settings.md)\n- [Commands](commands.md)\n")
    for name in ("settings", "commands"):
        text = (REPOSITORY / f"docs/{name}.md").read_text("utf-8")
        site.write(f"docs/{name}.md", re.sub(r"\]\((?!#)[^)]*\)", "](https://example.org/)", text))
    settings = (site.root / "pelicanconf_here.py").read_text("utf-8")
    more = 'DEFAULT_LANG = "de"\nDOCUMENTS = "docs"\nDIAGRAMS_SAVE_AS = "diagrams/index.html"\nDIAGRAMS_WORDS = ""\n'
    site.write("pelicanconf_here.py", settings + more)
    with built(site) as address:
        yield address


@pytest.mark.parametrize("width", [320, 768])
def test_a_german_menu_fits(german: str, reader: tuple[Any, int], width: int) -> None:  # noqa: F811
    """Its words are longer than English ones; each is whole, on one line, and on the page."""
    browser, letters_px = reader
    page = browser.new_page(viewport={"width": width, "height": 900})
    flaws = []
    for place in ("", "docs/", "docs/settings/", "docs/commands/"):
        page.goto(german + place)
        flaws += [f"{place}: {it}" for it in flaws_of(page, width, letters_px, by_axe=True)]
        menu = page.evaluate(MENU)
        assert len(menu) >= 4, menu
        assert "Dokumentation" in {it["words"] for it in menu}
        flaws += [
            f"{place}: {it}" for it in menu if it["left"] < 0 or it["right"] > width or it["lines"] > 1 or it["cut"]
        ]
    page.close()
    assert flaws == []
