"""The `lintel` command."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from lsp_server.engine import Engine


def serving() -> click.Command:
    """Build the command that starts the language server."""
    import click

    @click.command()
    @click.option("--stdio", is_flag=True, help="Speak over standard input and output (the default).")
    @click.option("--tcp", metavar="HOST:PORT", help="Listen on an address instead.")
    def serve(stdio: bool, tcp: str | None) -> None:
        """Start the language server."""
        from lsp_server.server.app import serve_stdio, serve_tcp

        if stdio and tcp:
            raise click.UsageError("--stdio and --tcp exclude each other")
        if tcp is None:
            serve_stdio(load_engine)
            return
        host, _, port = tcp.rpartition(":")
        if not (port.isascii() and port.isdigit() and int(port) < 65536):
            raise click.BadParameter(f"{tcp!r} is not HOST:PORT", param_hint="--tcp")
        try:
            serve_tcp(load_engine, host.strip("[]") or "127.0.0.1", int(port))
        except OSError as error:
            sys.stderr.write(f"lintel: cannot listen on {tcp}: {error.strerror or error}\n")
            sys.exit(2)

    return serve


def load_engine() -> Callable[..., Engine]:
    """Import what engines are built of, which takes half a second, and return the function that builds one."""
    from lsp_server.bootstrap import build_engine

    return build_engine


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["cfn-lint-worker"]:  # a frozen program has no interpreter to start its worker with
        from lsp_server.linters.cfn_lint_worker import main as work

        work()
    if sys.argv[1:2] == ["provider-schema"]:  # the same
        from lsp_server.linters.provider_schema_child import main as ask

        ask()
    if sys.argv[1:] == ["serve", "--stdio"]:  # an editor waits: nothing else is imported before it is answered
        from lsp_server.server.app import serve_stdio

        serve_stdio(load_engine)
    if sys.argv[1:2] == ["serve"]:
        serving()(sys.argv[2:], prog_name="lintel serve")
    from lsp_server.cli.main import command

    lintel = command(load_engine())
    lintel.add_command(serving())
    lintel()


if __name__ == "__main__":
    main()
