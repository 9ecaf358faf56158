"""How results are written: for a person, for a program, for a code scanner and for a workflow."""
