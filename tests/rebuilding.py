"""A site that is edited and built again and again, compared with the same site built from scratch."""

from __future__ import annotations

import difflib
import itertools
import os
import random
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.builds import Warm
from tests.conftest import TICK_S
from tests.edited import File, Link, State, first_state
from tests.edits import KEEP_TIME, MOVE, REPLACE, Step
from tests.previews import Preview

PATIENCE_S = 60
SERIAL = ("WORKERS=1", "FIGURES_WORKERS=1")
MEDDLED = 0.15
"""The probability that somebody tampers with the results of the last build."""
LATELY = 6
"""The number of clean builds that are remembered: one edit in eight leads back to a recent state."""
AGAIN = 0.25
"""The probability that the site is built once more after a step, without any change."""
PASSING = (
    r"^figures: .*\n",
    r"^Done: (.*) in [\d.]+ seconds\.\n",
    r"^Nothing has changed since the last build, .*\n",
    r"^ *\[\d\d:\d\d:\d\d\] ",
)
"""Messages about the build itself, rather than about the site."""


@dataclass(frozen=True)
class Outcome:
    """The output of a build, and the resulting files."""

    code: int
    said: str
    report: str
    files: Mapping[str, bytes]
    is_skipped: bool = False


@dataclass(frozen=True)
class Failure:
    """The step that failed, what is wrong, and what is needed to reproduce it."""

    step: Step
    wrong: str
    builds: bool
    previews: bool


class Folder:
    """The folder of a site, which is built again and again."""

    def __init__(self, root: Path, fonts: Path, warm: Warm) -> None:
        self.root = root
        self._fonts = fonts
        self._warm = warm
        self._there: dict[str, File] = {}
        self._seconds = itertools.count(int(time.time()) - 100_000)
        root.mkdir()
        self.forget()

    def copied(self, root: Path) -> Folder:
        """Return a copy of it, with all the results of builds."""
        copy = Folder(root, self._fonts, self._warm)
        shutil.rmtree(root)
        shutil.copytree(self.root, root, symlinks=True)
        copy._there = dict(self._there)
        return copy

    def forget(self) -> None:
        """Remove all results of builds except the list of the machine's fonts."""
        for name in ("output", ".figures", ".cache"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        shutil.copytree(self._fonts, self.root / ".figures/cache")

    def put(self, state: State, manner: str = "") -> None:
        """Make the files match a state."""
        wanted = dict(state.files)
        changed = {path: it for path, it in wanted.items() if self._there.get(path) != it}
        gone = [path for path in self._there if path not in wanted]
        kept = self._set_aside({*changed, *gone} & {*self._there}) if manner == MOVE else {}
        for path in gone:
            (self.root / path).unlink(missing_ok=True)
            for folder in (self.root / path).parents:
                if folder == self.root or (folder.is_dir() and any(folder.iterdir())):
                    break
                with suppress(FileNotFoundError):  # it had other files, which were set aside
                    folder.rmdir()
        for path, it in changed.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if it in kept:
                kept.pop(it).replace(place)
            else:
                _write(place, it, manner)
            if isinstance(it, bytes) and path.endswith(".py") and not path.startswith("diagrams/"):
                # Python considers a compiled module current if the source has the same size and the same time in
                # seconds.
                second = next(self._seconds)
                os.utime(place, (second, second))
        self._there = wanted

    def _set_aside(self, paths: set[str]) -> dict[File, Path]:
        """Move files out of the way, to be moved to wherever their contents are needed."""
        aside = self.root / ".aside"
        aside.mkdir(exist_ok=True)
        kept: dict[File, Path] = {}
        for number, path in enumerate(sorted(paths)):
            kept[self._there[path]] = (self.root / path).rename(aside / str(number))
        return kept

    def build(self, state: State, *options: str) -> Outcome:
        """Do what `make html` or `make publish` does."""
        environment = {**os.environ, "COLUMNS": "400", **state.environment}
        for name in ("GITHUB_ACTIONS", "MAKELEVEL"):
            environment.pop(name, None)
        arguments = ["content", "-o", "output", "-s", state.settings, *options]
        code, said, report = self._warm.run("pelican", arguments, self.root, environment)
        is_skipped = "Nothing has changed since the last build" in said
        return Outcome(code, self._lasting(said), self._lasting(report), self.output(), is_skipped)

    def _lasting(self, said: str) -> str:
        for passing in PASSING:
            said = re.sub(passing, "", said, flags=re.M)
        return said.replace(str(self.root), "ROOT")

    def output(self) -> dict[str, bytes]:
        """Read all files of the output; a file that is being written may disappear."""
        found = {}
        folder = self.root / "output"
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                try:
                    found[path.relative_to(folder).as_posix()] = path.read_bytes()
                except FileNotFoundError:
                    continue
        return found


def _write(place: Path, it: File, manner: str) -> None:
    before = place.lstat() if os.path.lexists(place) else None
    if before and (manner == REPLACE or isinstance(it, Link) or place.is_symlink()):
        place.unlink()
    if isinstance(it, Link):
        place.symlink_to(it.to)
        return
    place.write_bytes(it)
    if before and manner == KEEP_TIME:
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))


def difference(ours: Mapping[str, bytes], clean: Mapping[str, bytes]) -> str:
    """Describe how two outputs differ; return an empty text if they don't."""
    told = [f"missing: {path}" for path in sorted(clean.keys() - ours.keys())]
    told += [f"too many: {path}" for path in sorted(ours.keys() - clean.keys())]
    for path in sorted(path for path in ours.keys() & clean.keys() if ours[path] != clean[path]):
        texts = [it.decode("utf-8", "replace").splitlines() for it in (ours[path], clean[path])]
        lines = difflib.unified_diff(*texts, "here", "from nothing", n=0, lineterm="")
        told += [f"otherwise: {path}", *(f"    {line[:300]}" for line in itertools.islice(lines, 12))]
    return "\n".join(told[:60])


def _beside_the_index(wrong: str) -> bool:
    """Return whether more than the search index is wrong."""
    return any(line[0] != " " and ": pagefind/" not in line for line in wrong.splitlines())


def said_otherwise(ours: Outcome, clean: Outcome) -> str:
    """Describe how the messages of two builds differ; return an empty text if they don't."""
    texts = [f"exit {it.code}\n{it.said}\n{it.report}".splitlines() for it in (ours, clean)]
    return "\n".join(difflib.unified_diff(*texts, "here", "from nothing", n=1, lineterm=""))


def meddle(root: Path, chance: random.Random) -> str:
    """Tamper with a result of the builds; return which file, and how, or an empty text if nothing was done."""
    written = sorted(path for path in (root / "output").rglob("*") if path.is_file())
    kept = sorted(path for name in (".cache", ".figures") for path in (root / name).rglob("*") if path.is_file())
    path = chance.choice(written if written and chance.random() < 0.5 else kept)
    if root / ".figures/cache" in path.parents:
        return ""  # the list of fonts belongs to matplotlib
    harm = chance.choice(["removed", "cut", "emptied", "other bytes", "older", "a folder", "not alone"])
    if harm in ("removed", "a folder"):
        path.unlink()
    if harm == "a folder":
        path.mkdir()
    if harm == "cut":
        _overwrite(path, path.read_bytes()[: path.stat().st_size // 2])
    if harm == "emptied":
        _overwrite(path, b"")
    if harm == "other bytes":
        _overwrite(path, chance.randbytes(path.stat().st_size))
    if harm == "not alone" and path in written:
        path.with_name("stray.html").write_text("Not of the site.")
    if harm == "older":
        os.utime(path, (1, 1))
    return f"{path.relative_to(root)} {harm}"


def _overwrite(path: Path, data: bytes) -> None:
    """Overwrite a file, but not the file that it is hard-linked to: a drawing in the store."""
    path.unlink()
    path.write_bytes(data)


class Trial:
    """Three copies of the site: built after each edit, shown by a preview, and built from scratch."""

    def __init__(self, place: Path, fonts: Path, warm: Sequence[Warm], *, builds: bool, previews: bool) -> None:
        place.mkdir()
        # Their names have the same length: the layout of a traceback depends on the length of a path.
        self._ours = Folder(place / "built", fonts, warm[0]) if builds else None
        self._shown = Folder(place / "shown", fonts, warm[0]) if previews else None
        self._clean = Folder(place / "clean", fonts, warm[1])
        self._lately: dict[object, Outcome] = {}
        self.skipped = 0
        """The number of builds that have ended at once, because nothing had changed."""

    def run(self, some: Iterable[Step], seed: int) -> Failure | None:
        """Try steps until one fails."""
        with ThreadPoolExecutor(1) as other, self._preview() as preview:
            for step in some:
                if self._shown:
                    self._shown.put(step.state, step.manner)
                cleaning = other.submit(self._from_nothing, step.state)
                if self._ours and (wrong := self._built(self._ours, step, seed, cleaning.result)):
                    return Failure(step, wrong, builds=True, previews=False)
                if preview and (wrong := self._waited(preview, step, cleaning.result())):
                    return Failure(step, wrong, builds=False, previews=True)
                cleaning.result()
        return None

    def built_again(self, state: State) -> Outcome:
        """Build a state twice; return what the second build has said, which should have ended at once."""
        assert self._ours
        self._ours.put(state)
        time.sleep(TICK_S)
        self._ours.build(state, "--verbose")
        return self._ours.build(state, "--verbose")

    def _built(self, folder: Folder, step: Step, seed: int, clean: Callable[[], Outcome]) -> str:
        chance = random.Random(f"{seed}/{step.number}/meddling")
        meddled = meddle(folder.root, chance) if chance.random() < MEDDLED and folder.output() else ""
        folder.put(step.state, step.manner)
        for is_again in (False, True) if chance.random() < AGAIN else (False,):
            time.sleep(TICK_S)
            ours = folder.build(step.state)
            self.skipped += ours.is_skipped
            said = "" if meddled and not is_again else said_otherwise(ours, clean())
            if wrong := "\n".join(filter(None, (difference(ours.files, clean().files), said))):
                return "\n".join(filter(None, (meddled and f"(before it, {meddled})", is_again * "(again)", wrong)))
        return ""

    def _from_nothing(self, state: State) -> Outcome:
        """Build a state without anything that earlier builds left, unless exactly that was done a few steps before."""
        key = state.settings, frozenset(state.environment.items()), frozenset(state.files.items())
        outcome = self._lately.pop(key, None)
        if outcome is None:
            self._clean.put(state)
            self._clean.forget()
            outcome = self._clean.build(state, "-e", *SERIAL)
        self._lately[key] = outcome
        if len(self._lately) > LATELY:
            del self._lately[next(iter(self._lately))]
        return outcome

    @contextmanager
    def _preview(self) -> Iterator[Preview | None]:
        if self._shown is None:
            yield None
            return
        self._shown.put(first_state())
        preview = Preview(self._shown, settings="pelicanconf.py")
        try:
            yield preview
        finally:
            preview.stop()

    def _waited(self, preview: Preview, step: Step, clean: Outcome) -> str:
        """Wait until the preview shows what it should; while something is wrong, it shows the last good site."""
        assert self._shown
        if clean.code or step.unseen or step.state.environment:
            return ""
        deadline = time.monotonic() + PATIENCE_S
        while wrong := difference(self._shown.output(), clean.files):
            if time.monotonic() > deadline:
                return "\n".join([wrong, "the preview has said", *preview.said[-20:]])
            if "pagefind/" in wrong and not _beside_the_index(wrong):
                preview.get("/search/")  # otherwise the index would be created later
            time.sleep(0.1)
        return ""
