"""Links between pages and the site's repository: when a text was last changed, and where to fix a mistake.

`REPOSITORY`, such as `https://github.com/you/blog`, is enough for GitHub, GitLab and Codeberg. For other hosts, set
`EDIT_URL` and `REPORT_URL`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from pelican import signals
from pelican.utils import SafeDatetime, set_date_tzinfo

from .building.generators import contents_of
from .building.incremental import WholeBuildError, on_edit, shown_by
from .content.findings import WARNING, Finding, place_of, tell
from .files import from_root, real_paths
from .html import plain
from .settings import home

BRANCH = "main"
"""The default for REPOSITORY_BRANCH, the branch to edit."""
HOSTS = {
    "github.com": ("{repository}/edit/{branch}/{path}", "{repository}/issues/new?title={title}&body={page}"),
    "gitlab.com": (
        "{repository}/-/edit/{branch}/{path}",
        "{repository}/-/issues/new?issue[title]={title}&issue[description]={page}",
    ),
    "codeberg.org": ("{repository}/_edit/{branch}/{path}", "{repository}/issues/new?title={title}&body={page}"),
}
"""The URLs for editing a file, and for reporting a mistake."""
SHOWN = {
    "github.com": "{repository}/blob/{branch}/{path}",
    "gitlab.com": "{repository}/-/blob/{branch}/{path}",
    "codeberg.org": "{repository}/src/branch/{branch}/{path}",
}
"""The URLs at which a file can be read."""
SETTINGS = ("EDIT_URL", "REPORT_URL")


@dataclass(frozen=True)
class Feedback:
    """Links for readers who find a mistake on a page; empty if there are none."""

    edit: str = ""
    report: str = ""


def patterns(settings: Mapping[str, Any]) -> tuple[str, str]:
    """Return the URLs for editing files and reporting mistakes, with placeholders; empty if there are none."""
    usual_patterns = HOSTS.get(_host(settings), ("", ""))
    edit, report = (str(settings.get(name, usual) or "") for name, usual in zip(SETTINGS, usual_patterns, strict=True))
    return edit, report


def shown_below(settings: Mapping[str, Any]) -> str:
    """Return the URL below which the repository's files can be read; empty if it isn't known."""
    return SHOWN.get(_host(settings), "").format(**_filled(settings))


def _host(settings: Mapping[str, Any]) -> str:
    return urlsplit(str(settings.get("REPOSITORY") or "")).netloc.removeprefix("www.")


def problems(settings: Mapping[str, Any]) -> list[Finding]:
    """Report errors in the settings."""
    findings = []
    repository = str(settings.get("REPOSITORY") or "")
    if repository and not any(patterns(settings)) and not any(name in settings for name in SETTINGS):
        message = (
            f"REPOSITORY is on a host whose URLs aren't known, so pages have no “edit” and “report” links: {repository}"
        )
        advice = f"set EDIT_URL and REPORT_URL, for example EDIT_URL = {'{repository}/edit/{branch}/{path}'!r}"
        findings.append(Finding(WARNING, *place_of(settings, "REPOSITORY"), message, advice))
    for name, pattern in zip(SETTINGS, patterns(settings), strict=True):
        try:
            pattern.format(**_filled(settings))
        except (KeyError, IndexError, ValueError, AttributeError, TypeError) as problem:
            message = f"{name} has an unknown placeholder: {problem}"
            advice = f"the placeholders are {', '.join(f'{{{place}}}' for place in _filled(settings))}"
            findings.append(Finding(WARNING, *place_of(settings, name), message, advice))
    return findings


def _filled(settings: Mapping[str, Any], path: str = "", title: str = "", page: str = "") -> dict[str, str]:
    repository = str(settings.get("REPOSITORY") or "").rstrip("/").removesuffix(".git")
    branch = str(settings.get("REPOSITORY_BRANCH", BRANCH))
    values = {"branch": branch, "path": path, "title": title, "page": page}
    return {"repository": repository, **{name: quote(value) for name, value in values.items()}}


@lru_cache(maxsize=8)
def root_of(folder: Path) -> Path | None:
    """Return the root of the repository that contains a folder; None if there is none."""
    printed = _git(folder, "rev-parse", "--show-toplevel")
    return Path(printed.strip()) if printed.strip() else None


@lru_cache(maxsize=8)
def changed(root: Path, folder: Path, head: str) -> Mapping[str, datetime]:
    """Return when each file in a folder was last committed, by its path from the root.

    A shallow clone doesn't know: all files come from its only commit.
    """
    if _git(root, "rev-parse", "--is-shallow-repository").strip() != "false":
        return {}
    printed = _git(root, "log", "--format=%x01%cI", "--name-only", "-z", "--no-renames", head, "--", str(folder))
    dates: dict[str, datetime] = {}
    for commit in printed.split("\x01")[1:]:
        date, _, names = commit.partition("\x00")
        for name in filter(None, names.replace("\n", "").split("\x00")):
            dates.setdefault(name, datetime.fromisoformat(date))
    return dates


def _shown(settings: Mapping[str, Any]) -> str:
    """Return what a site shows of its repository besides the files in it: the last commit, and whether it's shallow."""
    if not (any(patterns(settings)) or settings.get("UPDATED_FROM_GIT")):
        return ""
    return _git(Path(settings["PATH"]), "rev-parse", "--show-toplevel", "--is-shallow-repository", "HEAD")


def _git(folder: Path, *arguments: str) -> str:
    """Return git's output; empty if it can't be run."""
    try:
        process = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, check=False, encoding="utf-8", errors="replace"
        )
    except OSError:
        return ""
    return process.stdout if process.returncode == 0 else ""


_heads: dict[Path, str] = {}
"""The last commit of each repository when articles got their dates."""


def _look_again(_content: object, generators: Sequence[Any]) -> None:
    for root, head in _heads.items():
        if _git(root, "rev-parse", "HEAD").strip() != head:
            raise WholeBuildError("something was committed")


@on_edit(does=_look_again)
def _tell(generators: Sequence[Any]) -> None:
    """Give each article and page `feedback`, and the date of its last commit if its header has none."""
    if not generators:
        return
    settings = generators[0].settings
    contents = [candidate for candidate in contents_of(generators) if candidate.source_path]
    tell(problems(settings))
    folder = Path(settings["PATH"]).resolve()
    wanted = any(patterns(settings)) or settings.get("UPDATED_FROM_GIT")
    root = root_of(folder) if wanted else None
    head = _git(root, "rev-parse", "HEAD").strip() if root and settings.get("UPDATED_FROM_GIT") else ""
    _heads.clear()
    if root and head:
        _heads[root] = head
    dates = changed(root, folder, head) if root and head else {}
    base, real = root or folder.parent, real_paths()
    for content in contents:
        path = real(content.source_path)
        name = from_root(path, base) if path.startswith(f"{base}{os.sep}") else ""
        content.feedback = _feedback(content, name, settings)
        if name in dates and "modified" not in content.metadata:
            _update(content, dates[name])


def _feedback(content: Any, path: str, settings: Mapping[str, Any]) -> Feedback:
    page = f"{home(settings)}/{content.url}"
    filled = _filled(settings, path, plain(content.title), page)
    addresses = []
    for pattern in patterns(settings):
        try:
            addresses.append(pattern.format(**filled) if path or "{path}" not in pattern else "")
        except (KeyError, IndexError, ValueError, AttributeError, TypeError):  # it has been reported
            addresses.append("")
    return Feedback(*addresses)


def _update(content: Any, when: datetime) -> None:
    zone = content.settings.get("TIMEZONE", "UTC")
    begun = set_date_tzinfo(content.date, zone) if getattr(content, "date", None) else None
    modified = when.astimezone(begun.tzinfo) if begun else when
    if begun is None or modified > begun:
        content.modified = SafeDatetime.fromtimestamp(modified.timestamp(), modified.tzinfo)
        content.locale_modified = content.modified.strftime(content.date_format)


def register() -> None:
    """Process all contents once they are read."""
    signals.all_generators_finalized.connect(_tell)
    shown_by["repository"] = _shown
