"""Random edits such as authors make, each resulting in a complete state of the site in tests/edited.py.

A step depends only on its number, a seed and the state before it: so a run can be repeated, and so can selected steps.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from plugins.content.sources import header_in
from plugins.front_matter import end_of
from tests.edited import OWN_SETTINGS, SVG, Link, State, first_state, notebook, photograph, picture

WRITE, REPLACE, KEEP_TIME, MOVE = "written", "put in its place", "written, its time kept", "moved about"
MANNERS = (WRITE, WRITE, REPLACE, KEEP_TIME, MOVE)
"""The ways in which files are changed."""

WORDS = ("memory", "gate", "vector", "state", "word", "kernel", "loss", "step", "weight", "layer")
DONE_WRONG = 0.8
"""The probability that an error is reverted, at each step until then."""


@dataclass(frozen=True)
class Step:
    """What was done, how, and the resulting state."""

    number: int
    said: str
    manner: str
    state: State
    unseen: bool = False
    """Whether the preview can't detect it: it takes effect with the next build."""

    def __str__(self) -> str:
        return f"{self.number}: {self.said} ({self.manner})"


Edit = Callable[[State, random.Random], "tuple[str, State] | None"]
EDITS: list[tuple[Edit, int, bool, bool]] = []


def edit(weight: int = 2, *, wrong: bool = False, unseen: bool = False) -> Callable[[Edit], Edit]:
    """Register a function as an edit; its result may be wrong, or undetectable for the preview."""

    def added(function: Edit) -> Edit:
        EDITS.append((function, weight, wrong, unseen))
        return function

    return added


def steps(seed: int, count: int, only: Sequence[int] = ()) -> Iterator[Step]:
    """Iterate over the steps of a seed, or over some of them."""
    state, before = first_state(), list[State]()
    right: State | None = None
    for number in only or range(1, count + 1):
        chance = random.Random(f"{seed}/{number}")
        manner = chance.choice(MANNERS)
        if right and chance.random() < DONE_WRONG:
            before.append(state)
            state, right = right, None
            yield Step(number, "take back what was wrong, and all since", manner, state)
            continue
        while True:
            (function, _, mends, unseen) = chance.choices(EDITS, [it[1] for it in EDITS])[0]
            done = _back(before, chance) if function is take_back else function(state, chance)
            if done and done[1] != state:
                break
        before.append(state)
        right = right or (state if mends else None)
        said, state = done
        yield Step(number, f"{function.__name__}: {said}", manner, state, unseen)


def _back(before: Sequence[State], chance: random.Random) -> tuple[str, State] | None:
    if not before:
        return None
    ago = chance.randint(1, min(4, len(before)))
    return f"{ago} steps", before[-ago]


@edit(4)
def take_back(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Restore the state of some steps before."""
    raise NotImplementedError("only `steps` knows what was before")


def _headers(state: State, path: str) -> tuple[dict[str, str], str]:
    lines = state.text(path).split("\n")
    end = end_of(lines) or lines.index("")
    return {it.key.capitalize(): it.value for it in header_in(lines).fields}, "\n".join(lines[end + 1 :])


def _with_header(state: State, path: str, **headers: str | None) -> State:
    known, body = _headers(state, path)
    head = "".join(f"{name}: {it}\n" for name, it in {**known, **headers}.items() if it is not None)
    return state.having({path: f"{head}\n{body}"})


def _replaced(state: State, path: str, pattern: str, new: str) -> State:
    return state.having({path: re.sub(pattern, lambda _: new, state.text(path), count=1)})


def _sentence(chance: random.Random) -> str:
    return f"The {chance.choice(WORDS)} is a {chance.choice(WORDS)} {chance.randint(0, 99)}."


def save(
    weight: int, path: str, text: str | None, *, goes: bool = False, wrong: bool = False, unseen: bool = False
) -> Edit:
    """Register an edit that writes a text, or removes the file: always, or if it is there."""

    def save_a_file(state: State, chance: random.Random) -> tuple[str, State] | None:
        return path, state.having(
            {path: None if text is None or (goes and path in state.files) else _text(text, chance)}
        )

    return edit(weight, wrong=wrong, unseen=unseen)(save_a_file)


def change_one(weight: int, *changes: tuple[str, str, str]) -> Edit:
    """Register an edit of one of some files: what a pattern matches gives way to a text."""

    def change_part_of_a_file(state: State, chance: random.Random) -> tuple[str, State] | None:
        path, pattern, text = chance.choice(changes)
        new = _text(text, chance)
        return (f"{path} {new}", _replaced(state, path, pattern, new)) if path in state.files else None

    return edit(weight)(change_part_of_a_file)


def _text(pattern: str, chance: random.Random) -> str:
    """Return a text with a word, a digit or a sentence by chance."""
    return pattern.format(word=chance.choice(WORDS), digit=chance.randint(1, 9), sentence=_sentence(chance))


# Text and headers


@edit(8)
def write_a_sentence(state: State, chance: random.Random) -> tuple[str, State] | None:
    """At the end of an article."""
    path = chance.choice([*state.articles, "content/pages/about.md"])
    if path not in state.files:
        return None
    return path, state.having({path: f"{state.text(path)}\n{_sentence(chance)}\n"})


@edit(3)
def change_a_letter(state: State, chance: random.Random) -> tuple[str, State] | None:
    """The file size stays the same."""
    path = chance.choice(state.articles)
    text = state.text(path)
    places = [it.start() for it in re.finditer(r"(?<=[a-z])[aeiou](?=[a-z]+[ .])", text.partition("\n\n")[2])]
    if not places:
        return None
    at = text.index("\n\n") + 2 + chance.choice(places)
    return path, state.having({path: f"{text[:at]}{chance.choice('aeiou')}{text[at + 1 :]}"})


HEADERS: dict[str, Sequence[str | None]] = {
    "Title": ("Lines", "A *title* & more", "Über Kästen", "Boxes"),
    "Date": ("2026-10-02 08:30", "2025-01-01", "2026-10-07", "2026-10-07 23:30+02:00"),
    "Modified": (None, "2026-11-01", "2026-11-02 10:00"),
    "Tags": (None, "keras", "keras, drawing", "Keras, writing", "a tag", "drawing, a/b"),
    "Summary": (None, "Short.", "With *stress* and [a link]({filename}words.md)."),
    "Category": (None, "nlp", "site", "Another one"),
    "Authors": (None, "Ada Lovelace", "Grace Hopper, Ada Lovelace"),
    "Series": (None, "Shapes", "Others"),
    "Part": (None, "1", "2", "3"),
    "Lang": (None, "de", "fr"),
    "Featured": (None, "yes"),
    "Cover": (None, "/images/hand.png", "/images/line.png"),
    "Aliases": (None, "/old/one/", "/old/two/, /older.html"),
    "Status": (None, "draft", "hidden", "published"),
    "Share": (None, "k3f9x2m7q1"),
    "Slug": (None, "another-slug", "boxes"),
    "Notebook": (None, "no"),
}


@edit(16)
def change_a_header(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Or remove it."""
    path, name = chance.choice(state.articles), chance.choice([*HEADERS])
    value = chance.choice(HEADERS[name])
    return f"{path} {name}: {value}", _with_header(state, path, **{name: value})


OTHER_NAMES = {"Summary": "description", "Cover": "image", "Modified": "lastmod", "Category": "categories"}


@edit(5)
def write_the_header_otherwise(state: State, chance: random.Random) -> tuple[str, State] | None:
    """As for Hugo and Jekyll: in YAML or TOML, with their names, and lists."""
    path, (fence, mark) = chance.choice(state.articles), chance.choice([("---", ": "), ("+++", " = ")])
    known, body = _headers(state, path)
    fields = {OTHER_NAMES.get(name, name.lower()): value for name, value in known.items()}
    lists = {name: re.split(", *", fields[name]) for name in ("tags", "aliases", "categories") if name in fields}
    head = "".join(f"{name}{mark}{json.dumps(value)}\n" for name, value in {**fields, **lists}.items())
    return f"{path} {fence}", state.having({path: f"{fence}\n{head}{fence}\n\n{body}"})


@edit(2)
def name_it_as_jekyll_does(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Its date and slug are in its name."""
    path = chance.choice(state.articles)
    new = f"{path.rpartition('/')[0]}/2026-10-{chance.randint(10, 20)}-{chance.choice(WORDS)}.md"
    if new in state.files:
        return None
    named = _with_header(state, path, Date=None, Slug=None)
    return f"{path} to {new}", named.having({path: None, new: named.files[path]})


@edit(2)
def date_it_ahead(state: State, chance: random.Random) -> tuple[str, State] | None:
    """It is withheld if the site is published."""
    path = chance.choice(state.articles)
    return path, _with_header(state, path, Date="2999-01-01")


@edit(3, wrong=True)
def write_a_wrong_header(state: State, chance: random.Random) -> tuple[str, State] | None:
    """It is reported, or the article has no page."""
    path = chance.choice(state.articles)
    name, value = chance.choice(
        [("Date", "soon"), ("Tag", "keras"), ("Status", "finished"), ("Title", None), ("Template", "page")]
    )
    return f"{path} {name}: {value}", _with_header(state, path, **{name: value})


@edit(3, wrong=True)
def write_what_is_wrong(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Each is reported with its line."""
    path = chance.choice(state.articles)
    wrong = chance.choice(
        [
            "[gone]({filename}gone.md)",
            "![gone](/images/gone.png)",
            "$\\unknowncommand$",
            "```python\nopen = True",
            "[@nobody1900]",
            "{figure:gone}",
            "{equation:gone}",
            "{section:gone}",
            "$$x$$ {#eq:twice}\n\n$$y$$ {#eq:twice}",
            '<iframe src="https://elsewhere.example/"></iframe>',
            '--8<-- "gone.txt"',
        ]
    )
    return f"{path} {wrong!r}", state.having({path: f"{state.text(path)}\n{wrong}\n"})


@edit(4)
def write_more_markdown(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Nothing in one article may affect another."""
    path = chance.choice(state.articles)
    more = chance.choice(
        [
            f"A note.[^{chance.choice('ab')}]\n\n[^a]: One.\n[^b]: Two.",
            "*[GRU]: another meaning\n\nA GRU.",
            '[words]: /topics/ "Topics"\n\nSee [words].',
            "## A heading\n\nText.",
            "$$x^2$$",
            "She said \"it's `it's`\" -- twice...",
            "$$y$$ {#eq:y}\n\nBy {equation:y}.",
            "$$\\begin{aligned} a &= b \\\\ &= c \\end{aligned} \\tag{A} \\label{eq:a}$$\n\nBy \\eqref{eq:a}.",
            "## Its own part {#own-part}\n\nSee {section:own-part}.",
            "```text\nprinted\n```",
            "![](/images/line.png)",
            '![](/images/line.png "A caption."){.decorative}',
            "![A picture]({static}/images/other.png)",
            "{figure:line} says it.",
            "[for print](/images/line.pdf)",
            '--8<-- "shared.txt"',
            "[@elman1990]",
            "!!loud!!",
            "<!-- more -->\n\nText.",
            "In a line <!--more--> of text.",
        ]
    )
    return f"{path} {more!r}", state.having({path: f"{state.text(path)}\n{more}\n"})


change_the_code = change_one(
    3,
    ("content/nlp/boxes.md", r"boxes = \d", "boxes = {digit}"),
    ("content/nlp/boxes.md", r'colour="C\d"', 'colour="C{digit}"'),
    ("content/nlp/network.md", r'words="[^"]*"', 'words="I am {word}"'),
)


# Files


save(2, "content/snippets/shared.txt", "{sentence} And !!loud!!.\n")
save(1, "content/snippets/near/shared.txt", "{sentence}\n", goes=True)  # included instead: its folder is searched first
change_one(2, ("content/nlp/references.bib", r"year = \d+", "year = 198{digit}"))
save(1, "content/nlp/references.bib", None, wrong=True)  # citations refer to missing entries
save(
    1,
    "content/nlp/lines.bib",
    "@misc{{elman1990, author = {{S. Else}}, title = {{Another}}, year = 2001}}\n",
    goes=True,
)


@edit(4)
def write_an_article(state: State, chance: random.Random) -> tuple[str, State] | None:
    """With the usual content."""
    name = f"{chance.choice(WORDS)}-{chance.randint(1, 9)}"
    path = f"content/{chance.choice(['nlp', 'site', 'new topic'])}/{name}.md"
    day = chance.randint(10, 20)
    head = f"Title: {name.title()}\nDate: 2026-10-{day}\nTags: {chance.choice(['keras', 'drawing', name])}\n"
    figure = chance.choice(["", "", "![](/images/line.png)\n"])
    return path, state.having({path: f"{head}\n{_sentence(chance)}\n\n{figure}"})


@edit(3)
def remove_an_article(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Others link to some of them."""
    path = chance.choice(state.articles)
    return path, state.having({path: None})


@edit(3)
def rename_an_article(state: State, chance: random.Random) -> tuple[str, State] | None:
    """If it has a slug, its URL stays."""
    path = chance.choice(state.articles)
    folder = chance.choice([path.rpartition("/")[0], "content/nlp", "content/site"])
    new = f"{folder}/{chance.choice(WORDS)}{'.de' if path.endswith('.de.md') else ''}.md"
    return f"{path} to {new}", state.having({path: None, new: state.files[path]})


@edit(2)
def rename_a_category(state: State, chance: random.Random) -> tuple[str, State] | None:
    """The folder, with everything in it."""
    old = chance.choice(sorted({path.split("/")[1] for path in state.articles}))
    new = chance.choice(["nlp", "site", "topic"])
    moved = {path: path.replace(f"content/{old}/", f"content/{new}/", 1) for path in state.among(f"content/{old}")}
    if old == new or any(it in state.files for it in moved.values()):
        return None
    return f"{old} to {new}", state.having(dict.fromkeys(moved) | {moved[it]: state.files[it] for it in moved})


@edit(2)
def swap_two_files(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Each keeps its name and gets the other's contents."""
    one, other = chance.sample(chance.choice([state.articles, state.among("content/images")]), 2)
    return f"{one} and {other}", state.having({one: state.files[other], other: state.files[one]})


@edit(2, wrong=True)
def copy_an_article(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Then two have the same URL."""
    path = chance.choice(state.articles)
    new = path.replace(".md", "-copy.md")
    return new, state.having({new: state.files[path]})


@edit(3)
def translate_an_article(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Or remove the translation."""
    path = chance.choice(state.articles)
    headers, _ = _headers(state, path)
    language = chance.choice(["de", "fr"])
    new = path.replace(".md", f".{language}.md")
    if new in state.files:
        return f"not {new}", state.having({new: None})
    if "Lang" in headers:
        return None
    known = _with_header(state, path, Slug=headers.get("Slug") or path.split("/")[-1].removesuffix(".md"))
    head, _ = _headers(known, path)
    text = "".join(f"{name}: {it}\n" for name, it in {**head, "Lang": language}.items() if name != "Aliases")
    return new, known.having({new: f"{text}\nÜbersetzt. {_sentence(chance)}\n"})


@edit(1)
def change_what_is_linked(state: State, chance: random.Random) -> tuple[str, State] | None:
    """The article is a link to it."""
    return "elsewhere", state.having({"elsewhere/linked.md": state.text("elsewhere/linked.md") + _sentence(chance)})


@edit(1)
def link_to_something_else(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Or replace the link with a file."""
    name = f"elsewhere/{chance.choice(WORDS)}.md"
    text = state.text("elsewhere/linked.md").replace("It lies", chance.choice(["It lay", "It lies"]))
    put = chance.choice([Link(f"../../{name}"), text.encode()])
    return f"{put}", state.having({name: text, "content/site/linked.md": put})


@edit(3)
def change_a_picture(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Pages contain its size."""
    path = chance.choice(state.among("content/images", ".png"))
    return path, state.having({path: picture(f"{chance.random()}", chance.randint(8, 60), chance.randint(8, 60))})


@edit(2)
def change_a_photograph(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Pages contain its size as it is seen, and those of the files made from it."""
    made = photograph(chance.choice([100, 500, 1000]), 300, chance.choice([1, 6]))
    return "in a page", replace(state, files={**state.files, "content/images/photo.jpg": made})


@edit(2)
def change_the_logo(state: State, chance: random.Random) -> tuple[str, State] | None:
    """It is in every page if it has the colour of the text, and a file of its own otherwise."""
    path, colour = "content/images/mark.svg", chance.choice(["currentColor", "#a00", "#00a"])
    return f"{path}: {colour}", state.having({path: SVG.format(colour)})


@edit(2)
def change_a_font(state: State, chance: random.Random) -> tuple[str, State] | None:
    """The name of the style sheet that names it depends on it if the site is published."""
    font = state.files[f"theme/static/fonts/{chance.choice(['unrolled-sans', 'unrolled-mono-500'])}.woff2"]
    return "the site's own", replace(state, files={**state.files, "content/fonts/own.woff2": font})


@edit(2)
def add_or_remove_a_file(state: State, chance: random.Random) -> tuple[str, State] | None:
    """One that is only copied."""
    path = chance.choice(["content/images/third.png", "content/extra/notes.txt", "theme/static/extra.css"])
    text = picture("third", 10, 10) if path.endswith(".png") else b"a { color: red; }\n"
    return path, state.having({path: None if path in state.files else text})


@edit(1)
def change_what_is_attached(state: State, chance: random.Random) -> tuple[str, State] | None:
    """It is next to a page."""
    path = next(iter(state.among("content", "notes.txt")), None)
    return (path, state.having({path: _sentence(chance)})) if path else None


@edit(2)
def change_the_notebook(state: State, chance: random.Random) -> tuple[str, State] | None:
    """An article that isn't Markdown."""
    path = next(iter(state.among("content", ".ipynb")), None)
    return (path, state.having({path: notebook(f"Notebook {chance.randint(1, 9)}", "print(7)")})) if path else None


# Figures


SPARE = '"""A spare one."""\nimport matplotlib.pyplot as plt\n\nplt.figure(figsize=(1, 1))\nplt.plot([0, 1])\n'
change_a_module = save(2, "diagrams/_part.py", 'COLOUR = "C{digit}"\n')
change_the_data = save(2, "diagrams/data/numbers.csv", "1,{digit},2\n")
change_one(1, ("diagrams/line.py", r"A line through \w+", "A line through {word}"))
save(1, "diagrams/spare.py", SPARE, goes=True)
change_one(1, ("theme/tokens.json", '"dark": "#[0-9A-F]{6}"', '"dark": "#12345{digit}"'))
change_one(1, ("theme/figures.mplstyle", r"font.size: [\d.]+", "font.size: 9.{digit}"))


@edit(2, wrong=True)
def break_a_script(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Its figures fail."""
    return "line.py", state.having({"diagrams/line.py": state.text("diagrams/line.py") + "\nplt.nothing()\n"})


@edit(3)
def change_a_script(state: State, chance: random.Random) -> tuple[str, State] | None:
    """One that draws."""
    path = chance.choice([it for it in state.among("diagrams", ".py") if "unrolled" not in it and "_part" not in it])
    ratio = chance.randint(1, 3)
    return path, _replaced(state, path, r"figsize=\(\d, \d\)", f"figsize=({ratio}, 1)")


# Theme, plugins, settings


change_a_template = change_one(
    4,
    ("theme/templates/article.html", r"<h1>\w*", "<h1>{word}"),
    ("theme/templates/base.html", r"<body(?: data-b=\"\d\")?", '<body data-b="{digit}"'),
    ("theme/templates/parts.html", r"<li>\w*", "<li>{word}"),
    ("overrides/notes.html", r'class="\w+"', 'class="{word}"'),
    ("overrides/page.html", r"</li>\w*", "</li>{word}"),
)
save(1, "overrides/notes.html", "{{% macro note(it) %}}{{{{ it.stamp|nothing }}}}", wrong=True)
change_one(1, ("theme/translations/de/LC_MESSAGES/messages.po", r'(?<=msgid "Tags"\nmsgstr ")[^"]*', "{word}"))
change_the_code_of_a_plugin = change_one(
    5,
    ("local_plugin.py", r'WORD = "\w+"', 'WORD = "{word}"'),
    ("local_plugin.py", r"<<[^{]*\{text\}", "<<{word} {{text}}"),
    ("shouting.py", r"\.upper\(\)( \* \d)?", ".upper() * {digit}"),
    ("shouting_words.py", r'ENDING = "[^"]*"', 'ENDING = "{word}"'),
    ("plugins/aliases.py", r'content="noindex[^"]*"', 'content="noindex, {word}"'),
    ("plugins/articles.py", r"WORDS_A_MINUTE = \d+", "WORDS_A_MINUTE = 22{digit}"),
    ("plugins/markup.py", r"\Z", "# {word}\n"),
    ("plugins/figures/page/figures.html", r"<figure\b(?: data-x=\"\w+\")?", '<figure data-x="{word}"'),
    ("plugins/diagrams/gallery.html", r"\A(?:<!-- \w+ -->)?", "<!-- {word} -->"),
)
save(1, "facts.json", '{{"size": {digit}}}\n', unseen=True)  # nothing but a plugin reads it


@edit(1)
def override_a_template(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Or remove the override."""
    path = chance.choice(["overrides/index.html", "overrides/tag.html"])
    text = f'{{% extends "!theme/{path[10:]}" %}}{{% block content %}}{{{{ super() }}}}<p>Ours</p>{{% endblock %}}'
    return path, state.having({path: None if path in state.files else text})


@edit(2)
def change_a_style_sheet(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Its name depends on its contents if the site is published."""
    path = "theme/static/css/main.css"
    return path, state.having({path: f"{state.text(path)}\n.x {{ width: {chance.randint(1, 99)}px; }}\n"})


SETTINGS: dict[str, Sequence[str]] = {
    "SITENAME": ('"A small site"', '"Another"'),
    "SITESUBTITLE": ('"Of nothing"', '"Of everything"'),
    "SUMMARY_MAX_LENGTH": ("50", "5", "2"),
    "DEFAULT_PAGINATION": ("7", "2", "False"),
    "TOPIC_NAMES": ("{}", '{"nlp": "Words", "site": "Here"}'),
    "RELATED_COUNT": ("3", "0", "1"),
    "MENUITEMS": ("[]", '[("Elsewhere", "https://example.net/")]'),
    "DEFAULT_DATE_FORMAT": ('"%-d %B %Y"', '"%Y-%m-%d"'),
    "READING_WORDS_A_MINUTE": ("220", "5"),
    "SMART_QUOTES": ("True", "False"),
    "AUTHOR_CARDS": ("{}", '{"Ada Lovelace": {"text": "Writes."}}'),
    "COMMENTS_URL": ("None", '"https://giscus.app/en/widget?term={slug}"'),
    "HASHED_NAMES": ("False", "True"),
    "PHOTOGRAPHS": ("True", "False"),
    "SITE_LOGO": ('"images/mark.svg"', '"images/icon.png"', "None"),
    "SITE_ICON": ('"images/icon.png"', "None"),
    "SITE_ACCENT": ('"#a3195b"', '("#1749a6", "#5aa0fa")', "None"),
    "SITE_FONTS": ('{"prose": "fonts/own.woff2"}', "{}"),
    "REPOSITORY": ("None", '"https://github.com/you/blog"'),
    "NOTEBOOKS_LICENCE": ('"none"', '"MIT"'),
    "TYPOGRIFY": ("False",),
    "DEFAULT_LANG": ('"en"', '"de"'),
    "TIMEZONE": ('"UTC"', '"Europe/Berlin"', '"Pacific/Auckland"'),
    "LOCAL_REWRITES": ("False", "True"),
    "RELATIVE_URLS": ("False", "True"),
    "ARTICLE_ORDER_BY": ('"reversed-date"', '"title"'),
    "CITATIONS_FILE": ('"references.bib"', '"works.bib"'),
    "DIAGRAMS_SAVE_AS": ('"diagrams/index.html"', '""'),
    "WITH_FUTURE_DATES": ("True", "False"),
    "USE_FOLDER_AS_CATEGORY": ("True", "False"),
    "DEFAULT_METADATA": ("{}", '{"authors": "Somebody"}'),
    "FILENAME_METADATA": ('"(?P<date>\\\\d{4}-\\\\d{2}-\\\\d{2})(?:-(?P<slug>[^.]+))?"', '"(?P<slug>[^.]*)"'),
    "SLUGIFY_SOURCE": ('"title"', '"basename"'),
    "SEARCH_INDEX": ('"pagefind"', '""'),
    "FIGURES_WIDEST_PX": ("848", "700"),
    'MARKDOWN["extension_configs"]["markdown.extensions.toc"]': ("{}", '{"baselevel": 2}'),
    'MARKDOWN["tab_length"]': ("4", "2"),
}


@edit(8)
def change_a_setting(state: State, chance: random.Random) -> tuple[str, State] | None:
    """Of Pelican, of the theme, or of a plugin."""
    name = chance.choice([*SETTINGS])
    line = f"{name} = {chance.choice(SETTINGS[name])}"
    before, mark, own = state.text("pelicanconf.py").partition(OWN_SETTINGS)
    lines = [it for it in own.splitlines() if not it.startswith(f"{name} = ")]
    return line, state.having({"pelicanconf.py": before + mark + "\n".join([*lines, line, ""])})


@edit(8)
def build_it_otherwise(state: State, chance: random.Random) -> tuple[str, State] | None:
    """For another URL, or in development instead of for publishing."""
    if state.settings == "publishconf.py" and chance.random() < 0.7:
        return "make html", replace(state, settings="pelicanconf.py", environment={})
    url = chance.choice(["https://example.org/b", "https://example.org", "https://other.example"])
    return f"make publish for {url}", replace(state, settings="publishconf.py", environment={"SITEURL": url})


@edit(1)
def be_somewhere_else(state: State, chance: random.Random) -> tuple[str, State] | None:
    """In another time zone, with another language."""
    said = chance.choice([{}, {"TZ": "Asia/Tokyo"}, {"LANG": "C"}, {"TZ": "America/Lima", "LC_ALL": "C.UTF-8"}])
    url = {name: it for name, it in state.environment.items() if name == "SITEURL"}
    return f"{said}", replace(state, environment={**url, **said})
