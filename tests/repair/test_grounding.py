"""Which words of a model are names, and which names are to be found: as data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.dialects.base import Language
from lsp_server.repair.grounding import named, unfounded, words_of

NAMED = {
    "Write it as plain words.": set(),
    "`DelaySecond` is no property of `AWS::SQS::Queue`.": {"DelaySecond", "AWS::SQS::Queue"},
    "Set `delay_seconds = 5` in `aws_sqs_queue.jobs`.": {"delay_seconds", "aws_sqs_queue", "jobs"},
    "Use `!GetAtt Queue.Arn` or `${AWS::Region}`.": {"GetAtt", "Queue", "Arn", "AWS::Region"},
    "At most `900` or `5s`.": set(),
    "It is aws_s3_bucket or AWS::S3::Bucket without ticks.": {"aws_s3_bucket", "AWS::S3::Bucket"},
    "_Emphasis_ and __more__ are words.": set(),
    "A `half and no other": set(),
    "LINTEL-SECRET-1 is covered, `LINTEL-SECRET-2` too.": {"LINTEL-SECRET-2"},
}


@pytest.mark.parametrize("words", NAMED)
def test_what_is_a_name(words: str) -> None:
    assert named(words) == NAMED[words]


FOUND = {
    "a name": ("delay_seconds", "  delay_seconds = 5"),
    "a part of a function's name": ("GetAtt", "Fn::GetAtt"),
    "a part of a name with hyphens": ("jobs", "the-jobs-queue"),
    "a type": ("AWS::SQS::Queue", "Type: AWS::SQS::Queue"),
}
INVENTED = {
    "a longer name": ("delay_seconds_max", "delay_seconds"),
    "a shorter name": ("delay", "delay_seconds"),
    "a type of known parts": ("AWS::SQS::Bucket", "AWS::SQS::Queue AWS::S3::Bucket"),
    "in other letters": ("delayseconds", "DelaySeconds"),
    "a stand-in that nobody gave": ("LINTEL-SECRET-9", "LINTEL-SECRET-1 and 9"),
}


@pytest.mark.parametrize("what", FOUND)
def test_what_is_found(what: str) -> None:
    name, text = FOUND[what]
    assert unfounded([name], ["nothing", text]) == frozenset()


@pytest.mark.parametrize("what", INVENTED)
def test_what_is_found_nowhere(what: str) -> None:
    name, text = INVENTED[what]
    assert unfounded([name], ["nothing", text]) == {name}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.CLOUDFORMATION, "`DependsOn` `!Sub` `Fn::If` `Parameters` `ROLLBACK_COMPLETE` `NoEcho` `true`"),
        (Language.TERRAFORM, "`terraform plan` `depends_on` `jsonencode` `var` `for_each` `variable` `moved` `string`"),
    ],
)
def test_a_language_has_words_of_its_own(language: Language, words: str) -> None:
    assert unfounded(named(words), [words_of(language)]) == frozenset()
    assert unfounded(["DelaySeconds", "delay_seconds"], [words_of(language)]) == {"DelaySeconds", "delay_seconds"}


@given(st.text())
def test_what_is_quoted_as_a_whole_is_found(text: str) -> None:
    names = named(f"`{text.replace('`', ' ')}`")
    assert unfounded(names, [text.replace("`", " ")]) == frozenset()


def test_no_text_is_asked_for_that_is_not_needed() -> None:
    def texts():
        yield "delay_seconds"
        raise AssertionError

    assert unfounded(["delay_seconds"], texts()) == frozenset()
