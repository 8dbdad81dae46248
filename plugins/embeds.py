"""Videos and frames in articles: as wide as the text, and nothing from other sites loads before a reader asks for it.

That needs no script. A frame from another site starts with a small page of our own, `srcdoc`, whose link loads the
other site in its place: `loading="lazy"` wouldn't do, because browsers ignore it where scripts are off. `EMBEDS` lists
the allowed hosts: the policy that `plugins.hosting` writes allows only these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from math import log
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup
from pelican import signals

from .articles import refuses
from .building.incremental import on_edit
from .catalogues import Language, language_of
from .content.findings import ERROR, WARNING, Finding, place_of, tell
from .content.sources import Read, read_again, read_of
from .html import Node, Tag, document, loading_only, macros, parse, plain, write
from .messages import lacking
from .private import html_of, put_html
from .settings import home
from .threads import FIELD, Thread, thread_of
from .threads import hosts_of as thread_hosts

NAMES = ("iframe", "video", "audio")
SHAPES = {"wide": 16 / 9, "classic": 4 / 3, "square": 1.0, "cinema": 21 / 9, "tall": 9 / 16}
"""The aspect ratios of frames, by class; a frame gets the one nearest to its width and height."""
INSIDE = "embedded"
"""The class of processed embeds: an article may be processed twice."""
PORTS = {"http": 80, "https": 443}
"""The ports that URLs needn't name."""
DIRECTIVES = ("frame-src", "media-src", "connect-src")
SHEET = "css/embed.css"
"""The theme's style sheet for the page in a frame that waits, if it has one."""
REFERRER = {"referrerpolicy": "strict-origin-when-cross-origin"}
"""Players of videos want to know which site they are on."""


def hosts_of(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the hosts whose content may be embedded."""
    named = settings.get("EMBEDS", ())
    return tuple(str(host).lower() for host in ([named] if isinstance(named, str) else named))


def policy_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the directives of a Content-Security-Policy that allow what the site uses of other hosts, and no more.

    These are the hosts in EMBEDS, those of the articles' threads, and GOATCOUNTER.
    """
    embedded = _allowed(hosts_of(settings))
    contacted = _allowed([*threads.hosts, *filter(None, [settings.get("GOATCOUNTER")])])
    return {name: hosts for name, hosts in zip(DIRECTIVES, (embedded, embedded, contacted), strict=True) if hosts}


def _allowed(hosts: Sequence[str]) -> str:
    return " ".join(["'self'", *(f"https://{host}" for host in hosts)]) if hosts else ""


def addresses_of(node: Node) -> list[str]:
    """List the URLs that an element may load: its own, and those of its sources and subtitles."""
    nodes = [node, *node.css("source, track")]
    return [address for element in nodes if (address := element.attributes.get("src"))]


def host_of(address: str, settings: Mapping[str, Any]) -> str:
    """Return the host of a URL, with its port, unless it is the site's own. Raises ValueError for an invalid URL."""
    # Browsers read backslashes as slashes, and any number of them as two.
    plain = re.sub(r"^\s*(https?:/*|/{2,})", _two_slashes, address.replace("\\", "/"), flags=re.IGNORECASE)
    site = urlsplit(settings.get("SITEURL") or "")
    host = _host(plain, site.scheme)
    return "" if host == _host(site.geturl(), "") else host


def _two_slashes(match: re.Match[str]) -> str:
    return f"{match[1].rstrip('/')}//"


def _host(address: str, scheme: str) -> str:
    """Return the host of a URL, with its port unless every URL of its scheme has that one."""
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    is_usual = parts.port in (None, PORTS.get(parts.scheme or scheme or "https"))
    return host if is_usual else f"{host}:{parts.port}"


def loaded_by(page: str) -> list[str]:
    """List the URLs of what a page loads by itself, without anyone following a link."""
    addresses: list[str] = []

    def note(address: str) -> bool:
        addresses.append(address)
        return True

    root = document(page)
    for node in root.css("*"):
        for name, value in node.attributes.items():
            text = value or ""
            if name in ("src", "data", "poster", "background") or (
                name in ("href", "xlink:href") and node.tag not in ("a", "area")
            ):
                note(text)
            elif name in ("srcset", "imagesrcset"):
                addresses += [words[0] for candidate in text.split(",") if (words := candidate.split())]
            elif name == "srcdoc":
                addresses += loaded_by(text)
            elif name == "content" and node.tag == "meta":  # a refresh: "0; url=https://example.org"
                addresses += re.findall(r"url\s*=\s*[\"']?([^\"']+)", text, re.IGNORECASE)
            elif "(" in text:  # a style, or an attribute of an SVG such as fill="url(…)"
                loading_only(text, note)
    for sheet in root.css("style"):
        loading_only(sheet.text(), note)
    return addresses


def shape_of(node: Node) -> str:
    """Return the class for a frame's aspect ratio; without width and height, that of a video."""
    try:
        ratio = float(node.attributes["width"] or 0) / float(node.attributes["height"] or 0)
        return min(SHAPES, key=lambda name: abs(log(SHAPES[name] / ratio)))
    except (KeyError, ValueError, ZeroDivisionError, OverflowError):
        return "wide"


def embed(article: Read, settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Fold content from other sites, fit frames into the text, and yield findings about them."""
    content = article.content
    lower = html_of(content).lower()
    if not any(f"<{name}" in lower for name in NAMES):
        return
    root, language = parse(html_of(content)), language_of(content.lang, content.settings)
    for node in root.css(", ".join(f"{name}:not(.{INSIDE})" for name in NAMES)):
        has_page = "srcdoc" in node.attributes
        yield from _look_into(node, article, settings)
        name, addresses = node.tag or "", addresses_of(node)
        if has_page and not {"src", "srcdoc"} & node.attributes.keys():
            node.decompose()
            continue
        address = addresses[0] if addresses else ""
        title = node.attributes.get("title") or node.attributes.get("aria-label") or ""
        try:
            foreign: dict[str, str] = {}
            for loaded in addresses:
                foreign.setdefault(host_of(loaded, settings), loaded)
            foreign.pop("", None)
        except ValueError as problem:
            message = f"<{name}> has an invalid URL, {address}: {problem}"
            yield Finding(
                ERROR,
                article.file,
                article.line_of(address),
                message,
                "write a full URL, such as https://example.org/film",
            )
            node.decompose()
            continue
        if not title:
            message = f"<{name}> has no title, so a screen reader can't say what it is: {address}"
            yield Finding(
                ERROR, article.file, article.line_of(address), message, f'write <{name} title="What it shows">'
            )
        for host, loaded in foreign.items():
            if host not in hosts_of(settings):
                message = f"<{name}> embeds a page from {host}, which the site's content security policy blocks"
                advice = f"add EMBEDS = [{host!r}] to your settings, or link to the page instead"
                yield Finding(WARNING, article.file, article.line_of(loaded), message, advice)
        yield from _hold_back(node, article, settings)
        _fit(node, name)
        if foreign:
            host = next(iter(foreign))
            if name == "iframe":
                waiting(Tag.of(node), address, host, language, settings).mark(node)
            _fold(node, title or address, host, language)
    put_html(content, write(root))


def _markup(language: Language) -> Any:
    return macros("embeds.html", language)


def _look_into(node: Node, article: Read, settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Remove the page in a frame's `srcdoc` if it loads anything from other sites; otherwise `src` is never loaded."""
    page = node.attributes.get("srcdoc")
    if node.tag != "iframe" or page is None:
        return
    if missing := lacking("frames"):
        message = f"<iframe> has a page in srcdoc, and reading its styles needs {missing[0]}, which is not installed"
        yield Finding(ERROR, article.file, article.line_of("srcdoc"), message, missing[1])
        del node.attrs["srcdoc"]
        return
    for address in loaded_by(page):
        try:
            host = host_of(address, settings)
        except ValueError:
            host = address
        if host:
            message = (
                f"<iframe> has a page in srcdoc that loads something from {host} before a reader asks for it, "
                "so it isn't shown"
            )
            advice = "save what it loads in content/, or embed a page of that site with src"
            yield Finding(WARNING, article.file, article.line_of(address), message, advice)
            del node.attrs["srcdoc"]
            return
    if "src" in node.attributes:
        del node.attrs["src"]


def _hold_back(node: Node, article: Read, settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Remove what browsers load from other sites even if an element is folded: its poster, and default subtitles."""
    poster = node.attributes.get("poster") or ""
    try:
        is_foreign = bool(host_of(poster, settings))
    except ValueError:
        is_foreign = True
    if is_foreign:
        message = (
            f"<{node.tag}> has a poster from another site, "
            "which would load before a reader asks for it, so it isn't shown"
        )
        advice = f'save {poster} in content/images/, and write poster="/images/…"'
        yield Finding(WARNING, article.file, article.line_of(poster), message, advice)
        del node.attrs["poster"]
    for track in node.css("track[default]"):
        if host_of(track.attributes.get("src") or "", settings):
            del track.attrs["default"]


def _fit(node: Node, name: str) -> None:
    tag = Tag.of(node)
    classes = [*tag.classes, INSIDE, *([shape_of(node)] if name == "iframe" else [])]
    if name == "iframe":
        more = {"loading": "lazy", **REFERRER}
        tag = tag.without("frameborder", "style", "width", "height")
    else:
        more = {"controls": "", "preload": "none"}
        tag = tag.without("autoplay", "style")
    tag.having(**{"class": " ".join(classes), **more}).mark(node)


def waiting(frame: Tag, address: str, host: str, language: Language, settings: Mapping[str, Any]) -> Tag:
    """Return a frame with a page whose only link loads another page in its place.

    What the frame allows is allowed to that page's site: without a site, it would be to that of `src`, which is gone.
    """
    parts = urlsplit(address)
    origin = f"{parts.scheme or 'https'}://{parts.netloc}"
    allowed = [words for directive in frame.get("allow").split(";") if (words := directive.split())]
    allow = "; ".join(
        " ".join([feature, *([origin if site == "'src'" else site for site in sites] or [origin])])
        for feature, *sites in allowed
    )
    sheet = ""
    if Path(settings["THEME"], "static", SHEET).is_file():
        # Not the name with a hash: articles are written down before the theme's files are known.
        sheet = f"{urlsplit(settings['SITEURL']).path.rstrip('/')}/{settings['THEME_STATIC_DIR']}/{SHEET}"
    label = language.gettext("Load from %(host)s", host=host)
    page = _markup(language).waiting(language.tag, sheet, address, REFERRER["referrerpolicy"], label)
    return frame.without("src").having(srcdoc=str(page), **({"allow": allow} if allow else {}))


def _fold(node: Node, title: str, host: str, language: Language) -> None:
    """Wrap an element in one that a reader can fold; it is folded unless its content waits by itself."""
    label = language.gettext("%(title)s (%(host)s)", title=title, host=host)
    begun = parse(_markup(language).folded(label, is_open=node.tag == "iframe")).first_child
    assert begun is not None
    node.insert_before(begun, move=True)
    folded = node.prev
    assert folded is not None
    folded.insert_child(node, move=True)


def comments(article: Any) -> Markup:
    """Return the comments on an article, folded: its thread, or a frame with COMMENTS_URL, its placeholders filled in.

    Empty if there is neither, if the article isn't published, or if it has `Comments: no`.
    """
    settings, language = article.settings, language_of(article.lang, article.settings)
    with suppress(ValueError):  # which the report has
        if article.status == "published" and (thread := thread_of(article)):
            return _thread(thread, language)
    pattern = str(settings.get("COMMENTS_URL") or "")
    if not pattern or article.status != "published" or refuses(article, "comments"):
        return Markup()
    page = f"{home(settings)}/{article.url}"
    values = {"slug": article.slug, "page": page, "title": plain(article.title), "lang": article.lang}
    address = pattern.format(**{name: quote(value, safe="") for name, value in values.items()})
    host = urlsplit(address).hostname or ""
    label = language.gettext("%(title)s (%(host)s)", title=language.gettext("Comments"), host=host)
    frame = Tag("iframe", (("class", f"{INSIDE} comments"), ("title", label), ("loading", "lazy")))
    is_foreign = bool(host_of(address, settings))
    frame = waiting(frame, address, host, language, settings) if is_foreign else frame.having(src=address)
    return Markup(_markup(language).folded(label, frame))


def _thread(thread: Thread, language: Language) -> Markup:
    host = urlsplit(thread.page).netloc
    label = language.gettext("%(title)s (%(host)s)", title=language.gettext("Comments"), host=host)
    answers = language.gettext("No comments yet."), language.gettext("The comments could not be loaded.")
    return Markup(_markup(language).thread(thread, label, language.gettext("Comment on %(host)s", host=host), *answers))


def check_thread(article: Read) -> Iterator[Finding]:
    """Report a thread that isn't one."""
    try:
        thread_of(article.content)
    except ValueError as problem:
        message = f"{problem} isn't a thread on Mastodon or Bluesky, so no comments are shown"
        advice = "copy the address of your post, such as https://mastodon.social/@you/1234, or write no"
        yield Finding(ERROR, article.file, article.source.line_of_field(FIELD), message, advice)


def check(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Report errors in COMMENTS_URL."""
    pattern = str(settings.get("COMMENTS_URL") or "")
    try:
        host = host_of(pattern.format(slug="", page="", title="", lang=""), settings)
    except (KeyError, IndexError, ValueError, AttributeError, TypeError) as problem:
        message = f"COMMENTS_URL has an unknown placeholder: {problem}"
        yield Finding(
            ERROR,
            *place_of(settings, "COMMENTS_URL"),
            message,
            "the placeholders are {slug}, {page}, {title} and {lang}",
        )
        return
    if host and host not in hosts_of(settings):
        message = (
            f"COMMENTS_URL points to {host}, which the site's content security policy blocks, so no comments are shown"
        )
        yield Finding(
            WARNING, *place_of(settings, "COMMENTS_URL"), message, f"add EMBEDS = [{host!r}] to your settings"
        )


class Threads:
    """The hosts of this build's threads."""

    def __init__(self) -> None:
        self.hosts: list[str] = []


threads = Threads()


def _embed_in(content: Any, generators: Sequence[Any]) -> None:
    tell(embed(read_again(content), generators[0].settings))


@on_edit(does=_embed_in)
def _embed(generators: Sequence[Any]) -> None:
    if generators:
        tell(check(generators[0].settings))
        articles = read_of(generators[0].context)
        threads.hosts = thread_hosts(article.content for article in articles if article.content.status == "published")
        for article in articles:
            tell(check_thread(article))
            if article.content.save_as:
                tell(embed(article, generators[0].settings))


def _give(generator: Any) -> None:
    if not [*check(generator.settings)] or "COMMENTS_URL" not in generator.settings:
        generator.env.filters["comments"] = comments


def register() -> None:
    """Connect the plugin, and give templates the filter `comments`."""
    signals.generator_init.connect(_give)
    signals.all_generators_finalized.connect(_embed)
