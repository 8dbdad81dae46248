"""The FIGURES_* settings."""

import pytest

from plugins.figures.report import SettingsError
from plugins.figures.settings import Settings
from tests.tables import table


@pytest.fixture
def pelican(tmp_path):
    """Return the minimum of Pelican's settings, for a project with a style."""
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme/figures.mplstyle").touch()
    return {"PATH": str(tmp_path / "content"), "OUTPUT_PATH": str(tmp_path / "output")}


def test_no_setting_is_required(pelican, tmp_path):
    """The root is the folder above the content; missing files aren't used."""
    settings = Settings.of(pelican)
    assert settings.root == tmp_path
    assert settings.diagrams == tmp_path / "diagrams"
    assert settings.style == tmp_path / "theme/figures.mplstyle"
    assert settings.fonts is None


def test_the_style_can_be_turned_off(pelican):
    """Then scripts look the same as without the site."""
    assert Settings.of({**pelican, "FIGURES_STYLE": None}).style is None


@table(__file__, "An invalid setting is named")
def test_an_invalid_setting_is_named(pelican, name, value):
    """With its valid values."""
    with pytest.raises(SettingsError, match=name):
        Settings.of({**pelican, name: value})


def test_a_misspelt_setting_is_named(pelican):
    """Otherwise it would silently have no effect."""
    with pytest.raises(SettingsError, match="unknown setting FIGURES_TIMEOUTS\ndid you mean FIGURES_TIMEOUT"):
        Settings.of({**pelican, "FIGURES_TIMEOUTS": 3})
    with pytest.raises(SettingsError, match="unknown setting FIGURE_TIMEOUT\ndid you mean FIGURES_TIMEOUT"):
        Settings.of({**pelican, "FIGURE_TIMEOUT": 3})


def test_a_setting_of_another_plugin_is_ignored(pelican):
    """Only a name similar to one of ours is taken for a mistake."""
    assert Settings.of({**pelican, "FIGURE_CAPTION_PREFIX": "Fig.", "FIGUREHEAD": 1})


def test_a_build_with_a_bad_setting_reports_it_in_one_line(site):
    """No traceback."""
    site.write("bad.py", (site.root / "pelicanconf_here.py").read_text() + "FIGURES_WORKERS = -1\n")
    built = site.build(settings="bad.py")
    assert built.code == 1
    assert built.report == "FIGURES_WORKERS is -1, but must be a number above 0\n"
