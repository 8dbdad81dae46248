"""The plants that grow with the parts of a series."""

import pytest

from plugins.html import parse
from plugins.plants import grown, plant, plants


@pytest.mark.parametrize("of", [1, 2, 3, 8, 12, 30])
def test_a_plant_grows_with_each_part(of: int) -> None:
    """However many there are: the first of several is a seedling, and the last a full tree."""
    sizes = [grown(number, of).height for number in range(1, of + 1)]
    assert sizes == sorted(set(sizes))
    twigs = [sum(1 for _ in grown(number, of).twigs()) for number in (1, of)]
    assert twigs == ([0, 7] if of > 1 else [7, 7])


def test_a_page_has_each_drawing_once() -> None:
    """All that is shown is drawn there, and series of several lengths don't get in each other's way."""
    page = parse("".join([plants(3), plants(8), plant(2, 3), plant(8, 8), plant(1, 8, True)]))
    drawn = [it.attributes["id"] for it in page.css("[id]")]
    assert len(drawn) == len(set(drawn))
    shown = {it.attributes["href"] for it in page.css("use")}
    assert shown <= {f"#{name}" for name in drawn}
    boxes = [it.attributes["viewBox"] for it in page.css(".plant")]
    assert boxes[2] == "-50 -100 100 100"
    assert [box.split()[2] for box in boxes[:2]] == ["136", "136"]
