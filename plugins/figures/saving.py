"""Inside the child: a picture's files, in the formats asked for, and its words."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import svg, themed
from .animation import EXAMPLE, animations_of, is_animation, play
from .failures import NothingDrawnError
from .formats import FORMATS, Sheet, moving
from .records import THEMED
from .report import all_readable

FIRST_FRAME = "an animation: asked for as a still, it shows its first frame"
GROUNDED = "an animation keeps its ground"
LINK_LEFT_OUT = f"a link is left out, as only {', '.join(svg.LINKS)} and relative ones are safe in a page"


def words_of(docstring: str) -> dict[str, Any]:
    """Read a docstring, for a picture without words: its first paragraph is the alt text, the rest describes."""
    first, _, rest = inspect.cleandoc(docstring).partition("\n\n")
    return {"alt": " ".join(first.split()), "description": {"text": rest.strip(), "head": [], "rows": []}}


def is_drawable(thing: object) -> bool:
    """Say whether something can be saved: a picture, a matplotlib figure or what stands in one, an animation."""
    return hasattr(thing, "figure") or hasattr(thing, "savefig") or is_animation(thing)


def saved(picture: Any, number: int, words: Mapping[str, Any], job: Mapping[str, Any]) -> dict[str, Any]:
    """Save the files of a picture, wide and turned, into the job's folder; tell of them and of its words."""
    # By the figure's name its ids are told from those of others in a page; no such name has an underscore.
    name = str(job["name"]).replace(".", "_")
    said = {
        "alt": getattr(picture, "alt", words.get("alt", "")),
        "description": getattr(picture, "description", words.get("description", {})),
        "steps": list(getattr(picture, "steps", ())),
    }
    told = {**all_readable(said), "forms": {}, "notes": []}
    for form, drawing in (("wide", picture), ("turned", getattr(picture, "turned", None))):
        if drawing is not None:
            files = _Files(drawing, f"{name}-{number}-{form}".replace("/", "-"), told, job)
            told["forms"][form] = files.told()
            told["notes"] += [note for note in files.notes if note not in told["notes"]]
    return told


class _Files:
    """The files of one form."""

    def __init__(self, drawing: Any, name: str, words: Mapping[str, Any], job: Mapping[str, Any]) -> None:
        self._drawing = drawing
        self._name = name
        self._words = words
        self._saving: Mapping[str, Any] = job["saving"]
        self._tokens: Mapping[str, str] = job["tokens"]
        self._folder = Path(job["folder"])
        self._sheet = Sheet(drawing, name, self._saving)
        self._animations = animations_of(self._sheet.figure)
        self._moving = [
            ending
            for ending in self._saving["formats"]
            if FORMATS[ending].animated and (self._animations or not FORMATS[ending].still)
        ]
        self._files: dict[str, str] = {}
        self.notes: list[str] = []

    def told(self) -> dict[str, Any]:
        """Save all, and tell of it."""
        if self._moving:
            self._animate()
        elif self._animations:
            play(self._animations, self._stop_at_first)
        if not self._files:
            self._still()
        if self._sheet.exchange.foreign:
            self.notes.append(self._sheet.exchange.note)
        if self._sheet.note:
            self.notes.append(self._sheet.note)
        width, height = map(round, self._sheet.size_px)
        return {"files": self._files, "width": width, "height": height, "parts": self._parts, "moving": self._moving}

    @property
    def _parts(self) -> Mapping[str, Any]:
        parts: Mapping[str, Any] = getattr(self._drawing, "parts", {})
        return parts

    def _stop_at_first(self) -> bool:
        self._still()
        self.notes.append(FIRST_FRAME)
        return True

    def _animate(self) -> None:
        if not self._animations:
            advice = f"ask for png or svg; or keep an animation in a variable, as in ani = {EXAMPLE}"
            raise NothingDrawnError(f"it is asked for as a {self._moving[0]}, but has no animation", advice=advice)
        light: list[bytes] = []
        exchanged: list[bytes] = []

        def see() -> bool:
            if not light:
                self._still()
            light.append(self._sheet.frame(exchanged=False))
            if self._saving["colours"] and not self._sheet.exchange.foreign:
                exchanged.append(self._sheet.frame(exchanged=True))
            return False

        pause_ms = play(self._animations, see)
        if not light:
            raise NothingDrawnError("its animation has no frames", advice=f"say how many, as in {EXAMPLE}")
        is_exchanged = self._saving["colours"] and not self._sheet.exchange.foreign
        for ending in self._moving:
            self._write(ending, moving(exchanged if is_exchanged else light, pause_ms, ending))
        if self._saving["transparent"]:
            self.notes.append(GROUNDED)

    def _still(self) -> None:
        """Save what the figure shows now."""
        asked = [ending for ending in self._saving["formats"] if ending not in self._moving]
        for ending, data in self._sheet.stills(asked):
            self._write(ending, self._alone(data) if ending == "svg" else data)
            if ending == "svg" and self._saving["themed"]:
                self._theme(data)

    def _theme(self, drawn: bytes) -> None:
        """Save what stands in the page, unless it cannot: then the page shows an image."""
        if len(drawn) > themed.LARGEST_DRAWN_BYTES:
            return
        alone = svg.standalone(drawn, self._name, self._sheet.size_px, {}, self._parts)
        moments = getattr(self._drawing, "moments", {})
        if inline := themed.themed(alone, self._tokens, moments):
            self._write(THEMED, inline)

    def _alone(self, drawn: bytes) -> bytes:
        size_px, outlined = self._sheet.size_px, self._saving["outlined"]
        refused: list[str] = []
        alone = svg.standalone(
            drawn, self._name, size_px, self._words, self._parts, for_programs=outlined, refused=refused
        )
        for address in dict.fromkeys(refused):
            self.notes.append(f"{LINK_LEFT_OUT}: {address}")
        return alone

    def _write(self, ending: str, data: bytes) -> None:
        self._files[ending] = f"{self._name}.{ending}"
        (self._folder / self._files[ending]).write_bytes(data)
