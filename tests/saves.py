"""The build process of a preview, in a folder: python -m tests.saves SETTINGS FILE. The file contains what is saved.

Each save is a mapping of paths to texts. Prints one line of JSON for each: whether only the article was built, which
files have changed, the problems, and why the article wasn't built alone; then the same for a complete build.
"""

import json
import logging
import os
import sys
from pathlib import Path

from pelican import signals

from plugins.live.drawing import Drawing
from plugins.live.site import Site

_, settings, file = sys.argv
begun: list[object] = []


def begin(generator: object) -> None:
    """Record a complete build."""
    begun.append(generator)


signals.article_generator_init.connect(begin)


class Why(logging.Handler):
    """Records why an article couldn't be built alone."""

    def emit(self, record: logging.LogRecord) -> None:
        """Record it."""
        why.append(record.getMessage())


why: list[str] = []
log = logging.getLogger("plugins.live.site")
log.setLevel(logging.DEBUG)
log.addHandler(Why())
site = Site(["-s", settings], "live-0", Drawing(lambda _names: None, lambda: False), lambda _changed: None)


def build(saved: list[str]) -> dict[str, object]:
    """Build as the preview does after a save."""
    del begun[:], why[:]
    built = site.build(saved)
    assert built is not None
    site.tidy()
    told = sorted(f"{it.place} {it.said}" for it in built.problems)
    return {"whole": bool(begun), "changed": sorted(built.changed), "problems": told, "why": [*why]}


build([])
for step in json.loads(Path(file).read_text("utf-8")):
    paths = [os.path.realpath(path) for path in step["files"]]
    for path, text in step["files"].items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, "utf-8")
    print("SAVED", json.dumps({"saved": build(paths), "after": build([]) if step["checked"] else None}), flush=True)
