"""Every figure, every view with its options, and every example of the kit, light and dark, on a page and on sheets."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from plugins.figures import pool
from plugins.figures.cache import Present, Store
from plugins.figures.export import dark_colours
from plugins.figures.records import Record
from plugins.figures.report import RenderError, counted
from plugins.figures.requests import Request, Saving
from plugins.figures.settings import Settings
from plugins.figures.site import references_of

from .examples import FOLDER, requests_of
from .sheets import Titled, write_sheets

COLOURS = {"light": ("#1b2430", "#ffffff"), "dark": ("#e9edf2", "#12161c")}
"""Text and background colours of the two themes."""

KINDS = {FOLDER: "view", "_words": "examples"}
"""What the scripts in these folders draw, for the titles."""

PATIENCE_S = 600
"""A script that shows a view with all its options draws as many figures as an article."""

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Look</title>
<style>
body {{ margin: 0; font: 15px/1.5 system-ui, sans-serif; color: #1b2430; background: #fff }}
h1, h2, p, pre {{ margin: 0; padding: 8px 24px }}
h2 {{ padding-top: 32px; font-size: 17px }}
p {{ max-width: 60rem; padding-top: 0; color: #566171 }}
.row {{ display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start; padding: 8px 24px }}
.row.dark {{ background: #12161c; padding-block: 24px }}
img {{ display: block }}
pre {{ border-left: 4px solid #86093f; background: #fbe3ec; white-space: pre-wrap }}
</style>
<h1>Look: {count}</h1>
{body}
"""


@dataclass(frozen=True)
class Drawing:
    """One picture of a script, in one form and theme: its title, alt text, file, and size in CSS pixels."""

    title: str
    alt: str
    theme: str
    file: Path
    width: int
    height: int

    @property
    def html(self) -> str:
        """The image as shown on the page, at its own size."""
        source = f"figures/{self.file.name}"
        return f'<img src="{source}" width="{self.width}" height="{self.height}" alt="{escape(self.alt)}">'


class Look:
    """A folder of drawings, with the page and the contact sheets that show them."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._drawings: list[Drawing] = []
        self.problems: list[str] = []
        """The figures that couldn't be drawn, and why."""

    def write(self, requests: Sequence[Request]) -> list[Path]:
        """Render everything in both themes; return the page and the contact sheets."""
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._folder / "figures").mkdir(parents=True)
        self._settings.store.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="look-", dir=self._settings.store) as apart:
            store = Store(Path(apart))
            light, dark = (self._rendered(requests, theme, store) for theme in COLOURS)
            sections = [
                self._section(self._title(request), dict(zip(COLOURS, outcomes, strict=True)), store)
                for request, *outcomes in zip(requests, light, dark, strict=True)
            ]
        page = self._folder / "index.html"
        count = counted(len(self._drawings), "drawing")
        page.write_text(PAGE.format(count=count, body="\n".join(sections)), "utf-8")
        return [page, *self._sheets()]

    def _section(self, title: str, outcomes: Mapping[str, Record | RenderError], store: Store) -> str:
        rows = [f"<h2>{escape(title)}</h2>"]
        for theme, outcome in outcomes.items():
            if isinstance(outcome, RenderError):
                self.problems.append(f"{title}: {outcome}")
                return f"{rows[0]}\n<pre>{escape(str(outcome))}</pre>"
            drawings = list(self._drawn(title, theme, outcome, store))
            self._drawings += drawings
            rows.append(f'<div class="row {theme}">{"".join(drawing.html for drawing in drawings)}</div>')
        return "\n".join(rows)

    def _rendered(self, requests: Sequence[Request], theme: str, store: Store) -> list[Record | RenderError]:
        colours = dark_colours(self._settings) if theme == "dark" else {}
        themed = [replace(request, saving=Saving(("png",), colours=colours)) for request in requests]
        return pool.render(themed, self._settings, store, Present(self._settings))

    def _title(self, request: Request) -> str:
        folder, _, name = request.name.partition("/")
        return f"{KINDS[folder]}: {name}" if folder in KINDS else request.name

    def _drawn(self, title: str, theme: str, record: Record, store: Store) -> Iterator[Drawing]:
        for number, figure in enumerate(record.figures, start=1):
            numbered = f"{title} {number}" if len(record.figures) > 1 else title
            for form, picture in (("", figure.wide), ("narrow", figure.narrow)):
                if picture:
                    name = f"{numbered} {form} {theme}".replace(": ", "-").replace("/", "-")
                    file = self._folder / "figures" / f"{'-'.join(name.split())}.png"
                    shutil.copyfile(store.path(picture.files["png"]), file)
                    full = f"{numbered}, {form}" if form else numbered
                    yield Drawing(full, figure.alt, theme, file, picture.width, picture.height)

    def _sheets(self) -> Iterator[Path]:
        font = self._settings.fonts / "unrolled-sans-600.ttf" if self._settings.fonts else None
        for theme, colours in COLOURS.items():
            pictures = [Titled(drawing.title, drawing.file) for drawing in self._drawings if drawing.theme == theme]
            yield from write_sheets(pictures, *colours, font, self._folder / theme)


def sheets_of(settings: Settings) -> list[Request]:
    """Return requests for the scripts that show views with their options, and those that draw the kit's examples."""
    scripts = [script for folder in KINDS for script in sorted((settings.diagrams / folder).glob("[!_]*.py"))]
    return [Request(script, name=f"{script.parent.name}/{script.stem}") for script in scripts]


def main(arguments: Sequence[str]) -> int:
    """Write the folder look/ of a site, and print a summary; return the exit code."""
    settings, references = references_of(arguments[0])
    settings = replace(settings, timeout_s=max(settings.timeout_s, PATIENCE_S))
    requests, missing = requests_of(settings, references)
    look = Look(settings, settings.root / "look")
    page, *sheets = map(settings.shown, look.write([*requests, *sheets_of(settings)]))
    print(page)
    for theme in COLOURS:
        of_theme = [sheet for sheet in sheets if sheet.startswith(f"look/{theme}-")]
        print(" to ".join(dict.fromkeys((of_theme[0], of_theme[-1]))) if of_theme else f"no {theme} sheet")
    for problem in [*missing, *look.problems]:
        print(f"\n{problem}", file=sys.stderr)
    return 1 if missing or look.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
