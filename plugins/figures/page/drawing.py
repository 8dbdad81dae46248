"""A figure's drawing as it stands in a page: named, described, and with ids that stand there once."""

from __future__ import annotations

import re
from html import escape

from ..themed import ON_PAPER

_ON_PAPER = f' class="{ON_PAPER}"'
_ID = re.compile(r'(?P<before>\bid="|url\(#|\bhref="#)(?P<id>[^")]+)')


def drawing(svg: str, form: str, alt: str, text: str, time: int) -> str:
    """Write one form of a figure, `wide` or `turned`, whose SVG the store keeps, as it stands there the n-th time."""
    end = svg.index(">")
    inside = svg[end + 1 :].removesuffix("</svg>")
    if time > 1:
        inside = _ID.sub(lambda found: f"{found['before']}{found['id']}--{time}", inside)
    opened = svg[:end].replace(_ON_PAPER, "")
    kind = f"{form} {ON_PAPER}" if _ON_PAPER in svg[:end] else form
    role = 'role="img"' if alt else 'aria-hidden="true"'
    if alt:
        # A browser would show the title wherever the mouse rests, but for another one, here of nothing, that is nearer.
        inside = f"{_told('title', alt)}{_told('desc', text)}<g><title></title>{inside}</g>"
    return f'{opened} class="{kind}" {role}>{inside}</svg>'


def _told(tag: str, text: str) -> str:
    return f"<{tag}>{escape(' '.join(text.split()), quote=False)}</{tag}>" if text else ""
