"""python -m plugins.content: problems in the content, reported by file and line; silence if there are none."""

import os
import re
from pathlib import Path

import pytest

from tests import builds
from tests.conftest import PLAIN, Build, Project, Site
from tests.zoo import by_article, check


def checked(site: Site, settings: str = "pelicanconf_here.py", verb: str = "plugins.content", *more: str) -> Build:
    """Run the check, or another module, in the site's folder."""
    environment = {**os.environ, "SITEURL": "https://example.org/blog"}
    return Build(*builds.run(verb, ["-s", settings, *more], site.root, environment))


def drawn(site: Site) -> Build:
    """Draw the site's figures, then run the check."""
    draws = checked(site, "pelicanconf_here.py", "plugins.figures", "draw")
    assert draws.code == 0, draws.report
    return checked(site)


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
    site.add('JINJA_GLOBALS = {"own": ("subtitle", "translator")}')
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
    found = drawn(site)
    assert (found.code, found.report, found.out) == (0, "", "content: 3 articles and 0 pages checked\n")


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


ERRORS = {
    "anchor": ("[a](#secnd)\n\n## Second", "6: the link #secnd is broken: this article has no anchor #secnd | #second"),
    "file": ("[a]({filename}othr.md)", "6: content/nlp/othr.md doesn't exist | did you mean nlp/other.md"),
    "its-anchor": ("[a]({filename}other.md#belw)", "6: content/nlp/other.md has no anchor #belw | did you mean #below"),
    "static": ("[a]({static}/extra/b.pdf)", "6: content/extra/b.pdf doesn't exist | extra/a.pdf"),
    "markdown": ("[a](other.md)", "6: the link other.md is broken | write {filename}/nlp/other.md"),
    "path": ("[a](/extra/a.pdff)", "6: the site has no such page | did you mean /extra/a.pdf"),
    "topic": ("[a](/topic/nlp/)", "6: the site has no such page | did you mean /topics/nlp/"),
    "relative": ("[a](../othr/)", "6: the site has no such page | did you mean /2026/11/other/"),
    "tag": ("[a]({tag}kears)", "6: no article has the tag kears | did you mean keras"),
    "kind": ("[a]({filname}other.md)", "6: {filname} isn't a kind of link | did you mean filename"),
    "reference": ("[a][b]\n\n[b]: /nowhere/", "8: the link /nowhere/ is broken | use {filename}"),
    "html": ('<a href="/nowhere/">a</a>', "6: the link /nowhere/ is broken | use {filename}"),
    "twice": ("[a](/)\n\ntext [b](/gone/) and\n[c](/gone/)", "8: /gone/", "9: /gone/"),
    "open": ("text\n\n```python\nx = 1\n\ntext", "8: this fenced block is never closed | add ``` at its end"),
    "open-before": (
        "```python\nx = 1\n\ntext\n\n```python\ny = 2\n```",
        "6: is still open where another one starts, in line 11 | add ``` where this one ends",
    ),
    "open-unseen": ("text\n\n<!--\n```python\nx = 1\n-->\n\nmore",),
    "b": (
        "```python\nf(5)\n```\n\n![x](/images/coded.png)\n\n![](/images/line.png)",
        "10: /images/coded.png: content/nlp/a.md:11 asks for the same figure",
    ),
}
"""Bodies of articles with errors, and what is said of each, with what was meant or what to write."""


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Check one site of these articles."""
    site = Site(tmp_path_factory.mktemp("wrong"))
    for name, (body, *_) in ERRORS.items():
        site.article(name, body)
    site.write("content/extra/a.pdf", "%PDF")
    site.article("other", "## Below", Tags="keras")
    site.script("line", PLAIN)
    site.script("coded", "from matplotlib.figure import Figure\ndef draw(code):\n    return Figure()\n")
    images = "![x](/images/coded.png)\n\n![y](/images/photo.jpg)\n\n[z](/images/photo.jpg)"
    site.article("a", f"```python\nf(4)\n```\n\n{images}", Cover="/images/photo.jpg")
    return checked(site)


@pytest.mark.parametrize("name", ERRORS)
def test_each_error_is_at_its_line(wrong, name):
    """Once, with the build's own messages about figures and fences, so that it finds nothing new."""
    assert wrong.code == 1
    check(wrong, name, ERRORS[name][1:])


def test_a_missing_picture_is_reported_once(wrong):
    """Even if a link and the header name it; and there are no other errors."""
    check(wrong, "a", ("13: /images/photo.jpg\n    neither the script",))
    assert len(wrong.entries) == sum(len(it) - 1 for it in ERRORS.values()) + 1


OWN_CODE = """
from types import SimpleNamespace
from matplotlib.figure import Figure

def draw():
    words = {"text": "The code %s makes one layer.", "head": [], "rows": []}
    return SimpleNamespace(figure=Figure, alt="A layer, unrolled.", description=words)
"""


COUNTED = """
from types import SimpleNamespace
from matplotlib.figure import Figure

def draw():
    rows = [["start", ""], ["1", "I"], ["2", "am"], ["3", "groot"]]
    words = {"text": "", "head": ["time step", "word"], "rows": rows}
    alt = "SimpleRNN with 4 units, unrolled over 3 time steps. Each word enters as 2 numbers."
    return SimpleNamespace(figure=Figure, alt=alt, description=words)
"""


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


QUOTED = """\
![A line](/images/quoted.png)

It goes to [2]{figure=quoted}, from **[0]{figure=quoted}** on, and `[9]{figure=quoted}` is how it is written.

It falls to [−1.5]{figure=quoted} and [1]{figure=lime}.
"""


TWO = "```python {#four}\nSimpleRNN(4)\n```\n\n```python\nSimpleRNN(5)\n```\n\n"
WARNINGS = {
    "skips": ("## Two\n\ntext\n\n#### Four", "10: “Four” skips a level: an h4 follows an h2 | write it with ###"),
    "skips-first": ("### Three\n", "6: “Three” skips a level: an h3 follows an h1 | write it with ##"),
    "skips-later": (
        "## Two\n\n### Three\n\n## Another\n\n#### Four",
        "12: “Four” skips a level: an h4 follows an h2 | write it with ###",
    ),
    "h1": ("## Two\n\nOne\n===\n\ntext", "8: “One” is a second h1 | write it with ##"),
    "language": ("```pyhton\nx = 1\n```", "6: Pygments doesn't know the language pyhton | did you mean python"),
    "alt": (
        "![](https://example.org/x.png)",
        "6: https://example.org/x.png: this image has no alt text | between the square brackets",
    ),
    "tied": (
        TIED,
        "15: “5” is linked to units, but the code in line 8 has 4 and 8",
        "15: “two” is linked to time_steps, but the code in line 8 has 3",
        "16: no Python block has the id second",
        "16: “4” is linked to merge_mode, but the code in line 19 has concat",
        "23: “3” is linked to units, but the code in line 8 has 4 and 8",
    ),
    "quoted": (
        QUOTED,
        "10: “1” quotes the figure lime, which this article doesn't show\n    write figure=quoted",
        "10: “−1.5” quotes the figure quoted, which doesn't show this number\n    it shows 2, 0",
    ),
    "named": (f"{TWO}![](/images/four.png){{code=four}}",),
    "nearest": (f"{TWO}![](/images/four.png)", "14: /images/four.png: the figure shows SimpleRNN(4)"),
}
"""Bodies of articles with mistakes that cost less, and what is said of each."""
CODED = [
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


ALTS = [
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


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Site, Build]:
    """Draw the figures of one site of all of these articles, and check it."""
    site = Site(tmp_path_factory.mktemp("odd"), font_list)
    site.script("quoted", "from matplotlib import pyplot as plt\nplt.text(0, 0, 'from 0 to 2')\nplt.axis('off')")
    site.script("four", OWN_CODE % "SimpleRNN(4)")
    site.script("counted", COUNTED)
    for name, (body, *_) in WARNINGS.items():
        site.article(name, body)
    for number, (shown, code, _) in enumerate(CODED):
        site.script(f"own_{number}", OWN_CODE % shown)
        site.article(f"coded-{number}", f"```python\n{code}\n```\n\n![](/images/own-{number}.png)")
    for number, (alt, _) in enumerate(ALTS):
        site.article(f"alt-{number}", f"![{alt}](/images/counted.png)")
    return site, drawn(site)


@pytest.mark.parametrize("name", WARNINGS)
def test_each_warning_is_at_its_line(odd, name):
    """Typos; words that repeat an argument, and numbers quoted from a figure, which an edit has left behind.

    The printed numbers come from the drawing, whether or not its script uses the kit. By naming a block, the author
    says that the nearest block isn't meant.
    """
    check(odd[1], name, WARNINGS[name][1:])


@pytest.mark.parametrize("number", range(len(CODED)))
def test_a_figure_with_a_different_layer_from_the_code_is_reported(odd, number):
    """Only if both have the argument, and no layer of the code matches the figure's."""
    _, code, says = CODED[number]
    at = f"{10 + code.count(chr(10))}: /images/own-{number}.png: the figure shows"
    check(
        odd[1],
        f"coded-{number}",
        (f"{at} {says[0]}, but the code in line 7 has {says[1]} | {{code=ID}}",) if says else (),
    )


@pytest.mark.parametrize("number", range(len(ALTS)))
def test_an_alt_text_with_other_numbers_than_the_picture_is_reported(odd, number):
    """In digits or in words; numbers of a part of the picture, or of what it doesn't count, aren't."""
    says = ALTS[number][1]
    check(odd[1], f"alt-{number}", (f"6: /images/counted.png: the alt text {says}",) if says else ())


@pytest.mark.slow
def test_warnings_fail_only_a_published_site(odd):
    """There are no others; and a page shows quoted numbers as words."""
    site, found = odd
    assert found.code == 0
    articles = {*WARNINGS, *(f"coded-{it}" for it in range(len(CODED))), *(f"alt-{it}" for it in range(len(ALTS)))}
    assert by_article(found).keys() <= articles
    assert checked(site, "publishconf_here.py").code == 1
    assert site.build().code == 0
    assert "It goes to 2, from <strong>0</strong> on" in site.page("quoted")


def test_mere_information_is_a_note(site):
    """Headings with the same text, an unused script, another tool's language; no reason not to publish."""
    site.article("guide", "## Again\n\ntext\n\n## Again\n\n```zz\nx\n```\n\n```python\nx = 1\ny =\u00a02\n```")
    for settings in ("pelicanconf_here.py", "publishconf_here.py"):
        found = checked(site, settings)
        assert (found.code, found.report) == (0, "")
        assert found.out.splitlines()[0::2] == [
            "note: content/nlp/guide.md:10: line 6 has the same heading, “Again”, so this one is #again_1",
            "note: content/nlp/guide.md:12: Pygments doesn't know the language zz, so the block isn't highlighted",
            "note: content/nlp/guide.md:18: Python can't read the no-break space (U+00A0) in this code, so readers "
            "can't run it",
            "note: diagrams/line.py:1: no article shows this figure",
            "content: 1 article and 0 pages checked",
        ]


def test_a_figure_without_an_up_to_date_drawing_is_not_compared(site):
    """Nothing is drawn for the check, and it reports what it couldn't compare."""
    site.article("guide", "![Five steps](/images/line.png)")
    found = checked(site)
    assert (found.code, found.report) == (0, "")
    assert "guide.md:6: not compared with the text, because these figures aren't up to date: line" in found.out
    assert not (site.root / ".figures/records").exists()


@pytest.mark.slow
def test_a_damaged_stored_file_is_an_error_although_it_is_published(site):
    """Size and time don't tell, and it is the same file as the published one."""
    site.article("guide", "![x](/images/line.png)")
    assert site.build().code == 0
    assert checked(site).code == 0
    published = site.root / "output/images/line.png"
    found = published.stat()
    data = bytearray(published.read_bytes())
    data[-20] ^= 1
    published.write_bytes(data)
    os.utime(published, ns=(found.st_atime_ns, found.st_mtime_ns))
    found = checked(site)
    assert found.code == 1
    (entry,) = found.entries
    assert entry.startswith("content/nlp/guide.md:6: /images/line.png: the stored files of this figure are incomplete")
    assert drawn(site).code == 0
    assert site.build().code == 0
    data[-20] ^= 1
    assert published.read_bytes() == bytes(data)


def test_links_to_drafts_and_outside_of_the_site_fail_only_when_published(site):
    """While writing both work: a draft is shown, and the preview is at the root."""
    site.article("soon", "text", Status="draft")
    site.article("guide", "[a]({filename}soon.md)\n\n[b](/topics/)")
    assert checked(site).code == 0
    published = checked(site, "publishconf_here.py")
    assert published.code == 1
    draft, above = published.entries
    assert draft.startswith("content/nlp/guide.md:6: the link {filename}soon.md is broken: nlp/soon.md is not publ")
    assert above.startswith("content/nlp/guide.md:8: the link /topics/ is broken: the site starts at")


@pytest.mark.slow
def test_publishing_includes_the_check(part):
    """A finding that a build doesn't have still fails it."""
    guide = part.root / Project.GUIDE
    guide.write_text(part.guide + "\n[gone](#nowhere)\n", "utf-8")
    published = part.make("publish", SITEURL="https://example.org/blog")
    assert published.code != 0
    assert "the link #nowhere is broken" in published.report
    assert (part.root / "output/index.html").is_file()
