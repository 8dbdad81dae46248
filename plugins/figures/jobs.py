"""The folder of a batch's jobs: its own while the batch runs; what a killed build has left behind is removed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":  # which has no such locks: there, nothing is ever swept
    import fcntl

WRITING_S = 60
"""No file takes so long to be written: an older one that is not in its place never will be."""


@contextmanager
def jobs_folder(store: Path) -> Iterator[Path]:
    """Make a new folder in the store, and remove it in the end."""
    store.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        with _locked(store):  # or a folder that is not locked yet would look as if it had been left behind
            _sweep(store)
            # What is still being written to while it is removed must not spoil the end.
            jobs = tempfile.TemporaryDirectory(prefix="jobs-", dir=store, ignore_cleanup_errors=True)
            folder = Path(stack.enter_context(jobs))
            stack.enter_context(_locked(folder))
        yield folder


def _sweep(store: Path) -> None:
    for left in store.glob("jobs-*"):
        with suppress(OSError), _locked(left, only_if_free=True):  # locked: another build is at work; or gone already
            shutil.rmtree(left)
    for left in store.glob("*/**/.new-*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > WRITING_S:
                left.unlink()


@contextmanager
def _locked(folder: Path, only_if_free: bool = False) -> Iterator[None]:
    if sys.platform == "win32":
        if only_if_free:
            raise OSError("it is not known whether that is so")
        yield
    else:
        handle = os.open(folder, os.O_RDONLY)
        try:
            if only_if_free:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            else:
                with suppress(OSError):  # some network file systems know no locks: then nothing is ever swept
                    fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
