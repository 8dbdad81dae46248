"""Errors are reported once, with the author's own lines; the rest is built."""

from __future__ import annotations

import os
import shutil

import pytest
from PIL import Image

from tests.conftest import SIMPLE, Build, Site


def test_each_error_has_one_entry_and_every_good_page_is_written(site):
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
    assert "did you mean /images/line.png" in nothing
    assert late.startswith("content/nlp/late.md:2:")
    assert "2026-13-45" in late
    assert latin.startswith("content/nlp/latin.md")
    assert "plugins/" not in built.report
    assert "Traceback" not in built.report + built.out
    assert {"2026/11/good/index.html", "2026/11/figures/index.html", "index.html"} <= site.output().keys()


def test_a_failed_figure_leaves_nothing_and_affects_no_other(site):
    """The next figure is drawn, the page shows where one is missing, and nothing is recorded."""
    site.script("bad", "x = 1\n")
    site.article("guide", "![](/images/bad.png)\n\n![](/images/line.png)")
    built = site.build()
    assert (built.code, built.figures) == (1, (1, 0, 1))
    (entry,) = built.entries
    assert entry.startswith("content/nlp/guide.md:6: /images/bad.png\n    diagrams/bad.py: the script drew nothing")
    assert not [path for path in site.output() if "bad" in path]
    assert 'alt="This figure could not be drawn."' in site.page("guide")
    left = [path.name for path in (site.root / ".figures").rglob("*") if path.name.startswith((".new-", "jobs-"))]
    assert left == []
    assert site.build().figures == (0, 1, 1)


def test_two_articles_with_different_code_for_one_figure_are_both_named(site):
    """With their lines; the first one keeps its picture."""
    site.script("coded", "from matplotlib.figure import Figure\ndef draw(code):\n    return Figure()\n")
    for name, units in (("a", 4), ("b", 5)):
        site.article(name, f"```python\nf({units})\n```\n\n![x](/images/coded.png)")
    built = site.build()
    assert built.code == 1
    (entry,) = built.entries
    assert entry.startswith("content/nlp/b.md:10: /images/coded.png\n    content/nlp/a.md:10 asks for the same")


def test_an_error_of_the_kit_points_at_the_line_of_the_code(site):
    """An error that knows the block and the line in it is reported at the article's line."""
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
    assert entry.endswith("used at content/nlp/guide.md:11")


def test_a_plugin_that_cannot_be_loaded_fails_the_build(site):
    """Pelican leaves it out and continues; the exit code shows it."""
    site.article("guide", "text")
    settings = (site.root / "pelicanconf_here.py").read_text()
    site.write("pelicanconf_here.py", settings + "PLUGINS = [*PLUGINS, 'plugins.of_no_name']\n")
    built = site.build()
    assert built.code == 1
    assert "plugins.of_no_name" in built.report


def test_a_warning_fails_only_a_published_site(site):
    """While writing, it is reported, and the build succeeds."""
    site.article("guide", "[broken]({filename}/nowhere.md)")
    assert site.build().code == 0
    assert "1 warning:" in site.build().report
    assert site.publish().code == 1


@pytest.mark.slow
def test_the_report_does_not_make_autoreloading_pelican_loop(site):
    """It is raised once per process; Pelican catches it and waits for the next change."""
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
            deadline = time.monotonic() + 60
            while b"errors" not in log.read_bytes() and b"1 error" not in log.read_bytes():
                assert time.monotonic() < deadline
                time.sleep(0.1)
            time.sleep(1.5)
            assert process.poll() is None
            assert log.read_bytes().count(b"figures: ") <= 2
        finally:
            process.terminate()
            process.wait()


def test_an_image_that_nothing_provides_is_reported(site):
    """A misspelt folder would be a broken image on the published site."""
    site.write("content/extra/logo.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    site.article("guide", "![a](images/line.png)\n\n![b](/image/line.png)\n\n![c](/extra/logo.svg)")
    built = site.build()
    assert built.code == 0
    first, second = built.entries
    assert first.splitlines() == [
        "content/nlp/guide.md:6: images/line.png",
        "    content/nlp/images/line.png doesn't exist",
        "    the URL of a figure is /images/line.png",
    ]
    assert second.startswith("content/nlp/guide.md:8: /image/line.png")
    assert site.publish().code == 1


def test_warnings_of_a_script_are_reported_in_every_build(site):
    """Even if its figure is fresh: a missing glyph doesn't appear by itself."""
    site.script("warns", "import warnings\nimport matplotlib.pyplot as plt\nplt.plot([1])\nwarnings.warn('look here')")
    site.script("many", "import matplotlib.pyplot as plt\nfor n in range(3):\n    plt.figure()\n")
    site.article("guide", "![a](/images/warns.png) ![b](/images/many.png)")
    for figures in ((2, 0, 0), (0, 2, 0)):
        built = site.build()
        assert (built.code, built.figures) == (0, figures)
        assert "look here" in built.report
        assert "diagrams/many.py\n    draws 3 figures; no article shows number 2, 3" in built.report


def test_each_warning_is_reported_once_at_the_line_of_the_script(site):
    """Not at the line of the library that emits it, and not once for each of a thousand rows."""
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


def test_what_tracing_cannot_see_is_reported_unless_the_script_lists_it(site):
    """Another process can read anything."""
    starts = "import subprocess\nsubprocess.run(['true'], check=True)\nimport matplotlib.pyplot as plt\nplt.plot([1])\n"
    site.script("starts", starts)
    site.script("names", starts + "depends = ['diagrams/line.py']\n")
    site.article("guide", "![a](/images/starts.png) ![b](/images/names.png)")
    build = site.build()
    assert build.figures == (2, 0, 0)
    assert "diagrams/starts.py: starts another process, whose files can't be tracked" in build.out
    assert "diagrams/names.py" not in build.out


def test_a_script_can_exit_and_choose_a_backend(site):
    """As when run on its own: an exit code of 0 means success, and there is no window."""
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
    """So that the author sees why it was skipped."""
    site.script("coded", "from matplotlib.figure import Figure\ndef draw(code):\n    return Figure()\n")
    site.article("guide", "```js\nf(4)\n```\n\n![x](/images/coded.png)")
    (entry,) = site.build().entries
    assert "the block in line 6 is 'js', not python" in entry


def test_failures_are_annotations_on_github(site):
    """They are shown at the line of the article in a pull request."""
    site.article("guide", "![](/images/lime.png)")
    out = site.build(GITHUB_ACTIONS="true").out
    assert (
        "::error file=content/nlp/guide.md,line=6::content/nlp/guide.md:6: /images/lime.png%0A    neither the script"
        in out
    )
    assert "::error" not in site.build().out


HOSTILE = """
import logging
from pelican import signals

class Mute:
    def __str__(self):
        raise RuntimeError("no words")
    __repr__ = __str__

class Silent(Exception):
    __str__ = __repr__ = Mute.__str__

MESSAGES = [
    ("long: %s", "x/" * 100_000),
    ("x" * 5000, ),
    ("both: %.9s %s", "x" * 5000, "nlp/guide.md"),
    ("nul: %s", "a\\0b"),
    ("alone: \\ud800 and \\udce9 %s", "\\udce9"),
    ("too few: %s %s", 1),
    ("too many:", 1, 2),
    ("no number: %d", "one"),
    ("no names: %(name)s", {"other": 1}),
    ("mute: %s", Mute()),
    (Mute(), ),
    (["a", "list"], ),
    (b"bytes: \\xff", ),
    ("bytes: %s", b"\\xff" * 5000),
    ("digits: %s", "9" * 5000),
    ("powers: 1²2", ),
    ("nothing: %s", None),
    ("", ),
]

def tell(_):
    log = logging.getLogger("hostile")
    for message in MESSAGES:
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            log.log(level, *message)
    for problem in (Silent(), ValueError("\\udce9"), UnicodeDecodeError("utf-8", b"\\xff", 0, 1, "no letter")):
        try:
            raise problem
        except Exception:
            log.exception("%s failed", "nlp/guide.md")
            logging.getLogger("pelican.hostile").error("%s failed too", "nlp/guide.md")

def register():
    signals.article_generator_finalized.connect(tell)
"""


@pytest.mark.parametrize("environment", [{}, {"GITHUB_ACTIONS": "true"}, {"PYTHONIOENCODING": "ascii"}])
def test_no_message_can_break_the_build_whatever_it_contains(site, environment):
    """An exception while formatting one would end Pelican's run; Pelican's own filters read it, too."""
    site.write("hostile.py", HOSTILE)
    site.write(
        "pelicanconf_here.py", (site.root / "pelicanconf_here.py").read_text() + "PLUGINS = [*PLUGINS, 'hostile']\n"
    )
    site.article("guide", "![](/images/line.png)")
    built = site.build(**environment)
    assert (built.code, built.figures) == (1, (1, 0, 0))
    assert "Traceback" not in built.out + built.report
    assert {"2026/11/guide/index.html", "images/line.png", "index.html"} <= site.output().keys()
    for told in ("long: x/x/", "alone: \\ud800 and \\xe9 \\xe9", "too few: %s %s 1", "no names: %(name)s", "<Mute>"):
        assert built.report.count(told) >= 2, (told, built.report[:3000])
    assert "nlp/guide.md failed too" in built.report
    assert "content/nlp/guide.md:1: both: xxxxxxxxx nlp/guide.md" in built.report


def test_a_script_with_much_output_only_loses_its_text(site):
    """Its last lines are reported; as a single word, they would be too long for a file name."""
    prints = "import sys\nfor line in range(9):\n    print('findfont: ' * 500, line, file=sys.stderr)\n"
    site.script("prints", prints + "import matplotlib.pyplot as plt\nplt.plot([0, 1])\n")
    site.article("guide", "![a](/images/prints.png)")
    built = site.build()
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    assert "findfont" in built.report
    assert "2026/11/guide/index.html" in site.output()


NO_UTF_8 = os.fsdecode(b"caf\xe9")
PLAIN = "import matplotlib.pyplot as plt\nplt.plot([0, 1])\n"
READS = f"""
import os, sys, warnings
for folder, _, names in os.walk("diagrams/data"):
    for name in names:
        open(os.path.join(folder, name)).read()
        print(name, file=sys.stderr)
        warnings.warn(name)
{PLAIN}
plt.savefig({NO_UTF_8!r} + ".png")
__doc__ = {NO_UTF_8!r}
"""


def test_a_name_that_is_not_utf_8_affects_nothing_else(site):
    """In the content, where no URL can contain it; among the scripts; and in anything a script reads or prints."""
    for place in (
        "content/nlp/{}.md",
        "content/images/{}.png",
        "content/{}/of.md",
        "diagrams/{}.py",
        "diagrams/data/{}",
    ):
        site.write(place.format(NO_UTF_8), PLAIN if place.endswith("py") else "Title: x\nDate: 2026-11-01\n\nwords")
    site.script("reads", READS)
    site.script("fails", f"open('diagrams/data/' + {NO_UTF_8!r}).read()\nraise ValueError({NO_UTF_8!r})")
    settings = (site.root / "pelicanconf_here.py").read_text()
    site.write("pelicanconf_here.py", settings + 'DIAGRAMS_SAVE_AS = "diagrams/index.html"\nDIAGRAMS_WORDS = None\n')
    site.article("guide", "![](/images/line.png)\n\n![](/images/reads.png)\n\n![](/images/fails.png)")
    built = site.build(PYTHONIOENCODING="utf-8:strict")
    assert built.code == 1
    assert built.figures == (2, 0, 1)
    assert "Traceback" not in built.out + built.report
    assert [entry.partition(":1: skipped, because its name")[0] for entry in built.entries[:3]] == [
        "content/caf\\xe9",
        "content/images/caf\\xe9.png",
        "content/nlp/caf\\xe9.md",
    ]
    assert "diagrams/fails.py:2: ValueError: caf\\xe9" in built.report
    assert "UserWarning: caf\\xe9" in built.report
    assert "no article shows the figures of diagrams/caf\\xe9.py" in built.out
    assert "saves caf\\xe9.png itself" in built.out
    assert {"2026/11/guide/index.html", "diagrams/index.html", "index.html"} <= site.output().keys()
    assert "caf\\xe9" in site.page("guide")  # its alt text
    assert site.build().figures == (0, 2, 1)
    site.write(f"diagrams/data/{NO_UTF_8}", "changed")
    assert site.build().figures == (1, 1, 1)
    (site.root / f"diagrams/data/{NO_UTF_8}2").write_text("new")
    assert site.build(PYTHONIOENCODING="utf-8:strict").figures == (1, 1, 1)


OTHERWISE = [
    ("text\n\n```python\nx = 1\n\ntext", 8, "this fenced block is never closed", "add ``` at its end"),
    (
        "```python\nx = 1\n\ntext\n\n```python\ny = 2\n```",
        6,
        "this fenced block is still open where another one starts, in line 11",
        "add ``` where this one ends",
    ),
    ("text\n\n```python x=1 y\nx = 1\n```", 8, "can't read ```python x=1 y", "extensions in MARKDOWN"),
    (
        "text\n\n```python x=1 y\nx = 1\n\ny = 2\n```",
        8,
        "can't read ```python x=1 y",
        "write only ``` and a language",
    ),
    (
        "text\n\nSo $h_t is\n\ntext",
        8,
        "the formula that starts here with $ is never closed: $h_t is",
        "write $ where",
    ),
    ("> text\n> $$\n> x\n\ntext $$ x $$", 7, "the formula that starts here with $$", "or \\$ for a dollar sign"),
    ("- one\n- two \\(h_t)\n- three \\(h_t\\)", 7, "starts here with \\(", "write \\) where it ends"),
    ("| a |\n|---|\n| \\[x^2 |\n| y\\] |", 8, "starts here with \\[", "write \\] where it ends"),
    ("\\begin{align}\nx", 6, "starts here with \\begin{align}", "write \\end{align} where it ends"),
    ("", 1, "this article has no body", "write it below the header, after a blank line"),
]
"""Bodies of articles: each with a line of it, the report for that, and what to do."""


@pytest.fixture(scope="module")
def otherwise(tmp_path_factory, font_list) -> tuple[Build, Build]:
    """Build and publish one site of these articles."""
    site = Site(tmp_path_factory.mktemp("otherwise"))
    shutil.copytree(font_list, site.root / ".figures/cache")
    for number, (body, *_) in enumerate(OTHERWISE):
        site.article(f"guide-{number}", body)
    return site.build(), site.publish()


@pytest.mark.parametrize("number", range(len(OTHERWISE)))
def test_markdown_with_an_unintended_result_is_a_warning_in_every_build(otherwise, number):
    """At its line, with what to do; it fails only a published site."""
    _, line, what, advice = OTHERWISE[number]
    assert [built.code for built in otherwise] == [0, 1]
    for built in otherwise:
        assert len(built.entries) == len(OTHERWISE)
        (entry,) = (it for it in built.entries if it.startswith(f"content/nlp/guide-{number}.md:{line}: "))
        assert what in entry
        assert advice in entry.splitlines()[1]


def test_intended_fences_are_not_reported(site):
    """Examples of fences in longer ones, in indented code, in a comment or in a sentence; a draft may have no body."""
    example = "````markdown\n```python\nx\n````\n\n~~~text\n```\n~~~\n\n    ```python\n    x\n\n`` ```python ``\n"
    site.article("guide", f"{example}\n- item\n\n    ```python\n    x\n    ```\n\n<!--\n```python\nx\n-->\n")
    site.article("draft", "", Status="draft")
    assert site.build().report == ""


def test_intended_dollars_are_not_reported(site):
    """Prices, code of all kinds, escaped ones and HTML; and a formula across lines that look like list items."""
    code = "```bash\necho $x_1\n```\n\n    echo $x_1\n\n- item\n\n        echo $x_1\n\n`$x_1`, <!-- $x_1 -->\n"
    meant = "$5 and $10 for \\$x_1, \\[a link\\](/x) and <i title='$x_1'>x</i>.\n\n$$\na\n+ b\n- |c|\n$$\n"
    site.article("guide", f"{code}\n{meant}\n1. $x_1$\n2. \\(x_1\\)\n\n| a | b |\n|---|---|\n| $|x|$ | $5 |\n")
    assert site.build().report == ""


def test_an_image_that_loads_slowly_is_reported(site):
    """Whether drawn or hand-made, in the folder of figures or elsewhere."""
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
    assert all("MB; more than 2 MB take long to load" in lines[1] for lines in told)
    assert "save it at the width the page shows it in" in told[0][2]
    assert "draw fewer points" in told[2][2]


def test_a_figure_wider_than_any_page_is_reported_unless_it_has_a_narrow_form(site):
    """It would have to be scrolled on every screen; one as wide as a page is fine."""
    for name, inches in (("broad", 9), ("fitting", 848 / 96)):
        site.script(name, f"import matplotlib.pyplot as plt\nplt.figure(figsize=({inches}, 1))\nplt.plot([0, 1])")
    site.article("guide", "![a](/images/fitting.png)\n\n![b](/images/broad.png)")
    built = site.build(*SIMPLE)
    assert built.code == 0
    (entry,) = built.entries
    assert entry.startswith("content/nlp/guide.md:8: /images/broad.png\n    the figure is 864 px wide")
    assert "figsize=(8.8, …)" in entry
    assert site.publish(*SIMPLE).code == 1
