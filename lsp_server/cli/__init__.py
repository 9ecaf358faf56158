"""The command line: the same engine as the server's, for terminals, CI and measurements."""
