"""Figures drawn by a Dask cluster whose workers have the project at the same path: the same bytes as at home."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import REPOSITORY, Build, Site, without

pytestmark = [
    pytest.mark.slow,
    pytest.mark.when_changed(
        *("plugins/figures/cluster", "plugins/figures/remote.py", "plugins/figures/pool.py", "plugins/figures/child/"),
        *("docs/cluster.md", "requirements"),
    ),
    pytest.mark.takes_turns(one_in=3),
    pytest.mark.skipif(find_spec("distributed") is None, reason="needs Dask, which takes long to import"),
]

FILES = {
    "data/rows.csv": "1,2\n3,4\n",
    "data/unread.csv": "5,6\n",
    "diagrams/beside.txt": "beside",
    "diagrams/kit/__init__.py": "from .colours import RED\n",
    "diagrams/kit/colours.py": "RED = '#c00000'\n",
}
SCRIPTS = {
    "module": "from kit import RED\nplt.plot([0, 1], color=RED)",
    "data": "import numpy as np\nplt.plot(np.loadtxt('data/rows.csv', delimiter=','))",
    "beside": "plt.title(open('beside.txt').read())",
    "listed": "import os\nplt.title(' '.join(sorted(os.listdir('data'))))",
    "looked": "import os\nplt.title(f\"{os.path.exists('content')} {os.path.getsize('data/rows.csv')}\")",
    "warned": "import warnings\nwarnings.warn('look')\nprint('said')\nplt.plot([0, 1])",
}
FAILING = {
    "failing": "def half(n):\n    return 1 / n\nplt.title(half(0))",
    "missing": "open('data/row.csv')",
    "absolute": "from pathlib import Path\nPath(__file__).with_name('gone.txt').read_text()",
    "endless": "while True: pass",
    "ending": "import os\nos._exit(3)",
}
HEAD = '"""{}."""\nimport matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1))\n'
SLOW = """
import time
began = time.process_time()
while time.process_time() < began + 2:
    pass
plt.plot([0, {}])
"""


class Machines:
    """A scheduler and workers in folders of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        known = folder / "scheduler.json"
        self._start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(known))
        self.address = ""
        for _ in _patiently():
            if known.exists() and known.stat().st_size:
                self.address = json.loads(known.read_text())["address"]
                break

    def worker(self, name: str, **environment: str) -> None:
        """Start a worker, and wait until it is ready."""
        (self._folder / name).mkdir(exist_ok=True)
        own = ("--nthreads", "1", "--no-nanny", "--name", name, "--local-directory", str(self._folder / name))
        self._start(name, "worker", self.address, *own, **environment)
        for _ in _patiently():
            if "Registered to" in (self._folder / f"{name}.log").read_text():
                return

    def process(self, name: str) -> subprocess.Popen[bytes]:
        """Return a worker's process."""
        return self._running[name]

    def end(self, name: str) -> None:
        """Kill one, like a machine that loses power."""
        self._running[name].kill()
        self._running.pop(name).wait()

    def close(self) -> None:
        """Stop all of them."""
        for name in list(self._running):
            self.end(name)

    def _start(self, name: str, *arguments: str, **environment: str) -> None:
        with (self._folder / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
                cwd=self._folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self._folder), **environment},
                stdout=log,
                stderr=log,
            )


def _patiently() -> Iterator[None]:
    until = time.monotonic() + 300
    while time.monotonic() < until:
        yield
        time.sleep(0.1)
    raise TimeoutError


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Return a cluster of two workers."""
    machines = Machines(tmp_path_factory.mktemp("machines"))
    try:
        machines.worker("first")
        machines.worker("second")
        yield machines
    finally:
        machines.close()


@pytest.fixture
def sites(tmp_path: Path, font_list: Path) -> tuple[Site, Site]:
    """Return two equal sites: one to draw at home, one on the cluster."""
    return Site(tmp_path / "home", font_list), Site(tmp_path / "elsewhere", font_list)


def fill(site: Site, scripts: Mapping[str, str], settings: str = "") -> None:
    """Add scripts to a site, and an article that shows their figures."""
    for path, text in FILES.items():
        site.write(path, text)
    for name, text in scripts.items():
        site.write(f"diagrams/{name}.py", HEAD.format(name.title()) + text)
    site.article("shown", "\n\n".join(f"![](/images/{name}.png)" for name in scripts))
    own = site.root / "pelicanconf_here.py"
    own.write_text(f"{own.read_text()}FIGURES_TIMEOUT = 3\n{settings}\n")


def remembered(site: Site) -> dict[str, Any]:
    """Return the records of a site, without times, and its stored files."""
    store, found = site.root / ".figures", {}
    for path in sorted((store / "records").rglob("*.json")):
        records = json.loads(path.read_text())
        timeless = [{key: it for key, it in record.items() if key not in ("cost_s", "stamps")} for record in records]
        found[str(path.relative_to(store))] = timeless
    return found | {path.name: path.read_bytes() for path in (store / "store").iterdir()}


def build(site: Site) -> Build:
    """Build a site in a process of its own, because the tests' way to fork builds would be visible in stacks."""
    return site.build(PYTHONUTF8="1")


def drawing(machines: Machines, name: str) -> bool:
    """Return whether a worker has a process that draws."""
    worker = psutil.Process(machines.process(name).pid)
    return any("plugins.figures.remote" in " ".join(child.cmdline()) for child in worker.children(recursive=True))


def on(address: str) -> str:
    """Set the address of a cluster."""
    return f"FIGURES_CLUSTER = {address!r}"


def test_files_and_records_are_the_same_as_at_home(sites, machines):
    """So are the warnings, and what is remembered of files that a script reads, lists or only checks."""
    home, elsewhere = sites
    fill(home, SCRIPTS)
    fill(elsewhere, SCRIPTS, on(machines.address))
    here, there = map(build, sites)
    assert here.figures == there.figures == (len(SCRIPTS), 0, 0)
    assert here.report == there.report
    assert remembered(home) == remembered(elsewhere)
    assert home.output().keys() == elsewhere.output().keys()
    assert elsewhere.build().figures == (0, len(SCRIPTS), 0)


def test_a_failing_script_fails_in_the_same_way(sites, machines):
    """With the same message and the same line, whether it raises, looks for a missing file, or never ends."""
    home, elsewhere = sites
    fill(home, FAILING)
    fill(elsewhere, FAILING, on(machines.address))
    here, there = map(build, sites)
    assert here.figures == there.figures == (0, 0, len(FAILING))
    assert "diagrams/failing.py:5: ZeroDivisionError" in there.report
    assert "did you mean data/rows.csv?" in there.report
    told = there.report.replace(str(elsewhere.root), str(home.root))
    said = re.findall(
        r"^diagrams/ending.py is drawn on this machine: it ended without a result on the cluster\n", told, re.M
    )
    assert len(said) == 1
    assert told.replace(said[0], "") == here.report


def test_the_figures_of_a_lost_worker_are_drawn_by_another(sites, machines):
    """One is killed in the middle of a figure; nothing is drawn at home."""
    home, elsewhere = sites
    slow = {f"slow{number}": SLOW.format(number) for number in range(4)}
    fill(home, slow)
    fill(elsewhere, slow, on(machines.address))
    home.build()
    machines.worker("third")
    started = subprocess.Popen(
        [sys.executable, "-m", "pelican", "-s", str(elsewhere.root / "pelicanconf_here.py")],
        cwd=elsewhere.root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    for _ in _patiently():
        if drawing(machines, "third") or started.poll() is not None:
            break
    assert started.poll() is None, started.communicate()[0]
    machines.end("third")
    said, _ = started.communicate(timeout=300)
    assert "figures: 4 drawn, 0 fresh, 0 failed" in said
    assert "drawn on this machine" not in said
    assert remembered(home) == remembered(elsewhere)


def test_an_interrupted_build_leaves_no_running_job(sites, machines):
    """Nobody waits for it, and the worker has more to do."""
    _, elsewhere = sites
    fill(elsewhere, {"endless": FAILING["endless"]}, f"{on(machines.address)}\nFIGURES_TIMEOUT = 1000")
    started = subprocess.Popen(
        [sys.executable, "-m", "pelican", "-s", str(elsewhere.root / "pelicanconf_here.py")],
        cwd=elsewhere.root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in _patiently():
        if drawing(machines, "first") or drawing(machines, "second"):
            break
    started.send_signal(signal.SIGINT)
    started.wait(120)
    for _ in _patiently():
        if not (drawing(machines, "first") or drawing(machines, "second")):
            break


def test_a_result_counts_only_if_what_it_observed_is_the_same_here(tmp_path):
    """A worker whose copy of a file is older, or which lacks a font, or which has lost its result."""
    from plugins.figures.cluster import Cluster  # it imports Dask
    from plugins.figures.remote import Answer

    class Here:
        def state(self, path, aspect):
            return {"data/rows.csv": "new", "same.txt": "same"}[path]

    cluster = object.__new__(Cluster)
    cluster._present = Here()
    folder = tmp_path / "job"
    folder.mkdir()

    def differs(observed, over="", **files):
        child = {"observed": {path: {"content": state} for path, state in observed.items()}}
        (folder / "result.json").write_text(json.dumps(child if observed else {}))
        return cluster.differs(folder, Answer(0, over, files))

    assert differs({"same.txt": "same", "data/rows.csv": "new"}) == ""
    assert (
        differs({"same.txt": "same", "data/rows.csv": "old"}) == "data/rows.csv is different on the cluster (content)"
    )
    assert "fonts" in differs({"same.txt": "same"}, stderr=b"findfont: Font family 'X' not found.")
    assert "without a result" in differs({})
    assert differs({}, over="memory") == ""


def test_a_worker_with_another_version_draws_nothing(sites, tmp_path_factory):
    """A note names the version that differs, and the worker."""
    _, elsewhere = sites
    folder = tmp_path_factory.mktemp("other")
    metadata = folder / "older/numpy-1.2.3.dist-info/METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 1.2.3\n")
    machines = Machines(folder)
    try:
        machines.worker("older", PYTHONPATH=str(folder / "older"))
        fill(elsewhere, {"module": SCRIPTS["module"]}, on(machines.address))
        built = elsewhere.build()
    finally:
        machines.close()
    assert built.figures == (1, 0, 0)
    assert re.search(r"worker tcp://\S+ is not used: numpy is 1\.2\.3, but \d", built.report)
    assert built.report.count(f"the cluster {machines.address} is not used: none of its workers matches") == 1


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x"])
def test_an_unreachable_cluster_loses_no_figure(sites, address):
    """They are drawn at home, and the build succeeds."""
    _, elsewhere = sites
    fill(elsewhere, {"module": SCRIPTS["module"], "data": SCRIPTS["data"]}, on(address))
    built = elsewhere.build()
    assert built.code == 0
    assert built.figures == (2, 0, 0)
    assert built.report.count(f"the cluster {address} is not used: it can't be reached") == 1


def test_local_workers_draw_the_same(sites):
    """For trying it out, no other machine is needed."""
    home, elsewhere = sites
    fill(home, {"module": SCRIPTS["module"]})
    fill(elsewhere, {"module": SCRIPTS["module"]}, on("local"))
    home.build()
    there = elsewhere.build()
    assert there.figures == (1, 0, 0)
    assert there.report == ""
    assert remembered(home) == remembered(elsewhere)


def test_a_missing_dask_is_reported_once(sites):
    """The setting alone breaks nothing, and the report names the extra."""
    _, elsewhere = sites
    fill(elsewhere, {"module": SCRIPTS["module"]}, f"{on('local')}\n{without('distributed')}")
    built = elsewhere.build()
    assert built.code == 0
    assert built.report.count("FIGURES_CLUSTER needs distributed, which is not installed") == 1
    assert 'python -m pip install "pelican-unrolled[cluster]"' in built.report
