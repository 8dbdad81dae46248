"""Start a script for a figure, which already draws something, and print how to show it in an article."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from pelican.settings import read_settings

from ..figures.report import AddressError
from ..figures.requests import figure_name, hand_made
from ..figures.routing import route, script_name, script_of, shipped_scripts
from ..figures.settings import KIT as KIT_PACKAGE
from ..figures.settings import Settings
from ..messages import ends_with_its_reader, typed_here
from . import CannotWriteError, create

PLAIN = '''\
"""The logistic curve: it rises from 0 to 1, steepest in the middle, where it is 0.5.

The first paragraph is the alt text: what readers who can't see the figure need to know. Replace it with your own.
The rest, starting with this paragraph, is an optional longer description.
"""

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(-6, 6, 241)

fig, ax = plt.subplots(figsize=(3.0, 2.25))  # 288 px wide, so that it fits a phone
ax.axhline(1, color=plt.rcParams["axes.edgecolor"], linewidth=0.75, dashes=(5, 4))
ax.plot(x, 1 / (1 + np.exp(-x)))
ax.plot(0, 0.5, "o", color="C0")
ax.text(0.5, 0.5, "half open", va="top")
ax.set(xlim=(-6, 6), ylim=(0, 1.1), xticks=[-6, 0, 6], yticks=[0, 0.5, 1], xlabel="in", ylabel="out")
'''

KIT = '''\
"""A layer unrolled over a sentence, read from the code above the image.

The alt text comes from the picture, which takes its numbers from the code; what you write between the brackets of the
image is put in front of it. This docstring is only for people who read the script.
"""

from unrolled import Picture, read_keras, unroll

WORDS = ["I", "am", "groot"]  # one word for each time step in the code


def draw(code: str) -> Picture:
    """Link each number in the code to what it sets in the picture."""
    return unroll(read_keras(code), WORDS).tied("units", "time_steps", "features")
'''

EXAMPLE = """\
Example code for {script}, used by `make look` and `make test`. Delete this file once an article shows the figure.

```python
model = Sequential([Input((3, 2)), SimpleRNN(4)])
```
"""

KINDS = {"plain": PLAIN, "kit": KIT}


def write(typed: str, kind: str, settings: Settings) -> tuple[Path, str]:
    """Write a script; return its path and the figure's URL. Raise CannotWriteError if that isn't possible."""
    if kind not in KINDS:
        raise CannotWriteError(
            f"KIND is {kind!r}: write KIND=kit for a picture of the kit, or leave it out for plain matplotlib"
        )
    name = figure_name(typed, settings.folder)
    if not name:
        command = typed_here("diagram", make="make diagram NAME=lstm-gates", otherwise="unrolled diagram lstm-gates")
        raise CannotWriteError(f"the name is missing: {command}")
    script = script_of(name, settings)
    _check(name, script, settings)
    try:
        create(script, KINDS[kind])
    except FileExistsError:
        raise CannotWriteError(f"{settings.shown(script)} already exists: choose another name") from None
    _check_found(name, script, settings)
    return script, f"/{settings.folder}/{name}.png".replace(" ", "%20")  # a space would end a link in Markdown


def _check_found(name: str, script: Path, settings: Settings) -> None:
    """Remove the script again if no URL leads to it, which only the figure plugin can tell."""
    target = route(f"{settings.folder}/{name}.png", settings)
    if target is None or target.script != script:
        script.unlink()
        for folder in script.parents:
            if folder == settings.diagrams or any(folder.iterdir()):
                break
            folder.rmdir()
        message = (
            f"{settings.shown(script)} is inside a package or a data folder, where no figure scripts are looked for"
        )
        raise CannotWriteError(f"{message}; choose another folder")


def _check(name: str, script: Path, settings: Settings) -> None:
    """Have the figure plugin check the URL: it must be free and valid."""
    if picture := hand_made(name, settings):
        raise CannotWriteError(f"the picture {settings.shown(picture)} already has this name: choose another")
    if script.is_file():
        raise CannotWriteError(f"{settings.shown(script)} already exists: choose another name")
    try:
        target = route(f"{settings.folder}/{name}.png", settings)
    except AddressError as problem:
        first = str(problem).splitlines()[0]
        raise CannotWriteError(f"{first}; choose another name") from problem
    if target and target.id:
        raise CannotWriteError(f"{name} would mean another figure, with the id {target.id}; choose another name")


def _hidden(script: Path, settings: Settings) -> Path | None:
    """Return the script of the kit that a new one with its name replaces."""
    shipped = script_name(script, settings)
    return next((path for path in shipped_scripts(settings) if script_name(path, settings) == shipped), None)


def begin(configuration: str, name: str, kind: str) -> str | None:
    """Write a script, using a site's settings, and print the next steps; return a one-line error message, if any."""
    settings = Settings.of(read_settings(configuration))
    try:
        script, address = write(name, kind, settings)
    except CannotWriteError as problem:
        return f"diagram: {problem}"
    print(settings.shown(script))
    if (hidden := _hidden(script, settings)) is not None:
        print(f"    This replaces {settings.shown(hidden)} in every article.")
    if (
        kind == "kit" and (settings.diagrams / KIT_PACKAGE).is_dir()
    ):  # in the kit's own repository, each script is tested
        example = (settings.diagrams / "_look" / script.relative_to(settings.diagrams)).with_suffix(".md")
        with suppress(FileExistsError):
            create(example, EXAMPLE.format(script=settings.shown(script)))
        print(f"{settings.shown(example)}\n    has example code for it. Delete it once an article shows the figure.")
    where = ", below a Python block with a SimpleRNN that reads 3 time steps" if kind == "kit" else ""
    print(f"    To show it, put this line into an article{where}:\n\n![]({address})")
    return None


if __name__ == "__main__":
    with ends_with_its_reader():
        sys.exit(begin(sys.argv[1], os.environ.get("NAME", ""), os.environ.get("KIND", "") or "plain"))
