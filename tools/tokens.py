"""Write the colours of theme/tokens.json into the style sheet and the kit, or check that they are there."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOKENS = ROOT / "theme" / "tokens.json"
SHEET = ROOT / "theme" / "static" / "css" / "main.css"
KIT = ROOT / "diagrams" / "unrolled" / "palette.json"
"""The kit's copy, for figures that are drawn outside this project."""
BEGIN = "/* tokens: written by tools/tokens.py from theme/tokens.json */\n"
END = "/* end of tokens */\n"


def block(tokens: dict[str, dict[str, str]]) -> str:
    """Return the rule that names every token, with its light and its dark value."""
    lines = [f"  --{name}: light-dark({value['light']}, {value['dark']});" for name, value in tokens.items()]
    return "\n".join([":root {", *lines, "}", ""]).lower()


def with_colours(sheet: str, colours: str) -> str:
    """Return the sheet with the given rule between its two markers; ValueError without them."""
    before, begin, rest = sheet.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{SHEET.name} needs the lines {BEGIN.strip()!r} and {END.strip()!r}")
    return before + begin + colours + end + after


def main(arguments: list[str]) -> str | None:
    """Write the colours, or with --check compare them; return what is wrong in one line."""
    try:
        tokens = json.loads(TOKENS.read_text(encoding="utf-8"))
        sheet = SHEET.read_text(encoding="utf-8")
        fresh = with_colours(sheet, block(tokens))
    except KeyError as missing:
        return f"theme/tokens.json: a token has no {missing} value"
    except (OSError, ValueError) as error:
        return f"tokens: {error}"
    wanted = {SHEET: fresh}
    if KIT.parent.is_dir():  # a site without the kit
        wanted[KIT] = TOKENS.read_text(encoding="utf-8")
    for file, text in wanted.items():
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        if "--check" in arguments:
            return f"{file.relative_to(ROOT).as_posix()} differs from theme/tokens.json: run `make tokens`"
        file.write_text(text, encoding="utf-8")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
