"""A site with everything that an article can contain, and one with figures made with the kit."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chromium import served
from tests.conftest import REPOSITORY, Site

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"

GUIDE = """\
The numbers that a layer carries are its *state*, and nearly every question about shapes is one about the state.

## One line of Keras

The layer is told only how many numbers it may remember.[^size] This paragraph goes on for a while, so that it fills
several lines of the text column, and the note beside it has room to stand, and then a second one comes.[^more]

![](/images/line.png)

```{.python title="model.py" hl_lines="2" linenums="1"}
from keras.layers import SimpleRNN
layer = SimpleRNN(4)
```

### By hand

So that $h_t$ and $h_{t-1} + x_t - b$ stay small,
as $f_t \\odot c_{t-1} + i_t \\odot \\tanh(W_c x_t + U_c h_{t-1} + b_c) = c_t$ does,
in a line with $$c_0 = 0$$ too:

$$
h_t = \\tanh(W x_t + U h_{t-1} + b) \\quad\\text{for every}\\quad t = 1, \\ldots, T \\quad h_0 = 0 + 0 + 0 + 0 + 0
$$

> [!warning]
> It forgets.

> [!note]
> It is no database.

> [!tip]
> Begin with few units.

> [!important] Before you begin
> Install Keras.

> [!caution]
> Numbers may overflow.

/// tab | Keras
```python
keras.layers.SimpleRNN(4)
```
///

/// tab | PyTorch
```python
torch.nn.RNN(2, 4)  # the features come first, and this comment goes on well past the edge of the text column
```
///

/// details | Why two biases?
Because cuDNN has two.
///

## Counting

| Weight | Shape | Count | Leads from |
|---|---|--:|---|
| kernel | `(2, 4)` | 8 | each number of a word to each unit |

{filler}

## The end

It ends at <https://example.org/end>, or [elsewhere](https://example.org/elsewhere).

[^size]: Everything else has a default, which is nearly always what you want.
[^more]: Such as `activation="tanh"`, for $h_0$ too.
"""


def write(site: Site) -> None:
    """Write a guide with everything, its series, and enough other articles for two pages of the index."""
    filler = "\n\n".join(["A paragraph that only takes room. " * 12] * 8)
    site.article(
        "guide",
        GUIDE.replace("{filler}", filler),
        Title="What a layer remembers",
        Date="2026-10-10",
        Tags="state, keras",
        Series="Sequences",
        Part="2",
        Authors="A. Reader",
        Summary="One line of Keras, *taken apart*.",
    )
    site.article("first", "![](/images/line.png)\n\nThe first part.", Date="2026-10-01", Series="Sequences", Part="1")
    site.article("long", LONG_WORD, Title=f"{LONG_WORD}: a <em>title</em> & more", Date="2025-05-05", Tags="state")
    for number in range(1, 9):
        site.article(f"other-{number}", "Words.", Date=f"2024-01-0{number}", Tags="keras")
    site.write("content/pages/about.md", "Title: About\nSlug: about\n\nWho writes here.\n")


def give_kit(site: Site, names: Iterable[str], font_list: Path) -> None:
    """Give a site the theme's colours, the kit, and some scripts that use it, with the modules that these share."""
    shutil.copytree(font_list, site.root / ".figures/cache")
    (site.root / "theme").mkdir()
    for name in ("tokens.json", "figures.mplstyle"):
        shutil.copy(REPOSITORY / "theme" / name, site.root / "theme")
    for folder in ("unrolled", "data"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / "diagrams" / folder, site.root / "diagrams" / folder, ignore=ignored)
    for script in (*(REPOSITORY / "diagrams").glob("_*.py"), *(REPOSITORY / f"diagrams/{name}.py" for name in names)):
        shutil.copy(script, site.root / "diagrams")


@contextmanager
def built(site: Site) -> Iterator[str]:
    """Build a site, which has nothing to report, and serve it at the returned URL until the block ends."""
    told = site.build()
    assert (told.code, told.report) == (0, ""), told.out + told.report
    with served(site.root / "output") as address:
        yield address
