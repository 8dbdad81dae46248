"""FIGURES_KEEP_GOING: a preview shows the last good figure, with a mark and the error."""

import re
from pathlib import Path

import pytest

from plugins.html import parse
from tests.conftest import PLAIN, Build, Site

CODED = "from matplotlib.figure import Figure\ndef draw(code):\n    return Figure()\n"


State = tuple[Build, dict[str, bytes]]


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[State, State, State]:
    """Build a site with this setting: with figures that are right, broken, and partly mended."""
    site = Site(tmp_path_factory.mktemp("kept"), font_list)

    site.add("FIGURES_KEEP_GOING = True")
    site.script("line", PLAIN)
    site.script("coded", CODED)
    site.article("guide", "![](/images/line.png)\n\nMore.")
    site.article("coded", "```python\nx = 1\n```\n\n![x](/images/coded.png)")
    right = site.build(), site.output()
    site.script("line", f"{PLAIN}1 / 0  # <b>\n")
    site.article("coded", "![x](/images/coded.png)")
    site.script("never", "import nothing_of_this_name")
    site.article("never", "![words of the author's](/images/never.png)")
    broken = site.build(), site.output()
    site.script("line", PLAIN)
    return right, broken, (site.build(), site.output())


def text_of(state: State, name: str = "guide") -> str:
    """Return an article's text, in which its own figures are; below it, its page shows the cover of the next one."""
    return parse(state[1][f"2026/11/{name}/index.html"].decode()).css_first(".prose").html


def problem(page: str) -> list[str]:
    """Return a page's messages about failed figures."""
    return re.findall(r'<span class="figure-problem" role="note">(.*?)</span>', page, re.S)


def test_the_last_good_figure_is_kept_with_the_error(states):
    """The build still fails, and the message is the report's, escaped."""
    right, broken, _ = states
    assert right[0].figures == (2, 0, 0)
    assert (broken[0].code, broken[0].figures) == (1, (0, 0, 3))
    page = text_of(broken)
    (said,) = problem(page)
    assert said.startswith(
        "<strong>This is an older version: the figure can't be drawn right now.</strong><code>diagrams/line.py:"
    )
    assert "ZeroDivisionError: division by zero\n    1 / 0  # &lt;b&gt;" in said
    assert re.search(r'<img[^>]* alt="A line that rises\."[^>]* class="diagram outdated"', page)
    assert broken[1]["images/line.png"] == right[1]["images/line.png"]


def test_a_figure_that_was_never_drawn_is_only_a_message(states):
    """There is no broken image, and no file."""
    page = text_of(states[1], "never")
    (said,) = problem(page)
    assert said.startswith("<strong>This figure can't be drawn.</strong>")
    assert "<img" not in page
    assert not [path for path in states[1][1] if path.startswith("images/never")]
    assert not [path for path, data in states[1][1].items() if re.search(rb"<img[^>]*images/never", data)]


def test_missing_code_keeps_the_last_figure_too(states):
    """The previous figure is shown while its code block is being rewritten."""
    page = text_of(states[1], "coded")
    assert "outdated" in page
    assert "there is no Python block above this image" in problem(page)[0]


def test_the_mark_disappears_when_the_script_is_fixed(states):
    """Nothing is drawn: the older drawing is current again."""
    mended = states[2]
    assert mended[0].figures == (0, 1, 2)
    assert "outdated" not in text_of(mended)
    assert problem(text_of(mended)) == []
