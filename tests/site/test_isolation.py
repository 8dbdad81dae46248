"""No script sees what another does to its process."""

import re
import shutil

import pytest

from tests.conftest import Site

# For each: what a script leaves behind, and what another sees of it.
KINDS = {
    "random": ("random.seed(5)", "random.random()"),
    "numpy's random": ("np.random.seed(5)", "np.random.random()"),
    "default-rng": ("np.random.default_rng().random()", "np.random.default_rng().random()"),
    "print options": ("np.set_printoptions(precision=2)", "np.array([1 / 3])"),
    "floating-point errors": ("np.seterr(all='raise')", "np.geterr()"),
    "environment": ("os.environ['TZ'] = 'Asia/Tokyo'", "sorted(os.environ.items())"),
    "warning filters": ("warnings.simplefilter('error')", "warnings.filters"),
    "colormaps": ("mpl.colormaps.register(mpl.colormaps['bone'], name='mine')", "'mine' in mpl.colormaps"),
    "styles": ("plt.style.library['mine'] = {}", "'mine' in plt.style.library"),
    "rcParams": ("plt.rcParams['lines.linewidth'] = 9", "plt.rcParams['lines.linewidth']"),
    "default rcParams": ("mpl.rcParamsDefault['lines.linewidth'] = 9", "mpl.rcParamsDefault['lines.linewidth']"),
    "fonts": ("font_manager.fontManager.ttflist.clear()", "len(font_manager.fontManager.ttflist)"),
    "a changed NumPy": ("np.sqrt = None", "np.sqrt"),
    "a changed matplotlib": ("mpl.axes.Axes.plot = None", "callable(mpl.axes.Axes.plot)"),
    "a changed builtin": ("builtins.mine = 1", "hasattr(builtins, 'mine')"),
    "folder": ("os.chdir('/')", "os.getcwd()"),
    "open figures": ("plt.figure()", "plt.get_fignums()"),
    "path": ("sys.path.append('/nowhere')", "sys.path"),
    "modules": ("sys.modules['json'] = None", "sys.modules.get('json', 'none') is None"),
    "arguments": ("sys.argv.append('--dark')", "sys.argv[1:]"),
    "decimal precision": ("decimal.getcontext().prec = 3", "decimal.getcontext().prec"),
    "recursion": ("sys.setrecursionlimit(9999)", "sys.getrecursionlimit()"),
}
IMPORTS = """\
import builtins, decimal, os, random, sys, warnings
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import font_manager
"""
FIGURE = "plt.figure(figsize=(6, 1))\nplt.figtext(0, 0.5, seen, parse_math=False)\n"
LOG = "open({log!r}, 'a').write(f'{{os.getpid()}} {name}\\n')\n"


def _name(kind: str) -> str:
    return re.sub(r"\W", "-", kind)


@pytest.fixture(scope="module")
def shown(tmp_path_factory, font_list) -> dict[str, bytes]:
    """Build one site, one script after another: all that look, all that leave something behind, all that look again."""
    root = tmp_path_factory.mktemp("isolation")
    log = root / "log"
    site = Site(root / "site", font_list)
    site.add("FIGURES_WORKERS = 1")
    asked = []
    for when in ("before", "leaver", "after"):
        for kind, (leaves, finds) in KINDS.items():
            name = f"{when}-{_name(kind)}"
            work = f"seen = ''\n{leaves}\n" if when == "leaver" else f"seen = repr({finds})\n"
            draws = FIGURE if when != "leaver" else "from matplotlib.figure import Figure\ndraw = Figure\n"
            site.script(name.replace("-", "_"), IMPORTS + LOG.format(log=str(log), name=name) + work + draws)
            asked.append(name)
    site.article("all", "\n\n".join(f"![a](/images/{name}.png)" for name in asked))
    built = site.build()
    assert (built.code, built.figures) == (0, (len(asked), 0, 0)), built.report
    processes, order = zip(*(line.split() for line in log.read_text().splitlines()), strict=True)
    assert list(order) == asked
    assert len(set(processes)) == len(asked)
    return site.output()


@pytest.mark.parametrize("kind", KINDS)
def test_a_script_sees_nothing_of_another(shown, kind):
    """It draws the same before all others as after them."""
    name = _name(kind)
    before, after = (_texts(shown[f"images/{when}-{name}.svg"]) for when in ("before", "after"))
    assert before
    assert before == after
    assert shown[f"images/before-{name}.png"] == shown[f"images/after-{name}.png"]


def _texts(svg: bytes) -> list[str]:
    return re.findall(r"<text[^>]*>(.*?)</text>", svg.decode(), re.S)


@pytest.mark.slow
def test_random_drawings_are_the_same_in_every_build(site):
    """The forking process has a random state of its own, different in each build, which must not matter."""
    site.script("dots", "import numpy as np\nimport matplotlib.pyplot as plt\nplt.plot(np.random.normal(size=9))")
    site.article("guide", "![a](/images/dots.png)")
    assert site.build().figures == (1, 0, 0)
    first = site.output()["images/dots.png"]
    for folder in ("store", "records"):
        shutil.rmtree(site.root / ".figures" / folder)
    assert site.build(PYTHONHASHSEED="1").figures == (1, 0, 0)  # in a process of its own, which nothing else forks
    assert site.output()["images/dots.png"] == first
