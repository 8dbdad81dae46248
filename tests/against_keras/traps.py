"""Ask the real Keras what each trap builds, write it down, and tell what the reader makes of it: see `main`."""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.against_keras.same import difference, forgotten
from tests.diagrams.cases import ERROR, Case, says
from tests.diagrams.unrolled.reader.traps import Outcome, outcome, traps

RECORD = Path(__file__).parent / "recorded" / "traps.json"
WRONG, MISSED = "WRONG", "drawn, not refused"


def built(wanted: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
    """Let Keras build every trap, or those with a part of a name; what is recorded for the others stays."""
    from tests.against_keras.built import run  # it needs Keras; who reads the record does not

    known = recorded() if wanted else {}
    return {
        name: run(trap.blocks, trap.data, trap.model)
        if name not in known or any(each in name for each in wanted)
        else known[name]
        for name, trap in traps().items()
    }


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


def is_drawn(trap: Case) -> bool:
    """Return whether a trap is to be drawn as the model that Keras builds."""
    return trap.expected[0].startswith("drawn")


def verdict(trap: Case, found: Outcome, real: Mapping[str, Any]) -> tuple[str, str]:
    """Judge what the reader makes of a trap: in two words, and in a sentence."""
    (expected,) = trap.expected
    if found.model is not None:
        if not is_drawn(trap) and "fails" not in real and not difference(found.model, real):
            return MISSED, "it is the model of one set of data, and the article does not say which"
        other = difference(found.model, real) or (
            forgotten(found.model, real) if expected == "drawn with its weights" else None
        )
        return (WRONG, other) if other else ("drawn right", "")
    if is_drawn(trap):
        return "refused needlessly", found.message
    line, block, words, _ = ERROR.fullmatch(expected).groups()
    if not says(found.message, words):
        return "refused in other words", f"without {words!r}: {found.message}"
    if line and found.where != (int(block or len(trap.blocks)), int(line)):
        return "refused elsewhere", f"at {found.where}: {found.message}"
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
    for name, trap in traps().items():
        if wanted and not any(each in name for each in wanted):
            continue
        try:
            verdict_, why = verdict(trap, outcome(trap.code), real[name])
        except Exception as error:
            verdict_, why = "CRASH", f"{type(error).__name__}: {error}"
        counts[verdict_] += 1
        if "--all" in arguments or verdict_ not in ("drawn right", "refused as meant"):
            print(f"{name}: {verdict_}{': ' if why else ''}{why}")
    print(", ".join(f"{kind} {count}" for kind, count in counts.most_common()))


if __name__ == "__main__":
    main(sys.argv[1:])
