"""A figure's drawing as it stands in a page: named, described, and with ids that stand there once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape

from ..themed import ON_PAPER, OWN
from .ties import Tie

_ON_PAPER = re.compile(rf' class="{ON_PAPER}" {OWN}="(?P<colours>[^"]*)"')
_ID = re.compile(r'(?P<before>\bid="|url\(#|\bhref="#)(?P<id>[^")]+)')


@dataclass(frozen=True)
class Told:
    """What a page says of a drawing: its alt text and long text, that it stands there the n-th time, and its ties."""

    alt: str
    text: str
    time: int
    ties: Sequence[Tie] = ()


def drawing(svg: str, form: str, told: Told) -> str:
    """Write one form of a figure, `wide` or `turned`, whose SVG the store keeps, for its place in a page."""
    end = svg.index(">")
    inside = svg[end + 1 :].removesuffix("</svg>")
    if told.time > 1:
        inside = _ID.sub(lambda found: f"{found['before']}{found['id']}--{told.time}", inside)
    for tie in told.ties:
        argument = f'data-arg="{escape(tie.name)}"'
        inside = inside.replace(argument, f'{argument} data-tie="{tie.number}" class="of-{tie.role}"')
    opened = _ON_PAPER.sub("", svg[:end])
    kind = f"{form} {ON_PAPER}" if own_colours(svg) else form
    role = 'role="img"' if told.alt else 'aria-hidden="true"'
    if told.alt:
        # A browser would show the title wherever the mouse rests, but for another one, here of nothing, that is nearer.
        inside = f"{_told('title', told.alt)}{_told('desc', told.text)}<g><title></title>{inside}</g>"
    return f'{opened} class="{kind}" {role}>{inside}</svg>'


def own_colours(svg: str) -> list[str]:
    """List the colours of a figure, whose SVG the store keeps, that are no tokens: with any it stays light."""
    found = _ON_PAPER.search(svg, 0, svg.index(">"))
    return unescape(found["colours"]).split() if found else []


def _told(tag: str, text: str) -> str:
    return f"<{tag}>{escape(' '.join(text.split()), quote=False)}</{tag}>" if text else ""
