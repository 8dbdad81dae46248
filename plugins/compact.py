"""The theme's style sheets, sent without what only people read in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rcssmin
from pelican import signals


def _compact(pelican: Any) -> None:
    for sheet in Path(pelican.output_path, pelican.settings["THEME_STATIC_DIR"]).rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        smaller = rcssmin.cssmin(text)
        if smaller != text:
            # The file may be a link to the theme's own, which must stay as it is.
            sheet.unlink()
            sheet.write_text(smaller, encoding="utf-8")


def register() -> None:
    """Make the sheets smaller when all is written."""
    signals.finalized.connect(_compact)
