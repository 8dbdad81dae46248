"""Monthly CO₂: the data, the shipped networks, and the claims of the guide and the README about them."""

import csv
import json
from itertools import takewhile

import numpy as np
import pytest

import series_horizon
import series_one_step
import series_split
import series_windows
from _series import FOLDER, STEPS, TRAIN, VALID, months, one_step
from tests.diagrams.pictures import check_rules, forms
from tools.series.dataset import monthly
from tools.series.train import NETWORKS, SEEDS, blocks
from unrolled import read_keras, weights_from
from unrolled.shapes.plots import Polyline

README = (FOLDER / "README.md").read_text("utf-8")
RESULTS = json.loads((FOLDER / "results.json").read_text("utf-8"))
ONE, MANY = RESULTS["one step"], RESULTS["twelve steps"]
NAMES, PPM = months()


def code_of(name):
    """Find a block of the guide by its id."""
    return next(block.text for block in blocks() if block.id == name)


def names_of_guide():
    """Run the guide's blocks up to the first that needs Keras: its data, rules and windows."""
    names = {}
    for block in takewhile(lambda block: "keras" not in block.text, blocks()):
        exec(block.text, names)
    return names


def test_every_month_occurs_exactly_once():
    """From the first month to the last, in order, in one unit."""
    dates = [divmod(month, 12) for month in range(1965 * 12, 2002 * 12)]
    assert [f"{year}-{month + 1:02}" for year, month in dates] == NAMES
    assert len(PPM) == 444
    assert (PPM > 315).all()
    assert (PPM < 375).all()
    assert np.abs(np.diff(PPM)).max() < 4


def test_a_month_is_the_mean_of_its_weeks_with_a_value():
    """Weeks before the first month are left out."""
    weeks = [
        {"date": date, "co2": value}
        for date, value in (
            ("19641226", "9"), ("19650102", "1"), ("19650109", ""), ("19650130", "2"), ("19650206", "4.004"),
        )
    ]  # fmt: skip
    assert monthly(weeks) == {"1965-01": 1.5, "1965-02": 4.0}


def test_the_figures_and_the_guide_split_the_series_alike():
    """The same windows, and the same parts."""
    names = names_of_guide()
    assert (names["STEPS"], names["TRAIN"], names["VALID"]) == (STEPS, TRAIN, VALID)
    assert (NAMES[TRAIN], NAMES[VALID]) == ("1990-01", "1995-01")


def test_windows_end_where_their_answers_start_and_answers_stay_in_their_part():
    """For one month ahead, and for twelve."""
    names = names_of_guide()
    for ahead in (1, 12):
        x, y = names["windows"](np.arange(444), VALID, 444, ahead)
        assert x.shape == (85 - ahead, STEPS, 1)
        assert (y[:, 0] == x[:, -1, 0] + 1).all()
        assert (np.diff(y, axis=1) == 1).all()
        assert (y[0, 0], y[-1, -1]) == (VALID, 443)


def test_rules_only_use_past_values():
    """A forecast stays the same whatever happens afterwards."""
    names = names_of_guide()
    rules = [names[rule] for rule in ("persistence", "last_year", "last_year_and_rise")]
    before = [rule(VALID, 12) for rule in rules]
    names["ppm"][VALID:] = 0
    assert all(np.array_equal(one, rule(VALID, 12)) for one, rule in zip(before, rules, strict=True))


def test_the_shipped_networks_fit_the_guide_s_code():
    """And the two that forecast one month have the same code, as the guide says and their figure requires."""
    sizes = {}
    for name in NETWORKS:
        weights = weights_from(read_keras(code_of(name)), FOLDER / f"{name}.npz")
        sizes[name] = sum(np.size(array) for each in weights for array in each.values())
    assert sizes == {"level": 929, "differences": 929, "direct": 1116}
    layers = {
        name: [line.partition("add")[2] for line in code_of(name).splitlines() if "add" in line] for name in NETWORKS
    }
    assert layers["level"] == layers["differences"]


@pytest.mark.parametrize("name", ["level", "differences"])
def test_the_kit_gets_the_error_keras_measured(name):
    """That of the first seed, from the shipped weights."""
    code = code_of(name)
    assert np.abs(one_step(code, name) - PPM[VALID:]).mean() == pytest.approx(ONE[name][0], abs=0.001)


def test_every_seed_has_results_for_every_network():
    """At least five seeds; twelve errors for twelve months."""
    assert RESULTS["seeds"] == list(SEEDS)
    assert len(SEEDS) >= 5
    assert {name: len(errors) for name, errors in ONE.items()} == {"level": len(SEEDS), "differences": len(SEEDS)}
    assert {name: np.shape(runs) for name, runs in MANY.items()} == {
        **dict.fromkeys(("recursive", "direct"), (len(SEEDS), 12)),
        **dict.fromkeys(("linear", "rule"), (1, 12)),
    }


def test_the_winners_are_those_named_in_the_captions():
    """Both networks beat the rule at every horizon; linear regression beats both up to nine months ahead."""
    medians = {name: np.median(runs, axis=0) for name, runs in MANY.items()}
    for name in ("recursive", "direct"):
        assert (medians[name] < medians["rule"]).all()
        assert (medians["linear"] < medians[name])[:9].all()
    assert (medians["direct"] < medians["linear"])[9:].all()
    rule = np.abs(PPM[VALID - 12 : -12] + PPM[VALID - 1 : -1] - PPM[VALID - 13 : -13] - PPM[VALID:]).mean()
    persistence = np.abs(np.diff(PPM[VALID - 1 :])).mean()
    assert max(ONE["differences"]) < rule < persistence < min(ONE["level"])


def test_the_readme_s_table_matches_the_measurements():
    """Every cell."""
    rows = {"height, one month": ONE["level"], "change, one month": ONE["differences"]}
    rows |= {f"{name}, twelve months": np.mean(runs, axis=1) for name, runs in MANY.items()}
    for name, errors in rows.items():
        assert f"| {name} | {np.mean(errors):.2f} | {min(errors):.2f} | {max(errors):.2f} |" in README


def test_charts_contain_what_they_draw():
    """Every month and every horizon; no line leaves its axes, and the narrow layout fits a phone."""
    single = (series_split.draw(), 3), (series_horizon.draw(), 12)
    others = (series_windows.draw(), 4), (series_one_step.draw(code_of("differences")), 444 - VALID)
    for picture, rows in (*single, *others):
        check_rules(picture)
        assert len(picture.description["rows"]) == rows
    for form in (form for picture, _ in single for form in forms(picture)):
        axis = next(shape for shape in form.shapes if shape.name.endswith("-bottom"))
        lines = [it for it in form.shapes if isinstance(it, Polyline) and not it.name.startswith("key-")]
        assert lines
        for point in (point for line in lines for point in line.points):
            assert axis.start.x <= point.x <= axis.to.x
            assert form.box.top < point.y <= axis.start.y


def test_the_file_is_in_the_format_the_script_writes():
    """A header, and two decimals everywhere."""
    with (FOLDER / "co2.csv").open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == ["month", "ppm"]
    assert all(len(value.partition(".")[2]) == 2 for _, value in rows)
