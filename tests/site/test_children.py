"""Everything a script starts ends with it; whatever ends, the other figures are drawn."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from plugins.figures.build import is_likely_stale
from plugins.figures.settings import Settings
from tests.conftest import PLAIN, Site

DRAW = "\nimport matplotlib.pyplot as plt\nplt.plot([0, 1])\n"

# Three processes: in the script's own group, in a session of its own, and one whose parent has ended.
STARTS = """
import os, subprocess, sys, time
def start(log):
    open(log, "a").close()
    daemon = "import os, sys; os.fork() and os._exit(0); os.setsid(); os.fork() and os._exit(0); " + SLEEP
    subprocess.run([sys.executable, "-c", daemon, log])
    for is_apart in (False, True):
        subprocess.Popen([sys.executable, "-c", "import os, sys; " + SLEEP, log], start_new_session=is_apart)
    while len(open(log).read().split()) < 3:
        time.sleep(0.01)
SLEEP = "open(sys.argv[1], 'a').write(f'{os.getpid()} '); import time; time.sleep(600)"
"""
ENDS = {
    "drawn": DRAW,
    "raised": "\n1 / 0\n",
    "hung": "\nimport time\ntime.sleep(600)\n",
    "big": "\nkept = [bytearray(10**8) for _ in range(9)]\nkept[9]\n" + "while True: pass\n",
    "exited": "\nos._exit(3)\n",
    "crashed": "\nos.abort()\n",
    "left": "\nos.setpgid(0, os.getpgid(os.getppid()))\nimport time\ntime.sleep(600)\n",
}


def _set(site: Site, **settings: object) -> None:
    """Add settings to a site."""
    site.add("\n".join(f"{name} = {value!r}" for name, value in settings.items()))


def _run(pids: list[int]) -> list[int]:
    """Return which processes are still running."""
    return [pid for pid in pids if Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()]


def _all_end(pids: list[int]) -> bool:
    """Return whether processes end within some seconds."""
    deadline = time.monotonic() + 60
    while _run(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not _run(pids)


@pytest.fixture(scope="module")
def ended(tmp_path_factory, font_list) -> dict[str, list[int]]:
    """Build one site whose scripts start processes and end in all ways; return the processes of each."""
    site = Site(tmp_path_factory.mktemp("ends"), font_list)
    logs = tmp_path_factory.mktemp("logs")
    _set(site, FIGURES_TIMEOUT=4, FIGURES_MEMORY=500)
    site.write("diagrams/starts.py", STARTS)
    for name, end in ENDS.items():
        (logs / name).touch()
        site.script(name, f"import os\nfrom starts import start\nstart({str(logs / name)!r})\n" + end)
    site.article("all", "\n\n".join(f"![a](/images/{name}.png)" for name in ENDS))
    build = site.build()
    assert build.figures == (1, 0, len(ENDS) - 1), build.report
    return {name: [int(pid) for pid in (logs / name).read_text().split()] for name in ENDS}


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDS)
def test_everything_a_script_has_started_ends_with_it(ended, name):
    """In its group, in a session of its own, or orphaned."""
    assert len(ended[name]) == 3
    assert _run(ended[name]) == []


WAITS = """
import os
from pathlib import Path
log = Path({log!r})
if not log.exists():
    from starts import start
    start(str(log))
    log.write_text(log.read_text() + f"{{os.getpid()}} {{os.getppid()}}")
    import time
    time.sleep(600)
"""


@pytest.fixture
def waiting(site, tmp_path_factory):
    """Start a build whose script waits on its first run; return it, the site, and all of its descendants."""
    log = tmp_path_factory.mktemp("log") / "pids"
    site.write("diagrams/starts.py", STARTS)
    site.script("waits", WAITS.format(log=str(log)) + DRAW)
    site.article("guide", "![a](/images/waits.png)\n\n![a](/images/line.png)")
    process = subprocess.Popen(
        [sys.executable, "-m", "pelican", "-s", "pelicanconf_here.py"],
        cwd=site.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not log.exists() or len(log.read_text().split()) < 5:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield process, [int(pid) for pid in log.read_text().split()]
    finally:
        process.kill()
        process.communicate()
    for pid in log.read_text().split()[:3]:  # if the server was killed, nobody has ended detached processes
        with suppress(OSError):
            if str(log) in Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(int(pid), signal.SIGKILL)


@pytest.mark.slow
def test_nothing_outlives_a_killed_build(waiting):
    """The server notices that its input has ended, and ends everything."""
    process, pids = waiting
    process.send_signal(signal.SIGKILL)
    assert _all_end(pids)


@pytest.mark.slow
def test_a_killed_server_loses_no_figure(waiting, site):
    """Its children end with it; another one is started, and unfinished figures are drawn again."""
    process, (*_, child, server) = waiting
    os.kill(server, signal.SIGKILL)
    assert _all_end([child])
    out, _ = process.communicate(timeout=30)
    assert "figures: 2 drawn, 0 fresh, 0 failed" in out
    assert {"images/waits.png", "images/line.png"} <= site.output().keys()


@pytest.mark.slow
def test_a_stopped_server_loses_no_figure(waiting, site):
    """It neither answers nor works: it is ended, and everything continues as if it had been killed."""
    process, (*_, child, server) = waiting
    os.kill(server, signal.SIGSTOP)
    out, _ = process.communicate(timeout=90)
    assert "figures: 2 drawn, 0 fresh, 0 failed" in out
    assert _all_end([child, server])


@pytest.mark.slow
def test_a_build_with_a_stopped_server_can_be_interrupted(waiting):
    """The server is resumed long enough to end its children."""
    process, pids = waiting
    os.kill(pids[-1], signal.SIGSTOP)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    assert _all_end(pids)


@pytest.mark.slow
def test_no_child_outlives_its_server_even_if_nobody_can_end_it(waiting):
    """The system ends it. Processes that it had started are then out of reach."""
    process, (*_, child, server) = waiting
    for killed in (process.pid, server):
        os.kill(killed, signal.SIGKILL)
    assert _all_end([child])


OWN_FOLDER = "import os\nfolder = os.path.dirname(os.readlink('/proc/self/fd/1'))\n"
ODD = {
    "closes its streams": "import os\nfor stream in range(3): os.close(stream)\n",
    "closes what it prints to": "import sys\nsys.stdout.close()\nsys.stderr = None\n",
    "goes elsewhere": "import os\nos.chdir('/')\n",
    "tidies up": OWN_FOLDER + "import shutil\nshutil.rmtree(folder)\n",
    "forks": "import os\nif os.fork() == 0:\n    print('here')\n",
    "draws twice": "import os\nfrom matplotlib.figure import Figure\ndef draw():\n    os.fork()\n    return Figure()\n",
    "fails in a fork": "import os\nif os.fork() == 0:\n    1 / 0\n",
    "waits for nobody": "import subprocess\nsubprocess.Popen(['sleep', '600'])\n",
    "prints much": "import sys\nfor _ in range(50): sys.stdout.write('x' * 10**6)\n",
    "leaves a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\n",
    "changes its signals": "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\n",
}
FATAL = {
    "ends the server": (
        "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(600)\n",
        "the drawing process ended twice while it drew this figure",
    ),
    "hides from the limit": (
        "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\nwhile True: pass\n",
        "it used more than 3 s of processor time, so it was stopped",
    ),
    "forges a result": (
        OWN_FOLDER + "open(folder + '/result.json', 'w').write('[1, 2')\nos._exit(0)\n",
        "can't read what it wrote about its figures",
    ),
}


@pytest.mark.slow
def test_unusual_scripts_are_drawn_and_broken_ones_fail_alone(site):
    """None affects the others, at the same time and with one server."""
    _set(site, FIGURES_TIMEOUT=3)
    for name, text in ODD.items():
        site.script(name.replace(" ", "_"), text + ("" if "def draw" in text else DRAW))
    for name, (text, _) in FATAL.items():
        site.script(name.replace(" ", "_"), text + DRAW)
    names = [name.replace(" ", "-") for name in (*ODD, *FATAL)]
    site.article("all", "\n\n".join(f"![a](/images/{name}.png)" for name in names))
    build = site.build()
    assert build.figures == (len(ODD), 0, len(FATAL)), build.report
    for entry, (_, says) in zip(build.entries, FATAL.values(), strict=True):
        assert says in entry
    left = [path.name for path in (site.root / ".figures").iterdir() if path.name.startswith("jobs-")]
    assert left == []


@pytest.mark.slow
def test_the_processes_of_a_script_count_for_its_memory(site):
    """A script whose workers use too much is ended with them."""
    _set(site, FIGURES_MEMORY=400)
    takes = "x = bytearray(4 * 10**8); import time; time.sleep(600)"
    site.script("big", f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {takes!r}])\n" + DRAW)
    # Memory that these share with the script doesn't count again: together they use little.
    site.script(
        "many", "import os, time\nfor _ in range(12):\n    if os.fork() == 0: time.sleep(9)\ntime.sleep(1)" + DRAW
    )
    site.article("guide", "![a](/images/big.png)\n\n![a](/images/many.png)")
    build = site.build()
    assert build.figures == (1, 0, 1), build.report
    assert "diagrams/big.py:2: it used more than 400 MB of memory, so it was stopped" in build.report


def test_a_server_that_cannot_start_reports_why(site):
    """Once for each figure, with its output."""
    site.article("guide", "![a](/images/line.png)")
    site.write("diagrams/unrolled/fonts/broken.ttf", "no font")
    build = site.build()
    assert build.figures == (0, 0, 1)
    assert "the drawing process can't start" in build.report
    assert "can't read diagrams/unrolled/fonts/broken.ttf" in build.report


def test_a_build_guesses_from_its_scripts_whether_it_will_draw(site):
    """If so, the drawing process starts while articles are read; prose doesn't matter."""
    settings = Settings.of({"PATH": site.root / "content", "OUTPUT_PATH": site.root / "output"})
    site.article("one", "![a line](/images/line.png)")
    assert is_likely_stale(settings)
    site.build()
    assert not is_likely_stale(settings)
    site.article("one", "More words.\n\n![a line](/images/line.png)")
    assert not is_likely_stale(settings)
    site.script("line", PLAIN.replace("[0, 1])", "[1, 0])"))
    assert is_likely_stale(settings)
    assert site.build().figures == (1, 0, 0)
    assert not is_likely_stale(settings)
