"""The building process. JSON lines in, a list of saved files each; out, the results. It ends with its input.

In, during a build: null if something was saved in the meantime. In, between builds: "search" if the search is opened.
Out: {"ready": …} once or {"failed": …}; then for each build {"drawing": …} if that takes long, {"early": …} if
something can be shown before it is finished, {"built": …} when it is or {"overtaken": …} if it was given up, and
{"watched": …}; and {"finished": …} when cards and the search index are up to date, sooner or later.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .site import Site

SEARCH = "search"


IDLE_S = 4.0
"""How long after the last save cards are drawn and the search index is updated, if nobody asks for it earlier."""


class Builder:
    """Reads orders while it builds, so that it can end together with its front at any time."""

    def __init__(self, channel: IO[str]) -> None:
        self._channel = channel
        self._orders: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()
        """The saved files; None if the search is opened."""
        self._is_saved = threading.Event()
        self._is_overtaken = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def run(self, name: str, arguments: list[str]) -> None:
        """Import the project, build right away, and again on each order; end if it can't be imported."""
        # From here on, the project's own code is imported, which may fail in any way.
        from .inputs import own_modules
        from .problems import of_exception

        try:
            from .inputs import Watched
            from .site import Drawing, Site

            drawing = Drawing(lambda names: self._say("drawing", {"names": names}), self._is_overtaken.is_set)
            site = Site(arguments, name, drawing, lambda changed: self._say("early", {"changed": changed}))
            watched = Watched(site.settings)
        except (Exception, SystemExit) as problem:
            modules = sorted(map(str, own_modules()))
            self._say("failed", {"problems": [asdict(of_exception(problem))], "modules": modules})
            return
        self._say("ready", {"output": str(site.output), "index": site.index_folder, "search": site.search_pages})
        self._say("watched", watched.now() | {"since": None})
        saved: list[str] = []
        while True:
            began = time.time()
            built = site.build(saved)
            self._say(*("built", asdict(built)) if built else ("overtaken", {}))
            site.tidy()
            self._say("watched", watched.now() | {"since": began})
            saved = self._next(site)

    def _next(self, site: Site) -> list[str]:
        """Wait for the next build; draw cards and index for the search when nothing is being saved, or on request."""
        while True:
            try:
                order = self._orders.get(timeout=None if site.is_finished else IDLE_S)
            except queue.Empty:
                order, is_asked_for = None, False
            else:
                is_asked_for = True
            if order is not None:
                self._is_saved.clear()
                return order
            if built := site.finish(self._is_saved.is_set, is_asked_for=is_asked_for):
                self._say("finished", asdict(built))
                site.tidy()

    def _listen(self) -> None:
        for line in sys.stdin:
            order = json.loads(line)
            if order is None:
                self._is_overtaken.set()
            elif order == SEARCH:
                self._orders.put(None)
            else:
                self._is_overtaken.clear()
                self._is_saved.set()
                self._orders.put(order)
        # The front has ended, for whatever reason, so nobody needs the current build.
        if sys.platform != "win32":
            os.killpg(0, signal.SIGCONT)  # a stopped process notices the end of its input only when it resumes
        os._exit(0)

    def _say(self, kind: str, about: Mapping[str, Any]) -> None:
        self._channel.write(json.dumps({kind: about}) + "\n")
        self._channel.flush()


if __name__ == "__main__":
    # Output from the project's code goes to the terminal, not into the channel.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as own_channel:
        os.dup2(2, 1)
        Builder(own_channel).run(sys.argv[1], sys.argv[2:])
