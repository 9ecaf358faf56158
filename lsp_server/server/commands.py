from lsp_server.server.session import LintelServer


def register(server: LintelServer) -> None:
    """Register the handlers."""
