"""Compare all pictures of a commit with those of the working tree, shape by shape; no pictures are kept for it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from importlib import import_module
from io import BytesIO, StringIO
from itertools import combinations
from logging import ERROR, getLogger
from numbers import Real
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NEAR_PX = 0.01
"""Distances up to this can't be seen, and arise wherever the same sum is computed in another order."""
ROUNDED, ROUNDED_PX = {"box", "moments"}, 1
"""Boxes are rounded outwards to whole pixels, so that their edges, and places from there, depend on the origin."""
SHOWN = 4
"""How many differences of a picture are printed."""
ORDER = "drawing order"
FAILED = "failed"
LANGUAGE = "de"
"""Pictures are laid out again in this language, since longer words need more space."""


def record(names: str) -> dict[str, Any]:
    """Draw whatever a tree draws, if the name of its script contains one of these words, and return all of it."""
    import matplotlib.pyplot as plt

    from plugins.figures.site import references_of

    examples, look = map(import_module, ("tools.look.examples", "tools.look.__main__"))  # those of the tree
    getLogger("matplotlib.font_manager").setLevel(ERROR)  # fonts are the engine's
    plt.switch_backend("agg")
    settings, references = references_of("pelicanconf.py")
    wanted, pictures = names.split(), {}
    for request in [*look.sheets_of(settings), *examples.requests_of(settings, references)[0]]:
        if wanted and not any(name in request.script.stem for name in wanted):
            continue
        try:
            with plt.style.context(settings.style or {}):
                records = [
                    whole(picture) if hasattr(picture, "shapes") else svg_of(picture) for picture in draw(request)
                ]
        except Exception as problem:  # the other pictures are compared nevertheless
            records = [failure(problem)]
        plt.close("all")
        place = f"{request.name} {request.arguments or ''}".strip()
        pictures.update({f"{place}, {number}": forms for number, forms in enumerate(records, start=1)})
    return pictures


def draw(request: Any) -> list[Any]:
    """Run a script as the engine does, in this process, and return its pictures or figures."""
    import matplotlib.pyplot as plt

    from plugins.figures.child.main import Code, translated

    module = ModuleType(f"script_{request.script.stem}")
    module.__file__ = str(request.script)
    sys.modules[module.__name__] = module  # dataclasses look their module up
    exec(compile(request.script.read_bytes(), request.script, "exec"), vars(module))
    if not hasattr(module, "draw"):
        return [plt.figure(number) for number in plt.get_fignums()]
    blocks = {
        name: Code(text, tuple(request.above.get(name, ())), request.given, request.model)
        for name, text in request.code.items()
    }
    answer = module.draw(**blocks, **request.arguments)
    pictures = list(answer) if isinstance(answer, list | tuple) else [answer]
    job = {"arguments": request.arguments, "language": request.language, "has_chosen_language": False}
    return [translated(picture, job).picture for picture in pictures]


def whole(picture: Any) -> dict[str, Any]:
    """Return all forms of a picture, in two languages, and what it says at some steps and without some roles."""
    steps = {step for shape in picture.shapes if (step := getattr(shape, "step", None))}
    roles = sorted({shape.role for shape in picture.shapes if getattr(shape, "role", None)})
    parts: dict[str, Any] = {"": lambda: of_language(picture)}
    if picture.language is None:
        parts[LANGUAGE] = lambda: of_language(picture.in_language(LANGUAGE))
    for step in sorted(steps)[:2]:
        parts[f"until {step}"] = lambda step=step: said(picture.until(step))
    for role in roles:
        parts[f"without {role}"] = lambda role=role: said(picture.without(role))
    return {name: attempted(function) for name, function in parts.items()}


def attempted(function: Any) -> Any:
    """Return what a function returns, or the error that it raises."""
    try:
        return function()
    except Exception as problem:  # as above
        return failure(problem)


def failure(problem: Exception) -> Any:
    """Record an error; but a missing translation is a text like any other, since few pictures need one."""
    text = f"{type(problem).__name__}: {problem}"
    return text if type(problem).__name__ == "TranslationError" else {FAILED: text}


def failures(value: Any) -> Iterator[str]:
    """Yield the errors in a record."""
    if isinstance(value, dict):
        yield from [value[FAILED]] if FAILED in value else (text for item in value.values() for text in failures(item))


def of_language(picture: Any) -> dict[str, Any]:
    """Return all forms, and the texts and arguments."""
    forms = {"wide": picture, "mid": picture.mid, "narrow": picture.narrow}
    recorded = {name: form_of(form) for name, form in forms.items() if form is not None}
    kept = ("grounds", "arguments", "illustrative", "step_called")
    return {**recorded, **said(picture), **{name: plain(getattr(picture, name)) for name in kept}}


def form_of(form: Any) -> dict[str, Any]:
    """Return the shapes of one form by their names, wherever its origin is, their order, and its parts and moments."""
    bounds = [shape.bounds for shape in form.shapes]
    left, top = min(frame.left for frame in bounds), min(frame.top for frame in bounds)
    shapes: dict[str, Any] = {}
    for shape in form.shapes:
        shapes[unused(getattr(shape, "name", ""), shapes)] = plain(shape, left, top)
    box = [form.box.left - left, form.box.top - top, *form.size_px]
    frames = [[frame.left, frame.top, frame.right, frame.bottom] for frame in bounds]
    more = {name: plain(getattr(form, name)) for name in ("parts", "moments")}
    return {"box": plain(box), "shapes": shapes, ORDER: dict(zip(shapes, frames, strict=True)), **more}


def unused(name: str, taken: Iterable[str]) -> str:
    """Number shapes that share a name."""
    number = sum(earlier.partition(" ×")[0] == name for earlier in taken)
    return f"{name} ×{number + 1}" if number else name


def said(picture: Any) -> dict[str, Any]:
    """Return what a picture says to those who don't see it."""
    return {"alt": picture.alt, "steps": plain(picture.steps), "description": plain(dict(picture.description))}


def svg_of(figure: Any) -> str:
    """Return a matplotlib figure as text."""
    import matplotlib as mpl

    text = StringIO()
    with mpl.rc_context({"svg.hashsalt": "compare"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


def plain(value: Any, left: float = 0, top: float = 0) -> Any:
    """Return a value as JSON can hold it, with a dictionary for each dataclass, and places from there."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = {field.name: plain(getattr(value, field.name), left, top) for field in fields(value)}
        for name, start in {"x": left, "y": top, "left": left, "top": top}.items():
            if type(value).__name__ in {"Point", "Frame"} and name in kept:
                kept[name] -= start
        return {"kind": type(value).__name__, **kept}
    if isinstance(value, Mapping):
        return {str(key): plain(item, left, top) for key, item in value.items()}
    if isinstance(value, str | bool | None):
        return None if value is None else str(value)
    if isinstance(value, Real) or getattr(value, "shape", None) == ():
        return float(value)
    if isinstance(value, Iterable):
        return [plain(item, left, top) for item in value]
    return re.sub(r" at 0x\w+", "", repr(value))


def differences(before: Any, after: Any, place: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield where two records differ, with both values; missing parts differ from everything."""
    if isinstance(before, dict) and isinstance(after, dict):
        if place[-1:] == (ORDER,):
            yield from (f"{' '.join(place)}: {swapped}" for swapped in reordered(before, after))
            return
        for name in dict.fromkeys([*before, *after]):
            yield from differences(before.get(name), after.get(name), (*place, name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (left, right) in enumerate(zip(before, after, strict=True)):
            yield from differences(left, right, (*place, str(number)))
    elif isinstance(before, float) and isinstance(after, float):
        if not abs(before - after) <= (ROUNDED_PX if ROUNDED & {*place} else NEAR_PX):
            yield f"{' '.join(place)}: {before:g} → {after:g}"
    elif before != after:
        yield f"{' '.join(place)}: {clipped(before)} → {clipped(after)}"


def reordered(before: Mapping[str, list[float]], after: Mapping[str, list[float]]) -> Iterator[str]:
    """Yield shapes that are drawn in another order, if they overlap: otherwise it can't be seen."""
    places = {name: place for place, name in enumerate(after)}
    for lower, upper in combinations([name for name in before if name in places], 2):
        if places[lower] > places[upper] and overlap(before[lower], before[upper]):
            yield f"{lower} is now in front of {upper}"


def overlap(first: list[float], second: list[float]) -> bool:
    """Return whether two frames overlap by more than can't be seen."""
    return all(min(first[at + 2], second[at + 2]) - max(first[at], second[at]) > NEAR_PX for at in (0, 1))


def clipped(value: Any) -> str:
    """Write a value briefly."""
    text = "nothing" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}…"


def recording(tree: Path, names: str, file: Path) -> subprocess.Popen[bytes]:
    """Begin to record a tree in a process that imports its modules, but this one from here."""
    folders = map(str, (tree, tree / "diagrams"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-P", __file__, "--record", str(file), names]
    return subprocess.Popen(command, cwd=tree, env=environment, stdout=subprocess.DEVNULL)


def main(commit: str, names: str = "") -> int:
    """Print every picture that differs, and how; return 1 if there is one, and 2 if there is no such commit."""
    done = subprocess.run(["git", "rev-parse", "--verify", f"{commit}^{{commit}}"], cwd=ROOT, capture_output=True)
    if done.returncode:
        print(f"there is no commit {commit}: give the name of a branch or a commit, as in FROM=main", file=sys.stderr)
        return 2
    sha = done.stdout.decode().strip()
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        key = sha256(Path(__file__).read_bytes() + names.encode()).hexdigest()[:8]
        before, after = ROOT / ".cache" / "compare" / f"{sha}-{key}.json", Path(folder) / "after.json"
        processes = [recording(ROOT, names, after)]
        if not before.is_file():
            tree = Path(folder) / "tree"
            archive = subprocess.run(["git", "archive", sha], cwd=ROOT, capture_output=True, check=True).stdout
            with tarfile.open(fileobj=BytesIO(archive)) as files:
                files.extractall(tree, filter="data")
            processes.append(recording(tree, names, before))
        codes = [process.wait() for process in processes]
        if any(codes):
            return 2
        return report(*(json.loads(file.read_text("utf-8")) for file in (before, after)))


def report(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """Print how the pictures of two records differ, and which can't be drawn now; return 1 if there are any."""
    different = failed = 0
    for name in dict.fromkeys([*before, *after]):
        errors = list(dict.fromkeys(failures(after.get(name))))
        lines = [f"failed: {error}" for error in errors] or list(differences(before.get(name), after.get(name)))
        failed += bool(errors)
        different += bool(lines) and not errors
        for line in [name, *(f"    {difference}" for difference in lines[:SHOWN])] if lines else []:
            print(line)
        if len(lines) > SHOWN:
            print(f"    and {len(lines) - SHOWN} more")
    equal = len({*before, *after}) - different - failed
    print(f"{equal} pictures are equal, {different} differ, {failed} can't be drawn")
    return 1 if different or failed else 0


if __name__ == "__main__":
    if sys.argv[1] == "--record":
        target = Path(sys.argv[2])
        target.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(record(sys.argv[3]), ensure_ascii=False, default=float)  # scripts compute with NumPy
        target.write_text(text, "utf-8")
    else:
        sys.exit(main(*sys.argv[1:]))
