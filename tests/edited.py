"""A small site that has a bit of everything, with its own plugins and theme, to be edited at random."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from textwrap import dedent

from PIL import Image

from tests.conftest import REPOSITORY

OWN = ("theme", "translations", "plugins", "diagrams/unrolled", "pelicanconf.py", "publishconf.py")
"""The parts of this project that the site contains."""


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    to: str


File = bytes | Link


@dataclass(frozen=True)
class State:
    """Everything that a site is built from: its files by path, and the options of the build."""

    files: Mapping[str, File]
    environment: Mapping[str, str] = field(default_factory=dict)
    settings: str = "pelicanconf.py"

    def text(self, path: str) -> str:
        """Return the text of a file."""
        data = self.files[path]
        assert isinstance(data, bytes), path
        return data.decode()

    def having(self, files: Mapping[str, File | str | None]) -> State:
        """Return a copy with some files replaced, or removed if None."""
        changed = {path: it.encode() if isinstance(it, str) else it for path, it in files.items()}
        return replace(self, files={path: it for path, it in {**self.files, **changed}.items() if it is not None})

    def among(self, folder: str, *endings: str) -> list[str]:
        """Return the paths in a folder and its subfolders with that ending."""
        named = (path for path in self.files if path.startswith(f"{folder}/") and path.endswith(endings or ("",)))
        return sorted(named)

    @property
    def articles(self) -> list[str]:
        """Return the articles in Markdown that are regular files."""
        named = (path for path in self.among("content", ".md") if not path.startswith("content/pages/"))
        return [path for path in named if not isinstance(self.files[path], Link)]


def without_plugin(state: State) -> State:
    """Return the same site without its own plugin, of which nobody knows what else it depends on."""
    changed: dict[str, File | str | None] = {}
    for path, it in state.files.items():
        if path == "pelicanconf.py" or path.startswith("overrides/"):
            assert isinstance(it, bytes)
            text = it.decode()
            for own, other in ((', "local_plugin"]', "]"), ("|stamped", ""), ("facts.size", "SITENAME")):
                text = text.replace(own, other)
            changed[path] = text
    return state.having(changed)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path fill="{}" d="M0 0h4v4z"/></svg>'
SMALL = 9
"""The number of small articles: enough for them to be read in parallel."""


def first_state() -> State:
    """Return the site before all edits."""
    files: dict[str, File] = dict(_of_project())
    files |= {path: dedent(text).lstrip("\n").encode() for path, text in TEXTS.items()}
    files["pelicanconf.py"] = bytes(files["pelicanconf.py"]) + SETTINGS.encode()
    files |= {f"content/images/{name}.png": picture(name, 40, 30) for name in ("hand", "other", "icon")}
    for number in range(SMALL):
        text = f"Title: Small {number}\nDate: 2026-08-{number + 1:02}\nTags: small\n\nIt is !!small!!.\n"
        files[f"content/site/small-{number}.md"] = text.encode()
    files["content/images/photo.jpg"] = photograph(500, 300)
    files["content/images/mark.svg"] = SVG.format("currentColor").encode()
    files["content/fonts/own.woff2"] = files["theme/static/fonts/unrolled-mono-500.woff2"]
    files["content/nlp/book.ipynb"] = notebook("A notebook", "print(7)").encode()
    files["content/site/linked.md"] = Link("../../elsewhere/linked.md")
    return State(files)


def _of_project() -> Iterator[tuple[str, bytes]]:
    for name in OWN:
        place = REPOSITORY / name
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                yield str(path.relative_to(REPOSITORY)), path.read_bytes()


def picture(name: str, width: int, height: int) -> bytes:
    """Return a picture that counts as hand-made."""
    made = io.BytesIO()
    colour = tuple(hash_of(f"{name}{part}") for part in range(3))
    Image.new("RGB", (width, height), colour).save(made, "PNG")
    return made.getvalue()


def photograph(width: int, height: int, orientation: int = 6) -> bytes:
    """Return a photograph by a camera that was held in some way."""
    made, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (width, height), (width % 256, height % 256, 0)).save(made, "JPEG", exif=exif)
    return made.getvalue()


def hash_of(text: str) -> int:
    """Return a number below 256 for a text, the same in each process."""
    return sum(text.encode()) * 37 % 256


def notebook(title: str, code: str) -> str:
    """Return a notebook that is an article."""
    head = f"Title: {title}\nDate: 2026-10-05\nSlug: book\nTags: keras"
    cells = [
        {"cell_type": "markdown", "metadata": {}, "id": "head", "source": head},
        {"cell_type": "markdown", "metadata": {}, "id": "text", "source": "Words, and *more* of them."},
        {
            "cell_type": "code",
            "metadata": {},
            "id": "code",
            "execution_count": 1,
            "source": code,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "7\n"}],
        },
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1)


OWN_SETTINGS = "# What this site sets by itself."
SETTINGS = f"""

{OWN_SETTINGS}
PLUGINS = [*PLUGINS, "local_plugin"]
THEME_TEMPLATES_OVERRIDES = [str(root / "overrides")]
MARKDOWN["extensions"] = [*MARKDOWN["extensions"], "pymdownx.snippets", "shouting"]
snippets = [str(root / "content/snippets/near"), str(root / "content/snippets")]
MARKDOWN["extension_configs"]["pymdownx.snippets"] = {{"base_path": snippets}}
SITE_ACCENT = "#a3195b"
SITE_FONTS = {{"prose": "fonts/own.woff2"}}
READING_PURE = ["shouting"]
DIAGRAMS_WORDS = ""
CARD_SCRIPT = ""
NOTEBOOKS_LICENCE = "none"
SITENAME = "A small site"
HOME = {{}}
"""

TEXTS = {
    "local_plugin.py": '''
        """A plugin of this site alone: it adds to what is read, to what templates see, and to what is written."""

        import json
        from pathlib import Path

        from pelican import signals

        WORD = "first"


        def read(content):
            content.stamp = f"{WORD} {content.metadata.get('title', '').upper()}"


        def begin(generators):
            place = Path(generators[0].settings["PATH"]).parent / "facts.json"
            for generator in generators:
                generator.context["facts"] = json.loads(place.read_text())


        def add_filter(generator):
            generator.env.filters["stamped"] = lambda text: f"<<{text} {WORD}>>"


        def written(path, context):
            if path.endswith(".html"):
                Path(path).write_text(Path(path).read_text() + f"<!-- {WORD} -->")


        def choose(pelican):
            signals.content_written.disconnect(written)
            if pelican.settings.get("LOCAL_REWRITES"):
                signals.content_written.connect(written)


        def register():
            signals.initialized.connect(choose)
            signals.content_object_init.connect(read)
            signals.all_generators_finalized.connect(begin)
            signals.generator_init.connect(add_filter)
        ''',
    "facts.json": '{"size": 3}\n',
    "shouting.py": '''
        """An extension of Markdown: !!word!! is shouted."""

        import re

        from markdown import Extension
        from markdown.preprocessors import Preprocessor

        from shouting_words import ENDING


        class Shout(Preprocessor):
            def run(self, lines):
                return [re.sub(r"!!(\\w+)!!", lambda it: it[1].upper() + ENDING, line) for line in lines]


        class Shouting(Extension):
            def extendMarkdown(self, md):
                md.preprocessors.register(Shout(md), "shout", 20)


        def makeExtension(**settings):
            return Shouting(**settings)
        ''',
    "shouting_words.py": 'ENDING = "!"\n',
    "overrides/article.html": """
        {% extends "!theme/article.html" %}
        {% import "notes.html" as notes with context %}
        {% block content %}
        {{ super() }}
        {{ notes.note(article) }}
        {% endblock %}
        """,
    "overrides/notes.html": """
        {% macro note(it) %}<p class="note">{{ it.stamp|stamped|e }}, {{ facts.size }}</p>{% endmacro %}
        """,
    "overrides/page.html": """
        {% extends "!theme/page.html" %}
        {% block content %}
        {{ super() }}
        <ul>{% for it in articles %}<li>{{ it.stamp|e }}: {{ it.summary|striptags }}</li>{% endfor %}</ul>
        {% endblock %}
        """,
    "content/nlp/lines.md": """
        Title: Lines and boxes
        Date: 2026-10-01
        Tags: keras, drawing
        Summary: What lines are.
        Series: Shapes
        Authors: Ada Lovelace

        A line, drawn [@elman1990], and a note.[^note] GRU is !!short!!.

        ![](/images/line.png)

        *[GRU]: gated recurrent unit
        [^note]: A note that stands beside.

        ## A heading

        See [boxes]({filename}boxes.md), [the page]({filename}/pages/about.md) and [a file]({attach}files/notes.txt).

        ![A picture made by hand]({static}/images/hand.png)

        ![A photograph]({static}/images/photo.jpg)

        --8<-- "shared.txt"

        ## References
        """,
    "content/nlp/boxes.md": """
        Title: Boxes
        Date: 2026-10-02 08:30
        Tags: keras, Drawing
        Slug: boxes
        Series: Shapes
        Part: 2
        Aliases: /old/boxes/
        Authors: Ada Lovelace, Grace Hopper

        There are four boxes, in numbers $n = 4$.

        ```{.python #boxes}
        boxes = 4
        ```

        ![](/images/boxes.png "Boxes of the code."){colour="C1"}

        ![](/images/boxes.png){#again colour="C2"}

        | a | b |
        |---|---|
        | 1 | 2 |

        /// caption
        A table of two.
        ///

        Read [lines]({filename}lines.md).
        """,
    "content/nlp/boxes.de.md": """
        Title: Kästen
        Date: 2026-10-02 08:30
        Lang: de
        Slug: boxes
        Tags: keras

        Vier Kästen, und !!laut!!.

        ![](/images/line.png)
        """,
    "content/nlp/network.md": """
        Title: A network
        Date: 2026-10-03
        Tags: keras
        Featured: yes

        ```python
        from keras import Input, Sequential
        from keras.layers import SimpleRNN

        model = Sequential([Input((3, 2)), SimpleRNN(4)])
        ```

        The [four]{param=units} units.

        ![](/images/unroll.png){words="I am Groot"}
        """,
    "content/nlp/references.bib": """
        @article{elman1990,
          author = {Jeffrey L. Elman},
          title = {Finding Structure in Time},
          journal = {Cognitive Science},
          year = 1990,
        }
        """,
    "content/nlp/files/notes.txt": "Notes that are attached.\n",
    "content/snippets/shared.txt": "A sentence that is shared, and !!shouted!!.\n",
    "content/site/words.md": """
        Title: Words
        Date: 2026-09-30
        Modified: 2026-10-20
        Tags: writing

        Only words, and ==marks==. The same file twice:

        --8<-- "shared.txt"

        > [!tip]
        > A callout.
        """,
    "content/site/draft.md": """
        Title: A draft
        Date: 2026-10-04
        Status: draft

        Nobody reads this.

        ![](/images/drafted.png)
        """,
    "elsewhere/linked.md": """
        Title: Linked
        Date: 2026-09-29

        It lies elsewhere.
        """,
    "content/pages/about.md": """
        Title: About
        Slug: about

        A page, which leads to [words]({filename}/site/words.md).
        """,
    "content/extra/robots.txt": "User-agent: *\n",
    "diagrams/line.py": '''
        """A line through the numbers of a file."""

        from pathlib import Path

        import matplotlib.pyplot as plt

        from _part import COLOUR

        numbers = [float(it) for it in Path("diagrams/data/numbers.csv").read_text().split(",")]
        plt.figure(figsize=(2, 1))
        plt.plot(numbers, color=COLOUR)
        ''',
    "diagrams/_part.py": 'COLOUR = "C0"\n',
    "diagrams/data/numbers.csv": "1,3,2\n",
    "diagrams/boxes.py": '''
        """As many boxes as the code says."""

        import matplotlib.pyplot as plt


        def draw(code: str, colour: str = "C0"):
            names = {}
            exec(code, names)
            figure, axes = plt.subplots(figsize=(2, 1))
            axes.bar(range(names["boxes"]), 1, color=colour)
            return figure
        ''',
    "diagrams/drafted.py": '''
        """What only a draft shows."""

        import matplotlib.pyplot as plt

        plt.figure(figsize=(1, 1))
        plt.plot([1, 0])
        ''',
}
