"""The languages Lintel understands: detection, syntax trees, schemas and what stands at a position."""
