"""Whatever stands in a unit and whatever is asked for: wishes are read, and each of them is met or is not."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Language
from lsp_server.repair.offline.recipes import recipes, spoken
from lsp_server.repair.proposer import Place
from lsp_server.repair.wishes import unmet, wishes

ROOT = Path(__file__).parent.parent.parent
CLOUDFORMATION, TERRAFORM = Language.CLOUDFORMATION, Language.TERRAFORM


def _files(pattern: str) -> list[Document]:
    found = [path for folder in ("fixtures", "tests/linters") for path in sorted((ROOT / folder).rglob(pattern))]
    return [Document(f"file:///p/{p.name}", p.read_text(encoding="utf-8", errors="replace")) for p in found]


_KINDS = ["aws_s3_bucket", "aws_db_instance", "aws_subnet", "foo_bar", "aws_", "", "AWS::S3::Bucket", "${x}"]
_BODIES = ["", "\n", "\n  versioning {\n", "\n  storage_encrypted = true\n", "\n  count = 2\n", "\n  source = \n"]
_BLOCKS = st.one_of(
    st.builds(
        'resource "{}" "{}" {{{}}}\n'.format,
        st.sampled_from(_KINDS),
        st.sampled_from(["a", "", "b-c"]),
        st.sampled_from(_BODIES),
    ),
    st.builds('module "{}" {{{}}}\n'.format, st.sampled_from(["a", ""]), st.sampled_from(_BODIES)),
    st.builds('data "{}" "a" {{}}\n'.format, st.sampled_from(_KINDS)),
    st.sampled_from(
        [
            'resource "aws_s3_',
            'resource "aws_s3_bucket" {}\n',
            "resource {}\n",
            "module {\n}\n",
            "module",
            "resource aws_s3_bucket a {\n}\n",
            'variable "x" {}\n',
            "locals {}\n",
            "{",
            "}",
            '"',
            "# x\n",
        ]
    ),
)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 9), st.sampled_from([*_KINDS, "main"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(
                ["resource", "module", "data", "Type", "Resources", "Properties", "a", *_KINDS, "Fn::ForEach::x"]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)
_RESOURCES = st.sampled_from(
    [
        "  A:\n    Type: AWS::S3::Bucket\n",
        "  B:\n    Type:\n",
        "  C: {}\n",
        "  D:\n",
        "  E:\n    Type: 3\n",
        "  F:\n    Type: Custom::X\n    Properties: []\n",
        "  Fn::ForEach::G: [x, [a], {}]\n",
        "  A: !Ref x\n",
        "  - x\n",
        "  H:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: !Ref On\n",
        "  I: {\n",
        "\t",
    ]
)
_MODULES = st.one_of(
    st.sampled_from([(document,) for document in _files("*.tf")]),
    st.lists(_BLOCKS, max_size=5).map(lambda parts: (Document("file:///p/main.tf", "".join(parts)),)),
    st.tuples(
        st.lists(_BLOCKS, max_size=2).map(lambda parts: Document("file:///p/main.tf", "".join(parts))),
        st.one_of(_JSON.map(json.dumps), st.sampled_from(["", "{", '{"resource": '])).map(
            lambda text: Document("file:///p/more.tf.json", text)
        ),
    ),
)
_TEMPLATES = st.one_of(
    st.sampled_from([(document,) for pattern in ("*.yaml", "*.json") for document in _files(pattern)]),
    st.lists(_RESOURCES, max_size=5).map(lambda p: (Document("file:///p/t.yaml", "Resources:\n" + "".join(p)),)),
    _JSON.map(lambda value: (Document("file:///p/t.json", json.dumps({"Resources": value})),)),
)
_FEATURES = sorted({w for one in Language for r in recipes(one).values() for f in r.features for w in f.words})
_NOUNS = sorted({w for thing in spoken() for w in thing.words} | {kind for one in Language for kind in recipes(one)})
_WORDS = [
    "with",
    "without",
    "no",
    "a",
    "two",
    "named",
    '"main"',
    "10.0.0.0/16",
    "30 days",
    "encrypted",
    "in the",
    "and",
]
_SENTENCES = st.lists(
    st.one_of(*map(st.sampled_from, (_FEATURES, _NOUNS, _WORDS)), st.text(max_size=4)), max_size=8
).map(" ".join)


@settings(deadline=None)
@given(_SENTENCES, st.sampled_from(list(Language)), st.data())
def test_any_wish_of_any_text_is_met_or_not(sentence: str, language: Language, data: st.DataObject) -> None:
    units = (_TEMPLATES if language is CLOUDFORMATION else _MODULES).map(Unit)
    before, after = data.draw(units), data.draw(units)
    asked = wishes(sentence, before, language)
    selected = data.draw(st.sampled_from([(), (Place(after.main.uri, Span(0, len(after.main.text))),)]))
    left = unmet(asked, before, after, language, selected)
    assert [wish for wish in asked if wish in left] == list(left)
    assert len(left) <= len(asked)
    assert unmet(asked, before, after, language, selected) == left
