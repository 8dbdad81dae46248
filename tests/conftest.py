"""Tiny sites, actually built by Pelican in a process of its own."""

from __future__ import annotations

import fcntl
import functools
import gc
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from blinker import Signal
from hypothesis import settings

from tests import builds
from tests.chromium import served, started
from tests.sampling import due, sampled

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    # In a shell's background jobs, Ctrl+C is ignored, and so it would be in every process that tests start to
    # interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)

MEMORY, ROOM = Path("/dev/shm"), 8 * 2**30
"""A file system in memory, where Linux has one, and how much of it has to be free."""


def _use_memory() -> None:
    """Have temporary folders in memory, because the sites of the tests are hundreds of thousands of small files."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK | os.X_OK):
        return
    found = os.statvfs(MEMORY)
    if found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # otherwise Python doesn't look again


_use_memory()

SAID = "said"
Once = Callable[[str, Callable[[Path], object]], Path]
REPOSITORY = Path(__file__).resolve().parent.parent

settings.register_profile("usual", sampled(100))
settings.load_profile("usual")

SETTINGS = """\
import sys
sys.path.insert(0, {repository!r})
from pelicanconf import *
del FIGURES_STYLE, FIGURES_TOKENS, FIGURES_WORDS, HOME, SITE_LOGO, SITE_ICON  # a site has its own, or none
PATH = {root!r} + "/content"
OUTPUT_PATH = {root!r} + "/output"
CACHE_PATH = {root!r} + "/.cache"
DEFAULT_PAGINATION = 7
DIAGRAMS_SAVE_AS = ""  # what is counted are the figures of articles; tests of the Diagrams page switch it on
"""

PUBLISHED = """\
import sys
sys.path.insert(0, {repository!r})
from publishconf import *
del FIGURES_STYLE, FIGURES_TOKENS, FIGURES_WORDS, HOME, SITE_LOGO, SITE_ICON
PATH = {root!r} + "/content"
OUTPUT_PATH = {root!r} + "/output"
CACHE_PATH = {root!r} + "/.cache"
DEFAULT_PAGINATION = 7
DIAGRAMS_SAVE_AS = ""
"""

SIMPLE = ("-t", "simple", "-e", 'DIRECT_TEMPLATES=["index"]')
"""A build with Pelican's own theme, which has no templates for search, series and error pages."""


def without(*modules: str) -> str:
    """Return a line for settings after which modules are missing."""
    return f"import sys; sys.modules |= dict.fromkeys({modules!r})"


@dataclass(frozen=True)
class Build:
    """The result of a build."""

    code: int
    out: str
    report: str

    @property
    def figures(self) -> tuple[int, int, int]:
        """The counts in the summary: drawn, fresh, failed."""
        counts = re.search(r"^figures: (\d+) drawn, (\d+) fresh, (\d+) failed$", self.out, re.M)
        assert counts, self.out + self.report
        drawn, fresh, failed = map(int, counts.groups())
        return drawn, fresh, failed

    @property
    def entries(self) -> list[str]:
        """The entries of the report, each with its indented lines."""
        starts = re.split(r"^(?=\S)", self.report, flags=re.M)
        return [
            entry.rstrip() for entry in starts if entry.strip() and not re.match(r"\d+ (error|warning)s?:\n", entry)
        ]


def _own_environment() -> dict[str, str]:
    """Return the environment without variables that make a build more verbose: that of a CI service, or of make."""
    told = {"GITHUB_ACTIONS", "MAKELEVEL"}
    return {name: value for name, value in os.environ.items() if name not in told} | {"COLUMNS": "400"}


class Site:
    """A site in a temporary folder, where matplotlib already knows the machine's fonts, if they are given."""

    def __init__(self, root: Path, fonts: Path | None = None) -> None:
        self.root = root
        if fonts:
            shutil.copytree(fonts, root / ".figures/cache")
        self.write("pelicanconf_here.py", SETTINGS.format(repository=str(REPOSITORY), root=str(root)))
        self.write("publishconf_here.py", PUBLISHED.format(repository=str(REPOSITORY), root=str(root)))
        for folder in ("content", "diagrams"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        compiled = root / ".cache/templates"  # shared, since compiling them takes longer than building such a site
        if not os.path.lexists(compiled):  # a copy of a site may have them already
            shared = REPOSITORY / ".cache/templates"
            for folder in (shared, compiled.parent):
                folder.mkdir(parents=True, exist_ok=True)
            compiled.symlink_to(shared)

    def write(self, path: str, text: str) -> Path:
        """Write a file below the root."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        return place

    def script(self, name: str, text: str) -> Path:
        """Write a diagram script."""
        return self.write(f"diagrams/{name}.py", dedent(text))

    def article(self, name: str, body: str, **headers: str) -> Path:
        """Write an article; the body starts at line 6 unless there are more headers."""
        lines = {"Title": name.title(), "Date": "2026-11-01", "Category": "nlp", "Slug": name} | headers
        head = "".join(f"{key}: {value}\n" for key, value in lines.items())
        return self.write(f"content/nlp/{name}.md", f"{head}\n{dedent(body)}")

    def add(self, lines: str, to: str = "pelicanconf_here.py") -> Path:
        """Add lines to the settings, and return their file."""
        with (self.root / to).open("a", encoding="utf-8") as settings:
            settings.write(f"{lines}\n")
        return self.root / to

    def build(self, *options: str, settings: str = "pelicanconf_here.py", **environment: str) -> Build:
        """Run Pelican."""
        arguments = ["-s", str(self.root / settings), *options]
        return Build(*builds.run("pelican", arguments, self.root, {**_own_environment(), **environment}))

    def publish(self, *options: str, url: str = "https://example.org/repo", **environment: str) -> Build:
        """Run Pelican as `make publish` does."""
        return self.build(*options, settings="publishconf_here.py", SITEURL=url, **environment)

    def page(self, name: str, month: str = "2026/11") -> str:
        """Read an article's page."""
        return (self.root / "output" / month / name / "index.html").read_text("utf-8")

    def output(self) -> dict[str, bytes]:
        """Read all files of the output."""
        folder = self.root / "output"
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


TICK_S = 0.1
"""By then, the times of files differ: a build doesn't trust files that are as young as itself."""
PLAIN = '''
"""A line that rises."""
import matplotlib.pyplot as plt

plt.figure(figsize=(2, 1))
plt.plot([0, 1], [0, 1])
'''


def python(code: str, info: str = "python") -> str:
    """Fence a block of code."""
    return f"```{info}\n{code}\n```\n\n"


LONGEST = (
    *("site/test_edits.py", "test_readme.py", "site/test_live.py", "site/test_saves.py", "test_tutorial.py"),
    *("test_benchmarks.py", "site/test_writing.py", "site/test_engine.py", "site/test_many_figures.py"),
    *("site/test_bad_input.py", "site/test_faults.py", "site/test_observations.py", "plugins/live/test_serving.py"),
    *("site/test_which_code.py", "site/test_children.py", "test_new.py", "site/test_failures.py"),
    *("theme/test_languages.py", "diagrams/test_every_script.py", "site/test_formats.py", "site/test_freshness.py"),
)
"""The files that take longest, by their time, where none is known: in `make browser` the first six take minutes."""

LONG = ("site", "test_", "tools", "browser")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Collect no garbage meanwhile: there is next to none among thousands of tests, and to look takes an eighth."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


OF_ONE_KIND = re.compile(r"^pytestmark = \W*pytest\.mark\.(browser|keras|torch)\b", re.M)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave files alone whose tests would all be deselected: to import them takes longer than to read them."""
    if collection_path.suffix == ".py" and (kind := OF_ONE_KIND.search(collection_path.read_text("utf-8"))):
        return f"not {kind[1]}" in config.option.markexpr or None
    return None


@pytest.hookimpl(wrapper=True)  # which tests have their turn doesn't depend on what others deselect meanwhile
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, None, None]:
    """Start with the files that took longest last time, or else with those that build whole sites, or drive a browser.

    The short ones at the end let all processes finish together. In the clone in which the README's commands are tried,
    only the first test of each folder runs.
    """
    running = due(items)
    yield
    known = _seconds(config)

    @functools.cache
    def rank(path: Path) -> float:
        name = Path(os.path.relpath(path, REPOSITORY / "tests")).as_posix()
        if known:
            return -known.get(f"tests/{name}", float("inf"))
        return LONGEST.index(name) if name in LONGEST else len(LONGEST) + (not name.startswith(LONG))

    kept = sorted((item for item in items if item in running), key=lambda item: rank(item.path))
    if "UNROLLED_README" in os.environ:
        kept = [*{item.path.parent: item for item in reversed(kept)}.values()][::-1]
    config.hook.pytest_deselected(items=[*{*items}.difference(kept)])
    items[:] = kept


SECONDS = "unrolled/seconds"
_taken: defaultdict[str, float] = defaultdict(float)
"""How long the tests of each file have taken."""


def _seconds(config: pytest.Config) -> dict[str, float]:
    """Return how long each file took last time; all processes know the same, as they must collect in one order."""
    if told := getattr(config, "workerinput", None):
        return dict(told[SECONDS])
    cache = getattr(config, "cache", None)
    return cache.get(SECONDS, {}).get(config.option.markexpr, {}) if cache else {}


def pytest_configure_node(node: Any) -> None:
    """Tell a process that runs tests."""
    node.workerinput[SECONDS] = _seconds(node.config)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the time of each file."""
    _taken[report.nodeid.partition("::")[0]] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep the times of a run of all tests."""
    config = session.config
    is_whole = config.args_source == config.ArgsSource.TESTPATHS and not (config.option.keyword or session.shouldstop)
    cache = getattr(config, "cache", None)
    if is_whole and cache and _taken and not hasattr(config, "workerinput"):
        cache.set(SECONDS, {**cache.get(SECONDS, {}), config.option.markexpr: _taken})


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Generator[None, int, int]:
    """Have one process more than there are cores: the tests often wait for others; those that ask Keras never do.

    In the clone in which the README's commands are tried, one is enough for the few tests that run: each process
    collects all tests, which takes longer.
    """
    workers = yield
    if "UNROLLED_README" in os.environ:
        return 1
    return workers if config.option.markexpr in ("keras", "torch") else workers + 1


@pytest.fixture(autouse=True)
def own_receivers() -> Iterator[None]:
    """Disconnect what a test connects to Pelican's signals: otherwise the tests after it read with its plugins."""
    before = {sent: {*sent.receivers} for sent in _signals()}
    yield
    for sent in _signals():
        for name, receiver in [*sent.receivers.items()]:
            if name not in before.get(sent, ()):
                sent.disconnect(receiver() if isinstance(receiver, weakref.ref) else receiver)


def _signals() -> list[Signal]:
    """Return Pelican's signals; none before a test has imported it, because that takes as long as many tests."""
    return [sent for sent in vars(sys.modules.get("pelican.plugins.signals", sys)).values() if isinstance(sent, Signal)]


@pytest.fixture
def say(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Return a function that prints a text at the end of the run, whichever process the test runs in."""
    return lambda text: record_property(SAID, text)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the texts of the tests."""
    for report in terminalreporter.getreports("passed"):
        for name, text in report.user_properties:
            if name == SAID and report.when == "call":
                terminalreporter.write_line(str(text))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """Return a function that fills a folder once, for use by all processes that run the tests."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def filled(name: str, fill: Callable[[Path], object]) -> Path:
        folder = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "filled").exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                (folder / "filled").touch()
        return folder

    return filled


@pytest.fixture(scope="session")
def font_list(once: Once) -> Path:
    """Return a folder with matplotlib's list of the machine's fonts: it takes seconds to create, and can be shared."""

    def fill(folder: Path) -> None:
        subprocess.run(
            [sys.executable, "-c", "import matplotlib.font_manager"],
            env={**os.environ, "MPLCONFIGDIR": str(folder)},
            check=True,
        )

    return once("fonts", fill)


@pytest.fixture
def site(tmp_path: Path, font_list: Path) -> Site:
    """Return an empty site with a diagram script `line` that isn't used yet."""
    site = Site(tmp_path, font_list)
    site.script("line", PLAIN)
    return site


PROJECT = ("content", "diagrams", "theme", "translations", "plugins", "tools", "pelicanconf.py", "publishconf.py")
MAKING = ("Makefile", "requirements.txt", "requirements-dev.txt", "pyproject.toml")


class Project(Site):
    """A copy of the project itself, built by `make`."""

    GUIDE = "content/nlp/illustrated-lstm-keras.md"

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def guide(self) -> str:
        """The text of the guide."""
        return (self.root / self.GUIDE).read_text("utf-8")

    def make(self, target: str, **environment: str) -> Build:
        """Run make with the environment that runs the tests."""
        variables = {"MAKEFLAGS": "", "VENV": sys.prefix, **environment}
        done = subprocess.run(
            ["make", target],
            cwd=self.root,
            env={**_own_environment(), **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        return Build(done.returncode, done.stdout, done.stderr)

    def forget_figures(self) -> None:
        """Remove all drawn figures."""
        for folder in ("records", "store"):
            shutil.rmtree(self.root / ".figures" / folder)


@dataclass(frozen=True)
class Built:
    """The project, built once."""

    project: Project
    said: Build


@pytest.fixture(scope="session")
def built(once: Once, font_list: Path) -> Built:
    """Build a copy of the project, for tests that inspect it, and to be copied by those that change it.

    Figures that this project has already drawn aren't drawn again, as in any copy; `make html` draws them from scratch.
    """

    def fill(project: Project) -> None:
        shutil.copytree(REPOSITORY / "docs", project.root / "docs")

    return _built(once, "built", font_list, fill)


@pytest.fixture(scope="session")
def built_part(once: Once, font_list: Path) -> Built:
    """Build a copy with the first guide as its only article, which takes a tenth of the time."""

    def fill(project: Project) -> None:
        kept = project.root / project.GUIDE, project.root / "content/pages/about.md"
        for path in kept:  # the articles that they link to are missing
            text = re.sub(r"(\{filename\}|\.\./diagrams)[^)]*", "https://example.org/", path.read_text("utf-8"))
            path.write_text(text, "utf-8")
        for path in {*(project.root / "content").rglob("*.md")} - {*kept}:
            path.unlink()
        for path in (project.root / "content").rglob("*.bib"):
            works = re.split("^(?=@)", path.read_text("utf-8"), flags=re.M)
            cited = [
                work for work in works if (key := re.match(r"@\w+{(\w+),", work)) and f"@{key[1]}" in project.guide
            ]
            path.write_text("".join(cited), "utf-8") if cited else path.unlink()
        with (project.root / "pelicanconf.py").open("a") as settings:
            settings.write('DIAGRAMS_SAVE_AS = ""\n')  # it would show everything that the kit draws
            settings.write('del HOME["figure"]\n')  # of a missing article, too

    return _built(once, "part", font_list, fill)


def copy_project(root: Path, font_list: Path) -> Project:
    """Copy the project to a folder, with its compiled modules, but without anything that it has drawn or built."""
    for each in (*PROJECT, *MAKING):
        if (REPOSITORY / each).is_dir():
            shutil.copytree(REPOSITORY / each, root / each)
        else:
            shutil.copy2(REPOSITORY / each, root / each)
    shutil.copytree(font_list, root / ".figures/cache")
    return Project(root)


def _built(once: Once, name: str, font_list: Path, prepare: Callable[[Project], None]) -> Built:
    """Return a copy of the project that the first process to need it prepares and builds."""

    def fill(folder: Path) -> None:
        root = folder / "project"
        copy_project(root, font_list)
        for kept in ("records", "store"):
            if (drawn := REPOSITORY / ".figures" / kept).is_dir():
                shutil.copytree(drawn, root / ".figures" / kept)
        prepare(Project(root))
        (folder / "said.json").write_text(json.dumps(asdict(Project(root).make("html"))))

    folder = once(name, fill)
    return Built(Project(folder / "project"), Build(**json.loads((folder / "said.json").read_text())))


@pytest.fixture
def project(tmp_path: Path, built: Built) -> Project:
    """Return a copy of the project, with all figures drawn but none published."""
    return _copy(built, tmp_path)


@pytest.fixture
def part(tmp_path: Path, built_part: Built) -> Project:
    """Return such a copy with the first guide as its only article."""
    return _copy(built_part, tmp_path)


def _copy(built: Built, folder: Path) -> Project:
    root = folder / "project"
    left_out = shutil.ignore_patterns("output", "published.json")
    shutil.copytree(built.project.root, root, ignore=left_out, copy_function=_copied)
    return Project(root)


def _copied(source: str, target: str) -> str:
    """Copy a file, or share it if it is in the store: these are many, and are only ever replaced."""
    if ".figures/store/" in source:
        os.link(source, target)
        return target
    return shutil.copy2(source, target)


@pytest.fixture(scope="session")
def built_project(built: Built) -> Path:
    """Return the output of the project."""
    assert built.said.code == 0, built.said.out + built.said.report
    return built.project.root / "output"


@pytest.fixture(scope="session")
def project_address(built_project: Path) -> Iterator[str]:
    """Serve the built project."""
    with served(built_project) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start one browser for all tests."""
    with started() as browser:
        yield browser


@pytest.fixture
def tab(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a tab with a given width, and with further options of Playwright."""
    pages = []

    def opened(width: int, scheme: str = "light", **options: Any) -> Any:
        pages.append(chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, **options))
        return pages[-1]

    yield opened
    for page in pages:
        page.close()


@pytest.fixture
def opened(address: str, tab: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Return a function that opens an article of a module's site, and require that the console stays empty.

    A script that is passed runs before those of the page.
    """
    said: list[str] = []

    def open_article(name: str, width: int = 1280, scheme: str = "light", script: str = "", **options: Any) -> Any:
        page = tab(width, scheme, **options)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.add_init_script(script)
        page.goto(f"{address}2026/11/{name}/")
        page.evaluate("document.fonts.ready")
        return page

    yield open_article
    assert not said, "\n".join(said)
