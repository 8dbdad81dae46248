"""Under a figure that goes step by step: buttons, a slider, and the sentence of each step, for the page's script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ...i18n.catalogues import ENGLISH, Language


def stepping(sentences: Sequence[str], called: str, language: Language = ENGLISH) -> str:
    """Write them; nothing for a figure without steps. The first place of the slider is the whole figure.

    All sentences stand in one place, of which one is seen, so that nothing moves from step to step. A button that leads
    nowhere says so, and can still have the focus: else who steps by keyboard would lose their place at either end.
    """
    if len(sentences) < 2:
        return ""
    said = [escape(" ".join(sentence.split()), quote=False) for sentence in sentences]
    of = escape(language.gettext("Steps of %(figure)s", figure=called or language.gettext("this figure")))
    buttons = [
        _button(language.gettext("Previous step"), '"M10 3 5 8l5 5"', leads_nowhere=True),
        _button(language.gettext("Play"), '"M5 3v10l8-5z" fill="currentColor"'),
        _button(language.gettext("Next step"), '"m6 3 5 5-5 5"'),
    ]
    step, all_steps = escape(language.gettext("Step")), escape(language.gettext("All steps"))
    return (
        f'\n<div class="steps" role="group" aria-label="{of}">{"".join(buttons)}'
        f'<input type="range" min="0" max="{len(said)}" value="0" autocomplete="off" aria-label="{step}"'
        f' aria-valuetext="{all_steps}" /><div class="said"><output aria-live="polite">{all_steps}</output>'
        f"{''.join(f'<p>{one}</p>' for one in said)}</div></div>"
    )


def _button(name: str, icon: str, leads_nowhere: bool = False) -> str:
    drawn = '<svg width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">'
    nowhere = ' aria-disabled="true"' if leads_nowhere else ""
    return f'<button type="button" aria-label="{escape(name)}"{nowhere}>{drawn}<path d={icon} /></svg></button>'
