"""Figures with a slider: by keyboard, by mouse and without JavaScript; code, words and picture show the same value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.guides import built, give_kit
from tests.conftest import Site

pytestmark = pytest.mark.browser

CODE = (
    "from keras import Input, Sequential\nfrom keras.layers import LSTM\nmodel = Sequential([Input((3, 2)), LSTM(4)])"
)
GUIDE = f"""\
```python
{CODE}
```

Every state has [four]{{param=units}} cells. [Four]{{param=units}}, or [`4`]{{param=units}}, is yours to choose.

![](/images/unroll.png){{words="I am groot" tied=units vary="units=3..6"}}

The same number once more:

![](/images/again.png){{script=shapes vary="units=4, 5"}}
"""
WAVE = '''
"""A wave of some points."""
import matplotlib.pyplot as plt

def draw(n: int = 12):
    figure, axes = plt.subplots(figsize=(2 + n / 24, 1))
    axes.plot(range(n), [at % 5 for at in range(n)])
    axes.set_title(f"{n} points")
    return figure
'''
TRAINING = '''
"""Points that move."""
from types import SimpleNamespace
from matplotlib.figure import Figure

def draw(epoch: int = 20):
    def drawn():
        figure = Figure(figsize=(4, 2))
        for at in range(3):
            figure.text(0.1 + 0.2 * at + epoch / 100, 0.9 - at * epoch / 50, f"point {at}, {at * epoch / 7:.2f}")
        axes = figure.subplots()
        axes.plot(range(epoch + 1), [(7 * each) % 5 for each in range(epoch + 1)])
        axes.set_xlim(0, 20)
        axes.set_ylim(0, 5)
        axes.set_axis_off()
        figure.text(0.9, 0.1, f"{7 * epoch}", gid="product")
        if epoch % 3:
            figure.text(0.5, 0.5, "is shown sometimes")
        return figure
    rows = [[str(at), f"{at * epoch / 7:.2f}"] for at in range(3)]
    said = {"text": f"After {epoch} epochs.\\n\\nThey move.", "head": ["point", "value"], "rows": rows}
    nodes = [[f"{epoch}"], [f"{7 * epoch}", "7 × {0}", {0: 9}]]
    asks = {"arrays": [["e", "", 1], ["y", "7 · e", 1]], "nodes": nodes, "parts": {"product": 1}}
    picture = SimpleNamespace(figure=drawn, alt="Points that move.", description=said, parts={"product": {"step": 1}})
    picture.asks = asks if epoch != 10 else None
    return picture
'''
MOVING = "#fig-training"
UNROLLED = "#fig-unroll"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Iterator[str]:
    """Serve a site with sliders made with the kit and with matplotlib."""
    site = Site(tmp_path_factory.mktemp("sliders"))
    give_kit(site, [], font_list)
    site.script("wave", WAVE)
    site.article("guide", GUIDE)
    site.article("wave", '![](/images/wave.png){vary="n=1..12"}\n')
    site.script("training", TRAINING)
    site.article("training", '![](/images/training.png){vary="epoch=0..20"}\n')
    values = ", ".join(map(str, [0, 20, *range(100, 1300, 100)]))
    site.article("ausbildung", f'![](/images/training.png){{vary="epoch={values}"}}\n', Lang="de")
    with built(site) as address:
        yield address


def slider(page: Any, figure: str = UNROLLED) -> Any:
    """Return the slider of a figure."""
    return page.locator(f"{figure} .param input")


def tied(page: Any) -> list[str]:
    """Return the number in the code and the texts that repeat it."""
    return page.locator('.prose a.tie[data-arg="units"]').all_inner_texts()


def shows(page: Any, value: int, words: str) -> None:
    """Wait until every part of a page shows the same value."""
    page.locator(f"{UNROLLED} svg.wide title").filter(has_text=f"with {value} units").wait_for(state="attached")
    assert tied(page) == [str(value), words, words.capitalize(), str(value)]
    assert slider(page).get_attribute("aria-valuetext") == str(value)
    assert page.locator(f"{UNROLLED} .value").inner_text() == str(value)
    assert page.locator(f"{UNROLLED} .vary > .now").inner_text() == str(value)
    assert page.locator(f"{UNROLLED} .ties a", has_text="units").text_content() == f"units: {value}"


def test_the_keyboard_changes_everything_tied_to_the_number(opened: Callable[..., Any]) -> None:
    """Nothing is loaded before that, then one file. Words keep their case, and in the end everything is as before."""
    page = opened("guide")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    shows(page, 4, "four")
    assert page.get_by_role("slider", name="units").first.evaluate(
        "(it, other) => it === other", slider(page).element_handle()
    )
    before = page.locator(UNROLLED + " svg.wide").evaluate("it => it.outerHTML")
    slider(page).focus()
    for key, value, words in [
        ("ArrowRight", 5, "five"),
        ("End", 6, "six"),
        ("Home", 3, "three"),
        ("ArrowUp", 4, "four"),
    ]:
        page.keyboard.press(key)
        shows(page, value, words)
        assert f"LSTM({value})" in page.locator(".highlight pre").inner_text()
        address = page.locator(f"{UNROLLED} .menu a", has_text="PNG").get_attribute("href")
        assert address == ("/images/unroll.png" if value == 4 else f"/images/unroll.units-{value}.png")
        assert f"with {value} units" in page.locator(f"{UNROLLED} .data").text_content()
    after = page.locator(UNROLLED + " svg.wide").evaluate("it => it.outerHTML")
    plain = 'html => html.replace(/ style="[^"]*"| class="[^"]*"/g, \'\')'
    assert page.evaluate(plain, after) == page.evaluate(plain, before)
    loaded = [url.partition("/images/")[2].partition("-")[0] for url in asked if "/images/" in url]
    assert sorted(loaded) == ["again.units", "unroll.units"]  # one file for each slider of this number


def test_other_drawings_of_the_same_number_change_too(opened: Callable[..., Any]) -> None:
    """If they exist for that value; otherwise they stay, which a reader can see."""
    page = opened("guide")
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    page.locator("#fig-again svg title").filter(has_text="returns (None, 5)").first.wait_for(state="attached")
    assert slider(page, "#fig-again").get_attribute("aria-valuetext") == "5"
    page.keyboard.press("ArrowRight")
    shows(page, 6, "six")
    assert slider(page, "#fig-again").get_attribute("aria-valuetext") == "5"
    slider(page, "#fig-again").focus()
    page.keyboard.press("ArrowLeft")
    shows(page, 4, "four")


def test_the_current_step_is_kept(opened: Callable[..., Any]) -> None:
    """The second step of the other picture, with its sentence; and stepping continues."""
    page = opened("guide")
    steps = page.locator(f"{UNROLLED} .steps input")
    steps.fill("2")
    said = page.locator(f"{UNROLLED} .steps output")
    before = said.inner_text()
    slider(page).focus()
    page.keyboard.press("End")
    shows(page, 6, "six")
    assert steps.input_value() == "2"
    assert before.startswith("2 of 3 “am”")
    assert said.inner_text().startswith("2 of 3 “am”")
    assert said.inner_text().count("−") + said.inner_text().count(".") > before.count("−") + before.count(".")
    hidden = "part => [...part.querySelectorAll('text')].every(it => it.getAttribute('visibility') === 'hidden')"
    last = page.locator(f"{UNROLLED} svg.wide [data-step='3'][data-kind='vector']").first
    assert last.evaluate(hidden)
    steps.fill("3")
    assert not last.evaluate(hidden)


def test_the_dots_of_steps_are_visible_and_clickable(opened: Callable[..., Any]) -> None:
    """They are the background of an empty box, which would have no height otherwise."""
    page = opened("guide")
    dots = page.locator(f"{UNROLLED} .dots")
    dots.scroll_into_view_if_needed()
    box = dots.bounding_box()
    assert (box["width"], box["height"]) == (72, pytest.approx(28, abs=1))
    for step in ("1", "3"):
        page.mouse.click(box["x"] + 24 * int(step) - 12, box["y"] + 24)
        assert page.locator(f"{UNROLLED} .steps input").input_value() == step


def test_another_picture_is_whole_until_a_step_is_taken(opened: Callable[..., Any]) -> None:
    """It says the sentence of its own last step."""
    page = opened("guide")
    said = page.locator(f"{UNROLLED} .steps output")
    before = said.inner_text()
    slider(page).focus()
    page.keyboard.press("End")
    shows(page, 6, "six")
    assert said.inner_text().startswith("3 of 3")
    assert before.startswith("3 of 3")
    assert before != said.inner_text()
    assert not page.locator(f"{UNROLLED} svg [data-step] [visibility=hidden]").count()


def test_a_value_can_be_clicked_and_the_page_does_not_move(opened: Callable[..., Any]) -> None:
    """What is under the reader's finger stays there."""
    page = opened("guide")
    page.locator(f"{UNROLLED} .vary > *", has_text="6").click()
    shows(page, 6, "six")
    assert page.url.endswith("/2026/11/guide/")
    top = slider(page).bounding_box()["y"]
    for value, words in [(3, "three"), (5, "five"), (6, "six")]:
        page.locator(f"{UNROLLED} .vary > *", has_text=str(value)).click()
        shows(page, value, words)
        assert slider(page).bounding_box()["y"] == pytest.approx(top, abs=1)


def test_the_words_keep_the_value_that_was_chosen_last(opened: Callable[..., Any]) -> None:
    """However late another figure of the same number has loaded, which follows as far as it can."""
    page = opened("guide")
    held: list[Any] = []
    again = page.locator("#fig-again .param")
    page.route(f"**{again.get_attribute('data-frames')}", lambda route: held.append(route))
    with page.expect_request(f"**{again.get_attribute('data-frames')}"):
        page.locator(f"{UNROLLED} .vary > *", has_text="5").click()
    page.locator(f"{UNROLLED} .vary > *", has_text="6").click()
    shows(page, 6, "six")
    held[0].continue_()
    again.locator(".vary > .now", has_text="5").wait_for()
    shows(page, 6, "six")


def test_the_longest_sentence_of_all_pictures_has_room_from_the_start(opened: Callable[..., Any]) -> None:
    """Larger states take more words to say."""
    page = opened("guide", 375)
    sentences = page.locator(f"{UNROLLED} .said")
    before = sentences.bounding_box()["height"]
    slider(page).focus()
    page.keyboard.press("End")
    shows(page, 6, "six")
    assert sentences.bounding_box()["height"] == before


def test_what_is_around_a_figure_is_in_its_font(opened: Callable[..., Any]) -> None:
    """However late it arrives: a caption in another one wouldn't change any more."""
    page = opened("guide")
    family = "it => getComputedStyle(it).fontFamily.split(',')[0]"
    (drawn,) = {it.evaluate(family) for it in page.locator(f"{UNROLLED} svg.wide [data-kind=vector] text").all()}
    for around in ("figcaption", ".said", ".steps .go", ".value", ".vary", ".data"):
        assert page.locator(f"{UNROLLED} {around}").evaluate(family) == drawn, around


@pytest.mark.parametrize("width", [375, 768, 1280])
def test_a_slider_moves_nothing(opened: Callable[..., Any], width: int) -> None:
    """Neither itself nor what is below it, from one end to the other, in any form."""
    page = opened("guide")
    page.set_viewport_size({"width": width, "height": 900})
    slider(page).scroll_into_view_if_needed()
    places = set()
    for key in ("Home", "ArrowRight", "End"):
        slider(page).press(key)
        page.wait_for_timeout(200)
        below = page.locator(f"{UNROLLED} + *").first
        places.add((slider(page).bounding_box()["y"], below.bounding_box()["y"]))
    assert len(places) == 1


def test_the_enlarged_figure_has_its_slider(opened: Callable[..., Any]) -> None:
    """Its current picture is enlarged too, and remains when the window is closed."""
    page = opened("guide")
    page.locator(f"{UNROLLED} .more > summary").click()
    page.locator(f"{UNROLLED} .enlarge").click()
    box = page.locator("dialog[open] .param input")
    box.focus()
    page.keyboard.press("End")
    drawing = page.locator("dialog[open] svg.wide")
    drawing.locator("title").filter(has_text="with 6 units").wait_for(state="attached")
    assert float(drawing.evaluate("it => parseFloat(it.style.width)")) >= 16 * float(
        drawing.get_attribute("width").removesuffix("em")
    )
    page.keyboard.press("Escape")
    shows(page, 6, "six")


def test_without_javascript_the_values_are_links_to_their_pictures(address: str, chromium: Any) -> None:
    """Each links to the picture for its value; there are no controls that need JavaScript."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}2026/11/guide/")
    assert not slider(page).is_visible()
    links = page.locator(f"{UNROLLED} .vary a")
    assert links.all_inner_texts() == ["3", "5", "6"]
    assert page.locator(f"{UNROLLED} .vary").inner_text().split() == ["3", "4", "5", "6"]
    links.last.click()
    page.wait_for_url(f"{address}images/unroll.units-6.png")
    context.close()


def test_values_that_cannot_be_loaded_become_links_again(address: str, tab: Callable[..., Any]) -> None:
    """The figure stays as it is, and so does the code."""
    page = tab(1280)
    page.route("**/*.json", lambda route: route.abort())
    page.goto(f"{address}2026/11/guide/")
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    page.locator(f"{UNROLLED} .param.failed").wait_for()
    assert tied(page) == ["4", "four", "Four", "4"]
    assert not slider(page).is_visible()
    assert page.locator(f"{UNROLLED} .vary a").first.get_attribute("tabindex") is None


@pytest.mark.parametrize("size", [16, 32])
def test_twelve_values_fit_a_narrow_screen(address: str, chromium: Any, size: int) -> None:
    """With text twice as large, too; a plain picture states its value if the words beside it don't."""
    context = chromium.new_context(viewport={"width": 320, "height": 900})
    page = context.new_page()
    page.goto(f"{address}2026/11/wave/")
    page.evaluate("size => document.documentElement.style.setProperty('font-size', size + 'px')", size)
    slider(page, "#fig-wave").focus()
    page.keyboard.press("Home")
    page.locator("#fig-wave svg title").filter(has_text="(n = 1)").wait_for(state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    box = page.locator("#fig-wave .param").bounding_box()
    for part in page.locator("#fig-wave .param *").all():
        its = part.bounding_box()
        if its and part.is_visible():
            assert box["x"] - 1 <= its["x"]
            assert its["x"] + its["width"] <= box["x"] + box["width"] + 1
    context.close()


def test_a_training_is_stored_as_what_changes(address: str, opened: Callable[..., Any]) -> None:
    """Each picture is the one that is drawn for its value alone, and so are its words; nothing is loaded twice.

    The room for the value is the same for all, so a longer one can't move to a row of its own.
    """
    page = opened("training")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.scroll > svg')].every(it => it.style.length)"
    )  # all are drawn
    widths = set()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    svg, files = page.locator(f"{MOVING} .scroll > svg"), page.locator(f"{MOVING} .menu a", has_text="PNG")
    inside = "it => it.querySelector(':scope > g').innerHTML"
    before = svg.evaluate(inside)
    slider(page, MOVING).focus()
    for place in (0, 10, 20):
        slider(page, MOVING).fill(str(place))
        svg.locator("desc").filter(has_text=f"After {place} epochs. They move.").wait_for(state="attached")
        widths.add(page.locator(f"{MOVING} .value").bounding_box()["width"])
        alone = page.request.get(f"{address}images/training{f'.epoch-{place}' if place < 20 else ''}.svg").text()
        texts = page.evaluate(
            "text => [...new DOMParser().parseFromString(text, 'image/svg+xml').querySelectorAll('text')]"
            ".map(it => it.textContent)",
            alone,
        )
        assert svg.locator("text").all_text_contents() == texts
        assert svg.locator("title").first.text_content() == "Points that move." + (
            f" (epoch = {place})" if place < 20 else ""
        )
        rows = page.locator(f"{MOVING} .data td").all_text_contents()
        assert rows == [f"{at * place / 7:.2f}" for at in range(3)]
        assert page.locator(f"{MOVING} .data p").all_text_contents()[1:] == [f"After {place} epochs.", "They move."]
        assert files.get_attribute("href") == f"/images/training{f'.epoch-{place}' if place < 20 else ''}.png"
        assert (svg.evaluate(inside) == before) == (place == 20)
    slider(page, MOVING).fill("7")
    svg.locator("desc").filter(has_text="After 7 epochs.").wait_for(state="attached")
    assert not files.is_visible()
    assert slider(page, MOVING).get_attribute("aria-valuetext") == "7"
    page.locator(f"{MOVING} .vary > *", has_text="15").click()
    svg.locator("desc").filter(has_text="After 15 epochs.").wait_for(state="attached")
    assert sum("/images/" in url and url.endswith(".json") for url in asked) == 1


def test_a_long_value_is_written_as_in_the_pages_language(opened: Callable[..., Any]) -> None:
    """Beside the slider, where a screen reader says it, and at its ends."""
    page = opened("ausbildung/de", 320)
    shown = page.locator(f"{MOVING} .value")
    beside = shown.bounding_box()["y"] - slider(page, MOVING).bounding_box()["y"]
    slider(page, MOVING).press("End")
    page.locator(f"{MOVING} desc", has_text="After 1200 epochs.").first.wait_for(state="attached")
    said = [shown.inner_text(), page.locator(f"{MOVING} .vary > *").last.inner_text()]
    assert [*said, slider(page, MOVING).get_attribute("aria-valuetext")] == ["1.200"] * 3
    assert shown.bounding_box()["y"] - slider(page, MOVING).bounding_box()["y"] == beside
    assert abs(beside) < 14


def test_each_picture_of_a_training_has_its_own_answers(opened: Callable[..., Any]) -> None:
    """Loaded when they are asked. Where there are none, Ask isn't offered, and its place is kept."""
    page = opened("training")
    ask = page.get_by_role("button", name="Ask")
    height = page.evaluate("document.documentElement.scrollHeight")
    for place in (20, 5, 10, 6, 20):
        slider(page, MOVING).fill(str(place))
        page.locator(f"{MOVING} desc", has_text=f"After {place} epochs.").first.wait_for(state="attached")
        assert ask.is_visible() == (place != 10)
        if ask.is_visible():
            ask.click()
            page.locator(f"{MOVING} .ask", has_text=f"{7 * place} = 7 × {place}").wait_for()
        assert page.evaluate("document.documentElement.scrollHeight") == height


def test_a_training_is_played_from_its_beginning(opened: Callable[..., Any], address: str, chromium: Any) -> None:
    """From its end, until a reader pauses it or takes the slider; who wants no motion has only the slider."""
    page = opened("training")
    page.evaluate(
        "window.setInterval = (next, pause_ms) => { window.next = next; return pause_ms; };"
        "window.clearInterval = () => { window.next = undefined; };"
    )
    play, text = page.locator(f"{MOVING} .param .go"), page.locator(f"{MOVING} .scroll desc")
    play.click()
    text.filter(has_text="After 0 epochs.").wait_for(state="attached")
    page.evaluate("next(), next()")
    text.filter(has_text="After 2 epochs.").wait_for(state="attached")
    assert play.inner_text() == "Pause"
    play.click()
    assert (play.inner_text(), page.evaluate("next")) == ("Play", None)
    play.click()
    text.filter(has_text="After 3 epochs.").wait_for(state="attached")
    slider(page, MOVING).press("End")
    text.filter(has_text="After 20 epochs.").wait_for(state="attached")
    assert (play.inner_text(), page.evaluate("next")) == ("Play", None)
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}2026/11/training/")
    slider(page, MOVING).press("Home")
    page.locator(f"{MOVING} .scroll desc").filter(has_text="After 0 epochs.").wait_for(state="attached")
    assert page.locator(f"{MOVING} .param .go").count() == 0
    context.close()
