"""The plant above the words."""

from itertools import pairwise

from tests.diagrams.pictures import areas
from unrolled.geometry import Point
from unrolled.shapes.plant import AGES, Plant


def test_a_plant_grows():
    """Each age is taller than the one before, and has more leaves."""
    plants = [Plant(name="p", age=age, foot=Point(0, 0)) for age in range(len(AGES))]
    assert all(older.bounds.height > younger.bounds.height for younger, older in pairwise(plants))
    assert all(len(areas(older)) > len(areas(younger)) for younger, older in pairwise(plants))
    assert all(plant.bounds.bottom < 2 for plant in plants)
