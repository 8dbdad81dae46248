"""Photographs in whole builds: their sizes, and what is not published with them."""

import re
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from tests.conftest import Site

ORIENTATION, GPS = 0x0112, 0x8825
ROTATED = 6
"""The camera was held upright: the first row of the file is at the right."""


def photograph(path: Path, size: tuple[int, int], *, notes: bool = True) -> None:
    """Save what a camera does: red where the top is, with the place."""
    pixels = np.full((size[1], size[0], 3), 128, np.uint8)
    pixels[:, : size[0] // 4] = 200, 0, 0
    exif = Image.Exif()
    exif[ORIENTATION] = ROTATED
    exif.get_ifd(GPS)[1] = "N"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, "JPEG", quality=95, **({"exif": exif} if notes else {}))


def picture(site: Site, path: str) -> Image.Image:
    """Open a picture of the output."""
    image = Image.open(BytesIO(site.output()[path]))
    image.load()
    return image


def candidates(site: Site, page: str) -> dict[str, str]:
    """Return the attributes of the first image in a page."""
    (tag,) = re.findall(r"<img alt=[^>]*photo[^>]*>|<img [^>]*photo[^>]*>", site.page(page))
    return dict(re.findall(r'([\w-]+)="([^"]*)"', tag))


def test_a_photograph_has_sizes_for_every_screen(site: Site) -> None:
    """As WebP, upright, never larger than the original; the page has its size, so that nothing moves."""
    photograph(site.root / "content/images/photo.jpg", (1200, 800))
    site.article("guide", "![A photo]({static}/images/photo.jpg)\n\n![A line](/images/line.png)\n")
    assert site.publish("-e", 'DIAGRAMS_SAVE_AS="diagrams/index.html"', 'DIAGRAMS_WORDS=""').report == ""
    image = candidates(site, "guide")
    assert (image["width"], image["height"], image["loading"]) == ("800", "1200", "lazy")
    assert image["srcset"] == "/repo/images/photo.480w.webp 480w, /repo/images/photo.800w.webp 800w"
    assert image["sizes"].startswith("auto, ")
    assert "data-widths" not in image
    for width in (480, 800):
        made = picture(site, f"images/photo.{width}w.webp")
        assert (made.format, made.size) == ("WEBP", (width, width * 3 // 2))
        red, green, _ = made.getpixel((width // 2, 10))
        assert (red > 150, green < 60) == (True, True), "the top is up"


def test_nothing_that_a_camera_notes_is_published(site: Site) -> None:
    """Neither in the files of the page, nor in the original, which a link or a feed may lead to."""
    photograph(site.root / "content/images/photo.jpg", (600, 400))
    site.article("guide", "![A photo](/images/photo.jpg)\n")
    site.publish()
    for path in ("images/photo.jpg", "images/photo.400w.webp"):
        made = picture(site, path)
        assert made.size == (400, 600)
        assert not made.getexif()
        assert b"Exif" not in site.output()[path]


def test_feeds_have_a_plain_image(site: Site) -> None:
    """Their readers know neither our style sheet nor our filter."""
    photograph(site.root / "content/images/photo.jpg", (600, 400))
    site.article("guide", "![A photo](/images/photo.jpg)\n")
    site.publish()
    feed = site.output()["feeds/all.atom.xml"].decode()
    (image,) = re.findall(r"&lt;img[^;]*photo\.jpg.*?&gt;", feed)
    assert "srcset" not in image
    assert "data-widths" not in image
    assert "https://example.org/repo/images/photo.jpg" in image


def test_a_photograph_without_notes_is_copied_and_a_small_one_stays_small(site: Site) -> None:
    """As it is; a width of the author's own is kept."""
    file = site.root / "content/images/photo.jpg"
    photograph(file, (300, 200), notes=False)
    site.article("guide", "![A photo](/images/photo.jpg){width=150}\n")
    site.build()
    image = candidates(site, "guide")
    assert (image["width"], image["height"], image["sizes"]) == ("150", "100", "150px")
    assert image["srcset"] == "/images/photo.300w.webp 300w"
    assert site.output()["images/photo.jpg"] == file.read_bytes()


def test_the_setting_turns_it_off(site: Site) -> None:
    """Then files are published as they are, as Pelican does."""
    file = site.root / "content/images/photo.jpg"
    photograph(file, (300, 200))
    site.article("guide", "![A photo](/images/photo.jpg)\n")
    site.build("-e", "PHOTOGRAPHS=false")
    image = candidates(site, "guide")
    assert (image["width"], image["height"], "srcset" in image) == ("200", "300", False)
    assert site.output()["images/photo.jpg"] == file.read_bytes()
    assert not [path for path in site.output() if path.endswith(".webp")]


def test_unused_files_leave_the_cache_and_what_is_kept_is_not_made_again(site: Site) -> None:
    """A changed photograph has new files, and the same ones whether they are kept or not."""
    file, cache = site.root / "content/images/photo.jpg", site.root / ".cache/photographs"
    photograph(file, (600, 400))
    site.article("guide", "![A photo](/images/photo.jpg)\n")
    site.build()
    kept = {path.name: path.stat().st_mtime_ns for path in cache.iterdir()}
    assert len(kept) == 2
    site.article("guide", "More.\n\n![A photo](/images/photo.jpg)\n")
    site.build()
    assert {path.name: path.stat().st_mtime_ns for path in cache.iterdir()} == kept
    photograph(file, (500, 400))
    site.build()
    assert candidates(site, "guide")["height"] == "500"
    assert not kept.keys() & {path.name for path in cache.iterdir()}
    before = site.output()
    for path in cache.iterdir():
        path.unlink()
    cache.rmdir()
    cache.write_text("A file in its place costs only time.")
    site.article("other", "Words.\n")
    assert site.build().code == 0
    after = site.output()
    assert {path: data for path, data in after.items() if "photo" in path} == {
        path: data for path, data in before.items() if "photo" in path
    }


def test_a_broken_photograph_is_published_as_it_is(site: Site) -> None:
    """A browser may show what is left of it."""
    site.write("content/extra/photo.jpg", "no picture")
    site.article("guide", "Words.\n")
    assert site.build().report == ""
    assert site.output()["extra/photo.jpg"] == b"no picture"


def test_only_pictures_that_are_not_resized_can_be_too_large(site: Site) -> None:
    """A camera's files are what this is for."""
    noise = np.random.default_rng(1).integers(0, 255, (1100, 1100, 3), np.uint8)
    (site.root / "content/images").mkdir()
    Image.fromarray(noise).save(site.root / "content/images/photo.jpg", quality=100)
    site.article("guide", "![A photo](/images/photo.jpg)\n")
    assert site.build().report == ""
    assert "take long to load" in site.build("-e", "PHOTOGRAPHS=false").report
