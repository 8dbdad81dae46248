"""Jobs in forked children: the same values, messages and errors as without any, whatever happens to a child."""

import logging
import os
import pty
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pelican.log import FatalLogger, LimitFilter, console

from plugins import messages
from plugins.building import forking
from plugins.building.forking import striped, workers
from plugins.private import say_again
from plugins.processes import children
from tests.sampling import EFFORT, sampled

log = logging.getLogger(__name__)
HERE = os.getpid()


@pytest.fixture(autouse=True)
def _as_at_first() -> Iterator[None]:
    """Reset the notes printed so far, as in a new process."""
    say_again(LimitFilter)
    forking._said.clear()
    messages._warned.clear()
    yield
    say_again(LimitFilter)


def results(do: Callable[[Any], Any], jobs: Any, count: int = 3) -> list[Any]:
    """Do jobs, and get all results in order."""
    return [finished.result() for finished in striped(list(jobs), do, count)]


@pytest.fixture
def both(capfd: Any, caplog: Any) -> Callable[..., tuple[Any, list[str], str]]:
    """Return a function that does jobs in children and without any, and compares values, exceptions, log and output."""
    return lambda do, jobs: _both(capfd, caplog, do, jobs)


def _both(capfd: Any, caplog: Any, do: Callable[[Any], Any], jobs: Any) -> tuple[Any, list[str], str]:
    seen = []
    for count in (1, 3):
        say_again(LimitFilter)
        messages._warned.clear()
        caplog.clear()
        capfd.readouterr()
        try:
            value = results(do, jobs, count)
        except BaseException as problem:
            value = repr(problem)
        logged = [(it.name, it.levelno, it.getMessage(), it.pathname, it.lineno, it.funcName) for it in caplog.records]
        seen.append((value, logged, *capfd.readouterr()))
    serial, forked = seen
    assert forked == serial
    return forked[0], [message for _, _, message, *_ in forked[1]], forked[2]


@given(st.lists(st.binary(max_size=200_000), max_size=40), st.integers(1, 5), st.integers(0, 5))
@sampled(100)
def test_the_results_are_the_same_as_without_children(jobs: list[bytes], count: int, least: int) -> None:
    """For any number of jobs and children, and any size of results."""
    assert [it.result() for it in striped(jobs, lambda job: job[::-1], count, least)] == [job[::-1] for job in jobs]


def test_the_children_work_in_parallel() -> None:
    """Each job is done in one of them, and none here, if there are enough jobs."""
    used = results(lambda _: os.getpid(), range(6))
    assert len({*used}) == 3
    assert os.getpid() not in used
    assert used[:3] == used[3:]
    assert [it.result() for it in striped([1, 2, 3], lambda _: os.getpid(), 3, least=2)] == [os.getpid()] * 3


def test_a_result_can_be_used_before_the_others_are_there(tmp_path: Path) -> None:
    """So that not all of them are in memory at once."""
    used = tmp_path / "used"

    def do(job: int) -> int:
        while job > 1 and not used.exists():
            time.sleep(0.01)
        return job

    finished = striped(range(4), do, 2)
    assert next(finished).result() == 0
    used.touch()
    assert [it.result() for it in finished] == [1, 2, 3]


def test_messages_are_in_the_order_of_the_jobs(both, caplog) -> None:
    """With their places in the code, and Pelican's limits on repeated messages count all of them."""
    caplog.set_level(logging.INFO)

    def do(job: int) -> int:
        log.info("read %s", job)
        log.warning("an empty alt in %s", job, extra={"limit_msg": "there are others"})
        log.error("the same each time")
        print("printed", job)
        print("complained", job, file=sys.stderr)
        return job

    def again(job: int) -> int:
        console.print(f"said {job}")
        return job

    _, said, printed = both(do, range(12))
    assert said.count("there are others") == 1
    assert "an empty alt in 3" in said
    assert "an empty alt in 9" not in said
    assert printed == "".join(f"printed {job}\n" for job in range(12))
    both(again, range(6))


def test_a_python_warning_is_shown_once(capfd, caplog, monkeypatch) -> None:
    """As if one process had done everything."""
    shown: list[str] = []

    def do(job: int) -> None:
        warnings.warn("old", UserWarning, stacklevel=1)
        warnings.warn(f"of {job}", UserWarning, stacklevel=1)

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        monkeypatch.setattr(warnings, "showwarning", lambda message, *_: shown.append(str(message)))
        results(do, range(3))
    assert shown == ["old", "of 0", "of 1", "of 2"]


class Content:
    """Stands in for an article: it is in messages, and can't be pickled."""

    source_path = "content/a.md"

    def __init__(self) -> None:
        self.held = threading.Lock()

    def __str__(self) -> str:
        return "the article"


def test_a_message_about_an_article_still_names_its_file(caplog) -> None:
    """Reports look for it among the arguments."""
    results(lambda _: log.warning("%s has no %s", Content(), "title"), range(2))
    assert caplog.records[0].getMessage() == "the article has no title"
    assert caplog.records[0].args[0].source_path == "content/a.md"


def test_a_job_that_raises_does_so_when_its_result_is_used(both) -> None:
    """With its traceback here, and its earlier messages once; the jobs before it are done."""

    def do(job: int) -> int:
        log.warning("begun %s", job)
        if job == 4:
            raise ValueError("no such header")
        return job

    value, said, _ = both(do, range(8))
    assert value == repr(ValueError("no such header"))
    assert said == [f"begun {job}" for job in range(5)]
    with pytest.raises(ValueError, match="no such header") as raised:
        results(do, range(8))
    assert raised.traceback[-1].name == "do"


@pytest.mark.parametrize("raised", [SystemExit(3), KeyboardInterrupt(), RecursionError("deep")])
def test_every_exception_is_raised_here(raised: BaseException) -> None:
    """Even one that ends a process."""

    def do(job: int) -> int:
        if job == 1:
            raise raised
        return job

    with pytest.raises(type(raised)):
        results(do, range(4))


def test_a_message_with_an_exception_keeps_its_traceback(caplog) -> None:
    """So that a report can name the author's own line."""

    def do(job: int) -> int:
        try:
            assert not job
        except AssertionError:
            log.exception("failed %s", job)
        return job

    assert results(do, range(3)) == [0, 1, 2]
    assert [it.getMessage() for it in caplog.records] == ["failed 1", "failed 2"]
    assert caplog.records[0].exc_info[2].tb_frame.f_code.co_name == "do"


def test_a_result_that_cannot_be_pickled_is_computed_here() -> None:
    """Silently, because nothing is wrong with it."""
    made = results(lambda job: (job, lambda: job), range(5))
    assert [(job, call()) for job, call in made] == [(job, job) for job in range(5)]
    assert not forking._said


@pytest.mark.parametrize("end", [lambda: os._exit(0), lambda: os.kill(os.getpid(), signal.SIGKILL)])
def test_the_work_of_a_child_that_ends_is_done_here(end: Callable[[], Any], capsys) -> None:
    """Everything that hasn't come back, with a note once."""

    def do(job: int) -> int:
        if job == 5 and os.getpid() != HERE:
            end()
        return job * job

    for _ in range(2):
        assert results(do, range(20)) == [job * job for job in range(20)]
    assert capsys.readouterr().out.count("a worker process died or hung") == 1


def test_the_work_of_a_child_that_hangs_is_done_here(monkeypatch) -> None:
    """And it is killed."""
    monkeypatch.setattr(forking, "HANGS_S", 0.2)
    monkeypatch.setattr(forking, "_LOOK_S", 0.05)

    def do(job: int) -> int:
        if job == 1 and os.getpid() != HERE:
            time.sleep(60)
        return job

    begun, before = time.monotonic(), children(HERE)
    assert results(do, range(6)) == [*range(6)]
    assert time.monotonic() - begun < 30
    assert children(HERE) == before


def test_if_no_process_can_be_started_everything_is_done_here(monkeypatch, capsys) -> None:
    """With a note."""

    def fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    assert results(str, range(4)) == ["0", "1", "2", "3"]
    assert "Resource temporarily unavailable" in capsys.readouterr().out


def test_a_child_starts_no_children() -> None:
    """Its own jobs may be striped, too."""

    def do(_job: int) -> list[int]:
        return results(lambda _: os.getppid(), range(3))

    assert results(do, range(3)) == [[os.getpid()] * 3] * 3


def test_nothing_is_left_behind() -> None:
    """Neither a process nor a pipe."""
    before = len([*Path("/proc/self/fd").iterdir()]), children(HERE)
    results(str, range(4))
    assert (len([*Path("/proc/self/fd").iterdir()]), children(HERE)) == before


def test_a_fatal_message_stops_it_where_it_would_have_without_children(monkeypatch, both) -> None:
    """Pelican's --fatal: the first warning that is shown raises; a suppressed one doesn't."""
    monkeypatch.setattr(FatalLogger, "fatal_lvl", logging.WARNING)
    monkeypatch.setattr(LimitFilter, "_ignore", {(logging.WARNING, "left out %s")})
    told: Any = FatalLogger("fatal")
    monkeypatch.setitem(logging.getLogger().manager.loggerDict, "fatal", told)
    told.parent = logging.getLogger()

    def do(job: int) -> int:
        told.warning("left out %s", job)
        if job > 2:
            told.warning("seen %s", job)
        return job

    value, said, _ = both(do, range(6))
    assert value == repr(RuntimeError("Warning or error encountered"))
    assert said == ["seen 3"]


def test_the_number_of_workers_can_be_set(monkeypatch) -> None:
    """Otherwise there is one for each core, up to eight; nothing is forked except on Linux."""
    assert [workers({"WORKERS": wanted}) for wanted in (1, 5)] == [1, 5]
    assert 1 <= workers({}) <= 8
    monkeypatch.setattr(sys, "platform", "darwin")
    assert workers({"WORKERS": 4}) == 1


@pytest.mark.parametrize("wrong", [0, -1, "two", 1.5, True])
def test_an_invalid_number_of_workers_is_reported(wrong: Any) -> None:
    """With its value."""
    with pytest.raises(SystemExit, match="WORKERS is"):
        workers({"WORKERS": wrong})


ON_A_TERMINAL = """
import sys
sys.path.insert(0, {root!r})
from pelican.log import console
from plugins.building.forking import striped

def do(job):
    console.print("said", job)
    return job

assert console.is_terminal
with console.status("Generating...", refresh_per_second=1000):
    for _ in range({times}):
        assert [it.again is None for it in striped([1, 2], do, 2)] == [True, True]
print("done")
"""


@pytest.mark.slow
def test_no_child_waits_for_the_thread_that_draws_progress(tmp_path: Path) -> None:
    """On a terminal, Pelican shows progress from a thread that no child has, and whose locks it would wait for."""
    script = tmp_path / "script.py"
    root, times = Path(forking.__file__).parents[2], 400 // EFFORT.one_in
    script.write_text(ON_A_TERMINAL.format(root=str(root), times=times), "utf-8")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    running = subprocess.Popen([sys.executable, script], stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    read = bytearray()
    try:
        while data := os.read(ours, 65536):
            read += data
    except OSError:  # the end of a terminal
        pass
    os.close(ours)
    assert running.wait() == 0, read[-2000:].decode()
    assert b"done" in read
