"""What the numbers of a picture can be asked: only what is consistent, and what the picture prints."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pytest

from plugins.building.incremental import WholeBuildError
from plugins.figures.asks import misprints, read, written
from plugins.figures.build import PUBLISHED, publish_again
from plugins.figures.cache import Store
from plugins.figures.records import Figure, Form
from plugins.figures.requests import Reference
from plugins.figures.routing import Route, data_path
from plugins.figures.settings import Settings
from tests.tables import table

ASKS: dict[str, Any] = {
    "arrays": [["x", "", 2], ["y", "x · x", 1]],
    "nodes": [["0.25"], ["−0.5"], ["−0.12", "{0} × {-1}", {0: -9, 1: -9}]],
    "parts": {"x": 0, "y": [2]},
}


def test_answers_are_compact_json() -> None:
    """Nodes may be numbered by numbers or by texts; JSON has only texts."""
    assert written(ASKS).decode() == (
        '{"arrays":[["x","",2],["y","x · x",1]],'
        '"nodes":[["0.25"],["−0.5"],["−0.12","{0} × {-1}",{"0":-9,"1":-9}]],"parts":{"x":0,"y":[2]}}'
    )
    assert written(json.loads(json.dumps(ASKS))) == written(ASKS)


@table(__file__, "Invalid answers are an error")
def test_invalid_answers_are_an_error(harm: str, at: str, value: Any, said: str) -> None:
    """It says what is wrong, and where."""
    asks = place = json.loads(json.dumps(ASKS))
    *keys, last = at.split()
    for key in keys:
        place = place[int(key) if isinstance(place, list) else key]
    if value is ...:
        del place[last]
    else:
        place[int(last) if isinstance(place, list) else last] = value
    with pytest.raises(ValueError, match=re.escape(said)):
        written(asks)


@pytest.mark.parametrize("asks", [[], "asks", {"arrays": object()}, {1: float("nan")}])
def test_anything_else_is_an_error(asks: object) -> None:
    """Even if it can't be written as JSON."""
    with pytest.raises(ValueError, match=r"^(Expected|Object|Out of|Type|.*JSON)"):
        written(asks)


@table(__file__, "A printed number that isn't its node's is an error")
def test_a_printed_number_is_its_nodes(
    case: str, parts: dict[str, Any], drawn: dict[str, list[str]], said: str
) -> None:
    """It may have fewer decimals."""
    drawing = Element("svg")
    for name, texts in drawn.items():
        part = SubElement(drawing, "g", {"data-part": name})
        for text in texts:
            SubElement(part, "text").text = text
    asks = ASKS | {"arrays": [["all", "", 4]], "nodes": [*ASKS["nodes"], ["∞"]]}
    assert "".join(misprints(drawing, read(written(asks | {"parts": parts})))) == said
    other = read(written(asks | {"parts": dict.fromkeys(parts, 3), "narrow": parts}))
    assert "".join(misprints(drawing, other, "narrow")) == said


def test_a_preview_publishes_other_answers_by_another_name(tmp_path: Path) -> None:
    """And lists them, so that the next build removes the ones before."""
    settings = Settings.of({"PATH": str(tmp_path / "content"), "OUTPUT_PATH": str(tmp_path / "output")})
    store = Store(tmp_path / "store")
    form = Form({}, 10, 10)
    route = Route("sums", "png", tmp_path / "sums.py", 1, None)
    reference = Reference(route, "/images/sums.png", tmp_path / "a.md", 1)
    before, now = (Figure(form, None, asks=store.add(text, "json")) for text in (b"{}", b"[]"))
    name = data_path("images/sums", "asks", str(now.asks))
    assert publish_again({reference: before}, {reference: now}, settings, store, ()) == [name]
    assert (settings.output / name).read_bytes() == b"[]"
    assert name in (settings.store / PUBLISHED).read_text()
    other = replace(now, wide=replace(form, files={"png": "a.png"}))
    with pytest.raises(WholeBuildError):
        publish_again({reference: before}, {reference: other}, settings, store, ())
