"""A process on a cluster's worker that draws one job: a pickled `Task` in, a pickled `Answer` out."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .report import tail
from .settings import Settings
from .workers import Children, Limits, jobs_folder

LOOK_S = 0.1
"""How often the memory and the time of the child are checked."""

PRINTED = ("stdout", "stderr", "stacks")
"""The files of a child that may be longer than any report."""


@dataclass(frozen=True)
class Task:
    """A job: the message for the child, but for its folder, and the settings."""

    message: Mapping[str, Any]
    settings: Settings


@dataclass(frozen=True)
class Answer:
    """How a child has ended: its exit code, the limit that it exceeded, and the files of its folder."""

    exit: int
    over: str
    files: Mapping[str, bytes]


def drawn(task: Task) -> Answer:
    """Draw a job, within its limits."""
    number, settings, limits = task.message["id"], task.settings, Limits()
    with jobs_folder(settings.store) as jobs, Children() as children:
        folder = jobs / str(number)
        (folder / "scratch").mkdir(parents=True)
        children.ready(settings)
        children.send({**task.message, "folder": str(folder)})
        while True:
            for heard in children.hear(LOOK_S):
                if "exit" in heard:
                    return Answer(heard["exit"], limits.over, _files(folder))
                limits.began(heard["pid"])
            limits.keep(number, settings, children)


def _files(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.iterdir() if path.is_file()]
    return {
        path.name: tail(path).encode("utf-8", "replace") if path.name in PRINTED else path.read_bytes()
        for path in files
    }


def main() -> None:
    """Draw the task in the input; write the answer to the output."""
    task = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(drawn(task)))
