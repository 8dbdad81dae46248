"""A figure's drawing as it stands in a page: named, described, and with ids that stand there once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

from ..themed import ON_PAPER, OWN
from .arguments import At, at_of
from .ties import Tie

_ON_PAPER = re.compile(rf' class="{ON_PAPER}" {OWN}="(?P<colours>[^"]*)"')
_PART = re.compile(r'data-part="(?P<gid>[^"]*)" data-arg="[^"]*"')
_ID = re.compile(r'(?P<before>\bid="|url\(#|\bhref="#)(?P<id>[^")]+)')


@dataclass(frozen=True)
class Told:
    """What a page says of a figure: its alt text and long text, that it stands there the n-th time, and its ties."""

    alt: str
    text: str
    time: int
    ties: Mapping[At, Tie] = field(default_factory=dict)


def drawing(svg: str, form: str, parts: Mapping[str, Any], told: Told) -> str:
    """Write one form of a figure, `wide` or `turned`, whose SVG the store keeps, for its place in a page."""
    end = svg.index(">")
    inside = svg[end + 1 :].removesuffix("</svg>")
    if told.time > 1:
        inside = _ID.sub(lambda found: f"{found['before']}{found['id']}--{told.time}", inside)
    if told.ties:
        inside = _PART.sub(
            lambda found: f"{found[0]}{_marked(parts.get(unescape(found['gid']), {}), told.ties)}", inside
        )
    opened = _ON_PAPER.sub("", svg[:end])
    kind = f"{form} {ON_PAPER}" if own_colours(svg) else form
    role = 'role="img"' if told.alt else 'aria-hidden="true"'
    if told.alt:
        # A browser would show the title wherever the mouse rests, but for another one, here of nothing, that is nearer.
        inside = f"{_told('title', told.alt)}{_told('desc', told.text)}<g><title></title>{inside}</g>"
    return f'{opened} class="{kind}" {role}>{inside}</svg>'


def _marked(part: Mapping[str, Any], ties: Mapping[At, Tie]) -> str:
    at = at_of(part)
    tie = None if at is None else ties.get(at)
    return f' {tie.attributes} class="of-{tie.role}"' if tie else ""


def own_colours(svg: str) -> list[str]:
    """List the colours of a figure, whose SVG the store keeps, that are no tokens: with any it stays light."""
    found = _ON_PAPER.search(svg, 0, svg.index(">"))
    return unescape(found["colours"]).split() if found else []


def _told(tag: str, text: str) -> str:
    return f"<{tag}>{escape(' '.join(text.split()), quote=False)}</{tag}>" if text else ""
