"""Makes sphinx-gallery save each figure as PNG and SVG in one run, which its own scraper doesn't do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from sphinx_gallery.scrapers import matplotlib_scraper


def both(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """Save each open figure as SVG, then let sphinx-gallery save it as PNG and close it."""
    folder = Path(block_vars["target_file"]).parent / "images"
    with plt.rc_context({"svg.fonttype": "none"}):
        for number in plt.get_fignums():
            plt.figure(number).savefig(folder / f"{Path(block_vars['src_file']).stem}-{number}.svg")
    text: str = matplotlib_scraper(block, block_vars, gallery_conf, dpi=192)
    return text
