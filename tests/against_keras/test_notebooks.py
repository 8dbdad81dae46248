"""Every guide's notebook, as it is published, run from top to bottom under the real Keras, and the real PyTorch."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import notebooks
from tests.against_keras.articles import needs_torch
from tests.chromium import served
from tests.conftest import REPOSITORY, Site
from tests.sampling import in_turn

NO_FIGURES = re.compile(r"^!\[.*$|^Cover:.*\n|\{figure:[^}]*\}|\[\]\(#fig-[^)]*\)", re.MULTILINE)
"""Drawing them takes minutes, and changes no cell of code."""


def guides() -> list[Path]:
    """List the guides: all of them have code."""
    return [*REPOSITORY.glob("content/nlp/*.md"), *REPOSITORY.glob("content/series/*.md")]


@pytest.mark.keras
def test_notebooks_run_from_an_empty_folder_and_print_what_they_show(tmp_path, say):
    """What they read is fetched from the built site; nothing else of the project is there.

    In the gate, a third of them, and those whose guide is new.
    """
    pytest.importorskip("keras", reason="run only where Keras is installed", exc_type=ImportError)
    _run(tmp_path, say, with_torch=False)


@pytest.mark.torch
def test_notebooks_with_torch_run_beside_keras(tmp_path, say):
    """Where PyTorch is installed, which is also the backend of Keras there."""
    pytest.importorskip("torch", reason="run only where PyTorch is installed", exc_type=ImportError)
    _run(tmp_path, say, with_torch=True, KERAS_BACKEND="torch")


def _run(tmp_path: Path, say: Callable[[str], None], *, with_torch: bool, **environment: str) -> None:
    """Build the guides, and run the notebooks of those with code of PyTorch, or of the others."""
    site = Site(tmp_path / "site")
    for source in (REPOSITORY / "content").rglob("*.md"):
        place = site.root / "content" / source.relative_to(REPOSITORY / "content")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(NO_FIGURES.sub("", source.read_text("utf-8")), "utf-8")
    settings = site.root / "pelicanconf_here.py"
    settings.write_text(
        f"{settings.read_text()}FIGURES_ROOT = {str(REPOSITORY)!r}\nFIGURES_STORE = '{tmp_path}/store'\n"
    )
    output = site.root / "output"
    output.mkdir()
    with served(output) as address:
        built = site.build("-e", f'SITEURL="{address.rstrip("/")}"')
        made = sorted(output.rglob("*.ipynb"))
        sources = {
            re.search(r"^Slug: *(\S+)", guide.read_text("utf-8"), re.MULTILINE)[1]: str(guide.relative_to(REPOSITORY))
            for guide in guides()
        }
        assert sources.keys() <= {notebook.stem for notebook in made}, built.report
        assert "notebook" not in built.report
        wrong = []
        of_torch = {slug for slug, guide in sources.items() if needs_torch(REPOSITORY / guide)}
        runnable = [each for each in made if (each.stem in of_torch) == with_torch]
        assert runnable
        for notebook in in_turn(runnable, one_in=1 if with_torch else 3, source=lambda it: sources.get(it.stem, "")):
            folder = tmp_path / notebook.stem
            folder.mkdir()
            wrong += notebooks.run(notebook, folder, **environment)
            say(f"{notebook.name}: {len(notebooks.code_of(notebook))} cells run")
    assert not wrong, "\n".join(wrong)


def test_every_guide_with_code_has_a_notebook():
    """But those that say why not, by asking for none."""
    assert guides()
    for source in guides():
        text = source.read_text("utf-8")
        assert "\nNotebook: no" not in text, source.name
        assert re.search(r"^Slug: *\S", text, re.MULTILINE), source.name
