"""Layers that prepare data. Their numbers depend on the data they were adapted to, so only their shapes are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ..arrays import OpenShape
from ..layers.core import Opaque
from ..layers.layer import ShapeError, check_count

Options = Mapping[str, Any]
UNCHANGED = (
    *("AutoContrast", "Equalization", "RandAugment", "RandomBrightness", "RandomColorJitter", "RandomContrast"),
    *("RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert"),
    *("RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness"),
    *("RandomShear", "RandomTranslation", "RandomZoom", "Solarization"),
)
"""Layers that return pictures of the size of those that they get."""


def read(kind: str, options: Options) -> Opaque | None:
    """Return a preprocessing layer; None if there is none of this kind."""
    shape_after = RULES.get(kind)
    return None if shape_after is None else Opaque(kind, partial(_shapes, shape_after, kind, options))


def _shapes(rule: Callable[..., OpenShape], kind: str, options: Options, *shapes: OpenShape) -> Sequence[OpenShape]:
    if len(shapes) != 1:
        raise ShapeError(f"{kind} takes 1 input, but gets {len(shapes)}")
    return [rule(kind, options, shapes[0])]


def _same(kind: str, options: Options, shape: OpenShape) -> OpenShape:
    if len(shape) != 3:
        raise ShapeError(f"{kind} reads pictures (height, width, channels), but its input is {shape}", 4)
    return shape


def _resized(kind: str, options: Options, shape: OpenShape) -> OpenShape:
    height, width = options.get("height"), options.get("width")
    check_count("height", height)
    check_count("width", width)
    return (height, width, _same(kind, options, shape)[-1])


def _coded(kind: str, options: Options, shape: OpenShape) -> OpenShape:
    """Return the shape of words or numbers that become their indices."""
    if options.get("output_mode", "int") != "int":
        raise ShapeError(
            f"how long a row of {kind}(output_mode={options['output_mode']!r}) is depends on its data: start with an "
            "Input of that length"
        )
    return shape


def _vectorized(kind: str, options: Options, shape: OpenShape) -> OpenShape:
    _coded(kind, options, shape)
    if shape not in ((), (1,)):
        raise ShapeError(f"{kind} reads one text for each sample, but its input is {shape}: write Input((1,))")
    return (options.get("output_sequence_length"),)


def _encoded(kind: str, options: Options, shape: OpenShape) -> OpenShape:
    tokens = options.get("num_tokens")
    check_count("num_tokens", tokens)
    keeps = options.get("output_mode", "multi_hot") == "one_hot" and shape[-1:] != (1,)
    return (*(shape if keeps else shape[:-1]), tokens)


RULES: Mapping[str, Callable[[str, Options, OpenShape], OpenShape]] = {
    **dict.fromkeys(UNCHANGED, _same),
    **dict.fromkeys(("CenterCrop", "RandomCrop", "Resizing"), _resized),
    **dict.fromkeys(("Discretization", "Hashing", "IntegerLookup", "StringLookup"), _coded),
    "TextVectorization": _vectorized,
    "CategoryEncoding": _encoded,
}
