"""What VS Code is given: a matcher for the reports, tried on real ones, and snippets, tried in an article."""

import json
import re
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import builds
from tests.conftest import REPOSITORY, Site

FOLDER = REPOSITORY / ".vscode"
STARTER = REPOSITORY / "plugins/commands/starter/vscode"
CODE = "```python\nmodel = Sequential([Input((3, 2)), SimpleRNN(4)])\n```\n"
VARIABLES = {"CURRENT_YEAR": "2026", "CURRENT_MONTH": "11", "CURRENT_DATE": "01", "0": ""}


class Problem(NamedTuple):
    """An entry in the list of problems."""

    severity: str
    file: str
    line: int
    message: str


def matched(task: str, output: str) -> list[Problem]:
    """Apply a task's matchers as VS Code does: their patterns to consecutive lines, whose messages are joined."""
    (chosen,) = (it for it in json.loads((FOLDER / "tasks.json").read_text("utf-8"))["tasks"] if it["label"] == task)
    matchers: Any = chosen["problemMatcher"]
    lines, problems = output.splitlines(), []
    for matcher in matchers if isinstance(matchers, list) else [matchers]:
        patterns = matcher["pattern"]
        for start in range(len(lines) - len(patterns) + 1):
            several = lines[start : start + len(patterns)]
            found = [re.search(it["regexp"], line) for it, line in zip(patterns, several, strict=True)]
            if all(found):
                first = found[0]
                message = "\n".join(it[pattern["message"]] for it, pattern in zip(found, patterns, strict=True))
                place = first[patterns[0]["file"]], int(first[patterns[0]["line"]])
                problems.append(Problem(matcher["severity"], *place, message))
    return problems


def expanded(snippet: str) -> str:
    """Return a snippet's text with its variables, and its default where it stops."""
    body = json.loads((FOLDER / "unrolled.code-snippets").read_text("utf-8"))[snippet]["body"]
    text = "\n".join(body) if isinstance(body, list) else body
    text = re.sub(r"\$(\w+)", lambda it: VARIABLES[it[1]], text)
    return re.sub(r"\$\{\d+:([^}]*)\}", r"\1", text)


def test_every_entry_of_a_build_becomes_a_problem_at_its_line(site: Site) -> None:
    """With what is wrong and what to do."""
    site.article("guide", "Words.\n\n![](/images/lime.png)\n\n```python\nx = 1\n")
    built = site.build()
    assert [it[:3] for it in matched("Build the site", built.report + built.out)] == [
        ("error", "content/nlp/guide.md", 8),
        ("error", "content/nlp/guide.md", 10),
    ]
    assert matched("Build the site", built.report)[0].message == (
        "/images/lime.png\nneither the script diagrams/lime.py nor the picture content/images/lime.png exists"
    )


def test_notes_of_a_check_are_no_errors(site: Site) -> None:
    """Both kinds are found in one output, and GitHub is told of both."""
    site.article("guide", "![](/images/line.png)\n\n[there](/nowhere/)\n")
    arguments = ["-s", "pelicanconf_here.py", "--format=github"]
    code, out, report = builds.run("plugins.content", arguments, site.root, {"SITEURL": ""})
    assert code == 1
    problems = matched("Check the content", out + report)
    assert {(it.severity, it.file, it.line) for it in problems} == {
        ("error", "content/nlp/guide.md", 8),
        ("info", "content/nlp/guide.md", 6),
    }
    annotated = re.findall(r"^::(\w+) file=([^,]+),line=(\d+)::", out, re.M)
    assert sorted(annotated) == [("error", "content/nlp/guide.md", "8"), ("notice", "content/nlp/guide.md", "6")]


@pytest.mark.parametrize("snippet", ["Figure", "Slider"])
def test_snippets_are_articles_with_figures(site: Site, snippet: str) -> None:
    """As they are, with all their defaults."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "diagrams/unrolled", site.root / "diagrams/unrolled", ignore=ignored)
    header = expanded("Article").replace("draft", "published")
    site.write("content/guides/own.md", f"{header}\nWords.\n\n{CODE}\n{expanded(snippet)}\n")
    built = site.build()
    assert built.report == ""
    assert built.figures[0] == (5 if snippet == "Slider" else 1)


def test_a_new_blog_has_the_same_files() -> None:
    """Byte for byte."""
    ours = {file.name: file.read_bytes() for file in FOLDER.iterdir()}
    assert ours == {file.stem: file.read_bytes() for file in STARTER.iterdir()}


def test_a_new_blog_gets_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that VS Code looks into, with the braces of JSON."""
    from plugins.commands import site

    monkeypatch.setattr(site.metadata, "version", lambda _: "0.4.0")
    monkeypatch.chdir(tmp_path)
    assert site.begin("blog", None) is None
    for file in FOLDER.iterdir():
        assert (tmp_path / "blog/.vscode" / file.name).read_bytes() == file.read_bytes()
