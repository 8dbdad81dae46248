"""Positions of words as waves: what sinusoidal positions are, and why neighbouring places are alike."""

from unrolled import Picture, positions


def draw(
    places: int = 8,
    units: int = 6,
    base: float = 10000,
    place: int | None = None,
    waves: list[int] | None = None,
    language: str = "en",
) -> Picture:
    """Draw so many `places` of so many numbers, `units`; the formula is that of Vaswani and others, with their `base`.

    `place` is the place, from 0, to which the others are compared, and `waves` names the two numbers, from 1, that are
    drawn as waves. `language` is that of the picture's own words.
    """
    picture = positions(places, units, base=base, place=place, waves=waves)
    return picture if language == "en" else picture.in_language(language)
