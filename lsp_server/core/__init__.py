"""Values that every layer speaks: documents, spans, diagnostics, edits and fixes. Standard library only."""
