"""How what is typed is found in a name, as editors do it."""


def has_letters(name: str, typed: str) -> bool:
    """Whether a name has the letters that are typed, in their order. Both are in the same case."""
    letters = iter(name)
    return all(letter in letters for letter in typed)
