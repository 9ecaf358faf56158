"""The `lintel` command."""

from lsp_server.cli.main import main

if __name__ == "__main__":
    main()
