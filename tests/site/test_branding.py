"""A site's own face, in whole builds and in the preview."""

import io
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from PIL import Image

from tests.conftest import REPOSITORY, Site
from tests.previews import PATIENCE_S, Preview


def test_a_published_site_sends_its_own_face(site: Site) -> None:
    """Under names that browsers may keep, with an icon at its root."""
    site.article("guide", "See [Keras](https://keras.io).\n")
    (site.root / "content/fonts").mkdir()
    shutil.copy(REPOSITORY / "theme/static/fonts/unrolled-mono-500.woff2", site.root / "content/fonts/own.woff2")
    site.write("content/mark.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    own = 'SITE_ACCENT="#a3195b"', 'SITE_LOGO="mark.svg"', 'SITE_FONTS={"prose": "fonts/own.woff2"}'
    build = site.publish("-e", *own)
    assert build.report == ""
    page, files = site.page("guide"), site.output()
    (sheet,) = re.findall(r'href="/repo/(theme/css/face\.[0-9a-f]{10}\.css)"', page)
    (font,) = re.findall(r"\.\./(fonts/own\.[0-9a-f]{10}\.woff2)", files[sheet].decode())
    assert f"theme/{font}" in files
    assert {sheet, f"theme/{font}"} <= {line.removeprefix("/repo/") for line in files["_headers"].decode().splitlines()}
    assert page.count('<img class="mark" src="/repo/theme/logo.svg" width="1.0" height="1.0" alt="">') == 2
    assert "theme/logo.svg" in files
    assert "favicon.ico" in files
    site.write("content/extra/favicon.ico", "mine")
    site.publish("-e", 'EXTRA_PATH_METADATA={"extra/favicon.ico": {"path": "favicon.ico"}}')
    assert site.output()["favicon.ico"] == b"mine"
    assert not re.search(r"face\.\w+\.css", site.page("guide"))


def test_a_colour_that_is_hard_to_read_is_a_warning_at_its_line(site: Site) -> None:
    """In the report, with a colour that will do."""
    site.article("guide", "Words.\n")
    build = site.build("-e", 'SITE_ACCENT="#808080"')
    assert build.code == 0
    (entry,) = build.entries
    assert entry.startswith("pelicanconf_here.py:1: SITE_ACCENT is hard to read in")
    assert re.search(r'write \("#\w{6}", "#\w{6}"\)', entry)


@pytest.fixture
def preview(site: Site) -> Iterator[Preview]:
    """A preview of a site with a red logo."""
    site.article("guide", "Words.\n")
    save(site, "#aa0000")
    site.write("own.py", 'from pelicanconf_here import *\nSITE_LOGO = "images/logo.png"\n')
    run = Preview(site, settings="own.py")
    yield run
    assert run.stop() == 0, "\n".join(run.said)


def save(site: Site, colour: str) -> None:
    """Save a logo of one colour."""
    (site.root / "content/images").mkdir(exist_ok=True)
    Image.new("RGB", (64, 64), colour).save(site.root / "content/images/logo.png")


@pytest.mark.slow
def test_the_preview_shows_a_changed_logo_and_its_icons(site: Site, preview: Preview) -> None:
    """Without a restart."""

    def colours() -> set[object]:
        found = set()
        for path in ("theme/logo.png", "theme/icons/icon-192.png", "favicon.ico"):
            with suppress(OSError):
                picture = Image.open(io.BytesIO(preview.get(f"/{path}")[1])).convert("RGB")
                found.add(picture.getpixel((picture.width // 2, picture.height // 2)))
        return found

    assert preview.get("/2026/11/guide/")[0].status == 200, preview.said
    assert colours() == {(170, 0, 0)}
    save(site, "#0000aa")
    deadline = time.monotonic() + PATIENCE_S
    while colours() != {(0, 0, 170)}:
        assert time.monotonic() < deadline, preview.said
        time.sleep(0.1)
