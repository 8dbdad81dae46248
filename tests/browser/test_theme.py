"""The theme as readers use it: colours, contents, code, tabs, notes, search; by keyboard, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser import guides
from tests.chromium import served
from tests.conftest import PLAIN, Site

pytestmark = pytest.mark.browser

GUIDE = "2026/10/guide/"
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 28)"}
KINDS = (
    *("", "page/2/", GUIDE, "2025/05/long/", "about/", "topics/", "topics/nlp/", "tags/", "tags/state/", "authors/"),
    *("authors/a-reader/", "series/", "archive/", "2026/", "search/", "search/?q=state", "404.html", "diagrams/"),
    "diagrams/line/",
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Path:
    """Build the site once for the tests in this module."""
    site = Site(tmp_path_factory.mktemp("guides"), font_list)
    site.script("line", PLAIN)
    guides.write(site)
    settings = (site.root / "pelicanconf_here.py").read_text("utf-8")
    site.write("pelicanconf_here.py", f'{settings}DIAGRAMS_SAVE_AS = "diagrams/index.html"\nDIAGRAMS_WORDS = ""\n')
    built = site.build()
    assert built.code == 0, built.out + built.report
    return site.root / "output"


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    """Serve it with the policy that the pages promise to comply with."""
    with served(root) as address:
        yield address


def ground(page: Any) -> str:
    """Return the background colour of the page."""
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


def test_the_reader_chooses_the_colours_and_the_choice_is_kept(address: str, tab: Callable[..., Any]) -> None:
    """Also on other pages and after a reload; and the system's setting can be chosen again."""
    page = tab(1280, "light")
    page.goto(address + GUIDE)
    assert ground(page) == PAPER["light"]
    page.get_by_role("radio", name="Dark").check()
    assert ground(page) == PAPER["dark"]
    page.goto(address)
    assert ground(page) == PAPER["dark"]
    assert page.get_by_role("radio", name="Dark").is_checked()
    page.get_by_role("radio", name="System").check()
    assert ground(page) == PAPER["light"]
    page.emulate_media(color_scheme="dark")
    page.reload()
    assert ground(page) == PAPER["dark"]
    assert page.get_by_role("radio", name="System").is_checked()


def test_a_stored_choice_does_not_flash(address: str, tab: Callable[..., Any]) -> None:
    """It applies before anything is painted: when the parser reaches the body."""
    page = tab(1280, "light")
    page.goto(address)
    page.get_by_role("radio", name="Dark").check()
    page.add_init_script(
        """new MutationObserver((_, self) => {
             if (!document.body) return;
             self.disconnect();
             window.atBody = document.documentElement.dataset.theme;
           }).observe(document, {childList: true, subtree: true})"""
    )
    page.goto(address + GUIDE)
    assert page.evaluate("atBody") == "dark"


def test_another_tab_follows(address: str, chromium: Any) -> None:
    """The choice applies to the whole site."""
    context = chromium.new_context(color_scheme="light")
    first, second = context.new_page(), context.new_page()
    first.goto(address)
    second.goto(address + GUIDE)
    first.get_by_role("radio", name="Dark").check()
    second.locator("html[data-theme=dark]").wait_for()
    assert second.get_by_role("radio", name="Dark").is_checked()
    context.close()


def test_the_contents_follow_scrolling(address: str, tab: Callable[..., Any]) -> None:
    """Only the entry of the current section is marked; at the end of the page, the last one."""
    page = tab(1280)
    page.goto(address + GUIDE)
    current = page.locator(".toc [aria-current]")
    for place in ("by-hand", "counting"):
        page.evaluate("id => scrollTo({top: document.getElementById(id).offsetTop, behavior: 'instant'})", place)
        page.locator(f".toc [aria-current][href='#{place}']").wait_for()
        assert current.count() == 1
    page.evaluate("scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})")
    page.locator(".toc [aria-current][href='#the-end']").wait_for()
    assert page.locator(".toc").bounding_box()["y"] < 100, "the table of contents stays in view"


def test_code_is_copied_without_its_line_numbers(address: str, tab: Callable[..., Any]) -> None:
    """The button says what it copies, and then for two seconds that it did, for screen readers too."""
    page = tab(1280)
    page.goto(address + GUIDE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button, told = page.get_by_role("button", name="Copy code: model.py"), page.get_by_role("status")
    assert told.inner_text() == ""
    button.click()
    button.get_by_text("Copied").wait_for()
    assert told.inner_text() == "Copied"
    assert page.evaluate("navigator.clipboard.readText()") == (
        "from keras.layers import SimpleRNN\nlayer = SimpleRNN(4)\n"
    )
    button.get_by_text("Copied").wait_for(state="detached")
    assert told.inner_text() == ""


@pytest.mark.parametrize("scripts", [True, False])
def test_tabs_show_one_at_a_time_by_keyboard_too(address: str, chromium: Any, scripts: bool) -> None:
    """They need no JavaScript."""
    page = chromium.new_page(java_script_enabled=scripts)
    page.goto(address + GUIDE)
    keras, torch = page.get_by_text("keras.layers.SimpleRNN(4)"), page.locator("pre", has_text="torch.nn")
    assert keras.is_visible()
    assert not torch.is_visible()
    page.get_by_role("radio", name="Keras").focus()
    page.keyboard.press("ArrowRight")
    assert torch.is_visible()
    assert not keras.is_visible()
    page.close()


def test_without_javascript_no_controls_are_shown_that_need_it(address: str, chromium: Any) -> None:
    """The contents are a plain list, the system decides on the colours, the search page says where else to look."""
    page = chromium.new_page(java_script_enabled=False, color_scheme="dark")
    page.goto(address + GUIDE)
    assert not page.locator(".theme").is_visible()
    assert page.locator(".copy").count() == 0
    assert page.locator(".toc a").first.is_visible()
    assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == PAPER["dark"]
    page.goto(address + "search/")
    assert page.get_by_text("Search needs JavaScript.").is_visible()
    assert not page.get_by_role("searchbox").is_visible()
    page.get_by_role("main").get_by_role("link", name="archive").click()
    page.get_by_role("link", name="What a layer remembers").wait_for()
    page.close()


SIGNS = """() => [...document.querySelectorAll('.admonition')].map(box => {
  const title = box.querySelector('.admonition-title');
  const [around, sign] = [getComputedStyle(box), getComputedStyle(title, '::before')];
  return {
    kind: box.className, bar: around.borderTopWidth, colour: around.borderTopColor, ground: sign.backgroundColor,
    text: getComputedStyle(title).color, shape: [sign.clipPath, sign.borderRadius, sign.content[1]].join(),
  };
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_kinds_of_callouts_differ_by_their_sign(address: str, tab: Callable[..., Any], scheme: str) -> None:
    """From a distance and in black and white, too. All are ink; a warning and a caution have a heavier line."""
    page = tab(1280, scheme)
    page.goto(address + GUIDE)
    callouts = page.evaluate(SIGNS)
    assert len(callouts) == 5
    assert len({callout["shape"] for callout in callouts}) == 5
    (ink,) = {callout["colour"] for callout in callouts}
    assert ink == page.locator("body").evaluate("it => getComputedStyle(it).color")
    assert sorted(callout["bar"] for callout in callouts) == ["2px"] * 3 + ["6px"] * 2
    for callout in callouts:
        assert callout["ground"] == callout["colour"] == callout["text"], callout["kind"]
    named = page.get_by_text("Before you begin", exact=True)
    assert "Before you begin" in named.aria_snapshot()
    assert "!" not in named.aria_snapshot(), "signs aren't read out"


PLATES = """plates => plates.map(plate => {
  const drawing = plate.firstElementChild, room = plate.getBoundingClientRect();
  const marks = [...drawing.querySelectorAll('path, rect, use, text')]
    .filter(it => it.checkVisibility() && !it.closest('defs, clipPath'));
  const cut = marks.filter(mark => {
    const box = mark.getBoundingClientRect();
    return box.left < room.left || box.right > room.right || box.top < room.top || box.bottom > room.bottom;
  });
  const letters = marks.filter(mark => mark.matches('text')).map(text => {
    const {a, b} = text.getScreenCTM();
    return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
  });
  const {width, height} = drawing.getBoundingClientRect();
  const {x, y, width: across, height: down} = drawing.viewBox.baseVal, turn = drawing.getScreenCTM();
  const [from, to] = [[x, y], [x + across, y + down]].map(it => new DOMPoint(...it).matrixTransform(turn));
  const whole = from.x >= room.left && from.y >= room.top && to.x <= room.right && to.y <= room.bottom;
  const fills = Math.max(width / room.width, height / room.height);
  return {marks: marks.length, cut: cut.map(it => it.outerHTML), letters, whole, fills};
})"""


@pytest.mark.takes_turns(one_in=2)
@pytest.mark.parametrize("where", ["", "search/?q=layer"])
@pytest.mark.parametrize("width", [320, 768, 1280, 1920])
def test_a_plate_shows_a_figure_whole(address: str, tab: Callable[..., Any], width: int, where: str) -> None:
    """No mark is cut off, no letter is too small to read; on a phone, search results have none."""
    page = tab(width)
    page.goto(address + where)
    if where and width < 640:
        page.locator(".hit").first.wait_for()
        assert page.locator(".hit .plate").count() == 0
        return
    if where:
        page.locator(".hit .plate svg").first.wait_for()
    plates = page.locator(".plate:has(svg)").evaluate_all(PLATES)
    assert plates
    for plate in plates:
        assert plate["marks"] > 2
        assert plate["whole"]
        assert min(plate["letters"], default=9) >= 8.9
        assert plate["fills"] > 0.3


@pytest.mark.takes_turns(one_in=2)
@pytest.mark.parametrize("width", [320, 768, 1280, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_covers_made_with_the_kit_are_whole(
    project_address: str, tab: Callable[..., Any], width: int, scheme: str
) -> None:
    """With every word and number; on a phone, most parts of a series have their mark instead."""
    page = tab(width, scheme)
    page.goto(project_address)
    plates = page.locator(".plate:has(svg):visible").evaluate_all(PLATES)
    assert len(plates) > 3
    for plate in plates:
        assert plate["cut"] == []
        assert min(plate["letters"], default=9) >= 8.9
        assert plate["fills"] > 0.5
        assert plate["letters"]


def test_search_results_have_pictures(address: str, tab: Callable[..., Any]) -> None:
    """The URL contains the words, so that a search can be linked and the Back button works."""
    page = tab(1280)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address + "search/")
    assert page.locator(":focus").get_attribute("type") == "search"
    page.keyboard.type("carries")
    hit = page.locator(".hit", has=page.get_by_role("link", name="What a layer remembers"))
    page.get_by_text("1 page with “carries”").wait_for()
    assert hit.locator("mark").first.text_content() == "carries"
    hit.locator(".plate :is(svg, img)").wait_for()
    assert urlsplit(page.url).query == "q=carries"
    page.keyboard.press("Control+A")
    page.keyboard.type("zebra")
    page.get_by_text("Nothing found for “zebra”").wait_for()
    assert page.locator(".hit").count() == 0
    assert said == []


def test_a_slash_opens_the_search_except_in_a_field(address: str, tab: Callable[..., Any]) -> None:
    """A reader who types one in a field means the character."""
    page = tab(1280)
    page.goto(address + GUIDE)
    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    page.locator(".find input:focus").wait_for()
    page.keyboard.type("a/b")
    assert page.locator(".find input").input_value() == "a/b"


def test_the_error_page_has_a_search(address: str, tab: Callable[..., Any]) -> None:
    """Its form opens the search page with the words that were typed."""
    page = tab(1280)
    page.goto(address + "404.html")
    page.get_by_role("searchbox").fill("layer")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/search/?q=layer")
    page.locator(".hit").first.wait_for()


@pytest.mark.parametrize("width", [320, 768, 1024, 1280, 1920])
def test_the_boxes_have_the_dimensions_of_the_design(address: str, tab: Callable[..., Any], width: int) -> None:
    """The text's width, and notes in their column at the first line of their paragraph, or below it."""
    page = tab(width)
    page.goto(address + GUIDE)
    text = page.locator(".prose > p").first.bounding_box()
    assert text["width"] == pytest.approx({320: 288, 768: 480, 1024: 560, 1280: 565, 1920: 602}[width], abs=1)
    paragraph = page.locator(".prose > p", has_text="The layer is told").bounding_box()
    note = page.locator(".sidenote").bounding_box()
    title, code = (page.locator(name).first.bounding_box() for name in ("h1", ".highlight"))
    assert title["x"] == text["x"]
    if width == 320:
        assert note["y"] >= paragraph["y"] + paragraph["height"]
        assert (code["x"], code["width"]) == (0, 320), "code reaches the edges"
    else:
        assert note["x"] >= paragraph["x"] + paragraph["width"] + 20
        assert 0 <= note["y"] - paragraph["y"] <= 10
        wide = {768: 728, 1024: 848, 1280: 855, 1920: 912}[width]
        assert (code["x"], code["width"]) == pytest.approx((text["x"], wide), abs=1)
        assert note["x"] + note["width"] <= width - 20
    contents = page.locator(".toc").bounding_box()
    assert (contents["x"] + contents["width"] < text["x"]) == (width >= 1216)


@pytest.mark.parametrize("scripts", [True, False])
def test_code_that_is_cut_fades_until_its_end_is_reached(address: str, chromium: Any, scripts: bool) -> None:
    """Without JavaScript, too; code that fits doesn't."""
    page = chromium.new_page(java_script_enabled=scripts, viewport={"width": 320, "height": 900})
    page.goto(address + GUIDE)

    def fades(text: str) -> bool:
        page.screenshot()  # animations go on from frame to frame
        mask: str = page.locator("pre", has_text=text).evaluate("it => getComputedStyle(it).maskImage")
        return mask.startswith("linear-gradient(to right, rgb(0, 0, 0) calc(100% - ")

    assert not fades("keras.layers.SimpleRNN")
    page.get_by_text("PyTorch", exact=True).click()
    assert fades("torch.nn")
    page.locator("pre", has_text="torch.nn").evaluate("it => it.scrollTo({left: 9999, behavior: 'instant'})")
    assert not fades("torch.nn")
    page.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_wide_formula_scrolls_in_its_own_box_within_its_line(
    address: str, tab: Callable[..., Any], width: int
) -> None:
    """By keyboard too; a displayed formula in the middle of a sentence is on lines of its own."""
    page = tab(width)
    page.goto(address + GUIDE)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    wide = page.locator(".formula.inline", has_text="tanh")
    assert wide.evaluate("it => it.scrollWidth > it.clientWidth") == (width == 320)
    assert wide.evaluate("it => it.scrollHeight <= it.clientHeight + 1"), "nothing is cut off"
    if width == 320:
        wide.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => [...document.querySelectorAll('.formula.inline')].some(it => it.scrollLeft > 0)")
    own, text = page.locator("p > .formula:not(.inline)"), page.locator("p:has(> .formula:not(.inline))")
    assert own.bounding_box()["width"] == pytest.approx(text.bounding_box()["width"], abs=1)


@pytest.mark.takes_turns(one_in=3)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280, 1920])
def test_axe_finds_nothing_on_any_kind_of_page(
    address: str, project_address: str, tab: Callable[..., Any], width: int, scheme: str
) -> None:
    """WCAG 2.2 AA; nothing scrolls sideways, the console is empty, and there are no third-party requests.

    The project's home page begins with a series, whose trees are below what its figure says.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    page = tab(width, scheme)
    flaws: list[str] = []
    page.on("console", lambda message: flaws.append(f"{page.url}: {message.text}"))
    ours = (address, project_address)
    page.on("request", lambda request: request.url.startswith(ours) or flaws.append(f"asked for {request.url}"))
    for kind in (*(address + kind for kind in KINDS), project_address):
        answer = page.goto(kind)
        assert answer.ok, kind
        assert page.locator(".hero .growth").count() == (kind == project_address), kind
        if kind == project_address:
            figure, trees = (page.locator(f".hero {it}").bounding_box() for it in ("figure", ".growth"))
            assert figure["y"] + figure["height"] < trees["y"]
        if kind.endswith("q=state"):
            page.locator(".hit" if width < 640 else ".hit .plate svg").first.wait_for()
        found = axe.run(page, options=rules).response["violations"]
        flaws += [f"{kind}: {it['id']}: {it['nodes'][0]['html'][:200]}" for it in found]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            flaws.append(f"{kind}: the page scrolls sideways")
    assert not flaws, "\n".join(flaws)


TARGETS = """() => [...document.querySelectorAll('a, button, input, summary, label')]
  .filter(it => it.checkVisibility() && !it.closest('p, td, .skip, pre, h1, h2, h3, .sidenote, .menu'))
  .filter(it => !it.matches('.tabbed-set > input'))
  .map(it => [it.outerHTML.slice(0, 90), it.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 23.9 || box.width < 23.9)).map(([html]) => html)"""


@pytest.mark.parametrize("kind", ["", GUIDE, "search/", "archive/"])
def test_controls_are_large_enough_for_a_finger(address: str, tab: Callable[..., Any], kind: str) -> None:
    """24 px in each direction, except for links in running text."""
    page = tab(320)
    page.goto(address + kind)
    assert page.evaluate(TARGETS) == []


def test_the_keyboard_follows_the_order_of_the_page_with_a_visible_focus(address: str, tab: Callable[..., Any]) -> None:
    """The first stop skips the navigation; there is no focus trap, and every stop has an outline."""
    page = tab(1280)
    page.goto(address + GUIDE)
    page.keyboard.press("Tab")
    assert page.locator(":focus").text_content() == "Skip to content"
    assert page.locator(":focus").evaluate("it => getComputedStyle(it).clipPath") == "none"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").evaluate("it => !!it.closest('main')")
    page.reload()
    stops, last = [], None
    for _ in range(200):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => { const it = document.activeElement; if (it === document.body) return null;
              const label = it.matches('.tabbed-set > input') ? it.nextElementSibling : it;
              window.order ??= new Map(); if (!order.has(it)) order.set(it, order.size);
              return [order.get(it), label.matches('.card h2 a') || getComputedStyle(label).outlineStyle !== 'none',
                      it.outerHTML.slice(0, 80)]; }"""
        )
        if stop is None or stop == last:
            break
        stops.append(stop)
        last = stop
    assert [number for number, _, _ in stops] == list(range(len(stops)))
    assert len(stops) > 25
    assert not [html for _, has_outline, html in stops if not has_outline]


def test_with_reduced_motion_nothing_moves(address: str, tab: Callable[..., Any]) -> None:
    """Without that setting, scrolling is smooth, and links change gradually."""
    page = tab(1280)
    page.goto(address + GUIDE)
    moving = """() => [getComputedStyle(document.documentElement).scrollBehavior,
                       getComputedStyle(document.links[1]).transitionDuration]"""
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving)[0] == "smooth"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == ["auto", "0s"]


def test_a_printed_page_has_the_text_and_no_controls(address: str, tab: Callable[..., Any]) -> None:
    """Also when printed from dark mode: light, every tab open, notes below their paragraph."""
    page = tab(640, "dark")
    page.goto(address + GUIDE)
    page.emulate_media(media="print")
    assert ground(page) == PAPER["light"]
    hidden = (".site-head nav", ".tools", ".toc", ".copy", ".end", ".site-foot", ".more", ".footnote-backref", ".back")
    for name in hidden:
        for place in page.locator(name).all():
            assert not place.is_visible(), name
    assert page.locator("pre", has_text="torch.nn").is_visible()
    paragraph = page.locator(".prose > p", has_text="The layer is told").bounding_box()
    assert page.locator(".sidenote").bounding_box()["y"] >= paragraph["y"] + paragraph["height"]
    spelt = "all => all.map(it => getComputedStyle(it, '::after').content.includes(it.getAttribute('href')))"
    assert page.locator(".prose a[href^='https://example.org/e']").evaluate_all(spelt) == [False, True]
