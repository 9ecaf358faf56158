"""What each name in a module stands for, and every place where it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.service import Role
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.children import called, folder_of
from lsp_server.dialects.terraform.file_names import is_test
from lsp_server.dialects.terraform.module import is_configuration, is_json, is_variables_file, trees_of
from lsp_server.dialects.terraform.parse import parse
from lsp_server.dialects.terraform.service.mentions import of_configuration, of_test, of_variables
from lsp_server.dialects.terraform.service.naming import How, Mention, Name, Space

__all__ = ["How", "Mention", "Name", "Place", "Space", "mentions_of_piece", "place_at", "places", "places_of", "same"]

_SEEN_BY_CALLERS = frozenset({Space.VARIABLE, Space.OUTPUT, Space.PROVIDER})
Reader = Callable[[t.Piece], tuple[Mention, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """A mention where it stands: in a document, in one of its pieces. `near` tells that it is another module's."""

    document: Document
    placed: t.Placed
    mention: Mention
    near: bool = False

    @property
    def start(self) -> int:
        """Where the piece begins."""
        return self.placed.start

    @property
    def uri(self) -> str:
        """The document's uri."""
        return self.document.uri

    @property
    def name(self) -> Name:
        """What the name stands for, as its own module calls it."""
        return self.mention.name

    @property
    def span(self) -> Span:
        """The name alone, as a span of the document."""
        return self.mention.span.shifted(self.start)

    @property
    def whole(self) -> Span:
        """From the first word of the reference to the name, as a span of the document."""
        return self.mention.whole.shifted(self.start)

    @property
    def role(self) -> Role:
        """Whether the name is declared or used here."""
        return self.mention.role

    @property
    def declares(self) -> bool:
        """Whether the name is declared here."""
        return self.mention.how is How.DECLARED


def reader_of(document: Document) -> Reader | None:
    """What reads the mentions of the document's pieces; None for one that mentions nothing."""
    if is_variables_file(document):
        return of_variables
    if is_test(document.name):
        return of_test
    return of_configuration if is_configuration(document) or is_json(document) else None


def tree_of(document: Document) -> t.Tree:
    """The tree of a document; in one of JSON what a provider calls a block is an argument."""
    return trees_of(document) if is_json(document) else parse(document.text)


def mentions_of_piece(document: Document, piece: t.Piece) -> tuple[Mention, ...]:
    """The mentions of a piece of a document; spans count from the piece's start."""
    reader = reader_of(document)
    return tuple(one for one in reader(piece) if _is_meant(document, piece, one)) if reader is not None else ()


def _is_meant(document: Document, piece: t.Piece, mention: Mention) -> bool:
    """Whether a mention is one of the name that it seems to be: `run.a.out` is none where a judges another module."""
    if mention.name.space is not Space.OUTPUT or reader_of(document) is not of_test:
        return True
    root, _, rest = piece.text[mention.whole.start : mention.whole.end].partition(".")
    return root.strip() != "run" or rest.partition(".")[0].strip() not in _of_others(tree_of(document))


@with_argument
def _of_others(tree: t.Tree) -> frozenset[str]:
    """The runs of a test file that judge another module than the one that it belongs to."""
    blocks = (block for placed in tree.placed for block in placed.piece.body.blocks)
    return frozenset(run.labels[0].text for run in blocks if run.labels and run.body.blocks_of("module"))


def place_at(document: Document, offset: int) -> Place | None:
    """The name that the cursor at `offset` touches, or whose reference it does, as at `aws_vpc` of `aws_vpc.main`."""
    placed = tree_of(document).placed_at(offset)
    if placed is None:
        return None
    at = offset - placed.start
    found = mentions_of_piece(document, placed.piece)
    own = [mention for mention in found if mention.span.touches(at)]
    own = own or [mention for mention in found if mention.whole.touches(at)]
    shortest = min(own, key=lambda mention: mention.whole.end - mention.whole.start, default=None)
    return Place(document, placed, shortest) if shortest is not None else None


def places(unit: Unit, name: Name | None = None) -> Iterator[Place]:
    """Every place of the unit's own documents where a name, or the given one, is written; in the order of the texts."""
    for document in unit:
        yield from _in_document(document, name, near=False)


def places_of(unit: Unit, place: Place) -> list[Place]:
    """Every place where the same name is written: in the unit, in the child module whose name it is, in callers."""
    if place.near:
        return []
    if place.name.of:
        return _of_child(unit, place.name)
    found = [other for other in places(unit, place.name) if same(place, other)]
    if is_outward(place):
        found += _in_callers(unit, place.name)
    return found or [place]  # the document is not one of the unit's


def is_outward(place: Place | None) -> bool:
    """Whether modules that call this one know the name: its variables, outputs and provider configurations."""
    return place is not None and not place.name.of and place.name.space in _SEEN_BY_CALLERS


def same(one: Place, other: Place) -> bool:
    """Whether two mentions of equal names mean the same thing: what a binder brings means nothing elsewhere."""
    if one.name != other.name:
        return False
    if one.name.scope is not None:
        return one.uri == other.uri and one.start == other.start
    return _home(one) == _home(other)


def _home(place: Place) -> str:
    """The file that alone knows a name, as a test its runs and the providers that it sets up; empty for others."""
    space = place.name.space
    own = space is Space.PROVIDER and place.mention.how is not How.ASSIGNED and is_test(place.document.name)
    return place.uri if own or space is Space.RUN else ""


def _of_child(unit: Unit, name: Name) -> list[Place]:
    """The places of a name of a child module, in it and in all calls of it."""
    folders = called(unit)
    files = folders.get(name.of[0]) if len(name.of) == 1 else None
    calls = [call for call, its in folders.items() if its == files] if files else [name.of[0]]
    found: list[Place] = []
    for call in calls:
        found += places(unit, Name(name.space, name.path, (call, *name.of[1:])))
    for document in files or ():
        found += _in_document(document, Name(name.space, name.path), near=True)
    return found


def _in_callers(unit: Unit, name: Name) -> Iterator[Place]:
    """The places of a name in modules that call this one."""
    for caller in callers(unit):
        for call in called(caller):
            for document in caller:
                yield from _in_document(document, Name(name.space, name.path, (call,)), near=True)


@lru_cache(maxsize=16)
def callers(unit: Unit) -> tuple[Unit, ...]:
    """The modules among `unit.callers`, each with nothing nearby but this one."""
    folders: dict[str | None, list[Document]] = {}
    for document in unit.callers:
        folders.setdefault(folder_of(document.uri), []).append(document)
    return tuple(Unit(tuple(documents), unit.documents) for documents in folders.values())


def _in_document(document: Document, name: Name | None, *, near: bool) -> Iterator[Place]:
    reader = reader_of(document)
    if reader is None:
        return
    look_up = _INDEXES[reader]
    for placed in tree_of(document).placed:
        found = reader(placed.piece) if name is None else look_up(placed.piece).get(name, ())
        for mention in found:
            if _is_meant(document, placed.piece, mention):
                yield Place(document, placed, mention, near)


def _index(reader: Reader) -> Callable[[t.Piece], Mapping[Name, tuple[Mention, ...]]]:
    @with_argument
    def index(piece: t.Piece) -> Mapping[Name, tuple[Mention, ...]]:
        found: dict[Name, tuple[Mention, ...]] = {}
        for mention in sorted(reader(piece), key=lambda one: one.span):
            found[mention.name] = (*found.get(mention.name, ()), mention)
        return found

    return index


_INDEXES = {reader: _index(reader) for reader in (of_configuration, of_variables, of_test)}
