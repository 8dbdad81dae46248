"""A saved article is read and written alone, with the same result as if the whole site were built."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests import edits
from tests.conftest import REPOSITORY, Site
from tests.edited import State, first_state

SEED = int(os.environ.get("EDITS_SEED", "1"))
COUNT = int(os.environ.get("EDITS", "200"))
FEW = 6
OF_ARTICLES = (
    *(edits.write_a_sentence, edits.change_a_letter) * 4,
    *(edits.write_more_markdown, edits.change_the_code) * 2,
    edits.change_a_header,
    edits.write_what_is_wrong,
)
LONG = "Words of an article that is so long that its beginning alone is shown elsewhere. " * 12


def saves(root: Path, steps: Sequence[Mapping[str, Any]], settings: str = "pelicanconf_here.py") -> list[Any]:
    """Save some texts one after the other; return the preview's actions."""
    (root / "steps.json").write_text(json.dumps(steps), "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "diagrams")])}
    done = subprocess.run(
        [sys.executable, "-m", "tests.saves", settings, "steps.json"],
        cwd=root,
        env=environment,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    return [json.loads(line.removeprefix("SAVED ")) for line in lines if line.startswith("SAVED ")]


@pytest.fixture
def written(site: Site) -> Site:
    """Create a site with two articles that show a figure and cite each other."""
    for name, other in (("guide", "other"), ("other", "guide")):
        text = f"{LONG}\n\n![](/images/line.png)\n\n## A heading\n\nSee [it]({{filename}}{other}.md).\n"
        site.article(name, text, Tags="keras", Summary="Short.")
    return site


def text_of(site: Site, name: str) -> str:
    """Return the text of an article."""
    return (site.root / f"content/nlp/{name}.md").read_text("utf-8")


def save_of(text: str, name: str = "guide") -> dict[str, Any]:
    """Save an article, and build the whole site after it."""
    return {"files": {f"content/nlp/{name}.md": text}, "checked": True}


def test_a_sentence_is_shown_without_another_build(written):
    """Only the page, its notebook and its feeds are written, and the next build changes nothing."""
    text = text_of(written, "guide")
    steps = [save_of(f"{text}\nMore words.\n"), save_of(f"{text}\nA note.[^1]\n\n[^1]: Said.\n"), save_of(text)]
    for did in saves(written.root, steps):
        assert not did["saved"]["whole"], did
        assert "2026/11/guide/index.html" in did["saved"]["changed"]
        assert "2026/11/other/index.html" not in did["saved"]["changed"]
        assert did["after"] == {"whole": True, "changed": [], "problems": [], "why": []}


WHOLE = (
    ("Title: Guide", "Title: Another"),
    ("Tags: keras", "Tags: keras, other"),
    ("Summary: Short.", "Summary: Shorter."),
    ("Slug: guide", "Slug: moved"),
    ("![](/images/line.png)", ""),
    ("## A heading", "![](/images/gone.png)"),
    ("See [it]", "See [that]({filename}gone.md), [it]"),
)


def test_changes_to_other_pages_and_errors_need_a_full_build(written):
    """Its headers, its figures, and errors, which are reported as in a build."""
    text = text_of(written, "guide")
    steps = [step for before, now in WHOLE for step in (save_of(text.replace(before, now)), save_of(text))]
    for (before, now), did in zip(WHOLE, saves(written.root, steps)[::2], strict=True):
        assert before in text
        assert did["saved"]["whole"], now
        assert did["after"]["changed"] == [], now
        assert did["after"]["problems"] == did["saved"]["problems"], now
        assert bool(did["saved"]["problems"]) == ("gone" in now)


def test_a_plugin_that_does_not_declare_edits_causes_full_builds(written):
    """Nobody knows what it does to an article; one with a declaration is called."""
    written.write("ours.py", PLUGIN)
    settings = (
        f"from pelicanconf_here import *\nPLUGINS = [*PLUGINS, 'ours']\nsys.path.insert(0, {str(written.root)!r})"
    )
    written.write("with_plugin.py", settings)
    steps = [save_of(f"{text_of(written, 'guide')}\nMore.\n")]
    assert saves(written.root, steps, "with_plugin.py")[0]["saved"]["whole"]
    told = PLUGIN.replace("def shout(", "@on_edit(does=lambda article, _: shout_in(article))\ndef shout(")
    written.write("ours.py", f"from plugins.edits import on_edit\n{told}")
    steps = [save_of(f"{text_of(written, 'guide')}\nYet more.\n")]
    (did,) = saves(written.root, steps, "with_plugin.py")
    assert not did["saved"]["whole"]
    assert did["after"]["changed"] == []
    assert "LOUD" in written.page("guide")


PLUGIN = dedent(
    """
    from pelican import signals

    def shout_in(article):
        article._content += "<p>LOUD</p>"

    def shout(generators):
        for article in generators[0].articles:
            shout_in(article)

    def register():
        signals.all_generators_finalized.connect(shout)
    """
)


@pytest.mark.parametrize("count", [FEW, pytest.param(COUNT, marks=pytest.mark.slow)])
def test_after_any_saves_a_full_build_changes_nothing(tmp_path, font_list, say, count):
    """For articles with everything there is; some are saved several times before the site is built."""
    state, chance = _alone(first_state()), random.Random(f"{SEED}/saves")
    root = tmp_path / "site"
    for path, data in state.files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data if isinstance(data, bytes) else b"")
    steps, said = [], []
    while len(steps) < count:
        edit = chance.choice(OF_ARTICLES)
        if (done := edit(state, chance)) and done[1] != state:
            changed = {path: it.decode() for path, it in done[1].files.items() if state.files.get(path) != it}
            steps.append({"files": changed, "checked": chance.random() < 0.5})
            said.append(f"{edit.__name__}: {done[0]}")
            # Most errors are undone, because each save builds the whole site as long as they exist.
            state = done[1] if edit is not edits.write_what_is_wrong else state
            if edit is edits.write_what_is_wrong:
                steps.append({"files": {path: state.text(path) for path in changed}, "checked": True})
                said.append("take it back")
    steps[-1]["checked"] = True
    shutil.copytree(font_list, root / ".figures/cache")
    outcomes = saves(root, steps, "pelicanconf.py")
    alone = sum(not did["saved"]["whole"] for did in outcomes)
    say(f"{len(steps)} saves of seed {SEED}, {alone} of them built alone")
    for did, step in zip(outcomes, said, strict=True):
        if did["after"]:
            assert did["after"]["changed"] == [], f"{step}: {did}"
            assert did["after"]["problems"] == did["saved"]["problems"], step
    assert alone


def _alone(state: State) -> State:
    """Return the site without the plugin that makes each save build all of it."""
    conf = state.text("pelicanconf.py").replace(', "local_plugin"]', "]")
    files = {path: None for path in state.files if path.startswith(("overrides/", "local_plugin"))}
    articles = {}
    for path in state.articles:
        head, _, body = state.text(path).partition("\n\n")
        articles[path] = f"{head}\n\n{LONG}\n\n{body}"
    return state.having({**files, **articles, "pelicanconf.py": conf, "content/site/linked.md": None})
