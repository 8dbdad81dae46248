"""A model as a column of layers: the shapes of what flows, and the parameters of each layer worked out."""

from __future__ import annotations

from ..errors import PictureError
from ..layout import snug_box
from ..model import Argument, Model
from ..picture import Picture
from .layered.axes import Flow, size_argument
from .layered.drawn import key, shapes_of
from .layered.plan import planned
from .layered.setting import Setting
from .layered.told import alt_of, description_of


def model_shapes(model: Model, batch: str = "None") -> Picture:
    """Draw a model from input to output, its shapes as Keras writes them; `batch` is a word for the first axis.

    A model of two inputs, such as an encoder and a decoder, has two columns.

    >>> model_shapes(read_keras(code))
    >>> model_shapes(read_keras(code), batch="batch")
    """
    if not model.nodes:
        raise PictureError("the model has no layer to draw", block=model.code or None)
    if not batch:
        raise PictureError("the batch axis needs a word, such as None or batch")
    plan, flow = planned(model), Flow(model, batch)
    columns = len(plan.columns)
    wide = Setting(plan, flow, beside=columns == 1, stacked=not plan.is_side_by_side)
    narrow = Setting(plan, flow, beside=False, stacked=columns > 1)
    return _picture(wide, turned=_picture(narrow))


def _picture(setting: Setting, turned: Picture | None = None) -> Picture:
    shapes = tuple(shapes_of(setting))
    return Picture(
        shapes,
        snug_box(shapes),
        alt_of(setting),
        description_of(setting),
        turned=turned,
        arguments=_arguments(setting.plan.model),
    )


def _arguments(model: Model) -> dict[str, Argument]:
    """Find where the code says what each shape ends in."""
    found: dict[str, Argument | None] = {key(number): size_argument(node) for number, node in enumerate(model.nodes)}
    for number, entry in enumerate(model.entries):
        call = entry.call or next((node.calls[0] for node in model.nodes if node.calls), None)
        said = (call.argument(name) for name in ("features", "time_steps")) if call else ()
        found[f"input-{number + 1}"] = next((argument for argument in said if argument is not None), None)
    return {name: argument for name, argument in found.items() if argument is not None}
