"""The preview: python -m plugins.live [CONTENT] -s pelicanconf.py --port 8000. Pelican's other options work too."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from .front import Supervisor
from .serving import server_at


def main(arguments: Sequence[str] | None = None, prog: str = f"python -m {__package__}") -> int:
    """Serve the site until Ctrl+C."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Preview the site, and rebuild it whenever you save. Pelican's own options work, too.",
    )
    parser.add_argument("path", nargs="?", help="the content folder (default: the one in the settings)")
    parser.add_argument(
        "-s", "--settings", default="pelicanconf.py", help="the site's settings file (default: pelicanconf.py)"
    )
    parser.add_argument("-o", "--output", help="the output folder (default: the one in the settings)")
    parser.add_argument("-t", "--theme-path", help="the theme (default: the one in the settings)")
    parser.add_argument("-e", "--extra-settings", nargs="*", default=[], metavar="NAME=JSON", help="more settings")
    parser.add_argument(
        "-b", "--bind", default="127.0.0.1", help="the address to listen on; 0.0.0.0 means all (default: 127.0.0.1)"
    )
    parser.add_argument(
        "-p", "--port", type=int, default=8000, help="the port; if it is in use, the next free one (default: 8000)"
    )
    parser.add_argument("--open", action="store_true", help="open the site in a browser")
    chosen, rest = parser.parse_known_args(arguments)

    signal.signal(signal.SIGTERM, _interrupt)
    with suppress(KeyboardInterrupt):
        server = server_at(chosen.bind, chosen.port)
        settings = Path(chosen.settings).resolve()
        Supervisor(settings, [*pelican_arguments(chosen), *rest], server, chosen.bind, opens=chosen.open).run()
    return 0


def pelican_arguments(chosen: argparse.Namespace) -> list[str]:
    """Return the arguments that the building process passes on to Pelican."""
    options = {"-s": [chosen.settings], "-o": [chosen.output], "-t": [chosen.theme_path], "-e": chosen.extra_settings}
    named = [word for name, words in options.items() if any(words) for word in (name, *words)]
    return [*([chosen.path] if chosen.path else []), *named]


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
