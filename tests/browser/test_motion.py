"""Steps that are played: what travels arrives as drawn, unless it is interrupted or the reader wants no motion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.guides import built, give_kit
from tests.conftest import Site

pytestmark = pytest.mark.browser

SCRIPT = """\
from unrolled import cell, read_keras, unroll

def draw(code):
    return {drawn}(read_keras(code), ["I", "am", "groot"])
"""
CODE = "model = Sequential([Input((3, 2)), LSTM(2)])"
AT = """time => {
  const moving = window.held = document.getAnimations().filter(it => it.constructor === Animation);
  for (const it of moving) { it.pause(); it.currentTime = time; }
  const now = moving.filter(it => it.effect.getComputedTiming().progress !== null).map(it => it.effect.target);
  return [...new Set(now)].map(mark => {
    const { opacity, transform, translate } = getComputedStyle(mark);
    return [mark.closest('[data-part]').dataset.part, Number(opacity), transform === 'none' ? translate : transform];
  });
}"""
END = "() => held.forEach(it => it.finish())"
PARTS = "[data-part]"
LEFT = {"memory-before"}
"""The vector of which the forget gate keeps something back."""
DRAWN = "() => [...document.querySelectorAll('.scroll svg')].map(drawing => drawing.outerHTML).join()"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Iterator[str]:
    """Serve a site with an unrolled model and a cell."""
    site = Site(tmp_path_factory.mktemp("motion"))
    give_kit(site, [], font_list)
    for name in ("unroll", "cell"):
        site.script(f"played_{name}", SCRIPT.format(drawn=name))
        site.article(name, f"```python\n{CODE}\n```\n\n![](/images/played-{name}.png)\n")
    with built(site) as address:
        yield address


@pytest.fixture
def opened(opened: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that opens an article, with its motion loaded and its steps not taken by themselves."""

    def open_article(name: str, width: int = 1280, **options: Any) -> Any:
        page = opened(name, width, script="window.setInterval = next => { window.next = next; return 1; }", **options)
        page.locator(".stepped").wait_for()
        if options.get("reduced_motion") != "reduce":
            with page.expect_response(lambda response: "/motion" in response.url):
                page.locator(".steps .go").hover()
        page.wait_for_load_state("networkidle")
        return page

    return open_article


def at(page: Any, time: int) -> tuple[set[str], set[str]]:
    """Hold the motion at a time; return the parts that wait out of sight, and those that move."""
    seen = page.evaluate(AT, time)
    waiting = {part for part, opacity, _ in seen if opacity == 0}
    return waiting, {part for part, opacity, transform in seen if opacity and transform != "none"}


@pytest.mark.parametrize(
    ("name", "width", "steps"),
    [
        (
            "unroll",
            1280,
            [
                ({"memory-1", "state-1"}, {"embedding-1", "memory-0", "state-0"}, {"memory-1", "state-1"}),
                ({"memory-2", "state-2"}, {"embedding-2", "memory-1", "state-1"}, {"memory-2", "state-2"}),
                ({"output"}, {"embedding-3", "memory-2", "state-2"}, {"output"}),
            ],
        ),
        (
            "cell",
            1280,
            [
                (set(), {"x"}, set()),
                ({"kept", *LEFT}, {"memory-before", "state-before", "forget-gate"}, {"kept", *LEFT}),
                ({"candidate", "written"}, {"candidate", "state-before", "input-gate"}, {"candidate", "written"}),
                ({"memory-after"}, {"kept", "written"}, {"memory-after"}),
                ({"squashed", "state-after"}, {"squashed", "state-before", "output-gate"}, {"squashed", "state-after"}),
            ],
        ),
        (
            "cell",
            320,
            [
                (set(), set(), set()),
                ({"kept", *LEFT}, {"memory-before", "forget-gate"}, {"kept", *LEFT}),
                ({"written"}, {"candidate", "input-gate"}, {"written"}),
                ({"memory-after"}, {"kept", "written"}, {"memory-after"}),
                ({"squashed", "state-after"}, {"squashed", "memory-after", "output-gate"}, {"squashed", "state-after"}),
            ],
        ),
    ],
)
def test_what_travels_arrives_as_drawn(opened: Callable[..., Any], name: str, width: int, steps: list[Any]) -> None:
    """Copies ride to what reads them while gates open, then what comes of it rides out; the end is the drawn step.

    What the forget gate doesn't let through leaves as a copy with numbers of its own.
    """
    page, still = opened(name, width), opened(name, width, reduced_motion="reduce")
    for step, (waiting, going, coming) in enumerate(steps):
        still.locator(".steps .go").click()
        assert still.evaluate(AT, 300) == []
        page.evaluate("() => next()") if step else page.locator(".steps .go").click()
        assert (at(page, 300), at(page, 900)) == ((waiting, going), (set(), coming))
        kept_back = page.locator("[data-part=memory-before]", has_text="0.01")
        assert kept_back.count() == (coming >= LEFT)
        page.evaluate(END)
        page.wait_for_function(f"drawn => ({DRAWN})() === drawn", arg=still.evaluate(DRAWN), timeout=5000)


@pytest.mark.parametrize(
    "interrupt",
    [
        "document.querySelector('.steps .go').click()",
        "document.querySelector('.dots input').dispatchEvent(new Event('input'))",
        "document.querySelector('figure').dispatchEvent(new Event('asked'))",
        "document.querySelector('figure').dispatchEvent(new CustomEvent('redrawn', { bubbles: true }))",
    ],
)
def test_it_ends_at_once_when_interrupted(opened: Callable[..., Any], interrupt: str) -> None:
    """By Pause, a step's dot, a number that is asked, or another frame of a slider."""
    page = opened("unroll")
    parts = page.locator(PARTS).count()
    page.locator(".steps .go").click()
    assert page.evaluate(AT, 300)
    page.evaluate(interrupt)
    assert page.evaluate(AT, 300) == []
    assert page.locator(PARTS).count() == parts
