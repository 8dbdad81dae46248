"""What the theme's files are sent without."""

from __future__ import annotations

from types import SimpleNamespace

from plugins import minify

SHEET = "/* for people */\na {\n  color: red;\n}\n"


def test_a_file_that_is_linked_to_the_theme_s_own_leaves_that_as_it_is(tmp_path):
    """Where Pelican, or a preview, links instead of copying: the author's sheet would lose its comments for ever."""
    own, sent = tmp_path / "own", tmp_path / "output/theme/css"
    own.mkdir()
    sent.mkdir(parents=True)
    for name, link in (("hard.css", "hardlink_to"), ("soft.css", "symlink_to")):
        (own / name).write_text(SHEET, "utf-8")
        getattr(sent / name, link)(own / name)
    site = SimpleNamespace(output_path=str(tmp_path / "output"), settings={"THEME_STATIC_DIR": "theme"})
    minify._minify(site)
    for name in ("hard.css", "soft.css"):
        assert (own / name).read_text("utf-8") == SHEET
        assert (sent / name).read_text("utf-8") == "a{color:red}"
