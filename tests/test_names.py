"""The names of classes: searching for one finds exactly one."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PLUGINS = REPOSITORY / "plugins"
PACKAGES = [REPOSITORY / "diagrams/unrolled", PLUGINS, *sorted(at.parent for at in PLUGINS.glob("*/__init__.py"))]


def twins(package: Path) -> dict[str, list[str]]:
    """Find the names of classes that a package defines more than once, and where; each folder of plugins is its own."""
    places = defaultdict(list)
    for path in sorted(package.glob("*.py") if package == PLUGINS else package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{path.relative_to(package)}:{node.lineno}")
    return {name: found for name, found in places.items() if len(found) > 1}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_two_classes_of_a_package_have_the_same_name(package):
    """Each name has one meaning: five classes were once called Scene."""
    assert twins(package) == {}


def test_duplicates_are_found_wherever_they_are_defined(tmp_path):
    """In another module, in another folder, or within a function."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "one.py").write_text("class Scene:\n    pass\n\n\nclass Plan:\n    pass\n", "utf-8")
    (tmp_path / "inner/two.py").write_text("def f():\n    class Scene:\n        pass\n", "utf-8")
    assert twins(tmp_path) == {"Scene": ["inner/two.py:2", "one.py:1"]}
