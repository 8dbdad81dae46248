"""Readers with other needs: large text, forced colours, right-to-left text, other languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import guides
from tests.chromium import CHROMIUM, OPTIONS
from tests.conftest import PLAIN, Site
from tests.sampling import EFFORT, SEED

pytestmark = pytest.mark.browser

GUIDE, ARABIC, GERMAN = "2026/10/guide/", "2026/10/arabic/ar/", "2026/10/guide/de/"
KINDS = (
    *(
        "",
        "page/2/",
        GUIDE,
        ARABIC,
        GERMAN,
        "2025/05/long/",
        "about/",
        "topics/",
        "topics/nlp/",
        "tags/",
        "tags/state/",
    ),
    *("authors/", "authors/a-reader/", "series/", "archive/", "2026/", "search/", "search/?q=state", "404.html"),
    *("diagrams/", "diagrams/line/", "diagrams/de/", "diagrams/ar/"),
)
WIDTHS = (320, 375, 768, 1280)
ARABIC_TEXT = """\
الحالة هي ما تتذكره الطبقة من خطوة إلى أخرى، وهي أعداد فقط، مهما طالت الجملة التي تقرؤها الشبكة العصبية.[^1]

## الشيفرة

```python
layer = SimpleRNN(4)
```

![](/images/line.png)

## الأعداد

| A | B | C | D |
|---|---|---|---|
| 1 | 2 | 3 | 4 |

[^1]: ملاحظة جانبية.
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Iterator[str]:
    """Build and serve a guide in three languages."""
    site = Site(tmp_path_factory.mktemp("everybody"), font_list)
    site.script("line", PLAIN)
    guides.write(site)
    site.article("arabic", ARABIC_TEXT, Title="الحالة", Date="2026-10-11", Lang="ar")
    german = {"Title": "Was eine Schicht behält", "Slug": "guide", "Date": "2026-10-10", "Lang": "de"}
    site.article("wissen", "## Eins\n\n![](/images/line.png)\n\n## Zwei\n\nWorte.\n", **german)
    settings = (site.root / "pelicanconf_here.py").read_text("utf-8")
    site.write("pelicanconf_here.py", f'{settings}DIAGRAMS_SAVE_AS = "diagrams/index.html"\nDIAGRAMS_WORDS = ""\n')
    with guides.built(site) as address:
        yield address


def edges(page: Any, selector: str) -> tuple[float, float]:
    """Return where an element begins and ends horizontally."""
    box = page.locator(selector).first.bounding_box()
    return box["x"], box["x"] + box["width"]


CUT = """() => [...document.querySelectorAll('h1, h2, h3, p, li, a, button, label')]
  .filter(it => it.checkVisibility() && !it.closest('.hidden, .skip, .scroll, .ties, pre'))
  .filter(it => getComputedStyle(it).overflow === 'hidden' && it.scrollWidth > it.clientWidth)
  .map(it => it.outerHTML.slice(0, 80))"""


@pytest.mark.takes_turns(one_in=2)
@pytest.mark.parametrize("width", [1280, 320])
def test_text_of_twice_the_size_fits(address: str, tab: Callable[..., Any], width: int) -> None:
    """With the browser's zoom, and with larger text alone: nothing is cut off, nothing scrolls sideways."""
    page = tab(width)
    for kind in KINDS:
        page.set_viewport_size({"width": max(320, width // 2), "height": 900})
        page.goto(address + kind)
        assert page.evaluate("document.documentElement.scrollWidth") <= max(320, width // 2), kind
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(
            """for (const sheet of document.styleSheets)
                 sheet.insertRule(':root { font-size: 200% !important }', sheet.cssRules.length)"""
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width, kind
        assert page.evaluate(CUT) == [], kind


# Find what overflows the page outside of a scrolling box, how many letters of a paragraph its column has room for (a
# line may hold fewer, as names in code aren't divided), and which text is larger than that which ranks above it.
HELD = """() => {
  const width = document.documentElement.clientWidth, boxes = '.scroll, pre, .table, .formula, .hidden, .skip, svg';
  const outside = [...document.querySelectorAll('body *')].filter(it => {
    const {left, right} = it.getBoundingClientRect();
    return (left < -.5 || right > width + .5) && it.checkVisibility() && !it.closest(boxes);
  });
  const lines = [...document.querySelectorAll('.prose > p')].filter(it => it.textContent.length > 150).map(it => {
    const {width} = it.getBoundingClientRect(), said = it.textContent.slice(0, 40);
    const line = document.createElement('span');
    line.textContent = it.textContent;
    line.style = 'position: absolute; white-space: nowrap';
    it.append(line);
    const letters = width * line.textContent.length / line.getBoundingClientRect().width;
    line.remove();
    return {letters, width, said};
  });
  const sizes = ['h1', '.prose h2, .card.lead h2', '.prose h3, .card:not(.lead) h2', '.prose > p, .card .summary']
    .map(names => [...document.querySelectorAll(names)].map(it => parseFloat(getComputedStyle(it).fontSize)))
    .filter(them => them.length);
  const ranks = sizes.every((them, at) => !at || Math.max(...them) <= Math.min(...sizes[at - 1]));
  const cut = outside.map(it => it.outerHTML.slice(0, 80));
  return {ranks, wide: document.documentElement.scrollWidth, outside: cut, lines};
}"""
ROOMY_EM = 320 / 16
"""From this page width on, in em, there is room for thirty letters per line, as on a desktop at 400 %. A phone with
letters twice as large is narrower, and gives its whole width to the text.
"""


@pytest.fixture(scope="module", params=[16, 32])
def reader(request: pytest.FixtureRequest, chromium: Any) -> Iterator[tuple[Any, int]]:
    """Start the browser of a reader who has chosen a font size, in pixels."""
    options = [*OPTIONS, f"--blink-settings=defaultFontSize={request.param}"]
    browser = chromium.browser_type.launch(executable_path=str(CHROMIUM), args=options)
    yield browser, request.param
    browser.close()


def held(page: Any, width: int, letters_px: int) -> list[str]:
    """Return the problems of a page at that width."""
    found = page.evaluate(HELD)
    flaws = [f"leaves the page: {it}" for it in found["outside"]]
    if not found["ranks"]:
        flaws.append("a heading is larger than one above it")
    if found["wide"] > width:
        flaws.append(f"scrolls sideways to {found['wide']} px")
    for line in found["lines"]:
        if width / letters_px >= ROOMY_EM and line["letters"] < 30:
            flaws.append(f"room for {line['letters']:.0f} letters a line: {line['said']}")
        elif width / letters_px < ROOMY_EM and line["width"] < 0.9 * width:
            flaws.append(f"lines of {line['width']:.0f} px only: {line['said']}")
    return flaws


def test_every_page_works_at_the_font_size_that_its_reader_chose(address: str, reader: tuple[Any, int]) -> None:
    """Columns depend on the font size, not on pixels; 320 px are also a 1280 px desktop at 400 %."""
    browser, letters_px = reader
    page = browser.new_page()
    flaws, lines = [], 0
    for kind in KINDS:
        assert page.goto(address + kind).ok, kind
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            flaws += [f"{kind}, {width}: {flaw}" for flaw in held(page, width, letters_px)]
            lines += len(page.evaluate(HELD)["lines"])
    page.close()
    assert flaws == []
    assert lines > 20


def test_the_guides_work_at_the_font_size_that_their_reader_chose(
    built_project: Path, project_address: str, reader: tuple[Any, int]
) -> None:
    """With everything around figures, and the text that a focused tie shows; axe agrees, on a phone and a desktop.

    In the gate, axe reads each page on one of the two, another for each commit.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    browser, letters_px = reader
    page = browser.new_page()
    flaws = []
    longest = sorted(built_project.rglob("*.html"), key=lambda path: path.stat().st_size)
    kinds = {path.parent.parent: path for path in longest}  # tags, topics, diagrams: the longest page of each kind
    assert len(kinds) > 5
    for number, path in enumerate(kinds.values()):
        place = path.relative_to(built_project).as_posix().removesuffix("index.html")
        page.goto(project_address + place)
        read = {WIDTHS[0], WIDTHS[-1]} if EFFORT.one_in == 1 else {(WIDTHS[0], WIDTHS[-1])[(number + SEED) % 2]}
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            flaws += [f"{place}, {width}: {flaw}" for flaw in held(page, width, letters_px)]
            if width in read:
                found = axe.run(page, options=rules).response["violations"]
                flaws += [f"{place}, {width}: {it['id']}: {it['nodes'][0]['html'][:200]}" for it in found]
            for tie in page.locator(".ties a").all()[:12]:
                tie.focus()
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    flaws.append(f"{place}, {width}: {tie.inner_text()} makes the page scroll sideways")
    page.close()
    assert flaws == []


def test_forced_colours_lose_nothing(address: str, tab: Callable[..., Any]) -> None:
    """Whatever a colour means is also marked by a line; a figure keeps its own colours, on white."""
    page = tab(1280)
    page.emulate_media(forced_colors="active")
    page.goto(address + GUIDE)
    style = "(it, name) => getComputedStyle(it)[name]"
    here = page.locator(".site-head a[aria-current]").first
    there = page.locator(".site-head li a:not([aria-current])").first
    assert here.evaluate(style, "borderBottomColor") != there.evaluate(style, "borderBottomColor")
    assert page.locator(".scroll > svg").first.evaluate(style, "forcedColorAdjust") == "none"
    assert page.locator(".scroll > svg").first.evaluate(style, "backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".theme :checked").evaluate(style, "borderTopStyle") == "solid"
    assert "underline" in page.locator(".byline a").first.evaluate(style, "textDecorationLine")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.evaluate(style, "outlineStyle") == "solid"
    assert focused.is_visible()


def test_a_right_to_left_article_is_laid_out_that_way(address: str, tab: Callable[..., Any]) -> None:
    """Contents and notes change sides; code and drawings don't."""
    page = tab(1280)
    page.goto(address + ARABIC)
    contents, text, note = (edges(page, it) for it in (".toc", ".prose > p", ".sidenote"))
    assert note[1] < text[0] < text[1] < contents[0]
    heading, paragraph = (edges(page, it) for it in (".prose h2", ".prose > p"))
    assert heading[1] == pytest.approx(paragraph[1], abs=1)
    assert page.locator("pre code").first.evaluate("it => getComputedStyle(it).direction") == "ltr"
    assert page.locator("html").get_attribute("dir") == "rtl"
    phone = tab(320)
    phone.goto(address + ARABIC)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320


def test_scripts_use_the_language_of_the_page(address: str, tab: Callable[..., Any]) -> None:
    """The button they add, the dialog they open; the reader switches to the other version and back."""
    page = tab(1280)
    page.goto(address + GERMAN)
    page.locator("figure summary").click()
    page.get_by_role("button", name="Vergrößern").click()
    page.get_by_role("button", name="Schließen").click()
    page.get_by_role("link", name="English", exact=True).click()
    page.wait_for_url(address + GUIDE)
    page.get_by_role("button", name="Copy").first.wait_for()
    page.get_by_role("link", name="Deutsch", exact=True).click()
    page.wait_for_url(address + GERMAN)
    assert page.locator("h1").inner_text() == "Was eine Schicht behält"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_language(address: str, tab: Callable[..., Any], scheme: str) -> None:
    """In particular, no text in a language that the page doesn't declare."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = tab(1280, scheme)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    for kind in (ARABIC, GERMAN):
        page.goto(address + kind)
        found = axe.run(page, options=rules).response["violations"]
        assert [f"{kind}: {it['id']}: {it['nodes'][0]['html'][:200]}" for it in found] == []
