"""Both distributions, both packages and the list of changes have one version."""

import re
import tomllib

import plugins
import unrolled
from tests.conftest import REPOSITORY


def test_all_versions_are_that_of_the_newest_changes() -> None:
    """The plugins need a kit of the same second number, whose names they use."""
    projects = [
        tomllib.loads((REPOSITORY / name).read_text("utf-8"))["project"]
        for name in ("pyproject.toml", "diagrams/pyproject.toml")
    ]
    newest = re.search(r"^## (.*)", (REPOSITORY / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert newest
    assert {newest[1]} == {plugins.__version__, unrolled.__version__, *(it["version"] for it in projects)}
    (kit,) = (it for it in projects[0]["dependencies"] if it.startswith("unrolled"))
    assert kit == f"unrolled>={newest[1].rpartition('.')[0]}"


def test_the_page_of_changes_leads_somewhere() -> None:
    """Each file that it names is there, and so is each heading in it."""
    for name, heading in re.findall(
        r"\]\((?!http|/)([^)#]+)#?([^)]*)\)", (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    ):
        text = (REPOSITORY / name).read_text("utf-8")
        ids = {re.sub(r"[^\w -]", "", it.lower()).replace(" ", "-") for it in re.findall(r"^#+ (.*)", text, re.M)}
        assert not heading or heading in ids, f"{name}#{heading}"
