"""What the front prints after a save."""

import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.live.front import PendingSaves, ReportedProblems, Supervisor, as_text, count, crashed, in_one_line

BUILT = {"problems": [], "changed": [], "moved": {}, "marks": {}, "articles": []}


def told(said: str, level: str = "warning", line: int = 2, text: str = "Words.", **more: Any) -> dict[str, Any]:
    """Return a problem in the builder's format."""
    about = {"place": f"guide.md:{line}", "about": "", "details": [], "line": line, "excerpt": [[line, text]]}
    return {"level": level, "said": said, **about, **more}


def test_a_known_problem_is_reported_again_only_after_it_was_gone():
    """As long as it is there, it is only counted."""
    news, broken = ReportedProblems(), told("A dead link.")
    assert news.parted([broken]) == ([broken], [])
    assert news.parted([broken]) == ([], [broken])
    assert news.parted([]) == ([], [])
    assert news.parted([broken]) == ([broken], [])


def test_a_warning_outlives_a_build_that_an_error_has_stopped():
    """The build didn't get that far; an error that isn't reported any more is gone."""
    news, warning, error = ReportedProblems(), told("A dead link."), told("A bad date.", "error")
    news.parted([warning])
    news.parted([error])
    assert news.parted([warning]) == ([], [warning])
    assert news.parted([error, warning]) == ([error], [warning])


def test_a_problem_stays_the_same_when_lines_are_inserted_above_it():
    """And one in another line is different, even with the same text."""
    news = ReportedProblems()
    news.parted([told("A dead link.", line=2, text="[One](one.md)")])
    moved, other = (
        told("A dead link.", line=7, text="[One](one.md)"),
        told("A dead link.", line=2, text="[Two](two.md)"),
    )
    assert news.parted([moved, other]) == ([other], [moved])


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ([], "no changes"),
        (["a/index.html", "b/index.html", "tags.htm"], "2 articles, 1 other page"),
        (["x.PNG", "main.css", "x.js", "a/index.html"], "1 article, 1 picture, 1 style sheet, 1 other file"),
    ],
)
def test_a_line_lists_the_changes_by_kind(changed, says):
    """And the time since the save."""
    built = {"changed": dict.fromkeys(changed, "1"), "articles": ["a/index.html", "b/index.html"]}
    assert in_one_line([Path("guide.md")], built, 0.125) == f"guide.md: {says}, 0.12 s"


def test_a_line_names_saved_files_as_the_author_does(tmp_path, monkeypatch):
    """Files rather than their folder, one of many, and files elsewhere by their full path."""
    monkeypatch.chdir(tmp_path)
    built: dict[str, Any] = {"changed": {}, "articles": []}
    saved = [tmp_path / "content", tmp_path / "content/b.md", tmp_path / "content/a.md"]
    saved[0].mkdir()
    rest = ": no changes, 0.00 s"
    assert in_one_line([], built, 0) == f"the site{rest}"
    assert in_one_line(saved[:1], built, 0) == f"content{rest}"
    assert in_one_line(saved, built, 0) == f"content/a.md and 1 more{rest}"
    assert in_one_line([tmp_path.parent / "x.md"], built, 0) == f"{tmp_path.parent}/x.md{rest}"


def test_problems_are_counted_and_shown_with_the_line_that_causes_them():
    """Errors first."""
    problems = [told("One.", "error"), told("Two."), told("Three.")]
    assert count(problems) == "1 error, 2 warnings"
    assert count([]) == ""
    excerpt = [[1, "Above."], [2, "Blamed."], [3, "Below."]]
    assert [*as_text([told("Bad.", "error", about="/images/x.png", details=["Do it."], excerpt=excerpt)])] == [
        "error: guide.md:2: /images/x.png",
        "    Bad.",
        "    Do it.",
        "         1  Above.",
        "    >    2  Blamed.",
        "         3  Below.",
    ]


def test_a_crash_is_reported_with_its_cause_and_the_last_output():
    """And with how to continue."""
    assert crashed(3, [])["said"] == "the process that builds the site exited with status 3"
    killed = crashed(-signal.SIGKILL, ["Oh no."])
    assert killed["said"] == "the process that builds the site was killed by SIGKILL"
    assert killed["details"] == ["it printed: Oh no.", "it starts again the next time you save"]


@pytest.mark.parametrize("end", [{"built": BUILT}, {"failed": {"modules": [], "problems": []}}, {"ended": 1}])
def test_nothing_is_shown_before_the_first_build_is_done(tmp_path, end):
    """Or has failed; until then, the output is that of another command, perhaps of `make publish`."""
    asked: list[str] = []
    server = SimpleNamespace(server_port=1)
    for name in ("show", "post", "open"):
        setattr(server, name, lambda *_given, name=name, **_named: asked.append(name))
    front = Supervisor(tmp_path / "pelicanconf.py", [], server, "127.0.0.1", opens=False)
    front._worker, front._building = SimpleNamespace(said=[]), PendingSaves()
    front._on_ready({"output": str(tmp_path), "index": "", "search": []})
    front._on_drawing({"names": ["line"]})
    front._on_early({"changed": {}})
    assert asked == ["show", "post", "post"]
    for kind, about in end.items():
        getattr(front, f"_on_{kind}")(about)
    assert asked[3:] == ["post", "open"]
