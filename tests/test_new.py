"""make new, make diagram, make figure: how an author starts, without losing anything."""

import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from pelican.settings import read_settings

from plugins.commands import create
from plugins.commands.article import LONGEST_SLUG, Writing
from plugins.commands.site import begin as begin_site
from plugins.figures.settings import Settings
from tests import builds
from tests.conftest import REPOSITORY, Build, Project, copy_project
from tools.look.examples import requests_of


def make(project: Project, target: str, *words: str, **environment: str) -> Build:
    """Run make with arguments on its command line, as an author types them."""
    done = subprocess.run(
        ["make", target, f"VENV={sys.prefix}", *words],
        cwd=project.root,
        env={"PATH": "/usr/bin:/bin", "HOME": str(project.root), "MAKEFLAGS": "", **environment},
        capture_output=True,
        check=False,
    )
    return Build(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="session")
def settings() -> dict[str, object]:
    """The site's own settings."""
    return read_settings(str(REPOSITORY / "pelicanconf.py"))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("An LSTM, in Keras", "an-lstm-in-keras"),
        ("Ελληνικά και άλλα", "ellenika-kai-alla"),
        ("中文 标题", "zhong-wen-biao-ti"),
        ("العربية", "lrby"),
        ("Über Bäume & Straßen", "uber-baume-strassen"),
        ("snake_case and `code`", "snake-case-and-code"),
        ("🎉 🎉", "post-2026-11-25-0830"),
        ("…", "post-2026-11-25-0830"),
        ("../../etc/passwd", "etcpasswd"),
    ],
)
def test_a_title_in_any_script_has_an_ascii_url(settings, title, slug):
    """Transliterated as Pelican does; for a title without letters, the date."""
    assert Writing(settings, datetime(2026, 11, 25, 8, 30)).slug(title) == slug


@pytest.mark.parametrize("title", ["word " * 60, "letters " * 60, "x" * 300, "ab-" * 100])
def test_a_long_title_is_truncated_at_a_word(settings, title):
    """And is never empty."""
    slug = Writing(settings, datetime(2026, 11, 25)).slug(title)
    assert 0 < len(slug) <= LONGEST_SLUG
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert slug.rpartition("-")[2] in ("word", "letters", "x" * LONGEST_SLUG, "ab")


TITLE = r"""It's "5 $HOME" $(shell id) $$x `date` \n 'q' # not a comment; ü 中"""


GUIDE = """\
Title: The illustrated LSTM
Date: 2026-11-20
Slug: illustrated-lstm-keras
Summary: What an LSTM does.

```python
model = Sequential([Input((3, 2)), LSTM(4)])
```
"""


@pytest.fixture
def small(tmp_path: Path, font_list: Path) -> Project:
    """Return a copy of the project with a guide without figures as its only article."""
    project = copy_project(tmp_path / "project", font_list)
    shutil.rmtree(project.root / "content")
    project.write(Project.GUIDE, GUIDE)
    with (project.root / "pelicanconf.py").open("a") as settings:
        settings.write('DIAGRAMS_SAVE_AS = ""\nDOCUMENTS = ""\nHOME = {}\nSITE_LOGO = SITE_ICON = None\n')
    return project


@pytest.mark.parametrize("way", ["command line", "environment"])
def test_a_title_is_written_as_it_was_typed(small, way):
    """Neither make nor the shell interprets its quotes, dollar signs and backslashes."""
    words = {"command line": ([f"TITLE={TITLE}"], {}), "environment": ([], {"TITLE": TITLE})}[way]
    made = make(small, "new", *words[0], **words[1])
    assert (made.code, made.report) == (0, "")
    path, address = made.out.splitlines()
    assert (small.root / path).read_text("utf-8").splitlines()[0] == f"Title: {TITLE}"
    assert (
        address == f"    To see it, run `make serve` and open http://localhost:8000/drafts/{(small.root / path).stem}/"
    )


def test_a_new_article_has_complete_headers(small):
    """In the first category, as a draft."""
    made = make(small, "new", "TITLE=Gates\nof an LSTM")
    text = (small.root / "content/nlp/gates-of-an-lstm.md").read_text("utf-8")
    assert made.out.startswith("content/nlp/gates-of-an-lstm.md\n")
    head, _, body = text.partition("\n\n")
    assert re.sub(r"\d", "0", head).splitlines() == [
        "Title: Gates of an LSTM",
        "Date: 0000-00-00 00:00",
        "Slug: gates-of-an-lstm",
        "Tags:",
        "Summary:",
        "Status: draft",
    ]
    assert "```python\n" in body
    assert "make diagram NAME=gates-of-an-lstm" in body


@pytest.mark.slow
def test_a_new_article_builds_without_messages(small):
    """With a figure drawn from its code as the last step."""
    make(small, "new", "TITLE=Gates of an LSTM")
    path = small.root / "content/nlp/gates-of-an-lstm.md"
    text = path.read_text("utf-8")
    line = make(small, "diagram", "NAME=gates-of-an-lstm", "KIND=kit").out.splitlines()[-1]
    script = small.root / "diagrams/gates_of_an_lstm.py"
    site = Settings.of(read_settings(str(small.root / "pelicanconf.py")))
    asked, missing = requests_of(site, [])
    assert missing == [each for each in missing if script.name not in each]
    assert "SimpleRNN(4)" in next(each for each in asked if each.script == script).code["code"]
    path.write_text(re.sub("<!--.*-->", line, text), "utf-8")
    built = small.make("html")
    assert (built.code, built.report) == (0, "")
    page = (small.root / "output/drafts/gates-of-an-lstm/index.html").read_text("utf-8")
    assert "SimpleRNN with 4 units, unrolled over 3 time steps" in page
    checked = make(small, "check-content")
    assert checked.report == ""
    assert (checked.code, "gates" in checked.out) == (0, False)


@pytest.mark.slow
def test_a_page_a_category_and_a_language_can_be_chosen(part):
    """Each is written where Pelican looks for it; a category has a header if the folder doesn't determine it."""
    made = make(part, "new", "TITLE=Who we are", "KIND=page")
    assert made.out.splitlines()[0] == "content/pages/who-we-are.md"
    assert "/drafts/pages/who-we-are/" in made.out
    make(part, "new", "TITLE=Trees", "CATEGORY=Old Trees")
    assert "\nCategory: Old Trees\n" in (part.root / "content/old-trees/trees.md").read_text("utf-8")
    german = make(part, "new", "TITLE=Trees", "CATEGORY=nlp", "LANG=de")
    assert german.out.splitlines()[0] == "content/nlp/trees-de.md"
    assert german.out.strip().endswith("/drafts/trees/de/")
    built = part.make("html")
    assert (built.code, built.report) == (0, "")
    written = part.root / "output/drafts"
    assert (written / "trees/de/index.html").is_file()
    assert (written / "pages/who-we-are/index.html").is_file()


@pytest.mark.slow
def test_the_first_article_of_an_empty_site_creates_its_folders(part):
    """There doesn't even need to be a content folder; without one, a build says how to start."""
    shutil.rmtree(part.root / "content")
    with (part.root / "pelicanconf.py").open("a") as settings:
        settings.write("SITE_LOGO = SITE_ICON = None\n")  # their files were in it
    refused = make(part, "html")
    assert refused.code == 2
    assert "content doesn't exist. Write your first article: make new TITLE=" in refused.report
    assert len(refused.report.splitlines()) == 1
    assert make(part, "new", "TITLE=First").out.splitlines()[0] == "content/site/first.md"
    assert part.make("html").code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({}, 'the title is missing: make new TITLE="My title"'),
        ({"TITLE": "  "}, "the title is missing"),
        ({"TITLE": "x", "KIND": "post"}, "KIND is 'post': write KIND=page"),
        ({"TITLE": "x", "CATEGORY": "pages"}, "content/pages isn't for articles"),
        ({"TITLE": "x", "CATEGORY": "🎉"}, "needs at least one letter or digit to name its folder"),
        ({"TITLE": "Illustrated LSTM: Keras"}, "content/nlp/illustrated-lstm-keras.md already has the slug"),
        (
            {"TITLE": "Illustrated LSTM Keras", "KIND": "page"},
            "content/nlp/illustrated-lstm-keras.md already has the slug",
        ),
        ({"TITLE": "Tags", "KIND": "page"}, "the site already uses the URL /tags/"),
        ({"TITLE": "Titled only", "CATEGORY": "other"}, "content/nlp/some.md already has the slug titled-only"),
        ({"TITLE": "In the way"}, "content/nlp/in-the-way.md already exists"),
    ],
)
def test_invalid_arguments_are_reported_and_nothing_is_written(small, words, says):
    """If a URL is taken, the file that has it is named."""
    (small.root / "content/nlp/some.md").write_text("Title: Titled only\nDate: 2026-11-01\n\ntext")
    (small.root / "content/nlp/in-the-way.md").write_text("Title: Another\nDate: 2026-11-01\n\ntext")
    before = {path: path.read_bytes() for path in (small.root / "content").rglob("*") if path.is_file()}
    places = [str(small.root / name) for name in ("pelicanconf.py", "content")]
    code, _, report = builds.run("plugins.commands.article", places, small.root, {**os.environ, **words})
    assert code == 1
    assert report.startswith("new: ")
    assert says in report.splitlines()[0]
    assert before == {path: path.read_bytes() for path in (small.root / "content").rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("lstm-gates", "lstm_gates"),
        ("/images/b-c.png", "b_c"),
        ("a/lstm_gates.py", "a/lstm_gates"),
        ("{static}/images/b-c.svg", "b_c"),
        ("diagrams/b_c.py", "b_c"),
    ],
)
def test_a_new_diagram_can_be_named_in_several_ways(small, name, script):
    """By its script, its URL, or the last part of it; the line to paste is printed last."""
    settings = str(small.root / "pelicanconf.py")
    code, out, report = builds.run("plugins.commands.diagram", [settings], small.root, {**os.environ, "NAME": name})
    assert (code, report) == (0, "")
    path, _, _, line = out.splitlines()
    assert path == f"diagrams/{script}.py"
    assert (small.root / path).is_file()
    assert line == f"![](/images/{script.replace('_', '-')}.png)"


@pytest.mark.slow
def test_a_new_diagram_is_drawn_at_once(small):
    """By the name that it was given."""
    made = make(small, "diagram", "NAME=a/lstm_gates.py")
    assert (made.code, made.report) == (0, "")
    guide = small.root / Project.GUIDE
    guide.write_text(f"{small.guide}\n{made.out.splitlines()[-1]}\n", "utf-8")
    drawn = make(small, "figure", "NAME=a/lstm_gates.py")
    assert (drawn.code, drawn.report) == (0, "")
    place = re.fullmatch(r"\S+  drawn: (\S+\.png)\n", drawn.out)
    assert place
    assert (small.root / place[1]).read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["NAME="], "the name is missing"),
        (["NAME=tanh"], "diagrams/tanh.py already exists"),
        (["NAME=photo"], "the picture content/images/photo.jpg already has this name"),
        (["NAME=../up"], "a figure's URL can't contain '..'"),
        (["NAME=unrolled/x"], "diagrams/unrolled/x.py is inside a package"),
        (["NAME=data/x"], "diagrams/data/x.py is inside a package"),
        (["NAME=_x"], "can't name a figure"),
        (["NAME=$(touch x)"], "can't name a figure"),
        (["NAME=new", "KIND=fancy"], "KIND is 'fancy': write KIND=kit"),
    ],
)
def test_a_diagram_without_a_valid_url_is_not_written(part, words, says):
    """Nor is one that would overwrite a script or a hand-made picture."""
    part.write("content/images/photo.jpg", "")
    before = {path: path.stat().st_size for path in (part.root / "diagrams").rglob("*") if path.suffix != ".pyc"}
    made = make(part, "diagram", *words)
    assert made.code == 2
    assert says in made.report.splitlines()[0]
    assert before == {
        path: path.stat().st_size for path in (part.root / "diagrams").rglob("*") if path.suffix != ".pyc"
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("needs-code", "no article shows needs-code, but its draw(code) needs an article's code\nput ![]("),
        ("needs-encoder", "below a block fenced as ```python {#encoder}"),
        ("photo", "content/images/photo.jpg is a hand-made picture"),
        ("tahn", "did you mean /images/tanh.png"),
        ("fails", "diagrams/fails.py:1: ZeroDivisionError"),
        ("", "Which figure? For example: make figure NAME=tanh"),
    ],
)
def test_a_figure_that_cannot_be_drawn_alone_is_reported_with_the_reason(part, name, says):
    """Code or a script is missing, the script has an error, or the picture is hand-made."""
    part.write("content/images/photo.jpg", "")
    part.write("diagrams/needs_code.py", "def draw(code):\n    pass\n")
    part.write("diagrams/needs_encoder.py", "def draw(encoder):\n    pass\n")
    part.write("diagrams/fails.py", "1 / 0\n")
    drawn = make(part, "figure", f"NAME={name}")
    assert drawn.code == 2
    assert says in drawn.report


@pytest.mark.slow
def test_a_figure_is_opened_if_there_is_a_program_for_it(part):
    """Its file is opened with the system's default program; if there is none, a message says so."""
    opener = part.root / "bin/xdg-open"
    opener.parent.mkdir()
    opener.write_text('#!/bin/sh\necho "$1" > "$HOME/opened"\n')
    opener.chmod(0o755)
    path = f"{opener.parent}:/usr/bin:/bin"
    assert "opened " in make(part, "figure", "NAME=tanh", "OPEN=1", PATH=path).out
    assert (part.root / "opened").read_text().strip().endswith(".png")
    opener.unlink()
    tools = part.root / "tools-only"
    tools.mkdir()
    for tool in ("make", "sh", "cmp", "test"):
        (tools / tool).symlink_to(f"/usr/bin/{tool}")
    drawn = make(part, "figure", "NAME=tanh", "OPEN=1", PATH=str(tools))
    assert drawn.code == 0
    assert "xdg-open is not installed" in drawn.out


@pytest.mark.parametrize("folder", ["missing/..", ".", "missing/../full"])
def test_a_new_site_overwrites_nothing(tmp_path, monkeypatch, folder):
    """Whatever the path to its folder: one through a missing folder exists as soon as that folder is created."""
    monkeypatch.chdir(tmp_path)
    for place in (tmp_path, tmp_path / "full"):
        place.mkdir(exist_ok=True)
        (place / "pelicanconf.py").write_text("mine")
    assert begin_site(folder, None) == f"new: {folder} already exists and isn't empty. Choose another folder"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["full", "pelicanconf.py", "pelicanconf.py"]
    assert (tmp_path / "pelicanconf.py").read_text() == "mine"


def test_a_file_that_appears_meanwhile_is_left_alone(tmp_path):
    """All commands create their files in this way."""
    (tmp_path / "here.md").write_text("mine")
    with pytest.raises(FileExistsError):
        create(tmp_path / "here.md", "new")
    create(tmp_path / "new" / "here.md", "new")
    assert [path.read_text() for path in sorted(tmp_path.rglob("*.md"))] == ["mine", "new"]


def test_adding_to_a_site_never_loses_its_settings(tmp_path):
    """Not even if the disk is full; a link stays a link, and nobody else can read what they couldn't before."""
    own, linked = tmp_path / "own.py", tmp_path / "pelicanconf.py"
    own.write_text("SITENAME = 'Mine'\n", "utf-8")
    own.chmod(0o600)
    linked.symlink_to(own)
    code = "import sys, plugins.commands.site as site; sys.exit(site.add_to('pelicanconf.py'))"
    words, environment = [sys.executable, "-c", code], {**os.environ, "PYTHONPATH": str(REPOSITORY)}

    full = subprocess.run(
        ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert full.stderr.startswith("add: can't write pelicanconf.py: File too large. It is unchanged")
    assert own.read_text("utf-8") == "SITENAME = 'Mine'\n"
    assert sorted(tmp_path.iterdir()) == [own, linked]

    subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert own.read_text("utf-8").startswith("SITENAME = 'Mine'\n\n# Figures drawn by scripts")
    assert linked.is_symlink()
    assert own.stat().st_mode & 0o777 == 0o600
