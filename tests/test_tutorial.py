"""The tutorial, followed literally by somebody who has nothing but the two wheels."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.test_installed import UV, wheels  # noqa: F401  (a fixture)
from tests.test_readme import serve_once

pytestmark = [pytest.mark.slow, pytest.mark.when_changed("docs/tutorial.md", "plugins/commands/", "pyproject.toml")]

FENCE = re.compile(r"^(?P<fence>`{3,})(?P<kind>\w+)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
EDIT = re.compile(r"[Cc]hange `(?P<old>[^`]+)` to `(?P<new>[^`]+)` in `(?P<file>[^`]+)`")
BELOW = re.compile(r"[Rr]eplace everything below the header of `(?P<file>[^`]+)` with:\s*$")
END = re.compile(r"add this at the end of `(?P<file>[^`]+)`:\s*$", re.IGNORECASE)
CLONE = "/path/to/unrolled"
PORT = "8733"


@dataclass
class Newcomer:
    """Follows the tutorial, in its order."""

    folder: Path
    wheels: Path
    said: str = ""
    done: list[str] = field(default_factory=list)

    def follow(self, text: str) -> None:
        """Read the tutorial once, from top to bottom."""
        read = 0
        for block in FENCE.finditer(text):
            self._edit(prose := text[read : block.start()])
            read = block.end()
            if block["kind"] == "sh":
                self._run(block["text"])
            elif block["kind"] == "text":
                promised = block["text"].replace("localhost:8000", f"localhost:{PORT}")  # another build may be at 8000
                missing = [line for line in promised.splitlines() if line not in self.said]
                assert not missing, f"the tutorial promises {missing}, but the output is:\n{self.said}"
            elif block["kind"] == "markdown":
                self._write(prose, block["text"])
        self._edit(text[read:])

    def _edit(self, prose: str) -> None:
        for edit in EDIT.finditer(prose):
            file = self.folder / edit["file"]
            before = file.read_text("utf-8")
            assert before.count(edit["old"]) == 1, edit.group()
            file.write_text(before.replace(edit["old"], edit["new"]), "utf-8")
            self.done.append(edit.group())
            self._saved()

    def _write(self, prose: str, block: str) -> None:
        if found := BELOW.search(prose):
            file = self.folder / found["file"]
            header = file.read_text("utf-8").partition("\n\n")[0]
            file.write_text(f"{header}\n\n{block}", "utf-8")
        else:
            found = END.search(prose)
            assert found, f"the tutorial doesn't say where this goes:\n{block}"
            with (self.folder / found["file"]).open("a", encoding="utf-8") as file_:
                file_.write(f"\n{block}")
        self.done.append(found.group())
        self._saved()

    def _saved(self) -> None:
        """Build the site, as the preview does after each save."""
        self._shell("make html")

    def _run(self, commands: str) -> None:
        if "make serve" in commands:
            assert "A layer, step by step" in serve_once("make serve", self.folder, self._environment)
        elif "pip install" in commands:
            commands = commands.replace("pip install", f"{UV} pip install --quiet")
            clone = f"{CLONE}/diagrams {CLONE}"
            assert clone in commands
            packages = " ".join(map(str, self.wheels.glob("*.whl")))
            self._shell(commands.replace("python3", sys.executable).replace(clone, packages))
        else:
            self._shell(commands)
            for line in commands.splitlines():
                if line.startswith("cd "):
                    self.folder /= line.removeprefix("cd ")
        self.done += commands.splitlines()

    def _shell(self, commands: str) -> None:
        done = subprocess.run(
            ["sh", "-ec", commands], cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
        )
        self.said = done.stdout + done.stderr
        assert done.returncode == 0, f"{commands}\n{self.said}"

    @property
    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MAKELEVEL", "CI")}
        environment = next(
            (it / ".venv" for it in (self.folder, *self.folder.parents) if (it / ".venv").is_dir()), None
        )
        if environment:
            own |= {"VIRTUAL_ENV": str(environment), "PATH": f"{environment}/bin{os.pathsep}{own['PATH']}"}
        return {**own, "COLUMNS": "80", "PORT": PORT}


def test_the_tutorial_can_be_followed_literally(tmp_path: Path, wheels: Path) -> None:  # noqa: F811
    """Its promised output appears, and the published site has both figures."""
    newcomer = Newcomer(tmp_path, wheels)
    newcomer.follow((REPOSITORY / "docs/tutorial.md").read_text("utf-8"))
    assert len(newcomer.done) > 12
    (page,) = newcomer.folder.glob("output/*/*/what-a-layer-remembers/index.html")
    html = page.read_text("utf-8")
    assert "SimpleRNN with 5 units, unrolled over 3 time steps: “I like it”" in html
    assert html.count('<figure class="diagram') == 2
