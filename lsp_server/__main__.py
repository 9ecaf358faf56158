"""The `lintel` command."""

from __future__ import annotations

import click


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over standard input and output (the default).")
@click.option("--tcp", metavar="HOST:PORT", help="Listen on an address instead.")
def serve(stdio: bool, tcp: str | None) -> None:
    """Start the language server."""
    from lsp_server.bootstrap import build_engine
    from lsp_server.server.app import serve_stdio, serve_tcp

    if stdio and tcp:
        raise click.UsageError("--stdio and --tcp exclude each other")
    if tcp is None:
        serve_stdio(build_engine)
        return
    host, _, port = tcp.rpartition(":")
    if not port.isdigit():
        raise click.BadParameter(f"{tcp!r} is not HOST:PORT", param_hint="--tcp")
    serve_tcp(build_engine, host or "127.0.0.1", int(port))


def main() -> None:
    """Run the command line."""
    from lsp_server.bootstrap import build_engine
    from lsp_server.cli.main import command

    lintel = command(build_engine)
    lintel.add_command(serve)
    lintel()


if __name__ == "__main__":
    main()
