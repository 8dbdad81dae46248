"""Incremental builds: how a plugin handles one edited article, and what else its part of a build depends on.

A preview reads only the edited article again, and replaces it, as long as no header has changed. While it builds the
whole site, it notes which receivers of Pelican's signals read or change what articles say. Those must declare with
`on_edit` how they process one article, and so must generators. If any doesn't, each save builds the whole site. All
others have nothing to do with an edit, and declare nothing. An article is processed in the same way if a figure that it
shows has been drawn again.

A build in which nothing has changed ends at once. So a plugin that keeps things from one build to the next adds to
`inputs_of` which files these depend on, and one that shows something that isn't in a file adds to `shown_by` what it
shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Receiver = TypeVar("Receiver", bound=Callable[..., Any])

MARK = "__on_edit__"

inputs_of: dict[str, Callable[[], Iterable[str]]] = {}
"""By the name of a plugin, what returns the paths that its part of the last build depends on.

It raises WholeBuildError if the next build may be different all the same.
"""
shown_by: dict[str, Callable[[Mapping[str, Any]], str]] = {}
"""By the name of a plugin, what returns the current state of what it shows, given the settings of the site."""


class WholeBuildError(Exception):
    """The site has to be built, because of more than what a plugin can handle or know; the message says what."""


@dataclass(frozen=True)
class OnEdit:
    """How an edited article is processed, and what is written then.

    Each function is called with the article, and with the list of generators, or, for a generator, with the generator
    itself; `writes` also gets a writer, and may return the output files that it has written without it. To give up the
    edit for a full build, they raise WholeBuildError.

    If figures were drawn again because one of their scripts was saved, the articles that show them count as edited.
    Before that, `redraws` is called with the `Redrawn` of the figure plugin, instead of an article, and returns those
    of the plugin's own pages that may show something else now.
    """

    does: Callable[[Any, Any], None] | None = None
    writes: Callable[[Any, Any, Any], Iterable[str] | None] | None = None
    redraws: Callable[[Any, Any], Iterable[Any]] | None = None


def on_edit(
    does: Callable[[Any, Any], None] | None = None,
    writes: Callable[[Any, Any, Any], Iterable[str] | None] | None = None,
    redraws: Callable[[Any, Any], Iterable[Any]] | None = None,
) -> Callable[[Receiver], Receiver]:
    """Declare how a receiver or a generator handles an edited article; without arguments, that it doesn't need to."""

    def declared(receiver: Receiver) -> Receiver:
        setattr(receiver, MARK, OnEdit(does, writes, redraws))
        return receiver

    return declared


def declaration_of(receiver: object) -> OnEdit | None:
    """Return the declaration of a receiver or a generator's class; None if it has none."""
    # A declaration isn't inherited by subclasses.
    declared = vars(receiver).get(MARK) if isinstance(receiver, type) else getattr(receiver, MARK, None)
    return declared if isinstance(declared, OnEdit) else None
