"""Other people's scripts: the site shows the same pixels as when they are run on their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import Site

PLT = "import matplotlib.pyplot as plt\n"
BOTH = "import matplotlib.pyplot as plt\nimport numpy as np\n"
SCRIPTS = {
    "bars": f"""{PLT}
fruits, counts = ["apple", "blueberry", "cherry"], [40, 100, 30]
fig, ax = plt.subplots()
bars = ax.bar(fruits, counts, label=fruits, color=["tab:red", "tab:blue", "tab:orange"])
ax.bar_label(bars)
ax.legend(title="Fruit colour")
plt.show()
""",
    "scatter": f"""{BOTH}
np.random.seed(19680801)
x, y, c, s = np.random.rand(4, 50)
plt.scatter(x, y, c=c, s=200 * s, alpha=0.5, cmap="viridis")
plt.colorbar(label="value")
plt.show()
""",
    "picture": f"""{BOTH}
ramp = np.linspace(0, 1, 64)
plt.imshow(np.outer(ramp, ramp[::-1]), cmap="magma", interpolation="bilinear", extent=[0, 2, 0, 1])
plt.axis("off")
""",
    "surface": f"""{BOTH}
X, Y = np.meshgrid(np.arange(-5, 5, 0.5), np.arange(-5, 5, 0.5))
fig = plt.figure()
ax = fig.add_subplot(projection="3d")
surface = ax.plot_surface(X, Y, np.sin(np.sqrt(X**2 + Y**2)), cmap="coolwarm")
fig.colorbar(surface, shrink=0.5)
plt.show()
""",
    "formula": PLT
    + r"""
plt.figure(figsize=(5, 2))
plt.text(0.05, 0.4, r"$\sigma(z)_i = \frac{e^{z_i}}{\sum_{j=1}^{K} e^{z_j}}$", fontsize=24)
plt.axis("off")
""",
    "panels": f"""{BOTH}
fig, axs = plt.subplots(2, 2, layout="constrained", sharex=True)
for power, ax in enumerate(axs.flat):
    image = ax.pcolormesh(np.arange(25).reshape(5, 5) ** power)
    ax.set_title(f"Power {{power}}")
    ax.set_ylabel("rows")
fig.colorbar(image, ax=axs[:, 1])
fig.suptitle("Four panels")
""",
    "tight_panels": f"""{PLT}
fig, axs = plt.subplots(1, 3, figsize=(9, 3))
for ax in axs:
    ax.set(xlabel="a long label below", ylabel="and beside", title="above")
plt.tight_layout()
""",
    "pie": f"""{PLT}
plt.pie([15, 30, 45, 10], explode=(0, 0.1, 0, 0), labels=["Frogs", "Hogs", "Dogs", "Logs"], autopct="%.1f%%")
plt.savefig("pie.png", bbox_inches="tight")
plt.show()
""",
    "animation": f"""{BOTH}
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots()
(line,) = ax.plot([], [], lw=2)
ax.set(xlim=(0, 2), ylim=(-2, 2))


def update(frame):
    x = np.linspace(0, 2, 200)
    line.set_data(x, np.sin(2 * np.pi * (x - 0.01 * frame)))
    return (line,)


update(0)
ani = FuncAnimation(fig, update, frames=20, interval=20, blit=True)
plt.show()
""",
    "main_guard": f"""{PLT}
def main():
    plt.style.use("ggplot")
    plt.plot([3, 1, 2], "o--", label="line")
    plt.legend(loc="best")
    plt.show()


if __name__ == "__main__":
    main()
""",
    "objects": f"""{PLT}
from dataclasses import dataclass


@dataclass
class Series:
    name: str
    values: list[float]

    def plot(self, ax: plt.Axes) -> None:
        ax.plot(self.values, drawstyle="steps-mid", label=self.name)


fig, ax = plt.subplots(figsize=(4, 3), dpi=150)
for series in (Series("a", [1, 3, 2]), Series("b", [2, 1, 4])):
    series.plot(ax)
ax.legend()
ax.spines[["top", "right"]].set_visible(False)
""",
    "threads": f"""{PLT}
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(4) as pool:
    squares = list(pool.map(lambda n: n * n, range(20)))
plt.step(range(20), squares, where="post")
""",
    "words": f"""{PLT}
plt.title("Größe – Ελλάδα, \\u2264 5 \\u00b5m  (two  blanks)")
plt.xlabel("naïve café")
plt.xticks([0, 1], ["été", "hiver"], rotation=45)
plt.plot([0, 1])
""",
    "rows": f"""{PLT}
import csv

with open("rows.csv", newline="") as file:
    rows = list(csv.DictReader(file))
plt.plot([int(row["year"]) for row in rows], [float(row["value"]) for row in rows])
""",
    "columns": f"""{BOTH}
x, y = np.loadtxt("tables/columns.txt", unpack=True)
plt.loglog(x, y, "s-")
""",
    "relations": """
import numpy as np
import pandas as pd
import seaborn as sns

sns.set_theme(style="ticks", palette="colorblind")
rng = np.random.default_rng(0)
tips = pd.DataFrame({"bill": rng.gamma(4, 5, 90), "day": rng.choice(["Thu", "Fri", "Sat"], 90)})
tips["tip"] = 0.15 * tips["bill"] + rng.normal(size=90)
grid = sns.relplot(data=tips, x="bill", y="tip", hue="day", col="day", height=2.5)
grid.set_titles("{col_name}")
""",
    "frame": """
import matplotlib.pyplot as plt
import pandas as pd

quarters = pd.date_range("2024-01-01", periods=8, freq="QS")
pd.DataFrame({"a": range(8), "b": [7, 3, 5, 1, 6, 2, 4, 0]}, index=quarters).plot.area(figsize=(5, 3), alpha=0.6)
plt.tight_layout()
""",
    "called": f"""{PLT}
import argparse
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--height", type=int, default=len(sys.argv))
plt.plot([0, parser.parse_args().height])
plt.title(sys.argv[0].rpartition("/")[2])
""",
    "größe und höhe": f"{PLT}plt.plot([1, 3, 2])\nplt.title('Größe und Höhe')\n",
    "deep/δεύτερο": f"{PLT}plt.plot([3, 1, 2])\n",
    "dark": f"""{PLT}
plt.style.use(["dark_background", "fivethirtyeight"])
fig = plt.figure(facecolor="0.2", layout="constrained")
axd = fig.subplot_mosaic("AAB;C.B")
axd["A"].plot([1, 2])
axd["B"].barh([1, 2], [3, 4], hatch="//")
axd["C"].stackplot([1, 2, 3], [1, 1, 2], [2, 1, 1])
""",
}
DATA = {"rows.csv": "year,value\n2020,1.5\n2021,2.5\n2022,2.0\n", "tables/columns.txt": "1 10\n10 100\n100 20\n"}

# Each script in a fork of a process that has imported matplotlib and drawn nothing, started in the scripts' folder.
BARE = """
import os, runpy, sys
import matplotlib.pyplot as plt

folder = sys.argv.pop(1)
for name in sys.argv[1:]:
    if os.fork() == 0:
        sys.argv = [f"{name}.py"]
        sys.path[0] = os.getcwd()
        runpy.run_path(f"{name}.py", run_name="__main__")
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        plt.savefig(os.path.join(folder, f"{name}.png"), dpi=192)
        os._exit(0)
    os.wait()
"""


FEW = ("bars", "formula", "animation", "words", "rows", "größe und höhe", "deep/δεύτερο")
"""The ones for `make test`, one of each kind."""


def site_of(root: Path, font_list: Path, names: Collection[str]) -> Site:
    """Build a site of some scripts, without a style."""
    site = Site(root, font_list)
    site.add("FIGURES_STYLE = None")
    for name in names:
        site.script(name, SCRIPTS[name])
    for path, text in DATA.items():
        site.write(f"diagrams/{path}", text)
    site.article("all", "\n\n".join(f"![a](</images/{_address(name)}>)" for name in names))
    built = site.build()
    assert (built.code, built.figures) == (0, (len(names), 0, 0)), built.report
    return site


def bare(site: Site, scratch: Path, font_list: Path, names: Collection[str]) -> Path:
    """Return a folder with the scripts' own drawings."""
    shutil.copytree(site.root / "diagrams", scratch / "diagrams")
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BARE, str(scratch / "drawn"), *names],
        cwd=scratch / "diagrams",
        env={"PATH": os.environ["PATH"], "MPLCONFIGDIR": str(font_list), "MPLBACKEND": "agg"},
        check=True,
    )
    return scratch / "drawn"


@pytest.fixture(scope="module")
def site(tmp_path_factory, font_list) -> Site:
    """Build one site of a few scripts."""
    return site_of(tmp_path_factory.mktemp("strangers"), font_list, FEW)


@pytest.fixture(scope="module")
def by_itself(site, tmp_path_factory, font_list) -> Path:
    """Return a folder with these scripts' own drawings."""
    return bare(site, tmp_path_factory.mktemp("bare"), font_list, FEW)


@pytest.mark.parametrize("name", FEW)
def test_a_figure_is_the_same_as_when_the_script_is_run_alone(site, by_itself, name):
    """Pixel for pixel."""
    assert_equal(site, by_itself, name)


@pytest.mark.slow
def test_all_others_are_the_same_too(tmp_path, font_list):
    """Whatever they draw, with whatever library."""
    names = [name for name in SCRIPTS if name not in FEW]
    site = site_of(tmp_path / "site", font_list, names)
    drawn = bare(site, tmp_path, font_list, names)
    for name in names:
        assert_equal(site, drawn, name)


def assert_equal(site: Site, drawn: Path, name: str) -> None:
    """Check that the site shows the pixels that were drawn."""
    with Image.open(site.root / "output/images" / _address(name)) as ours:
        shown = np.asarray(ours.convert("RGBA"))
    with Image.open(drawn / f"{name}.png") as theirs:
        expected = np.asarray(theirs.convert("RGBA"))
    assert shown.shape == expected.shape, name
    assert np.ptp(expected[..., :3]) > 100, name
    differing = int((shown != expected).any(axis=2).sum())
    assert differing == 0, name


def test_nothing_is_left_in_the_project(site):
    """Files that the scripts save go to scratch."""
    assert {path.suffix for path in site.root.rglob("diagrams/**/*") if path.is_file()} <= {".py", ".csv", ".txt"}
    assert not list(site.root.glob("*.png"))


def test_a_name_in_any_alphabet_has_a_working_url(site):
    """Percent-encoded in the page."""
    page = site.page("all")
    assert '"/images/gr%C3%B6%C3%9Fe%20und%20h%C3%B6he.png"' in page
    assert '"/images/deep/%CE%B4%CE%B5%CF%8D%CF%84%CE%B5%CF%81%CE%BF.png"' in page


def _address(name: str) -> str:
    return f"{name.replace('_', '-')}.png"
