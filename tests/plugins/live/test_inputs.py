"""The files that the preview watches."""

import pytest

from plugins.live.inputs import Watched


@pytest.mark.parametrize("languages", ["words", None])
def test_all_sources_of_pages_are_watched(tmp_path, languages):
    """Articles, scripts, templates of the theme and of the author, and catalogues if there are any."""
    settings = {
        "PATH": str(tmp_path / "content"),
        "THEME": str(tmp_path / "theme"),
        "THEME_TEMPLATES_OVERRIDES": [str(tmp_path / "mine")],
        "FIGURES_DIAGRAMS": "diagrams",
        "LANGUAGES": languages,
    }
    now = Watched(settings).now()
    folders = {"content", "diagrams", "theme", "mine", *filter(None, [languages])}
    assert {str(tmp_path / name) for name in folders} <= set(now["folders"])
    assert (str(tmp_path / "words") in now["folders"]) is bool(languages)
    assert now["data"] == [str(tmp_path / "content"), str(tmp_path / "diagrams")]
