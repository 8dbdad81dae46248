"""What few sites need is installed by extras: a site that lacks one is told its name, and no other site needs any."""

import tomllib
from decimal import Decimal
from importlib.metadata import packages_distributions

import pytest
from babel.numbers import format_decimal
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from plugins.catalogues import number_in
from plugins.messages import EXTRAS
from tests.conftest import REPOSITORY, Site, without
from tests.site.test_ipynb import HEAD, markdown, written

BIBTEX = "@misc{key, author = {Ada Lovelace}, title = {One}, year = 2020}"
FRAME = '<iframe title="A page" srcdoc="<style>p {color: red}</style><p>Words.</p>"></iframe>'
NEEDING = {
    "citations": (
        {"content/nlp/a.md": "Title: A\nDate: 2026-11-01\n\nAs [@key] says.\n", "content/references.bib": BIBTEX},
        "content/nlp/a.md:4",
    ),
    "frames": ({"content/nlp/a.md": f"Title: A\nDate: 2026-11-01\n\n{FRAME}\n"}, "content/nlp/a.md:4"),
    "languages": ({"content/nlp/a.md": "Title: A\nDate: 2026-11-01\nLang: de\n\nWorte.\n"}, "pages in de"),
    "notebooks": (
        {"content/nlp/a.ipynb": written(markdown(HEAD.format("a")), markdown("Words."))},
        "content/nlp/a.ipynb",
    ),
}
"""The files of a site for each extra that a page can need, and how the report names the place."""


def test_the_list_of_modules_is_that_of_the_distribution() -> None:
    """Each is installed by a requirement of its extra, or by what that requires."""
    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert EXTRAS.keys() == extras.keys()
    by_module = packages_distributions()
    for extra, modules in EXTRAS.items():
        installing = {canonicalize_name(name) for module in modules for name in by_module[module]}
        assert installing - {"nbformat"} == {canonicalize_name(Requirement(it).name) for it in extras[extra]}


@pytest.mark.parametrize("extra", NEEDING)
def test_a_site_that_lacks_an_extra_is_told_its_name(site: Site, extra: str) -> None:
    """Once, with the place that needs it, and without a traceback. Installing it is enough."""
    files, place = NEEDING[extra]
    for path, text in files.items():
        site.write(path, text)
    settings = site.add("LANGUAGES = None")
    whole = settings.read_text("utf-8")
    site.add(without(*EXTRAS[extra]))
    built = site.build()
    assert built.report.count(f'python -m pip install "pelican-unrolled[{extra}]"') == 1, built.report
    assert f"{EXTRAS[extra][0]}, which is not installed" in built.report
    assert place in built.report
    assert "Traceback" not in built.report
    settings.write_text(whole, "utf-8")
    assert site.build().report == ""


def test_an_english_site_needs_no_extra(site: Site) -> None:
    """Its figures, numbers and feeds are the same."""
    site.article("one", "It has 1,234 words.\n\n![](/images/line.png)\n")
    site.add("LANGUAGES = None")
    whole = site.build()
    pages = site.output()
    site.add(without(*(module for modules in EXTRAS.values() for module in modules)))
    assert site.build("-e", 'CACHE_PATH="other"').report == whole.report == ""
    assert site.output() == pages


@pytest.mark.parametrize("number", ["5799", "0.10", "1e-5", "-12345.5", "word"])
def test_english_numbers_are_those_of_babel(number: str) -> None:
    """They are written without it."""
    expected = number if number == "word" else format_decimal(Decimal(number), locale="en", decimal_quantization=False)
    assert number_in(number, "en") == expected
