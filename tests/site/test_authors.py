"""Authors: their cards below articles and on their pages."""

import json

from plugins.html import parse
from tests.conftest import Site

ADA = {"picture": "/images/ada.png", "text": "Writes of <em>engines</em>.", "links": {"Website": "https://ada.example"}}


def test_an_author_has_a_card_below_articles_and_on_their_page(site: Site) -> None:
    """With the text from the setting; an author who isn't in it has none."""
    (site.root / "content/images").mkdir(parents=True)
    (site.root / "content/images/ada.png").write_bytes(b"")
    site.article("guide", "Words.", Authors="Ada Lovelace, Grace Hopper")
    built = site.publish("-e", f"AUTHOR_CARDS={json.dumps({'Ada Lovelace': ADA})}")
    assert built.code == 0, built.report
    page = parse(site.page("guide"))
    (card,) = page.css(".end .author")
    assert card.css_first("b a").attributes["href"] == "/repo/authors/ada-lovelace/"
    assert card.css_first("img").attributes["src"] == "/repo/images/ada.png"
    assert card.css_first("p").inner_html == "Writes of <em>engines</em>."
    assert card.css_first("li a").attributes["href"] == "https://ada.example"
    own = parse((site.root / "output/authors/ada-lovelace/index.html").read_text("utf-8"))
    assert len(own.css(".page-title .author li")) == 1
    assert '"sameAs": ["https://ada.example"]' in site.page("guide")


def test_errors_in_the_cards_are_reported(site: Site) -> None:
    """A name without articles, an unknown key, a picture that doesn't exist."""
    site.article("guide", "Words.", Author="Ada Lovelace")
    cards = {"Ada Lovelace": {"pictur": "x", "picture": "/images/no.png"}, "Ada Lovelac": {}}
    told = site.build("-e", f"AUTHOR_CARDS={json.dumps(cards)}").entries
    assert sorted(entry.splitlines()[0] for entry in told) == [
        "pelicanconf_here.py:1: AUTHOR_CARDS: no article was written by Ada Lovelac",
        "pelicanconf_here.py:1: AUTHOR_CARDS: the entry for Ada Lovelace has the key 'pictur', which has no effect",
        "pelicanconf_here.py:1: AUTHOR_CARDS: the picture of Ada Lovelace, /images/no.png, doesn't exist",
    ]
    assert {"    did you mean picture?", "    did you mean Ada Lovelace?"} <= {
        line for entry in told for line in entry.splitlines()
    }
