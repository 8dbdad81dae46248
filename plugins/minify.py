"""The theme's style sheets and scripts, minified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rcssmin
import rjsmin
from pelican import signals

MINIFIERS = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}


def _minify(pelican: Any) -> None:
    for file in Path(pelican.output_path, pelican.settings["THEME_STATIC_DIR"]).rglob("*.*"):
        if file.suffix not in MINIFIERS:
            continue
        text = file.read_text(encoding="utf-8")
        smaller = MINIFIERS[file.suffix](text)
        if smaller != text:
            # The file may be a link to the theme's own, which must stay as it is.
            file.unlink()
            file.write_text(smaller, encoding="utf-8")


def register() -> None:
    """Minify them when all is written."""
    signals.finalized.connect(_minify)
