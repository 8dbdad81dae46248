"""Figures as readers use them: by mouse and keyboard, on a phone, in dark mode, on paper, without JavaScript."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import Any

import pelican
import pytest
from PIL import Image

from tests.browser.guides import give_kit
from tests.chromium import PAINTED, Quiet, served
from tests.conftest import REPOSITORY, SIMPLE, Site

pytestmark = pytest.mark.browser

GUIDE = "2026/11/guide/"
KIT = ("rnn_default_keras", "i_am_groot_sentence", "rnn_necessity", "i_am_groot_embedding", "tanh")
SCRIPTS = {
    "foreign": 'plt.figure(figsize=(4, 2))\nplt.bar([1, 2], [3, 4], color="crimson")',
    "raster": "plt.figure(figsize=(4, 2))\nplt.imshow([[0, 1]])",
    "broad": "plt.figure(figsize=(9, 2))\nplt.plot([0, 1])",
}
ARTICLE = """\
See {figure:rnn-default-keras}.

```python
from keras import Sequential
from keras.layers import SimpleRNN

model = Sequential()
model.add(SimpleRNN(4, input_shape=(3, 2)))
```

The [four units]{param=units} are its memory, the [steps]{param=time_steps} and [features]{param=features} the data's.

![](/images/rnn-default-keras.png "One block, drawn once for each word.")

![](/images/rnn-necessity.png)

![](/images/i-am-groot-sentence.png)

![](/images/i-am-groot-embedding.png)

![](/images/tanh.png)

![](/images/foreign.png)

![](/images/raster.png)

![](/images/broad.png)

![A hand.](/images/hand.png)

- ![](/images/rnn-default-keras.png)
"""

FAR = """\
```python
from keras import Sequential
from keras.layers import SimpleRNN

model = Sequential()
model.add(SimpleRNN(4, input_shape=(3, 2)))
```

![](/images/rnn-default-keras.png)

The figure is [nearby]{param=features}.

PROSE

The [four units]{param=units} are out of sight.

PROSE
"""
"""A word far below the figure that it is tied to."""

MANY = 14
"""The number of figures with three ties each: more ties than the style sheet has rules for."""
SHOWN = """figure => [...document.querySelectorAll(`figure[data-figure="${figure}"] > .scroll > svg`)]
  .filter(svg => svg.checkVisibility()).map(svg => svg.classList[0])"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Path:
    """Build a site with an article that has ten figures of all kinds."""
    site = Site(tmp_path_factory.mktemp("figures"))
    give_kit(site, KIT, font_list)
    for name, text in SCRIPTS.items():
        site.script(name, f'"""What is {name}."""\nimport matplotlib.pyplot as plt\n{text}\n')
    (site.root / "content/images").mkdir()
    Image.new("RGB", (900, 60), "red").save(site.root / "content/images/hand.png")
    site.article("guide", ARTICLE)
    site.article("far", FAR.replace("PROSE", "\n\n".join(["A paragraph that only takes room. " * 12] * 8)))
    for number in range(1, MANY + 1):
        site.script(f"layer_{number}", "import rnn_default_keras as it\n\ndef draw(code):\n    return it.draw(code)\n")
    blocks = [f"```python\nmodel.add(SimpleRNN(4, input_shape=(3, 2)))  # {it}\n```" for it in range(1, MANY + 1)]
    figures = [f"![](/images/layer-{number}.png)" for number in range(1, MANY + 1)]
    site.article("many", "\n\n".join(f"{block}\n\n{it}" for block, it in zip(blocks, figures, strict=True)))
    built = site.build()
    assert built.code == 0, built.out + built.report
    return site.root / "output"


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    """Serve it with the policy that the pages promise to comply with."""
    with served(root) as address:
        yield address


@pytest.fixture
def guide(address: str, tab: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Return a function that opens the article and requires that the console stays empty."""
    said: list[str] = []

    def opened(width: int, scheme: str = "light") -> Any:
        page = tab(width, scheme)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address + GUIDE)
        page.evaluate("document.fonts.ready")
        page.evaluate(PAINTED)
        return page

    yield opened
    assert not said, "\n".join(said)


@pytest.mark.takes_turns(one_in=3)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_axe_finds_nothing_in_closed_or_open_figures(guide: Callable[..., Any], width: int, scheme: str) -> None:
    """Neither the page nor the console reports any problem."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = guide(width, scheme)
    page.evaluate("""() => {
      for (const it of document.querySelectorAll('.data')) it.classList.add('open');
      document.querySelector('.more').open = true;
    }""")
    rules = {
        "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    }
    found = axe.run(page, options=rules).response["violations"]
    assert not found, "\n".join(
        f"{it['id']}: {it['nodes'][0]['target']} {it['nodes'][0]['html'][:200]}" for it in found
    )
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_one_drawing_follows_the_reader_s_choice(guide: Callable[..., Any]) -> None:
    """Light and dark, without a second file; a figure with colours of its own stays light, on its own background."""
    page = guide(1280)
    word = page.locator("#fig-rnn-default-keras svg.wide text", has_text="SimpleRNN").first
    bars = page.locator("#fig-foreign svg")
    colour = "it => getComputedStyle(it).fill"
    ground = "it => getComputedStyle(it).backgroundColor"
    assert word.evaluate(colour) == "rgb(27, 36, 48)"
    page.get_by_role("radio", name="Dark").check()
    assert word.evaluate(colour) == "rgb(233, 237, 242)"
    assert page.locator("#fig-rnn-default-keras svg.wide").evaluate(ground) == "rgba(0, 0, 0, 0)"
    assert bars.evaluate(ground) == "rgb(255, 255, 255)"
    assert bars.locator("text").first.evaluate(colour) == "rgb(86, 97, 113)"


@pytest.mark.parametrize(("width", "shown"), [(320, "narrow"), (768, "wide"), (1280, "wide")])
def test_only_the_form_that_fits_is_shown(guide: Callable[..., Any], width: int, shown: str) -> None:
    """According to the room for the figure, which is smaller in a list than in the page."""
    page = guide(width)
    first, second = page.evaluate(SHOWN, "rnn-default-keras")
    assert (first, second) == (shown, "narrow")
    wrong = page.evaluate(
        """() => [...document.querySelectorAll('.scroll > svg')].filter(svg => svg.checkVisibility()).filter(svg => {
             const {width, height} = svg.getBoundingClientRect();
             const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
             const own = ['width', 'height'].map(name => rem * parseFloat(svg.getAttribute(name)));
             return Math.abs(width - own[0]) > 0.1 || Math.abs(height - own[1]) > 0.1;
           }).map(svg => svg.parentElement.parentElement.id)"""
    )
    assert wrong == []


def test_a_figure_with_one_form_scrolls_in_its_box_also_by_keyboard(guide: Callable[..., Any]) -> None:
    """The page itself doesn't."""
    page = guide(320)
    box = page.get_by_role("group", name="Figure 8", exact=True)
    assert box.evaluate("it => it.scrollWidth > it.clientWidth")
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('#fig-broad > .scroll').scrollLeft > 0")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_its_words_are_read_selected_and_searched(guide: Callable[..., Any]) -> None:
    """A title for readers who can't see it, and real text for those who can."""
    page = guide(1280)
    picture = page.get_by_role("img", name="SimpleRNN with 4 units").first
    assert picture.is_visible()
    assert page.evaluate("window.find('zero state')")
    open_data(page, "#fig-rnn-default-keras")
    row = page.locator("#fig-rnn-default-keras tbody tr", has_text="groot")
    assert row.locator("td").all_inner_texts() == ["groot", "−0.7, 0.3", "0.8, −0.7, 0.4, 0.5"]


def open_data(page: Any, figure: str) -> None:
    """Choose the first entry of a figure's menu."""
    page.locator(f"{figure} summary").click()
    page.locator(f"{figure} .menu li").first.locator("a").click()


def test_the_menu_opens_and_closes_the_data_of_a_figure(guide: Callable[..., Any]) -> None:
    """Below the row, so that nothing above it moves; the link says which of the two it will do."""
    page = guide(1280)
    figure = page.locator("#fig-rnn-default-keras")
    data, link = figure.locator(".data"), figure.locator(".menu a").first
    place = "it => [it.offsetLeft, it.getBoundingClientRect().top + scrollY]"
    before = figure.locator("summary").evaluate(place)
    assert not data.is_visible()
    open_data(page, "#fig-rnn-default-keras")
    assert data.is_visible()
    assert data.evaluate("it => it === document.activeElement")
    assert link.get_attribute("aria-expanded") == "true"
    assert figure.locator("summary").evaluate(place) == before
    assert not figure.locator(".menu").is_visible(), "a choice closes the menu"
    open_data(page, "#fig-rnn-default-keras")
    assert not data.is_visible()
    assert link.get_attribute("aria-expanded") == "false"
    assert figure.locator("summary").evaluate("it => it === document.activeElement")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_menu_covers_nothing_above_it_but_what_follows(guide: Callable[..., Any], width: int) -> None:
    """Next to the text where there is room; a click elsewhere, Escape or another figure's menu closes it."""
    page = guide(width)
    first, second = page.locator("#fig-rnn-default-keras"), page.locator("#fig-rnn-necessity")
    first.locator("summary").click()
    menu = first.locator(".menu").bounding_box()
    row = first.locator("summary").bounding_box()
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= width
    assert (menu["x"] > row["x"] + row["width"]) == (width == 1280)
    assert menu["y"] >= row["y"] - 8
    for item in first.locator(".menu li > *").all():
        box = item.bounding_box()
        on_top = "([x, y, it]) => it.contains(document.elementFromPoint(x, y))"
        at = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, item.element_handle()]
        assert page.evaluate(on_top, at), item.inner_text()
    second.locator("summary").click()
    assert [it.evaluate("it => it.open") for it in page.locator("details").all()].count(True) == 1
    page.keyboard.press("Escape")
    assert page.locator("details[open]").count() == 0
    assert second.locator("summary").evaluate("it => it === document.activeElement")
    first.locator("summary").click()
    page.locator("h1").click()
    assert page.locator("details[open]").count() == 0


def test_arrow_keys_move_through_an_open_menu(guide: Callable[..., Any]) -> None:
    """Up and down; Tab leaves the menu, which closes it."""
    page = guide(1280)
    figure = page.locator("#fig-tanh")
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    said = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
        said.append(page.evaluate("document.activeElement.textContent"))
    assert said == ["Description and data", "Enlarge", "PNG", "Enlarge", "Description and data", ""]
    for _ in range(6):
        page.keyboard.press("Tab")
    assert page.locator("details[open]").count() == 0


def choose(page: Any, figure: str, entry: str) -> None:
    """Choose an entry of a figure's menu by keyboard."""
    page.locator(f"{figure} summary").focus()
    page.keyboard.press("Enter")
    page.locator(f"{figure} .menu").get_by_text(entry, exact=True).focus()
    page.keyboard.press("Enter")


def test_a_figure_is_enlarged_by_keyboard_and_put_back(guide: Callable[..., Any]) -> None:
    """Escape closes it; the focus is back where it was, and so is the drawing."""
    page = guide(1280)
    # Laid out by a script once the browser is idle
    page.locator("#fig-tanh svg.wide[style*='visible']").wait_for(state="attached")
    where = "it => [it.offsetTop, it.getBoundingClientRect().height]"
    before, place = page.locator("#fig-tanh").inner_html(), page.locator("#fig-tanh").evaluate(where)
    choose(page, "#fig-tanh", "Enlarge")
    dialog = page.get_by_role("dialog", name="Figure 5")
    assert dialog.locator("svg.wide").bounding_box()["height"] > 600
    assert page.locator("figure.diagram:not(dialog *)").nth(4).evaluate(where) == place, "its place stays free"
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert page.locator("#fig-tanh summary").evaluate("it => it === document.activeElement")
    after = page.locator("#fig-tanh").inner_html().replace(' style=""', "")
    stop = re.compile(r' tabindex="-?\d"')  # the toolbar's is where the focus is
    assert stop.sub("", after) == stop.sub("", before)
    assert page.locator("#fig-tanh").evaluate(where) == place


def test_on_a_phone_the_wide_form_is_enlarged(guide: Callable[..., Any]) -> None:
    """Never smaller than it was drawn: it scrolls."""
    page = guide(320)
    choose(page, "#fig-rnn-default-keras", "Enlarge")
    dialog = page.get_by_role("dialog")
    wide = dialog.locator("svg.wide")
    assert wide.bounding_box()["width"] == wide.evaluate("it => it.viewBox.baseVal.width") > 700
    assert dialog.locator(".scroll").evaluate("it => it.scrollWidth > it.clientWidth")
    assert dialog.get_by_role("button", name="Play").is_visible(), "its steps are still there"
    dialog.get_by_role("button", name="Close").click()
    assert page.evaluate(SHOWN, "rnn-default-keras")[0] == "narrow"


def test_a_hand_made_picture_is_enlarged_too(guide: Callable[..., Any]) -> None:
    """As large as the window allows."""
    page = guide(1280)
    choose(page, "#fig-hand", "Enlarge")
    dialog = page.get_by_role("dialog", name="Figure 9")
    assert dialog.locator("img").bounding_box()["width"] > 1100
    dialog.get_by_role("button", name="Close").click()
    assert page.locator("#fig-hand img").bounding_box()["width"] < 900


def test_without_javascript_only_what_needs_it_is_missing(address: str, chromium: Any) -> None:
    """Figures, descriptions and files are there; no button that does nothing."""
    context = chromium.new_context(
        java_script_enabled=False, reduced_motion="reduce", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto(address + GUIDE)
    assert page.locator("#fig-rnn-default-keras svg.wide").is_visible()
    assert page.get_by_role("button").count() == 0
    assert page.locator("#fig-hand summary").count() == 1
    assert not page.locator("#fig-hand summary").is_visible(), "an empty menu isn't shown"
    page.locator("#fig-rnn-default-keras summary").click()
    assert page.get_by_role("link", name="PNG, Figure 1", exact=True).is_visible()
    open_data(page, "#fig-tanh")
    assert page.locator("#fig-rnn-default-keras[open]").count() == 0
    assert page.locator("#fig-tanh .data p").last.is_visible()
    assert page.url.endswith("#fig-tanh-data")
    context.close()


def test_printed_figures_are_light_complete_and_without_a_menu(guide: Callable[..., Any]) -> None:
    """Whatever the colours of the screen, and however wide the figure is."""
    page = guide(1280, "dark")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 642, "height": 900})
    assert page.locator("#fig-rnn-default-keras svg.wide text").first.evaluate("it => getComputedStyle(it).fill") == (
        "rgb(27, 36, 48)"
    )
    assert not page.locator(".more").first.is_visible()
    wide = page.evaluate(
        "Math.max(...[...document.querySelectorAll('figure svg')].map(svg => svg.getBoundingClientRect().right))"
    )
    assert wide <= 642
    assert page.locator("#fig-rnn-default-keras").evaluate("it => getComputedStyle(it).breakInside") == "avoid"


def test_the_fonts_of_all_figures_are_loaded_at_once(guide: Callable[..., Any]) -> None:
    """Even of those out of sight: otherwise their text would be missing if printed right away."""
    page = guide(320)
    faces = page.evaluate("[...document.fonts].filter(it => it.status === 'loaded').map(it => it.family)")
    assert {family.strip('"') for family in faces} >= {"Unrolled Sans", "Unrolled Serif", "Unrolled Mono"}


def test_the_style_sheet_has_a_rule_for_every_possible_width() -> None:
    """In steps of a letter, up to the widest box."""
    sheet = (REPOSITORY / "theme/static/css/figures.css").read_text("utf-8")
    missing = [
        width
        for width in range(14, 54)
        if f"@container (width >= {width - 1.25:g}rem) {{ .w{width} > .scroll {{ --wide: block; " not in sheet
    ]
    assert missing == []


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_moves_while_the_page_loads(address: str, tab: Callable[..., Any], width: int) -> None:
    """There is no layout shift."""
    page = tab(width)
    page.add_init_script(
        """window.shift = 0; window.long = [];
           new PerformanceObserver(list => list.getEntries().forEach(it => shift += it.value))
             .observe({type: 'layout-shift', buffered: true});
           new PerformanceObserver(list => list.getEntries().forEach(it => long.push(it.duration)))
             .observe({type: 'longtask', buffered: true});"""
    )
    page.goto(address + GUIDE)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    assert page.evaluate("shift") == 0


LIT = """number => {
  const all = [...document.querySelectorAll(`[data-tie="${number}"]`)].filter(it => it.checkVisibility());
  return all.map(it => {
  const halo = it.querySelector('.halo');
  return halo ? getComputedStyle(halo).visibility === 'visible' : getComputedStyle(it).getPropertyValue('--lit') !== '';
  });
}"""


def is_lit(page: Any, number: int) -> bool:
    """Return whether everything tied by a number is lit; it is never partly lit."""
    lit = page.evaluate(LIT, number)
    assert len(lit) > 5
    assert len(set(lit)) == 1, lit
    return bool(lit[0])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_code_words_and_figure_have_the_same_colour_when_idle(guide: Callable[..., Any], scheme: str) -> None:
    """The colour of the role."""
    page = guide(1280, scheme)
    for number, part in ((1, "state-1-name"), (3, "embedding-label")):
        text = page.locator(f"#fig-rnn-default-keras svg.wide [data-part={part}] text")
        colours = page.locator(f"a.tie[data-tie='{number}']").evaluate_all(
            "all => all.map(it => getComputedStyle(it).color)"
        )
        assert colours == [text.evaluate("it => getComputedStyle(it).fill")] * 2
    assert not any(is_lit(page, number) for number in (1, 2, 3))


@pytest.mark.parametrize("width", [320, 1280])
def test_each_end_of_a_tie_lights_the_others(guide: Callable[..., Any], width: int) -> None:
    """Code, words and figure, by mouse and by keyboard, in both directions, and nothing else."""
    page = guide(width)
    form = page.evaluate(SHOWN, "rnn-default-keras")[0]
    for shown in (
        page.locator("#tie-1"),
        page.get_by_role("link", name="four units"),
        page.locator(f"#fig-rnn-default-keras svg.{form} [data-part=state-1] text").first,
    ):
        shown.hover()
        assert is_lit(page, 1)
        assert not is_lit(page, 2)
        page.mouse.move(1, 1)
        assert not is_lit(page, 1)
    for shown in (page.locator("#tie-2"), page.locator("#fig-rnn-default-keras-time_steps")):
        shown.focus()
        assert is_lit(page, 2)
        assert not is_lit(page, 1)
    page.keyboard.press("Tab")
    assert not is_lit(page, 2)


def test_a_tap_on_a_part_lights_it(guide: Callable[..., Any]) -> None:
    """And shows its text; a tap elsewhere ends that. Its numbers can be asked, so the tap is on its rim."""
    page = guide(1280)
    box = page.locator("#fig-rnn-default-keras svg.wide [data-part=embedding-1] path:not(.halo)").first.bounding_box()
    page.mouse.click(box["x"] + 2, box["y"] + box["height"] / 2)
    page.mouse.move(1, 1)
    assert is_lit(page, 3)
    assert page.locator("#fig-rnn-default-keras-features").inner_text() == "features: 2"
    page.mouse.click(5, 400)
    assert not is_lit(page, 3)


PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(address: str, chromium: Any) -> Iterator[Any]:
    """Open the guide on a touch screen the size of a phone's, with a lot of prose between word and figure."""
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{address}2026/11/far/")
    page.evaluate("document.fonts.ready")
    yield page
    context.close()


@pytest.mark.parametrize("reduced", ["reduce", "no-preference"])
def test_a_tap_jumps_to_a_figure_out_of_sight_and_back(phone: Any, reduced: str) -> None:
    """To exactly the same position, and with the same URL as before."""
    phone.emulate_media(reduced_motion=reduced)
    word = phone.get_by_role("link", name="four units")
    word.scroll_into_view_if_needed()
    before, top = phone.url, word.bounding_box()["y"]
    for _ in range(2):
        word.tap()
        chip = phone.locator("#fig-rnn-default-keras-units")
        still(phone)
        assert chip.inner_text() == "units: 4 – back to the text"
        assert 0 <= chip.bounding_box()["y"] < 200
        assert is_lit(phone, 1)
        chip.evaluate("it => it.blur()")  # reading on takes the focus away, but not the way back
        chip.tap()
        phone.wait_for_function("() => document.activeElement.matches('.prose p a.tie')")
        still(phone)
        assert word.bounding_box()["y"] == pytest.approx(top, abs=1)
        assert phone.url == before
        assert chip.inner_text() == "units: 4"
        assert not phone.locator(".ties a:target").count()


def test_a_tap_on_a_word_whose_figure_is_in_sight_only_lights_it(phone: Any) -> None:
    """The page doesn't scroll; a tap elsewhere ends it."""
    word = phone.get_by_role("link", name="nearby")
    phone.locator("#fig-rnn-default-keras .steps").evaluate("it => it.scrollIntoView({block: 'center'})")
    still(phone)
    before, at = phone.url, phone.evaluate("scrollY")
    word.tap()
    phone.wait_for_timeout(300)
    assert (phone.evaluate("scrollY"), phone.url) == (at, before)
    assert is_lit(phone, 3)
    phone.touchscreen.tap(380, 30)
    phone.locator("h1").first.evaluate("it => document.activeElement.blur()")
    assert not is_lit(phone, 3)


def still(page: Any) -> None:
    """Wait until the page has stopped scrolling."""
    page.wait_for_function(
        """() => new Promise(done => {
          let last = scrollY, calm = 0;
          const look = () => {
            calm = scrollY === last ? calm + 1 : 0;
            last = scrollY;
            calm > 20 ? done(true) : requestAnimationFrame(look);
          };
          look();
        })"""
    )


def test_an_article_may_have_any_number_of_ties(address: str, tab: Callable[..., Any]) -> None:
    """Without JavaScript, the style sheet supports 36; with it, all light up, and none together with another one."""
    page = tab(1280)
    page.goto(f"{address}2026/11/many/")
    for number in (40, 41, 42):
        tie = page.locator(f"#tie-{number}")
        tie.hover()
        assert [is_lit(page, it) for it in (40, 41, 42)] == [it == number for it in (40, 41, 42)]
        page.mouse.move(1, 1)
        assert not is_lit(page, number)
        tie.focus()
        assert is_lit(page, number)
        tie.blur()
        assert not is_lit(page, number)


def test_in_forced_colours_menu_and_steps_are_visible(guide: Callable[..., Any]) -> None:
    """They are drawn with gradients, which browsers omit in this mode: something must differ from the background."""
    page = guide(1280)
    page.emulate_media(forced_colors="active")
    for part in (".more > summary", ".dots"):
        shot = page.locator(f"#fig-rnn-default-keras {part}").screenshot()
        colours = Image.open(BytesIO(shot)).convert("L").getcolors()
        assert colours, part
        assert len(colours) > 1, part


# How light something is, from 0 to 255: what draws it, and the ground of its drawing.
LIGHT = """() => [...document.querySelectorAll('.drawn > svg text')].filter(it => it.checkVisibility()).map(it => {
  const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).reduce((one, other) => one + other) / 3;
  return [light(getComputedStyle(it).fill), light(getComputedStyle(it.closest('svg')).backgroundColor)];
})"""


class WithoutPolicy(Quiet):
    """A server as most are: the style in such a page is its own."""

    end_headers = SimpleHTTPRequestHandler.end_headers


@pytest.mark.takes_turns(one_in=2)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("more", ["", "html {color-scheme: light dark}", "html.dark {background: #111}"])
def test_a_drawing_can_be_read_in_a_stock_theme(
    tmp_path: Path, font_list: Path, tab: Callable[..., Any], scheme: str, more: str
) -> None:
    """Pelican's own theme is dark by a media query; others say so by `color-scheme`, or are dark by a class alone."""
    site = Site(tmp_path)
    give_kit(site, KIT[:1], font_list)
    site.article("guide", ARTICLE.partition("\n\n")[2].partition("![](/images/rnn-n")[0])
    theme = tmp_path / "stock"
    shutil.copytree(Path(pelican.__file__).parent / "themes/notmyidea", theme)
    if more:
        for sheet in theme.rglob("*.css"):
            sheet.unlink()
        (theme / "static/css/main.css").write_text(more, "utf-8")
    built = site.build(*SIMPLE, "FIGURES_INLINE=true", "-t", str(theme))
    assert built.code == 0, built.out + built.report
    page = tab(1000, scheme)
    with served(site.root / "output", WithoutPolicy) as address:
        page.goto(address + GUIDE)
        seen = page.evaluate(LIGHT)
    assert len(seen) > 10
    assert all(abs(text - ground) > 60 for text, ground in seen), seen
    is_dark = scheme == "dark" and ".dark" not in more
    assert {ground < 60 for _, ground in seen} == {is_dark}
