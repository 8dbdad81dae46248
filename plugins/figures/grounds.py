"""The backgrounds of words: those that the settings give them, and those that the figures of an article agree on."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from .report import SettingsError

COUNT = 8
"""The number of colours that the kit has for the backgrounds of words, `word-1` to `word-8`."""

Ground = int | str
"""A background: the number of one of these, from 0, or the name of another colour."""

COLOURS: Mapping[str, Ground] = {f"word-{number + 1}": number for number in range(COUNT)} | {
    "ink": "ink",
    "lane": "lane",
}
"""The backgrounds that a setting can name; on `ink`, letters are light."""

_AROUND = string.punctuation + "“”„‘’‚«»…¡¿"


def registered_in(setting: object, name: str) -> dict[str, Ground]:
    """Read a setting that lists words by their colour; raise SettingsError if it can't be."""
    if not isinstance(setting, Mapping):
        raise SettingsError(f'{name} is {setting!r}, but must list words by colour: {{"word-1": "good great"}}')
    grounds: dict[str, Ground] = {}
    for colour, listed in setting.items():
        if colour not in COLOURS:
            near = get_close_matches(str(colour), COLOURS, n=1)
            offered = f"did you mean {near[0]!r}?" if near else f"the colours are {', '.join(COLOURS)}"
            raise SettingsError(f"{name}: words can't have the colour {colour!r}; {offered}")
        for word in _words(listed, name, colour):
            if grounds.setdefault(word, COLOURS[colour]) != COLOURS[colour]:
                raise SettingsError(f"{name} gives {word!r} two colours; remove it from one of them")
    return grounds


def _words(listed: Any, name: str, colour: str) -> list[str]:
    words = listed.split() if isinstance(listed, str) else listed
    if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
        raise SettingsError(f'{name}: the words of {colour!r} are {listed!r}, but must be a text such as "good great"')
    return list(words)


def known_to(register: Mapping[str, Ground], word: str) -> Ground | None:
    """Return the background that the settings give a word, without its punctuation, and perhaps in lower case."""
    bare = word.strip(_AROUND) or word
    return register.get(bare, register.get(bare.lower()))


def registered(register: Mapping[str, Ground], words: Iterable[str]) -> dict[str, Ground]:
    """Return the backgrounds of those words that the settings know.

    >>> registered({"good": 0, "not": "ink"}, ["Not", "very", "good."])
    {'Not': 'ink', 'good.': 0}
    """
    return {word: ground for word in words if (ground := known_to(register, word)) is not None}


def agreed(figures: Iterable[Collection[str]], register: Mapping[str, Ground]) -> dict[str, Ground]:
    """Give words the backgrounds that the settings say; the others are numbered.

    They differ in each figure, or at least in the first one with a word, avoid what the settings give to words of the
    article, and are reused late, as long as there are enough backgrounds.

    >>> agreed([["not", "good"], ["I", "am", "not"]], {"am": 0})
    {'not': 1, 'good': 2, 'I': 3, 'am': 0}
    """
    figures = [tuple(words) for words in figures]
    words = dict.fromkeys(word for words in figures for word in words)
    of_settings = registered(register, words)
    grounds = dict(of_settings)
    unused = [number for number in range(COUNT) if number not in of_settings.values()]
    for word in words:
        if word not in of_settings:
            first, *more = ({grounds.get(neighbour) for neighbour in figure} for figure in figures if word in figure)
            beside = first.union(*more)
            used = Counter(grounds.values())
            choices = (unused, beside), (range(COUNT), beside), (range(COUNT), first), (unused, ()), (range(COUNT), ())
            free = next(
                filter(None, ([ground for ground in numbers if ground not in near] for numbers, near in choices))
            )
            grounds[word] = min(free, key=lambda number: (used[number], number))
    return {word: grounds[word] for word in words}
