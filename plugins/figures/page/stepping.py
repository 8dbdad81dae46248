"""Under a figure that goes step by step: buttons, a slider, and the sentence of each step, for the page's script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import starmap

ALL_STEPS = "All steps"
"""What is shown where no step is: at the start."""

_ICONS = {
    "Previous step": '"M10 3 5 8l5 5"',
    "Play": '"M5 3v10l8-5z" fill="currentColor"',
    "Next step": '"m6 3 5 5-5 5"',
}


def stepping(sentences: Sequence[str], called: str) -> str:
    """Write them; nothing for a figure without steps. The first place of the slider is the whole figure.

    All sentences stand in one place, of which one is seen, so that nothing moves from step to step. A button that leads
    nowhere says so, and can still have the focus: else who steps by keyboard would lose their place at either end.
    """
    if len(sentences) < 2:
        return ""
    said = [escape(" ".join(sentence.split()), quote=False) for sentence in sentences]
    of = escape(f"Steps of {called or 'this figure'}")
    return (
        f'\n<div class="steps" role="group" aria-label="{of}">{"".join(starmap(_button, _ICONS.items()))}'
        f'<input type="range" min="0" max="{len(said)}" value="0" autocomplete="off" aria-label="Step"'
        f' aria-valuetext="{ALL_STEPS}" /><div class="said"><output aria-live="polite">{ALL_STEPS}</output>'
        f"{''.join(f'<p>{one}</p>' for one in said)}</div></div>"
    )


def _button(name: str, icon: str) -> str:
    drawn = '<svg width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">'
    nowhere = ' aria-disabled="true"' if name == "Previous step" else ""
    return f'<button type="button" aria-label="{name}"{nowhere}>{drawn}<path d={icon} /></svg></button>'
