"""References -> requests: one for each figure, with its code and its arguments."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from .attributes import NONE, Attributes
from .formats import IMAGES
from .grounds import Ground
from .markdown import Block, Reading
from .report import ArgumentError, CodeError, FigureError, RenderError
from .routing import LINKS, Route, nothing_at, route
from .settings import Settings
from .signature import Signature
from .varying import MOST_FRAMES, Literal, Vary, chosen, literals, place_among, signatures_in, too_many

NEXT = "next"
"""The value of an image that is drawn from the block below it: {code=next}. No block may have this id."""


LINKED = 4
"""Where there are more values than a reader could choose from links, these are the ends, and between them quarters."""


@dataclass(frozen=True)
class Reference:
    """An article's image that a script draws: its place, its attributes, and the document around it."""

    route: Route
    address: str
    article: Path
    line: int
    reading: Reading = field(default_factory=Reading, compare=False)
    place: int = 0
    """The number of code blocks above it in the document."""
    attributes: Attributes = NONE
    given: str = field(default="", compare=False)
    """The values that the article's header gives to the code of all its figures."""
    published: bool = True
    number: int = field(default=0, compare=False)
    """Its number in the article; 0 if it has none."""
    caption: str = field(default="", compare=False)
    is_in_header: bool = field(default=False, compare=False)
    is_link: bool = field(default=False, compare=False)
    replaced: tuple[Literal, str] | None = field(default=None, compare=False)
    """In a slider's frame: the number in the code that is replaced, and its new value."""
    frame_of: str = field(default="", compare=False)
    """The figure whose slider shows this frame; empty for the author's own references."""
    value: str = field(default="", compare=False)
    """The value of a slider's frame: `units=5`."""

    def __hash__(self) -> int:
        """Hash what distinguishes nearly all references: a build looks up each one a dozen times."""
        return hash((self.route.name, self.address, self.line, self.place))

    @property
    def is_for_itself(self) -> bool:
        """Return whether no article shows it: then the script takes the article's place, with all its figures."""
        return self.article == self.route.script

    @property
    def is_image(self) -> bool:
        """Return whether it is an image in the text, rather than in a header, or a link."""
        return not (self.is_link or self.is_in_header)

    @property
    def drawn(self) -> tuple[object, ...]:
        """Everything that affects what is drawn and shown, except the line in the article."""
        where = self.number, self.caption, self.is_in_header, self.is_link
        return self.route, self.address, self.article, self.place, self.attributes, self.given, self.published, *where

    @property
    def only_names(self) -> bool:
        """Return whether it only names a figure that another image may describe: in a link, a header, or by its id."""
        is_named = self.route.script is None or bool(self.route.id and not self.attributes.id)
        return not self.is_image or (is_named and not self.attributes.are_there)

    def language(self, settings: Settings) -> str:
        """Return the language of the figure."""
        return self.route.language or settings.language

    def numbered(self, index: int, folder: str) -> Reference:
        """Return a reference to another of the script's figures instead of its first."""
        name = f"{self.route.name}-{index}"
        numbered_route = replace(self.route, name=name, index=index)
        return replace(self, route=numbered_route, address=f"/{folder}/{numbered_route.path}")

    def block(self, parameter: str) -> Block:
        """Return the Python block for a parameter of `draw`; raise CodeError if there is none."""
        named = self.attributes.code
        if parameter != "code":
            block = self.reading.named(parameter) or self.reading.named(parameter.replace("_", "-"))
            missing = (
                f"no Python block has the id {parameter!r}: write ```python {{#{parameter}}} above its code, or give "
                f'the argument after the image: {{{parameter}="…"}}'
            )
        elif named == NEXT:
            block = self.reading.block_below(self.place)
            missing = "there is no Python block below this image: add one, fenced as ```python"
        elif named:
            block = self.reading.named(named)
            missing = self._no_block(named)
        else:
            block = self.reading.block_above(self.place)
            missing = self._nothing_above()
        if block is None:
            raise CodeError(
                f"this figure needs code from the article, because its script defines draw({parameter}, …)", missing
            )
        if not block.is_drawn_from:
            message = f"the block {named or parameter} has the class skip, so no figure is drawn from it"
            raise CodeError(message, "remove .skip from its fence, or name another block")
        return block

    def _no_block(self, named: str) -> str:
        ids = [block.id for block in self.reading.blocks if block.id]
        near = get_close_matches(named, ids, n=1)
        hint = f"; the ids are {', '.join(ids)}" if ids else f": write ```python {{#{named}}} above its code"
        return f"no Python block has the id {named!r}{f': did you mean {near[0]}?' if near else hint}"

    def _nothing_above(self) -> str:
        if self.is_in_header:
            return "this article doesn't show that figure; show it below its code, or name one that the article shows"
        below = "; {code=next} draws the block below" if self.reading.block_below(self.place) else ""
        block = self.reading.other_above(self.place)
        if block is None:
            return f"there is no Python block above this image{below or ': add one, fenced as ```python'}"
        named = f"the block in line {block.begun}" if block.line else "the block there"
        language = f"is {block.language!r}" if block.language else "names no language"
        why = "has the class skip" if block.is_python else f"{language}, not python"
        return f"there is no Python block above this image: {named} {why}{below}"


def for_itself(figure_route: Route, address: str) -> Reference:
    """Return a reference to a figure that no article shows."""
    assert figure_route.script
    return Reference(figure_route, address, figure_route.script, 1, published=False)


@dataclass(frozen=True)
class Saving:
    """How a figure is saved: its formats, pixels per CSS pixel, replaced colours, and background.

    `outlined` converts an SVG's letters to shapes, for programs without the fonts. `themed` also keeps an SVG for
    embedding in the page.
    """

    formats: tuple[str, ...] = ("png", "svg")
    scale: float = 2
    colours: Mapping[str, str] = field(default_factory=dict)
    transparent: bool = False
    outlined: bool = False
    themed: bool = False


@dataclass(frozen=True)
class Snapshots:
    """All values of a slider's argument, as text and as `draw` gets them; the figure itself has that at `own`."""

    vary: str
    name: str
    values: tuple[str, ...]
    arguments: tuple[Any, ...]
    own: int


@dataclass(frozen=True)
class Request:
    """A requested figure: its name and script, what `draw` is given, and how to save it.

    `blocks` are the code blocks by parameter, `before` the blocks above each of them in its article; `given` and
    `model` belong to all of them. `arguments` are the others, from the image's attributes. `language` is that of the
    article, or the one that the author has chosen for the figure.
    """

    script: Path
    blocks: Mapping[str, Block] = field(default_factory=dict)
    article: Path | None = None
    saving: Saving = Saving()
    name: str = ""
    before: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    given: str = ""
    model: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    """Empty if nothing is to be translated, as on the card of an article."""
    has_chosen_language: bool = False
    """Whether the author has chosen the language, so that it is an error if the figure can't be in it."""
    grounds: Mapping[str, Ground] | None = None
    """The backgrounds of the article's words, once the words of all its figures are known."""
    snapshots: Mapping[str, Snapshots] = field(default_factory=dict)
    """What the same run also draws, by the `vary` of each image that asks for it."""

    @property
    def code(self) -> dict[str, str]:
        """The text of each block, by parameter."""
        return {parameter: block.text for parameter, block in self.blocks.items()}

    @property
    def above(self) -> dict[str, list[str]]:
        """The texts of the blocks above each block, by parameter."""
        return {parameter: [block.text for block in blocks] for parameter, blocks in self.before.items()}

    @cached_property
    def above_digest(self) -> str:
        """The digest of the blocks above its code, for the render's inputs."""
        return hashlib.sha256(json.dumps(["before", self.above], sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Slider:
    """The slider of an image with `{vary=…}`: its values, and for each the reference that is drawn for it.

    The figure's own value, at `own`, has none. `literal` is the number in the code that varies, unless it is an
    argument of `draw`. If there are many values, these are a few of them, and `snapshots` has all.
    """

    name: str
    values: tuple[str, ...]
    frames: tuple[Reference | None, ...]
    literal: Literal | None = None
    snapshots: Snapshots | None = None

    @property
    def own(self) -> int:
        """The index of the value that the page starts with."""
        return self.frames.index(None)


@dataclass(frozen=True)
class Asked:
    """The result for some references: a request for each figure, by name, and the references that each one serves.

    `refused` are the references that can't be served. `settled` maps each reference to the one that counts: a link, or
    a name in a header, refers to the figure of the image that shows it. `sliders` are those of images, or why one has
    none; their frames are references too.
    """

    requests: Mapping[str, Request]
    serving: Mapping[str, Sequence[Reference]]
    refused: Mapping[Reference, FigureError]
    settled: Mapping[Reference, Reference]
    sliders: Mapping[Reference, Slider | FigureError]


def requests_of(
    references: Sequence[Reference], signature_of: Callable[[Path], Signature], settings: Settings
) -> Asked:
    """Make one request for each figure from all its references, and one for each frame of a slider."""
    sliders = dict(_sliders_of(references, signature_of, settings))
    frames = [frame for slider in sliders.values() if isinstance(slider, Slider) for frame in slider.frames if frame]
    settled = _settled(list(dict.fromkeys((*references, *frames))))
    serving: dict[str, list[Reference]] = {}
    requests: dict[str, Request] = {}
    refused: dict[Reference, FigureError] = {}
    first: dict[str, Reference] = {}
    indexes: dict[tuple[str, str], int] = {}

    def ask(name: str, reference: Reference) -> None:
        request = _request(reference, name, signature_of, settings)
        earlier = requests.setdefault(name, request)
        leader = first.setdefault(name, reference)
        differences = list(_differences(earlier, request)) if earlier is not request else []
        if (
            not differences
            and indexes.setdefault((name, reference.route.name), reference.route.index) != reference.route.index
        ):
            differences = ["another figure of the script"]
        if differences:
            raise _other_figure(leader, earlier, reference, request, differences, serving, settings)
        more = {*earlier.saving.formats, reference.route.ending}.difference(Saving().formats)
        saving = replace(earlier.saving, formats=(*Saving().formats, *sorted(more)))
        is_chosen = earlier.has_chosen_language or request.has_chosen_language
        requests[name] = replace(earlier, saving=saving, has_chosen_language=is_chosen)

    def serve(asking: Sequence[Reference]) -> None:
        by_name: dict[str, list[Reference]] = {}
        for reference in asking:
            by_name.setdefault(settled[reference].route.figure, []).append(reference)
        for name, theirs in by_name.items():
            serving[name] = [*serving.get(name, ()), *theirs]
        for name, theirs in by_name.items():
            for reference in sorted(
                theirs, key=lambda reference: (not reference.published, str(reference.article), reference.line)
            ):
                try:
                    ask(name, settled[reference])
                except FigureError as problem:
                    refused[reference] = problem

    serve(references)
    # An error in a figure is also in its frames, and is reported once.
    sliders = {reference: slider for reference, slider in sliders.items() if reference not in refused}
    served_frames = [
        frame for slider in sliders.values() if isinstance(slider, Slider) for frame in slider.frames if frame
    ]
    serve([frame for frame in dict.fromkeys(served_frames) if frame not in references])
    for reference, slider in sliders.items():
        if isinstance(slider, Slider) and slider.snapshots:
            name = settled[reference].route.figure
            snapshots = {**requests[name].snapshots, slider.snapshots.vary: slider.snapshots}
            requests[name] = replace(requests[name], snapshots=snapshots)
    return Asked(requests, serving, refused, settled, sliders)


def _sliders_of(
    references: Sequence[Reference], signature_of: Callable[[Path], Signature], settings: Settings
) -> Iterator[tuple[Reference, Slider | FigureError]]:
    """Make the sliders of images, or explain why they have none; skip images that can't be served themselves."""
    for reference in dict.fromkeys(references):
        script = reference.route.script
        if reference.attributes.vary and script and reference.is_image:
            try:
                request = _request(reference, "", signature_of, settings)
            except FigureError:
                continue  # reported for the image
            try:
                yield reference, _slider(reference, request, signature_of(script), settings)
            except FigureError as problem:
                yield reference, problem


def _slider(reference: Reference, request: Request, signature: Signature, settings: Settings) -> Slider:
    vary = Vary.of(reference.attributes.vary)
    if not reference.number:
        raise ArgumentError(
            f'vary="{reference.attributes.vary}" works only for numbered figures',
            "put the image in a paragraph of its own, without {.decorative}",
        )
    script = settings.shown(request.script)
    parameter = None if vary.number else signature.parameter(vary.name)
    literal = None
    initial: object
    values: list[object]
    if parameter and parameter.name not in request.blocks:
        arguments = dict(reference.attributes.arguments)
        argument = {name.lower(): name for name in arguments}.get(vary.name.lower(), vary.name)
        values = [signature.arguments({**arguments, argument: text}, script)[vary.name] for text in vary.values]
        if vary.name not in request.arguments and not (parameter.has_known_default and parameter.default is not None):
            raise ArgumentError(
                f"draw() in {script} doesn't say which {vary.name} the page starts with",
                f'give {vary.name} a default there, or a value here: {{{vary.name}={vary.values[0]} vary="…"}}',
            )
        initial = request.arguments.get(vary.name, parameter.default)
        where = "here" if vary.name in request.arguments else f"draw() in {script}"
    else:
        takes = [parameter.name for parameter in signature.parameters if parameter.name not in request.blocks]
        literal = chosen(vary, _numbers(request, settings), takes, script)
        initial, where, values = literal.value, literal.place, [ast.literal_eval(value) for value in vary.values]
        if len(values) > MOST_FRAMES:
            raise too_many(reference.attributes.vary, len(values), MOST_FRAMES)
    begins = place_among(initial, values, vary, where)
    places: Sequence[int] = range(len(values))
    snapshots = None
    if len(values) > MOST_FRAMES:
        snapshots = Snapshots(reference.attributes.vary, vary.name, vary.values, tuple(values), begins)
        places = sorted({begins, *(round(share * places[-1] / LINKED) for share in range(LINKED + 1))})
    frames = (
        None if place == begins else _frame(reference, vary, vary.values[place], literal, settings) for place in places
    )
    return Slider(vary.name, tuple(vary.values[place] for place in places), tuple(frames), literal, snapshots)


def _numbers(request: Request, settings: Settings) -> list[list[Literal]]:
    """Find the numbers in the code of a request: in its own blocks, then in those above."""
    own_blocks = {id(block): block for block in request.blocks.values()}
    above = {id(block): block for blocks in request.before.values() for block in blocks}
    blocks_above = [block for key, block in above.items() if key not in own_blocks]
    signatures = signatures_in(settings.signatures) if settings.signatures else {}
    places = literals([*own_blocks.values(), *blocks_above], signatures)
    return [
        [literal for code_literals in places[: len(own_blocks)] for literal in code_literals],
        [literal for code_literals in places[len(own_blocks) :] for literal in code_literals],
    ]


def _frame(reference: Reference, vary: Vary, text: str, literal: Literal | None, settings: Settings) -> Reference:
    """Return a reference to the same figure with another value: its URL has an id such as `units-2`."""
    attributes = reference.attributes
    number = text.replace("-", "minus-", 1) if text.startswith("-") else text
    words = re.findall(r"[^\W_]+", f"{attributes.id} {vary.written} {number}")
    id_ = "-".join(words)
    path = f"{settings.folder}/{reference.route.stem}.{reference.route.ending}"
    frame_route = route(path, settings, IMAGES, id_, attributes.script, reference.route.language)
    assert frame_route
    arguments = dict(attributes.arguments)
    if literal is None:
        arguments = {name: value for name, value in arguments.items() if name.lower() != vary.name.lower()} | {
            vary.name: text
        }
    return replace(
        reference,
        route=frame_route,
        address=f"/{frame_route.path}",
        attributes=replace(attributes, id=id_, vary="", arguments=tuple(arguments.items())),
        number=0,
        replaced=(literal, text) if literal else None,
        frame_of=reference.route.figure,
        value=f"{vary.name}={text}",
    )


def _settled(references: Sequence[Reference]) -> dict[Reference, Reference]:
    """Map references that only name a figure to the image that describes it."""
    leaders: dict[object, Reference] = {}
    # The site's own language comes first.
    for reference in sorted(references, key=lambda reference: bool(reference.route.language)):
        if not reference.only_names and reference.route.script:
            for key in (
                reference.route.name,
                reference.route.figure,
                reference.route.script,
                *_in_any_language(reference.route),
            ):
                leaders.setdefault((reference.article, key), reference)
                leaders.setdefault(key, reference)
    return {reference: _led(reference, leaders) if reference.only_names else reference for reference in references}


def _in_any_language(route: Route) -> list[tuple[str, str]]:
    """Return the keys of a figure in whatever language."""
    of_site = route.in_language("")
    return [("any language", name) for name in (of_site.name, of_site.figure)]


def told_once(problems: Mapping[Reference, object]) -> Iterator[Reference]:
    """Yield the references whose problems are reported: one in a header or a link isn't, if another has reported it."""
    reported: set[tuple[Path, str]] = set()
    for reference in sorted(problems, key=lambda reference: not reference.is_image):
        problem = reference.article, str(problems[reference])
        if reference.is_image or problem not in reported:
            yield reference
        reported.add(problem)


def _led(reference: Reference, leaders: Mapping[object, Reference]) -> Reference:
    """Map a link or a header to the figure that is shown; a header also to another figure of the same script.

    An image is drawn from the code above itself, unless its URL has the id of a figure in the same article. A figure
    that only has an image in another language is drawn in the language of the article that names it.
    """
    route, article = reference.route, reference.article
    here: list[object] = [(article, key) for key in (route.name, route.figure, *_in_any_language(route))]
    if reference.is_in_header:
        here.append((article, route.script))
    everywhere = [route.name, route.figure, *_in_any_language(route)]
    leader = next((leaders[key] for key in (*here, *everywhere) if key in leaders), None)
    if leader is None:
        return reference
    if leader.route.name == route.name:  # its URL may end in a language as well as in an id
        route = replace(route, id=leader.route.id, language=leader.route.language)
    if route.script is None:
        index = leader.route.index if leader.route.name == route.name else route.index
        route = replace(route, script=leader.route.script, index=index)
    written = reference.attributes
    if reference.is_image and not (route.id and leader.article == article):
        own_attributes = replace(written, id=route.id, arguments=written.arguments or leader.attributes.arguments)
        return replace(reference, route=route, attributes=own_attributes)
    attributes = replace(written if written.are_there else leader.attributes, id=route.id, language=written.language)
    return replace(leader, route=route, address=reference.address, attributes=attributes)


def _request(reference: Reference, name: str, signature_of: Callable[[Path], Signature], settings: Settings) -> Request:
    """Make the request of one reference for a figure; raise FigureError if it can't be served."""
    script, attributes = reference.route.script, reference.attributes
    if attributes.problem:
        raise ArgumentError(*attributes.problem)
    if script is None:
        raise nothing_at(reference.route, settings, _in_standard_view(reference, settings))
    if reference.route.id and not attributes.id:
        image = f"![](/{settings.folder}/{reference.route.stem}.png){{#{reference.route.id}}}"
        raise CodeError(f"no image has the id {reference.route.id}", f"give it to the image you mean: {image}")
    signature = signature_of(script)
    path = settings.shown(script)
    language = reference.language(settings)
    arguments = signature.arguments(dict(attributes.arguments), path)
    arguments |= signature.in_language(language, bool(attributes.language), path)
    wanted = signature.blocks(arguments)
    if (
        attributes.code and "code" not in wanted and signature.parameter("code")
    ):  # with a default, it is only given on request
        wanted.append("code")
    blocks = {parameter: reference.block(parameter) for parameter in wanted}
    if not blocks and not reference.is_for_itself:
        for attribute in ("given", "input", "model"):
            if value := getattr(attributes, attribute):
                is_optional = signature.parameter("code") is not None
                reason = "gets no code here" if is_optional else "takes no code"
                remedy = "name a block, {code=…}" if is_optional else "define draw(code) in the script"
                raise ArgumentError(
                    f"draw() in {path} {reason}, so {attribute}={value} has no effect",
                    f"remove {attribute}=, or {remedy}",
                )
    before = {parameter: reference.reading.blocks_before(block) for parameter, block in blocks.items()}
    if reference.replaced:
        literal, text = reference.replaced

        def changed(block: Block) -> Block:
            return replace(block, text=literal.replaced(block, text))

        blocks = {parameter: changed(block) for parameter, block in blocks.items()}
        before = {parameter: tuple(map(changed, above)) for parameter, above in before.items()}
    values = reference.given, attributes.given, attributes.input and f"input={attributes.input}"
    given = ", ".join(filter(None, values)) if blocks else ""
    more = before, given, attributes.model, arguments, language, bool(attributes.language)
    return Request(script, blocks, reference.article, Saving(themed=True), name, *more)


def _in_standard_view(reference: Reference, settings: Settings) -> str:
    """Return the image that draws the code above it in the kit's standard view; empty if that builds no model."""
    if not (reference.is_image and settings.shipped and settings.signatures):
        return ""
    try:
        block = reference.block("code")
        calls = [node.func for node in ast.walk(ast.parse(block.text)) if isinstance(node, ast.Call)]
    except (CodeError, SyntaxError, ValueError, RecursionError):
        return ""
    layers = signatures_in(settings.signatures)
    called = [layers[name] for call in calls if (name := getattr(call, "attr", getattr(call, "id", ""))) in layers]
    if not called:
        return ""
    view = "unroll" if any("return_sequences" in parameters for parameters in called) else "shapes"
    attributes = replace(reference.attributes, script=view)
    if view == "unroll" and not attributes.arguments:
        attributes = replace(attributes, arguments=(("words", "…"),))
    line = dict(reference.reading.prose).get(reference.line, "")
    written = re.search(rf"!\[[^\]]*\]\({re.escape(reference.address)}[^)]*\)", line)
    return f"{written[0] if written else f'![]({reference.address})'}{attributes.written}"


def _other_figure(
    first: Reference,
    earlier: Request,
    reference: Reference,
    request: Request,
    differences: Sequence[str],
    names: Collection[str],
    settings: Settings,
) -> CodeError:
    """Return an error: two figures have the same URL. Suggest an id for one of them.

    That of the block, the values of the arguments, the article's name, or a number.
    """
    differing = [value for name, value in request.arguments.items() if earlier.arguments.get(name) != value]
    words = [
        request.model,
        *(block.id or "" for block in request.blocks.values()),
        *(" ".join(map(str, value)) if isinstance(value, list | tuple) else str(value) for value in differing),
        reference.article.stem if reference.article != earlier.article else "",
        *("second", "third", "fourth", "fifth"),
    ]
    route = reference.route
    offered = ("-".join(re.findall(r"[^\W_]+", word.lower())[:4]) for word in words)
    free = next((word for word in offered if word and f"{route.stem}.{word}" not in names), "another")
    image = f"![](/{settings.folder}/{route.stem}.{route.ending}){{#{free}}}"
    same, id_ = (f"the figure {route.name}", "another id") if route.id else ("the same figure", "an id")
    return CodeError(
        f"{settings.shown(first.article)}:{first.line} asks for {same}, but with {' and '.join(differences)}",
        f"make the two alike, or give this figure {id_}: {image}",
    )


def _differences(earlier: Request, request: Request) -> Iterator[str]:
    """Yield the differences between two requests for one figure, ignoring comments and spacing."""
    if earlier.script != request.script:
        yield f"another script ({earlier.script.name})"
        return
    if earlier.blocks.keys() == request.blocks.keys():
        for name, block in request.blocks.items():
            earlier_block = earlier.blocks[name]
            if _meaning(earlier_block.text) != _meaning(block.text):
                yield f"other code above it ({_lines_of(earlier_block, block)})"
            elif _meanings(earlier.before[name]) != _meanings(request.before[name]):
                yield f"other blocks above its code ({_lines_of(earlier_block, block)})"
    if earlier.language != request.language:
        yield f"language={earlier.language}"
    if earlier.model != request.model:
        yield f"model={earlier.model}" if earlier.model else "no model="
    if _meaning(f"_({earlier.given})") != _meaning(f"_({request.given})"):
        yield f"other given values ({earlier.given})" if earlier.given else "no given values"
    for name in dict.fromkeys((*earlier.arguments, *request.arguments)):
        ours, here = (_written(side.arguments[name]) if name in side.arguments else "" for side in (earlier, request))
        if ours != here:
            yield f"{name}={ours}" if ours else f"no {name}="


def _written(value: object) -> str:
    """Write an argument the way an author does between braces."""
    if isinstance(value, list | tuple):
        separator = ", " if any(" " in str(entry) for entry in value) else " "
        value = separator.join(map(str, value))
    text = str(value) if value is not None else "none"
    if isinstance(value, bool):
        text = "yes" if value else "no"
    return f'"{text}"' if " " in text or not text else text


def _lines_of(its: Block, here: Block) -> str:
    places = [f"{whose} line {block.line}" for whose, block in (("its", its), ("here", here)) if block.line]
    return ", ".join(places) or "none of it is in their own files"


def _meanings(blocks: Sequence[Block]) -> list[str]:
    meanings = (_meaning(block.text) for block in blocks)
    return [meaning for meaning in meanings if meaning != _meaning("")]


@lru_cache(1024)
def _meaning(code: str) -> str:
    """Return the meaning of a block, without comments and spacing."""
    try:
        return ast.dump(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError):
        return "\n".join(line.rstrip() for line in code.splitlines() if line.strip())


def line_of(problem: FigureError, request: Request) -> int | None:
    """Return the article's line with the error, if the kit has named the block and a line in it."""
    if isinstance(problem, RenderError) and problem.block_line is not None:
        all_blocks = [*(block for blocks in request.before.values() for block in blocks), *request.blocks.values()]
        for block in reversed(all_blocks):
            if block.text == problem.block and block.line:
                return block.line + problem.block_line - 1
    return None


_PREFIX = re.compile(r"(?:\{static\})?/?(?:diagrams/)?")


def figure_name(typed: str, folder: str) -> str:
    """Accept the name of a figure in any form: its script's, with an extension, or the URL from an article."""
    name = _PREFIX.sub("", typed.strip(), count=1).removeprefix(f"{folder}/")
    stem, _, ending = name.rpartition(".")
    return (stem if stem and ending in (*LINKS, "py") else name).replace("_", "-")


def hand_made(name: str, settings: Settings) -> Path | None:
    """Return the hand-made picture with some name, whatever its extension."""
    place = settings.content / settings.folder / name
    return next((path for path in sorted(place.parent.glob("*.*")) if path.stem == place.name), None)


def unasked(names: Collection[str], references: Sequence[Reference], settings: Settings) -> Iterator[Reference]:
    """Yield references to named figures that no article shows; raise FigureError for a name without a figure."""
    for name in set(names) - {reference.route.name for reference in references}:
        address = f"/{settings.folder}/{name}.png"
        if picture := hand_made(name, settings):
            raise FigureError(f"{settings.shown(picture)} is a hand-made picture, so there is nothing to draw")
        target = route(address.lstrip("/"), settings)
        assert target
        asking = next((reference for reference in references if reference.route.figure == target.figure), None)
        if asking:  # for another of the script's figures: with the code that was given for that
            yield replace(asking, route=target, address=address)
            continue
        if target.script is None or target.id:
            raise nothing_at(target, settings)
        signature = Signature.of(target.script.read_bytes())
        if signature.required:
            fences = [
                "```python" if parameter == "code" else f"```python {{#{parameter}}}"
                for parameter in signature.of_blocks
            ]
            below = f", below a block fenced as {' and '.join(fences)}" if fences else ""
            source = "arguments from an article" if signature.braces else "an article's code"
            raise CodeError(
                f"no article shows {name}, but its draw({', '.join(signature.required)}) needs {source}",
                f"put ![]({address}){signature.braces} into one{below}",
            )
        yield for_itself(target, address)
