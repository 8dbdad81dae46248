"""From an image in an article to the files in the output."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from tests.conftest import SIMPLE

NARROW = '''
"""A cross."""
import matplotlib.pyplot as plt
from matplotlib.figure import Figure


class Picture:
    """What a kit hands over: words, size, and a narrow form."""

    alt = "A > B"
    description = {"text": "A stands before B.", "head": ["a"], "rows": [["1"]]}
    parts = {"line": {"role": "state", "step": None, "argument": {"name": "units", "line": 1, "column": 2}}}
    steps = ()
    turned = None

    def __init__(self, width):
        self.size_px = (width, 100)

    def figure(self):
        figure = Figure(figsize=(self.size_px[0] / 72, 100 / 72))
        figure.add_subplot().plot([0, 1], gid="line")
        return figure


def draw():
    picture = Picture(600)
    picture.turned = Picture(280)
    return picture
'''


def test_a_plain_script_reaches_the_page(site):
    """In any theme, the image is complete: sized, described, lazy, and at twice its size for sharp screens."""
    site.article("guide", "![](/images/line.png)")
    built = site.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    tag = re.search(r"<img[^>]*>", site.page("guide"))[0]
    for attribute in ('alt="A line that rises."', 'width="192"', 'height="96"', 'loading="lazy"', 'decoding="async"'):
        assert attribute in tag
    with Image.open(io.BytesIO(site.output()["images/line.png"])) as png:
        assert png.size == (384, 192)
    assert site.output()["images/line.svg"].startswith(b"<svg")


def test_the_author_s_own_alt_text_and_size_are_kept(site):
    """What is written in the article isn't overwritten."""
    site.article("guide", '![My "words" > all](/images/line.png){.lead width=50}')
    assert site.build(*SIMPLE).code == 0
    tag = re.search(r"<img[^>]*>", site.page("guide"))[0]
    assert 'alt="My &quot;words&quot; &gt; all"' in tag
    assert 'width="50"' in tag
    assert 'height="25"' in tag, "its proportions are those of the figure, 192 × 96"
    assert 'class="lead diagram"' in tag


def test_a_second_build_draws_nothing(site):
    """And its output is identical, byte for byte."""
    site.article("guide", "![](/images/line.png)")
    site.build()
    first = site.output()
    assert site.build().figures == (0, 1, 0)
    assert site.output() == first


@pytest.mark.slow
def test_a_changed_script_is_drawn_again_and_a_restored_one_is_not(site):
    """With the old text, the old bytes are there without a render."""
    site.article("guide", "![](/images/line.png)")
    site.build()
    first = site.output()["images/line.png"]
    path = site.root / "diagrams/line.py"
    old = path.read_text()
    path.write_text(old.replace("[0, 1])", "[1, 0])"))
    assert site.build().figures == (1, 0, 0)
    assert site.output()["images/line.png"] != first
    path.write_text(old)
    assert site.build().figures == (0, 1, 0)
    assert site.output()["images/line.png"] == first


@pytest.mark.slow
def test_a_file_read_elsewhere_makes_its_figure_stale(site):
    """Files outside of diagrams/ count if a script has read them."""
    site.write("content/numbers.txt", "1 2")
    site.script(
        "data",
        "import matplotlib.pyplot as plt\nplt.plot([float(x) for x in open('content/numbers.txt').read().split()])",
    )
    site.article("guide", "![a](/images/data.png) ![](/images/line.png)")
    assert site.build().figures == (2, 0, 0)
    site.write("content/numbers.txt", "2 1")
    assert site.build().figures == (1, 1, 0)


@pytest.mark.slow
def test_a_module_edited_within_the_same_second_is_noticed(site):
    """Same size, same time: bytecode can't be trusted by either."""
    site.script("_shade", "HEIGHT = 1")
    site.script("shaded", "import matplotlib.pyplot as plt\nfrom _shade import HEIGHT\nplt.plot([0, HEIGHT])")
    site.article("guide", "![a](/images/shaded.png)")
    site.build()
    first = site.output()["images/shaded.svg"]
    module = site.root / "diagrams/_shade.py"
    times = module.stat()
    module.write_text("HEIGHT = 9")
    import os

    os.utime(module, ns=(times.st_atime_ns, times.st_mtime_ns))
    site.build()
    assert site.output()["images/shaded.svg"] != first


def test_code_is_an_input_and_prose_is_not(site):
    """A figure depends on the block above it, and on nothing else in the article."""
    site.script(
        "coded",
        """
        from matplotlib.figure import Figure

        def draw(code):
            figure = Figure(figsize=(2, 1))
            figure.text(0.1, 0.5, code.strip(), parse_math=False)
            return figure
        """,
    )
    path = site.article("guide", "```python\nunits = 4\n```\n\n![a](/images/coded.png)\n\n![](/images/line.png)\n")
    site.build()
    assert b"units = 4" in site.output()["images/coded.svg"]
    path.write_text(path.read_text().replace("units = 4", "units = 5") + "\nMore prose.\n")
    assert site.build().figures == (1, 1, 0)
    assert b"units = 5" in site.output()["images/coded.svg"]


def test_scripts_affect_neither_each_other_nor_the_project(site):
    """Each runs in a process of its own, with the same seeds; files that it saves go to scratch."""
    body = """
        import random
        import matplotlib.pyplot as plt
        import numpy as np

        plt.figure(figsize=(2, 1))
        plt.plot([random.random(), np.random.random(), np.random.default_rng().random()])
        plt.rcParams["figure.facecolor"] = "red"
        np.random.seed(9)
        plt.savefig("left_behind.png")
        plt.show()
    """
    site.script("one", body)
    site.script("two", body)
    site.article("guide", "![a](/images/one.png) ![b](/images/two.png)")
    assert site.build().figures == (2, 0, 0)
    output = site.output()
    assert output["images/one.png"] == output["images/two.png"]
    assert not list(site.root.glob("**/left_behind.png"))


def test_colours_that_are_not_tokens_are_reported_once_per_build(site):
    """Such a figure stays white in dark mode; so it would after a token changes, without a note."""
    colours = '{"paper": {"light": "#FFFFFF", "dark": "#000000"}, "state": {"light": "#1749A6", "dark": "#5AA0FA"}}'
    site.write("theme/tokens.json", colours)
    site.write("theme/figures.mplstyle", 'figure.facecolor: "#FFFFFF"\naxes.facecolor: none\n')
    body = "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1)).add_axes((0, 0, 1, 1)).set_axis_off()\n"
    site.script("one", body + 'plt.plot([0, 1], color="#1749A6")')
    site.script("two", body + 'plt.plot([0, 1], color="crimson")\nplt.plot([1, 0], color="#00ff01")')
    site.article("guide", "![a](/images/one.png)\n\n![b](/images/two.png)\n\n![b](/images/two.png)")
    site.article("other", "![b](/images/two.png)")
    said = (
        "1 figure stays white in dark mode, because of colours that are not in theme/tokens.json: "
        "two (#dc143c, #00ff01). Take colours from the style (C0, plt.rcParams)"
    )
    for built in (site.build(), site.build()):
        assert built.code == 0, built.report
        assert built.out.count("colours that are not in") == 1
        assert said in built.out
    assert "data-colours" not in site.page("guide")
    site.write("theme/tokens.json", colours.replace("#1749A6", "#1749A7"))
    assert "2 figures stay white in dark mode" in site.build().out
    (site.root / "theme/tokens.json").unlink()
    assert "colours that are not in" not in site.build().out, "without tokens, there are no colours to follow"


def test_a_narrow_form_is_published_and_used(site):
    """Inline in a figure; in a link with `<picture>` and the page's width; other themes have the plain image."""
    site.script("cross", NARROW)
    site.article("guide", "[![](/images/cross.png)](/)\n\n![](/images/cross.png)")
    assert site.build().code == 0
    page = site.page("guide")
    assert re.findall(r'<svg width="(\d+)"[^>]* class="(\w+) on-paper"', page) == [
        ("280", "narrow"),
        ("600", "wide"),
    ]
    assert 'alt="A &gt; B"' in page
    assert '<source media="(max-width: 639px)" srcset="/images/cross.turned.png" width="280" height="100">' in page
    assert {"images/cross.turned.png", "images/cross.turned.svg"} <= site.output().keys()
    simple = site.build(*SIMPLE)
    assert simple.code == 0
    assert "<picture" not in site.page("guide")
    assert 'width="600"' in site.page("guide")


def test_one_script_can_draw_several_figures(site):
    """`two.png` is the first and `two-2.png` the second; a third is an error that gives the number."""
    site.script("two", "import matplotlib.pyplot as plt\nfor n in (1, 2):\n    plt.figure(figsize=(n, 1))\n")
    site.article("guide", "![a](/images/two.png) ![b](/images/two-2.png) ![c](/images/two-3.png)")
    built = site.build()
    assert built.figures == (2, 0, 1)
    assert "two.py draws 2 figures, but this image asks for number 3" in built.report
    with Image.open(io.BytesIO(site.output()["images/two-2.png"])) as png:
        assert png.size == (384, 192)


def test_unused_files_are_removed(site):
    """Those that the last build published; other files stay."""
    site.article("guide", "![](/images/line.png)")
    keep = ["-e", "DELETE_OUTPUT_DIRECTORY=false"]
    site.build(*keep)
    site.write("output/images/own.png", "mine")
    site.article("guide", "no figure")
    assert site.build(*keep).figures == (0, 0, 0)
    left = {path for path in site.output() if path.startswith("images/")}
    assert left == {"images/own.png"}


def test_a_hand_made_picture_is_sized_and_copied(site):
    """It is never drawn; it needs an alt text like the others."""
    place = site.root / "content/images/by_hand.png"
    place.parent.mkdir(parents=True)
    Image.new("RGB", (30, 20)).save(place)
    site.article(
        "guide",
        "![](/images/by_hand.png)\n\n![drawn by me](../images/by_hand.png)\n\n![](/images/by_hand.png){.decorative}",
    )
    built = site.build()
    assert (built.code, built.figures) == (0, (0, 0, 0))
    assert built.report.count("this image has no alt text") == 1
    assert "content/nlp/guide.md:6: /images/by_hand.png" in built.report
    tags = re.findall(r"<img[^>]*>", site.page("guide"))
    assert all('width="30" height="20"' in tag and 'src="/images/by_hand.png"' in tag for tag in tags), tags
    assert "images/by_hand.png" in site.output()
    assert site.publish().code == 1


def test_a_page_and_a_summary_can_show_figures_too(site):
    """Everything that Pelican writes is covered, including targets of {static}."""
    site.write("content/pages/about.md", "Title: About\n\n![]({static}/images/line.png)\n")
    site.article("guide", "text", Summary="![](/images/line.png) short")
    built = site.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    assert 'width="192"' in (site.root / "output/about/index.html").read_text()
    assert 'width="192"' in (site.root / "output/index.html").read_text()


def test_each_list_of_articles_has_its_own_urls_in_a_summary(site):
    """A summary is made once for lists in the same folder; others link from elsewhere."""
    site.article("guide", "![](/images/line.png) One.\n")
    built = site.build(*SIMPLE, "RELATIVE_URLS=true")
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    output = site.root / "output"
    sources = {
        path.parent.relative_to(output).as_posix(): (path.parent / source).resolve()
        for path in output.rglob("*.html")
        for source in re.findall(r'<img[^>]* src="([^"]*line[.]png)"', path.read_text())
    }
    assert len(sources.keys() - {"."}) >= 2, sources
    assert set(sources.values()) == {output / "images/line.png"}, sources


def test_a_drawing_is_inlined_for_a_theme_without_support(site):
    """If all of its colours are ours, it is dark when its page is; any other figure stays an image, as everywhere."""
    site.script(
        "themed",
        """
        \"\"\"A blue line.\"\"\"
        import matplotlib.pyplot as plt

        plt.figure(figsize=(2, 1), facecolor="#FFFFFF").add_axes((0, 0, 1, 1)).set_axis_off()
        plt.plot([0, 1], [0, 1], color="#1749A6")
        """,
    )
    site.article("guide", "![](/images/themed.png)\n\n![](/images/line.png)\n\n![](/images/themed.png)\n")
    built = site.build(*SIMPLE, "FIGURES_INLINE=true")
    assert (built.code, built.figures) == (0, (2, 0, 0)), built.out + built.report
    page = site.page("guide")
    assert page.count("<svg") == page.count('stroke="var(--state)"') == page.count("<title>A blue line.") == 2
    assert page.count("--state:light-dark(#1749a6,#5aa0fa)") == 1
    assert "color-scheme:" not in page, "a theme without dark mode stays light"
    assert page.count("<img") == 1
    assert "colours that are not in" not in built.out
