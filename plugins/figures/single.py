"""One figure by its name: asked for as its articles do, or without any, and opened for its author."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from .report import CodeError, FigureError
from .requests import Reference, for_itself
from .routing import LINKS, nothing_at, route
from .settings import Settings
from .signature import Signature

_PREFIX = re.compile(r"(?:\{static\})?/?(?:diagrams/)?")


def figure_name(typed: str, folder: str) -> str:
    """Understand the name of a figure: as its script's, with its ending, or as an address in an article."""
    name = _PREFIX.sub("", typed.strip(), count=1).removeprefix(f"{folder}/")
    stem, _, ending = name.rpartition(".")
    return (stem if stem and ending in (*LINKS, "py") else name).replace("_", "-")


def hand_made(name: str, settings: Settings) -> Path | None:
    """Return the hand-made picture of a name, whatever its ending."""
    place = settings.content / settings.folder / name
    return next((path for path in sorted(place.parent.glob("*.*")) if path.stem == place.name), None)


def unasked(names: Collection[str], references: Sequence[Reference], settings: Settings) -> Iterator[Reference]:
    """Ask for the figures that are named, but that no article asks for; raise FigureError for what is no figure."""
    for name in set(names) - {reference.route.name for reference in references}:
        address = f"/{settings.folder}/{name}.png"
        if picture := hand_made(name, settings):
            raise FigureError(f"{settings.shown(picture)} is a picture made by hand: there is nothing to draw")
        found = route(address.lstrip("/"), settings)
        assert found
        asking = next((it for it in references if it.route.figure == found.figure), None)
        if asking:  # for another of the script's figures: with the code that it was given for that
            yield replace(asking, route=found, address=address)
            continue
        if found.script is None or found.id:
            raise nothing_at(found, settings)
        signature = Signature.of(found.script.read_bytes())
        if signature.required:
            fences = ["```python" if it == "code" else f"```python {{#{it}}}" for it in signature.of_blocks]
            below = f", below a block fenced as {' and '.join(fences)}" if fences else ""
            given = "what an article says" if signature.braces else "the code of an article"
            raise CodeError(
                f"no article asks for {name}, and its draw({', '.join(signature.required)}) is given {given}",
                f"put ![]({address}){signature.braces} into one{below}",
            )
        yield for_itself(found, address)


