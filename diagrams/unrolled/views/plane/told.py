"""A plane in words."""

from __future__ import annotations

from ...numbers import counted, text_of
from ...picture import Description
from .scene import Scene

DECIMALS = 2


def alt_of(scene: Scene) -> str:
    """Say how many words there are, and what was asked of them."""
    said = f"{counted(len(scene.words), 'word')} as points in a plane, near one another where their vectors are alike."
    return " ".join([said, *_asked(scene)])


def description_of(scene: Scene) -> Description:
    """Give each word a row: its place, and the word nearest to it."""
    features = scene.vectors.shape[1]
    if scene.projection.is_whole:
        text = f"Each word stands where {'its two numbers say' if features == 2 else 'its number says'}."
    else:
        share = round(100 * scene.projection.kept)
        text = (
            f"Each word has {features} numbers, and a page has two directions. The words are projected on the two "
            f"along which they differ most (principal components). These keep {share} % of the variance: points that "
            "lie close together here may be further apart in truth."
        )
    text = " ".join([text, "Neighbours are those at the least distance in all numbers.", *_asked(scene)])
    rows = []
    for word, place, vector in zip(scene.words, scene.places.tolist(), scene.vectors, strict=True):
        nearest = scene.neighbours(vector, (word,), 1)
        named = [nearest[0][0], text_of(nearest[0][1], DECIMALS)] if nearest else ["", ""]
        rows.append([word, *(text_of(round(each, 6), DECIMALS) for each in place), *named])
    return {"text": text, "head": ["word", "across", "up", "nearest", "distance"], "rows": rows}


def _asked(scene: Scene) -> list[str]:
    said = []
    for near in scene.near:
        found = scene.neighbours_of(near)
        names = ", ".join(word for word, _ in found)
        verb = "neighbour of" if len(found) == 1 else "neighbours of"
        said.append(f"The nearest {verb} “{near.word}”: {names}.")
    for each in scene.differences:
        if each.again is None:
            said.append(f"An arrow leads from “{each.start}” to “{each.to}”.")
        else:
            answer = scene.answer(each)
            near_by = f", and the nearest other word is “{answer}”" if answer else ""
            said.append(
                f"The arrow from “{each.start}” to “{each.to}”, drawn again from “{each.again}”, "
                f"ends at {each.name}{near_by}."
            )
    return said
