"""Every diagram script with code to draw it from: that of an article which uses it, or of an example.

An example is a Markdown file with the script's name in `diagrams/_look/`: its last Python block is the argument of
`draw(code)`, and blocks with ids are the other arguments, as in an article.
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
    """Return a request for each figure, and for each unused script; and what is missing for those that can't be drawn.

    Scripts that come with a kit are included as figures of the articles that use them.
    """
    requested = Rendering(settings).requests([reference for reference in references if not reference.is_for_itself])
    all_scripts = {*scripts(settings), *shipped_scripts(settings)}
    requests = [request for request in requested.requests.values() if request.script in all_scripts]
    missing = []
    used = {request.script for request in requests}
    for script in scripts(settings):
        if script in used:
            continue
        try:
            requests.append(_from_example(script, Signature.of(script.read_bytes()).required, settings))
        except CodeError as problem:
            example = settings.shown(example_of(script, settings))
            missing.append(f"{settings.shown(script)}: no article shows it, and {example}: {problem}")
    return sorted(requests, key=lambda request: request.name), missing


def example_of(script: Path, settings: Settings) -> Path:
    """Return the path for the example of a script, whether it exists or not."""
    return (settings.diagrams / FOLDER / script.relative_to(settings.diagrams)).with_suffix(".md")


def _from_example(script: Path, wanted: Sequence[str], settings: Settings) -> Request:
    example = example_of(script, settings)
    text = example.read_text("utf-8") if example.is_file() else ""
    _, reading = read(text, ("pymdownx.superfences",))
    line, place = len(text.splitlines()) + 1, len(reading.all_blocks)
    reference = Reference(Route(script.stem, "png", script, 1, None), "", example, line, reading, place)
    blocks = {name: reference.block(name) for name in wanted}
    return Request(script, blocks, example, name=script_name(script, settings))
