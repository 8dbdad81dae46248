"""Every diagram script with code to draw it from: that of the article which asks for it, or of an example.

An example is a Markdown file with the script's name in `diagrams/_look/`: its last Python block is the code that
`draw(code)` is given, and blocks with ids are the others, as in an article.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from plugins.figures.build import Rendering
from plugins.figures.markdown import read
from plugins.figures.report import CodeError
from plugins.figures.requests import Reference, Request
from plugins.figures.routing import Route, script_name, scripts, shipped_scripts
from plugins.figures.settings import Settings
from plugins.figures.signature import Signature

FOLDER = "_look"


def requests_of(settings: Settings, references: Sequence[Reference]) -> tuple[list[Request], list[str]]:
    """Ask for each figure, and for each script that no article asks for; say what is missing for those that cannot be.

    Those of scripts that come with a kit are among the figures, where articles ask for them.
    """
    asked = Rendering(settings).requests([reference for reference in references if not reference.is_for_itself])
    known = {*scripts(settings), *shipped_scripts(settings)}
    found = [request for request in asked.requests.values() if request.script in known]
    missing = []
    used = {request.script for request in found}
    for script in scripts(settings):
        if script in used:
            continue
        try:
            found.append(_from_example(script, Signature.of(script.read_bytes()).required, settings))
        except CodeError as problem:
            example = settings.shown(example_of(script, settings))
            missing.append(f"{settings.shown(script)}: no article shows it, and {example}: {problem}")
    return sorted(found, key=lambda it: it.name), missing


def example_of(script: Path, settings: Settings) -> Path:
    """Return where the example of a script is, or would be."""
    return (settings.diagrams / FOLDER / script.relative_to(settings.diagrams)).with_suffix(".md")


def _from_example(script: Path, wanted: Sequence[str], settings: Settings) -> Request:
    example = example_of(script, settings)
    text = example.read_text("utf-8") if example.is_file() else ""
    _, reading = read(text, ("pymdownx.superfences",))
    line, place = len(text.splitlines()) + 1, len(reading.all_blocks)
    reference = Reference(Route(script.stem, "png", script, 1, None), "", example, line, reading, place)
    blocks = {name: reference.block(name) for name in wanted}
    return Request(script, blocks, example, name=script_name(script, settings))
