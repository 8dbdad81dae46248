"""The committed icons, and the mark that they are drawn from."""

from pathlib import Path

import pytest
from PIL import Image

from tools import icons


@pytest.mark.slow
def test_the_icons_match_the_mark() -> None:
    """In its current version: `make icons` regenerates them."""
    assert icons.stale() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "change", [("#fff", "#ffd166"), ('stroke-width="2.75"', 'stroke-width="1.5"'), ("M8.86 26.37h", "M8.86 24.37h")]
)
def test_another_mark_makes_the_icons_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str]
) -> None:
    """Another colour, another shape, another line: each makes a difference in an icon."""
    mark = tmp_path / "mark.svg"
    mark.write_text(icons.MARK.read_text("utf-8").replace(*change), "utf-8")
    monkeypatch.setattr(icons, "MARK", mark)
    assert {"icon-192.png", "apple-touch-icon.png", "maskable-512.png"} <= {*icons.stale()}


def test_the_icon_of_a_phone_fills_its_square() -> None:
    """Phones crop it to their shape; the part that may be cut off contains only background."""
    for name in icons.SQUARES:
        with Image.open(icons.ICONS / name) as icon:
            picture, (size, _) = icon.convert("RGBA"), icon.size
        ground = picture.getpixel((0, 0))
        assert ground[3] == 255
        middle, radius = size / 2, size * 0.4
        for x in range(0, size, 4):
            for y in range(0, size, 4):
                if (x - middle) ** 2 + (y - middle) ** 2 > radius**2:
                    assert picture.getpixel((x, y)) == ground, (name, x, y)
