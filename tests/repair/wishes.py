"""Requests that cannot be met, answers that cannot be used, and how they end; for the loop and the server."""

from __future__ import annotations

from typing import Any, NamedTuple

MAIN = 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\n'
TOPIC = 'resource "aws_sns_topic" "t" {\n  name = "t"\n}'
PROSE = "Gerne! Hier ist Ihr Thema: es heißt »t« und verteilt Nachrichten."
TOPICS = "\n".join(f'resource "aws_sns_topic" "t{n}" {{\n  name = "t{n}"\n}}' for n in range(4000))


class Wish(NamedTuple):
    """`words` are asked for, and a model answers with a step's fields `answer` (None: the offline proposer writes).

    The run ends with one of `stops`, `says` is in its message, and `asks` tells whether a model was asked at all.
    """

    name: str
    words: str
    answer: dict[str, Any] | None
    stops: tuple[str, ...]
    says: str
    asks: bool | None = None


def writes(text: str, region: str = "+", note: str = "Done.") -> dict[str, Any]:
    return {"answer": {"edits": [{"region": region, "new_text": text}], "note": note}}


NOT = ("stalled", "budget")
WISHES = (
    Wish("names nothing known", "a flux capacitor of 1.21 gigawatts", None, NOT, "no resource is known by the words"),
    Wish("German, offline", "ein verschlüsselter Eimer", None, NOT, "Name what should be there"),
    Wish("Japanese, offline", "暗号化されたバケツ", None, NOT, "Name what should be there"),
    Wish("German, a model", "ein Thema für Nachrichten", writes(TOPIC, note="Fertig."), ("clean",), "Fertig.", True),
    Wish("Japanese, a model", "通知のトピック", writes(TOPIC, note="できました。"), ("clean",), "できました。", True),
    Wish("contradicts the file", "the queue jobs once more", writes(MAIN), NOT, "what is there already"),
    Wish("10 kB", "a topic, " * 1138, writes(TOPIC), ("clean",), "Done.", True),
    Wish("longer than is read", "a topic, " * 3000 + "please", writes(TOPIC), NOT, "27,006 characters long", False),
    Wish("empty", "", writes(TOPIC), NOT, "says nothing", False),
    Wish("white space", " \t\n", writes(TOPIC), NOT, "says nothing", False),
    Wish("punctuation", "?!… --- ***", writes(TOPIC), NOT, "says nothing", False),
    Wish("prose in another language", "a topic", {"text": PROSE}, NOT, "holds no JSON object"),
    Wish("an empty answer", "a topic", {"text": ""}, NOT, "could be used"),
    Wish("no edits", "a topic", {"answer": {"edits": [], "note": "none"}}, NOT, "has no edits"),
    Wish("an empty edit", "a topic", writes(" \n"), NOT, "is empty"),
    Wish("the same text", "a topic", writes(MAIN), NOT, "what is there already"),
    Wish("an enormous edit", "a topic", writes(TOPICS), NOT, "far more than the regions allow"),
    Wish("enormous noise", "a topic", {"text": "x" * 1_000_000}, NOT, "repeats the same words"),
    Wish("another language", "a topic", writes("Topic:\n  Type: AWS::SNS::Topic"), NOT, "not HCL"),
    Wish("a placeholder", "a topic", writes(TOPIC.replace('"t"\n', '"<your-name>"\n')), NOT, "is a placeholder"),
)
