"""Reading the answers of a picture as a page does."""

import re
from math import isclose

from unrolled.i18n import number_in
from unrolled.recorded.operations import Made, operand_of, plain

ASKED = re.compile(r"\{(-?)(\d+)=?([^}]*)\}")


def nodes_of(answers, form="wide"):
    """Return the nodes of the numbers in each part, None for those that can't be asked."""
    if answers is None:
        return {}
    parts = {**answers["parts"], **answers.get(form, {})}
    return {
        part: nodes if isinstance(nodes, list) else [nodes + at for at in range(len(answers["nodes"]) - nodes)]
        for part, nodes in parts.items()
    }


def said_of(answers, node):
    """Write what a page says of a number: its symbol, its formula, the number, and its calculation."""
    number, *told = answers["nodes"][node]
    written = ASKED.sub(lambda found: said_in(answers, *found.groups()), told[0]) if told else "given"
    for symbol, formula, count in answers["arrays"]:
        if node < count:
            return f"{symbol} = {formula}: {number} = {written}" if formula else f"{symbol}: {number} = {written}"
        node -= count
    raise AssertionError(node)


def said_in(answers, minus, node, exactly):
    """Write a number of a calculation."""
    said = exactly or answers["nodes"][int(node)][0]
    return f"({said})" if minus else said


def check_recorded(plain_arrays, recorded):
    """Check that recording changed no bit, and that each number behind the results can be computed again."""
    for one, other in zip(plain_arrays, recorded, strict=True):
        assert one.tobytes() == plain(other).tobytes()
    waiting, met = list(recorded), set()
    while waiting:
        array = waiting.pop()
        if isinstance(array, Made) and array.number not in met:
            met.add(array.number)
            waiting += array.of
            for place in range(array.size):
                again = operand_of(array, place).recomputed(lambda operand: operand.value)
                assert isclose(again, float(array.value.flat[place]), rel_tol=1e-7, abs_tol=1e-12)


def check_answers(picture):
    """Check that each number is printed as its answer says, and that answers name numbers that were computed before."""
    answers = picture.asks
    for name, form in (("wide", picture), ("narrow", picture.narrow), ("mid", picture.mid)):
        nodes = nodes_of(answers, name)
        for part, printed in form._printed.items() if form is not None else ():
            assert part not in nodes or len(nodes[part]) >= len(printed), part
            for text, node in zip(printed, nodes.get(part, ()), strict=False):
                assert node is None or number_in(answers["nodes"][node][0]) == number_in(text), (part, text)
    for place, (_, *told) in enumerate(answers["nodes"] if answers else ()):
        calculation, added = told or ("", {})
        assert all(int(node) < place for _, node, _ in ASKED.findall(calculation)), calculation
        assert all(node < place and -9 <= share <= 9 for node, share in added.items()), added
