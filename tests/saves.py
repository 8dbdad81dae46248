"""The build process of a preview, in a folder: python -m tests.saves SETTINGS FILE. The file contains what is saved.

Each save is a mapping of paths to texts, or to null for a file that is deleted. Prints one line of JSON for each:
whether the whole site was built, how many articles were read, which files have changed, the problems, and why the site
was built, and which files have changed when nobody saved for a while; then the same for a complete build.
"""

import json
import logging
import os
import sys
from pathlib import Path

from pelican import signals

from plugins import covers, search
from plugins.building.incremental import on_edit
from plugins.live.site import Drawing, Site

_, settings, file = sys.argv
begun: list[object] = []
articles: list[object] = []


def begin(generator: object) -> None:
    """Record a complete build."""
    begun.append(generator)


@on_edit()
def read(generator: object) -> None:
    """Record an article that is read, if only from the cache."""
    articles.append(generator)


signals.article_generator_init.connect(begin)
signals.article_generator_preread.connect(read)


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
    del begun[:], articles[:], why[:]
    built = site.build(saved)
    assert built is not None
    site.tidy()
    problems, later = built.problems, []
    if covers.known.due:
        search.plugin.due = None  # an index takes long, and is tested by itself
        finished = site.finish(lambda: False, is_asked_for=False)
        assert finished
        assert site.is_finished
        problems, later = finished.problems, sorted(finished.changed)
    told = sorted(f"{it.place} {it.said}" for it in problems)
    about = {"whole": bool(begun), "read": len(articles), "why": [*why]}
    return {**about, "changed": sorted(built.changed), "problems": told, "later": later}


build([])
for step in json.loads(Path(file).read_text("utf-8")):
    paths = [os.path.realpath(path) for path in step["files"]]
    for path, text in step["files"].items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            Path(path).unlink()
        else:
            Path(path).write_text(text, "utf-8")
    print("SAVED", json.dumps({"saved": build(paths), "after": build([]) if step["checked"] else None}), flush=True)
