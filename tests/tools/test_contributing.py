"""The recipes of CONTRIBUTING.md, followed in a copy of the repository."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import REPOSITORY

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
FIRST_LINE = re.compile(r"(?:#|<!--) (?P<path>\S+)(?:, after (?P<after>.*?))?(?: -->)?\n")
COPIED = ("diagrams", "plugins", "tests", "theme", "tools", "translations")
WITH_CODE = ("A view", "A view of the kit", "A shape", "A layer")
ARTICLE = """\
Title: Recipes
Date: 2026-11-01

```python
model = Sequential([Input((3, 2)), LSTM(4)])
```

{image}
"""
HIDING = """\
import sys


class Hiding:
    def find_spec(self, name, path=None, target=None):
        if name in {modules}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Hiding())
"""
RECIPES = pytest.mark.when_changed("CONTRIBUTING.md", "diagrams/unrolled/", "pyproject.toml", "diagrams/pyproject.toml")
KIT_LAYER = '''\
"""Weighted windows."""

from dataclasses import dataclass

from .layer import Layer


@dataclass(frozen=True)
class Windows(Layer):
    """A layer as in Keras."""

    span: int
'''


@dataclass(frozen=True)
class Recipe:
    """What the recipe says to add: texts by file, some to be inserted after an existing line, and commands."""

    files: tuple[tuple[str, str, str], ...]
    commands: tuple[str, ...]

    def follow(self, root: Path) -> list[str]:
        """Write the files below a folder; return those that contain tests."""
        for path, after, text in self.files:
            file = root / path
            there = file.read_text("utf-8") if file.exists() else ""
            end = there.find(f"{after}\n") + len(after) + 1 if after else len(there)
            assert f"{after}\n" in there or not after, f"{path} has no line {after}"
            file.write_text(there[:end] + text + there[end:], "utf-8")
        return [path for path, _, _ in self.files if path.startswith("tests/")]


def recipe(name: str) -> Recipe:
    """Read the recipe that starts with a name in bold type."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8").partition(f"\n**{name}.** ")[2]
    assert text, f"CONTRIBUTING.md has no recipe for: {name}"
    blocks = BLOCK.findall(re.split(r"^(?:\*\*|## )", text, maxsplit=1, flags=re.M)[0])
    files = []
    for language, block in blocks:
        if language != "sh":
            first = FIRST_LINE.match(block)
            assert first, f"no file is named: {block}"
            files.append((first["path"], first["after"] or "", block[first.end() :]))
    assert files
    return Recipe(tuple(files), tuple(block for language, block in blocks if language == "sh"))


@pytest.fixture
def copy(tmp_path):
    """The repository without its articles."""
    for name in COPIED:
        ignored = shutil.ignore_patterns("__pycache__", ".figures")
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=ignored)
    for name in ("pelicanconf.py", "publishconf.py", "pyproject.toml", "CONTRIBUTING.md"):
        shutil.copy(REPOSITORY / name, tmp_path)
    for name in ("content", "docs"):
        (tmp_path / name).mkdir()
    for name in ("docs/kit.md", "docs/settings.md"):
        shutil.copy(REPOSITORY / name, tmp_path / name)
    shutil.copytree(REPOSITORY / "content/images", tmp_path / "content/images")
    return tmp_path


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    """Run a Python module in a folder, require its exit code, and return its output."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def run_tests(folder: Path, *arguments: str, code: int = 0) -> str:
    """Run tests in a folder, as `run` does."""
    options = ("-p", "no:cacheprovider", "-n", "0", "-o", "addopts=", "--import-mode=importlib")
    return run(folder, "pytest", *options, *arguments, code=code)


def build(root: Path, font_list: Path, image: str, settings: str = "") -> Path:
    """Build a site with one article that shows a figure; return the folder of its pages."""
    shutil.copytree(font_list, root / ".figures/cache", dirs_exist_ok=True)
    (root / "content/recipes.md").write_text(ARTICLE.format(image=image), "utf-8")
    if settings:
        (root / "pelicanconf.py").write_text((root / "pelicanconf.py").read_text("utf-8") + settings, "utf-8")
    run(root, "pelican", "content")
    return root / "output"


@pytest.mark.slow
def test_the_tests_of_a_view_a_shape_and_a_layer_pass(copy):
    """Each is one file and its test, and nothing else needs to change; types and import order are checked too."""
    tests = [path for name in WITH_CODE for path in recipe(name).follow(copy)]
    assert len(tests) == len(WITH_CODE)
    assert f"{len(WITH_CODE)} passed" in run_tests(copy, *tests)


def test_the_steps_of_the_gate_are_those_of_make_check():
    """Whoever runs them one by one runs them all."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8").partition("\nTo run the steps of `make check`")[2]
    (_, steps), *_ = BLOCK.findall(text)
    recipe = re.search(r"^check: ready-dev\n((?:\t.*\n)+)", (REPOSITORY / "Makefile").read_text("utf-8"), re.M)[1]
    *others, last = recipe.splitlines()
    assert last == "\t$(COMPILED) $(TEST)"
    assert steps.splitlines() == [line.strip().replace("$(BIN)", ".venv/bin") for line in others]


@pytest.mark.slow
def test_a_test_reports_what_is_missing_for_a_layer_of_the_kit(copy):
    """The cases it is compared in, and the documentation; each failure says what to add, and where."""
    shutil.copytree(REPOSITORY / "docs", copy / "docs", dirs_exist_ok=True)
    layers = copy / "diagrams/unrolled/layers"
    (layers / "windows.py").write_text(KIT_LAYER, "utf-8")
    names = (layers / "__init__.py").read_text("utf-8")
    names = names.replace('"recurrent": (', '"windows": ("Windows",), "recurrent": (')
    (layers / "__init__.py").write_text(names, "utf-8")
    cases = copy / "tests/against_keras/single_layers.md"
    tests = (
        "tests/diagrams/unrolled/layers/test_options.py",
        "tests/diagrams/unrolled/reader/test_errors.py::test_the_docs_list_the_layers",
        "tests/against_keras/test_recorded_layers.py",
    )
    said = run_tests(copy, "-k", "Windows or docs_list or recorded", *tests, code=1)
    assert "Windows needs the option span: add a case for it to tests/against_keras/single_layers.md" in said
    assert 'the list below "## Layers" in docs/reading.md must be:' in said
    assert "add a case for Windows to tests/against_keras/single_layers.md" in said
    cases.write_text(cases.read_text("utf-8") + "- Windows(span=2)\n", "utf-8")
    said = run_tests(copy, tests[-1], code=1)
    assert "not recorded: ['Windows(span=2) over (5, 3), masked ()']" in said
    assert "-m tests.against_keras.record single_layers" in said
    assert "1 failed" in said


@pytest.mark.slow
@RECIPES
def test_a_view_of_the_kit_needs_nothing_else(copy):
    """The tests that look at every view draw its example, say it in German, and find it in the docs."""
    recipe("A view of the kit").follow(copy)
    tests = [f"tests/diagrams/{name}.py" for name in ("unrolled/test_exports", "unrolled/test_languages")]
    tests += ["tests/diagrams/unrolled/test_examples.py", "tests/plugins/diagrams/test_words.py"]
    said = run(copy, "pytest", "-p", "no:cacheprovider", "-n", "0", "-o", "addopts=", "--import-mode=importlib", *tests)
    assert "failed" not in said
    (copy / "docs/kit.md").write_text((REPOSITORY / "docs/kit.md").read_text("utf-8"), "utf-8")
    said = run_tests(copy, tests[0], code=1)
    assert "| `bottleneck(widths: Sequence[int]) -> Picture` | … |" in said.replace("'", "")


@pytest.mark.slow
@RECIPES
def test_the_code_of_the_recipes_passes_the_checks(copy):
    """Authors must be able to copy and merge it without changes."""
    for name in WITH_CODE:
        recipe(name).follow(copy)
    files = [path for name in WITH_CODE for path, _, _ in recipe(name).files if path.endswith(".py")]
    run(copy, "ruff", "format", "--check", *files)
    run(copy, "ruff", "check", *files)
    run(copy, "mypy", *(path for path in files if not path.startswith("tests/")))
    shutil.copytree(REPOSITORY / "content/pages", copy / "content/pages")
    shutil.copy(REPOSITORY / "docs/README.md", copy / "docs")
    run(copy, "tools.lint")


@pytest.mark.slow
def test_a_view_and_a_shape_are_drawn_and_a_theme_setting_is_shown(copy, font_list):
    """A site that doesn't set it is unchanged."""
    recipe("A view").follow(copy)
    recipe("A shape").follow(copy)
    recipe("A theme setting").follow(copy)
    settings = '\nDIAGRAMS_SAVE_AS = ""\nSEARCH_INDEX = ""\n'
    output = build(copy, font_list, "![](/images/layer-names.png)\n\n![](/images/tagged.png)", settings)
    assert (output / "images/layer-names.svg").is_file()
    assert ">animate noun</text>" in (output / "images/tagged.svg").read_text("utf-8")
    page = output / "2026/11/recipes/index.html"
    assert "From the bottom: LSTM." in page.read_text("utf-8")
    assert "<p>Drawn" not in page.read_text("utf-8")
    (copy / "content/deutsch.md").write_text("Title: Deutsch\nDate: 2026-11-02\nLang: de\n\nWorte.\n", "utf-8")
    build(copy, font_list, "![](/images/layer-names.png)", '\nFOOTER_NOTE = "Drawn by <b>code</b>"\n')
    assert "<p>Drawn by <b>code</b></p>" in page.read_text("utf-8")
    german = output / "2026/11/deutsch/de/index.html"
    assert '<p lang="en">Drawn by <b>code</b></p>' in german.read_text("utf-8")
    documented = "tests/theme/test_settings.py::test_the_table_lists_exactly_the_settings"
    assert "1 passed" in run_tests(copy, documented)


def installed_by(*packages: str) -> set[str]:
    """Return the distributions that pip would install, with dependencies, by their names in this environment."""
    found: set[str] = set()
    queue = [Requirement(each) for each in packages]
    done: set[str] = set()
    while queue:
        wanted = queue.pop()
        if str(wanted) in done:
            continue
        done.add(str(wanted))
        found.add(canonicalize_name(wanted.name))
        for each in map(Requirement, metadata.requires(wanted.name) or ()):
            if not each.marker or any(each.marker.evaluate({"extra": extra}) for extra in (*wanted.extras, "")):
                queue.append(each)
    return found


@pytest.fixture
def stock(tmp_path, monkeypatch):
    """A site from pelican-quickstart with the recipe applied, in an environment with only what it installs."""
    answers = ".\nMine\nMe\nen\nn\nn\nEurope/Berlin\nn\nn\n"
    site = tmp_path / "site"
    site.mkdir()
    subprocess.run(
        [sys.executable, "-m", "pelican.tools.pelican_quickstart"],
        cwd=site,
        input=answers,
        text=True,
        check=True,
        capture_output=True,
    )
    assert not (site / "plugins").exists()
    followed = recipe("The figure plugin in another Pelican site")
    ((_, _, settings),) = followed.files
    assert len(re.findall(r"^[A-Z_]+ = ", settings, re.M)) == 2
    followed.follow(site)
    copying = [line for line in followed.commands[0].splitlines() if "pip install" not in line]
    (installing,) = (line for line in followed.commands[0].splitlines() if "pip install" in line)
    subprocess.run(
        ["sh", "-ec", "\n".join(copying)], cwd=site, env={**os.environ, "UNROLLED": str(REPOSITORY)}, check=True
    )
    there = installed_by(*shlex.split(installing.partition("install ")[2]))
    by_module = metadata.packages_distributions().items()
    others = {module for module, names in by_module if not there & {canonicalize_name(name) for name in names}}
    venv.create(tmp_path / "venv", with_pip=False)
    hide(tmp_path / "venv", others - {"_distutils_hack", "pip", "pkg_resources", "setuptools"})
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv/bin/python"))
    return site


def hide(environment: Path, modules: set[str]) -> None:
    """Make an environment find the modules of this one, except for some."""
    (folder,) = environment.glob("lib/python*/site-packages")
    (folder / "hiding.py").write_text(HIDING.format(modules=sorted(modules)), "utf-8")
    (folder / "hiding.pth").write_text(f"{sysconfig.get_path('purelib')}\nimport hiding\n", "utf-8")


@pytest.mark.slow
def test_the_figure_plugin_works_in_a_stock_site(stock, font_list):
    """With two settings and the packages named there: in Pelican's own theme, with nothing else from this project."""
    (stock / "diagrams/curve.py").write_text(
        '"""It rises."""\nimport matplotlib.pyplot as plt\n\nplt.plot([1, 2, 4])\n'
    )
    text = (
        '![](/images/unroll.png){words="the cat sat"}\n\n![](/images/curve.png)\n\n'
        "![](/images/unroll.png){#de language=de}\n\n"
        "In {figure:unroll}, the layer has [4]{param=units} units and [4 units]{figure=unroll}.\n"
        "<!-- assert model -->\n"
    )
    page = (build(stock, font_list, text) / "recipes.html").read_text("utf-8")
    assert page.count('<figure class="diagram"') == 3
    assert "LSTM with 4 units, unrolled over 3 time steps" in page
    assert 'alt="It rises."' in page
    assert "LSTM mit 4" in page
    prose = re.search(r"<p>In [^<]*<a [^>]*#fig.*?</p>", page, re.S)[0]
    assert re.search(r'<a [^>]*href="#fig-unroll"[^>]*>Figure 1</a>', prose)
    assert re.sub(r"<.*?>", "", prose) == "In Figure 1, the layer has 4 units and 4 units."
    assert "assert model" not in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("is_missing", "says"),
    [
        ("selectolax", "plugins.figures needs the module selectolax, which is not installed: python -m pip install"),
        ("plugins.html", "copy the whole folder plugins/"),
    ],
)
def test_a_stock_site_in_which_a_package_is_missing_is_not_built(stock, tmp_path, is_missing, says):
    """Pelican alone would build it without figures, and succeed."""
    hide(tmp_path / "venv", {is_missing})
    (stock / "content/recipes.md").write_text(ARTICLE.format(image="![](/images/unroll.png)"), "utf-8")
    said = run(stock, "pelican", "content", code=1)
    assert says in said
    assert "Traceback" not in said
    assert not (stock / "output/recipes.html").exists()
