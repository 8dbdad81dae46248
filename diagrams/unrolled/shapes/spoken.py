"""A shape whose words are said in another language."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from .shape import Shape

OURS = frozenset({"name", "role", "argument", "anchor"})
"""What a shape says to us, not to a reader."""


def spoken(shape: Shape, say: Callable[[str], str]) -> Shape:
    """Change every word that a shape shows, wherever it holds it; the shape stays what it is, where it is."""
    changed = {
        one.name: _said(getattr(shape, one.name), say) for one in fields(shape) if one.init and one.name not in OURS
    }
    return replace(shape, **changed)


def _said(value: Any, say: Callable[[str], str]) -> Any:
    if isinstance(value, Shape):
        return spoken(value, say)
    if isinstance(value, str):
        return say(value)
    if type(value) is tuple:
        return tuple(_said(one, say) for one in value)
    return value
