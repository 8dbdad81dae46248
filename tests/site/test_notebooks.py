"""Notebooks of articles: valid, reproducible, and executable from top to bottom wherever they are saved."""

import json
import re
import shutil
from pathlib import Path

import markdown
import nbformat
import pytest

from tests import notebooks
from tests.chromium import served
from tests.conftest import PLAIN, Site

GUIDE = """\
    Some *words*, a [part](#part), another [guide]({filename}words.md), and 3 < 4.

    ![](/images/line.png "It rises.")

    ```python
    import json

    known = json.loads(open("data/numbers/one.json").read())
    print(known["two"])
    ```

    ```text
    2
    ```

    <!-- assert known["two"] == 2 -->

    ```{.python .skip}
    raise SystemExit
    ```

    ## Part

    | step | right |
    |---|--:|
    | *go* | $x_1$ |

    $$y$$ {#eq:y}

    By {equation:y}.

    ```{.python .raises}
    known["three"]
    ```

    ```text
    KeyError: 'three'
    ```

    ## Exercises

    1. How much is twice two?

    /// details | Answer
    Four:

    ```python
    print(2 * known["two"])
    ```

    ```text
    4
    ```
    ///

    2. And nothing?

    /// details | Answer
    Nothing.
    ///
    """


LOOKS = """\
    1\\. no list, \\# no heading, \\*no emphasis\\*, \\`no code\\`, snake_case and 2 * 3 * 4.

    > [!tip]
    > Said aside, with `x = 1`.

    - [x] seen ~~once~~
    - one `a|b`
        1. within
    - two[^note]

    | a | b |
    |---|---|
    | `x|y` | \\| |

    /// tab | Keras
    ```python
    x = 1
    ```
    ///

    /// tab | Words
    None.
    ///

    [^note]: A *note*.
    """

UNSAFE = [
    "secret.txt",
    "../secret.txt",
    ".env/key",
    "/etc/hostname",
    "data/link.txt",
    "a/\0",
    "x/" * 300,
    "data/../.env",
]
IMPORTS = "```python\nimport os\nimport numpy as np\nfrom keras.layers import LSTM\nimport sklearn\n```\n"


def notebook(site: Site, name: str = "guide") -> Path:
    """Return the path of an article's notebook."""
    return site.root / f"output/2026/11/{name}/{name}.ipynb"


def prepared(root: Path, font_list: Path) -> Site:
    """Create a site with an article with code, one without, and one that turns its notebook off."""
    site = Site(root, font_list)
    site.script("line", PLAIN)
    site.write("data/numbers/one.json", '{"two": 2}')
    site.write("data/numbers/.hidden.json", "{}")
    site.article("guide", GUIDE, Title="Guide & <em>code</em>")
    site.article("kurz", '```python\nopen("data/numbers/")\n```\n', Slug="guide", Lang="de", Title="Kurz")
    site.article("words", "No code but this.\n\n```sh\nls\n```\n")
    site.article("without", "```python\nx = 1\n```\n", Notebook="no")
    site.article("looks", LOOKS)
    site.article("imports", IMPORTS)
    site.article("escaped", '```python\nopen("data\\x2fone.txt")\n```\n')
    site.write("data/one.txt", "1")
    site.article("unsafe", "```python\n" + "\n".join(map(repr, UNSAFE)) + "\n```\n")
    site.write("secret.txt", "s")
    site.write(".env/key", "s")
    (site.root / "data/link.txt").symlink_to("/etc/hostname")
    return site


@pytest.fixture(scope="module")
def made(tmp_path_factory, font_list) -> Site:
    """Return such a site, built for writing."""
    site = prepared(tmp_path_factory.mktemp("notebooks"), font_list)
    built = site.build()
    assert built.code == 0, built.report + built.out
    return site


def test_only_articles_with_code_have_a_notebook_and_a_link_to_it(made):
    """Unless they turn it off."""
    found = {path for path in made.output() if path.endswith(".ipynb")}
    with_code = {"guide/guide", "guide/de/guide", "looks/looks", "imports/imports", "escaped/escaped", "unsafe/unsafe"}
    assert found == {f"2026/11/{name}.ipynb" for name in with_code}
    for name, link in {
        "guide": 'href="/2026/11/guide/guide.ipynb" download>Download the code as a notebook</a>',
        "guide/de": 'href="/2026/11/guide/de/guide.ipynb" download>Den Code als Notebook herunterladen</a>',
    }.items():
        assert link in made.page(name)
    for name in ("words", "without"):
        assert "ipynb" not in made.page(name)


def test_a_notebook_conforms_to_the_schema_and_contains_the_article(made):
    """The text between the code, with its figures, links, tables and formulas; folded answers; and the output."""
    for path in (notebook(made), made.root / "output/2026/11/guide/de/guide.ipynb"):
        nbformat.validate(json.loads(path.read_text("utf-8")))
    read = nbformat.read(notebook(made), 4)
    text = "\n\n".join(cell.source for cell in read.cells if cell.cell_type == "markdown")
    assert text.startswith("# Guide & code\n\nThe text and code of the guide [Guide & code](index.html).")
    assert "Some *words*, a [part](#part), another [guide](../words/), and 3 \\< 4." in text.replace("./#part", "#part")
    assert re.search(r'<img src="../../../images/line.png" alt="[^"]+" width="\d+">', text)
    assert "**Figure 1** It rises." in text
    assert "```python\nraise SystemExit\n```" in text
    assert "| step | right |\n| --- | ---: |\n| *go* | $x_1$ |" in text
    assert "$$y \\tag{1}$$" in text
    assert "1. How much is twice two?\n\n<details><summary>Answer</summary>\n\nFour:\n\n</details>" in text
    assert "2. And nothing?\n\n<details><summary>Answer</summary>\n\nNothing.\n\n</details>" in text
    assert "assert" not in text
    code = [cell for cell in read.cells if cell.cell_type == "code"]
    assert [cell.source.partition("\n")[0] for cell in code[1:]] == [
        "import json",
        'known["three"]',
        'print(2 * known["two"])',
    ]
    assert [it.output_type for cell in code for it in cell.outputs] == ["stream", "error", "stream"]
    assert code[2].metadata.tags == ["raises-exception"]
    assert code[3].metadata.jupyter.source_hidden


def test_the_text_reads_the_same_as_on_the_page(made):
    """Text that only looks like Markdown is escaped; asides, lists, tabs and notes are converted."""
    read = nbformat.read(notebook(made, "looks"), 4)
    text = "\n\n".join(cell.source for cell in read.cells if cell.cell_type == "markdown")
    page = markdown.markdown(text, extensions=["markdown.extensions.extra"])
    for said in (
        "<p>1. no list, # no heading, *no emphasis*, `no code`, snake_case and 2 * 3 * 4.</p>",
        "<strong>Tip</strong>",
        "Said aside, with <code>x = 1</code>.",
        "<li>one <code>a|b</code>",
        "<li>within</li>",
        "<li>[x] seen ~~once~~</li>",
        "<p><strong>Keras</strong></p>",
        "<p><strong>Words</strong></p>",
        "A <em>note</em>.",
    ):
        assert said in page, (said, page, text)
    assert "<td>|</td>" in page


def test_files_that_the_code_reads_are_published_and_nothing_else(made):
    """A folder's files are, but not hidden ones, nor those outside of the project; a path may have escapes."""
    files = {path for path in made.output() if path.startswith("files/")}
    assert files == {"files/data/numbers/one.json", "files/data/one.txt"}


def test_a_notebook_runs_where_it_is(made):
    """A site without a URL is viewed from its own folder."""
    assert notebooks.run(notebook(made), notebook(made).parent) == []
    shutil.rmtree(notebook(made).parent / "data")


def test_another_build_gives_the_same_bytes(made):
    """And the next one doesn't rewrite unchanged files."""
    before = made.output()
    assert made.build().code == 0
    assert made.output() == before


@pytest.mark.slow
def test_a_published_notebook_runs_from_an_empty_folder(made, tmp_path):
    """It downloads its files from the site; links and pictures have absolute URLs."""
    with served(made.root / "output") as address:
        built = made.publish(url=address.rstrip("/"))
        assert built.code == 0, built.report
        assert notebooks.run(notebook(made), tmp_path) == []
        text = notebook(made).read_text("utf-8")
    assert (tmp_path / "data/numbers/one.json").read_text() == '{"two": 2}'
    assert f"[another]({address}2026/11/words/)".replace("another", "guide") in text
    assert f'src=\\"{address}images/line.png\\"' in text
    assert f"[part]({address}2026/11/guide/#part)" in text
    made.build()


def test_a_notebook_that_fails_costs_no_page(site):
    """The report names the article; its page has no broken link."""
    site.write(
        "losing.py",
        "from pelican import signals\n"
        "def lose(generator):\n"
        "    for article in generator.articles:\n"
        "        article._content = article._content.replace('x = 1', 'x = 2')\n"
        "def register():\n"
        "    signals.article_generator_finalized.connect(lose)\n",
    )
    settings = (site.root / "pelicanconf_here.py").read_text()
    more = f"sys.path.insert(0, {str(site.root)!r})\nPLUGINS = [*PLUGINS, 'losing']\n"
    site.write("pelicanconf_here.py", settings + more)
    site.article("guide", "Words.\n\n```python\n'x = 1'\n```\n")
    built = site.build()
    assert built.code == 1
    assert "content/nlp/guide.md:1: can't make a notebook of this article" in built.report
    assert "ipynb" not in site.page("guide")


def test_the_packages_that_the_code_imports_are_listed(made):
    """With the names that pip uses; Keras comes with its backend."""
    text = notebook(made, "imports").read_text("utf-8")
    assert "pip install keras jax numpy scikit-learn" in text
    assert 'os.environ.setdefault(\\"KERAS_BACKEND\\", \\"jax\\")' in text
