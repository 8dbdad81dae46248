"""How the theme's files are published: minified, and with names from their contents."""

import re
from pathlib import Path

import pytest

from plugins.assets import Assets

SHEET = "/* for people */\na {\n  color: red;\n}\n"
FILES = {
    "css/main.css": '@font-face { src: url("../fonts/sans.woff2"); }\n',
    "css/feed.css": '@import url("main.css");\n',
    "css/plain.css": "@import 'extra/more.css'; a { background: url(../mark.svg) url(../fonts/sans.woff2); }\n",
    "css/extra/more.css": SHEET,
    "js/page.js": 'import { say } from "./words.js";\nexport const lazy = () => import("./slider.js");\n',
    "js/words.js": "import './page.js'; // the two import each other\n",
    "js/slider.js": 'const notes = "words.js, page.js and ./words.js!";\n',
    "fonts/sans.woff2": "a font",
    "mark.svg": "<svg/>",
}
HASHED = re.compile(r"\.[0-9a-f]{10}(?=\.\w+$)")


def assets(folder: Path, files: dict[str, str], are_hashed: bool = True) -> Assets:
    """Write some files; return them as a run finds them."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return Assets({name: folder / name for name in files}, are_hashed)


def sent(folder: Path, files: dict[str, str], *asked: str) -> dict[str, str]:
    """Return all published files after some were requested by name."""
    found = assets(folder / "theme", files)
    output = folder / "output"
    assets(output, files)
    names = [found.name(path) for path in asked]
    found.write(output)
    assert {output / name for name in names} <= {*output.rglob("*")}
    return {it.relative_to(output).as_posix(): it.read_text("utf-8") for it in output.rglob("*") if it.is_file()}


def test_requested_files_and_their_references_have_hashed_names(tmp_path: Path) -> None:
    """Quoted or not, in the same folder or elsewhere; files other than fonts, sheets or scripts keep their names."""
    there = sent(tmp_path, FILES, "css/feed.css", "css/plain.css")
    hashed = {HASHED.sub("", name): name for name in there if HASHED.search(name)}
    assert hashed.keys() == {f"css/{it}.css" for it in ("feed", "main", "plain", "extra/more")} | {"fonts/sans.woff2"}
    font, main, more = (Path(hashed[it]).name for it in ("fonts/sans.woff2", "css/main.css", "css/extra/more.css"))
    assert there[hashed["css/main.css"]] == f'@font-face{{src:url("../fonts/{font}")}}'
    assert there[hashed["css/feed.css"]] == f'@import url("{main}");'
    assert there[hashed["css/plain.css"]] == (
        f"@import 'extra/{more}';a{{background:url(../mark.svg) url(../fonts/{font})}}"
    )


def test_a_script_refers_to_others_by_full_relative_urls(tmp_path: Path) -> None:
    """A string that merely contains such a name is text; two that import each other don't cause a loop."""
    there = sent(tmp_path, FILES, "js/page.js")
    hashed = {HASHED.sub("", name): name for name in there if HASHED.search(name)}
    assert hashed.keys() == {"js/page.js", "js/words.js", "js/slider.js"}
    for name in hashed.values():
        for imported in re.findall(r"""(?:from|import)\s*\(?["'](\./[^"']+)""", there[name]):
            assert f"js/{imported.removeprefix('./')}" in hashed.values()
    assert "words.js, page.js and ./words.js!" in there[hashed["js/slider.js"]]


def test_the_plain_names_are_kept(tmp_path: Path) -> None:
    """Another theme, or a saved page, may link to them: they are minified, and refer to existing files."""
    there = sent(tmp_path, FILES, "css/main.css")
    assert FILES.keys() <= there.keys()
    (font,) = (name for name in there if name.startswith("fonts/") and HASHED.search(name))
    assert Path(font).name in there["css/main.css"]


@pytest.mark.parametrize("changed", sorted(FILES))
def test_a_name_changes_with_the_contents_and_those_of_its_references(tmp_path: Path, changed: str) -> None:
    """And with nothing else: browsers keep unchanged files."""
    before, after = (assets(tmp_path / name, FILES) for name in ("before", "after"))
    (tmp_path / "after" / changed).write_text(FILES[changed] + "b { color: blue }", "utf-8")
    named_by = {
        "css/main.css": {"css/feed.css"},
        "css/extra/more.css": {"css/plain.css"},
        "js/page.js": {"js/words.js"},
        "js/words.js": {"js/page.js"},
        "js/slider.js": {"js/page.js", "js/words.js"},
        "fonts/sans.woff2": {"css/main.css", "css/feed.css", "css/plain.css"},
        "mark.svg": set(),
    }
    others = {path for path in FILES if before.name(path) != after.name(path)}
    assert others == named_by.get(changed, set()) | ({changed} - {"mark.svg"})


def test_a_comment_changes_no_name(tmp_path: Path) -> None:
    """Readers get the same file."""
    before, after = (assets(tmp_path / name, FILES) for name in ("before", "after"))
    (tmp_path / "after/css/main.css").write_text("/* new */\n" + FILES["css/main.css"], "utf-8")
    assert before.name("css/main.css") == after.name("css/main.css")


def test_files_outside_of_the_theme_keep_their_names(tmp_path: Path) -> None:
    """And so do all files if hashed names are turned off."""
    assert assets(tmp_path, FILES).name("css/nobody.css") == "css/nobody.css"
    assert assets(tmp_path, FILES).name("mark.svg") == "mark.svg"
    assert assets(tmp_path, FILES, are_hashed=False).name("css/main.css") == "css/main.css"


def test_a_file_linked_to_the_theme_s_own_leaves_that_unchanged(tmp_path: Path) -> None:
    """If Pelican, or a preview, links instead of copying, the author's sheet would lose its comments forever."""
    own, output = tmp_path / "own", tmp_path / "output"
    output.mkdir()
    found = assets(own, {"hard.css": SHEET, "soft.css": SHEET, "latin.css": ""}, are_hashed=False)
    (own / "latin.css").write_bytes(b"/* \xe4 */ a { color: red }")
    for name, link in (("hard.css", "hardlink_to"), ("soft.css", "symlink_to"), ("latin.css", "hardlink_to")):
        getattr(output / name, link)(own / name)
    found.write(output)
    for name in ("hard.css", "soft.css"):
        assert (own / name).read_text("utf-8") == SHEET
        assert (output / name).read_text("utf-8") == "a{color:red}"
    assert (output / "latin.css").read_bytes() == (own / "latin.css").read_bytes()
