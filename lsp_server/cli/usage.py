"""`lintel usage`: what requests to models have cost, by day and session."""

from __future__ import annotations

import sys

import click
import msgspec

from lsp_server.cli.output.records import UsageRecord, usage_record
from lsp_server.models.spending import Spending


class _Day(msgspec.Struct, frozen=True):
    date: str
    usage: UsageRecord
    sessions: dict[str, UsageRecord]


def usage(most: int, output: str) -> None:
    """Tell of the newest `most` days on which a model was asked."""
    days = Spending().days()[:most]
    if output == "json":
        records = [
            _Day(day.date.isoformat(), usage_record(day.usage), {n: usage_record(u) for n, u in day.sessions.items()})
            for day in days
        ]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(records), indent=2).decode() + "\n")
        return
    if not days:
        click.echo("No request to a model is known.")
    for day in days:
        click.echo(str(day))
