"""The `unrolled` command, which draws pictures without a site. Other distributions can add commands to it."""

from __future__ import annotations

import argparse
import inspect
import os
import runpy
import shlex
import sys
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from . import __version__
from .errors import KitError, PictureError
from .picture import Picture

COMMANDS = "unrolled.commands"
"""The entry point group for additional commands: functions that take the argparse subparsers."""
LANGUAGE = "language"
"""The name of the argument that translates what a script draws, unless its `draw` has a parameter of that name."""
KINDS = {bool: "true or false", int: "a whole number", float: "a number"}
SCRIPTS = Path(__file__).parent / "scripts"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: that of SIGPIPE if nobody reads what it prints any more."""
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python would try again, and complain
        return 128 + 13


def _run(arguments: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser(prog="unrolled", description="Draw pictures of models from their code.")
    others = sorted(entry_points(group=COMMANDS), key=lambda it: it.name)
    versions = {"unrolled": __version__, **{it.dist.name: it.dist.version for it in others if it.dist}}
    parser.add_argument("--version", action="version", version=", ".join(map(" ".join, versions.items())))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_draw(commands)
    for added in others:
        added.load()(commands)
    chosen, rest = parser.parse_known_args(arguments)
    if rest:  # argparse doesn't accept NAME=VALUE after an option
        if unknown := [it for it in rest if it.startswith("-") or not hasattr(chosen, "arguments")]:
            parser.error(f"unrecognized arguments: {' '.join(unknown)}")
        chosen.arguments += rest
    return int(chosen.run(chosen))


def _add_draw(commands: Any) -> None:
    views = ", ".join(_shipped())
    draw = commands.add_parser(
        "draw",
        help="draw a script, or a standard view of some code, to a file",
        description="Draw a script, or a standard view of some code, to a file. A script defines a function draw() "
        f"that returns a picture or a matplotlib Figure. The standard views are {views}.",
        epilog='For example: unrolled draw unroll --code model.py words="the cat sat" -o lstm.pdf',
    )
    draw.add_argument("script", help="a script such as lstm.py, or a standard view such as unroll")
    draw.add_argument("arguments", nargs="*", metavar="NAME=VALUE", help="arguments for draw()")
    draw.add_argument("--code", metavar="FILE", help="the Python file to draw; - means standard input")
    draw.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="the file to write; its extension chooses the format (default: SCRIPT.png)",
    )
    draw.add_argument(
        "--theme", choices=("light", "dark"), default="light", help="light or dark colours (default: light)"
    )
    draw.add_argument("--narrow", action="store_true", help="draw the narrow form, for phones")
    draw.add_argument("--scale", type=float, default=2.0, help="bitmap pixels per CSS pixel (default: 2)")
    draw.set_defaults(run=_drawn)


def _drawn(chosen: argparse.Namespace) -> int:
    try:
        for file in draw(
            chosen.script,
            dict(map(_argument, chosen.arguments)),
            code=_read(chosen.code) if chosen.code else None,
            output=chosen.output,
            theme=chosen.theme,
            narrow=chosen.narrow,
            scale=chosen.scale,
        ):
            print(file)
    except KitError as problem:
        line = f"{chosen.code}:{problem.lineno}: " if chosen.code and problem.lineno else ""
        print(f"unrolled: {line}{problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        raise
    except OSError as problem:
        print(f"unrolled: {problem.filename}: {problem.strerror}", file=sys.stderr)
        return 1
    return 0


def draw(
    script: str,
    arguments: Mapping[str, str],
    *,
    code: str | None = None,
    output: str | None = None,
    theme: typing.Literal["light", "dark"] = "light",
    narrow: bool = False,
    scale: float = 2,
) -> list[Path]:
    """Draw a script, or a standard view given by name, into files, and return their paths.

    Several pictures are numbered.

    Raises KitError if it can't be drawn, and OSError if a file can't be read or written.
    """
    place, function = _function(script)
    language = None if LANGUAGE in inspect.signature(function).parameters else arguments.get(LANGUAGE)
    others = {name: value for name, value in arguments.items() if language is None or name != LANGUAGE}
    result = function(**_given(function, others, code, script))
    pictures = list(result) if isinstance(result, list | tuple) else [result]
    if language:
        pictures = [_translated(picture, language, script) for picture in pictures]
    target = Path(output or f"{place.stem.replace('_', '-')}.png")
    written = []
    for number, picture in enumerate(pictures, start=1):
        file = target if number == 1 else target.with_stem(f"{target.stem}-{number}")
        _save(picture, file, theme, narrow, scale)
        written.append(file)
    return written


def _translated(picture: Any, language: str, script: str) -> Picture:
    if isinstance(picture, Picture):
        return picture.in_language(language)
    raise PictureError(f"{LANGUAGE}={language} has no effect: {script} draws with matplotlib, so its draw() needs it")


def _save(picture: Any, file: Path, theme: typing.Literal["light", "dark"], narrow: bool, scale: float) -> None:
    if isinstance(picture, Picture):
        if narrow and picture.narrow is None:
            raise PictureError("this picture has no narrow form: leave --narrow out")
        shown = picture.narrow if narrow and picture.narrow else picture
        shown.save(file, theme=theme, scale=scale)
    elif hasattr(picture, "savefig"):
        picture.savefig(file)
    else:
        raise PictureError(f"draw() returned {type(picture).__name__}, not a picture or a matplotlib Figure")


def _shipped() -> list[str]:
    return sorted(file.stem for file in SCRIPTS.glob("[!_]*.py"))


def _function(script: str) -> tuple[Path, Callable[..., Any]]:
    """Find a script and its `draw` function. The name of a file takes precedence over that of a standard view."""
    place = Path(script)
    if not place.is_file() and script.replace("-", "_") in _shipped():
        place = SCRIPTS / f"{script.replace('-', '_')}.py"
    if not place.is_file():
        raise PictureError(
            f"{script} is neither a script nor a standard view; the standard views are {', '.join(_shipped())}"
        )
    # So that it can import its neighbours, as it could if it were run directly
    sys.path.insert(0, str(place.resolve().parent))
    found = runpy.run_path(str(place))
    if not callable(found.get("draw")):
        raise PictureError(f"{place} has no function draw(): write one that returns a picture")
    return place, found["draw"]


def _given(
    function: Callable[..., Any], arguments: Mapping[str, str], code: str | None, script: str
) -> dict[str, object]:
    """Return the arguments for a function, converted to the annotated types. Raises PictureError."""
    parameters, hints = inspect.signature(function).parameters, typing.get_type_hints(function)
    missing = [name for name, it in parameters.items() if it.default is it.empty and name not in arguments]
    blocks = [name for name in missing if hints.get(name, str) is str]
    if wanted := [name for name in missing if name not in blocks]:
        raise PictureError(f"{script} needs {wanted[0]}: add {wanted[0]}=…")
    if blocks and code is None:
        raise PictureError(f"{script} draws code: name the file with --code model.py")
    if len(blocks) > 1:
        raise PictureError(f"{script} takes several pieces of code, {' and '.join(blocks)}, but --code gives only one")
    if code is not None and not blocks:
        raise PictureError(f"{script} takes no code: remove --code")
    given: dict[str, object] = dict.fromkeys(blocks, code)
    for name, value in arguments.items():
        if name not in parameters:
            known = ", ".join(dict.fromkeys([*(it for it in parameters if it not in blocks), LANGUAGE]))
            raise PictureError(f"{script} has no argument {name}; it has {known}")
        given[name] = _as_hinted(name, value, hints.get(name, str))
    return given


def _as_hinted(name: str, value: str, hint: Any) -> object:
    """Convert a value to the first type in the annotation that accepts it; items of a list are separated by spaces."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        return [_as_hinted(name, one, arguments[0]) for one in shlex.split(value)]
    if origin is typing.Literal:
        if value in arguments:
            return value
        raise PictureError(f"{name}={value}: it must be {' or '.join(arguments)}")
    if arguments:  # a union, which may include None, but nobody types that
        kinds = [kind for kind in arguments if kind is not types.NoneType]
        for kind in kinds[:-1]:
            with suppress(PictureError):
                return _as_hinted(name, value, kind)
        return _as_hinted(name, value, kinds[-1])
    if hint is bool and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if hint in (int, float):
        with suppress(ValueError):
            return hint(value)
    if hint in (bool, int, float):
        raise PictureError(f"{name}={value}: it must be {KINDS[hint]}")
    return value


def _argument(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise PictureError(f"{text}: write an argument as NAME=VALUE")
    return name, value


def _read(file: str) -> str:
    return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")


if __name__ == "__main__":
    sys.exit(main())
