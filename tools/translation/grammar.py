"""A small grammar of English sentences and their French translations.

Somebody sees, wants, finds, draws or looks for a thing, or doesn't. French requires more than English does: verbs agree
with the person, articles and adjectives with the gender of the noun, most adjectives come after it, “not” takes two
words, “look for” takes one, and “le” loses its vowel before another (“l’ arbre”, which is two words here).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SUBJECTS = {"I": "je", "you": "tu", "he": "il", "she": "elle", "we": "nous", "they": "ils"}
VERBS = {
    "see": ("vois", "vois", "voit", "voit", "voyons", "voient"),
    "want": ("veux", "veux", "veut", "veut", "voulons", "veulent"),
    "find": ("trouve", "trouves", "trouve", "trouve", "trouvons", "trouvent"),
    "draw": ("dessine", "dessines", "dessine", "dessine", "dessinons", "dessinent"),
    "look for": ("cherche", "cherches", "cherche", "cherche", "cherchons", "cherchent"),
}
NOUNS = {
    "cat": ("chat", "m"),
    "dog": ("chien", "m"),
    "tree": ("arbre", "m"),
    "train": ("train", "m"),
    "house": ("maison", "f"),
    "car": ("voiture", "f"),
    "table": ("table", "f"),
    "apple": ("pomme", "f"),
}
BEING = ("suis", "es", "est", "est", "sommes", "sont")
ADJECTIVES = {
    "small": ("petit", "petite", "before"),
    "big": ("grand", "grande", "before"),
    "pretty": ("joli", "jolie", "before"),
    "red": ("rouge", "rouge", "after"),
    "black": ("noir", "noire", "after"),
    "green": ("vert", "verte", "after"),
    "white": ("blanc", "blanche", "after"),
    "heavy": ("lourd", "lourde", "after"),
}
ARTICLES = {"the": ("le", "la"), "a": ("un", "une")}
VOWELS = "aeiou"


@dataclass(frozen=True)
class Pair:
    """An English sentence and its translation, in words."""

    english: str
    french: str


def _with_s(verb: str) -> str:
    """Put a verb into the third person: “look for” becomes “looks for”."""
    first, *rest = verb.split()
    return " ".join([first + "s", *rest])


def noun_phrases(article: str) -> Iterator[tuple[str, str]]:
    """List every thing with that article, with an adjective and without."""
    for noun, (french, gender) in NOUNS.items():
        feminine = gender == "f"
        for adjective in (None, *ADJECTIVES):
            words = [french]
            if adjective is not None:
                *forms, place = ADJECTIVES[adjective]
                words.insert(0 if place == "before" else 1, forms[feminine])
            determiner = ARTICLES[article][feminine]
            if article == "the" and words[0][0] in VOWELS:
                determiner = "l’"
            phrase = [word for word in (adjective, noun) if word is not None]
            english = "an" if article == "a" and phrase[0][0] in VOWELS else article
            yield " ".join([english, *phrase]), " ".join([determiner, *words])


def sentences() -> Iterator[Pair]:
    """List every sentence of the grammar; “not” is only combined with “the”, since “pas” would turn “un” into “de”."""
    for at, (subject, french) in enumerate(SUBJECTS.items()):
        third = subject in ("he", "she")
        am = "am" if subject == "I" else "is" if third else "are"
        yield Pair(f"{subject} {am} groot", f"{french} {BEING[at]} groot")
        ne = "n’" if BEING[at][0] in VOWELS else "ne"
        yield Pair(f"{subject} {am} not groot", f"{french} {ne} {BEING[at]} pas groot")
        for verb, forms in VERBS.items():
            conjugated = _with_s(verb) if third else verb
            for article in ARTICLES:
                for thing, chose in noun_phrases(article):
                    yield Pair(f"{subject} {conjugated} {thing}", f"{french} {forms[at]} {chose}")
                    if article == "the":
                        negated = "does not" if third else "do not"
                        yield Pair(f"{subject} {negated} {verb} {thing}", f"{french} ne {forms[at]} pas {chose}")
