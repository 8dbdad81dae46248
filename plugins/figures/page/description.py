"""What a figure says in words and values, for who does not see it, or wants to read them off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ...i18n.catalogues import ENGLISH, Language


def description(told: Mapping[str, Any], name: str, language: Language = ENGLISH) -> str:
    """Write the long text and the values of a figure, folded; empty where there are none."""
    text, head, rows = (told.get(part) or () for part in ("text", "head", "rows"))
    paragraphs = [f"<p>{escape(' '.join(one.split()))}</p>" for one in str(text or "").split("\n\n") if one.strip()]
    values = [_table(head, rows, language.gettext("Values of %(figure)s", figure=name))] if rows else []
    if not paragraphs and not values:
        return ""
    summary = escape(language.gettext("Describe this figure"), quote=False)
    said = "\n".join([*paragraphs, *values])
    return f'<details class="description">\n<summary>{summary}</summary>\n{said}\n</details>'


def _is_number(cell: str) -> bool:
    """Say whether a cell is one number, as any language prints it: such columns are set to the right."""
    return cell.lstrip("−-+").removesuffix("%").replace(".", "").replace(",", "").isdecimal()


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], called: str) -> str:
    columns = list(zip(*rows, strict=False))
    ends = [' class="to-end"' if all(map(_is_number, filter(None, it))) and any(it) else "" for it in columns]
    heads = "".join(f'<th scope="col"{end}>{escape(it)}</th>' for it, end in zip(head, ends, strict=False))
    body = "\n".join(
        "<tr>"
        + "".join(
            f'<th scope="row"{end}>{escape(it)}</th>' if place == 0 else f"<td{end}>{escape(it)}</td>"
            for place, (it, end) in enumerate(zip(row, ends, strict=False))
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{escape(called)}"><table class="values">\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>"
    )
