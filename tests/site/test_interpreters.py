"""If forking isn't safe, each script has a new interpreter: slower, and otherwise the same."""

import re
from pathlib import Path

import pytest

from tests.conftest import Site

ODD = {
    "hangs": "import time\ntime.sleep(60)",
    "dies": "import os\nos._exit(3)",
    "crashes": "import ctypes\nctypes.string_at(0)",
    "raises": "1 / 0",
    "leaves": "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n1 / 0",
}
SAYS = {
    "hangs": r"diagrams/hangs\.py:2: it did nothing for 5 s.*\n +time\.sleep\(60\)",
    "dies": "exited with status 3",
    "crashes": r"diagrams/crashes\.py:2: the process was killed by SIGSEGV",
    "raises": r"diagrams/raises\.py:1: ZeroDivisionError",
    "leaves": r"diagrams/leaves\.py:3: ZeroDivisionError",
}
DRAWN = {
    "seeded": "import numpy as np\nimport matplotlib.pyplot as plt\nplt.plot(np.random.default_rng().normal(size=9))",
    "worded": "import matplotlib.pyplot as plt\nplt.title(r'Words and $x_1^2$')",
    "parted": "import matplotlib.pyplot as plt\nfrom _part import TITLE\nplt.title(TITLE)",
    "moving": """
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation
line, = plt.plot([0, 1])
moving = FuncAnimation(plt.gcf(), lambda n: line.set_ydata([0, n]), frames=3)
""",
}


def odd_site(root: Path, font_list: Path, more: str = "") -> Site:
    """Write a site with figures that can be drawn, and with some that can't."""
    site = Site(root, font_list)
    site.add("FIGURES_TIMEOUT = 5\n" + more)
    site.write("diagrams/_part.py", "TITLE = 'part'\n")
    for name, text in {**ODD, **DRAWN}.items():
        site.script(name, text)
    site.article("guide", "\n\n".join(f"![a](/images/{name}.png)" for name in (*ODD, *DRAWN)))
    return site


@pytest.fixture(scope="module")
def built(tmp_path_factory, font_list):
    """Build one site in new interpreters; return it, and the build's output."""
    site = odd_site(tmp_path_factory.mktemp("interpreters"), font_list, "FIGURES_FORK = False\n")
    return site, site.build()


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_errors_are_reported_as_usual(built, name):
    """With the script's own lines, and the stack of one that hung; the others are drawn."""
    entry = next(entry for entry in built[1].entries if f"/images/{name}.png" in entry)
    assert re.search(SAYS[name], entry), entry


@pytest.mark.slow
def test_the_bytes_are_the_same_as_with_a_fork(built, tmp_path, font_list):
    """Even with seeds, imports, and animations."""
    forked = odd_site(tmp_path, font_list)
    assert built[1].figures == forked.build().figures == (len(DRAWN), 0, len(ODD))
    assert built[0].output() == forked.output()


@pytest.mark.slow
def test_a_note_mentions_it(site):
    """Because it takes longer; there is none if nothing is drawn."""
    site.add("FIGURES_FORK = False")
    site.article("guide", "![a](/images/line.png)")
    built = site.build()
    assert built.figures == (1, 0, 0)
    assert "each figure was drawn by a new interpreter" in built.out
    site.article("guide", "More words.\n\n![a](/images/line.png)")
    again = site.build()
    assert again.figures == (0, 1, 0)
    assert "interpreter" not in again.out
