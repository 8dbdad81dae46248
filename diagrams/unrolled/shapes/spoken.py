"""A shape whose words are said in another language."""

from dataclasses import fields, replace
from typing import Any

from ..i18n import Language, Translatable
from ..numbers import Number
from .phrase import Run
from .shape import Shape

READ = frozenset({"text", "second", "cells", "rows", "runs", "shape"})
"""The fields of a shape that a reader sees as text, or that hold a shape which has some."""


def spoken(shape: Shape, language: Language) -> Shape:
    """Change every word that a shape shows, wherever it holds it; the shape stays what it is, where it is."""
    return replace(
        shape, **{one.name: _said(getattr(shape, one.name), language) for one in fields(shape) if one.name in READ}
    )


def _said(value: Any, language: Language) -> Any:
    match value:
        case Shape():
            return spoken(value, language)
        case Translatable():
            return value.said_in(language)
        case Number():
            return Number(language.text(value))
        case str():
            return language.text(value)
        case Run():
            return value._replace(text=_said(value.text, language))
        case tuple():
            return tuple(_said(one, language) for one in value)
        case _:
            return value
