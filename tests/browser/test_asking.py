"""Numbers of a figure that can be asked where they come from: by mouse, by a tap, by keyboard, in steps and frames."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.guides import built
from tests.conftest import Site, python

pytestmark = pytest.mark.browser

DOUBLED = '''
"""Numbers, doubled and added up."""
from math import tanh
from types import SimpleNamespace
from matplotlib.figure import Figure

def draw(code, n: int = 2, language: str = ""):
    def said(value, decimals=2):
        text = f"{value:.{decimals}f}".replace("-", "−")
        return text.replace(".", ",") if language == "de" else text
    given = [0.5, -0.2, 0.1][:n]
    total = sum(2 * value for value in given)
    unit = {"role": "state", "step": 1, "argument": {"name": "units", "line": 1, "column": 10, "role": "state"}}
    parts = {f"x-{at}": unit for at in range(n)} | {"x-name": unit}
    parts |= {f"double-{at}": {"step": 1} for at in range(n)} | {"result": {"step": 2}}

    def drawing(is_narrow):
        def figure():
            drawn = Figure(figsize=(2.8, 3.2) if is_narrow else (6, 1.2))
            ink = {"va": "center", "color": "#1c2430"}
            place = iter(range(9))
            def put(gid, text, **more):
                at = next(place) / 9 + 0.05
                drawn.text(*((0.3, 1 - at) if is_narrow else (at, 0.5)), text, gid=gid, **ink, **more)
            put("x-name", "x =")
            for at, value in enumerate(given):
                put(f"x-{at}", said(value, 1), alpha=0 if at == 1 else None)
            for at, value in enumerate(given):
                put(f"double-{at}", said(2 * value, 1))
            put("result", said(tanh(total)))
            return drawn
        return SimpleNamespace(figure=figure, parts=parts, moments=moments)

    moments = {gid: {"step": part["step"], "kind": "vector", "bars": []} for gid, part in parts.items()}
    doubles = range(n, 2 * n)
    asks = {
        "arrays": [["x", "", n], ["2x", "2 × x", n], ["s", "2x₁ + … & <so on>", 1], ["y", "tanh(s)", 1]],
        "nodes": [[said(value)] for value in given]
        + [[said(2 * value), f"2 × {{-{at}}}", {at: 9 if value > 0 else -9}] for at, value in enumerate(given)]
        + [[said(total), " + ".join(f"{{-{at}}}" for at in doubles), dict.fromkeys(doubles, 5) | {n + 1: -4}]]
        + [[said(tanh(total)), f"tanh({{{2 * n}}})", dict.fromkeys(doubles, 5) | {n + 1: -4}]],
        "parts": {f"x-{at}": [at] for at in range(n)}
        | {f"double-{at}": n + at for at in range(n)} | {"result": 2 * n + 1},
    }
    picture = drawing(False)
    picture.narrow, picture.asks, picture.alt = drawing(True), asks, f"{n} numbers"
    picture.steps = ["Each is doubled.", "All are added up."]
    return picture
'''
BODY = python("x = units(2)") + '![](/images/doubled.png "Doubled."){vary="n=2, 3"}\n\nWords.\n'
FIGURE = "#fig-doubled"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Iterator[str]:
    """Serve a site with a figure whose numbers can be asked, in two languages."""
    site = Site(tmp_path_factory.mktemp("asking"), font_list)
    site.script("doubled", DOUBLED)
    site.article("guide", BODY)
    site.article("anleitung", BODY, Lang="de")
    with built(site) as address:
        yield address


def number(page: Any, part: str) -> Any:
    """Return a number of the drawing in sight."""
    return page.locator(f'{FIGURE} svg:visible [data-part="{part}"] text')


def answer(page: Any, *lines: str) -> None:
    """Wait until the two lines below the drawing say this; none is no answer."""
    script = "figure => [...document.querySelectorAll(`${figure} .why > p`)].map(it => it.innerText).join('|')"
    seen = ""
    for _ in range(60):
        seen = re.sub(r"\s+", " ", page.evaluate(script, FIGURE)).strip()
        if seen == "|".join(lines):
            return
        page.wait_for_timeout(50)
    assert seen == "|".join(lines)


def lit(page: Any) -> dict[str, str]:
    """Return the parts of the drawing in sight that are lit, and how."""
    marks = page.locator(f"{FIGURE} svg:visible rect.share")
    script = "all => all.map(it => [it.closest('[data-part]').dataset.part, it.classList[1] ?? ''])"
    return dict(marks.evaluate_all(script))


Y = ("y = tanh(s) raises it lowers it", "0.54 = tanh(0.60)")
S = ("y › s = 2x₁ + … & <so on> raises it lowers it", "0.60 = (1.00) + (−0.40)")


def test_the_mouse_points_and_a_click_stays(opened: Callable[..., Any]) -> None:
    """Only then are module, style and answers loaded. Sums and crumbs lead on and back; nothing moves."""
    page = opened("guide")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(re.sub(r"[.-][0-9a-f]{10,}", "", request.url.rpartition("/")[2])))
    height = page.evaluate("document.documentElement.scrollHeight")
    page.mouse.move(5, 5)
    page.wait_for_timeout(100)
    assert loaded == []
    number(page, "result").hover()
    answer(page, *Y)
    assert sorted(loaded) == ["ask.css", "ask.js", "doubled.asks.json"]
    assert lit(page) == {"result": "whole", "double-0": "raises", "double-1": "lowers"}
    opacity = "it => getComputedStyle(it).opacity"
    page.wait_for_timeout(200)
    assert [number(page, it).evaluate(opacity) for it in ("result", "double-0", "x-0")] == ["1", "1", "0.3"]
    assert page.evaluate("document.documentElement.scrollHeight") == height
    page.mouse.move(5, 5)
    answer(page)
    assert lit(page) == {}
    number(page, "result").click()
    page.mouse.move(5, 5)
    page.wait_for_timeout(200)
    answer(page, *Y)
    page.get_by_role("button", name="0.60").click()
    answer(page, *S)
    assert lit(page) == {"double-0": "raises", "double-1": "lowers"}
    number(page, "double-1").click()
    answer(page, "y › s › 2x = 2 × x lowers it", "−0.40 = 2 × (−0.20)")
    number(page, "x-1").click()
    answer(page, "s › 2x › x given", "−0.20")
    number(page, "x-1").click()
    answer(page, "y › s › 2x = 2 × x lowers it", "−0.40 = 2 × (−0.20)")
    page.get_by_role("button", name="y", exact=True).click()
    answer(page, *Y)
    page.get_by_text("Words.", exact=True).click()
    answer(page)
    assert page.evaluate("document.documentElement.scrollHeight") == height


def test_the_number_of_a_bar_is_printed_where_it_is_asked(opened: Callable[..., Any]) -> None:
    """It has no ink at rest, nor while another number is asked."""
    page = opened("guide")
    bar = number(page, "x-1")
    opacity = "it => getComputedStyle(it).opacity"
    assert bar.evaluate(opacity) == "0"
    number(page, "result").hover()
    answer(page, *Y)
    page.wait_for_timeout(200)
    assert bar.evaluate(opacity) == "0"
    bar.click(force=True)
    answer(page, "x given", "−0.20")
    page.wait_for_timeout(200)
    assert bar.evaluate(opacity) == "1"
    assert lit(page) == {"x-1": "whole"}


def test_the_first_tap_asks_the_number_next_to_it(opened: Callable[..., Any]) -> None:
    """Within 24 px; a tap on the number itself goes back. The name of a tied part stays a tie."""
    page = opened("guide", 320, has_touch=True)
    number(page, "result").scroll_into_view_if_needed()
    box = number(page, "result").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] + 20, box["y"] + box["height"] / 2)
    answer(page, *Y)
    number(page, "result").tap()
    answer(page)
    page.touchscreen.tap(box["x"] + box["width"] + 28, box["y"] + box["height"] / 2)
    answer(page)
    number(page, "x-name").tap()
    answer(page)
    assert page.locator(f"{FIGURE} .ties a").evaluate("it => it === document.activeElement")
    number(page, "x-0").tap()
    answer(page, "x given", "0.50")


def test_the_keyboard_goes_in_and_comes_back(opened: Callable[..., Any]) -> None:
    """Arrows follow the computation, Enter the sources. At the end, Ask is an item of the toolbar again.

    The page says so where the hint for pointers was.
    """
    page = opened("guide")
    ask, told = page.get_by_role("button", name="Ask"), page.locator(f"{FIGURE} .ask > p:visible")
    keys = "Enter asks, arrow keys move, Enter goes further back, Escape returns."
    assert told.all_inner_texts() == ["Point at any number: it says where it comes from."]
    description = "it => document.getElementById(it.getAttribute('aria-describedby')).textContent"
    assert ask.evaluate(description) == keys
    ask.focus()
    page.locator("#ask-keys").wait_for()  # the style sheet is loaded by the focus
    assert told.all_inner_texts() == [keys]
    for key, *lines in [
        ("Enter", *Y),
        ("ArrowLeft", "2x = 2 × x lowers it", "−0.40 = 2 × (−0.20)"),
        ("ArrowLeft", "2x = 2 × x raises it", "1.00 = 2 × (0.50)"),
        ("ArrowRight", "2x = 2 × x lowers it", "−0.40 = 2 × (−0.20)"),
        ("ArrowRight", *Y),
        ("ArrowRight", *Y),
        ("Enter", *S),
        ("Enter", "y › s › 2x = 2 × x raises it", "1.00 = 2 × (0.50)"),
        ("ArrowRight", "y › s › 2x = 2 × x lowers it", "−0.40 = 2 × (−0.20)"),
        ("Enter", "s › 2x › x given", "−0.20"),
        ("Enter", "s › 2x › x given", "−0.20"),
        ("Escape", "y › s › 2x = 2 × x lowers it", "−0.40 = 2 × (−0.20)"),
        ("Escape", *S),
        ("Escape", *Y),
        ("Escape",),
    ]:
        page.keyboard.press(key)
        answer(page, *lines)
        assert ask.get_attribute("aria-pressed") == str(bool(lines)).lower()
        assert told.all_inner_texts() == ([] if lines else [keys])
    assert ask.evaluate("it => it === document.activeElement")
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("button", name="Play").evaluate("it => it === document.activeElement")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    answer(page, *Y)
    page.keyboard.press("Tab")
    answer(page)


def test_asking_pauses_the_steps_and_sees_what_they_show(opened: Callable[..., Any]) -> None:
    """A number that a later step draws can't be asked."""
    page = opened("guide")
    play = page.locator(f"{FIGURE} .steps button")
    play.click()
    assert play.inner_text() == "Pause"
    number(page, "double-0").hover()
    page.wait_for_timeout(300)
    answer(page)
    number(page, "double-0").click()
    answer(page, "2x = 2 × x raises it", "1.00 = 2 × (0.50)")
    assert play.inner_text() == "Play"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    answer(page, "2x = 2 × x lowers it", "−0.40 = 2 × (−0.20)")
    page.keyboard.press("Escape")
    box = number(page, "result").evaluate("it => it.getBoundingClientRect().toJSON()")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(200)
    answer(page)


def test_each_frame_of_a_slider_has_its_own_answers(opened: Callable[..., Any]) -> None:
    """Asking ends when another picture comes."""
    page = opened("guide")
    number(page, "result").click()
    answer(page, *Y)
    page.mouse.move(1, 1)  # where it rests, no number of the next picture is pointed at
    page.locator(f"{FIGURE} .param input").focus()
    page.keyboard.press("ArrowRight")
    page.locator(f"{FIGURE} svg.wide title", has_text="3 numbers").wait_for(state="attached")
    answer(page)
    page.wait_for_timeout(200)
    number(page, "result").click()
    answer(page, "y = tanh(s) raises it lowers it", "0.66 = tanh(0.80)")
    page.get_by_role("button", name="0.80").click()
    answer(page, "y › s = 2x₁ + … & <so on> raises it lowers it", "0.80 = (1.00) + (−0.40) + (0.20)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_in_german_on_a_phone(opened: Callable[..., Any], scheme: str) -> None:
    """It has room there, even with large letters, and axe finds nothing."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened("anleitung/de", 320, scheme, reduced_motion="reduce")
    number(page, "result").click()
    answer(page, "y = tanh(s) hebt sie senkt sie", "0,54 = tanh(0,60)")
    assert number(page, "result").evaluate("it => getComputedStyle(it).transitionDuration") == "0s"
    page.get_by_role("button", name="0,60").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    place = page.locator(f"{FIGURE} .why").bounding_box()
    assert place["x"] + place["width"] <= 320
    assert place["y"] + place["height"] <= 900
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = axe.run(page, options=rules).response["violations"]
    assert [(it["id"], [node["target"] for node in it["nodes"]]) for it in found] == []


@pytest.mark.parametrize(("name", "letters_px"), [("guide", 16), ("anleitung/de", 16), ("anleitung/de", 32)])
def test_a_hint_stays_in_its_place_on_a_phone(opened: Callable[..., Any], name: str, letters_px: int) -> None:
    """Where letters are too large for it, it isn't shown."""
    page = opened(name, 320)
    page.evaluate("px => { document.documentElement.style.fontSize = `${px}px`; }", letters_px)
    hint, ask, steps = (page.locator(f"{FIGURE} {it}") for it in (".ask > p:visible", ".ask", ".steps"))
    assert hint.count() == (letters_px == 16)
    if hint.count():
        assert end(hint) <= end(ask)
        ask.locator("button").focus()  # its keys need more room
        page.locator("#ask-keys").wait_for()
        assert end(hint) <= steps.bounding_box()["y"]


def end(element: Any) -> float:
    """Return how far down an element ends."""
    box = element.bounding_box()
    return box["y"] + box["height"]


def test_a_page_is_as_before_where_nothing_can_ask(opened: Callable[..., Any]) -> None:
    """Without JavaScript there is no button, and on paper no answer."""
    page = opened("guide", java_script_enabled=False)
    assert page.locator(".ask").is_hidden()
    page = opened("guide")
    number(page, "result").click()
    answer(page, *Y)
    page.emulate_media(media="print")
    assert page.locator(".ask").is_hidden()
    page.wait_for_timeout(200)
    assert number(page, "x-0").evaluate("it => getComputedStyle(it).opacity") == "1"
    fills = number(page, "result").evaluate_all(
        "all => [all[0], all[0].closest('svg').querySelector('text')].map(it => getComputedStyle(it).fill)"
    )
    assert fills[0] == fills[1]
    assert page.locator(f"{FIGURE} rect.share").first.is_hidden()
