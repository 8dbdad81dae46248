"""Requests -> records: each is rendered only if none of its records is true any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import engine
from .children import Children
from .freshness import Present
from .records import Record, Records
from .report import FigureError, RenderError
from .requests import Reference, Request, parameters, request
from .settings import Settings
from .store import Store, unwritable


@dataclass(frozen=True)
class State:
    """What is known of a request: the record that is true, or else why none is."""

    request: Request
    record: Record | None
    reasons: tuple[str, ...] = ()


class Rendering:
    """What a project remembers of its renders, and how it comes to new ones."""

    def __init__(
        self,
        settings: Settings,
        children: Children | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.store = Store(settings.store / "store")
        self._settings = settings
        self._children = children
        self._progress = progress
        self._records = Records(settings.store / "records", settings.shown(settings.diagrams))
        self._present = Present(settings)
        self.problems: list[FigureError] = []
        """What keeps a render that went well from being remembered."""

    def request(
        self, script: Path, references: Sequence[Reference]
    ) -> tuple[Request | None, dict[Reference, FigureError]]:
        """Make the request for a script, whose text counts as read now; tell which references cannot be served."""
        return request(script, parameters(self._present.text(script)), references, self._settings.root)

    def state(self, asked: Request) -> State:
        """Look whether a request is fresh, without running anything."""
        known = self._records.read(self._name(asked.script), self._present.key(asked))
        for record in known:
            if not any(self._present.changes(record.inputs)) and self._is_whole(record):
                return State(asked, record)
        if not known:
            return State(asked, None, ("it was not drawn before as it is asked for now",))
        reasons = tuple(self._present.changes(known[0].inputs))
        return State(asked, None, reasons or ("its stored files are not whole",))

    def render(self, states: Sequence[State]) -> list[Record | RenderError]:
        """Return the record of each state; those that have none are run, and remembered if that went well."""
        stale = [state.request for state in states if state.record is None]
        try:
            rendered = iter(self._rendered(stale, self._remember))
        except OSError as problem:
            failed = RenderError(*str(unwritable(problem, self._settings)).splitlines())
            return [state.record or failed for state in states]
        return [state.record or next(rendered) for state in states]

    def last(self, script: Path) -> Record | None:
        """Return the newest record of a script whose files are there, whatever its inputs were."""
        return next((one for one in self._records.newest(self._name(script)) if self._is_whole(one)), None)

    def differing(self, requests: Sequence[Request]) -> list[Request]:
        """Render everything twice, and return what came out otherwise: it asks the clock, or for entropy."""
        first, second = (self._rendered(requests) for _ in range(2))
        return [
            asked
            for asked, one, other in zip(requests, first, second, strict=True)
            if isinstance(one, Record) and isinstance(other, Record) and one.files != other.files
        ]

    def prune(self, needed: Sequence[Request]) -> list[str]:
        """Forget what no present request needs; return the names of the stored files that went."""
        kept = {(self._name(asked.script), self._present.key(asked)) for asked in needed}
        self._records.keep(kept)
        files = {file for name, key in kept for record in self._records.read(name, key) for file in record.files}
        return self.store.keep(files)

    def _rendered(
        self, requests: Sequence[Request], keep: Callable[[Request, Record | RenderError], None] | None = None
    ) -> list[Record | RenderError]:
        return engine.render(requests, self._settings, self.store, self._present, self._children, self._progress, keep)

    def _remember(self, asked: Request, outcome: Record | RenderError) -> None:
        # What does not hold any more may not be what was read: it is used now, and looked at again the next time.
        if isinstance(outcome, Record) and outcome.is_lasting:
            stamps = {file: stamp for file in outcome.files if (stamp := self.store.stamp(file))}
            try:
                self._records.add(self._name(asked.script), self._present.key(asked), replace(outcome, stamps=stamps))
            except OSError as problem:
                self.problems = [unwritable(problem, self._settings)]

    def _is_whole(self, record: Record) -> bool:
        return all(self.store.holds(file, record.stamps.get(file)) for file in record.files)

    def _name(self, script: Path) -> str:
        return self._settings.shown(script, self._settings.diagrams).removesuffix(".py")
