"""Pictures whose numbers can be asked: their answers are stored, published and removed with the figure."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Site

SUMS = '''
"""A sum of {n} numbers."""
from types import SimpleNamespace
from matplotlib.figure import Figure

def number(value, language):
    return f"{{value:.2f}}".replace(".", "," if language == "de" else ".")

def draw(n: int = 2, language: str = ""):
    values = [at / 4 for at in range(1, n + 1)]
    def figure():
        drawn = Figure(figsize=(3, 1))
        for place, value in enumerate([*values, sum(values)]):
            text = drawn.text(0.1 + place / 5, 0.5, number(value, language)[:-1])
            text.set_gid("total" if place == n else f"term-{{place}}")
        return drawn
    total = number(sum(values){more}, language)
    added = " + ".join(f"{{{{{{at}}}}}}" for at in range(n))
    asks = {{
        "arrays": [["terms", "", n], ["total", "terms, added", 1]],
        "nodes": [[number(value, language)] for value in values]
        + [[total, added, dict.fromkeys(range(n), 9)]],
        "parts": {{f"term-{{at}}": at for at in range(n)}} | {{"total": n}},
    }}
    names = {{part: {{}} for part in asks["parts"]}}
    return SimpleNamespace(figure=figure, alt=f"{{n}} numbers", parts=names, asks=asks)
'''


def answers(site: Site, name: str) -> list[str]:
    """Return the paths of a picture's answers in the output."""
    return [path for path in site.output() if re.fullmatch(rf"images/{name}\.asks-[0-9a-f]{{16}}\.json", path)]


@pytest.fixture
def sums(tmp_path: Path) -> Site:
    """Return a site with sums, of two numbers or of three, and in German."""
    site = Site(tmp_path)
    site.script("sums", SUMS.format(n="some", more=""))
    site.article("english", '![](/images/sums.png){vary="n=2, 3"}\n\n![](/images/sums.png)\n')
    site.article("german", "![](/images/sums.png)\n", Lang="de")
    return site


def test_answers_are_published_with_their_figure(sums: Site) -> None:
    """In each language, for each value of a slider; also in a build that changes nothing. Old ones are removed."""
    assert sums.build().report == ""
    page = sums.page("english")
    asked = re.findall(r'data-asks="/([^"]+)"', page)
    own, (other,) = asked[0], answers(sums, r"sums\.n-3")
    assert asked == [own, own]
    assert page.count("Point at any number") == 1
    output = sums.output()
    assert json.loads(output[own])["nodes"] == [["0.25"], ["0.50"], ["0.75", "{0} + {1}", {"0": 9, "1": 9}]]
    (frames,) = re.findall(r'data-frames="/([^"]+)"', page)
    assert [it["asks"] for it in json.loads(output[frames])["frames"]] == [f"/{own}", f"/{other}"]
    german_page = sums.page("german/de")
    (german,) = re.findall(r'data-asks="/([^"]+)"', german_page)
    assert german in answers(sums, "sums.de")
    assert json.loads(output[german])["nodes"][0] == ["0,25"]
    assert ">Fragen</button>" in german_page

    assert sums.build().figures == (0, 3, 0)
    assert sums.output() == output

    sums.script("sums", SUMS.format(n="some", more="").replace("terms, added", "all terms"))
    assert sums.build().report == ""
    assert own not in sums.output()
    assert len([path for path in sums.output() if ".asks-" in path]) == 3

    sums.script("sums", SUMS.format(n="some", more="").replace("asks=asks", "other=asks"))
    assert sums.build().report == ""
    assert not [path for path in sums.output() if ".asks-" in path]
    assert 'class="ask"' not in sums.page("english")
    assert "data-asks" not in sums.page("english")


def test_answers_that_a_picture_does_not_print_are_an_error(sums: Site) -> None:
    """It names the part and the number."""
    sums.script("sums", SUMS.format(n="some", more=" + 1"))
    assert "figure 1 has asks that don't fit it: part 'total' prints 0.7, but its node 2 is 1.75" in sums.build().report
    sums.script("sums", SUMS.format(n="some", more="").replace('"arrays"', '"array"'))
    assert "figure 1 has invalid asks: Object contains unknown field `array`" in sums.build().report
    sums.script("sums", SUMS.format(n="some", more=" + (n == 9)"))
    sums.article("english", '![](/images/sums.png){vary="n=2..14"}\n')
    assert (
        "figure 1 has asks that don't fit it: part 'total' prints 11.2, but its node 9 is 12.25" in sums.build().report
    )
