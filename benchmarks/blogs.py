"""One blog of any length, with the files and commands for each generator."""

from __future__ import annotations

import importlib.metadata
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pagefind_bin

REPOSITORY = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).resolve().parent / "templates"
PEERS = REPOSITORY / ".venv-bench"
NODE = REPOSITORY / ".venv-eleventy/node_modules"
NEWEST = date(2025, 12, 31)
TOPICS, TAGS = 4, 10
SENTENCES = (
    "A recurrent layer reads its input one step at a time.",
    "What it has understood so far is the *hidden state*, a short list of numbers.",
    "You choose its length when you write `units=4`, and everything else follows from it.",
    "The weights are the same at every step, which is why a longer sentence needs no more of them.",
    "Multiply the input by one matrix, the state by another, and add the **bias**.",
    "The result goes through `tanh`, so no number leaves the range from -1 to 1.",
    "An embedding turns a word into a point, and words that are used alike end up close together.",
    "With `return_sequences=True` you get the state after every step instead of the last one only.",
    "The forget gate says how much of the memory survives, and it starts out generous.",
    "If the loss stops falling on the validation set, more epochs won't help.",
    "Keras prints the number of parameters, and it's worth counting them by hand once.",
    "Padding fills up short sentences, and a mask tells the layer to leave the filling alone.",
    "See the [documentation](https://keras.io/api/layers/) for the arguments that we leave out here.",
    "A *bidirectional* layer reads the sentence twice, once from each end.",
    "Attention compares a query with every key, and mixes the values by how well they match.",
    "Most of the time a smaller model trains faster and does just as well.",
    "Draw it on paper first: three steps, two features, four units.",
    "That's **all** there is to it, and the rest of this guide only looks closer.",
    "Try other numbers, run the code again, and watch what changes.",
    "The gradient has to travel back through every step, and it shrinks on its way.",
)
CODE = (
    """\
from keras import Input, Sequential
from keras.layers import Dense, SimpleRNN

model = Sequential([
    Input((3, 2)),  # time steps, features
    SimpleRNN({units}, return_sequences=True),
    Dense(1, activation="sigmoid"),
])
model.summary()
""",
    """\
import numpy as np

def step(x, h, kernel, recurrent, bias):
    \"\"\"Return the state after one more step.\"\"\"
    return np.tanh(x @ kernel + h @ recurrent + bias)

h = np.zeros({units})
for x in np.ones((3, 2)):
    h = step(x, h, kernel, recurrent, bias)
print(f"{{h.sum():.3f}}")
""",
)


@dataclass(frozen=True)
class Article:
    """An article with four sections, a list in each and code in the first two; number 1 is the newest."""

    number: int
    title: str
    body: str

    @property
    def slug(self) -> str:
        """Its name, which stays the same when the title changes."""
        return f"guide-{self.number}"

    @property
    def day(self) -> date:
        """Its date: one article per day."""
        return NEWEST - timedelta(days=self.number - 1)

    @property
    def address(self) -> str:
        """Its URL, the same in every generator's blog."""
        return f"{self.day:%Y/%m}/{self.slug}/"

    @property
    def topic(self) -> str:
        """Its only topic."""
        return f"topic-{self.number % TOPICS}"

    @property
    def tags(self) -> tuple[str, str]:
        """Its two tags."""
        return f"tag-{self.number % TAGS}", f"tag-{(self.number + 3) % TAGS}"

    @property
    def summary(self) -> str:
        """Its summary in lists."""
        return f"What a layer of {self.number} units remembers, step by step."


def articles(count: int) -> list[Article]:
    """Write this many articles of about 480 words each, always the same ones."""
    return [Article(number, f"Guide {number}", _body(number)) for number in range(1, count + 1)]


def _body(number: int) -> str:
    chance = random.Random(number)
    sections = []
    for place in range(4):
        listed = "\n".join(f"- {sentence}" for sentence in chance.sample(SENTENCES, 2))
        prose = [" ".join(chance.sample(SENTENCES, 3)) for _ in range(2)]
        code = f"```python\n{CODE[place].format(units=number)}```\n\n" if place < len(CODE) else ""
        sections.append(f"## Section {place + 1} of {number}\n\n{prose[0]}\n\n{listed}\n\n{code}{prose[1]}\n")
    return "\n".join(sections)


@dataclass(frozen=True)
class Blog:
    """The articles as one generator reads them; the outputs are configured to be as similar as possible."""

    name: str
    version: Callable[[], str]
    """Asks the generator for its name and version."""
    source: str
    """The path of an article, with placeholders for slug and topic."""
    text: Callable[[Article], str]
    """Writes the contents of that file."""
    commands: Sequence[Sequence[str]]
    """They build the blog, one after the other, in its folder."""
    preview: Sequence[str]
    """The command that serves it at a `{port}`, and rebuilds it after every save."""
    output: str
    """The output folder."""
    lists: Sequence[str]
    """Pages other than the articles and the first page, some of each kind that this generator has, and the feed."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Files other than the articles: settings, by file name."""
    templates: str = ""
    """A folder in `templates` with more such files."""
    modules: Path | None = None
    """The Node packages that it needs in its folder."""
    index: str = ""
    """The search index in the output; empty without a search."""
    variables: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""
    """What needs to be installed for it."""

    def write(self, root: Path, them: Sequence[Article]) -> None:
        """Write the blog into a new folder."""
        root.mkdir(parents=True, exist_ok=True)
        if self.templates:
            shutil.copytree(TEMPLATES / self.templates, root, dirs_exist_ok=True)
        if self.modules:
            (root / "node_modules").symlink_to(self.modules)
        for name, text in self.files.items():
            (root / name).write_text(text, "utf-8")
        for article in them:
            self.save(root, article)

    def save(self, root: Path, article: Article) -> None:
        """Write one article."""
        file = root / self.source.format(slug=article.slug, topic=article.topic)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.text(article), "utf-8")

    def environment(self, root: Path) -> dict[str, str]:
        """Return the environment variables for its processes; their home and cache are deleted with the blog."""
        path = os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin")
        kept = {"PATH": path, "HOME": str(root), "LANG": "C.UTF-8", "HUGO_CACHEDIR": str(root / ".cache/hugo")}
        return {**kept, **self.variables}

    def page(self, root: Path, article: Article) -> Path:
        """Return the page of an article."""
        return root / self.output / article.address / "index.html"

    def check(self, root: Path, them: Sequence[Article]) -> None:
        """Exit unless it has written each article completely, highlighted code, the lists, the feed and the index."""
        wrong = [
            article.address
            for article in them
            if f"Section 4 of {article.number}<" not in _read(self.page(root, article))
        ]
        wrong += [name for name in self.lists if not _read(root / self.output / name)]
        if _read(self.page(root, them[0])).count("<span class=") < 20:
            wrong.append("colours in the code")
        if them[0].slug not in _read(root / self.output / "index.html"):
            wrong.append("the newest article on the first page")
        if self.index and not any((root / self.output / self.index).glob("*.json")):
            wrong.append("an index for searching")
        if wrong:
            raise SystemExit(f"{self.name} has not written {', '.join(wrong[:5])} ({len(wrong)} in all), in {root}")


def _read(page: Path) -> str:
    return page.read_text("utf-8") if page.is_file() else ""


OURS = f"""\
import sys
sys.path.insert(0, {str(REPOSITORY)!r})
from pelicanconf import *
PATH, OUTPUT_PATH, CACHE_PATH = "content", "output", "cache"
SITEURL = "https://example.org"
FEED_ALL_ATOM = "feeds/all.atom.xml"
DIAGRAMS_SAVE_AS = ""
HOME = {{}}
SITE_LOGO = SITE_ICON = ""
"""
NO_SEARCH = 'SEARCH_INDEX = ""\n'
STOCK = """\
SITENAME = "Guides"
SITEURL = "https://example.org"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
THEME = "simple"
PATH, OUTPUT_PATH, CACHE_PATH = "content", "output", "cache"
ARTICLE_URL = "{date:%Y}/{date:%m}/{slug}/"
ARTICLE_SAVE_AS = ARTICLE_URL + "index.html"
YEAR_ARCHIVE_SAVE_AS = "{date:%Y}/index.html"
FEED_ALL_ATOM = "feeds/all.atom.xml"
CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
DEFAULT_PAGINATION = 7
PAGINATION_PATTERNS = [
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
]
"""
CACHE = "CACHE_CONTENT = LOAD_CONTENT_CACHE = True\n"
SETTINGS = "pelicanconf_here.py"


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _pelican_version() -> str:
    return f"Pelican {importlib.metadata.version('pelican')}"


def _hugo_version() -> str:
    return _said("hugo", "version").partition("-")[0].replace("hugo v", "Hugo ").partition("+")[0]


def _eleventy_version() -> str:
    return f"Eleventy {_said(ELEVENTY, '--version').strip()}"


def _material_version() -> str:
    ask = "import importlib.metadata as it; print(it.version('mkdocs'), it.version('mkdocs-material'))"
    mkdocs, theme = _said(str(PEERS / "bin/python"), "-c", ask).split()
    return f"MkDocs {mkdocs} with Material {theme}"


def _for_pelican(article: Article) -> str:
    fields = {"Title": article.title, "Date": f"{article.day}", "Tags": ", ".join(article.tags)}
    fields |= {"Slug": article.slug, "Summary": article.summary}
    return "".join(f"{name}: {value}\n" for name, value in fields.items()) + f"\n{article.body}"


def _for_hugo(article: Article) -> str:
    return _front_matter(article, title=article.title, summary=f'"{article.summary}"', topics=f"[{article.topic}]")


def _for_eleventy(article: Article) -> str:
    return _front_matter(article, title=article.title, summary=f'"{article.summary}"', topic=article.topic)


def _for_material(article: Article) -> str:
    """Put the summary at the beginning, since its lists show the text above the mark."""
    above = f"# {article.title}\n\n{article.summary}\n\n<!-- more -->\n\n"
    with_summary = replace(article, body=above + article.body)
    return _front_matter(with_summary, description=f'"{article.summary}"', categories=f"[{article.topic}]")


def _front_matter(article: Article, **fields: str) -> str:
    fields |= {"date": f"{article.day}", "slug": article.slug, "tags": f"[{', '.join(article.tags)}]"}
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in fields.items()) + f"---\n\n{article.body}"


def _installed(program: str, advice: str) -> str:
    return "" if shutil.which(program) else f"{Path(program).name} is missing ({advice})"


PELICAN = (sys.executable, "-m", "pelican", "-s", SETTINGS)
ELEVENTY, MKDOCS = str(NODE / ".bin/eleventy"), str(PEERS / "bin/mkdocs")
PAGEFIND = (str(pagefind_bin.get_executable()), "--silent")
WITH_SEARCH = ", with search"
FOLDERS = ("page/2/index.html", "topics/topic-1/page/2/index.html", "tags/index.html", "tags/tag-1/index.html")

stock = Blog(
    "stock Pelican",
    _pelican_version,
    source="content/{topic}/{slug}.md",
    text=_for_pelican,
    commands=[[*PELICAN, "-q"]],
    preview=[*PELICAN, "-lr", "-p", "{port}"],
    output="output",
    lists=["page/2/index.html", "category/topic-1/page/2/index.html", "tags.html", "tag/tag-1.html", "archives.html"],
    files={SETTINGS: STOCK},
)
stock_with_cache = replace(stock, name="stock Pelican with its cache", files={SETTINGS: STOCK + CACHE})
ours_with_search = replace(
    stock,
    name="ours" + WITH_SEARCH,
    preview=[sys.executable, "-m", "plugins.live", "-s", SETTINGS, "--port", "{port}"],
    lists=[*FOLDERS, "topics/index.html", "archive/index.html", "2025/index.html", "feeds/all.atom.xml"],
    files={SETTINGS: OURS},
    variables={"PYTHONPATH": str(REPOSITORY)},
    index="pagefind",
)
ours = replace(ours_with_search, name="ours", files={SETTINGS: OURS + NO_SEARCH}, index="")
hugo = Blog(
    "Hugo",
    _hugo_version,
    source="content/posts/{slug}.md",
    text=_for_hugo,
    commands=[["hugo", "--quiet"]],
    preview=["hugo", "server", "--port", "{port}"],
    output="public",
    lists=[*FOLDERS, "topics/index.html", "archive/index.html", "index.xml"],
    templates="hugo",
    missing=_installed("hugo", "Debian: apt install hugo"),
)
hugo_with_search = replace(
    hugo,
    name=hugo.name + WITH_SEARCH,
    commands=[*hugo.commands, [*PAGEFIND, "--site", hugo.output]],
    index="pagefind",
)
eleventy = Blog(
    "Eleventy",
    _eleventy_version,
    source="posts/{slug}.md",
    text=_for_eleventy,
    commands=[[ELEVENTY, "--quiet"]],
    preview=[ELEVENTY, "--serve", "--incremental", "--quiet", "--port={port}"],
    output="_site",
    lists=[*FOLDERS, "topics/index.html", "archive/index.html", "feeds/all.atom.xml"],
    templates="eleventy",
    modules=NODE,
    missing=_installed("node", "Debian: apt install nodejs") or _installed(ELEVENTY, "make bench-sites installs it"),
)
material = Blog(
    "MkDocs Material" + WITH_SEARCH,
    _material_version,
    source="docs/posts/{slug}.md",
    text=_for_material,
    commands=[[MKDOCS, "build", "--quiet"]],
    preview=[MKDOCS, "serve", "--quiet", "--dev-addr", "127.0.0.1:{port}"],
    output="site",
    lists=["page/2/index.html", "topics/topic-1/page/2/index.html", "tags/index.html", "archive/2025/index.html"],
    templates="material",
    index="search",
    missing=_installed(MKDOCS, "make bench-sites installs it"),
)
BLOGS = (ours, ours_with_search, stock, stock_with_cache, hugo, hugo_with_search, eleventy, material)
