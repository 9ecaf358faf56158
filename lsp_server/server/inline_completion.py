"""Ghost text: the verified block below a comment that says what should stand there."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types

from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import Edit, apply_edits, edit_unit, unit_edits
from lsp_server.dialects.base import Dialect, Intent
from lsp_server.server.analyses import OutdatedError
from lsp_server.server.session import LintelServer

if TYPE_CHECKING:
    from lsp_server.engine import Engine

_PAUSE = 0.4  # seconds without a key press before a model that costs money is asked
_KEPT = 32  # answers
_LAST_BREAK = re.compile(r"(?:\r\n|\r|\n)\Z")
ADD_THE_REST = "lintel.addWhatTheBlockRefersTo"

K = TypeVar("K")
V = TypeVar("V")
Texts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Written:
    """A unit with the block in it, and the edits that put it there; none where nothing could be verified."""

    unit: Unit
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Rest:
    """What is to be done once the ghost text in `uri` was accepted: from the texts as they are then to `after`."""

    uri: str
    accepted: Unit
    after: Unit


@dataclass(frozen=True)
class Shown:
    """Ghost text that was offered between `head` and `tail` of a document, beside the texts `others` of its unit."""

    head: str
    text: str
    tail: str
    others: Texts
    command: types.Command | None

    def remaining(self, document: Document, offset: int) -> str:
        """What of it is still to come where the first words of it stand before `offset`; empty where they do not."""
        now = document.text
        come = now[len(self.head) : offset]
        if not come or not now.startswith(self.head) or now[offset:] != self.tail:
            return ""
        return self.text[len(come) :] if self.text.startswith(come) else ""


class InlineCompletions:
    """Answers `textDocument/inlineCompletion`. Typing cancels the request, and with it the run."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._known: OrderedDict[tuple[object, ...], Written] = OrderedDict()
        self._rests: OrderedDict[str, Rest] = OrderedDict()
        self._shown: OrderedDict[str, Shown] = OrderedDict()
        server.configuration.subscribe(self._reconfigured)

    def _reconfigured(self, _: bool) -> None:
        self._known.clear()
        self._shown.clear()

    async def complete(self, params: types.InlineCompletionParams) -> types.InlineCompletionList | None:
        """The block that the comment at the cursor, or on the line above it, asks for; or what is left of it."""
        found = await self._server.ours(params.text_document.uri)
        if found is None or not self._server.configuration.settings.ghost_text.enabled:
            return None
        document, dialect = found
        offset = self._server.encoding.offset(document, params.position)
        if rest_of_it := self._remaining(document, dialect, offset):
            return rest_of_it
        intent = _intent(document, dialect, offset)
        if intent is None:
            return None
        automatic = params.context.trigger_kind is types.InlineCompletionTriggerKind.Automatic
        try:
            written = await self._written(document, dialect, intent, automatic)
        except OutdatedError:
            return None
        text, rest = divided(document, written.edits, offset, intent.insert_at)
        if not text or (rest and not self._server.client.applies_edits):
            return None  # the light bulb on the comment still offers it
        shown = Shown(
            document.text[:offset],
            text,
            document.text[offset:],
            _texts(written.unit, document.uri),
            self._adding(written, document, offset, text) if rest else None,
        )
        _keep(self._shown, document.uri, shown)
        return self._offer(document, offset, text, shown.command)

    def _remaining(self, document: Document, dialect: Dialect, offset: int) -> types.InlineCompletionList | None:
        """What is left of ghost text that was accepted in part, word by word or by typing: it is verified already."""
        shown = self._shown.get(document.uri)
        text = shown.remaining(document, offset) if shown is not None else ""
        if shown is None or not text:
            return None
        unit = self._server.files.unit(document, dialect.language)
        if _texts(unit, document.uri) != shown.others:
            return None
        return self._offer(document, offset, text, shown.command)

    def _offer(
        self, document: Document, offset: int, text: str, command: types.Command | None
    ) -> types.InlineCompletionList:
        place = self._server.encoding.position(document, offset)
        item = types.InlineCompletionItem(text, range=types.Range(place, place), command=command)
        return types.InlineCompletionList([item])

    async def add_the_rest(self, name: str) -> None:
        """Make the edits that accepted ghost text left to be made; nothing where the texts are others by now."""
        rest = self._rests.get(name)
        found = await self._server.ours(rest.uri) if rest is not None else None
        if rest is None or found is None:
            return
        document, dialect = found
        unit = self._server.files.unit(document, dialect.language)
        if _texts(unit) != _texts(rest.accepted):
            sentence = "the text is not what the accepted block was verified for, so what it refers to was not added"
            self._server.window_log_message(types.LogMessageParams(types.MessageType.Warning, sentence))
            return
        edit = self._server.workspace_edit(unit, unit_edits(unit, unit.replacing(_now(unit, rest.after))))
        if sentence := await self._server.refused(edit):
            self._server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Lintel: {sentence}"))

    def _adding(self, written: Written, document: Document, offset: int, text: str) -> types.Command:
        """The command that follows when the ghost text is accepted."""
        accepted = document.with_text(document.text[:offset] + text + document.text[offset:])
        name = str(uuid.uuid4())
        after = edit_unit(written.unit, written.edits)
        _keep(self._rests, name, Rest(document.uri, written.unit.replacing([accepted]), after))
        return types.Command("Add what the block refers to", ADD_THE_REST, arguments=[name])

    async def _written(self, document: Document, dialect: Dialect, intent: Intent, automatic: bool) -> Written:
        engine = await self._server.configuration.loaded()
        unit = self._server.files.unit(document, dialect.language)
        key = _texts(unit), intent.words, intent.insert_at
        if key not in self._known:
            if automatic and engine.model is not None:
                await asyncio.sleep(_PAUSE)
            _keep(self._known, key, await self._run(engine, document, dialect, intent))
        return self._known[key]

    async def _run(self, engine: Engine, document: Document, dialect: Dialect, intent: Intent) -> Written:
        from lsp_server.models.base import Purpose
        from lsp_server.repair.proposer import IntentTask

        analysis = await self._server.lane(document, dialect).verdict(document)
        if engine.model_name == "none":
            return Written(analysis.unit)
        with self._server.runs.under_way(document, asked=False):
            task = IntentTask(intent.words, document.uri, intent.insert_at)
            outcome = await engine.generate(analysis, task, purpose=Purpose.GHOST_TEXT)
        if not self._server.is_current(analysis):
            raise OutdatedError(f"{document.name} has changed")
        return Written(analysis.unit, outcome.edits)


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    """Keep a value as the newest, and no more values than may be kept."""
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)


def _texts(unit: Unit, but: str = "") -> Texts:
    """What a result holds for, in whatever version it is; without the document `but`."""
    return tuple(sorted((document.uri, document.text) for document in unit if document.uri != but))


def _now(unit: Unit, after: Unit) -> Iterator[Document]:
    """The documents of `unit`, with the texts of `after`."""
    return (document.with_text(after[document.uri].text) for document in unit)


def divided(document: Document, edits: Iterable[Edit], offset: int, insert_at: int) -> tuple[str, list[Edit]]:
    """What ghost text at `offset` can show of `edits`, which put a block at `insert_at`, and the edits elsewhere."""
    first, last = sorted((offset, insert_at))
    here = [e for e in edits if e.uri == document.uri and first <= e.span.start and e.span.end <= last]
    rest = [e for e in edits if e not in here]
    return insertion(document.text, apply_edits(document.text, here), offset), rest


def _intent(document: Document, dialect: Dialect, offset: int) -> Intent | None:
    """The intent at the end of whose comment the cursor stands, or on the empty line below which."""
    line = document.position(offset).line
    if document.text[offset : document.line_span(line).end].strip():
        return None
    if document.line_text(line).strip():
        return dialect.intent_at(document, offset)
    return dialect.intent_at(document, document.line_span(line - 1).end) if line > 0 else None


def insertion(before: str, after: str, offset: int) -> str:
    """What has to be typed at `offset` to turn one text into the other; empty where typing there cannot.

    It does not end a line: that at whose end it is typed has its own end, and VS Code shows no text at the beginning of
    a line that ends with a line break (it moves that to the end of the line before, where the cursor is not).
    """
    rest = len(before) - offset
    if after[:offset] != before[:offset] or (rest and after[-rest:] != before[offset:]):
        return ""
    return _LAST_BREAK.sub("", after[offset : len(after) - rest]) if len(after) > len(before) else ""


def register(server: LintelServer) -> None:
    """Register the handler."""
    completions = InlineCompletions(server)
    server.on(types.TEXT_DOCUMENT_INLINE_COMPLETION, completions.complete, types.InlineCompletionOptions())

    def greeted() -> None:
        if server.client.applies_edits:
            server.on_command(ADD_THE_REST, completions.add_the_rest)

    server.on_greeting.append(greeted)
