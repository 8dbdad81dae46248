"""The line on the terminal while figures are drawn."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from tests.conftest import Site

SLOW = "import time\nimport matplotlib.pyplot as plt\ntime.sleep(1.5)\nplt.plot([0, 1])\n"


def on_a_terminal(site: Site, *options: str, **environment: str) -> str:
    """Build with a terminal to write to; return what was written there."""
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
    """A site with a figure that takes longer than a second."""
    site.script("slow", SLOW)
    site.article("guide", "![a](/images/slow.png)\n\n![b](/images/line.png)")
    return site


@pytest.mark.slow
def test_a_terminal_shows_how_many_are_drawn(slow):
    """After a second; it goes when all are drawn, and does not come if nothing is."""
    written = on_a_terminal(slow)
    assert "Drawing figures" in written
    assert "1/2" in written
    assert "figures: 2 drawn, 0 fresh, 0 failed" in written
    assert "Drawing figures" not in on_a_terminal(slow)


@pytest.mark.slow
@pytest.mark.parametrize(("option", "environment"), [(["-q"], {}), ([], {"CI": "true"})])
def test_it_is_quiet_where_nobody_looks(slow, option, environment):
    """In a service's log, and for those who ask for it."""
    assert "Drawing figures" not in on_a_terminal(slow, *option, **environment)


@pytest.mark.slow
def test_a_file_or_a_pipe_gets_none(slow):
    """It would be in the way of whoever reads it."""
    assert "Drawing" not in slow.build().out
