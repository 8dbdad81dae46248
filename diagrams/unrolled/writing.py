"""Writing: which way a text runs, and what one installs to write it."""

import unicodedata

RIGHT_TO_LEFT = ("R", "AL")
NOT_DRAWN = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}"
"""What changes its neighbours and has no shape of its own."""
EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")
INSTALLED_WITH = {
    "east asian": "Noto Sans CJK (Debian: fonts-noto-cjk)",
    "emoji": "one that draws emoji in a single colour, such as Symbola (Debian: fonts-symbola), or write the word",
    "other": "the Noto fonts (Debian: fonts-noto-core)",
}


def is_right_to_left(text: str) -> bool:
    """Tell whether the first letter that has a direction runs to the left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((direction in RIGHT_TO_LEFT for direction in directions if direction in ("L", *RIGHT_TO_LEFT)), False)


def has_right_to_left(text: str) -> bool:
    """Tell whether any letter runs to the left."""
    return any(unicodedata.bidirectional(char) in RIGHT_TO_LEFT for char in text)


def drawn(text: str) -> str:
    """Leave out what has no shape of its own."""
    return "".join(char for char in text if char not in NOT_DRAWN)


def advice(missing: str) -> str:
    """Say what to install for characters that no font has."""
    names = [unicodedata.name(char, "") for char in missing]
    if any(name.startswith(EAST_ASIAN) for name in names):
        return INSTALLED_WITH["east asian"]
    if any(ord(char) > 0xFFFF and unicodedata.category(char) in ("So", "Sk") for char in missing):
        return INSTALLED_WITH["emoji"]
    return INSTALLED_WITH["other"]
