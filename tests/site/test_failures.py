"""The report for a broken script: its own line, the call stack, its output, what to try."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from tests.conftest import Site

PLT = "import matplotlib.pyplot as plt\n"
TEXT = Path(__file__).with_name("failures.md").read_text("utf-8")
CASE = re.compile(r"^## (\w+)\n((?:    .*\n|\n)+)((?:> .*\n)+)", re.M)
BROKEN = {name: (dedent(script).replace("␀", "\0"), said) for name, script, said in CASE.findall(TEXT)}
"""The scripts, and what is said of each."""


@pytest.fixture(scope="module")
def told(tmp_path_factory, font_list) -> dict[str, str]:
    """Build one site of all these scripts; return the report of each, below the article's line."""
    site = Site(tmp_path_factory.mktemp("failures"), font_list)
    site.add("FIGURES_TIMEOUT = 1")
    site.write("diagrams/_part.py", "def fail():\n    return {}['x']\n")
    site.write("diagrams/_wrong.py", "def f(:\n    pass\n")
    site.write("diagrams/_größe.py", "while True: pass\n")
    site.write("diagrams/kit/__init__.py", "")
    site.write("diagrams/kit/thing.py", "def half(n):\n    return n / 0\n")
    (site.root / "diagrams/rows.txt").write_bytes(b"caf\xe9 1")
    for name, (text, _) in BROKEN.items():
        site.write(f"diagrams/{name}.py", text)
    site.article("all", "\n\n".join(f"![a](/images/{name.replace('_', '-')}.png)" for name in BROKEN))
    assert len(BROKEN) == TEXT.count("\n## ")
    built = site.build(PYTHONHASHSEED="1")  # in processes of its own: a dump of where they are has all their frames
    assert built.figures == (0, 0, len(BROKEN)), built.report
    entries = [entry.partition("\n")[2] for entry in built.entries]
    return dict(zip(BROKEN, entries, strict=True))


@pytest.mark.parametrize("name", BROKEN)
def test_a_failure_is_reported_with_the_author_s_lines(told, name):
    """All of them, and nothing else: no frame of the engine, no path of this machine."""
    pattern = re.sub("^> ", "    ", BROKEN[name][1], flags=re.M).rstrip()
    assert re.fullmatch(pattern, told[name]), told[name]


def test_an_exception_that_ends_a_thread_is_reported_although_the_figure_is_drawn(site):
    """As a warning, with the author's lines."""
    work = "import threading\ndef work():\n    1 / 0\nthread = threading.Thread(target=work)\nthread.start()\n"
    site.script("line", work + "thread.join()\n" + PLT + "plt.plot([1, 2])\n")
    site.article("guide", "![a](/images/line.png)")
    built = site.build()
    assert built.figures == (1, 0, 0)
    assert "in a thread:\n    diagrams/line.py:3: ZeroDivisionError: division by zero\n        1 / 0" in built.report


def test_a_plain_script_can_call_anything_draw(site):
    """Only a function is called."""
    pencil = "from PIL import Image, ImageDraw\ndraw = ImageDraw.Draw(Image.new('L', (9, 9)))\n"
    site.script("line", PLT + pencil + "plt.plot([1, 2])\n")
    site.article("guide", "![a](/images/line.png)")
    assert site.build().figures == (1, 0, 0)
