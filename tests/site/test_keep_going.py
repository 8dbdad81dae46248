"""FIGURES_KEEP_GOING: a preview shows the last good figure, with a mark and the error."""

from __future__ import annotations

import re

import pytest


@pytest.fixture
def kept(site):
    """Return a site with this setting, whose figure was drawn and then broken."""
    settings = (site.root / "pelicanconf_here.py").read_text()
    site.write("pelicanconf_here.py", settings + "FIGURES_KEEP_GOING = True\n")
    site.article("guide", "![](/images/line.png)\n\nMore.")
    assert site.build().figures == (1, 0, 0)
    with (site.root / "diagrams/line.py").open("a") as script:
        script.write("1 / 0  # <b>\n")
    return site


def problem(page: str) -> list[str]:
    """Return a page's messages about failed figures."""
    return re.findall(r'<span class="figure-problem" role="note">(.*?)</span>', page, re.S)


def test_the_last_good_figure_is_kept_with_the_error(kept):
    """The build still fails, and the message is the report's, escaped."""
    before = kept.output()["images/line.png"]
    build = kept.build()
    assert (build.code, build.figures) == (1, (0, 0, 1))
    page = kept.page("guide")
    (said,) = problem(page)
    assert said.startswith(
        "<strong>This is an older version: the figure can't be drawn right now.</strong><code>diagrams/line.py:"
    )
    assert "ZeroDivisionError: division by zero\n    1 / 0  # &lt;b&gt;" in said
    assert re.search(r'<img[^>]* alt="A line that rises\."[^>]* class="diagram outdated"', page)
    assert kept.output()["images/line.png"] == before


def test_the_mark_disappears_when_the_script_is_fixed(kept):
    """Nothing is drawn: the older drawing is current again."""
    kept.build()
    script = kept.root / "diagrams/line.py"
    script.write_text(script.read_text().replace("1 / 0  # <b>\n", ""))
    assert kept.build().figures == (0, 1, 0)
    assert "outdated" not in kept.page("guide")
    assert problem(kept.page("guide")) == []


def test_a_figure_that_was_never_drawn_is_only_a_message(kept):
    """There is no broken image, and no file."""
    kept.script("never", "import nothing_of_this_name")
    kept.article("guide", "![words of the author's](/images/never.png)")
    assert kept.build().figures == (0, 0, 1)
    (said,) = problem(kept.page("guide"))
    assert said.startswith("<strong>This figure can't be drawn.</strong>")
    assert "<img" not in kept.page("guide")
    assert not [path for path in kept.output() if "never" in path]


def test_missing_code_keeps_the_last_figure_too(kept):
    """The previous figure is shown while its code block is being rewritten."""
    kept.script("coded", "from matplotlib.figure import Figure\ndef draw(code):\n    return Figure()\n")
    kept.article("guide", "```python\nx = 1\n```\n\n![x](/images/coded.png)")
    assert kept.build().figures == (1, 0, 0)
    kept.article("guide", "![x](/images/coded.png)")
    kept.build()
    assert "outdated" in kept.page("guide")
    assert "there is no Python block above this image" in problem(kept.page("guide"))[0]
