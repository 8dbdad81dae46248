"""A saved article or script costs only what shows it, with the same result as if the whole site were built."""

import json
import os
import random
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests import builds, edits
from tests.conftest import Site
from tests.edited import State, first_state
from tests.sampling import EFFORT, SEED

COUNT = int(os.environ.get("EDITS", EFFORT.edits))
WRONG = (edits.write_what_is_wrong, edits.break_a_script)
LONG = "Words of an article that is so long that its beginning alone is shown elsewhere. " * 12


def change_an_alt_text(state: State, chance: random.Random) -> tuple[str, State]:
    """Which is the docstring of the script, unless the article has its own."""
    path = chance.choice(["diagrams/line.py", "diagrams/boxes.py"])
    text = state.text(path)
    said = f'"""Something with the number {chance.randint(1, 99)}."""'
    return path, state.having({path: f"{said}\n{text.partition(chr(10))[2]}"})


EDITS = (
    *(edits.write_a_sentence, edits.change_a_letter) * 3,
    *(edits.write_more_markdown, edits.change_the_code) * 2,
    *(edits.change_a_script, edits.change_a_module, edits.change_the_data, change_an_alt_text) * 2,
    edits.change_a_header,
    *WRONG,
)


def saves(root: Path, steps: Sequence[Mapping[str, Any]], settings: str = "pelicanconf_here.py") -> list[Any]:
    """Save some texts one after the other; return the preview's actions."""
    (root / "steps.json").write_text(json.dumps(steps), "utf-8")
    code, out, errors = builds.run("tests.saves", [settings, "steps.json"], root, os.environ)
    assert code == 0, errors
    return [json.loads(line.removeprefix("SAVED ")) for line in out.splitlines() if line.startswith("SAVED ")]


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


@pytest.mark.slow
def test_a_sentence_is_shown_without_another_build(written):
    """Only the page, its notebook and its feeds are written, and the next build changes nothing."""
    text = text_of(written, "guide")
    steps = [save_of(f"{text}\nMore words.\n"), save_of(f"{text}\nA note.[^1]\n\n[^1]: Said.\n"), save_of(text)]
    for did in saves(written.root, steps):
        assert not did["saved"]["whole"], did
        assert "2026/11/guide/index.html" in did["saved"]["changed"]
        assert "2026/11/other/index.html" not in did["saved"]["changed"]
        assert did["saved"]["read"] == 1
        assert did["after"] == {"whole": True, "read": 2, "changed": [], "problems": [], "why": [], "later": []}


WHOLE = (
    ("Title: Guide", "Title: Another"),
    ("Tags: keras", "Tags: keras, other"),
    ("Summary: Short.", "Summary: Shorter."),
    ("Slug: guide", "Slug: moved"),
    ("![](/images/line.png)", ""),
    ("## A heading", "![](/images/gone.png)"),
    ("See [it]", "See [that]({filename}gone.md), [it]"),
)


@pytest.mark.parametrize("whole", [WHOLE[::4], pytest.param(WHOLE, marks=pytest.mark.slow)], ids=["some", "all"])
def test_changes_to_other_pages_and_errors_need_a_full_build(written, whole):
    """Its headers, its figures, and errors, which are reported as in a build."""
    text = text_of(written, "guide")
    back = save_of(text) | {"checked": False}
    steps = [step for before, now in whole for step in (save_of(text.replace(before, now)), back)]
    outcomes = saves(written.root, steps)
    assert not any(did["saved"]["problems"] for did in outcomes[1::2]), "what is mended isn't reported any longer"
    for (before, now), did in zip(whole, outcomes[::2], strict=True):
        assert before in text
        assert did["saved"]["whole"], now
        assert did["after"]["changed"] == [], now
        assert did["after"]["problems"] == did["saved"]["problems"], now
        assert bool(did["saved"]["problems"]) == ("gone" in now)


GALLERY = 'from pelicanconf_here import *\nDIAGRAMS_SAVE_AS = "diagrams/index.html"\nDIAGRAMS_WORDS = ""\n'
PAGES = ("2026/11/guide/index.html", "2026/11/other/index.html", "diagrams/line/index.html")
LINE = "diagrams/line.py"


BARS = '''
"""As many bars as there are."""

import matplotlib.pyplot as plt


def draw(count: int = 1):
    figure, axes = plt.subplots(figsize=(1, 1))
    axes.bar(range(count), 1)
    return figure
'''
SNIPPETS = """
MARKDOWN["extensions"] = [*MARKDOWN["extensions"], "pymdownx.snippets"]
MARKDOWN["extension_configs"]["pymdownx.snippets"] = {{"base_path": [{root!r}]}}
"""


def save_of_script(text: str | None, path: str = LINE) -> dict[str, Any]:
    """Save a script, or delete it, and build the whole site after it."""
    return {"files": {path: text}, "checked": True}


@pytest.fixture
def illustrated(written: Site) -> Site:
    """Add two articles without a figure, a module and data for the script, and the gallery.

    The page of the older one ends with the cover of the guide; the newer one has none after it.
    """
    written.write("with_gallery.py", GALLERY)
    written.article("before", "Only words.", Date="2026-10-01")
    written.article("plain", "Only words.", Date="2026-11-30")
    written.write("diagrams/shared.py", "COLOUR = 'C0'\n")
    written.write("diagrams/data/numbers.csv", "1,2\n")
    written.script(
        "line",
        """
        \"\"\"A line that rises.\"\"\"

        from pathlib import Path

        import matplotlib.pyplot as plt

        from shared import COLOUR

        plt.figure(figsize=(2, 1))
        plt.plot([*map(float, Path("diagrams/data/numbers.csv").read_text().split(","))], color=COLOUR)
        """,
    )
    for name, cover in (("guide", ""), ("other", "\nCover: /images/line.png")):
        text = text_of(written, name).replace("![]", "## Lines\n\n![]").replace("Tags: keras", f"Tags: keras{cover}")
        written.write(f"content/nlp/{name}.md", text)
    return written


@pytest.mark.slow
def test_a_script_is_drawn_without_another_build(illustrated):
    """No article is read; the pages that show the figure are written, and the next build changes nothing."""
    text = (illustrated.root / LINE).read_text("utf-8")
    larger = text.replace("(2, 1)", "(3, 2)")
    falls = larger.replace("rises", "falls")
    edits_of = {
        "its picture": ({LINE: larger}, True),
        "its alt text": ({LINE: falls}, True),
        "a comment": ({LINE: f"{falls}# A comment.\n"}, False),
        "back": ({LINE: text}, True),
        "a module": ({"diagrams/shared.py": "COLOUR = 'C3'\n"}, True),
        "its data": ({"diagrams/data/numbers.csv": "2,1\n"}, True),
        "both": ({"diagrams/shared.py": "COLOUR = 'C2'\n", "diagrams/data/numbers.csv": "2,3\n"}, True),
    }
    steps = [{"files": files, "checked": True} for files, _ in edits_of.values()]
    outcomes = saves(illustrated.root, steps, "with_gallery.py")
    for (name, (_, is_shown)), did in zip(edits_of.items(), outcomes, strict=True):
        assert not did["saved"]["whole"], (name, did)
        assert did["saved"]["read"] == 0, name
        changed = did["saved"]["changed"]
        assert ("images/line.png" in changed) == (is_shown and name != "its alt text"), name
        assert "2026/11/plain/index.html" not in changed, name
        assert ("2026/10/before/index.html" in changed) == (is_shown and name != "its alt text"), name
        assert PAGES[2] in changed, name
        assert (PAGES[0] in changed) == (PAGES[1] in changed) == is_shown, name
        assert did["after"]["changed"] == [], (name, did)
    assert "A line that falls." not in illustrated.page("guide")


CARD = '''
"""A card."""

import json
import matplotlib.pyplot as plt


def draw(code):
    told = json.loads(code)
    figure = plt.figure(figsize=(4, 2))
    if told["picture"]:
        figure.figimage(plt.imread(told["picture"]))
    figure.text(0, 0.5, told["title"])
    return figure
'''
CARDED = 'SITEURL = "https://example.org"\nCARD_SCRIPT = "diagrams/_card.py"\n'


@pytest.mark.slow
def test_cards_wait_until_nobody_saves(illustrated):
    """Then those of a figure that was drawn again are drawn, without another build; their script needs one."""
    illustrated.write("diagrams/_card.py", CARD)
    illustrated.write("with_gallery.py", f"{GALLERY}{CARDED}")
    text = (illustrated.root / LINE).read_text("utf-8")
    steps = [
        save_of_script(text.replace("(2, 1)", "(3, 2)")),
        save_of(f"{text_of(illustrated, 'guide')}\nMore words.\n"),
        save_of_script(CARD.replace("0.5", "0.6"), "diagrams/_card.py"),
    ]
    outcomes = saves(illustrated.root, steps, "with_gallery.py")
    assert [did["saved"]["whole"] for did in outcomes] == [False, False, True], outcomes
    cards = ["cards/guide.png", "cards/other.png", "cards/site/lists.png", "cards/topics/nlp.png"]
    assert [did["saved"]["later"] for did in outcomes] == [cards, [], []]
    assert not any(did["after"]["changed"] for did in outcomes), outcomes


@pytest.mark.slow
def test_a_slider_follows_its_script_without_another_build(illustrated):
    """Unless it loses its effect, or begins with another value."""
    illustrated.script("bars", BARS)
    illustrated.article("varied", '![Bars](/images/bars.png){vary="count=1..3"}\n')
    text = (illustrated.root / LINE).read_text("utf-8")
    steps = [
        save_of_script(text.replace("(2, 1)", "(3, 1)")),
        save_of(f"{text_of(illustrated, 'plain')}\nMore words.\n", "plain"),
        save_of_script(BARS.replace("(1, 1)", "(2, 1)"), "diagrams/bars.py"),
        save_of(f"{text_of(illustrated, 'varied')}\nMore words.\n", "varied"),
        save_of_script(BARS.replace("count), 1", "count), 3 - count % 2"), "diagrams/bars.py"),
        save_of_script(BARS.replace("range(count)", "range(1)"), "diagrams/bars.py"),
        save_of_script(BARS, "diagrams/bars.py"),
        save_of_script(BARS.replace("count: int = 1", "count: int = 2"), "diagrams/bars.py"),
    ]
    outcomes = saves(illustrated.root, steps, "with_gallery.py")
    assert [did["saved"]["whole"] for did in outcomes] == [*[False] * 5, *[True] * 3], outcomes
    assert all(did["after"]["changed"] == [] for did in outcomes), outcomes
    assert [bool(did["after"]["problems"]) for did in outcomes] == [*[False] * 5, True, *[False] * 2], outcomes
    for number in (2, 4):
        frames = [path for path in outcomes[number]["saved"]["changed"] if path.endswith(".json")]
        assert len(frames) == 2, outcomes[number]  # the new file, and the old one


@pytest.mark.slow
def test_scripts_that_need_a_full_build(illustrated):
    """An error, which is reported as in a build, and its correction; scripts that come and go, and other titles."""
    text = (illustrated.root / LINE).read_text("utf-8")
    steps = [
        save_of_script(f"{text}plt.nothing()\n"),
        save_of_script(text),
        save_of_script(text, "diagrams/spare.py"),
        save_of_script(text.replace("(2, 1)", "(3, 1)"), "diagrams/spare.py"),
        save_of_script(text.replace("rises", "runs"), "diagrams/spare.py"),
        save_of_script(None, "diagrams/spare.py"),
        save_of_script("1\n", "diagrams/data/unknown.csv"),
        save_of_script(f"{text}plt.figure()\n"),
        save_of_script(text.replace("import COLOUR", "import COLOUR\nimport spare")),
    ]
    outcomes = saves(illustrated.root, steps, "with_gallery.py")
    assert [did["saved"]["whole"] for did in outcomes] == [True, True, True, False, *[True] * 5], outcomes
    assert "nothing" in str(outcomes[0]["saved"]["problems"])
    for did in outcomes:
        assert did["after"]["problems"] == did["saved"]["problems"]
        assert did["after"]["changed"] == []


@pytest.mark.slow
def test_a_script_that_warns_is_drawn_without_another_build(illustrated):
    """As long as its warnings are the same, which stay among the problems."""
    text = f"{(illustrated.root / LINE).read_text('utf-8')}import warnings; warnings.warn('old')\n"
    steps = [
        save_of_script(text),
        save_of_script(text.replace("rises", "falls")),
        save_of_script(text.replace("old", "new")),
    ]
    outcomes = saves(illustrated.root, steps, "with_gallery.py")
    assert [did["saved"]["whole"] for did in outcomes] == [True, False, True], outcomes
    assert ["old" in str(did["saved"]["problems"]) for did in outcomes] == [True, True, False], outcomes
    for did in outcomes:
        assert did["after"]["problems"] == did["saved"]["problems"]
        assert did["after"]["changed"] == []


@pytest.mark.slow
def test_an_article_that_includes_a_script_is_read_again(illustrated):
    """The script is text there, and nobody but the article's reader knows it."""
    illustrated.write("with_gallery.py", f"{GALLERY}{SNIPPETS.format(root=str(illustrated.root))}")
    illustrated.article("plain", '```python\n--8<-- "diagrams/line.py"\n```\n')
    text = (illustrated.root / LINE).read_text("utf-8")
    (did,) = saves(illustrated.root, [save_of_script(text.replace("rises", "falls"))], "with_gallery.py")
    assert did["saved"]["whole"]
    assert "falls" in illustrated.page("plain")


def add_plugin(site: Site, text: str) -> None:
    """Give a site a plugin of its own, and settings with it."""
    site.write("ours.py", text)
    more = f"PLUGINS = [*PLUGINS, 'ours']\nsys.path.insert(0, {str(site.root)!r})"
    site.write("with_plugin.py", f"from pelicanconf_here import *\n{more}")


@pytest.mark.slow
def test_a_plugin_that_does_not_declare_edits_causes_full_builds(written):
    """Nobody knows what it does to an article; one with a declaration is called."""
    add_plugin(written, PLUGIN)
    steps = [save_of(f"{text_of(written, 'guide')}\nMore.\n")]
    assert saves(written.root, steps, "with_plugin.py")[0]["saved"]["whole"]
    told = PLUGIN.replace("def shout(", "@on_edit(does=lambda article, _: shout_in(article))\ndef shout(")
    written.write("ours.py", f"from plugins.building.incremental import on_edit\n{told}")
    steps = [save_of(f"{text_of(written, 'guide')}\nYet more.\n")]
    (did,) = saves(written.root, steps, "with_plugin.py")
    assert not did["saved"]["whole"]
    assert did["after"]["changed"] == []
    assert "LOUD" in written.page("guide")


@pytest.mark.slow
def test_a_plugin_that_does_not_touch_what_articles_say_has_nothing_to_declare(written):
    """Unless it may have read something else that has changed with the text, such as how long that takes to read."""
    add_plugin(written, QUIET)
    text = text_of(written, "guide")
    outcomes = saves(written.root, [save_of(f"{text}\nMore.\n"), save_of(f"{text}\n{LONG * 4}\n")], "with_plugin.py")
    assert [did["saved"]["whole"] for did in outcomes] == [False, True], outcomes
    assert not any(did["after"]["changed"] for did in outcomes), outcomes


QUIET = dedent(
    """
    from pelican import signals

    def name(generators):
        for article in generators[0].articles:
            article.named = f"{article.title} {article.url} {article.minutes}"

    def register():
        signals.all_generators_finalized.connect(name)
    """
)


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


@pytest.mark.slow
def test_after_any_saves_a_full_build_changes_nothing(tmp_path, font_list, say):
    """For articles with everything there is, and scripts; several may be saved before the site is built."""
    state, chance = _alone(first_state()), random.Random(f"{SEED}/saves")
    root = tmp_path / "site"
    for path, data in state.files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data if isinstance(data, bytes) else b"")
    steps, said = [], []
    while len(steps) < COUNT:
        edit = chance.choice(EDITS)
        if (done := edit(state, chance)) and done[1] != state:
            changed = {path: it.decode() for path, it in done[1].files.items() if state.files.get(path) != it}
            steps.append({"files": changed, "checked": chance.random() < 0.5})
            said.append(f"{edit.__name__}: {done[0]}")
            # Most errors are undone, because each save builds the whole site as long as they exist.
            state = done[1] if edit not in WRONG else state
            if edit in WRONG:
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
    conf = state.text("pelicanconf.py").replace(', "local_plugin"]', "]").replace('CARD_SCRIPT = ""\n', CARDED)
    files = {path: None for path in state.files if path.startswith(("overrides/", "local_plugin"))}
    articles = {}
    for path in state.articles:
        head, _, body = state.text(path).partition("\n\n")
        articles[path] = f"{head}\n\n{LONG}\n\n{body}"
    assert CARDED in conf
    more = {"pelicanconf.py": conf, "content/site/linked.md": None, "diagrams/_card.py": CARD}
    return state.having({**files, **articles, **more})
