"""A dialect that is loaded later answers as the dialect itself."""

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Dialect, Language
from lsp_server.dialects.cloudformation.detection import is_template
from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.dialects.later import Later

TEXT = """# what is wanted
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      Del
"""
DOCUMENT = Document("file:///a.yaml", TEXT)


def test_every_question_reaches_the_dialect_which_is_loaded_by_the_first():
    loaded = []
    plain = CloudFormation()
    later: Dialect = Later(Language.CLOUDFORMATION, is_template, lambda: loaded.append(1) or plain)
    assert later.owns(DOCUMENT)
    assert not later.owns(Document("file:///a.yaml", "a: 1"))
    assert later.language is plain.language
    assert loaded == []
    unit, offset = Unit((DOCUMENT,)), TEXT.index("Del") + 3
    offered = later.completions(unit, DOCUMENT, offset)
    assert offered
    assert offered == plain.completions(unit, DOCUMENT, offset)
    assert later.service is plain.service
    assert later.documentation(offered[0].key) == plain.documentation(offered[0].key) != ""
    assert later.ids(DOCUMENT) == plain.ids(DOCUMENT) == {("Resources", "Queue")}
    assert later.comments(DOCUMENT) == plain.comments(DOCUMENT) != ()
    broken = DOCUMENT.with_text(TEXT.replace("Del", "QueueName: ["))
    assert later.unread(broken) == plain.unread(broken) != ()
    assert later.intent_at(DOCUMENT, 3) == plain.intent_at(DOCUMENT, 3)
    assert loaded == [1]
