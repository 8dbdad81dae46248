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
from .requests import Asked, Reference, Request, requests_of
from .settings import Settings
from .signature import Signature
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
        self._records = Records(settings.store / "records")
        self._signatures: dict[Path, Signature] = {}
        self._present = Present(settings)
        self.problems: list[FigureError] = []
        """What keeps a render that went well from being remembered."""

    def requests(self, references: Sequence[Reference]) -> Asked:
        """Make the requests for figures, whose scripts count as read now; tell which references cannot be served."""
        return requests_of(references, self._signature, self._settings)

    def state(self, asked: Request) -> State:
        """Look whether a request is fresh, without running anything."""
        known = self._records.read(asked.name, self._present.key(asked), self._settings.shown(asked.script))
        for record in known:
            if not any(self._present.changes(record.inputs, asked)) and self._is_whole(record):
                return State(asked, record)
        if not known:
            return State(asked, None, ("it was not drawn before as it is asked for now",))
        reasons = tuple(self._present.changes(known[0].inputs, asked))
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

    def last(self, name: str, script: Path) -> Record | None:
        """Return the newest record of a figure whose files are there, whatever its inputs were."""
        known = self._records.newest(name, self._settings.shown(script))
        return next((one for one in known if self._is_whole(one)), None)

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
        kept = {(asked.name, self._present.key(asked)): self._settings.shown(asked.script) for asked in needed}
        self._records.keep(kept)
        records = (record for it, script in kept.items() for record in self._records.read(*it, script))
        files = {file for record in records for file in record.files}
        return self.store.keep(files)

    def _rendered(
        self, requests: Sequence[Request], keep: Callable[[Request, Record | RenderError], None] | None = None
    ) -> list[Record | RenderError]:
        return engine.render(requests, self._settings, self.store, self._present, self._children, self._progress, keep)

    def _remember(self, asked: Request, outcome: Record | RenderError) -> None:
        # What does not hold any more may not be what was read: it is used now, and looked at again the next time.
        if isinstance(outcome, Record) and outcome.is_lasting:
            stamps = {file: stamp for file in outcome.files if (stamp := self.store.stamp(file))}
            key, script = self._present.key(asked), self._settings.shown(asked.script)
            try:
                self._records.add(asked.name, key, replace(outcome, stamps=stamps), script)
            except OSError as problem:
                self.problems = [unwritable(problem, self._settings)]

    def _is_whole(self, record: Record) -> bool:
        return all(self.store.holds(file, record.stamps.get(file)) for file in record.files)

    def _signature(self, script: Path) -> Signature:
        if script not in self._signatures:
            self._signatures[script] = Signature.of(self._present.text(script))
        return self._signatures[script]
