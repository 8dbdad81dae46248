"""The engine on its own: its server outlives a batch, and is restarted when necessary."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest

from plugins.figures import pool, settings, workers
from plugins.figures.cache import Present, Store
from plugins.figures.records import Record
from plugins.figures.requests import Request
from plugins.figures.settings import Settings
from plugins.figures.workers import Children
from tests import figure_servers

SERVER = """
import os
import matplotlib.pyplot as plt

plt.figure(figsize=(6, 1))
plt.figtext(0, 0.5, str(os.getppid()))
"""


class Engine:
    """A project with scripts, and an engine that renders them."""

    def __init__(self, root: Path, font_list: Path) -> None:
        self.root = root
        for folder in ("content", "diagrams/unrolled/fonts", "theme"):
            (root / folder).mkdir(parents=True)
        shutil.copytree(font_list, root / ".figures/cache")

    def script(self, name: str, text: str) -> Path:
        path = self.root / f"diagrams/{name}.py"
        path.write_text(text, "utf-8")
        return path

    def render(self, *scripts: Path, progress=None, children=None, **options: object):
        settings = Settings.of({"PATH": self.root / "content", "OUTPUT_PATH": self.root / "output", **options})
        self.store = Store(settings.store / "store")
        asked = [Request(script) for script in scripts]
        return pool.render(asked, settings, self.store, Present(settings), children, progress)

    def server(self, outcome: Record) -> int:
        """Return which server forked the child that drew its number."""
        drawn = (self.root / ".figures/store" / outcome.figures[0].wide.files["svg"]).read_text()
        return int(drawn.partition("</text>")[0].rpartition(">")[2])


@pytest.fixture(scope="module")
def servers() -> Iterator[SimpleNamespace]:
    """Return a function that forks the engine's servers instead of starting them."""
    alive, ends_with_this = os.pipe()
    with TemporaryDirectory() as folder:
        yield figure_servers.forked_in(Path(folder, "figures"), alive)
        os.close(ends_with_this)


@pytest.fixture
def project(tmp_path, font_list, servers, monkeypatch) -> Engine:
    """Return an empty project."""
    monkeypatch.setattr(workers, "subprocess", servers)
    return Engine(tmp_path, font_list)


@pytest.mark.slow
def test_a_server_outlives_a_batch_until_its_inputs_change(project):
    """A style or a font is read once, and the environment is set once: if they change, there is another server."""
    script = project.script("server", SERVER)
    style = project.root / "theme/figures.mplstyle"
    servers = []
    with Children() as children:

        def render(**options: object) -> None:
            (outcome,) = project.render(script, children=children, **options)
            assert isinstance(outcome, Record), outcome
            servers.append(project.server(outcome))

        render()
        render()
        assert servers[0] == servers[1]
        style.write_text("lines.linewidth: 3\n", "utf-8")
        render()
        style.write_text("lines.linewidth: 4\n", "utf-8")
        render()
        font = next(Path(__file__).parents[2].glob("diagrams/unrolled/fonts/*.ttf"))
        shutil.copy(font, project.root / "diagrams/unrolled/fonts")
        render()
        os.kill(servers[-1], signal.SIGKILL)
        render()
        assert len(set(servers)) == 5
    with pytest.raises(ProcessLookupError):
        os.kill(servers[-1], 0)


@pytest.mark.slow
def test_progress_is_reported_while_scripts_run_and_after_each_one(project):
    """Some ten times a second, so that a line on the terminal can show that time passes."""
    slow = project.script("slow", "import time\ntime.sleep(2)\n" + SERVER)
    quick = project.script("quick", SERVER)
    told: list[tuple[int, int]] = []
    project.render(slow, quick, progress=lambda done, total: told.append((done, total)))
    assert sorted(set(told)) == [(0, 2), (1, 2), (2, 2)]
    assert told == sorted(told)
    assert len(told) > 10


STARTS = """
import os, subprocess, time
apart = subprocess.Popen(["sleep", "600"], start_new_session=True)
open({log!r}, "w").write(f"{{os.getpid()}} {{apart.pid}}")
time.sleep(600)
"""


@pytest.mark.slow
def test_whatever_ends_a_batch_ends_its_children(project):
    """And what they have started; even if the server is kept: the next batch starts with another."""
    log = project.root / ".figures/log"
    slow = project.script("slow", STARTS.format(log=str(log)))

    def interrupt(done: int, total: int) -> None:
        if log.exists() and len(log.read_text().split()) == 2:
            raise KeyboardInterrupt

    with Children() as children:
        with pytest.raises(KeyboardInterrupt):
            project.render(slow, children=children, progress=interrupt)
        for pid in log.read_text().split():
            with pytest.raises(ProcessLookupError):
                os.kill(int(pid), 0)
        (outcome,) = project.render(project.script("quick", SERVER), children=children)
        assert isinstance(outcome, Record)
    assert [path.name for path in (project.root / ".figures").glob("jobs-*")] == []


def test_files_that_a_script_saves_itself_are_noted_once(project):
    """They went to scratch: saved by pyplot, by the figure, by Pillow."""
    saves = """
import matplotlib.pyplot as plt
plt.plot([0, 1])
plt.savefig("out/pie.png")
plt.savefig("out/pie.png")
plt.gcf().savefig(fname="two.svg")
plt.imsave("three.png", [[0, 1]])
"""
    (outcome,) = project.render(project.script("saves", saves))
    assert outcome.notes == (
        "saves out/pie.png, two.svg and 1 more itself: the files were discarded, because only figures are published",
    )
    assert not (project.root / "out").exists()
    (outcome,) = project.render(project.script("saves", saves.partition("plt.gcf")[0]))
    assert outcome.notes == ("saves out/pie.png itself: the file was discarded, because only figures are published",)


FINDS = {
    "handled": "try:\n    rows = open('rows.txt').read()\nexcept OSError:\n    rows = ''\n",
    "asked": "import os\nrows = open('rows.txt').read() if os.path.exists('rows.txt') else ''\n",
    "asked by a path": "import pathlib\np = pathlib.Path('rows.txt')\nrows = p.read_text() if p.is_file() else ''\n",
}
WRITES = "import matplotlib.pyplot as plt\nplt.figure(figsize=(6, 1))\nplt.figtext(0, 0.5, rows)\n"


@pytest.mark.slow
@pytest.mark.parametrize("way", FINDS)
def test_a_script_with_an_optional_file_finds_it_next_to_itself(project, way):
    """As when its author runs it there; and the root takes precedence."""
    script = project.script("finds", FINDS[way] + WRITES)
    files = []
    for path in (None, "diagrams/rows.txt", "rows.txt"):
        if path:
            (project.root / path).write_text(path, "utf-8")
        (outcome,) = project.render(script)
        files.append((project.root / ".figures/store" / outcome.figures[0].wide.files["svg"]).read_text())
        inputs = outcome.inputs
        assert "rows.txt" in inputs.observed
    assert ["rows.txt" not in files[0], ">diagrams/rows.txt<" in files[1], ">rows.txt<" in files[2]] == [True] * 3


def test_an_optional_file_next_to_the_script_does_not_make_it_fail(project):
    """It needs the root for another file: the result of that run counts."""
    (project.root / "diagrams/rows.txt").write_text("1", "utf-8")
    text = "import os\nrows = open('diagrams/rows.txt').read()\nos.path.exists('rows.txt')\n"
    (outcome,) = project.render(project.script("both", text + WRITES))
    assert isinstance(outcome, Record), outcome


def test_a_script_in_a_subfolder_can_import_its_neighbours(project):
    """From its own folder first, then from that of all scripts."""
    (project.root / "diagrams/deep").mkdir()
    project.script("deep/_near", "rows = 'near'\n")
    project.script("_far", "size = (6, 1)\n")
    script = project.script("deep/imports", "from _near import rows\nfrom _far import size\n" + WRITES)
    (outcome,) = project.render(script)
    assert isinstance(outcome, Record), outcome
    assert {"diagrams/deep/_near.py", "diagrams/_far.py"} <= outcome.inputs.observed.keys()
    assert outcome.inputs.observed["diagrams/deep"]["module._far"] is None


def test_a_server_that_cannot_be_woken_is_ended(project, monkeypatch):
    """Neither closing waits forever, nor a job of any size that it doesn't read."""
    monkeypatch.setattr(workers, "CLOSING_S", 0.5)
    monkeypatch.setattr(workers.processes, "wake", lambda pid: None)
    with Children() as children:
        (outcome,) = project.render(project.script("server", SERVER), children=children)
        server = project.server(outcome)
        os.kill(server, signal.SIGSTOP)
        for _ in range(10):
            children.send({"compile": ["x" * 10**5]})
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)


BURNS = """
import time
def burn(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
"""


@pytest.mark.slow
def test_a_busy_machine_stops_no_script(project):
    """Here, four others share its processor: each like itself or, if processes are grouped, all of them together."""
    core = {min(os.sched_getaffinity(0))}
    pinned = f"import os\nos.sched_setaffinity(0, {core})\n"
    others = [subprocess.Popen([sys.executable, "-c", f"{pinned}while True: pass"]) for _ in range(4)]
    try:
        (outcome,) = project.render(project.script("slow", pinned + BURNS + "burn(1.6)\n" + SERVER), FIGURES_TIMEOUT=2)
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert isinstance(outcome, Record), outcome
    assert outcome.cost_s > 2


ENDLESS = {
    "burns": ("while True: pass", ":1: it used more than 1 s of processor time, so it was stopped"),
    "has others burn": (
        f"import subprocess, sys\nwhile True:\n    subprocess.run([sys.executable, '-c', '''{BURNS}burn(0.3)'''])\n",
        ": it used more than 3 s of processor time, so it was stopped",
    ),
    "has one burn": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'while True: pass'])",
        ": it used more than 3 s of processor time, so it was stopped",
    ),
    "sleeps": ("import time\ntime.sleep(600)", ":2: it did nothing for 1 s, so it was stopped"),
    "naps": ("import time\nwhile True: time.sleep(0.1)", ":2: it did nothing for 1 s, so it was stopped"),
    "stops": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        ":2: it did nothing for 1 s, so it was stopped",
    ),
    "is lazy": (
        f"{BURNS}while True:\n    burn(0.005)\n    time.sleep(0.1)",
        ": it was still running after 10 s, so it was stopped",
    ),
}


@pytest.mark.parametrize(
    "how", [next(iter(ENDLESS)), *(pytest.param(it, marks=pytest.mark.slow) for it in list(ENDLESS)[1:])]
)
def test_an_endless_script_is_stopped(project, monkeypatch, how):
    """Whether it uses the processor, its children use it, or nothing but the reader's time passes."""
    if how != "is lazy":
        monkeypatch.setattr(settings, "PATIENCE", 60)  # however busy the machine is, the clock doesn't stop it first
    text, says = ENDLESS[how]
    limit_s = 3 if how.startswith("has ") else 1  # on a busy machine, another process starts late
    (outcome,) = project.render(project.script("endless", text), FIGURES_TIMEOUT=limit_s)
    assert re.match(rf"diagrams/endless\.py(:\d+)?{says}", str(outcome)), outcome
    assert "raise FIGURES_TIMEOUT" in str(outcome)


@pytest.mark.slow
def test_if_processor_use_is_unknown_the_system_stops_them(project, monkeypatch):
    """With its own limit for each."""
    monkeypatch.setattr(settings, "PATIENCE", 60)  # as above
    monkeypatch.setattr(workers.processes, "TELLS_USE", False)
    monkeypatch.setattr(workers.processes, "processor_s", lambda pids: 0.0)
    (outcome,) = project.render(project.script("endless", "while True: pass"), FIGURES_TIMEOUT=1)
    assert str(outcome).startswith("diagrams/endless.py:1: it used more than 1 s of processor time"), outcome


def test_leftovers_of_a_killed_build_are_removed_by_the_next(project):
    """But not the files of a running build."""
    store = project.root / ".figures"
    for name in ("jobs-left", "jobs-used"):
        (store / name / "1/scratch").mkdir(parents=True)
    used = os.open(store / "jobs-used", os.O_RDONLY)
    fcntl.flock(used, fcntl.LOCK_EX)
    (outcome,) = project.render(project.script("server", SERVER))
    os.close(used)
    assert isinstance(outcome, Record)
    assert {path.name for path in store.glob("jobs-*")} == {"jobs-used"}
