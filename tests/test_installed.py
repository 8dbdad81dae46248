"""What people install: two wheels, in fresh environments, outside the repository."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import nbformat
import pytest

from plugins import __version__ as version
from tests.conftest import REPOSITORY, Once

pytestmark = [
    pytest.mark.slow,
    pytest.mark.when_changed(
        *("pyproject.toml", "diagrams/pyproject.toml", "docs/installing.md", "plugins/commands/"),
        *("plugins/__init__.py", "plugins/settings.py", "plugins/publishing.py", "diagrams/unrolled/__"),
    ),
]

UV = str(Path(sys.executable).with_name("uv"))
ASKED_BY_QUICKSTART = (".", "Stock", "Me", "en", "n", "n", "Europe/Berlin", "y", *"nnnnnn")
ARTICLE = """\
Title: Hello
Date: 2026-11-20
Category: x

```python
from keras import Input, Sequential
from keras.layers import SimpleRNN

model = Sequential([Input((3, 2)), SimpleRNN(4)])
```

![](/images/unroll.png){words="the cat sat"}

![](/images/curve.png)
"""
CURVE = '"""A curve that rises."""\nimport matplotlib.pyplot as plt\n\nplt.plot([1, 2, 3])\n'


@dataclass(frozen=True)
class Installed:
    """An environment and the packages installed into it."""

    folder: Path

    def run(self, *command: str, cwd: Path, said: str = "", code: int = 0, **environment: str) -> str:
        """Run a program of the environment, and return its output."""
        path = os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]])
        own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MAKELEVEL", "CI")}
        done = subprocess.run(
            command,
            cwd=cwd,
            input=said,
            capture_output=True,
            text=True,
            check=False,
            env={**own, "PATH": path, "COLUMNS": "400", **environment},
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr


def made(folder: Path, *packages: str) -> Installed:
    """Create an environment, and install some packages."""
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    environment = Installed(folder)
    environment.run(UV, "pip", "install", "--quiet", *packages, cwd=folder.parent, VIRTUAL_ENV=str(folder))
    return environment


@pytest.fixture(scope="session")
def wheels(once: Once) -> Path:
    """Return a folder with the wheels and source distributions, built from a copy of the files in the repository."""

    def fill(folder: Path) -> None:
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        files = subprocess.run(listed, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout.splitlines()
        for name in files:
            if (REPOSITORY / name).is_file() and not name.startswith(("tests/", "content/")):
                place = folder / "tree" / name
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(REPOSITORY / name, place)
        builds = made(folder / "builds", "twine", "check-wheel-contents")
        for source in (folder / "tree/diagrams", folder / "tree"):
            builds.run(UV, "build", "--quiet", "--out-dir", str(folder / "dist"), str(source), cwd=folder)
        packages = [str(file) for file in (folder / "dist").glob("*unrolled-*")]
        builds.run("twine", "check", "--strict", *packages, cwd=folder)
        # W002 finds files that are there twice; the test of the licences does so, too, because those are.
        builds.run(
            "check-wheel-contents", "--ignore", "W002", *(it for it in packages if it.endswith(".whl")), cwd=folder
        )

    return once("wheels", fill) / "dist"


@pytest.fixture(scope="session")
def installed(wheels: Path, once: Once) -> Installed:
    """Return an environment with both wheels."""
    packages = [*map(str, wheels.glob("*.whl")), "pelican[markdown]"]
    return Installed(once("installed", lambda folder: made(folder / "venv", *packages)) / "venv")


@pytest.fixture(scope="session")
def kit(wheels: Path, once: Once) -> Installed:
    """Return an environment with the kit alone, and the tools of the examples."""
    tools = ["nbconvert", "ipykernel", "sphinx", "myst-nb", "mkdocs", "markdown-exec", "pymdown-extensions"]
    packages = [*map(str, wheels.glob("unrolled-*.whl")), *tools]
    return Installed(once("kit", lambda folder: made(folder / "venv", *packages)) / "venv")


@pytest.mark.parametrize("pattern", ["unrolled-*.whl", "pelican_unrolled-*.whl"])
def test_a_wheel_holds_the_licences_of_its_code_and_fonts(wheels: Path, pattern: str) -> None:
    """Its metadata lists them, and the licence of fonts is in their folder, from where they are copied to sites."""
    (wheel,) = wheels.glob(pattern)
    with ZipFile(wheel) as packed:
        names = packed.namelist()
        (about,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(packed.read(about))
        texts = [packed.read(f"{PurePosixPath(about).parent}/licenses/{it}") for it in metadata.get_all("License-File")]
        beside = {str(PurePosixPath(name).parent / "OFL.txt") for name in names if name.endswith((".ttf", ".woff2"))}
        assert beside
        assert {packed.read(name) for name in beside} < {*texts}
        contents = Counter(filter(None, map(packed.read, names)))
        assert {data for data, count in contents.items() if count > 1} <= {*texts}
    code, *fonts = metadata["License-Expression"].split(" AND ")
    said = {"AGPL-3.0-or-later": b"GNU AFFERO GENERAL PUBLIC LICENSE", "BSD-3-Clause": b"BSD 3-Clause License"}[code]
    assert fonts == ["OFL-1.1"]
    assert sum(said in text for text in texts) == 1
    assert sum(b"SIL OPEN FONT LICENSE Version 1.1" in text for text in texts) == len(texts) - 1


def test_an_empty_environment_stays_small(wheels: Path, tmp_path: Path) -> None:
    """At most 40 distributions and 250 MB, compiled; and `unrolled --version` names both of ours."""
    new = made(tmp_path / "venv", *map(str, wheels.glob("*.whl")))
    listed = new.run(UV, "pip", "list", "--quiet", "--format=freeze", cwd=tmp_path, VIRTUAL_ENV=str(new.folder))
    assert len(listed.splitlines()) <= 40, listed
    new.run("python", "-m", "compileall", "-q", "-j", "0", str(new.folder / "lib"), cwd=tmp_path)
    size = sum(file.lstat().st_size for file in new.folder.rglob("*"))
    assert size <= 250e6, size
    assert new.run("unrolled", "--version", cwd=tmp_path) == f"unrolled {version}, pelican-unrolled {version}\n"


@pytest.mark.parametrize("pattern", ["unrolled/py.typed", "pelican/plugins/unrolled/py.typed"])
def test_both_packages_are_typed(installed: Installed, pattern: str) -> None:
    """Type checkers read the annotations of a package with such a file."""
    assert [*installed.folder.glob(f"lib/python*/site-packages/{pattern}")]


def test_a_new_site_is_built_and_published_at_once(installed: Installed, tmp_path: Path) -> None:
    """Its first article has a figure of its code; a second build draws nothing."""
    told = installed.run("unrolled", "new", "my-blog", cwd=tmp_path, TZ="Europe/Berlin")
    blog = tmp_path / "my-blog"
    assert told.endswith("Next: cd my-blog && make serve\n")
    assert "figures: 1 drawn, 0 fresh, 0 failed" in installed.run("make", "html", cwd=blog)
    (page,) = blog.glob("output/*/*/hello/index.html")
    assert "4 units, unrolled over 3 time steps: “the cat sat”" in page.read_text("utf-8")
    assert "figures: 0 drawn, 1 fresh, 0 failed" in installed.run("make", "html", cwd=blog)
    assert installed.run("make", "check-content", cwd=blog) == "content: 1 article and 0 pages checked\n"
    assert "SITEURL is ''" in installed.run("make", "publish", cwd=blog, code=2)
    installed.run("make", "publish", cwd=blog, SITEURL="https://example.org")
    assert (blog / "output/feeds/all.atom.xml").is_file()
    assert (blog / "output/cards/hello.png").is_file()
    assert 'TIMEZONE = "Europe/Berlin"' in (blog / "pelicanconf.py").read_text("utf-8").replace("'", '"')


def test_a_new_site_reports_what_it_cannot_do(installed: Installed, tmp_path: Path) -> None:
    """Existing files aren't overwritten."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    assert "full already exists" in installed.run("unrolled", "new", "full", cwd=tmp_path, code=1)
    installed.run("unrolled", "new", "blog", cwd=tmp_path)
    for command in (["article", "x"], ["diagram", "x"], ["check"], ["figures", "list"], ["serve"]):
        told = installed.run("unrolled", *command, cwd=tmp_path, code=1)
        assert told.startswith("unrolled: no pelicanconf.py in this folder")
    without = installed.run("make", "html", f"PY={sys.base_prefix}/bin/python3", cwd=tmp_path / "blog", code=2)
    assert "-m pip install -r requirements.txt" in without


def test_an_author_creates_articles_and_scripts(installed: Installed, tmp_path: Path) -> None:
    """A script's drawing is visible at once; a name that is taken is reported."""
    installed.run("unrolled", "new", "blog", cwd=tmp_path)
    blog = tmp_path / "blog"
    told = installed.run("make", "new", 'TITLE=What "it\'s" worth, in $5', "PORT=8123", cwd=blog)
    assert "http://localhost:8123/drafts/what-its-worth-in-5/" in told
    assert (blog / "content/guides/what-its-worth-in-5.md").is_file()
    line = installed.run("make", "diagram", "NAME=my-figure", cwd=blog).splitlines()[-1]
    assert line == "![](/images/my-figure.png)"
    assert "already exists" in installed.run("make", "diagram", "NAME=my-figure", cwd=blog, code=2)
    with (blog / "content/guides/hello.md").open("a", encoding="utf-8") as article:
        article.write(f"\n{line}\n")
    assert "figures: 2 drawn" in installed.run("make", "html", cwd=blog)
    assert "my-figure  fresh" in installed.run("unrolled", "figures", "list", cwd=blog)


def test_a_stock_site_draws_figures_and_works_without_the_plugin(installed: Installed, tmp_path: Path) -> None:
    """With Pelican's own theme; once the plugin is uninstalled, hand-made pictures are shown as before."""
    installed.run("pelican-quickstart", cwd=tmp_path, said="\n".join((*ASKED_BY_QUICKSTART, "")))
    (tmp_path / "content/hello.md").write_text(ARTICLE, "utf-8")
    (tmp_path / "diagrams").mkdir()
    (tmp_path / "diagrams/curve.py").write_text(CURVE, "utf-8")
    assert "Added to pelicanconf.py:" in installed.run("unrolled", "add", cwd=tmp_path)
    assert "already has what figures need" in installed.run("unrolled", "add", cwd=tmp_path)
    told = installed.run("pelican", "content", cwd=tmp_path)
    assert "figures: 2 drawn, 0 fresh, 0 failed" in told
    assert "Empty alt" not in told
    page = (tmp_path / "output/hello.html").read_text("utf-8")
    assert page.count("<svg") == 2, "a wide and a narrow form"
    assert "<title>SimpleRNN with 4 units" in page
    assert "--ink:light-dark(#1b2430,#e9edf2)" in page
    assert (tmp_path / "output/images/fonts/unrolled-sans-400.ttf").is_file()
    assert '<img alt="A curve that rises." src="/images/curve.png"' in page

    settings = tmp_path / "pelicanconf.py"
    named = settings.read_text("utf-8") + 'PLUGINS = ["unrolled"]\n'
    settings.write_text(named, "utf-8")
    assert "figures: 0 drawn, 2 fresh, 0 failed" in installed.run("pelican", "content", cwd=tmp_path)

    without = made(tmp_path / "without", "pelican[markdown]")
    pictures = tmp_path / "content/images"
    shutil.copytree(tmp_path / "output/images", pictures)
    without.run("pelican", "content", cwd=tmp_path)
    assert (tmp_path / "output/images/curve.png").is_file()


def test_a_stock_site_skips_builds_in_which_nothing_has_changed(installed: Installed, tmp_path: Path) -> None:
    """With two plugins."""
    installed.run("pelican-quickstart", cwd=tmp_path, said="\n".join((*ASKED_BY_QUICKSTART, "")))
    (tmp_path / "content/hello.md").write_text("Title: Hello\nDate: 2026-01-01\n\nWords.\n", "utf-8")
    settings = tmp_path / "pelicanconf.py"
    plugins = [f"pelican.plugins.unrolled.{name}" for name in ("reading", "building")]
    settings.write_text(f"{settings.read_text('utf-8')}\nCACHE_PATH, PLUGINS = 'cache', {plugins!r}\n", "utf-8")
    time.sleep(0.1)  # a build doesn't trust files that are as young as itself
    first, second = (installed.run("pelican", "content", cwd=tmp_path) for _ in range(2))
    assert "Done: Processed 1 article" in first
    assert "Nothing has changed since the last build" in second


def test_the_pages_on_pypi_make_sense_outside_the_repository(wheels: Path, kit: Installed, tmp_path: Path) -> None:
    """They have no links to its files, and the kit's example draws."""
    for package in wheels.glob("*.whl"):
        with ZipFile(package) as files:
            (name,) = (it for it in files.namelist() if it.endswith(".dist-info/METADATA"))
            page = files.read(name).decode().partition("\n\n")[2]
        assert page.startswith("# ")
        links = re.findall(r"\]\(([^)]*)\)", re.sub(r"`[^`]*`", "", page))
        assert [it for it in links if not it.startswith(("https://", "#"))] == []
    example = re.search(r"```python\n(.*?)```", (REPOSITORY / "diagrams/PYPI.md").read_text("utf-8"), re.DOTALL)
    assert example
    kit.run("python", "-c", example[1], cwd=tmp_path)
    assert "<svg" in (tmp_path / "lstm.svg").read_text("utf-8")


def test_the_plugin_imports_nothing_until_it_is_used(installed: Installed, tmp_path: Path) -> None:
    """Pelican imports every package of its namespace, even with PLUGINS = []."""
    code = (
        "import pelican, sys; before = {*sys.modules}; import pelican.plugins.unrolled; "
        "print({it for it in {*sys.modules} - before if it not in sys.stdlib_module_names})"
    )
    assert installed.run("python", "-c", code, cwd=tmp_path) == "{'pelican.plugins.unrolled'}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["unroll", "--code", "model.py", "words=the cat sat", "-o", "lstm.pdf"], "lstm.pdf\n"),
        (["unroll", "--code", "-", "--theme", "dark", "--narrow"], "unroll.png\n"),
        (["steps.py", "language=de", "-o", "steps.svg"], "steps.svg\nsteps-2.svg\n"),
    ],
)
def test_the_kit_draws_without_a_site(kit: Installed, tmp_path: Path, words: list[str], said: str) -> None:
    """From a file or from standard input, in any of matplotlib's formats."""
    model = "model = Sequential([Input((3, 2)), LSTM(2)])\n"
    (tmp_path / "model.py").write_text(model, "utf-8")
    steps = "from unrolled import tokens\n\ndef draw():\n    return [tokens(['a']), tokens(['a', 'b'])]\n"
    (tmp_path / "steps.py").write_text(steps, "utf-8")
    assert kit.run("unrolled", "draw", *words, cwd=tmp_path, said=model) == said
    assert all((tmp_path / name).stat().st_size for name in said.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["unroll"], "unroll draws code: name the file with --code model.py"),
        (["nothing"], "nothing is neither a script nor a standard view; the standard views are areas, attention, cell"),
        (["tokens"], "tokens needs words: add words=…"),
        (["tokens", "word=a"], "tokens needs words"),
        (["tokens", "words=a", "word=a"], "tokens has no argument word; it has words, language"),
        (["tokens", "words=a", "language=fr"], "the kit has no translations for 'fr', only for 'de'"),
        (["tokens", "words=a", "-o", "a.xyz"], "a.xyz: Format 'xyz' is not supported"),
        (["tokens", "words=a", "-o", "no/a.png"], "no/a.png: No such file or directory"),
        (["unroll", "--code", "bad.py"], "bad.py:2: the code is not Python"),
        (["cell", "--code", "good.py", "step=x"], "step=x: it must be a whole number"),
    ],
)
def test_a_drawing_that_fails_is_reported_in_one_line(
    kit: Installed, tmp_path: Path, words: list[str], said: str
) -> None:
    """Without a traceback."""
    (tmp_path / "bad.py").write_text("x = 1\ny = LSTM(\n", "utf-8")
    (tmp_path / "good.py").write_text("model = Sequential([Input((3, 2)), LSTM(2)])\n", "utf-8")
    told = kit.run("unrolled", "draw", *words, cwd=tmp_path, code=1)
    assert told.startswith(f"unrolled: {said}")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("folder", "command", "page"),
    [
        ("jupyter", ["jupyter", "nbconvert", "--to", "html", "--execute", "lstm.ipynb"], "lstm.html"),
        ("sphinx", ["sphinx-build", "--quiet", "--fail-on-warning", ".", "_build"], "_build/myst.html"),
        ("mkdocs", ["mkdocs", "build", "--quiet", "--strict"], "site/index.html"),
    ],
)
def test_the_examples_are_built(kit: Installed, tmp_path: Path, folder: str, command: list[str], page: str) -> None:
    """A picture is on the page with its alt text, and dark in dark mode."""
    shutil.copytree(REPOSITORY / "examples" / folder, tmp_path / folder)
    kit.run(*command, cwd=tmp_path / folder)
    html = (tmp_path / folder / page).read_text("utf-8")
    assert 'aria-label="LSTM with 2 units, unrolled over 3 time steps' in html
    assert "--u-ink:light-dark(#1B2430,#E9EDF2)" in html
    if folder == "sphinx":
        assert 'alt="An LSTM with 2 units' in (tmp_path / "sphinx/_build/index.html").read_text("utf-8")


def test_the_cell_of_the_quarto_document_shows_its_picture(kit: Installed, tmp_path: Path) -> None:
    """Jupyter runs it, as it does for Quarto, which isn't installed."""
    document = (REPOSITORY / "examples/quarto/index.qmd").read_text("utf-8")
    cells = re.findall(r"^```\{python\}\n(.*?)^```$", document, re.M | re.S)
    assert len(cells) == document.count("```{")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(notebook, tmp_path / "cells.ipynb")
    kit.run("jupyter", "nbconvert", "--to", "html", "--execute", "cells.ipynb", cwd=tmp_path)
    html = (tmp_path / "cells.html").read_text("utf-8")
    assert 'aria-label="LSTM with 2 units, unrolled over 3 time steps' in html
    assert "--u-ink:light-dark(#1B2430,#E9EDF2)" in html


def test_the_paper_has_its_figure(kit: Installed, tmp_path: Path) -> None:
    """TeX itself isn't run."""
    shutil.copytree(REPOSITORY / "examples/latex", tmp_path / "latex")
    kit.run("make", "lstm.pdf", cwd=tmp_path / "latex")
    assert (tmp_path / "latex/lstm.pdf").read_bytes().startswith(b"%PDF")
