"""When a page is shown before the rest of the site is built."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from plugins.live.site import SavedFirst


@pytest.mark.parametrize(
    ("saved", "is_early"),
    [
        (["content/nlp/guide.md"], True),
        (["diagrams/line.py"], True),
        (["theme/templates/base.html"], True),
        (["content/nlp/guide.md", "content/images/dot.svg"], False),
        (["content/images"], False),
        (["content"], False),
        (["content/images/dot"], True),
        (["content/image"], True),
        (["theme/static/css/new.css", "theme/templates/base.html"], False),
        ([], False),
    ],
)
def test_a_page_waits_for_pictures_and_styles_saved_with_it(tmp_path, saved, is_early):
    """Pelican copies them after all pages are written; a new folder may be reported without its contents."""
    real = tmp_path / "real"
    for path in ("content/nlp/guide.md", "content/images/dot.svg", "theme/static/css/new.css"):
        (real / path).parent.mkdir(parents=True, exist_ok=True)
        (real / path).write_text("Words.")
    (tmp_path / "site").symlink_to(real)  # saved files are reported with their real paths, whatever the settings have
    static = SimpleNamespace(
        path=str(tmp_path / "site/content"),
        theme=str(tmp_path / "site/theme"),
        settings={"THEME_STATIC_PATHS": ["static"]},
        staticfiles=[SimpleNamespace(source_path=str(tmp_path / "site/content/images/dot.svg"))],
    )
    shown: list[str] = []
    early = SavedFirst(lambda: shown.append("shown"))
    early.begin([str(Path(real, path)) for path in saved])
    early.order([static])
    early.written("guide/index.html", None)
    early.written("other/index.html", None)
    assert shown == ["shown"] * is_early
