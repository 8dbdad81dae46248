"""The figures that the project's articles request, as a build finds them."""

import importlib.util
from typing import Any

import matplotlib.pyplot as plt

from plugins.figures.child.main import Code, translated
from plugins.figures.hooks import references_of
from plugins.figures.requests import Request
from tests.conftest import REPOSITORY
from tools.look.examples import requests_of
from unrolled import Picture

SETTINGS, _REFERENCES = references_of(str(REPOSITORY / "pelicanconf.py"))
REQUESTS, MISSING = requests_of(SETTINGS, _REFERENCES)


def request_of(name: str) -> Request:
    """Return the request for a figure."""
    return next(request for request in REQUESTS if request.name == name)


_pictures: dict[int, tuple[Request, list[Any]]] = {}
"""Cache pictures by the id of their request, which is kept alive so that no other request can have it."""


def drawn(request: Request) -> list[Any]:
    """Run a script as the engine does, and return its pictures; these are values, so each is drawn only once."""
    if id(request) in _pictures:
        return _pictures[id(request)][1]
    made = _drawn(request)
    if all(isinstance(each, Picture) for each in made):
        _pictures[id(request)] = request, made
    return made


def _drawn(request: Request) -> list[Any]:
    spec = importlib.util.spec_from_file_location(f"script_{request.script.stem}", request.script)
    module = importlib.util.module_from_spec(spec)
    plt.switch_backend("agg")
    spec.loader.exec_module(module)
    if not hasattr(module, "draw"):
        return [plt.figure(number) for number in plt.get_fignums()]
    above = {name: tuple(texts) for name, texts in request.above.items()}
    codes = {name: Code(text, above.get(name, ()), request.given, request.model) for name, text in request.code.items()}
    answer = module.draw(**codes, **request.arguments)
    pictures = list(answer) if isinstance(answer, list | tuple) else [answer]
    job = {"arguments": request.arguments, "language": request.language, "has_chosen_language": False}
    return [translated(picture, job).picture for picture in pictures]
