"""Whatever happened to an earlier build, its caches, or the space on the disk: the next one is like a clean build."""

import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import edits
from tests.builds import Warm
from tests.edited import State, first_state
from tests.rebuilding import SERIAL, Folder, Outcome, difference, said_otherwise
from tests.sampling import EFFORT, SEED

KILLS = max(2, EFFORT.kills // 5)
FIRST = first_state()

DYING = """
import os, runpy, sys
left = int(sys.argv.pop(1))
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CHANGING = {"os.rename", "os.link", "os.symlink", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "sqlite3.connect"}
def notice(event, arguments):
    global left
    if event in CHANGING or event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), 9)
sys.path[0] = os.getcwd()
sys.addaudithook(notice)
runpy.run_module("pelican", run_name="__main__", alter_sys=True)
"""
"""A build that is killed just before its n-th change on the disk."""


def later() -> State:
    """Return the site after some edits of different kinds."""
    state, chance = FIRST, random.Random("next")
    for edit in (
        edits.write_a_sentence,
        edits.write_more_markdown,
        edits.change_the_data,
        edits.change_a_template,
        edits.write_an_article,
        edits.change_a_picture,
        edits.change_the_code_of_a_plugin,
    ):
        done = edit(state, chance)
        assert done, edit
        state = done[1]
    return state


LATER = later()


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    """Return a process that is forked for each build."""
    it = Warm(own=True)
    yield it
    it.end()


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, font_list: Path, warm: Warm) -> Outcome:
    """Return the output and the files of a clean build of the later site."""
    folder = Folder(tmp_path_factory.mktemp("from-nothing") / "clean", font_list, warm)
    folder.put(LATER)
    outcome = folder.build(LATER, "-e", *SERIAL)
    assert outcome.code == 0, outcome.said + outcome.report
    return outcome


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, font_list: Path, warm: Warm) -> Folder:
    """Return the first site, built, for copying."""
    folder = Folder(tmp_path_factory.mktemp("first") / "built", font_list, warm)
    folder.put(FIRST)
    assert folder.build(FIRST).code == 0
    return folder


@pytest.fixture
def folder(built: Folder, tmp_path: Path) -> Folder:
    """Return the built site, edited."""
    copied = built.copied(tmp_path / "built")
    copied.put(LATER)
    return copied


def assert_right(folder: Folder, clean: Outcome) -> None:
    """Check that the next build is like a clean one."""
    ours = folder.build(LATER)
    assert not (wrong := difference(ours.files, clean.files)), wrong + ours.said + ours.report
    assert not (wrong := said_otherwise(ours, clean)), wrong


@contextmanager
def started(
    folder: Folder, *command: str, settings: Sequence[str] = (), **options: object
) -> Iterator[subprocess.Popen[str]]:
    """Start a build in a process of its own, which ends with the test, including all of its descendants."""
    arguments = ["content", "-o", "output", "-s", "pelicanconf.py"]
    with subprocess.Popen(
        [*(command or (sys.executable, "-m", "pelican")), *arguments, *(["-e", *settings] if settings else [])],
        cwd=folder.root,
        env={**os.environ, "COLUMNS": "400"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    ) as build:
        try:
            yield build
        finally:
            if build.poll() is None:
                os.killpg(build.pid, signal.SIGKILL)


def finished(folder: Folder, *command: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a build in a process of its own to the end."""
    with started(folder, *command, **options) as build:
        out, report = build.communicate()
    return subprocess.CompletedProcess(command, build.returncode, out, report)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(KILLS))
def test_a_build_killed_before_any_change_on_the_disk_does_no_harm(
    number: int, folder: Folder, clean: Outcome, say: Callable[[str], None]
) -> None:
    """Whatever it was about to write, rename or remove."""
    count = round(2 ** random.Random(f"{SEED}: {number}").uniform(0, 10))
    code = finished(folder, sys.executable, "-c", DYING, str(count)).returncode
    say(f"change {count}: {'killed' if code else 'the build had ended before'}")
    assert_right(folder, clean)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(KILLS))
def test_a_build_killed_while_it_caches_something_does_no_harm(
    number: int, folder: Folder, clean: Outcome, say: Callable[[str], None]
) -> None:
    """Even in the middle of a file: as soon as something changes in the caches, or a little later."""
    chance = random.Random(f"{SEED}: {number}, kept")
    place, changes = folder.root / chance.choice([".cache", ".figures", "output"]), chance.choice([1, 1, 2, 5, 20])
    with started(folder) as build:
        before = stamps(place)
        while changes and build.poll() is None:
            if (now := stamps(place)) != before:
                before, changes = now, changes - 1
        time.sleep(chance.choice([0, 0, 0.001, 0.02]))
    say(f"{place.name}: {'killed' if build.returncode else 'the build had ended before'}")
    assert_right(folder, clean)


def stamps(place: Path) -> dict[str, tuple[int, int]]:
    """Return values that change when anything is written in a folder."""
    found = {}
    for folder, _, files in os.walk(place):  # a folder may be removed in the meantime
        for path in (Path(folder, name) for name in files):
            with suppress(OSError):
                state = path.stat()
                found[str(path)] = state.st_size, state.st_mtime_ns
    return found


@pytest.mark.slow
def test_two_simultaneous_builds_leave_the_same_as_one(folder: Folder, clean: Outcome) -> None:
    """They share their caches, and their output."""
    with started(folder) as one, started(folder) as other:
        for build in (one, other):
            out, report = build.communicate()
            assert (build.returncode, report) == (0, clean.report), out + report
    wrong = difference(folder.output(), clean.files)
    assert not wrong, wrong
    assert_right(folder, clean)


@pytest.mark.slow
@pytest.mark.takes_turns(one_in=2)
@pytest.mark.parametrize("blocks", [1, 30, 200])
def test_a_disk_that_fills_up_leaves_no_half_written_files(blocks: int, folder: Folder, clean: Outcome) -> None:
    """No file can grow beyond some KB."""
    # Python would keep cut bytecode, and fail whenever it reads it.
    limit = f'export PYTHONDONTWRITEBYTECODE=1; ulimit -f {blocks}; exec "{sys.executable}" -m pelican "$@"'
    build = finished(folder, "bash", "-c", limit, "pelican")
    assert "Traceback" not in build.stdout + build.stderr
    assert_right(folder, clean)


def bound() -> None:
    """Make permissions apply to this process, even as root."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def full(place: Path) -> None:
    """Put a folder on a full disk."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", place], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    with (place / "filling").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass


def read_only(place: Path) -> None:
    """Make it read-only."""
    for path in (place, *place.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def of_another(place: Path) -> None:
    """Make it belong to another user, without access."""
    for path in (*place.rglob("*"), place):
        os.chown(path, 12345, 12345)
        path.chmod(0o700 if path.is_dir() else 0o600)


def a_file(place: Path) -> None:
    """Put a file in its place."""
    shutil.rmtree(place, ignore_errors=True)
    place.write_text("mine")


@pytest.mark.slow
@pytest.mark.takes_turns(one_in=2)
@pytest.mark.parametrize("harm", [full, read_only, of_another, a_file])
def test_a_cache_that_cannot_be_written_costs_only_time(
    harm: Callable[[Path], None], folder: Folder, clean: Outcome
) -> None:
    """The site is built completely, twice; its messages aren't failures."""
    place = folder.root / ".cache"
    place.mkdir(exist_ok=True)
    harm(place)
    try:
        for _ in range(2):
            build = finished(folder, preexec_fn=bound)
            assert build.returncode == 0, build.stdout + build.stderr
            assert "Traceback" not in build.stdout + build.stderr
            assert not (wrong := difference(folder.output(), clean.files)), wrong
    finally:
        if harm is full:
            subprocess.run(["umount", place], check=True)
        elif harm is a_file:
            place.unlink()
        else:
            for path in (place, *place.rglob("*")):
                os.chown(path, os.getuid(), os.getgid())
                path.chmod(0o755 if path.is_dir() else 0o644)
    assert_right(folder, clean)


@pytest.mark.slow
def test_an_article_is_published_when_its_date_has_come(
    folder: Folder, tmp_path: Path, font_list: Path, warm: Warm
) -> None:
    """Nothing was edited: only time has passed."""
    for wait_s in (5, 30, 180):  # on a busy machine, the date may have come before the build ends
        moment = datetime.now(UTC) + timedelta(seconds=wait_s)
        soon = f"Title: Soon\nDate: {moment:%Y-%m-%d %H:%M:%S}\n\nIt is time.\n"
        files = LATER.having({"content/site/soon.md": soon}).files
        published = State(files, {"SITEURL": "https://example.org"}, "publishconf.py")
        folder.put(published)
        before = folder.build(published)
        if datetime.now(UTC) < moment.replace(microsecond=0):
            break
    address = f"{moment:%Y/%m}/soon/index.html"
    assert address not in before.files
    time.sleep(max(0, (moment - datetime.now(UTC)).total_seconds()) + 1)
    ours = folder.build(published)
    assert address in ours.files
    clean = Folder(tmp_path / "clean", font_list, warm)
    clean.put(published)
    assert not (wrong := difference(ours.files, clean.build(published, "-e", *SERIAL).files)), wrong
