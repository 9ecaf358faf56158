"""Changes of a text that keep what it means: offered for a place, and not for a finding."""
