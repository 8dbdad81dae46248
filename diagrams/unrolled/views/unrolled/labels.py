"""What the rows of a picture are called beside it, in the code's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...i18n import Series, gettext
from .scene import Scene, called
from .shown import Line

if TYPE_CHECKING:
    from ...layers.recurrent import Recurrent

RECURRENT = ("SimpleRNN", "GRU", "LSTM", "Bidirectional")
MOST_UNITS = 6
BOTH = "both"
DIRECTIONS = {"forward": gettext("forward"), "backward": gettext("backward"), BOTH: gettext("both")}
"""How a direction, or both of them, is called beside its lane."""
OPTIONS = ("go_backwards", "return_state")
"""What changes how a lane looks, and is said beside it."""


def label_of(scene: Scene, node: int, layer: Recurrent, direction: str = "") -> tuple[Line, ...]:
    """Name a layer beside its lane."""
    size = layer.name_in_code if scene.single and layer.units <= MOST_UNITS else called(layer)
    lines = [Line(text) for text in (number_of(scene, node, direction), size) if text]
    said = [] if direction else [option for option in OPTIONS if getattr(layer, option)]
    return (*lines, *(Line(f"{option}=True", "ink", scene.key(node, option)) for option in said))


def number_of(scene: Scene, node: int, direction: str = "") -> str:
    """Count the recurrent layers where there are several: `layer 2`, `decoder`."""
    recurrent = [number for number, each in enumerate(scene.model.nodes) if each.layer.name_in_code in RECURRENT]
    if len(recurrent) == 1:
        return DIRECTIONS.get(direction, "")
    name = gettext("layer %(number)s", number=recurrent.index(node) + 1)
    if scene.handed:
        decodes = _decodes(scene, node)
        alike = [each for each in recurrent if _decodes(scene, each) == decodes]
        number = alike.index(node) + 1
        if len(alike) == 1:
            name = gettext("decoder") if decodes else gettext("encoder")
        elif decodes:
            name = gettext("decoder %(number)s", number=number)
        else:
            name = gettext("encoder %(number)s", number=number)
    return Series(name, DIRECTIONS[direction]) if direction else name


def _decodes(scene: Scene, node: int) -> bool:
    """Tell whether a layer reads a sentence at which states are handed over."""
    states = [each for each, found in enumerate(scene.model.nodes) if found.states]
    return _entry(scene, node) in {_entry(scene, each) for each in states}


def _entry(scene: Scene, node: int) -> int:
    given = scene.model.nodes[node].given
    while given.node is not None:
        given = scene.model.nodes[given.node].given
    return given.output
