"""A site's own face: its logo, its icons, its accent colour and its fonts.

Everything is written next to the theme's files, where `plugins.assets` finds it. Icons are drawn in memory: with
nothing kept between builds, there is nothing that could be out of date, or that a folder without room could stop.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from markupsafe import Markup
from pelican import signals

from .assets import MADE
from .building.generators import FileGenerator, place_of
from .building.incremental import on_edit
from .building.memo import remembered
from .content.findings import ERROR, WARNING, Finding, tell
from .content.findings import place_of as line_of
from .files import read_regular, theme_folder, write_atomically
from .html import plain

SHEET = "css/face.css"
FAVICON = "favicon.ico"
"""Requested from the root by programs that don't read the page, unless the site has its own there."""
SIZES = {"icon-192.png": 192, "icon-512.png": 512}
"""In pixels."""
SQUARES = {"apple-touch-icon.png": 180, "maskable-512.png": 512}
"""Phones crop these to their own shape, and may cut off a tenth on each side."""
SAFE = 0.9
"""The size of the icon relative to these."""
FAVICON_SIZES = ((16, 16), (32, 32), (48, 48))
LARGEST = 512
CORNER, LETTER = 7 / 32, 5 / 8
"""The radius of the ground's corners, and the size of the letter on it, in a square of size 1."""
LANCZOS = 1
"""Pillow's number for it: the module is only imported when icons are drawn."""
OLD_LOGO = "MARK"
"""What SITE_LOGO was called before 0.4.0."""
INK = "#1b2430"
VECTOR, PICTURES = ".svg", (".png", ".webp", ".jpg", ".jpeg")
SVG = "http://www.w3.org/2000/svg"
READABLE = 4.5
"""The contrast of letters to their ground that WCAG 2.2 AA asks for."""
GROUNDS = ("paper", "lane")
"""The tokens of the grounds on which the accent colour is read."""
MODES = ("light", "dark")
LINKS = ".prose :is(p, li, td, dd) > a:not([class])"
"""Links in sentences, which nothing else distinguishes."""
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
FAMILIES = {
    "prose": 'Palatino, "Palatino Linotype", P052, "TeX Gyre Pagella", Georgia, serif',
    "label": '"Unrolled Sans", "Unrolled Arial", system-ui, sans-serif',
    "code": 'ui-monospace, "SF Mono", Menlo, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace',
}
"""What SITE_FONTS can replace, as the style sheet names it, and what is shown until a font is there."""

if TYPE_CHECKING:
    from PIL.Image import Image

Rgb = tuple[int, int, int]


@dataclass
class Face:
    """What the settings say, as far as it is right: the files to write, what templates are told, and what is wrong."""

    files: dict[str, bytes] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    favicon: bytes = b""


def face_of(settings: Mapping[str, Any]) -> Face:
    """Read the settings, and make the files that they ask for."""
    face = Face()
    accent, rules = _accent(face, settings), _fonts(face, settings)
    if accent:
        rules += [f":root {{ --accent: light-dark({', '.join(accent)}); }}", f"{LINKS} {{ color: var(--accent); }}"]
    if rules:
        face.files[SHEET] = ("\n".join(rules) + "\n").encode()
        face.told["sheet"] = SHEET
        # With HASHED_NAMES, the sheet's name depends on its fonts, too.
        face.told["state"] = blake2b(b"".join(face.files.values()), digest_size=8).hexdigest()
    letter = next(filter(str.isalnum, plain(settings["SITENAME"])), "").upper()
    logo = _logo(face, settings)
    if not face.told.keys() & {"drawing", "logo"}:
        face.told["drawing"] = _sign(letter)
    if OLD_LOGO in settings:
        _wrong(face, settings, OLD_LOGO, "is the old name of a setting", f"write SITE_LOGO = {settings[OLD_LOGO]!r}")
    icon = _picture(face, settings, "SITE_ICON", PICTURES) or logo
    icons = _icons(icon, letter, accent[0] if accent else INK)
    face.favicon = icons[FAVICON]
    face.files |= {f"icons/{name}": data for name, data in icons.items()}
    return face


def _wrong(face: Face, settings: Mapping[str, Any], name: str, message: str, advice: str, level: int = ERROR) -> None:
    face.findings.append(Finding(level, *line_of(settings, name), f"{name} {message}", advice))


def _file(face: Face, settings: Mapping[str, Any], name: str, named: object, endings: Sequence[str]) -> bytes:
    """Return the bytes of a file in `content/`; nothing if there is none, after noting what is wrong."""
    path = str(named)
    if not path.lower().endswith(tuple(endings)):
        _wrong(face, settings, name, f"is {path}", f"name a file that ends in {' or '.join(endings)}")
        return b""
    try:
        return read_regular(Path(settings["PATH"], path))
    except OSError as problem:
        message = f"is {path}, which can't be read: {problem.strerror or problem}"
        _wrong(face, settings, name, message, f"put the file into {Path(settings['PATH']).name}/, or correct the path")
        return b""


def _picture(face: Face, settings: Mapping[str, Any], name: str, endings: Sequence[str]) -> bytes:
    """Return the bytes of a picture that can be opened; nothing without the setting."""
    from PIL import Image

    named = settings.get(name)
    data = _file(face, settings, name, named, endings) if named else b""
    if data and not str(named).lower().endswith(VECTOR):
        try:
            Image.open(io.BytesIO(data)).load()
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
            _wrong(face, settings, name, f"is {named}, which isn't a picture: {problem}", "save it again as a PNG")
            return b""
    return data


def _logo(face: Face, settings: Mapping[str, Any]) -> bytes:
    """Tell templates about the logo; return its bytes if icons can be made from it."""
    from PIL import Image

    data = _picture(face, settings, "SITE_LOGO", (VECTOR, *PICTURES))
    if not data:
        return b""
    ending = Path(settings["SITE_LOGO"]).suffix.lower()
    path = f"logo{ending}"
    if ending != VECTOR:
        width, height = Image.open(io.BytesIO(data)).size
        face.told |= {"logo": path, "width": width, "height": height}
        face.files[path] = data
        return data
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as problem:
        message = f"is {settings['SITE_LOGO']}, which isn't an SVG: {problem}"
        advice = "save it again from the program that drew it"
        _wrong(face, settings, "SITE_LOGO", message, advice)
        return b""
    if b"currentColor" in data:
        face.told["drawing"] = _inline(root)
        return b""
    face.told |= {"logo": path, **_sides(root)}
    face.files[path] = data
    return b""


def _inline(root: ElementTree.Element) -> Markup:
    """Return a drawing for the page itself, where it has the colour of the text."""
    ElementTree.register_namespace("", SVG)
    root.attrib |= {"class": "mark", "aria-hidden": "true"}
    for side in ("width", "height"):
        root.attrib.pop(side, None)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _sides(root: ElementTree.Element) -> dict[str, float]:
    sides = re.split(r"[\s,]+", root.get("viewBox", "").strip())[2:]
    try:
        return dict(zip(("width", "height"), map(float, sides), strict=True))
    except ValueError:
        return {}


@remembered
def _icons(picture: bytes, letter: str, ground: str) -> dict[str, bytes]:
    """Return the icons by name, from a picture, or from a letter on a ground."""
    from PIL import Image

    square = _square(picture) if picture else _letter(letter, ground)
    icons = {name: _sized(square, size) for name, size in SIZES.items()}
    # A phone shows what is transparent in black: the colour at the edge goes on, or else it is white.
    edge = square.getpixel((LARGEST // 64, LARGEST // 2))
    assert isinstance(edge, tuple)
    for name, size in SQUARES.items():
        inner = round(size * SAFE)
        full = Image.new("RGBA", (size, size), (*edge[:3], 255) if edge[3] == 255 else "#fff")
        full.alpha_composite(_sized(square, inner), ((size - inner) // 2, (size - inner) // 2))
        icons[name] = full.convert("RGB")
    files = {name: io.BytesIO() for name in (*icons, FAVICON)}
    for name, icon in icons.items():
        icon.save(files[name], "PNG")
    square.save(files[FAVICON], "ICO", sizes=FAVICON_SIZES)
    return {name: file.getvalue() for name, file in files.items()}


def _sized(square: Image, size: int) -> Image:
    return square.resize((size, size), resample=LANCZOS, reducing_gap=2.0)


def _square(picture: bytes) -> Image:
    """Return a picture in the middle of a transparent square."""
    from PIL import Image

    icon = Image.open(io.BytesIO(picture)).convert("RGBA")
    side = max(icon.size)
    square = Image.new("RGBA", (side, side))
    square.paste(icon, ((side - icon.width) // 2, (side - icon.height) // 2))
    return _sized(square, LARGEST)


def _letter(letter: str, ground: str) -> Image:
    """Draw a white letter on a rounded ground; the ground alone if the font doesn't have the letter."""
    from PIL import Image, ImageDraw, ImageFont

    # The ground is drawn larger, so that its corners are smooth; Pillow smooths letters itself.
    mask = Image.new("L", (LARGEST * 2, LARGEST * 2))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, LARGEST * 2 - 1, LARGEST * 2 - 1), LARGEST * 2 * CORNER, fill=255)
    square = Image.new("RGBA", (LARGEST, LARGEST), ground)
    square.putalpha(mask.reduce(2))
    if _outline(letter):
        pen, font = ImageDraw.Draw(square), ImageFont.truetype(_font(), LARGEST * LETTER)
        left, top, right, bottom = pen.textbbox((0, 0), letter, font)
        pen.text(((LARGEST - left - right) / 2, (LARGEST - top - bottom) / 2), letter, "#fff", font)
    return square


@remembered
def _sign(letter: str) -> Markup:
    """Return the same as a drawing for a page, in its colours; a letter that the font lacks is in one of the reader's.

    A path is no text, so that the name of the site isn't read with its first letter before it.
    """
    shape = _outline(letter) or Markup(
        '<text x="8" y="8" font-size="{}" text-anchor="middle" dominant-baseline="central" '
        'transform="scale(.0625)">{}</text>'
    ).format(16 * LETTER, letter)
    return Markup(
        '<svg class="mark" viewBox="0 0 1 1" aria-hidden="true"><rect width="1" height="1" rx="{}" '
        'fill="var(--accent)"/><g fill="var(--paper)">{}</g></svg>'
    ).format(CORNER, shape)


def _font() -> Path:
    """Return the font that comes with matplotlib, which has the letters of most alphabets."""
    spec = find_spec("matplotlib")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent / "mpl-data/fonts/ttf/DejaVuSans-Bold.ttf"


@remembered
def _outline(letter: str) -> Markup:
    """Return a letter's path in the middle of a square of size 1; empty if the font doesn't have it."""
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.svgPathPen import SVGPathPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.ttLib import TTFont

    with TTFont(_font(), lazy=True) as font:
        name = font.getBestCmap().get(ord(letter)) if len(letter) == 1 else None
        if name is None:
            return Markup()
        glyphs, scale = font.getGlyphSet(), LETTER / font["head"].unitsPerEm
        bounds, path = BoundsPen(glyphs), SVGPathPen(glyphs, lambda number: f"{number:.4g}")
        glyphs[name].draw(bounds)
        left, bottom, right, top = bounds.bounds
        at = 0.5 - scale * (left + right) / 2, 0.5 + scale * (bottom + top) / 2
        glyphs[name].draw(TransformPen(path, (scale, 0, 0, -scale, *at)))
        return Markup('<path d="{}"/>').format(path.getCommands())


def _accent(face: Face, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the accent colour in light and in dark mode; empty without the setting."""
    accent = settings.get("SITE_ACCENT")
    if not accent:
        return ()
    pair = (accent, accent) if isinstance(accent, str) else tuple(accent)
    if len(pair) != len(MODES) or not all(COLOUR.fullmatch(str(colour)) for colour in pair):
        advice = 'write a colour such as "#1749a6", or two, for light and dark mode: ("#1749a6", "#5aa0fa")'
        _wrong(face, settings, "SITE_ACCENT", f"is {accent!r}", advice)
        return ()
    grounds = [_grounds(settings, mode) for mode in MODES]
    contrasts = [
        min(contrast(colour, ground) for ground in own_grounds)
        for colour, own_grounds in zip(pair, grounds, strict=True)
    ]
    best = tuple(readable(colour, own_grounds) for colour, own_grounds in zip(pair, grounds, strict=True))
    # No colour can be read on white and on black: one that is alone needs only be right for one of them.
    if max(contrasts) < READABLE or (pair[0] != pair[1] and min(contrasts) < READABLE):
        at = contrasts.index(min(contrasts)) if pair[0] != pair[1] else contrasts.index(max(contrasts))
        message = (
            f"is hard to read in {MODES[at]} mode: {pair[at]} has a contrast of {contrasts[at]:.1f} to the page, "
            f"and letters need {READABLE}"
        )
        _wrong(face, settings, "SITE_ACCENT", message, f'write ("{best[0]}", "{best[1]}")', WARNING)
    return best if pair[0] == pair[1] else pair


def _grounds(settings: Mapping[str, Any], mode: str) -> list[str]:
    folders = map(Path, (settings["THEME"], theme_folder()))
    file = next(path for folder in folders if (path := folder / "tokens.json").is_file())
    tokens = json.loads(file.read_text("utf-8"))
    return [tokens[name][mode] for name in GROUNDS]


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (c / 255 for c in _rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, as WCAG defines it, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, grounds: Sequence[str]) -> str:
    """Return the nearest darker or lighter colour that letters on all grounds can have: the same, if it will do."""
    goal = 0 if _luminance(grounds[0]) > 0.18 else 255
    for percent in range(101):
        mixed = "#" + "".join(f"{round(channel + (goal - channel) * percent / 100):02x}" for channel in _rgb(colour))
        if min(contrast(mixed, ground) for ground in grounds) >= READABLE:
            return mixed
    raise ValueError(f"no letters can be read on {' and '.join(grounds)}")


def _fonts(face: Face, settings: Mapping[str, Any]) -> list[str]:
    """Return the rules of a style sheet for the site's own fonts."""
    rules = []
    for role, named in (settings.get("SITE_FONTS") or {}).items():
        if role not in FAMILIES:
            _wrong(face, settings, "SITE_FONTS", f"has no {role!r}", f"the names are {', '.join(FAMILIES)}")
            continue
        family = f"Site {role}"
        written = [*_font_faces(face, settings, family, [named] if isinstance(named, str) else named)]
        if written:
            rules += [*written, f':root {{ --{role}: "{family}", {FAMILIES[role]}; }}']
    return rules


def _font_faces(face: Face, settings: Mapping[str, Any], family: str, paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if data := _file(face, settings, "SITE_FONTS", path, (".woff2",)):
            name = Path(path).name
            face.files[f"fonts/{name}"] = data
            weight = re.search(r"(?<!\d)[1-9]00(?!\d)", name)
            yield (
                f'@font-face {{ font-family: "{family}"; src: url("../fonts/{name}") format("woff2"); '
                f"font-weight: {weight[0] if weight else '100 900'}; "
                f"font-style: {'italic' if 'italic' in name.lower() else 'normal'}; font-display: swap; }}"
            )


@on_edit()
class Files(FileGenerator):
    """Writes no page, but the files of the face."""

    def generate_output(self, _writer: Any) -> None:
        """Write them next to the theme's, and an icon at the root."""
        for path, data in plugin.face.files.items():
            _put(Path(self.output_path, self.settings["THEME_STATIC_DIR"], path), data)
        statics = (content for content in self.context["static_content"].values() if hasattr(content, "save_as"))
        if FAVICON not in map(place_of, statics):
            _put(Path(self.output_path, FAVICON), plugin.face.favicon)


def _put(place: Path, data: bytes) -> None:
    if not (place.is_file() and place.read_bytes() == data):
        write_atomically(place, data)


class Branding:
    """Carries the face of a run from signal to signal."""

    def __init__(self) -> None:
        self.face = Face()

    def find(self, generators: Sequence[Any]) -> None:
        """Read the settings before anything is written."""
        if generators:
            self.face = face_of(generators[0].settings)
            tell(self.face.findings)
            generators[0].context |= {"branding": self.face.told, MADE: self.face.files}


plugin = Branding()


def register() -> None:
    """Connect the plugin."""
    signals.all_generators_finalized.connect(plugin.find)
    signals.get_generators.connect(Files.offer)
