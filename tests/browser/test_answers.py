"""Every view with numbers answers: by mouse, tap and key, at every size, in both schemes and in two languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.guides import built, give_kit
from tests.conftest import Site

pytestmark = pytest.mark.browser

VIEWS = {
    "unroll": "unroll(stack(Embedding(5, 2), LSTM(4), Dense(1, 'sigmoid'), shape=(3,)), WORDS)",
    "cell": "cell(GRU(2), WORDS)",
    "reset": "reset(GRU(2), WORDS)",
    "learnt": "cell(LEARNT, VERDICT, indices(VERDICT), WEIGHTS, step=5)",
    "attention": "attention(MultiHeadAttention(2, 2), WORDS)",
    "heads": "heads(MultiHeadAttention(2, 2), WORDS)",
    "query": "attention(MultiHeadAttention(2, 2), WORDS, query=2, head=1)",
    "transformer": "transformer(read_keras(NORMALIZED), WORDS)",
    "words": "convolution(Conv1D(2, 2, activation='tanh'), WORDS)",
    "pooling": "convolution(stack(Conv1D(2, 2), MaxPooling1D(2), shape=(3, 2)), WORDS, receptive_field=True)",
    "image": "convolution(read_keras(IMAGE), [[0, 0, 1, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 1, 1, 1]])",
    "network": "network(stack(Dense(3, 'tanh'), Dense(2, 'softmax'), shape=(2,)), [0.5, -0.2])",
    "logits": "logits(['Groot', 'here', 'there'], [1.2, 0.5, -1])",
    "lookup": "lookup('am', WORDS)",
    "positions": "positions(5, units=4)",
    "tensor": "tensor(stack(LSTM(2), shape=(3, 2)), [WORDS])",
    "gradient": "gradient(SimpleRNN(2), WORDS)",
}
WITHOUT_NUMBERS = "rolled(stack(SimpleRNN(4), shape=(3, 2)), WORDS)"
FROM_WHAT_IS_NOT_DRAWN = ("heads", "tensor", "gradient")
SCRIPT = f'''\
"""Each view that has numbers."""
from _sentiment import indices, toy
from unrolled import *

WORDS = ["I", "am", "groot"]
VERDICT = "The movie was good not bad".split()
LEARNT, WEIGHTS = toy(LSTM(2), "lstm_2_units", len(VERDICT))
IMAGE = "model = Sequential([Input((4, 4, 1)), Conv2D(1, 2)])"
NORMALIZED = """\\
x = Input((3, 4))
y = Add()([x, MultiHeadAttention(1, 2)(x, x)])
model = Model(x, LayerNormalization()(y))
"""

def draw():
    return [{", ".join([*VIEWS.values(), WITHOUT_NUMBERS])}]
'''


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Iterator[str]:
    """Serve a page with every view, in two languages."""
    site = Site(tmp_path_factory.mktemp("answers"))
    give_kit(site, [], font_list)
    site.script("views", SCRIPT)
    names = ["views", *(f"views-{number}" for number in range(2, len(VIEWS) + 2))]
    body = "\n\nBelow it.\n\n".join(f"![](/images/{name}.png)" for name in names) + "\n\nWords.\n"
    site.article("guide", body)
    site.article("anleitung", body, Lang="de")
    with built(site) as address:
        yield address


FIND = r"""async place => {
  const figure = document.querySelectorAll("figure[data-asks]")[place];
  const { nodes, parts, ...forms } = await (await fetch(figure.dataset.asks)).json();
  const cells = [...figure.querySelectorAll("[data-part]")].flatMap(part => {
    const own = forms[part.ownerSVGElement.classList[0]]?.[part.dataset.part] ?? parts[part.dataset.part];
    const numbers = [...part.querySelectorAll("text")].filter(it => /^−?\d+([.,]\d+)?$/.test(it.textContent));
    return numbers.filter(it => it.checkVisibility())
      .map((text, at) => ({ text, node: own?.length ? own[at] : own + at })).filter(it => nodes[it.node]);
  });
  const drawn = new Set(cells.map(it => String(it.node)));
  const sources = ({ node }) => Object.keys(nodes[node][2] ?? {}).filter(it => drawn.has(it)).length;
  const { text } = cells.reduce((most, it) => sources(it) >= sources(most) ? it : most);
  text.scrollIntoView({ block: "center", behavior: "instant" });
  const { left, right, top, bottom } = text.getBoundingClientRect();
  const below = figure.nextElementSibling.getBoundingClientRect().top + scrollY;
  return { x: (left + right) / 2, y: (top + bottom) / 2, below, height: document.documentElement.scrollHeight };
}"""
"""Scroll to the number of a figure that comes from the most others in it; return where it is, and what follows."""
ASKED = r"""async place => {
  const figure = document.querySelectorAll("figure[data-asks]")[place];
  const why = figure.querySelector(".why");
  for (let wait = 0; wait < 200 && !figure.matches(".asking"); wait++) await new Promise(done => setTimeout(done, 25));
  const { left, right, top, bottom } = why.getBoundingClientRect();
  const marks = [...figure.querySelectorAll("svg .share")].filter(it => it.checkVisibility());
  return {
    said: why.innerText.replace(/\s+/g, " "),
    role: why.getAttribute("role"),
    pressed: figure.querySelector(".ask .go").ariaPressed,
    marks: marks.map(it => it.classList[1] ?? "neither"),
    isInSight: left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight,
    wide: document.documentElement.scrollWidth,
    below: figure.nextElementSibling.getBoundingClientRect().top + scrollY,
    height: document.documentElement.scrollHeight,
  };
}"""
"""Wait for the answer of a figure, and return what is seen of it."""
SAID = {
    "guide": {"raises": "raises it", "lowers": "lowers it", "given": "given", "point": "."},
    "anleitung/de": {"raises": "hebt sie", "lowers": "senkt sie", "given": "gegeben", "point": ","},
}


@pytest.mark.parametrize("name", SAID)
def test_every_view_answers_at_every_size(opened: Callable[..., Any], name: str) -> None:
    """What is asked and its sources are marked, the answer is in sight and announced, and nothing else moves."""
    said, schemes = SAID[name], ("light", "dark", "light") if name == "guide" else ("dark", "light", "dark")
    page = opened(name, 320, has_touch=True, reduced_motion="reduce")
    faults: list[str] = []
    for turn, (width, scheme) in enumerate(zip((320, 768, 1280), schemes, strict=True)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for place, view in enumerate(VIEWS):
            by = ("mouse", "touch", "keyboard")[(place + turn + (name != "guide")) % 3]
            before = page.evaluate(FIND, place)
            if by == "mouse":
                page.mouse.click(before["x"], before["y"])
            elif by == "touch":
                page.touchscreen.tap(before["x"], before["y"])
            else:
                page.locator("figure[data-asks] .ask > .go").nth(place).focus()
                page.keyboard.press("Enter")
            seen = page.evaluate(ASKED, place)
            page.keyboard.press("Escape")
            kinds = [it for it in seen["marks"] if it != "whole"]
            words = [said[it] for it in kinds if it in said] or [said["given"]] * (view == "tensor")
            expected = {
                "whole": "whole" in seen["marks"],
                "sources": bool(kinds) is (view not in FROM_WHAT_IS_NOT_DRAWN),
                "role": seen["role"] == "status",
                "pressed": seen["pressed"] == "true",
                "words": all(it in seen["said"] for it in words),
                "point": set(re.findall(r"\d([.,])\d", seen["said"])) <= {said["point"]},
                "in sight": seen["isInSight"],
                "width": seen["wide"] == width,
                "unmoved": all(abs(seen[it] - before[it]) < 1 for it in ("below", "height")),
            }
            faults += [f"{width} px, {view}, {by}: {it}" for it, is_so in expected.items() if not is_so]
    assert not faults, "\n".join(faults)


def test_steps_without_answers_load_nothing(opened: Callable[..., Any]) -> None:
    """There is no file of answers for them: their steps are played, and their drawing is touched, without a request."""
    page = opened("guide")
    page.wait_for_load_state("networkidle")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    figure = page.locator("figure:has(.steps):not([data-asks])")
    assert figure.locator(".ask").count() == 0
    figure.locator(".scroll > svg:visible").click()
    figure.locator(".steps .go").hover()
    figure.locator(".steps .go").click()
    figure.locator("output", has_text="1 of").wait_for()
    page.wait_for_timeout(200)
    assert requests == []
