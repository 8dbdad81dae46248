"""The kit's own scripts, drawn with attributes as on an image."""

import ast
import re
import shlex
from pathlib import Path

import pytest

from plugins.figures.markdown import Block
from plugins.figures.report import ArgumentError
from plugins.figures.requests import Request
from plugins.figures.routing import shipped_scripts
from plugins.figures.signature import Signature
from tests.conftest import REPOSITORY
from tests.diagrams.asked import SETTINGS, drawn
from tests.diagrams.cases import Case, cases
from tests.diagrams.pictures import check_picture, check_told

SCRIPTS = {script.stem: script for script in shipped_scripts(SETTINGS)}
USES = cases(Path(__file__).with_name("shipped_scripts.md"))


def use_of(case: Case) -> tuple[str, str, dict[str, str]]:
    """Return the script that an image asks for, the code above it, and its attributes."""
    *code, image = case.blocks
    name, attributes = re.fullmatch(r"!\[\]\(/images/(\w+)\.png\)(?:\{(.*)\})?\n", image).groups()
    return name, "".join(code), dict(each.split("=", 1) for each in shlex.split(attributes or ""))


def request(name: str, code: str, attributes: dict[str, str]) -> Request:
    """Request a script as an image with attributes does."""
    script, language = SCRIPTS[name], attributes.get("language", "en")
    attributes = {key: value for key, value in attributes.items() if key != "language"}
    signature = Signature.of(script.read_bytes())
    arguments = signature.arguments(attributes, script.name)
    assert signature.blocks(arguments) == (["code"] if code and name != "positions" else [])
    blocks = {"code": Block(code)} if code else {}
    return Request(script, blocks, name=name, arguments=arguments, language=language)


@pytest.mark.parametrize("case", USES)
def test_each_script_draws_with_and_without_its_arguments(case):
    """Following the rules for all pictures, in both layouts."""
    name, code, attributes = use_of(case)
    (picture,) = drawn(request(name, code, attributes))
    assert picture.alt
    if attributes.get("language", "en") == "en":
        check_told(picture)
    for form in filter(None, (picture, picture.narrow)):
        check_picture(form)


def test_every_script_is_tested():
    """With each of its arguments, which its docstring documents."""
    tried: dict[str, set[str]] = {}
    for name, code, attributes in (use_of(case) for (case,) in (use.values for use in USES)):
        tried.setdefault(name, set()).update(attributes, ["code"] if code else [])
    missing = sorted(SCRIPTS.keys() - tried.keys())
    assert not missing, f"add images of {', '.join(missing)} to shipped_scripts.md, beside {__file__}"
    assert tried.keys() == SCRIPTS.keys()
    for name, script in SCRIPTS.items():
        names = {it.name for it in Signature.of(script.read_bytes()).parameters}
        left = sorted(names - tried[name])
        assert not left, (
            f"no image in shipped_scripts.md, beside {__file__}, gives {name} an argument for {', '.join(left)}"
        )
        text = script.read_text("utf-8")
        untold = sorted(it for it in names - {"code"} if f"`{it}" not in text)
        assert not untold, f"the docstring of {script.name} doesn't say what `{'`, `'.join(untold)}` is"


def row(name: str, script: Path) -> str:
    """Return a script's row in the docs: a link, what it draws, and the arguments that an image can give it."""
    source = script.read_bytes()
    draws = ast.get_docstring(ast.parse(source)).splitlines()[0].removesuffix(".")
    needed, optional = [], []
    for parameter in Signature.of(source).parameters:
        kind, default = parameter.kind, parameter.default
        if parameter.name == "code":
            continue
        if parameter.is_required:
            needed.append(f"`{parameter.name}`")
        elif kind.name == "bool":
            optional.append(f"`{parameter.name}={'no' if default else 'yes'}`")
        elif kind.name == "Literal":
            optional += [f"`{parameter.name}={value}`" for value in kind.parts if value != default]
        else:
            optional.append(f"`{parameter.name}`" if default is None else f"`{parameter.name}={default}`")
    link = f"[`{name}`](../{script.relative_to(REPOSITORY).as_posix()})"
    return f"| {link} | {draws} | {', '.join(needed)} | {', '.join(optional)} |"


def test_the_docs_list_every_script_with_its_arguments():
    """And no others."""
    heading = "## Scripts that come with the kit"
    section = (REPOSITORY / "docs/figures.md").read_text("utf-8").partition(f"\n{heading}\n")[2].partition("\n## ")[0]
    rows = "\n".join(row(name, script) for name, script in sorted(SCRIPTS.items()))
    assert re.findall(r"^\| \[.*", section, re.M) == rows.splitlines(), (
        f'the table below "{heading}" in docs/figures.md must be:\n{rows}'
    )


def test_a_missing_argument_is_requested():
    """Words can't be guessed."""
    with pytest.raises(ArgumentError, match="draw\\(\\) needs `words`: words"):
        request("table", "", {})
