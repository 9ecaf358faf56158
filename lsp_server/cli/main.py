"""The commands and their options."""

from __future__ import annotations

from pathlib import Path

import click

from lsp_server import __version__
from lsp_server.cli.session import BuildEngine, Session, run, settings_for
from lsp_server.dialects.base import Language


class _ModelChoice(click.Choice[str]):
    """Who proposes; says of `editor`, which only a setting can name, why it is not here."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """See `click.Choice`."""
        if value == "editor":
            self.fail(
                "the model of an editor can only be asked by that editor; on the command line set ANTHROPIC_API_KEY, "
                "or use offline",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


_LINTERS = click.option("--linters", metavar="NAME,…", help="Only these linters: cfn-lint, terraform-check, …")
_MODEL = click.option(
    "--model",
    type=_ModelChoice(["auto", "none", "offline", "anthropic", "bedrock", "vertex", "recorded"]),
    default="auto",
    help="Who proposes what fixers cannot; auto: Anthropic with a key, else offline.",
)
_VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Tell every attempt.")
_UNTRUSTED = click.option(
    "--untrusted",
    is_flag=True,
    help="Run nothing that lies where the files do: no rules of its own, no plugins, no installed providers.",
)
_REQUESTS = click.option(
    "--requests",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Append every request to a model to FILE, exactly as it was sent, and its answer.",
)
_PATHS = click.argument("paths", nargs=-1, type=click.Path(allow_dash=True))


@click.command("usage")
@click.option("--days", type=click.IntRange(min=1), default=7, help="How many days are told at the most.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
def _usage(days: int, output_format: str) -> None:
    """Tell what requests to models have cost, on each day, in the editor and here."""
    from lsp_server.cli.usage import usage

    usage(days, output_format)


def command(build_engine: BuildEngine) -> click.Group:
    """Build the command with the engine it runs on."""

    @click.group(context_settings={"help_option_names": ["-h", "--help"]})
    @click.version_option(__version__, prog_name="lintel")
    def lintel() -> None:
        """Infrastructure code that has already passed the linter when you see it."""

    @lintel.command()
    @_PATHS
    @_LINTERS
    @_UNTRUSTED
    @click.option("--output-format", type=click.Choice(["text", "json", "sarif", "github"]), default="text")
    def check(paths: tuple[str, ...], linters: str | None, untrusted: bool, output_format: str) -> None:
        """Tell what the linters say of templates and modules (files, folders, or - for standard input)."""
        from lsp_server.cli.check import check

        async def work(session: Session) -> int:
            return await check(session, paths or (".",), output_format)

        run(build_engine, settings_for(linters, "none"), linters, work, trusted=not untrusted)

    @lintel.command()
    @_PATHS
    @_LINTERS
    @_MODEL
    @_UNTRUSTED
    @_VERBOSE
    @_REQUESTS
    @click.option("--diff", is_flag=True, help="Print a diff and change nothing.")
    @click.option("--unsafe", is_flag=True, help="Also fixes whose meaning is not certain, and the model's.")
    @click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
    def fix(
        paths: tuple[str, ...],
        linters: str | None,
        model: str,
        untrusted: bool,
        verbose: bool,
        requests: Path | None,
        diff: bool,
        unsafe: bool,
        output_format: str,
    ) -> None:
        """Repair templates and modules in place; only safe fixes without --unsafe."""
        from lsp_server.cli.fix import fix

        async def work(session: Session) -> int:
            return await fix(session, paths or (".",), diff=diff, unsafe=unsafe, verbose=verbose, output=output_format)

        run(build_engine, settings_for(linters, model), linters, work, trusted=not untrusted, requests=requests)

    @lintel.command()
    @click.argument("intent")
    @click.option("--language", type=click.Choice([language.value for language in Language]), required=True)
    @click.option("--into", type=click.Path(dir_okay=False, path_type=Path), help="The file to write into.")
    @_LINTERS
    @_MODEL
    @_UNTRUSTED
    @_VERBOSE
    @_REQUESTS
    @click.option("--review", is_flag=True, help="Have the model read once more whether the request is met.")
    def generate(
        intent: str,
        language: str,
        into: Path | None,
        linters: str | None,
        model: str,
        untrusted: bool,
        verbose: bool,
        requests: Path | None,
        review: bool,
    ) -> None:
        """Generate a verified resource from a sentence."""
        from lsp_server.cli.generate import generate

        if not intent.strip():
            raise click.BadParameter("it is empty", param_hint="INTENT")
        if str(into) == "-":
            raise click.BadParameter("FILE is the name of a file; without --into the result is printed")

        async def work(session: Session) -> int:
            return await generate(session, intent, Language(language), into, verbose=verbose)

        settings = settings_for(linters, model, review=review)
        run(build_engine, settings, linters, work, trusted=not untrusted, requests=requests)

    lintel.add_command(_usage)
    return lintel
