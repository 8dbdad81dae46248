"""Inside the child: a picture's files, in the formats asked for, and its words."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import svg


def words_of(docstring: str) -> dict[str, Any]:
    """Read a docstring, for a picture without words: its first paragraph is the alt text, the rest describes."""
    first, _, rest = inspect.cleandoc(docstring).partition("\n\n")
    return {"alt": " ".join(first.split()), "description": {"text": rest.strip(), "head": [], "rows": []}}


def saved(picture: Any, number: int, words: Mapping[str, Any], job: Mapping[str, Any]) -> dict[str, Any]:
    """Save the files of a picture, wide and turned, into the job's folder; tell of them and of its words."""
    name = Path(job["script"]).relative_to(job["diagrams"]).with_suffix("").as_posix().replace("_", "-")
    told = {
        "alt": getattr(picture, "alt", words.get("alt", "")),
        "description": getattr(picture, "description", words.get("description", {})),
        "steps": list(getattr(picture, "steps", ())),
    }
    forms = {"wide": picture, "turned": getattr(picture, "turned", None)}
    told["forms"] = {
        form: _form(drawing, f"{name}-{number}-{form}", told, Path(job["folder"]))
        for form, drawing in forms.items()
        if drawing is not None
    }
    return told


def _form(drawing: Any, name: str, words: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    import matplotlib as mpl

    figure = drawing if hasattr(drawing, "savefig") else drawing.figure()
    inches = figure.get_size_inches()
    width, height = getattr(drawing, "size_px", (inches[0] * 96, inches[1] * 96))
    # Not by division where nothing is scaled: 192.00000000000003 is seen in the pixels.
    dpi = 2 * width / inches[0] if hasattr(drawing, "size_px") else 192
    name = name.replace("/", "-")
    settings: dict[Any, Any] = {
        "savefig.bbox": None,
        "savefig.facecolor": "auto",
        "savefig.transparent": False,
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "svg.id": None,
    }
    with mpl.rc_context(settings):
        # The PNG comes first, as a second drawing may differ: automatic layouts move, and arrows keep a first dpi.
        figure.savefig(folder / f"{name}.png", format="png", dpi=dpi, metadata={"Software": None})
        figure.savefig(folder / f"{name}.svg", format="svg", metadata={"Date": None})
    drawn = (folder / f"{name}.svg").read_bytes()
    parts = getattr(drawing, "parts", {})
    (folder / f"{name}.svg").write_bytes(svg.standalone(drawn, name, (width, height), words, parts))
    files = {ending: f"{name}.{ending}" for ending in ("png", "svg")}
    return {"files": files, "width": round(width), "height": round(height), "parts": parts}
