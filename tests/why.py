"""`python -m tests.why SETTINGS`: make each change in turn, ask why the site would be built, and take it for built."""

import json
import os
import sys
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path

import msgspec
from pelican import get_instance, parse_arguments

from plugins.building.output import output_of
from plugins.building.unchanged import Build, BuildRecord, state_of

Edit = Callable[[Path], object]


def replaced(path: str | Callable[[Path], Path], old: str, new: str) -> Edit:
    """Return an edit of a file that leaves its size and its modification time unchanged."""

    def edited(root: Path) -> None:
        place = root / path if isinstance(path, str) else path(root)
        before, text = place.stat(), place.read_text("utf-8")
        assert old in text
        assert len(old) == len(new)
        place.write_text(text.replace(old, new), "utf-8")
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
        Path(cache_from_source(place)).unlink(missing_ok=True)  # Python would run it for the new file

    return edited


def written(path: str, text: str) -> Edit:
    """Return an edit that writes a file."""
    return lambda root: (root / path).write_text(text, "utf-8")


def outside(root: Path, ending: str) -> Path:
    """Return a file outside of the site."""
    return root.parent / f"{root.name}{ending}"


def record(root: Path) -> Path:
    """Return the record of the last build."""
    (found,) = (root / ".cache/unchanged").glob("*.json")
    return found


OUTPUT, STORE = "the output changed", "the store of figures changed"
NONE = "there is no record of a whole build"
CHANGES: dict[str, tuple[Edit, str]] = {
    "an article": (replaced("content/nlp/one.md", "Words", "Wards"), "one.md changed"),
    "a page": (replaced("content/pages/about.md", "Words", "Wards"), "about.md changed"),
    "a draft": (replaced("content/nlp/two.md", "words", "wards"), "two.md changed"),
    "a static file": (replaced("content/images/x.txt", "a file", "a tile"), "x.txt changed"),
    "a template": (written("own/templates/index.html", '{% extends "!simple/archives.html" %}'), "index.html changed"),
    "a new template": (written("own/templates/page.html", "{{ page.title }}"), "page.html is new"),
    "a file of the theme": (replaced("own/static/x.css", "a {}", "b {}"), "x.css changed"),
    "a setting": (replaced("pelicanconf_here.py", "'one'", "'two'"), "the settings changed"),
    "a module": (replaced("said.py", "said", "told"), "said.py changed"),
    "a script": (replaced("diagrams/tall.py", "(2, 1)", "(3, 1)"), "tall.py changed"),
    "the data of a script": (replaced("diagrams/height.txt", "1", "2"), "height.txt changed"),
    "a file outside": (lambda root: outside(root, "-outside.txt").write_text("2"), "outside.txt changed"),
    "a citation style outside": (
        replaced(lambda root: outside(root, ".csl"), 'prefix="("', 'prefix="["'),
        ".csl changed",
    ),
    "a new article": (written("content/nlp/three.md", "Title: T\nDate: 2026-11-01\n\nNew words."), "three.md is new"),
    "a hidden article": (
        written("content/nlp/.four.md", "Title: Four\nDate: 2026-11-02\n\nWords.\n"),
        ".four.md is new",
    ),
    "another name": (lambda root: (root / "content/nlp/two.md").rename(root / "content/nlp/zwei.md"), "zwei.md is new"),
    "an article that is gone": (lambda root: (root / "content/nlp/zwei.md").unlink(), "nlp changed"),
    "a page of the output": (written("output/index.html", "spoilt"), OUTPUT),
    "a file of the output, as large and as old": (replaced("output/images/x.txt", "a file", "a tile"), OUTPUT),
    "a file of the output that is gone": (lambda root: (root / "output/2026/11/one/index.html").unlink(), OUTPUT),
    "a file that isn't of the site": (written("output/old.html", "old"), OUTPUT),
    "the figures that are stored": (lambda root: next((root / ".figures/store").glob("*.png")).unlink(), STORE),
    "a damaged record": (lambda root: record(root).write_text('{"version": 1, "notes": 3}'), NONE),
    "a cut record": (lambda root: record(root).write_bytes(record(root).read_bytes()[:100]), NONE),
    "no record": (lambda root: record(root).unlink(), NONE),
}
"""Changes, each after those above it, and why the site is built then."""


def _build(settings: str) -> Build:
    """Return the build that would be made now."""
    path = [*sys.path]
    pelican, _ = get_instance(parse_arguments(["-s", settings]))
    build = Build(pelican, lambda: 0)
    sys.path[:] = path  # to which the settings add their folders, each time
    return build


def main(settings: str) -> None:
    """Print what each change is said to be, and what is said once it is built: nothing."""
    root = Path(settings).parent
    place = record(root)
    print(json.dumps(["", "", _build(settings).changed()]))
    for name, (change, _) in CHANGES.items():
        kept = place.read_bytes()
        change(root)
        build = _build(settings)
        why = build.changed()
        known = msgspec.json.decode(kept, type=BuildRecord)
        files = {path: state_of(path, build._written) for path in known.files} | build._project
        output = output_of(build._output, build._retention)
        told = build.described(files, ())
        known = msgspec.structs.replace(known, states=build._states, files=told, output=output)
        place.write_bytes(msgspec.json.encode(known))
        print(json.dumps([name, why, _build(settings).changed()]))


if __name__ == "__main__":
    main(sys.argv[1])
