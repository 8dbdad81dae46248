"""The permanent process: it serves, watches, prints, and restarts the building process whenever necessary."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import webbrowser
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePath
from typing import IO, Any

from ..files import ABOVE
from .output import PAGES
from .problems import Problem
from .serving import Server, address_of
from .watching import Watching

TOLD_LINES = 8
"""How much of a process's output before its end is reported."""

LEAVE_S = 2.0


PICTURES = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".pdf")
KINDS = ("article", "other page", "picture", "style sheet", "other file")


class ReportedProblems:
    """Separates new problems from known ones, so that the terminal doesn't repeat them."""

    def __init__(self) -> None:
        self._known: set[tuple[str, ...]] = set()

    def parted(self, problems: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
        """Return the new problems and the known ones.

        Only a build without an error forgets warnings, because one that an error has stopped doesn't reach all of them.
        """
        new = [problem for problem in problems if _name(problem) not in self._known]
        known = [problem for problem in problems if _name(problem) in self._known]
        is_whole = not any(problem["level"] == "error" for problem in problems)
        kept = set() if is_whole else {name for name in self._known if name[0] == "warning"}
        self._known = kept | set(map(_name, problems))
        return new, known


def in_one_line(saved: Collection[Path], built: Mapping[str, Any], seconds: float) -> str:
    """Return one line: what was saved, what has changed on the site, and how long it took."""
    # A folder is new, or its list of files has changed: the files themselves are more informative.
    names = sorted(map(_shown, [path for path in saved if not path.is_dir()] or saved))
    subject = f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else names[0] if names else "the site"
    kinds = [_kind(path, built["articles"]) for path in built["changed"]]
    counts = [_counted(kinds.count(kind), kind) for kind in KINDS if kind in kinds] or ["no changes"]
    return f"{subject}: {', '.join(counts)}, {seconds:.2f} s"


def count(problems: Sequence[Mapping[str, Any]]) -> str:
    """Count errors and warnings."""
    levels = [problem["level"] for problem in problems]
    return ", ".join(_counted(levels.count(level), level) for level in ("error", "warning") if level in levels)


def as_text(problems: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Format problems for a terminal."""
    for problem in problems:
        yield ": ".join(
            part for part in (problem["level"], problem["place"], problem["about"] or problem["said"]) if part
        )
        yield from [f"    {problem['said']}"] if problem["about"] else []
        yield from (f"    {line}" for line in problem["details"])
        for number, text in problem["excerpt"]:
            yield f"    {'>' if number == problem['line'] else ' '} {number:4}  {text}"


def crashed(code: int, lines: Sequence[str]) -> dict[str, Any]:
    """Report a process that ended unexpectedly."""
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"exited with status {code}"
    details = [*(f"it printed: {text}" for text in lines), "it starts again the next time you save"]
    return asdict(Problem("error", "", "", f"the process that builds the site {how}", details))


def _name(problem: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a key for a problem that stays the same when lines are inserted above it."""
    blamed = next((text for number, text in problem["excerpt"] if number == problem["line"]), "")
    return problem["level"], re.sub(r":\d+$", "", problem["place"]), problem["about"], problem["said"], blamed


def _kind(path: str, articles: Collection[str]) -> str:
    if path in articles:
        return "article"
    endings = {"other page": PAGES, "picture": PICTURES, "style sheet": (".css",)}
    return next((kind for kind, suffixes in endings.items() if path.lower().endswith(suffixes)), "other file")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _shown(path: PurePath) -> str:
    here = os.path.relpath(path)
    return str(path) if here.startswith("..") else here


class Worker:
    """One process, in a session of its own: Ctrl+C only reaches the front, which then ends it."""

    def __init__(self, name: str, arguments: Sequence[str], tell: Callable[[Worker, str, Any], None]) -> None:
        self._tell = tell
        self.said: deque[str] = deque(maxlen=TOLD_LINES)
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.builder", name, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ABOVE), *_path()])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._echo = threading.Thread(target=self._pass_on, args=(self._process.stderr,), daemon=True)
        self._echo.start()
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    def build(self, saved: Iterable[Path]) -> None:
        """Request a build of the saved files."""
        self._send([*map(str, saved)])

    def overtake(self) -> None:
        """Report that something was saved during a build, so that it gives up slow drawings."""
        self._send(None)

    def search(self) -> None:
        """Request an update of the search index."""
        self._send("search")

    def end(self) -> None:
        """End it and its descendants; kill them if they don't end on their own."""
        with suppress(OSError):
            assert self._process.stdin
            self._process.stdin.close()
        try:
            self._process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            if sys.platform == "win32":
                self._process.kill()
            else:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _send(self, order: list[str] | str | None) -> None:
        assert self._process.stdin
        with suppress(OSError):  # its end is reported elsewhere
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            with suppress(ValueError):  # it was ended in the middle of a line
                for kind, about in json.loads(line).items():
                    self._tell(self, kind, about)
        self._echo.join(LEAVE_S)
        self._tell(self, "ended", self._process.wait())

    def _pass_on(self, lines: IO[str]) -> None:
        for line in lines:
            self.said.append(line.rstrip())
            print(line, end="", file=sys.stderr, flush=True)


def _path() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


USUAL = ("content", "diagrams", "theme", "plugins")
"""The folders to watch before the settings are known."""


@dataclass
class PendingSaves:
    """The saved files, and when the first one was noticed."""

    paths: set[Path] = field(default_factory=set)
    since: float = field(default_factory=time.monotonic)


class Supervisor:
    """Imports none of the project's code, so that nothing in it can stop this process."""

    def __init__(self, settings: Path, arguments: Sequence[str], server: Server, bind: str, *, opens: bool) -> None:
        self._arguments = arguments
        self._opens = opens
        self._server = server
        self._address = address_of(bind, server.server_port)
        self._heard: queue.SimpleQueue[tuple[Worker | None, str, Any]] = queue.SimpleQueue()
        self._watching = Watching(lambda paths: self._heard.put((None, "saved", paths)))
        self._watching.add([settings.parent / folder for folder in USUAL], [settings])
        self._modules: set[Path] = set()
        self._data: list[Path] = []
        self._worker: Worker | None = None
        self._waiting = PendingSaves()
        self._building: PendingSaves | None = None
        self._is_announced = False
        self._is_searched = False
        self._news = ReportedProblems()
        self._problems: Sequence[Mapping[str, Any]] = ()

    def run(self) -> None:
        """Serve until Ctrl+C."""
        self._server.start()
        try:
            self._start()
            while True:
                worker, kind, about = self._heard.get()
                if worker is None or worker is self._worker:  # one that was ended may still send messages
                    getattr(self, f"_on_{kind}")(about)
        finally:
            for more in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl+C doesn't print a traceback
                signal.signal(more, signal.SIG_IGN)
            if self._worker:
                self._worker.end()
            self._server.close()

    def _start(self) -> None:
        """Have the project imported again, and the site built."""
        if self._worker:
            self._worker.end()
        self._take()
        name = f"live-{self._server.server_port}"
        self._worker = Worker(name, self._arguments, lambda *heard: self._heard.put(heard))

    def _take(self) -> PendingSaves:
        """Start with the saved files; those of an interrupted build are added."""
        if self._building:
            self._waiting.paths |= self._building.paths
        self._building, self._waiting = self._waiting, PendingSaves()
        return self._building

    def _go_on(self) -> None:
        """Build what was saved in the meantime."""
        self._building = None
        if self._waiting.paths and self._worker:
            self._worker.build(self._take().paths)
        elif self._waiting.paths:
            self._start()
        elif self._is_searched:
            self._search()

    def _ask_for_search(self) -> None:
        """Note that somebody opens the search; called from the serving thread."""
        self._heard.put((None, "search", None))

    def _search(self) -> None:
        """Have the search index updated; if there is no building process, the last index is used."""
        if self._worker:
            self._worker.search()
        else:
            self._found()

    def _found(self) -> None:
        self._is_searched = False
        self._server.found()

    def _on_search(self, _about: None) -> None:
        self._is_searched = True
        if not self._building:
            self._search()

    def _on_finished(self, about: Mapping[str, Any]) -> None:
        if about["problems"] != list(self._problems):
            self._tell("cards and the search index", about["problems"])
        if about["changed"] or about["problems"]:
            self._server.post(about["problems"], about["changed"])
        self._found()

    def _on_saved(self, paths: set[str]) -> None:
        saved = set(map(Path, paths))
        if not self._waiting.paths:
            self._waiting = PendingSaves()
        self._waiting.paths |= saved
        if any(map(self._is_code, saved)):
            self._start()
        elif not self._building:
            self._go_on()
        elif self._worker:
            self._worker.overtake()

    def _on_ready(self, about: Mapping[str, Any]) -> None:
        output = Path(about["output"])
        self._server.show(output, about["index"], about["search"], self._ask_for_search)
        self._watching.leave_out(output)

    def _on_drawing(self, about: Mapping[str, Any]) -> None:
        message = f"drawing {', '.join(about['names'])}…"
        print(message, flush=True)
        self._server.post(self._problems, drawing=message)

    def _on_overtaken(self, _about: Mapping[str, Any]) -> None:
        assert self._worker
        self._worker.build(self._take().paths)

    def _on_early(self, about: Mapping[str, Any]) -> None:
        self._server.post(self._problems, about["changed"])

    def _on_built(self, built: Mapping[str, Any]) -> None:
        assert self._building
        seconds = time.monotonic() - self._building.since
        self._server.post(built["problems"], built["changed"], built["moved"], built["marks"])
        self._tell(in_one_line(self._building.paths, built, seconds), built["problems"])
        self._announce()
        self._go_on()

    def _on_watched(self, about: Mapping[str, Any]) -> None:
        self._modules = set(map(Path, about["modules"]))
        self._data = [Path(folder) for folder in about["data"]]
        since, absent = about["since"], about["absent"]
        self._watching.add(about["folders"], about["files"], about["listed"], absent=absent, since=since)

    def _on_failed(self, about: Mapping[str, Any]) -> None:
        self._watching.add([], about["modules"])
        self._stop(about["problems"])

    def _on_ended(self, code: int) -> None:
        assert self._worker
        self._stop([crashed(code, self._worker.said)])

    def _stop(self, problems: Sequence[Mapping[str, Any]]) -> None:
        """Continue without a building process, until the next save."""
        self._worker = None
        self._server.post(problems)
        self._tell("the site was not built", problems)
        self._announce()
        self._go_on()

    def _tell(self, message: str, problems: Sequence[Mapping[str, Any]]) -> None:
        was_broken, self._problems = bool(self._problems), problems
        new, known = self._news.parted(problems)
        states = [
            count(new),
            known and f"{count(known)} not fixed yet",
            was_broken and not problems and "everything is fixed",
        ]
        print(message, *filter(None, states), sep="; ", flush=True)
        if new:
            print("", *as_text(new), "", sep="\n", flush=True)

    def _announce(self) -> None:
        if not self._is_announced:
            self._is_announced = True
            self._server.open()
            print(f"Serving the site at {self._address}  (Ctrl+C stops it)", flush=True)
            if self._opens:
                threading.Thread(target=webbrowser.open, args=(self._address,), daemon=True).start()

    def _is_code(self, path: Path) -> bool:
        """Return whether the project has to be imported again.

        A package reads the templates next to its modules only once.
        """
        if path in self._modules:
            return True
        is_beside = path.suffix == ".html" and path.parent in {module.parent for module in self._modules}
        return (path.suffix == ".py" or is_beside) and not any(path.is_relative_to(folder) for folder in self._data)
