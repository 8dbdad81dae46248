"""Settings for the host of a published site: pages that don't name their host, and the headers to send with them.

Pages link to each other with URLs that start with a slash, so that a copy on another host, for example for a preview,
is complete. Everything that leaves the site, such as a feed or the preview of a link, has absolute URLs: templates find
the site's in `absolute_siteurl`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pelican import signals
from pelican.writers import Writer

from .assets import DIGITS, FONTS, MINIFIERS
from .assets import plugin as assets
from .embeds import policy_of
from .files import write_atomically

POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
"""The directives of the Content-Security-Policy of every page; CONTENT_SECURITY_POLICY can change them.

Only the search compiles WebAssembly. It is allowed for every page, because hosts differ in how they treat two policies
for one page: some send both, and a browser then enforces both.
"""
KEPT = "public, max-age=31536000, immutable"
"""The caching, for a year, of files whose contents never change; for all others, browsers ask the host each time."""
ASKED_FOR = "no-cache"


def headers(policy: Mapping[str, str] = {}) -> dict[str, str]:
    """Return the headers of every response; `policy` changes directives, and an empty value removes one."""
    directives = {name: value for name, value in (POLICY | dict(policy)).items() if value}
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in directives.items()),
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Content-Type-Options": "nosniff",
    }


def headers_file(root: str, kept: Sequence[str], policy: Mapping[str, str] = {}) -> str:
    """Return the contents of `_headers`, for Netlify, Cloudflare Pages and others.

    `root` is the path of the site on its host, and `kept` lists the files that browsers may keep, relative to it.
    """
    rules = {f"{root}/*": headers(policy), **{f"{root}/{path}": {"Cache-Control": KEPT} for path in kept}}
    return "".join(
        f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in fields.items())
        for path, fields in rules.items()
    )


def nginx(host: str, root: str = "", theme: str = "theme", policy: Mapping[str, str] = {}) -> str:
    """Return the same for nginx. A location with headers of its own would send no others, so a `map` is used."""
    endings = "|".join(ending.removeprefix(".") for ending in (*MINIFIERS, *FONTS))
    lines = "".join(f'    add_header {name} "{value}" always;\n' for name, value in headers(policy).items())
    return f"""\
map $uri $caching {{
    default "{ASKED_FOR}";
    "~^{root}/{theme}/.+\\.[0-9a-f]{{{DIGITS}}}\\.({endings})$" "{KEPT}";
}}

server {{
    listen 80;
    server_name {host};
    root /srv/{host};
    error_page 404 {root}/404.html;
    absolute_redirect off;

    gzip on;
    gzip_vary on;
    gzip_types text/css text/plain application/javascript application/json application/xml application/atom+xml
        application/rss+xml image/svg+xml;

{lines}    add_header Cache-Control $caching always;
}}
"""


class HostWriter(Writer):  # type: ignore[misc]  # Pelican has no types
    """Writes pages that don't name their host."""

    def write_file(
        self, name: str, template: Any, context: Any, relative_urls: bool = False, *options: Any, **more: Any
    ) -> None:
        """Give a template both URLs of the site, unless links are relative to the page."""
        if not relative_urls:
            address = context["SITEURL"]
            more |= {"SITEURL": _path(address), "absolute_siteurl": address}
        super().write_file(name, template, context, relative_urls, *options, **more)


def _path(siteurl: str) -> str:
    return urlsplit(siteurl).path.rstrip("/")


def _shorten_links(generators: Sequence[Any]) -> None:
    """Remove the host from links in articles, and in their summaries, too."""
    if generators and not generators[0].settings["RELATIVE_URLS"]:
        generators[0].context["localsiteurl"] = _path(generators[0].settings["SITEURL"])


def _write_headers(pelican: Any) -> None:
    settings = pelican.settings
    if save_as := settings.get("HEADERS_SAVE_AS"):
        kept = [posixpath.join(settings["THEME_STATIC_DIR"], path) for path in assets.hashed]
        policy = {**policy_of(settings), **settings.get("CONTENT_SECURITY_POLICY", {})}
        text = headers_file(_path(settings["SITEURL"]), kept, policy)
        write_atomically(Path(pelican.output_path, save_as), text.encode())


def _writer(_pelican: Any) -> type[HostWriter]:
    return HostWriter


def register() -> None:
    """Connect the plugin."""
    signals.get_writer.connect(_writer)
    signals.all_generators_finalized.connect(_shorten_links)
    signals.finalized.connect(_write_headers)
