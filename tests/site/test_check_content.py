"""python -m plugins.content: problems in the content, reported by file and line; silence if there are none."""

from __future__ import annotations

import os
import re

import pytest

from tests import builds
from tests.conftest import Build, Project, Site


def check(site: Site, settings: str = "pelicanconf_here.py", verb: str = "plugins.content", *more: str) -> Build:
    """Run the check, or another module, in the site's folder."""
    environment = {**os.environ, "SITEURL": "https://example.org/blog"}
    return Build(*builds.run(verb, ["-s", settings, *more], site.root, environment))


def drawn(site: Site) -> Build:
    """Draw the site's figures, then run the check."""
    draws = check(site, "pelicanconf_here.py", "plugins.figures", "draw")
    assert draws.code == 0, draws.report
    return check(site)


ALL_IS_WELL = """
See [another]({filename}other.md){.x}, [it]({filename}other.md#below), [here](#second), [up](#top), [home](/),
[topic](/topics/nlp/), [tag]({tag}keras), [category]({category}nlp), [index]({index}),
[by reference][label], [mail](mailto:a@b.de),
[elsewhere](https://example.org/#x), [relative](../other/), [file]({static}/extra/a.pdf), `[code](nowhere)`.[^1]

[label]: {filename}/nlp/other.md

## Second

![](/images/line.png) ![a figure by itself](/images/line.svg) ![](https://example.org/x.png){.decorative}
<img src="https://example.org/y.png" alt="">

- In a list:

    ```{.python #named}
    x = 1
    ```

### Third

~~~text
```
~~~

````markdown
# no heading
```nothing
````

[^1]: A note. <!-- [gone](nowhere.md) -->
"""


def test_a_correct_site_has_no_findings(site):
    """All kinds of links, images and fences, an author's own keys, which a setting uses, a draft."""
    with (site.root / "pelicanconf_here.py").open("a") as settings:
        settings.write('\nJINJA_GLOBALS = {"own": ("subtitle", "translator")}\n')
    site.write("content/extra/a.pdf", "%PDF")
    site.article("other", "## Below\n\ntext")
    site.article(
        "guide",
        ALL_IS_WELL,
        Tags="keras, x",
        Subtitle="mine",
        Translator="me",
        Image="/images/line.png",
        Modified="2026-11-02 10:00",
    )
    site.article("draft", "## Open\n\n### Below", Status="draft")
    checked = drawn(site)
    assert (checked.code, checked.report, checked.out) == (0, "", "content: 3 articles and 0 pages checked\n")


@pytest.mark.slow
def test_this_project_has_no_findings_and_nothing_is_written(project):
    """The guides themselves must be correct."""
    assert project.make("figures").code == 0
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    checked = project.make("check-content")
    assert (checked.code, checked.report) == (0, "")
    *notes, last = checked.out.splitlines()
    assert re.fullmatch(r"content: \d+ articles and \d+ pages? checked", last)
    assert {note.rpartition(": ")[2] for note in notes if note.startswith("note: ")} <= {"no article shows this figure"}
    after = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert before == after


ENDLESS = [
    ("[a](#secnd)\n\n## Second", 6, "the link #secnd is broken: this article has no anchor #secnd", "#second"),
    ("[a]({filename}othr.md)", 6, "content/nlp/othr.md doesn't exist", "did you mean nlp/other.md"),
    ("[a]({filename}other.md#belw)", 6, "content/nlp/other.md has no anchor #belw", "did you mean #below"),
    ("[a]({static}/extra/b.pdf)", 6, "content/extra/b.pdf doesn't exist", "extra/a.pdf"),
    ("[a](other.md)", 6, "the link other.md is broken", "write {filename}/nlp/other.md"),
    ("[a](/extra/a.pdff)", 6, "the site has no such page", "did you mean /extra/a.pdf"),
    ("[a](/topic/nlp/)", 6, "the site has no such page", "did you mean /topics/nlp/"),
    ("[a](../othr/)", 6, "the site has no such page", "did you mean /2026/11/other/"),
    ("[a]({tag}kears)", 6, "no article has the tag kears", "did you mean keras"),
    ("[a]({filname}other.md)", 6, "{filname} isn't a kind of link", "did you mean filename"),
    ("[a][b]\n\n[b]: /nowhere/", 8, "the link /nowhere/ is broken", "use {filename}"),
    ('<a href="/nowhere/">a</a>', 6, "the link /nowhere/ is broken", "use {filename}"),
    ("text\n\n```python\nx = 1\n\ntext", 8, "this fenced block is never closed", "add ``` at its end"),
    (
        "```python\nx = 1\n\ntext\n\n```python\ny = 2\n```",
        6,
        "is still open where another one starts, in line 11",
        "add ``` where this one ends",
    ),
]
"""Bodies of articles with broken links or unclosed fences: each with its line, the report, and what to do."""


@pytest.fixture(scope="module")
def endless(tmp_path_factory) -> Build:
    """Check one site of these articles."""
    site = Site(tmp_path_factory.mktemp("endless"))
    site.write("content/extra/a.pdf", "%PDF")
    site.article("other", "## Below", Tags="keras")
    for number, (body, *_) in enumerate(ENDLESS):
        site.article(f"guide-{number}", body)
    return check(site)


@pytest.mark.parametrize("number", range(len(ENDLESS)))
def test_broken_links_and_unclosed_fences_are_errors(endless, number):
    """At the line in the source, with what was meant or what to write."""
    _, line, what, advice = ENDLESS[number]
    assert (endless.code, len(endless.entries)) == (1, len(ENDLESS)), endless.report
    (entry,) = (it for it in endless.entries if it.startswith(f"content/nlp/guide-{number}.md:{line}: "))
    assert what in entry
    assert advice in entry.splitlines()[1]


def test_an_unclosed_fence_that_no_reader_sees_is_fine(site):
    """In a comment, it doesn't include anything."""
    (site.root / "diagrams/line.py").unlink()
    site.article("guide", "text\n\n<!--\n```python\nx = 1\n-->\n\nmore")
    assert check(site).entries == []


def test_two_links_to_one_url_are_reported_at_their_own_lines(site):
    """And a correct link isn't counted."""
    site.article("guide", "[a](/)\n\ntext [b](/gone/) and\n[c](/gone/)")
    assert [entry.partition(" ")[0] for entry in check(site).entries] == [
        "content/nlp/guide.md:8:",
        "content/nlp/guide.md:9:",
    ]


TYPOS = [
    ("## Two\n\ntext\n\n#### Four", 10, "“Four” skips a level: an h4 follows an h2", "write it with ###"),
    ("### Three\n", 6, "“Three” skips a level: an h3 follows an h1", "write it with ##"),
    (
        "## Two\n\n### Three\n\n## Another\n\n#### Four",
        12,
        "“Four” skips a level: an h4 follows an h2",
        "write it with ###",
    ),
    ("## Two\n\nOne\n===\n\ntext", 8, "“One” is a second h1", "write it with ##"),
    ("```pyhton\nx = 1\n```", 6, "Pygments doesn't know the language pyhton", "did you mean python"),
    (
        "![](https://example.org/x.png)",
        6,
        "https://example.org/x.png: this image has no alt text",
        "between the square brackets",
    ),
]
"""Bodies of articles with a typo: each with its line, the report, and what to do."""


def test_typos_are_warnings(site):
    """They are reported, and fail only a published site, like all warnings."""
    (site.root / "diagrams/line.py").unlink()
    for number, (body, *_) in enumerate(TYPOS):
        site.article(f"guide-{number}", body)
    checked = check(site)
    assert checked.code == 0
    for number, (entry, (_, line, what, advice)) in enumerate(zip(checked.entries, TYPOS, strict=True)):
        assert entry.startswith(f"content/nlp/guide-{number}.md:{line}: ")
        assert what in entry
        assert advice in entry.splitlines()[1]
    assert check(site, "publishconf_here.py").code == 1


def test_mere_information_is_a_note(site):
    """Headings with the same text, an unused script, another tool's language; no reason not to publish."""
    site.article("guide", "## Again\n\ntext\n\n## Again\n\n```mermaid\nx\n```")
    for settings in ("pelicanconf_here.py", "publishconf_here.py"):
        checked = check(site, settings)
        assert (checked.code, checked.report) == (0, "")
        assert checked.out.splitlines()[0::2] == [
            "note: content/nlp/guide.md:10: line 6 has the same heading, “Again”, so this one is #again_1",
            "note: content/nlp/guide.md:12: Pygments doesn't know the language mermaid, so the block isn't highlighted",
            "note: diagrams/line.py:1: no article shows this figure",
            "content: 1 article and 0 pages checked",
        ]


OWN_CODE = """
from types import SimpleNamespace
from matplotlib.figure import Figure

def draw():
    words = {"text": "The code %s makes one layer.", "head": [], "rows": []}
    return SimpleNamespace(figure=Figure, alt="A layer, unrolled.", description=words)
"""


SHOWN_AND_CODED = [
    ("SimpleRNN(4, input_shape=(3, 2))", "SimpleRNN(5)", ("SimpleRNN(4)", "SimpleRNN(5)")),
    ("SimpleRNN(4)", "n = 5\nkeras.layers.SimpleRNN(units=n)", ("SimpleRNN(4)", "SimpleRNN(5)")),
    (
        "LSTM(4, return_sequences=True)",
        "LSTM(4, return_sequences=False)",
        ("LSTM(return_sequences=True)", "LSTM(return_sequences=False)"),
    ),
    ("SimpleRNN(4)", "LSTM(4)", ("SimpleRNN(4)", "LSTM(4)")),
    ("SimpleRNN(4, input_shape=(3, 2))", "Input((3, 2))\nSimpleRNN(4)", None),
    ("SimpleRNN(4)", "SimpleRNN(n)", None),
    ("SimpleRNN(4)", "n = 4\nn = 5\nSimpleRNN(n)", None),
    ("SimpleRNN(4)", "SimpleRNN(4)\nSimpleRNN(8)", None),
    ("Dense(4)", "SimpleRNN(5)", None),
    ("SimpleRNN(4)", "import numpy as np", None),
    ("SimpleRNN(4)", "SimpleRNN(5", None),
]
"""What a figure shows, the code above it, and the finding about both, if any."""


def test_a_figure_with_a_different_layer_from_the_code_is_reported(site):
    """Only if both have the argument, and no layer of the code matches the figure's."""
    (site.root / "diagrams/line.py").unlink()
    wanted = []
    for number, (shown, code, says) in enumerate(SHOWN_AND_CODED, start=10):
        site.script(f"own_{number}", OWN_CODE % shown)
        site.article(f"guide-{number}", f"```python\n{code}\n```\n\n![](/images/own-{number}.png)")
        at = f"content/nlp/guide-{number}.md:{10 + code.count(chr(10))}: /images/own-{number}.png"
        if says:
            wanted.append(f"{at}: the figure shows {says[0]}, but the code in line 7 has {says[1]}")
    checked = drawn(site)
    assert checked.code == 0
    assert [entry.splitlines()[0] for entry in checked.entries] == wanted
    assert all("{code=ID}" in entry for entry in checked.entries)


def test_the_block_that_an_image_names_is_compared(site):
    """By naming it, the author says that the nearest block isn't meant."""
    (site.root / "diagrams/line.py").unlink()
    site.script("own", OWN_CODE % "SimpleRNN(4)")
    blocks = "```python {#four}\nSimpleRNN(4)\n```\n\n```python\nSimpleRNN(5)\n```\n\n"
    site.article("guide", blocks + "![](/images/own.png){code=four}")
    assert drawn(site).entries == []
    site.article("guide", blocks + "![](/images/own.png)")
    assert "the figure shows SimpleRNN(4)" in drawn(site).entries[0]


COUNTED = """
from types import SimpleNamespace
from matplotlib.figure import Figure

def draw():
    rows = [["start", ""], ["1", "I"], ["2", "am"], ["3", "groot"]]
    words = {"text": "", "head": ["time step", "word"], "rows": rows}
    alt = "SimpleRNN with 4 units, unrolled over 3 time steps. Each word enters as 2 numbers."
    return SimpleNamespace(figure=Figure, alt=alt, description=words)
"""


COUNTED_ALTS = [
    ("A layer of 5 units", "says 5 units, but the picture shows 4"),
    ("A layer with five hidden units", "says 5 units, but the picture shows 4"),
    ("Unrolled over two steps", "says 2 steps, but the picture shows 3"),
    ("A four-step loop", "says 4 steps, but the picture shows 3"),
    ("Five words go through it", "says 5 words, but the picture shows 3"),
    ("A layer with one unit", "says 1 units, but the picture shows 4"),
    ("Four units, and below them six units", "says 6 units, but the picture shows 4"),
    ("A layer of four units over 3 time steps and three words", None),
    ("The first two steps of three, one word at a time, then step 3", None),
    ("One unit of the four, after two steps", None),
    ("Two arrows and five gates", None),
    ("", None),
]
"""An author's alt text for that figure, and the finding about it, if any."""


def test_an_alt_text_with_other_numbers_than_the_picture_is_reported(site):
    """In digits or in words; numbers of a part of the picture, or of what it doesn't count, aren't."""
    (site.root / "diagrams/line.py").unlink()
    site.script("own", COUNTED)
    for number, (alt, _) in enumerate(COUNTED_ALTS, start=10):
        site.article(f"guide-{number}", f"![{alt}](/images/own.png)")
    checked = drawn(site)
    assert checked.code == 0
    wanted = [(number, says) for number, (_, says) in enumerate(COUNTED_ALTS, start=10) if says]
    for entry, (number, says) in zip(checked.entries, wanted, strict=True):
        assert entry.startswith(f"content/nlp/guide-{number}.md:6: /images/own.png: the alt text says")
        assert says in entry


TIED = """
```python {#first}
n = 3
model = Sequential([Input((n, 2)), LSTM(units=4, return_sequences=True), LSTM(8)])
```

[4]{param=units}, [Eight]{param=units}, [`8`]{param=units} units; [3]{param=time_steps} by [2]{param=features};
**[True]{param=return_sequences}**, `[5]{param=units}` is how it is written.

[5]{param=units} and [two]{param=time_steps},
[4]{param=merge_mode}, [4]{param=units code=second}

```python
Dense(1)
Bidirectional(LSTM(4), merge_mode="concat")
```

[one]{param=units}, [concat]{param=merge_mode}, [3]{param=units code=first}
"""


def test_words_that_repeat_an_argument_are_compared_with_the_code(site):
    """If an edit of the code leaves the prose behind, it is reported at its line."""
    site.article("guide", TIED)
    checked = check(site)
    assert checked.code == 0
    assert [entry.splitlines()[0].removeprefix("content/nlp/guide.md:") for entry in checked.entries] == [
        "15: “5” is linked to units, but the code in line 8 has 4 and 8",
        "15: “two” is linked to time_steps, but the code in line 8 has 3",
        "16: no Python block has the id second",
        "16: “4” is linked to merge_mode, but the code in line 19 has concat",
        "23: “3” is linked to units, but the code in line 8 has 4 and 8",
    ]


QUOTED = """\
![A line](/images/line.png)

It goes to [2]{figure=line}, from **[0]{figure=line}** on, and `[9]{figure=line}` is how it is written.

It falls to [−1.5]{figure=line} and [1]{figure=lime}.
"""


def test_numbers_quoted_from_a_figure_are_compared_with_it(site):
    """The printed numbers come from the drawing, whether or not its script uses the kit; the page has only words."""
    site.script("line", "from matplotlib import pyplot as plt\nplt.text(0, 0, 'from 0 to 2')\nplt.axis('off')")
    site.article("guide", QUOTED)
    checked = drawn(site)
    assert checked.code == 0
    lime, line = sorted(entry.removeprefix("content/nlp/guide.md:") for entry in checked.entries)
    assert lime == "10: “1” quotes the figure lime, which this article doesn't show\n    write figure=line"
    assert line == "10: “−1.5” quotes the figure line, which doesn't show this number\n    it shows 2, 0"
    assert site.build().code == 0
    assert "It goes to 2, from <strong>0</strong> on" in site.page("guide")


def test_a_figure_without_an_up_to_date_drawing_is_not_compared(site):
    """Nothing is drawn for the check, and it reports what it couldn't compare."""
    site.article("guide", "![Five steps](/images/line.png)")
    checked = check(site)
    assert (checked.code, checked.report) == (0, "")
    assert "guide.md:6: not compared with the text, because these figures aren't up to date: line" in checked.out
    assert not (site.root / ".figures/records").exists()


def test_a_damaged_stored_file_is_an_error_although_it_is_published(site):
    """Size and time don't tell, and it is the same file as the published one."""
    site.article("guide", "![x](/images/line.png)")
    assert site.build().code == 0
    assert check(site).code == 0
    published = site.root / "output/images/line.png"
    found = published.stat()
    data = bytearray(published.read_bytes())
    data[-20] ^= 1
    published.write_bytes(data)
    os.utime(published, ns=(found.st_atime_ns, found.st_mtime_ns))
    checked = check(site)
    assert checked.code == 1
    (entry,) = checked.entries
    assert entry.startswith("content/nlp/guide.md:6: /images/line.png: the stored files of this figure are incomplete")
    assert drawn(site).code == 0
    assert site.build().code == 0
    data[-20] ^= 1
    assert published.read_bytes() == bytes(data)


def test_missing_pictures_and_conflicting_code_are_errors(site):
    """With the build's own messages, so that it finds nothing new."""
    site.script("coded", "from matplotlib.figure import Figure\ndef draw(code):\n    return Figure()\n")
    site.article(
        "a",
        "```python\nf(4)\n```\n\n![x](/images/coded.png)\n\n![y](/images/photo.jpg)\n\n[z](/images/photo.jpg)",
        Cover="/images/photo.jpg",
    )
    site.article("b", "```python\nf(5)\n```\n\n![x](/images/coded.png)\n\n![](/images/line.png)")
    checked = check(site)
    assert checked.code == 1
    missing, differing = checked.entries
    assert missing.startswith("content/nlp/a.md:13: /images/photo.jpg\n    neither the script")
    assert differing.startswith("content/nlp/b.md:10: /images/coded.png: content/nlp/a.md:11 asks for the same figure")


def test_links_to_drafts_and_outside_of_the_site_fail_only_when_published(site):
    """While writing both work: a draft is shown, and the preview is at the root."""
    site.article("soon", "text", Status="draft")
    site.article("guide", "[a]({filename}soon.md)\n\n[b](/topics/)")
    assert check(site).code == 0
    published = check(site, "publishconf_here.py")
    assert published.code == 1
    draft, above = published.entries
    assert draft.startswith("content/nlp/guide.md:6: the link {filename}soon.md is broken: nlp/soon.md is not publ")
    assert above.startswith("content/nlp/guide.md:8: the link /topics/ is broken: the site starts at")


KIT = """
from unrolled import read_keras, unroll

def draw():
    return unroll(read_keras("SimpleRNN(4, input_shape=(3, 2))"), ["I", "am", "groot"])
"""


@pytest.mark.slow
def test_pictures_of_the_kit_are_compared_by_their_own_words(project):
    """An author editing a guide makes two mistakes: in the code above a picture, and in a number in an alt text."""
    project.write("diagrams/own.py", KIT)
    head = "Title: Mine\nDate: 2026-11-01\n\n```python\nmodel.add(SimpleRNN(5, input_shape=(3, 2)))\n```\n\n"
    project.write("content/nlp/mine.md", head + "![Three steps of five units](/images/own.png)\n")
    project.make("figures")
    checked = project.make("check-content")
    shown, told = checked.entries[:2]
    assert shown.startswith("content/nlp/mine.md:8: /images/own.png: ")
    assert "the alt text says 5 units, but the picture shows 4" in shown
    assert "the figure shows SimpleRNN(4), but the code in line 5 has SimpleRNN(5)" in told
    project.write("content/nlp/mine.md", head.replace("5,", "4,") + "![Three steps of four units](/images/own.png)\n")
    assert project.make("check-content").report == ""


@pytest.mark.slow
def test_publishing_includes_the_check(project):
    """A finding that a build doesn't have still fails it."""
    guide = project.root / Project.GUIDE
    guide.write_text(project.guide + "\n[gone](#nowhere)\n", "utf-8")
    published = project.make("publish", SITEURL="https://example.org/blog")
    assert published.code != 0
    assert "the link #nowhere is broken" in published.report
    assert (project.root / "output/index.html").is_file()
