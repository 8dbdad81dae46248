"""Ask the real Keras what each trap builds, write it down, and tell what the reader makes of it: see `main`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.against_keras.same import difference, forgotten
from tests.diagrams.unrolled.reader.traps import Outcome, Trap, outcome, traps

RECORD = Path(__file__).parent / "recorded" / "traps.json"
WRONG, MISSED = "WRONG", "drawn, not refused"


def built(wanted: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
    """Let Keras build every trap, or those with a part of a name; what is recorded for the others stays."""
    from tests.against_keras.built import run  # it needs Keras; who reads the record does not

    known = recorded() if wanted else {}
    asked = [trap for trap in traps() if str(trap) not in known or any(each in str(trap) for each in wanted)]
    new = {str(trap): run(trap.blocks, trap.data, trap.model) for trap in asked}
    return {str(trap): new[str(trap)] if str(trap) in new else known[str(trap)] for trap in traps()}


def recorded() -> dict[str, dict[str, Any]]:
    """Read what Keras built when it was asked last."""
    found = json.loads(RECORD.read_text("utf-8"))
    for each in found["traps"].values():
        for node in each.get("nodes", ()):
            if "options" in node:
                node["options"] = found["options"][node["options"]] | {"name": node.pop("name", None)}
    traps_: dict[str, dict[str, Any]] = found["traps"]
    return traps_


def write(found: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the record, a line for each trap; options that many layers share are written once."""
    shared: dict[str, int] = {}
    lines = []
    for trap, each in found.items():
        nodes = []
        for node in each.get("nodes", ()):
            changed = dict(node)
            if "options" in node:
                options = _said({key: value for key, value in node["options"].items() if key != "name"})
                changed |= {"options": shared.setdefault(options, len(shared)), "name": node["options"].get("name")}
            nodes.append(changed)
        lines.append(f"{json.dumps(trap)}: {_said({**each, 'nodes': nodes} if nodes else each)}")
    options, body = ",\n".join(shared), ",\n".join(lines)
    RECORD.write_text(f'{{"options": [\n{options}\n],\n"traps": {{\n{body}\n}}}}\n', encoding="utf-8")


def _said(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def verdict(trap: Trap, found: Outcome, real: Mapping[str, Any]) -> tuple[str, str]:
    """Judge what the reader makes of a trap: in two words, and in a sentence."""
    if found.model is not None:
        if not trap.drawn and "fails" not in real and not difference(found.model, real):
            return MISSED, "it is the model of one set of data, and the article does not say which"
        other = difference(found.model, real) or (forgotten(found.model, real) if trap.with_weights else None)
        return (WRONG, other) if other else ("drawn right", "")
    if trap.drawn:
        return "refused needlessly", found.message
    missing = [word for word in trap.words if word not in found.message]
    if missing:
        return "refused in other words", f"without {', '.join(missing)}: {found.message}"
    if trap.where and found.where != trap.where:
        return "refused elsewhere", f"at {found.where}, not {trap.where}: {found.message}"
    return "refused as meant", found.message


def main(arguments: list[str]) -> None:
    """Tell what the reader makes of each trap, and count.

    KERAS_BACKEND=jax PYTHONPATH=.:diagrams .venv-verify/bin/python -m tests.against_keras.traps [--record] [--all]
    [a part of a name], where --record asks Keras anew, about those with that part if there is one, and writes the
    record, and --all names also what is as it should.
    """
    wanted = [each for each in arguments if not each.startswith("--")]
    if "--record" in arguments:
        write(built(wanted))
    real, counts = recorded(), Counter[str]()
    for trap in traps():
        if wanted and not any(each in str(trap) for each in wanted):
            continue
        try:
            verdict_, why = verdict(trap, outcome(trap.code), real[str(trap)])
        except Exception as error:
            verdict_, why = "CRASH", f"{type(error).__name__}: {error}"
        counts[verdict_] += 1
        if "--all" in arguments or verdict_ not in ("drawn right", "refused as meant"):
            print(f"{trap.file}:{trap.line}: {trap.name}: {verdict_}{': ' if why else ''}{why}")
    print(", ".join(f"{kind} {count}" for kind, count in counts.most_common()))


if __name__ == "__main__":
    main(sys.argv[1:])
