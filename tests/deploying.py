"""Workflows as their services run them: the steps of a file, in order, with the values that services fill in."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import REPOSITORY

FENCE = re.compile(r"^```(\w+)\n(?:(?:#|//) (\S+)\n)?(.*?)^```$", re.M | re.S)


def blocks(page: str) -> list[tuple[str, str, str]]:
    """Return the code blocks of a page in docs/: the language, the file named in the first line, and the text."""
    return FENCE.findall((REPOSITORY / "docs" / page).read_text("utf-8"))


def files(page: str) -> dict[str, str]:
    """Return the files that readers of a page create, by name."""
    return {name: text for _, name, text in blocks(page) if name}


def commands(page: str) -> list[str]:
    """Return the commands that readers of a page type."""
    return [text for language, _, text in blocks(page) if language == "sh"]


def workflow(text: str) -> dict[str, Any]:
    """Read a workflow; YAML parses its key `on` as true."""
    read = yaml.safe_load(text)
    return {("on" if name is True else name): value for name, value in read.items()}


def steps(job: Mapping[str, Any], event: str, ref: str) -> Iterator[Mapping[str, Any]]:
    """Yield the steps of a job that run for an event."""
    for step in job["steps"]:
        if is_met(str(step.get("if", "")), event, ref):
            yield step


def is_met(condition: str, event: str, ref: str, tested: str = "success") -> bool:
    """Return whether a condition is met if nothing was cancelled and the tests had that result."""
    values = {"github.event_name": event, "github.ref": ref, "needs.test.result": tested, "!cancelled()": True}
    condition = condition.removeprefix("${{").removesuffix("}}").strip()
    for part in filter(None, condition.split(" && ")):
        found = re.fullmatch(r"(\S+) (==|!=) '(.*)'", part)
        if found is None:
            if not values[part]:
                return False
        elif (values[found[1]] == found[3]) != (found[2] == "=="):
            return False
    return True


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill in the expressions of a text; for `a || b`, the first that isn't empty."""

    def fill(found: re.Match[str]) -> str:
        parts = [part.strip() for part in found[1].split("||")]
        said = [part.strip("'") if part.startswith("'") else values[part] for part in parts]
        return next(filter(None, said), "")

    return re.sub(r"\$\{\{(.*?)\}\}", fill, text)


def workflows() -> dict[str, str]:
    """Return the text of each workflow for GitHub: this repository's, and those in the documentation."""
    own = {
        str(path.relative_to(REPOSITORY)): path.read_text("utf-8")
        for path in Path(REPOSITORY, ".github").rglob("*.yml")
    }
    told = {
        f"docs/{page.name}": text
        for page in sorted((REPOSITORY / "docs").glob("hosting*.md"))
        for name, text in files(page.name).items()
        if name.startswith(".github/")
    }
    return own | told
