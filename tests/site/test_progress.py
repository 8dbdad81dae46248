"""The line on the terminal while figures are drawn."""

import os
import pty
import subprocess
import sys

import pytest

from tests.conftest import Site

SLOW = "import time\nimport matplotlib.pyplot as plt\ntime.sleep(1.5)\nplt.plot([0, 1])\n"


def on_a_terminal(site: Site, *options: str, **environment: str) -> str:
    """Build with a terminal for the output; return what was written to it."""
    ours, theirs = pty.openpty()
    build = subprocess.Popen(
        [sys.executable, "-m", "pelican", "-s", "pelicanconf_here.py", *options],
        cwd=site.root,
        env={**{name: value for name, value in os.environ.items() if name != "CI"}, "TERM": "xterm", **environment},
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    try:
        while chunk := os.read(ours, 4096):
            written += chunk
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)
    assert build.wait() == 0, written
    return written.decode()


@pytest.fixture
def slow(site) -> Site:
    """Create a site with a figure that takes longer than a second."""
    site.script("slow", SLOW)
    site.article("guide", "![a](/images/slow.png)\n\n![b](/images/line.png)")
    return site


@pytest.mark.slow
def test_a_terminal_shows_how_many_are_drawn(slow):
    """After a second; it disappears when all are drawn, and isn't shown if nothing is."""
    written = on_a_terminal(slow)
    assert "Drawing figures" in written
    assert "1/2" in written
    assert "figures: 2 drawn, 0 fresh, 0 failed" in written
    assert "Drawing figures" not in on_a_terminal(slow)


@pytest.mark.slow
@pytest.mark.parametrize(("option", "environment"), [(["-q"], {}), ([], {"CI": "true"})])
def test_it_is_quiet_if_nobody_is_watching(slow, option, environment):
    """In a service's log, and if the author asks for it."""
    assert "Drawing figures" not in on_a_terminal(slow, *option, **environment)


@pytest.mark.slow
def test_a_file_or_a_pipe_gets_none(slow):
    """It would only disturb its reader."""
    assert "Drawing" not in slow.build().out
