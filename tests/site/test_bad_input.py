"""What is broken is told, once, by the author's own lines; the rest is built."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.conftest import SIMPLE


def test_each_broken_thing_has_one_entry_and_every_good_page_is_written(site):
    """Three broken figures and two broken articles: five entries, and exit code 1."""
    site.script("raises", "def half(n):\n    return n / 0\n\n\ndef draw():\n    return half(1)\n")
    site.script("syntax", "x = (1,\n")
    site.article("good", "![](/images/line.png)")
    site.article("figures", "![](/images/raises.png)\n\n![](/images/syntax.png)\n\ntext\n![](/images/lime.png)")
    site.article("late", "text", Date="2026-13-45")
    (site.root / "content/nlp/latin.md").write_bytes(b"Title: caf\xe9\nDate: 2026-11-11\n\ntext")
    built = site.build()
    assert (built.code, built.figures) == (1, (1, 0, 3))
    assert built.report.strip().startswith("5 errors:")
    raises, syntax, nothing, late, latin = built.entries
    assert raises.splitlines()[:3] == [
        "content/nlp/figures.md:6: /images/raises.png",
        "    diagrams/raises.py:2: ZeroDivisionError: division by zero",
        "        return n / 0",
    ]
    assert syntax.startswith("content/nlp/figures.md:8: /images/syntax.png\n    diagrams/syntax.py:1: SyntaxError")
    assert nothing.startswith("content/nlp/figures.md:11: /images/lime.png")
    assert "near names: /images/line.png" in nothing
    assert late.startswith("content/nlp/late.md:2:")
    assert "2026-13-45" in late
    assert latin.startswith("content/nlp/latin.md")
    assert "plugins/" not in built.report
    assert "Traceback" not in built.report + built.out
    assert {"2026/11/good/index.html", "2026/11/figures/index.html", "index.html"} <= site.output().keys()


def test_a_figure_that_is_not_drawn_leaves_nothing_and_takes_no_other_with_it(site):
    """The next figure is drawn all the same, the page says where one is missing, and nothing is remembered."""
    site.script("bad", "x = 1\n")
    site.article("guide", "![](/images/bad.png)\n\n![](/images/line.png)")
    built = site.build()
    assert (built.code, built.figures) == (1, (1, 0, 1))
    (entry,) = built.entries
    assert entry.startswith("content/nlp/guide.md:6: /images/bad.png\n    diagrams/bad.py: it drew nothing")
    assert not [path for path in site.output() if "bad" in path]
    assert 'alt="This figure could not be drawn."' in site.page("guide")
    left = [path.name for path in (site.root / ".figures").rglob("*") if path.name.startswith((".new-", "jobs-"))]
    assert left == []
    assert site.build().figures == (0, 1, 1)


def test_two_articles_with_other_code_above_one_figure_are_told_of_each_other(site):
    """Both are named with their lines; the first keeps its picture."""
    site.script("coded", "from matplotlib.figure import Figure\ndef draw(code):\n    return Figure()\n")
    for name, units in (("a", 4), ("b", 5)):
        site.article(name, f"```python\nf({units})\n```\n\n![x](/images/coded.png)")
    built = site.build()
    assert built.code == 1
    (entry,) = built.entries
    assert entry.startswith("content/nlp/b.md:10: /images/coded.png\n    content/nlp/a.md:10 asks for the same")


def test_a_kit_error_points_at_the_line_of_the_code(site):
    """An error that knows the block and the line in it is told at the article's line."""
    site.script(
        "coded",
        """
        class Wrong(ValueError):
            def __init__(self, message, block, lineno):
                super().__init__(message)
                self.block, self.lineno = block, lineno

        def draw(code):
            raise Wrong("units is missing", code, 2)
        """,
    )
    site.article("guide", "```python\nx = 1\nf()\n```\n\n![](/images/coded.png)")
    built = site.build()
    (entry,) = built.entries
    assert entry.startswith("content/nlp/guide.md:8: /images/coded.png\n")
    assert "units is missing" in entry
    assert entry.endswith("asked for at content/nlp/guide.md:11")


def test_a_plugin_that_does_not_load_fails_the_build(site):
    """Pelican leaves it out and goes on; the exit code says it."""
    site.article("guide", "text")
    settings = (site.root / "pelicanconf_here.py").read_text()
    site.write("pelicanconf_here.py", settings + "PLUGINS = [*PLUGINS, 'plugins.of_no_name']\n")
    built = site.build()
    assert built.code == 1
    assert "plugins.of_no_name" in built.report


def test_a_warning_fails_what_is_published_only(site):
    """While writing it is told, and the build is good."""
    site.article("guide", "[broken]({filename}/nowhere.md)")
    assert site.build().code == 0
    assert "1 warning:" in site.build().report
    assert site.publish().code == 1


@pytest.mark.slow
def test_the_report_does_not_spin_an_autoreloading_pelican(site):
    """It is raised once a process; Pelican catches it and waits for the next change."""
    import subprocess
    import sys
    import time

    site.article("guide", "![](/images/nothing.png)")
    log = site.root / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "pelican", "-r", "-s", "pelicanconf_here.py"], cwd=site.root, stdout=out, stderr=out
        )
        try:
            deadline = time.monotonic() + 20
            while b"errors" not in log.read_bytes() and b"1 error" not in log.read_bytes():
                assert time.monotonic() < deadline
                time.sleep(0.1)
            time.sleep(1.5)
            assert process.poll() is None
            assert log.read_bytes().count(b"figures: ") <= 2
        finally:
            process.terminate()
            process.wait()


def test_an_image_that_nothing_puts_there_is_told(site):
    """A misspelt folder would be a broken image on the published site."""
    site.write("content/extra/logo.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    site.article("guide", "![a](images/line.png)\n\n![b](/image/line.png)\n\n![c](/extra/logo.svg)")
    built = site.build()
    assert built.code == 0
    first, second = built.entries
    assert first.splitlines() == [
        "content/nlp/guide.md:6: images/line.png",
        "    there is no content/nlp/images/line.png",
        "    a figure's address is /images/line.png",
    ]
    assert second.startswith("content/nlp/guide.md:8: /image/line.png")
    assert site.publish().code == 1


def test_what_a_script_warns_of_is_told_in_every_build(site):
    """Also when its figure is fresh: a missing glyph does not come back by itself."""
    site.script("warns", "import warnings\nimport matplotlib.pyplot as plt\nplt.plot([1])\nwarnings.warn('look here')")
    site.script("many", "import matplotlib.pyplot as plt\nfor n in range(3):\n    plt.figure()\n")
    site.article("guide", "![a](/images/warns.png) ![b](/images/many.png)")
    for figures in ((2, 0, 0), (0, 2, 0)):
        built = site.build()
        assert (built.code, built.figures) == (0, figures)
        assert "look here" in built.report
        assert "diagrams/many.py\n    draws 3 figures; nobody asks for number 2, 3" in built.report


def test_each_warning_is_told_once_by_the_line_of_the_script(site):
    """Not by the line of a library that gives it, and not once for each of a thousand rows."""
    site.script(
        "warns",
        """
        import numpy as np
        import matplotlib.pyplot as plt
        for row in range(5):
            plt.plot([1, 2], np.log([0, 1]))
        """,
    )
    site.article("guide", "![a](/images/warns.png)")
    (entry,) = site.build().entries
    assert entry.count("RuntimeWarning") == 1
    assert "diagrams/warns.py:5: RuntimeWarning: divide by zero encountered in log" in entry


def test_what_tracing_cannot_see_is_told_unless_the_script_names_it(site):
    """Another process reads what it likes."""
    starts = "import subprocess\nsubprocess.run(['true'], check=True)\nimport matplotlib.pyplot as plt\nplt.plot([1])\n"
    site.script("starts", starts)
    site.script("names", starts + "depends = ['diagrams/line.py']\n")
    site.article("guide", "![a](/images/starts.png) ![b](/images/names.png)")
    build = site.build()
    assert build.figures == (2, 0, 0)
    assert "diagrams/starts.py: starts another process, and what that reads is not seen" in build.out
    assert "diagrams/names.py" not in build.out


def test_a_script_may_end_itself_and_choose_a_window(site):
    """As it would by itself: the exit code says that all went well, and there is no window to show anything in."""
    draws = "import matplotlib.pyplot as plt\n{}plt.plot([1, 2])\n"
    site.script("ends", draws.format("") + "import sys\nsys.exit()\n")
    site.script(
        "windows", "import matplotlib\nmatplotlib.use('QtAgg')\n" + draws.format("plt.switch_backend('TkAgg')\n")
    )
    site.article("guide", "![a](/images/ends.png) ![b](/images/windows.png)")
    built = site.build()
    assert (built.code, built.figures, built.report) == (0, (2, 0, 0), "")
    images = site.output()
    assert images["images/ends.png"] == images["images/windows.png"]


def test_code_in_another_language_above_the_image_is_named(site):
    """The author sees at once why it was skipped."""
    site.script("coded", "from matplotlib.figure import Figure\ndef draw(code):\n    return Figure()\n")
    site.article("guide", "```js\nf(4)\n```\n\n![x](/images/coded.png)")
    (entry,) = site.build().entries
    assert "the block of line 6 is 'js', not python" in entry


def test_failures_are_annotations_where_github_runs_the_build(site):
    """They are shown beside the line of the article in a pull request."""
    site.article("guide", "![](/images/lime.png)")
    out = site.build(GITHUB_ACTIONS="true").out
    assert "::error file=content/nlp/guide.md,line=6::content/nlp/guide.md:6: /images/lime.png%0A    there is no" in out
    assert "::error" not in site.build().out


@pytest.mark.parametrize(
    ("body", "line", "what", "advice"),
    [
        ("text\n\n```python\nx = 1\n\ntext", 8, "a fenced block begins here and does not end", "write ``` below it"),
        (
            "```python\nx = 1\n\ntext\n\n```python\ny = 2\n```",
            6,
            "a fenced block begins here, and is still open where line 11 begins another",
            "write ``` where it ends",
        ),
        ("text\n\n```python x=1 y\nx = 1\n```", 8, "it does not read ```python x=1 y", "extensions in MARKDOWN"),
        (
            "text\n\n```python x=1 y\nx = 1\n\ny = 2\n```",
            8,
            "it does not read ```python x=1 y",
            "write ``` and a language",
        ),
        ("", 1, "the article has no body", "write it below the header, after an empty line"),
    ],
)
def test_what_a_page_shows_otherwise_than_it_was_meant_is_a_warning_in_every_build(site, body, line, what, advice):
    """At its line, with what to do; it fails what is published only."""
    site.article("guide", body)
    built = site.build()
    assert built.code == 0
    (entry,) = built.entries
    assert entry.startswith(f"content/nlp/guide.md:{line}: ")
    assert what in entry
    assert advice in entry.splitlines()[1]
    assert site.publish().code == 1


def test_fences_that_are_meant_as_they_are_are_let_be(site):
    """Examples of fences in longer ones, in indented code, in a comment or in a sentence; a draft may have no body."""
    example = "````markdown\n```python\nx\n````\n\n~~~text\n```\n~~~\n\n    ```python\n    x\n\n`` ```python ``\n"
    site.article("guide", f"{example}\n- item\n\n    ```python\n    x\n    ```\n\n<!--\n```python\nx\n-->\n")
    site.article("draft", "", Status="draft")
    assert site.build().report == ""


def test_an_image_that_readers_wait_for_is_told(site):
    """One that is drawn as well as one that is made by hand, in the folder of figures or elsewhere."""
    for name in ("images/heavy.png", "photos/heavy.jpg"):
        place = site.root / "content" / name
        place.parent.mkdir(exist_ok=True)
        Image.new("RGB", (900, 800)).save(place)
        place.write_bytes(place.read_bytes() + bytes(2_100_000))
    site.script(
        "noise",
        "import matplotlib.pyplot as plt\nimport numpy as np\nplt.figure(figsize=(6, 6))\n"
        "plt.figimage(np.random.rand(1152, 1152, 3))\n",
    )
    site.article(
        "guide", "![a](/images/heavy.png)\n\ntext\n\n![b]({static}/photos/heavy.jpg)\n\n![c](/images/noise.png)"
    )
    built = site.build(*SIMPLE)
    assert built.code == 0
    told = [entry.split("\n") for entry in built.entries]
    assert [lines[0] for lines in told] == [
        "content/nlp/guide.md:6: /images/heavy.png",
        "content/nlp/guide.md:10: {static}/photos/heavy.jpg",
        "content/nlp/guide.md:12: /images/noise.png",
    ]
    assert all("MB, and more than 2 MB take long to load" in lines[1] for lines in told)
    assert "save it smaller" in told[0][2]
    assert "draw fewer points" in told[2][2]


def test_a_figure_that_is_wider_than_any_page_is_told_unless_it_has_a_narrow_form(site):
    """It would have to be scrolled on every screen; what is as wide as a page is let be."""
    for name, inches in (("broad", 9), ("fitting", 848 / 96)):
        site.script(name, f"import matplotlib.pyplot as plt\nplt.figure(figsize=({inches}, 1))\nplt.plot([0, 1])")
    site.article("guide", "![a](/images/fitting.png)\n\n![b](/images/broad.png)")
    built = site.build(*SIMPLE)
    assert built.code == 0
    (entry,) = built.entries
    assert entry.startswith("content/nlp/guide.md:8: /images/broad.png\n    the figure is 864 px wide")
    assert "figsize=(8.8, …)" in entry
    assert site.publish(*SIMPLE).code == 1
