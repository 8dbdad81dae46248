"""Figures with steps: by mouse, keyboard, slider and autoplay, as the kit draws each step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.guides import built, give_kit
from tests.chromium import PAINTED
from tests.conftest import Site

pytestmark = pytest.mark.browser

ROUNDED_PX = 0.11
"""A page gives places to a tenth of a pixel, and so the ends of a bar."""

CODES = {
    "rnn_default_keras": "model = Sequential([Input((3, 2)), SimpleRNN(4)])",
    "lstm_cell": "model = Sequential([Input((3, 2)), LSTM(4)])",
    "gru_cell": "model = Sequential([Input((3, 2)), GRU(2)])",
    "rnn_bidirectional": "model = Sequential([Input((3, 2)), Bidirectional(SimpleRNN(2, return_sequences=True))])",
    "rnn_stacked": "model = Sequential([Input((3, 2)), SimpleRNN(4, return_sequences=True), LSTM(4)])",
    "receptive_field": "model = Sequential([Input((4, 2)), Conv1D(1, 2), Conv1D(1, 2)])",
    "image_cell": "model = Sequential([Input((3, 3, 1)), Conv2D(1, 2)])",
    "attending": "x = Input((3, 4))\nmodel = Model(x, MultiHeadAttention(2, 3)(x, x))",
    "arcs": "x = Input((3, 4))\nmodel = Model(x, MultiHeadAttention(2, 3)(x, x))",
    "residual": "x = Input((3, 4))\ny = Dense(4)(x)\nmodel = Model(x, Dense(2)(Add()([x, y])))",
    "next_word": "model = Sequential([Input((3, 2)), SimpleRNN(4)])",
    "places": "model = Sequential([Input((3, 2)), SimpleRNN(4)])",
}
SCRIPTS = {
    "lstm_cell": "cell(read_keras(code), WORDS, step=3)",
    "gru_cell": "cell(read_keras(code), WORDS, step=3).emphasize('update-gate', 'kept')",
    "rnn_bidirectional": "unroll(read_keras(code), WORDS)",
    "rnn_stacked": "unroll(read_keras(code), WORDS).emphasize('layer1-step1-memory', 'layer1-step1-state')",
    "receptive_field": "convolution(read_keras(code), [*WORDS, 'too'], receptive_field=True)",
    "image_cell": "convolution(read_keras(code), [[0, 1, 0], [1, 1, 0], [0, 1, 0]])",
    "attending": "attention(read_keras(code), WORDS)",
    "arcs": "heads(read_keras(code), WORDS, least=0.1)",
    "residual": "model_shapes(read_keras(code))",
    "next_word": "logits(WORDS, [2, 0.5, -1], temperature=[0.5, 1], top_k=2)",
    "places": "positions(3, 4)",
}
NO_BARS = ("lstm_cell", "gru_cell", "receptive_field", "image_cell", "residual", "next_word", "places")
"""Their steps aren't those of words."""
SCRIPT = """\
from unrolled import attention, cell, convolution, heads, logits, model_shapes, positions, read_keras, unroll

WORDS = ["I", "am", "groot"]


def draw(code):
    return {drawn}
"""
ONE_FORM = """\
from dataclasses import replace

from unrolled import cell, read_keras


def draw(code):
    return replace(cell(read_keras(code), ["I", "am", "groot"], step=3), narrow=None)
"""
EACH = """\
\"\"\"Each step, as the kit draws it.\"\"\"
import {name} as script

def draw(code):
    picture = script.draw(code)
    return [picture.focus(step) for step in sorted({{it["step"] for it in picture.moments.values()}})]
"""
UNROLLED = "#fig-rnn-default-keras"
SENTENCES = [
    "“I” (0.5, 0.4) and the zero state give h₁ (−0.7, 0.8, 0.7, −0.4).",
    "“am” (0.2, −0.6) and h₁ give h₂ (−0.3, −0.2, −0.5, 0.3).",
    "“groot” (−0.7, 0.3) and h₂ give h₃ (0.8, −0.7, 0.4, 0.5), the output.",
]

# The visible marks of each part, in their order.
SEEN = """([figure, form]) => {
  const parts = {};
  for (const part of document.querySelectorAll(`#fig-${figure} svg.${form} [data-part]`)) {
    const bars = part.dataset.part.startsWith('now-');
    for (const mark of part.querySelectorAll('path:not(.halo), text')) {
      const own = name => mark.getAttribute(name);
      const [fill, stroke] = [own('fill') ?? 'black', own('stroke') ?? 'none'];
      if (own('visibility') === 'hidden' || (fill === 'none' && stroke === 'none')) continue;
      const pen = [stroke, Number(own('stroke-width') ?? 1), Number(own('opacity') ?? 1), own('stroke-dasharray')];
      const words = `${mark.textContent} ${own('font-weight') ?? 400}`;
      const drawn = own('d') ?? words;
      const line = stroke === 'none' ? '' : pen.join(' ');
      if (!bars) (parts[part.dataset.part] ??= []).push([drawn, fill, line].join('|'));
    }
  }
  return parts;
}"""
BARS = """([figure, form]) => [...document.querySelectorAll(`#fig-${figure} svg.${form} path[fill="var(--ink)"]`)]
  .filter(path => path.getAttribute('visibility') !== 'hidden')
  .filter(path => path.closest('[data-part^=now-]') || !path.closest('[data-part]'))
  .flatMap(path => path.getAttribute('d').replaceAll('c0 0 0 0 0 0', '').split('z').filter(Boolean))
  .map(bar => bar.match(/-?[\\d.]+/g))
  .flatMap(([left, top, width, height]) => [left, top, width, height].map(Number))"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Iterator[str]:
    """Serve a site with an article for each script: its figure, then the kit's drawing of each step."""
    site = Site(tmp_path_factory.mktemp("stepping"))
    give_kit(site, [*(CODES.keys() - SCRIPTS.keys()), "sigmoid_and_tanh"], font_list)
    for name, drawn in SCRIPTS.items():
        site.script(name, SCRIPT.format(drawn=drawn))
    for name, code in CODES.items():
        site.script(f"{name}_each", EACH.format(name=name))
        url = name.replace("_", "-")
        count = {"lstm_cell": 5, "gru_cell": 5, "receptive_field": 2, "image_cell": 2}.get(name, 3)
        numbers = ["", *(f"-{number}" for number in range(2, count + 1))]
        images = "\n\n".join(f"![](/images/{url}-each{number}.png)" for number in numbers)
        site.article(url, f"```python\n{code}\n```\n\n![](/images/{url}.png)\n\n{images}\n")
    site.script("one_form", ONE_FORM)
    site.article("one-form", f"```python\n{CODES['lstm_cell']}\n```\n\n![](/images/one-form.png)\n")
    site.article("plain", "![](/images/sigmoid-and-tanh.png)\n")
    with built(site) as address:
        yield address


@pytest.fixture
def opened(opened: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that opens an article, and waits for its steps."""

    def open_article(*of: Any) -> Any:
        page = opened(*of)
        if page.locator(".steps").count():
            page.locator(".stepped").first.wait_for()
        return page

    return open_article


def slide(page: Any, figure: str, step: int) -> None:
    """Move a figure's slider to a step."""
    page.locator(f"{figure} input[type=range]").fill(str(step))


def seen(page: Any, form: str = "wide") -> Any:
    """Return what is visible of the unrolled layer."""
    return page.evaluate(SEEN, ["rnn-default-keras", form])


def print_it(page: Any) -> None:
    """Lay a page out for print."""
    page.emulate_media(media="print")
    page.evaluate(PAINTED)
    page.wait_for_function("() => !document.querySelector('[data-step] [visibility=hidden]')")


def to_screen(page: Any) -> None:
    """Lay it out for the screen again."""
    page.emulate_media(media="screen")
    page.wait_for_function("() => document.querySelector('[data-step] [visibility=hidden]')")


@pytest.mark.takes_turns(one_in=3)
@pytest.mark.parametrize("name", list(CODES))
def test_each_step_looks_as_the_kit_draws_it(opened: Callable[..., Any], name: str) -> None:
    """Mark by mark, in both forms; at first and in print, the whole figure is shown as drawn."""
    figure = name.replace("_", "-")
    page = opened(figure)
    forms = [form for form in ("narrow", "wide") if page.locator(f"#fig-{figure} svg.{form}").count()]
    at_first = [page.evaluate(SEEN, [figure, form]) for form in forms]
    assert not page.evaluate(BARS, [figure, "wide"])
    last = int(page.locator(f"#fig-{figure} input").get_attribute("max"))
    for step in range(1, last + 1):
        slide(page, f"#fig-{figure}", step)
        number = "" if step == 1 else f"-{step}"
        for form in forms:
            wanted = [figure + "-each" + number, form]
            assert page.evaluate(SEEN, [figure, form]) == page.evaluate(SEEN, wanted), (step, form)
            bars = page.evaluate(BARS, wanted)
            assert page.evaluate(BARS, [figure, form]) == pytest.approx(bars, abs=ROUNDED_PX), (step, form)
            assert bars or name in NO_BARS, "the step's word is marked"
    print_it(page)
    whole = [page.evaluate(SEEN, [figure, form]) for form in forms]
    assert at_first == whole
    bare = page.context.browser.new_page(java_script_enabled=False)
    bare.goto(page.url)
    assert whole == [bare.evaluate(SEEN, [figure, form]) for form in forms]
    bare.close()
    assert not page.evaluate(BARS, [figure, "wide"])
    assert page.locator(".steps").count() == 1, "a picture of one step has no player"


def test_it_rests_at_its_end_and_offers_to_play(opened: Callable[..., Any]) -> None:
    """One word, one position for each step, one sentence in lines reserved for it: nothing moves."""
    page = opened("rnn-default-keras")
    group = page.get_by_role("group", name="Steps of Figure 1")
    slider, said, box = group.get_by_role("slider", name="Step"), page.locator(".said output"), page.locator(UNROLLED)
    assert group.get_by_role("button").all_inner_texts() == ["Play"]
    assert slider.input_value() == "3"
    assert slider.get_attribute("aria-valuetext") == "3 of 3"
    assert said.inner_text() == f"3 of 3 {SENTENCES[2]}"
    slider.scroll_into_view_if_needed()
    before = box.bounding_box()
    for step, sentence in enumerate(SENTENCES, start=1):
        slide(page, UNROLLED, step)
        assert said.inner_text() == f"{step} of 3 {sentence}"
        assert slider.get_attribute("aria-valuetext") == f"{step} of 3"
        assert box.bounding_box() == before


def test_a_tap_on_a_dot_goes_to_its_step(opened: Callable[..., Any]) -> None:
    """Each is large enough for a finger, and is where it is drawn."""
    page = opened("rnn-default-keras", 320)
    slider = page.get_by_role("slider")
    box = slider.bounding_box()
    assert box["height"] >= 24
    assert box["width"] >= 3 * 24
    for step in (3, 1, 2):
        slider.click(position={"x": box["width"] * (step - 0.5) / 3, "y": box["height"] / 2})
        assert slider.input_value() == str(step)


def button(page: Any, name: str) -> Any:
    """Find a button by its name."""
    return page.get_by_role("button", name=name)


FOCUSED = "document.activeElement.ariaLabel ?? document.activeElement.textContent"


def test_a_figure_is_one_tab_stop_with_arrow_keys_inside(opened: Callable[..., Any]) -> None:
    """From the buttons through the steps to the menu and back; Tab leaves it, and returns to its start."""
    page = opened("rnn-default-keras")
    slider = page.get_by_role("slider")
    stops = [button(page, "Ask").first, button(page, "Play"), slider, page.locator("summary").first]
    assert [it.evaluate("it => it.tabIndex") for it in stops] == [0, -1, -1, -1]
    slide(page, UNROLLED, 1)
    stops[0].focus()
    said = []
    for key in (*5 * ("Right",), *5 * ("Left",)):
        page.keyboard.press(f"Arrow{key}")
        said.append((page.evaluate(FOCUSED), slider.input_value()))
    steps, more = "Step", "More about Figure 1"
    assert said == [
        *(("Play", "1"), (steps, "1"), (steps, "2"), (steps, "3"), (more, "3")),
        *((steps, "3"), (steps, "2"), (steps, "1"), ("Play", "1"), ("Ask", "1")),
    ]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('#fig-rnn-default-keras')")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED) == "Ask"


def test_it_plays_until_the_end_or_until_it_is_stopped(opened: Callable[..., Any]) -> None:
    """From the first step to the last; stepping by hand stops it."""
    page = opened("rnn-default-keras")
    page.clock.install()
    page.reload()
    page.locator(".stepped").first.wait_for()
    slider = page.get_by_role("slider")
    button(page, "Play").click()
    assert slider.input_value() == "1"
    button(page, "Pause").click()
    page.clock.run_for(9000)
    assert slider.input_value() == "1"
    button(page, "Play").click()
    assert slider.input_value() == "2"
    page.clock.run_for(1600)
    assert slider.input_value() == "3"
    assert button(page, "Play").is_visible()
    button(page, "Play").click()
    assert slider.input_value() == "1", "at the end, Play starts again"
    slide(page, UNROLLED, 1)
    page.clock.run_for(9000)
    assert slider.input_value() == "1"


def test_with_reduced_motion_one_step_is_taken_at_a_time(opened: Callable[..., Any]) -> None:
    """With the same button."""
    page = opened("rnn-default-keras")
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    page.reload()
    page.locator(".stepped").first.wait_for()
    slider = page.get_by_role("slider")
    for step in ("1", "2", "3", "1"):
        button(page, "Play").click()
        page.clock.run_for(9000)
        assert slider.input_value() == step


def test_an_enlarged_figure_keeps_its_steps(opened: Callable[..., Any]) -> None:
    """It continues from the same step, in both directions."""
    page = opened("rnn-default-keras")
    slide(page, UNROLLED, 2)
    page.locator(f"{UNROLLED} summary").click()
    button(page, "Enlarge").first.click()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_role("slider").input_value() == "2"
    dialog.get_by_role("button", name="Play").click()
    assert dialog.locator("output").inner_text() == f"3 of 3 {SENTENCES[2]}"
    bars = page.evaluate(BARS, ["rnn-default-keras", "wide"])
    assert bars == pytest.approx(page.evaluate(BARS, ["rnn-default-keras-each-3", "wide"]), abs=ROUNDED_PX)
    page.keyboard.press("Escape")
    assert page.get_by_role("slider").input_value() == "3"


def test_both_directions_are_highlighted_each_at_its_own_word(opened: Callable[..., Any]) -> None:
    """The page highlights what the sentence names."""
    page = opened("rnn-bidirectional")
    figure = "#fig-rnn-bidirectional"
    lit = """() => [...document.querySelectorAll('#fig-rnn-bidirectional svg.wide [data-kind=block]')]
      .filter(it => it.querySelector('path').getAttribute('fill') === 'var(--ink)').map(it => it.dataset.part)"""
    for step, words in ((1, ["I", "groot"]), (2, ["am"]), (3, ["groot", "I"])):
        slide(page, figure, step)
        named = re.findall("“(.*?)”", page.locator(f"{figure} output").inner_text())
        assert list(dict.fromkeys(named)) == words
        assert page.evaluate(lit) == [f"layer0-{way}-step{step}-block" for way in ("forward", "backward")]
        assert len(page.evaluate(BARS, ["rnn-bidirectional", "wide"])) == 4 * len(words)


@pytest.mark.takes_turns(one_in=2)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_while_stepping_through_a_figure(opened: Callable[..., Any], width: int, scheme: str) -> None:
    """Steps that are still to come are readable."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened("rnn-default-keras", width, scheme)
    slide(page, UNROLLED, 2)
    page.wait_for_timeout(300)
    found = axe.run(page).response["violations"]
    assert not found, "\n".join(f"{it['id']}: {it['nodes'][0]['html'][:200]}" for it in found)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_colours_change_gradually_unless_motion_is_reduced(opened: Callable[..., Any]) -> None:
    """With reduced motion, at once."""
    page = opened("rnn-default-keras")
    slide(page, UNROLLED, 1)
    duration = "parseFloat(getComputedStyle(document.querySelector('[data-step] path')).transitionDuration)"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(duration) == pytest.approx(0.15)
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(duration) == 0


def test_on_a_phone_the_current_step_scrolls_into_view(opened: Callable[..., Any]) -> None:
    """A cell without a form for phones is wider than its box, which scrolls; the page doesn't."""
    page = opened("one-form", 320)
    page.emulate_media(reduced_motion="reduce")
    box = page.locator("#fig-one-form > .scroll")
    for step in (5, 2):
        slide(page, "#fig-one-form", step)
        now = page.locator(f"#fig-one-form [data-step='{step}']:is([data-kind=block], [data-kind=vector])").all()
        places = [part.bounding_box() for part in now]
        assert any(0 <= place["x"] <= 320 - place["width"] for place in places)
    assert box.evaluate("it => it.scrollLeft") > 0
    assert page.evaluate("[scrollX, document.documentElement.scrollWidth]") == [0, 320]


def test_on_a_phone_both_directions_are_visible(opened: Callable[..., Any]) -> None:
    """They are at the two edges of the narrow form, and no scrolling is needed."""
    page = opened("rnn-bidirectional", 320)
    page.emulate_media(reduced_motion="reduce")
    for step in (1, 3):
        slide(page, "#fig-rnn-bidirectional", step)
        for way in ("forward", "backward"):
            part = f"[data-part=layer0-{way}-step{step}-block]"
            block = page.locator(f"#fig-rnn-bidirectional svg.narrow {part}").bounding_box()
            assert 0 <= block["x"] <= 320 - block["width"]


def test_a_figure_with_steps_is_printed_whole(opened: Callable[..., Any]) -> None:
    """Afterwards it is at the step that its reader had chosen."""
    page = opened("rnn-default-keras")
    slide(page, UNROLLED, 2)
    stepped = seen(page)
    print_it(page)
    assert len(seen(page)) >= len(stepped)
    assert seen(page) != stepped
    assert not page.locator(".steps").is_visible()
    to_screen(page)
    assert seen(page) == stepped


def test_a_figure_with_steps_still_has_ties(opened: Callable[..., Any]) -> None:
    """Its current step lights up with the code."""
    page = opened("rnn-default-keras")
    slide(page, UNROLLED, 1)
    page.locator(".highlight [data-arg=units]").focus()
    halo = page.locator(f"{UNROLLED} svg.wide [data-part=state-1] .halo")
    assert halo.evaluate("it => getComputedStyle(it).visibility") == "visible"


def test_without_javascript_no_controls_are_shown_that_need_it(address: str, chromium: Any) -> None:
    """The whole figure is there, and its description has the numbers."""
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"{address}2026/11/rnn-default-keras/")
    assert page.locator(f"{UNROLLED} .steps").count() == 1
    assert not page.locator(f"{UNROLLED} .steps").is_visible()
    assert page.locator(f"{UNROLLED} svg.wide text", has_text="0.8").first.is_visible()
    page.close()


def test_the_script_is_loaded_only_where_figures_are(address: str, tab: Callable[..., Any]) -> None:
    """One module, nothing from third parties."""
    page = tab(1280)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert not [url for url in asked if url.endswith("figures.js")]
    page.goto(f"{address}2026/11/plain/")
    assert len([url for url in asked if re.search(r"/figures\.js(\?|$)", url)]) == 1
    assert all(url.startswith(address) for url in asked)
