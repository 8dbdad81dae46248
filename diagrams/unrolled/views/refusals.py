"""Errors for what a view can't draw or what doesn't fit the code, raised at the author's own line."""

from __future__ import annotations

from collections.abc import Sequence

from ..arrays import worked_out
from ..errors import PictureError
from ..i18n import counted
from ..layers.recurrent import MOST_STEPS
from ..model import Model, Node


def refused(model: Model, node: Node | None, message: str, argument: str | None = None) -> PictureError:
    """Return an error for something unsupported, at the line of an argument or layer."""
    lineno = None if node is None else node.calls[0].lineno
    if node is not None and argument is not None:
        found = next((each for call in node.calls if (each := call.argument(argument))), None)
        lineno = lineno if found is None else found.lineno
    return at_line(model, message, lineno)


def at_line(model: Model, message: str, lineno: int | None) -> PictureError:
    """Return an error at a line of the model's code, if it was read from code."""
    return PictureError(message, block=model.code or None, lineno=lineno)


def choose(model: Model, names: Sequence[Sequence[str]], which: int | str | None, noun: str, kinds: str) -> int:
    """Select one of several layers by number, from 1, or by name; without either, there must be only one.

    Raises PictureError if the choice isn't valid, listing the options; `noun` and `kinds` describe the layer.
    """
    if which is None and len(names) == 1:
        return 0
    if isinstance(which, int) and 1 <= which <= len(names):
        return which - 1
    named = [at for at, called in enumerate(names) if which in called]
    if which is not None and len(named) == 1:
        return named[0]
    offered = "; ".join(f"{number}: {called[0]}" for number, called in enumerate(names, start=1))
    if not names:
        problem = f"the model has no {noun}: {kinds}"
    elif which is None:
        problem = (
            f"the model has {len(names)} {noun}s: choose one by number or name, for example layer=1. They are {offered}"
        )
    elif named:
        problem = f"{len(named)} layers are named {which!r}: choose one by number. They are {offered}"
    else:
        problem = f"there is no {noun} {which!r}; the model has {offered}"
    raise refused(model, model.nodes[0] if model.nodes else None, problem)


def misfit(model: Model, entry: int, name: str, message: str) -> PictureError:
    """Return an error for something that doesn't fit an input, at the line that sets the input's shape."""
    call = model.entries[entry].call
    argument = (call.argument(name) if call else None) or model.argument(name)
    return at_line(model, message, None if argument is None else argument.lineno)


def check_no_merges(model: Model, does: str) -> None:
    """Check that no layer merges several inputs; `does` says what the view draws. Raises PictureError at its line."""
    for node in model.nodes:
        if len(node.inputs) > 1:
            raise refused(
                model,
                node,
                f"{node.calls[0].text} merges {counted(len(node.inputs), 'input')}, but {does}: draw the parts of the "
                "model separately",
            )


def check_list(words: object) -> None:
    """Check that words are a non-empty list."""
    if isinstance(words, str) or not isinstance(words, Sequence) or not words:
        raise PictureError(f'pass a list of words, such as ["I", "am"], not {words!r}')


def check_words(model: Model, entry: int, words: Sequence[str]) -> None:
    """Check that a sentence has as many words as the code requires."""
    check_list(words)
    time_steps = worked_out(model.entries[entry].shape)[0]
    if len(words) != time_steps:
        say_steps, say_words = counted(time_steps, "time step"), counted(len(words), "word")
        message = (
            f"the code says {say_steps}, but the sentence has {say_words} ({', '.join(words)}): "
            f"write {len(words)} in the code, or give the sentence {counted(time_steps, 'word')}"
        )
        raise misfit(model, entry, "time_steps", message)
    if time_steps > MOST_STEPS:
        message = f"a sentence would read {time_steps:,} time steps, but the limit is {MOST_STEPS:,}: use fewer words"
        raise misfit(model, entry, "time_steps", message)
