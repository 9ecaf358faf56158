"""The program of the cfn-lint worker: loads the rules once, then judges one template after the other."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from lsp_server.linters.cfn_lint_job import SYNTAX, CfnLintFinding, CfnLintJob
from lsp_server.linters.worker_child import Handler, serve

if TYPE_CHECKING:
    from cfnlint.match import Match
    from cfnlint.rules import CloudFormationLintRule

    from lsp_server.linters.cfn_lint_config import Configuration, RuleShelf


def main() -> None:
    """Become the worker; returns never."""
    serve(prepare)


def prepare() -> Handler:
    """Import cfn-lint and load its rules: about a second. Raises ImportError and whatever a broken one raises."""
    logging.disable(logging.ERROR)  # cfn-lint logs what it also reports
    gc.disable()
    handler = _judge()
    gc.enable()
    gc.freeze()
    return handler


def _judge() -> Callable[[bytes], list[CfnLintFinding]]:
    # imported here, and not above, so that a missing or broken cfn-lint can be told
    from lsp_server.linters import cfn_lint_config, cfn_lint_facts, cfn_lint_half_typed, cfn_lint_speed

    cfn_lint_facts.keep_errors()
    cfn_lint_half_typed.tolerate()
    cfn_lint_speed.remember()
    rules, schemas = cfn_lint_config.RuleShelf(), cfn_lint_config.SchemaShelf()
    decoder = msgspec.msgpack.Decoder(CfnLintJob)

    def judge(body: bytes) -> list[CfnLintFinding]:
        job = decoder.decode(body)
        os.chdir(cfn_lint_config.project_directory(job.path, job.roots))
        config = cfn_lint_config.load_configuration(job)
        if job.path and config.ignores_template(job.path):
            return []
        schemas.prepare(config)
        return list(_findings(job, config, rules))

    return judge


def _findings(job: CfnLintJob, config: Configuration, shelf: RuleShelf) -> Iterator[CfnLintFinding]:
    from lsp_server.linters.cfn_lint_facts import facts
    from lsp_server.linters.cfn_lint_run import Reading, run

    reading = Reading(job)
    matches = list(run(reading, config, shelf.rules(config)))
    rule_of = {match.id: match.rule.id for match in matches}
    for match in matches:
        data = facts(match, reading.template)
        if match.parent_id in rule_of:
            data["parent"] = rule_of[match.parent_id]
        if match.filename and match.filename != reading.filename:
            data["file"] = match.filename
        yield _finding(match, shelf.href(match.rule), data, reading.yaml)


def _finding(match: Match, href: str, data: dict[str, object], yaml: bool) -> CfnLintFinding:
    return CfnLintFinding(
        rule=match.rule.id,
        severity=match.rule.severity,
        message=match.message,
        line=match.linenumber - 1,
        column=match.columnnumber - 1,
        end_line=match.linenumberend - 1,
        end_column=match.columnnumberend - 1,
        path=tuple(part if type(part) is int else str(part) for part in getattr(match, "path", None) or ()),
        href=href,
        syntax=match.rule.id == SYNTAX,
        yaml=yaml,
        data=data,
        about=_about(match.rule),
    )


def _about(rule: CloudFormationLintRule) -> str:
    """What a rule says of itself: its name, and behind it the sentence that tells more."""
    name, more = (" ".join(text.split()).rstrip(".") for text in (rule.shortdesc, rule.description))
    return "".join(f"{part}. " for part in dict.fromkeys((name, more)) if part).rstrip()


if __name__ == "__main__":
    main()
