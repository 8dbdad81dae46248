"""Keyboard navigation and the output of screen readers in the guides of this site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.chromium import PAINTED

pytestmark = pytest.mark.browser

GUIDE = "2026/11/illustrated-lstm-keras/"
GUIDES = (GUIDE, "2026/11/more-than-one-output/", "2026/11/inside-an-lstm-cell/")
UNROLLED = "#fig-rnn-default-keras"
MOST_STOPS = 150

# Where the focus is: in which block of code, in which figure, or elsewhere; and the accessible name.
FOCUSED = """() => {
  const it = document.activeElement;
  if (it === document.body) return null;
  const among = (selector, around) => [...document.querySelectorAll(selector)].indexOf(around);
  const [figure, code] = [it.closest('figure.diagram'), it.closest('.highlight')];
  const place = figure ? `figure ${among('figure.diagram', figure)}` : code ? `code ${among('.highlight', code)}` : '';
  return [place, it.tagName, (it.ariaLabel ?? it.textContent).trim()];
}"""


# Code in a collapsed answer is no tab stop until that is expanded.
# What code prints has no button: it is one only if it scrolls.
SCROLLS = "it.checkVisibility() && it.scrollWidth > it.clientWidth"
REACHED = f"""all => [...all.keys()].filter(at => all[at].checkVisibility())
  .filter(at => !all[at].matches('.output') || [...all[at].querySelectorAll('pre')].some(it => {SCROLLS}))"""
SCROLLING = f"all => all.filter(it => {SCROLLS}).length"

STILL = """() => new Promise(done => {
  const at = document.activeElement.scrollLeft;
  setTimeout(() => done(at === document.activeElement.scrollLeft), 200);
})"""


@pytest.fixture
def article(project_address: str, tab: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that opens a guide and waits until all scripts are done."""

    def opened(width: int = 1280, scheme: str = "light", guide: str = GUIDE) -> Any:
        page = tab(width, scheme)
        page.goto(project_address + guide)
        page.evaluate("document.fonts.ready")
        page.wait_for_function("() => document.querySelector('.ties a').tabIndex < 0")
        page.evaluate(PAINTED)
        return page

    return opened


def stops(page: Any) -> list[list[str]]:
    """Press Tab until the page ends, and return every place that had the focus."""
    found: list[list[str]] = []
    while len(found) < 1000:
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            return found
        found.append(focused)
    raise AssertionError("the focus never leaves the page")


@pytest.mark.takes_turns(one_in=3)
@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("width", [320, 1280])
def test_a_long_guide_has_less_than_150_tab_stops(article: Callable[..., Any], width: int, guide: str) -> None:
    """A figure is one, and so is a block of code: its button, or the code itself if it scrolls."""
    page = article(width, guide=guide)
    found = stops(page)
    print(f"{len(found)} stops in {guide} at {width} px")
    assert len(found) < MOST_STOPS
    places = Counter(place for place, tag, _ in found if place and tag != "DIV")  # a drawing may scroll, too
    wanted = {f"figure {at}" for at in range(page.locator("figure.diagram").count())}
    wanted |= {f"code {at}" for at in page.locator(".highlight").evaluate_all(REACHED)}
    assert places.keys() == wanted
    assert set(places.values()) == {1}
    scrolling = page.locator(".highlight pre").evaluate_all(SCROLLING)
    assert sum(tag == "PRE" for _, tag, _ in found) == scrolling
    assert scrolling > 0 or width > 320


def test_landmarks_are_the_parts_of_a_page(article: Callable[..., Any]) -> None:
    """Blocks of code, tables and formulas aren't landmarks."""
    page = article()
    roles = Counter(node["role"]["value"] for node in Tree(page).read())
    landmarks = ("banner", "main", "contentinfo", "navigation", "region", "search", "complementary", "form")
    assert {name: roles[name] for name in landmarks if roles[name] or name == "region"} == {
        "banner": 1,
        "main": 1,
        "contentinfo": 1,
        "navigation": page.locator("nav").count(),
        "region": page.locator("section.next").count(),  # an article that no other follows has no such section
    }


def test_buttons_name_what_they_copy(article: Callable[..., Any]) -> None:
    """By the title of the block, or by its first line that is neither an import nor a comment."""
    page = article()
    names = page.locator(".copy").evaluate_all("all => all.map(it => it.ariaLabel)")
    assert all(name.startswith("Copy code: ") and len(name) > 12 for name in names)
    assert not [name for name in names if "import " in name]
    assert len(set(names)) > len(names) / 2


def test_ties_are_reached_from_the_code_with_one_key(article: Callable[..., Any]) -> None:
    """With Right on its button; Enter jumps to the figure, and from there back, and Tab continues after the code."""
    page = article()
    block = page.locator(".highlight:has(#tie-1)")
    if block.locator("pre[role]").count():
        block.locator("pre").focus()
        page.keyboard.press("Enter")
    else:
        block.locator(".copy").focus()
        page.keyboard.press("ArrowRight")
    tie = page.locator(":focus")
    assert tie.evaluate("it => it.matches('.highlight a.tie')")
    number = tie.get_attribute("data-tie")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.matches('.ties a')")
    assert page.locator(":focus").get_attribute("data-tie") == number
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.matches('.highlight a.tie')")
    count = block.locator("a.tie").count()
    for _ in range(count):
        page.keyboard.press("ArrowRight")
    last = block.locator("a.tie").last
    assert last.evaluate("it => it === document.activeElement")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.highlight:has(#tie-1)')")


def test_scrollable_code_scrolls_with_arrow_keys_and_has_its_button_to_the_left(article: Callable[..., Any]) -> None:
    """At its left edge, Left moves to the button."""
    page = article(320)
    code = page.locator(".highlight:not(:has(a.tie)) pre[role=group]").first
    assert code.get_attribute("aria-label").startswith("Code ")
    code.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    page.wait_for_function(STILL)
    for _ in range(20):
        if page.evaluate("document.activeElement.matches('.copy')"):
            break
        page.keyboard.press("ArrowLeft")
        page.wait_for_function(STILL)
    assert page.locator(":focus").get_attribute("class") == "copy"
    page.keyboard.press("ArrowRight")
    assert code.evaluate("it => it === document.activeElement")
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("class") == "copy"


def test_without_script_every_tie_is_a_link_that_works(project_address: str, chromium: Any) -> None:
    """And code, tables and drawings that scroll can be reached."""
    page = chromium.new_page(java_script_enabled=False)
    page.goto(project_address + GUIDES[1])
    ties = page.locator("a.tie, .ties a")
    there, back = (
        set(page.locator(name).evaluate_all("all => all.map(it => it.dataset.tie)")) for name in ("a.tie", ".ties a")
    )
    assert there == back
    assert len(there) > 20
    broken = """all => all.map(it => [it, document.getElementById(decodeURIComponent(it.hash.slice(1)))])
      .filter(([it, there]) => it.tabIndex < 0 || !there).map(([it]) => it.outerHTML)"""
    assert ties.evaluate_all(broken) == []
    assert page.locator(".highlight pre:not([tabindex='0'])").count() == 0
    page.locator("#tie-1").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/*#fig-*")
    page.close()


Node = dict[str, Any]
SAID = ("StaticText", "image", "button", "slider", "toolbar", "DisclosureTriangleGrouped", "group", "link")


class Tree:
    """The accessibility tree of a page, as Chromium exposes it to screen readers."""

    def __init__(self, page: Any) -> None:
        nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        self._by_id: dict[str, Node] = {node["nodeId"]: node for node in nodes}
        self._first: Node = nodes[0]

    def read(self, node: Node | None = None) -> Iterator[Node]:
        """Iterate over a node and its descendants, or over the page, in reading order."""
        node = node or self._first
        if not node["ignored"]:
            yield node
        for child in node["childIds"]:
            yield from self.read(self._by_id[child])

    def figure(self, place: int) -> list[tuple[str, str]]:
        """Return what is read out for a figure of the page: roles, and names or texts."""
        node = [it for it in self.read() if it["role"]["value"] == "figure"][place]
        said = [(it["role"]["value"], it.get("name", {}).get("value", "").strip()) for it in self.read(node)]
        return [(role, name) for role, name in said if role in SAID]


def test_a_figure_is_read_out_in_a_sensible_order(article: Callable[..., Any]) -> None:
    """Number, caption, image, steps, data: the order for a screen reader, wherever they are on the screen."""
    page = article()
    figure = page.locator(UNROLLED)
    place = page.evaluate("it => [...document.querySelectorAll('figure.diagram')].indexOf(it)", figure.element_handle())
    figure.scroll_into_view_if_needed()
    page.locator(f"{UNROLLED}.stepped").wait_for()
    figure.locator("summary").click()
    figure.locator(".menu a").first.click()
    said = Tree(page).figure(place)
    number = figure.locator("figcaption b").inner_text()
    caption = figure.locator("figcaption").inner_text().removeprefix(number).strip()
    data = figure.locator(".data p").nth(1).inner_text()
    image = figure.locator("svg.wide title").first.evaluate("it => it.textContent")
    wanted = [
        ("StaticText", number),
        *([("StaticText", caption)] if caption else []),
        ("image", image),
        ("toolbar", number),
        ("group", f"Steps of {number}"),
        ("button", "Play"),
        ("slider", "Step"),
        ("StaticText", "3 of 3"),
        ("DisclosureTriangleGrouped", f"More about {number}"),
        ("group", f"Description and data, {number}"),
        ("StaticText", data),
    ]
    print("\n".join(f"{role}: {name}" for role, name in said))
    places = [said.index(each) for each in wanted]
    assert places == sorted(places)
    assert [name for role, name in said[: places[2] + 1]] == [name for _, name in wanted[: 2 + bool(caption)]]
    assert [name for _, name in said if name == image] == [image], (
        "the picture is read out once, and not letter by letter"
    )
