"""Notebooks, run from top to bottom without Jupyter: each in its own interpreter and folder."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

RUN = """
import contextlib, io, json, sys
names = {"__name__": "__main__"}
for cell in json.loads(open(sys.argv[1], encoding="utf-8").read())["cells"]:
    if cell["cell_type"] == "code":
        printed, raised = io.StringIO(), None
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
            except Exception as problem:
                if "raises-exception" not in cell["metadata"].get("tags", []):
                    raise
                raised = type(problem).__name__
        print(json.dumps([cell["id"], raised, printed.getvalue()]))
"""


def code_of(notebook: Path) -> dict[str, dict[str, Any]]:
    """Return the code cells by their ids."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return {cell["id"]: cell for cell in cells if cell["cell_type"] == "code"}


def run(notebook: Path, folder: Path, **environment: str) -> list[str]:
    """Run all cells in a folder. Return the outputs that differ from the notebook's; raise if a cell fails."""
    command = [sys.executable, "-c", RUN, str(notebook.resolve())]
    own = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run(command, cwd=folder, env=own | environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{notebook.name}: {done.stderr}"
    said = {id_: (raised, printed) for id_, raised, printed in map(json.loads, done.stdout.splitlines())}
    cells = code_of(notebook)
    assert said.keys() == cells.keys()
    wrong = []
    for name, (raised, printed) in said.items():
        shown = cells[name]["outputs"]
        texts = "".join(line for it in shown if it["output_type"] == "stream" for line in it["text"])
        if [line.rstrip() for line in printed.strip().splitlines()] != [
            it.rstrip() for it in texts.strip().splitlines()
        ]:
            wrong.append(f"{notebook.name}, {name}: shows {texts!r}, prints {printed!r}")
        if raised != next((it["ename"] for it in shown if it["output_type"] == "error"), None):
            wrong.append(f"{notebook.name}, {name}: raises {raised}, shows {shown}")
    return wrong
