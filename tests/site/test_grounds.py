"""The backgrounds of words: a word has the same one in every figure of an article, whatever each would choose alone."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugins.figures.grounds import agreed, registered
from plugins.html import parse
from tests import builds
from tests.browser.guides import give_kit
from tests.conftest import Site

TOKENS = '''
"""Some words."""
from unrolled import row, word

def draw(words: list[str]):
    return row(*map(word, words)).picture("Some words.")
'''
EXPORT = ["-s", "pelicanconf_here.py", "export", "two", "--format", "svg"]
WORD = re.compile(
    r'data-part="word-\d+"[^>]*><path[^>]*fill="var\(--([\w-]+)\)"[^>]*/?>(?:</path>)?<text[^>]*>([^<]+)<'
)


def image(name: str, words: str) -> str:
    """Write an image of a figure with some words."""
    return f'![](/images/{name}.png){{script=says words="{words}"}}'


@pytest.fixture
def kit(site: Site, font_list: Path) -> Site:
    """Create a site with the kit and a script that draws words."""
    shutil.rmtree(site.root / ".figures")
    give_kit(site, (), font_list)
    site.script("says", TOKENS)
    return site


def grounds(site: Site, article: str) -> dict[str, set[str]]:
    """Return the backgrounds of each word in an article's text."""
    found: dict[str, set[str]] = {}
    for ground, word in WORD.findall(parse(site.page(article)).css_first(".prose").html):
        found.setdefault(word, set()).add(ground)
    return found


def test_a_word_has_one_background_in_an_article(kit: Site) -> None:
    """The first figure decides, in both its forms; another article starts afresh, and the next build draws nothing."""
    kit.article("guide", "\n\n".join([image("one", "not good"), image("two", "I am not groot"), image("three", "I")]))
    kit.article("other", image("four", "am I"))
    built = kit.build()
    assert (built.code, built.figures) == (0, (4, 0, 0)), built.out + built.report
    own = {word: {f"word-{number}"} for number, word in enumerate(("not", "good", "I", "am", "groot"), start=1)}
    assert grounds(kit, "guide") == own
    assert grounds(kit, "other") == {"am": {"word-1"}, "I": {"word-2"}}
    assert kit.build().figures == (0, 4, 0)


@pytest.mark.slow
def test_only_figures_whose_words_change_their_backgrounds_are_drawn_again(kit: Site) -> None:
    """A word that comes before the others shifts them; a figure without these is unchanged."""
    shown = [image("one", "not good"), image("two", "I am")]
    kit.article("guide", "\n\n".join([*shown, image("three", "groot")]))
    assert kit.build().figures == (3, 0, 0)
    kit.article("guide", "\n\n".join([*reversed(shown), image("three", "groot")]))
    built = kit.build("-D")
    assert built.figures == (1, 2, 0), "the second figure had these grounds before the first one was known"
    assert "gives its words different colours" in built.out + built.report
    assert grounds(kit, "guide") == {
        word: {f"word-{number}"} for number, word in enumerate(("I", "am", "not", "good", "groot"), start=1)
    }
    kit.article("guide", "\n\n".join([*shown, image("three", "groot")]))
    assert kit.build().figures[2] == 0
    assert grounds(kit, "guide")["not"] == {"word-1"}
    built = kit.build("-D", "-e", 'FIGURES_WORDS={"ink": "groot", "word-1": "not"}')
    assert built.figures == (1, 2, 0), "the first figure has its colour anyway"
    assert "FIGURES_WORDS now gives its words different colours" in built.out + built.report
    own = {"not": "word-1", "good": "word-2", "I": "word-3", "am": "word-4", "groot": "ink"}
    assert grounds(kit, "guide") == {word: {ground} for word, ground in own.items()}


@pytest.mark.slow
def test_a_figure_drawn_alone_keeps_its_backgrounds(kit: Site) -> None:
    """An export looks the same as in the article; an edit of the script draws each figure once."""
    kit.article("guide", "\n\n".join([image("one", "not good"), image("two", "I am")]))
    kit.build()
    code, out, errors = builds.run("plugins.figures", EXPORT, kit.root, dict(os.environ))
    assert code == 0, out + errors
    svg = (kit.root / "exports/two.svg").read_text("utf-8").lower()
    colours = json.loads((kit.root / "theme/tokens.json").read_text("utf-8"))
    used = [name for name in colours if name.startswith("word-") and colours[name]["light"].lower() in svg]
    assert used == ["word-3", "word-4"]
    kit.script("says", TOKENS.replace("Some", "Three"))
    kit.build()
    assert grounds(kit, "guide")["I"] == {"word-3"}
    records = [json.loads(path.read_text("utf-8")) for path in (kit.root / ".figures/records/two").glob("*.json")]
    assert [len(each) for each in records] == [3], "its own grounds, then the article's, and those after the edit"


@pytest.mark.slow
def test_each_word_of_the_articles_has_one_background(built_project: Path) -> None:
    """In every figure of an article and all forms of it, whichever view draws the word, and whatever it stands for."""
    pages = [parse(path.read_text("utf-8")) for path in sorted((built_project / "2026").rglob("index.html"))]
    count = 0
    for page in pages:
        found: dict[str, set[str | None]] = {}
        for part in page.css("figure svg [data-part]"):
            fills = [path.attributes.get("fill") for path in part.css("path")]
            grounds = [fill for fill in fills if fill and fill.startswith("var(--word-")]
            texts = [text.text() for text in part.css("text")]
            if grounds and len(texts) == 1 and any(map(str.isalpha, texts[0])):  # not the numbers of its vector
                found.setdefault(texts[0], set()).update(grounds)
        count += len(found)
        assert not {word: grounds for word, grounds in found.items() if len(grounds) > 1}
    assert count > 50


@example([list("abcfghid"), list("abcde")], {"e": 0})
@given(
    st.lists(st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=8), max_size=6),
    st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from([0, 3, "ink", "lane"])),
)
def test_words_of_a_figure_differ_as_long_as_there_are_backgrounds(
    figures: list[list[str]], register: dict[str, int | str]
) -> None:
    """The register decides first; no other word has one of its backgrounds as long as there are others."""
    found = agreed(figures, register)
    words = [*dict.fromkeys(word for each in figures for word in each)]
    others = [word for word in words if word not in register]
    assert [*found] == words
    assert registered(register, words).items() <= found.items()
    assert {found[word] for word in others} <= set(range(8))
    taken = {found[word] for word in words if word in register}
    left = [number for number in range(8) if number not in taken]
    if len(others) <= len(left):
        assert [found[word] for word in others] == left[: len(others)]
    for first in figures[:1]:
        own = [found[word] for word in first if word in others]
        assert len({*own}) == len(own)


def test_a_word_is_known_to_the_register_at_the_start_and_the_end_of_a_sentence():
    """But a letter is another word than "I"."""
    register = {"good": 0, "not": "ink", "I": 1}
    said = {"Not": "ink", "good,": 0, "“good.”": 0, "I": 1}
    assert registered(register, [*said, "i", "goods", "…"]) == said
