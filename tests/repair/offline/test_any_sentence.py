"""Any combination of known nouns, features, access and routes in a sentence comes to text that can be read, or none."""

import asyncio
import re

from cfnlint.decode import cfn_json, cfn_yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.edit import edit_unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform.strict import read_error
from lsp_server.repair.offline.access import services
from lsp_server.repair.offline.proposer import OfflineProposer
from lsp_server.repair.offline.recipes import recipes, spoken
from tests.repair.offline.test_offline import task

CLOUDFORMATION, TERRAFORM = Language.CLOUDFORMATION, Language.TERRAFORM
_NOUNS = [word for thing in spoken() for word in thing.words]
_TYPES = [kind for language in Language for kind in recipes(language)]
_FEATURES = sorted(
    {word for language in Language for r in recipes(language).values() for f in r.features for word in f.words}
)
_VERBS = ["read access to the", "write access to", "publishes to", "consumes from the", "full access to", "invoke"]
_ACTIONS = [f"{one.service}:{action}" for one in services() for actions in one.actions.values() for action in actions]
_REST = [
    *(
        "GET",
        "POST on",
        "/items",
        "/items/{id}",
        "{proxy+}",
        "with",
        "without",
        "and",
        "for",
        "in the",
        "existing",
        "a",
    ),
    *("two", "three", "another", "second", "public", "private", "named", '"main"', "'x y'", "`id`", "10.0.0.0/16", ";"),
    *("every day at 7", "t3.micro", "us-east-1a", "python 3.12", "30 days", "512 MB", "eks.amazonaws.com", ". The"),
    *(
        "AmazonSSMManagedInstanceCore",
        "tagged with Environment = prod",
        "dev stage",
        "${x}",
        "%{ if }",
        "a policy that",
    ),
]
_WORDS = st.one_of(
    st.sampled_from(_NOUNS),
    st.sampled_from(_FEATURES),
    st.sampled_from(_TYPES),
    st.sampled_from([*_VERBS, *_ACTIONS]),
    st.sampled_from(_REST),
)
_TEXTS = {
    TERRAFORM: ["", 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n'],
    CLOUDFORMATION: ["", "Resources:\n  A:\n    Type: AWS::SNS::Topic\n", '{\n  "Resources": {}\n}\n'],
}
_UNRESOLVED = re.compile(r"""["' ]@(?:ref|make|maybe|refs|several|own|id|name|called|say|number|range|zone|raw)\b""")


@settings(deadline=None)
@given(st.lists(_WORDS, min_size=1, max_size=9).map(" ".join), st.sampled_from(list(Language)), st.data())
def test_any_sentence_comes_to_text_that_can_be_read(sentence: str, language: Language, data: st.DataObject) -> None:
    asked = task(sentence, language, data.draw(st.sampled_from(_TEXTS[language])))
    proposal = asyncio.run(OfflineProposer().propose(asked))
    if proposal is None:
        return
    text = edit_unit(asked.unit, proposal.edits).main.text
    assert not _UNRESOLVED.search(text)
    if language is TERRAFORM:
        assert read_error(text) == ""
        return
    template = (cfn_json if text.startswith("{") else cfn_yaml).loads(text)
    assert all(isinstance(one.get("Type"), str) for one in template["Resources"].values())
