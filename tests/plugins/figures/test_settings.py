"""The FIGURES_* settings."""

from __future__ import annotations

import pytest

from plugins.figures.report import SettingsError
from plugins.figures.settings import Settings


@pytest.fixture
def pelican(tmp_path):
    """Return the least that Pelican's settings hold, of a project with a style."""
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme/figures.mplstyle").touch()
    return {"PATH": str(tmp_path / "content"), "OUTPUT_PATH": str(tmp_path / "output")}


def test_nothing_need_be_set(pelican, tmp_path):
    """The root is the folder above the content; what is not there is not used."""
    settings = Settings.of(pelican)
    assert settings.root == tmp_path
    assert settings.diagrams == tmp_path / "diagrams"
    assert settings.style == tmp_path / "theme/figures.mplstyle"
    assert settings.fonts is None


def test_the_style_may_be_switched_off(pelican):
    """Then scripts look as they do without the site."""
    assert Settings.of({**pelican, "FIGURES_STYLE": None}).style is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIGURES_STYLE", "gone"),
        ("FIGURES_WORKERS", 0),
        ("FIGURES_WORKERS", 1.5),
        ("FIGURES_CLUSTER", "10.0.0.1"),
        ("FIGURES_CLUSTER", True),
        ("FIGURES_TIMEOUT", "60"),
        ("FIGURES_FONTS", "x"),
        ("FIGURES_KEEP_GOING", "no"),
        ("FIGURES_FOLDER", "/"),
        ("FIGURES_DIAGRAMS", "nowhere"),
        ("FIGURES_STORE", "content/.figures"),
        ("FIGURES_STORE", "output"),
    ],
)
def test_a_setting_that_cannot_be_is_named(pelican, name, value):
    """And what it may be."""
    with pytest.raises(SettingsError, match=name):
        Settings.of({**pelican, name: value})


def test_a_misspelt_setting_is_named(pelican):
    """It would be without effect, and nobody would know."""
    with pytest.raises(SettingsError, match="unknown setting FIGURES_TIMEOUTS\ndid you mean FIGURES_TIMEOUT"):
        Settings.of({**pelican, "FIGURES_TIMEOUTS": 3})
    with pytest.raises(SettingsError, match="unknown setting FIGURE_TIMEOUT\ndid you mean FIGURES_TIMEOUT"):
        Settings.of({**pelican, "FIGURE_TIMEOUT": 3})


def test_a_setting_of_another_plugin_is_let_be(pelican):
    """Only what is nearly one of ours is taken for it."""
    assert Settings.of({**pelican, "FIGURE_CAPTION_PREFIX": "Fig.", "FIGUREHEAD": 1})


def test_a_build_with_a_bad_setting_says_so_in_one_line(site):
    """No traceback."""
    site.write("bad.py", (site.root / "pelicanconf_here.py").read_text() + "FIGURES_WORKERS = -1\n")
    built = site.build(settings="bad.py")
    assert built.code == 1
    assert built.report == "FIGURES_WORKERS is -1, but must be a number above 0\n"
