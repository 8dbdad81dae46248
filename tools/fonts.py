"""Make the Unrolled fonts, subsets of three open fonts: woff2 for the page, ttf for matplotlib, and their widths."""

import json
import subprocess
import sys
import tempfile
import zipfile
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from fontTools.otlLib.optimize import compact
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from .widths import widths_of

ROOT = Path(__file__).resolve().parent.parent
PAGE_FONTS = ROOT / "theme" / "static" / "fonts"
KIT_FONTS = ROOT / "diagrams" / "unrolled" / "fonts"

ASCII = range(0x20, 0x7F)
LATIN = [*ASCII, *(set(range(0xA0, 0x100)) - set(map(ord, "¤¦"))), *map(ord, "‘’“”„–—•…′−←↑→↓₀₁₂₃₄₅₆₇₈₉₊₋")]
CODE = [*ASCII, ord("−")]


@dataclass(frozen=True)
class Source:
    """A font as published by its makers, and the family that is subset from it."""

    package: str
    version: str
    family: str
    name_in_files: str
    characters: list[int]
    weights: tuple[int, ...]
    optical_size: int | None = None


# "Source" is a reserved name: subsets of these fonts must have a different name.
SANS = Source("fontpkg-source-sans-3", "3.52", "Unrolled Sans", "unrolled-sans", LATIN, (400, 600))
# Words are read one at a time, on coloured backgrounds: the sturdy design for running text suits them best.
SERIF = Source("fontpkg-source-serif-4", "4.4", "Unrolled Serif", "unrolled-serif", LATIN, (600,), optical_size=14)
MONO = Source("fontpkg-source-code-pro", "1.26", "Unrolled Mono", "unrolled-mono", CODE, (500,))

UNUSED_IN_PAGES = {"BASE", "GSUB", "MVAR"}
"""Baselines for other scripts; substitutions, of which none are left; variations of metrics such as underlines."""
UNREAD_NAMES = range(3, 26)
"""Style sheets name fonts themselves, and the licence is in a file next to the fonts; the copyright stays."""

STYLE_NAMES = {400: "Regular", 500: "Medium", 600: "SemiBold"}


def main() -> None:
    """Write every font, the licence next to each set, and the widths that the kit measures with."""
    widths = {}
    copyrights = []
    for source in (SANS, SERIF, MONO):
        original, licence = download(source)
        copyrights.append(original["name"].getDebugName(0))
        font = cut(original, source)
        save_for_page(font, source)
        for weight in source.weights:
            static = static_font(font, source, weight)
            static.save(KIT_FONTS / f"{source.name_in_files}-{weight}.ttf")
            widths[f"{source.family} {weight}"] = widths_of(static)
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(table, ensure_ascii=False)}" for name, table in widths.items())
    (KIT_FONTS / "widths.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    for folder in (PAGE_FONTS, KIT_FONTS):
        (folder / "OFL.txt").write_text(one_licence(copyrights, licence), encoding="utf-8")


def download(source: Source) -> tuple[TTFont, str]:
    """Download the upright variable font and the licence of a published package."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*pip, f"{source.package}=={source.version}"], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            names = wheel.namelist()
            upright = next(name for name in names if name.endswith(".ttf") and "Italic" not in name)
            licence = next(name for name in names if name.endswith("/LICENSE"))
            font = TTFont(wheel.open(upright), recalcTimestamp=False)
            font.ensureDecompiled()
            return font, wheel.read(licence).decode("utf-8")


def cut(font: TTFont, source: Source) -> TTFont:
    """Keep only our characters, `kern`, and the weights that we use."""
    options = Options(layout_features=["kern"], hinting=False, notdef_outline=True, name_IDs=["*"])
    options.drop_tables += ["STAT", "DSIG", "meta"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=source.characters)
    subsetter.subset(font)
    lightest, heaviest = min(source.weights), max(source.weights)
    limits: dict[str, object] = {"wght": (lightest, heaviest) if lightest < heaviest else lightest}
    if source.optical_size is not None:
        limits["opsz"] = source.optical_size
    cut_font: TTFont = instancer.instantiateVariableFont(font, limits)
    rename(cut_font, source.family, lightest)
    return cut_font


def save_for_page(font: TTFont, source: Source) -> None:
    """Write the woff2: one variable file if there are several weights. Every reader downloads every table."""
    several = len(source.weights) > 1
    name = source.name_in_files if several else f"{source.name_in_files}-{source.weights[0]}"
    page = deepcopy(font)
    for table in UNUSED_IN_PAGES & set(page.keys()):
        del page[table]
    page["name"].names = [record for record in page["name"].names if record.nameID not in UNREAD_NAMES]
    compact(page, 5)  # the same kerning in fewer bytes; higher levels are larger once compressed
    page.flavor = "woff2"
    page.save(PAGE_FONTS / f"{name}.woff2")


def static_font(font: TTFont, source: Source, weight: int) -> TTFont:
    """Instantiate one weight from the same outlines as on the page, so that both have the same widths."""
    static: TTFont = font
    if "fvar" in font:
        static = instancer.instantiateVariableFont(font, {"wght": weight}, inplace=False)
    rename(static, source.family, weight)
    name_glyphs(static)
    return static


def name_glyphs(font: TTFont) -> None:
    """Write the glyphs' names into the font: matplotlib uses them in EPS, and would draw nothing without them."""
    post = font["post"]
    post.formatType, post.extraNames, post.mapping = 2.0, [], {}


def rename(font: TTFont, family: str, weight: int) -> None:
    """Rename the font everywhere; its makers' copyright and licence stay."""
    style = STYLE_NAMES[weight]
    names = font["name"]
    axis_names = {axis.axisNameID for axis in font["fvar"].axes} if "fvar" in font else set()
    if "fvar" in font:
        font["fvar"].instances = []
    kept = {0, 13, 14} | axis_names  # copyright, licence, URL of the licence
    names.names = [record for record in names.names if record.nameID in kept]
    plain = "" if style == "Regular" else f" {style}"
    postscript = f"{family}-{style}".replace(" ", "")
    ours = {1: family + plain, 2: "Regular", 3: f"{postscript};subset", 4: family + plain, 6: postscript}
    if plain:
        ours |= {16: family, 17: style}
    for name_id, text in ours.items():
        names.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


def one_licence(copyrights: list[str], licence: str) -> str:
    """Put all three copyright notices above the licence that they share."""
    note = "The Unrolled fonts are renamed subsets of Source Sans 3, Source Serif 4 and Source Code Pro."
    return "\n".join([note, "", *copyrights, "", licence[licence.index("This Font Software is licensed") :]])


if __name__ == "__main__":
    main()
