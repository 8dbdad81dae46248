"""Write the colours of theme/tokens.json into the style sheet, matplotlib's style and the kit, or check them there."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOKENS = "theme/tokens.json"
SHEET = "theme/static/css/main.css"
STYLE = "theme/figures.mplstyle"
KIT = "diagrams/unrolled/palette.json"
"""The kit's copy, for figures drawn outside this project."""
BEGIN = "/* tokens: written by tools/tokens.py from theme/tokens.json */\n"
END = "/* end of tokens */\n"

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_NAMED = re.compile(r"(?P<setting>[^#\s].*?)\s+# (?P<names>[a-z0-9 -]+)$")
"""A setting of matplotlib's, followed by a comment with the tokens of its colours, in their order."""

Tokens = Mapping[str, Mapping[str, str]]


def block(tokens: Tokens) -> str:
    """Return the rule that declares every token, with its light and its dark value."""
    lines = [f"  --{name}: light-dark({value['light']}, {value['dark']});" for name, value in tokens.items()]
    return "\n".join([":root {", *lines, "}", ""]).lower()


def in_sheet(sheet: str, tokens: Tokens) -> str:
    """Return the style sheet with every token between its two markers; raise ValueError without them."""
    before, begin, rest = sheet.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{SHEET} needs the lines {BEGIN.strip()!r} and {END.strip()!r}")
    return before + begin + block(tokens) + end + after


def in_style(style: str, tokens: Tokens) -> str:
    """Return matplotlib's style, each colour with the light value of its token.

    Raise ValueError for a colour that has no token in a comment after it: it couldn't follow its token.
    """
    lines = style.splitlines(keepends=True)
    return "".join(_followed(line, number, tokens) for number, line in enumerate(lines, start=1))


def _followed(line: str, number: int, tokens: Tokens) -> str:
    colours = _COLOUR.findall(line)
    if line.startswith("#") or not colours:
        return line
    named = _NAMED.match(line)
    names = named["names"].split() if named else []
    place = f"{STYLE}:{number}"
    if len(names) != len(colours):
        remedy = (
            f'name the token of each colour behind the setting, as in `text.color: "{tokens["ink"]["light"]}"  # ink`'
        )
        raise ValueError(f"{place} sets {' '.join(colours)} and names {' '.join(names) or 'no token'}: {remedy}")
    if unknown := [name for name in names if name not in tokens]:
        raise ValueError(f"{place} names {unknown[0]!r}, which isn't a token of {TOKENS}")
    values = iter(names)
    return _COLOUR.sub(lambda _: tokens[next(values)]["light"].upper(), line)


def in_kit(_: str, tokens: Tokens) -> str:
    """Return the tokens in the kit's format."""
    return "{\n" + ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in tokens.items()) + "\n}\n"


FILES: Mapping[str, Callable[[str, Tokens], str]] = {SHEET: in_sheet, STYLE: in_style, KIT: in_kit}
"""The files that repeat the tokens, and the function that formats each."""


def read() -> Tokens:
    """Read the tokens; raise ValueError if two share a light value, which identifies the token of a colour."""
    tokens: dict[str, dict[str, str]] = json.loads((ROOT / TOKENS).read_text(encoding="utf-8"))
    named: dict[str, str] = {}
    for name, value in tokens.items():
        light, _ = value["light"].lower(), value["dark"]
        if first := named.get(light):
            remedy = "give each its own, because a figure's colours are identified by their light values"
            raise ValueError(f"{TOKENS}: {first} and {name} are both {value['light']}; {remedy}")
        named[light] = name
    return tokens


def _text(file: Path) -> str:
    return "" if file == ROOT / KIT and not file.exists() else file.read_text(encoding="utf-8")


def main(arguments: list[str]) -> str | None:
    """Write the colours, or compare them with --check; return the error in one line."""
    try:
        tokens = read()
        # A site may not have the kit.
        files = [name for name in FILES if name != KIT or (ROOT / KIT).parent.is_dir()]
        before = {name: _text(ROOT / name) for name in files}
        after = {name: FILES[name](before[name], tokens) for name in files}
    except KeyError as missing:
        return f"{TOKENS}: a token has no {missing} value"
    except (OSError, ValueError) as error:
        return f"tokens: {error}"
    changed = [name for name in files if after[name] != before[name]]
    if changed and "--check" in arguments:
        differ = "differs" if len(changed) == 1 else "differ"
        return f"{' and '.join(changed)} {differ} from {TOKENS}: run `make tokens`"
    for name in changed:
        (ROOT / name).write_text(after[name], encoding="utf-8")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
