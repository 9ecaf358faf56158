"""The table of what newer provider versions call otherwise, against the schemas that are bundled of each."""

import pytest

from lsp_server.dialects.terraform.bundles import bundled, open_bundle
from lsp_server.fixers.terraform.upgrades import changes, successors

BUNDLES = [open_bundle(path) for path in bundled()]


def blocks(kind):
    """The blocks of that type in every version that is bundled."""
    name, _, own = kind.rpartition(".")
    for bundle in BUNDLES:
        if bundle.meta.provider == (own if name else kind.partition("_")[0]):
            tables = (bundle.config(),) if name else (bundle.resource(kind), bundle.data_source(kind))
            yield from (table for table in tables if table is not None)


def inside(block, names):
    for name in names:
        block = block.blocks[name].block if block is not None and name in block.blocks else None
    return block


def takes(block, name):
    known = block.attributes.get(name)
    return name in block.blocks or (known is not None and known.settable)


def there(kind, path):
    *around, name = path.split(".")
    found = [inside(block, around) for block in blocks(kind)]
    return [block is not None and takes(block, name) for block in found]


ARGUMENTS = [key for key in changes() if any(blocks(key[0]))]
TYPES = [k for k in successors() if any(b.meta.provider == k[1].partition("_")[0] for b in BUNDLES)]


@pytest.mark.parametrize(("kind", "path"), ARGUMENTS)
def test_some_version_has_what_took_the_place_and_no_more_what_was(kind, path):
    change = changes()[kind, path]
    *around, _ = path.split(".")
    now = "filter" if change.filter else ".".join((*around, change.name))
    assert (False, True) in zip(there(kind, path), there(kind, now), strict=True)


@pytest.mark.parametrize(("kind", "old"), TYPES)
def test_some_version_has_the_successor_of_a_type_and_no_more_the_type(kind, old):
    own = [b for b in BUNDLES if b.meta.provider == old.partition("_")[0]]
    tables = [b.resource_types if kind == "resource" else b.data_types for b in own]
    assert any(old not in table and successors()[kind, old] in table for table in tables)


def test_there_is_something_to_compare():
    assert len(ARGUMENTS) > 50
    assert len(TYPES) > 20
