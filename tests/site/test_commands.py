"""python -m plugins.figures: the figures of a site, without building it."""

import os
import subprocess
import sys

import pytest

from tests import builds
from tests.conftest import REPOSITORY, Site


def figures(site: Site, *arguments: str) -> tuple[int, str, str]:
    """Run a command in the site's folder."""
    return builds.run("plugins.figures", ["-s", "pelicanconf_here.py", *arguments], site.root, os.environ)


@pytest.fixture
def asked(site):
    """Create a site whose article shows the figure `line`."""
    site.article("guide", "![](/images/line.png)")
    return site


def test_a_figure_can_be_drawn_listed_and_explained_without_a_build(asked):
    """Nothing is written to the output, and the next build finds it fresh."""
    _, out, _ = figures(asked, "list")
    assert "line  stale: it hasn't been drawn with" in out
    assert "diagrams/line.py, for content/nlp/guide.md:6" in out
    code, out, err = figures(asked, "draw", "line")
    assert (code, err) == (0, "")
    assert (asked.root / out.split(": ")[1].strip()).is_file()
    assert not (asked.root / "output").exists()
    assert "line  fresh, " in figures(asked, "list")[1]
    assert "fresh" in figures(asked, "why", "line")[1]
    assert asked.build().figures == (0, 1, 0)
    with (asked.root / "diagrams/line.py").open("a") as script:
        script.write("# more")
    assert figures(asked, "why", "line")[:2] == (0, "diagrams/line.py has changed\n")
    whole = "line  stale: diagrams/line.py has changed\n    diagrams/line.py, for content/nlp/guide.md:6\n"
    assert figures(asked, "list", "line")[:2] == (0, whole)


@pytest.mark.parametrize(
    "command",
    [
        ["plugins.figures", "-s", "pelicanconf_here.py", "list"],
        pytest.param(["plugins.content", "-s", "pelicanconf_here.py"], marks=pytest.mark.slow),
        pytest.param(["unrolled", "draw", "own.py"], marks=pytest.mark.slow),
    ],
    ids=" ".join,
)
def test_a_command_ends_quietly_if_nobody_reads_what_it_prints(asked, command):
    """As in `make list | head`: with the status of a process that is ended by SIGPIPE."""
    asked.write("own.py", "from matplotlib.figure import Figure\n\ndef draw():\n    return Figure()\n")
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'diagrams'}"}
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=asked.root, env=environment, stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


LISTING = """
import sys
from plugins.figures.__main__ import main

sys.addaudithook(lambda event, it: print("starts", *it[1]) if event == "subprocess.Popen" else None)
sys.exit(main(["-s", "pelicanconf_here.py", "list"]))
"""


def test_queries_start_no_drawing_process(asked):
    """A build starts one while it reads, because it is about to draw."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-c", LISTING]
    done = subprocess.run(command, cwd=asked.root, env=environment, capture_output=True, text=True, check=True)
    assert "line  stale" in done.stdout
    assert "figures.server" not in done.stdout


def test_what_a_script_printed_is_shown_below_its_figure(asked):
    """When it is drawn, and again whenever the figure is asked for by name."""
    with (asked.root / "diagrams/line.py").open("a") as script:
        script.write('print("two\\n\\n  two")\nprint("\\x1b[1mthree")\n')
    printed = "\n    two\n      two\n    three\n"
    for arguments, shown in ((["draw"], printed), (["draw", "line"], printed), (["draw"], "\n")):
        code, out, _ = figures(asked, *arguments)
        assert code == 0
        assert out.partition(".png")[2] == shown


def test_an_unknown_figure_is_an_error_with_similar_names(asked):
    """Exit code 1, and no traceback."""
    for verb in ("why", "list"):
        assert figures(asked, verb, "lime") == (1, "", "no article shows a figure named 'lime'\ndid you mean line?\n")


def test_a_failing_script_is_reported(asked):
    """As in a build, and after the others are drawn."""
    asked.script("bad", "1 / 0")
    asked.article("other", "![](/images/bad.png)")
    code, out, err = figures(asked, "draw")
    assert code == 1
    assert "line  drawn" in out
    assert err.startswith("content/nlp/other.md:6: bad\n    diagrams/bad.py:1: ZeroDivisionError")


@pytest.mark.slow
def test_scripts_that_use_the_clock_are_named(asked):
    """All others give the same result when drawn twice."""
    assert figures(asked, "twice")[:2] == (0, "1 script drawn twice, with identical files\n")
    asked.script("clock", "import time\nimport matplotlib.pyplot as plt\nplt.plot([0, time.time_ns() % 1000])")
    asked.article("other", "![a](/images/clock.png)")
    code, _, err = figures(asked, "twice")
    assert code == 1
    assert "diagrams/clock.py" in err
    assert "line.py" not in err


@pytest.mark.slow
def test_unused_figures_are_pruned(asked):
    """Current figures stay fresh; older versions are removed."""
    asked.build()
    with (asked.root / "diagrams/line.py").open("a") as script:
        script.write("plt.plot([1, 0])\n")
    asked.build()
    asked.article("guide", "nothing")
    assert figures(asked, "prune")[1] == "8 stored files removed\n"
    asked.article("guide", "![](/images/line.png)")
    assert asked.build().figures == (1, 0, 0)
