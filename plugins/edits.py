"""What a plugin does to one article that was edited, while all the rest of a build stays as it is.

A preview reads only the article again, and puts it in its own place, as long as no header has changed. For that it must
know of everything that listens to Pelican what it would do to this article, or that it would do nothing: `on_edit` says
so of a receiver of a signal, or of a generator. Where something listens that doesn't say, the whole site is built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

Told = TypeVar("Told", bound=Callable[..., Any])

MARK = "__on_edit__"


class WholeBuildError(Exception):
    """The edit changes more than the article's own page; says what."""


@dataclass(frozen=True)
class OnEdit:
    """What is done to an article that was read again, what then is written, and what has to be as it was before.

    Each is called with the article, and with the list of generators, or for a generator with that itself; `writes` with
    a writer, too, and it may return what of the output it has written without that. To give up the edit for a whole
    build, they raise WholeBuildError. `shows` returns what others than the article's page depend on.
    """

    does: Callable[[Any, Any], None] | None = None
    writes: Callable[[Any, Any, Any], Iterable[str] | None] | None = None
    shows: Callable[[Any, Any], object] | None = None


def on_edit(
    does: Callable[[Any, Any], None] | None = None,
    writes: Callable[[Any, Any, Any], Iterable[str] | None] | None = None,
    shows: Callable[[Any, Any], object] | None = None,
) -> Callable[[Told], Told]:
    """Say what a receiver or a generator does to an article that was edited; without arguments, that it's nothing."""

    def told(receiver: Told) -> Told:
        setattr(receiver, MARK, OnEdit(does, writes, shows))
        return receiver

    return told


def told_by(receiver: object) -> OnEdit | None:
    """Return what a receiver or a generator's class says of itself; None where it says nothing."""
    # A class doesn't speak for those that extend it.
    told = vars(receiver).get(MARK) if isinstance(receiver, type) else getattr(receiver, MARK, None)
    return told if isinstance(told, OnEdit) else None
