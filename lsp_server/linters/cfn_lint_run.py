"""Runs in the worker: one template through cfn-lint, as its command line does it but from the buffer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cfnlint.config import ConfigMixIn
from cfnlint.decode import cfn_json, cfn_yaml
from cfnlint.decode.decode import _decode
from cfnlint.exceptions import CfnLintExitException
from cfnlint.match import Match
from cfnlint.rules import Rules
from cfnlint.rules.errors import ParseError
from cfnlint.runner.deployment_file.runner import expand_deployment_files
from cfnlint.runner.parameter_file.runner import expand_parameter_files
from cfnlint.runner.template.runner import _run_template

from lsp_server.linters.cfn_lint_job import CfnLintJob
from lsp_server.linters.worker_child import JobRefused

_SIZE_RULES = ("E1002", "I1002")


class _BufferFile:
    """Stands for `os` and `Path` in the rules that look at the size of the file on disk: the buffer is judged."""

    def __init__(self, size: int) -> None:
        self.st_size = size

    def __call__(self, _path: str) -> _BufferFile:
        return self

    def stat(self, _path: str) -> _BufferFile:
        return self

    def is_file(self) -> bool:
        return True


class Reading:
    """The buffer, under the name that cfn-lint would be given, and what came of reading it."""

    def __init__(self, job: CfnLintJob) -> None:
        text = job.text.decode("utf-8", "surrogatepass")
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")  # as Python reads files
        self.size = len(job.text)
        self.filename = _name(job.path)
        self.yaml = True
        self.template: Any = None

    def decode(self) -> list[Match]:
        """Fill in `template`; what is wrong with the text comes back as matches."""
        self.template, matches = _decode(self._as_yaml, self._as_json, self.filename, self.filename)
        return list(matches)

    def _as_yaml(self, _filename: str | None) -> Any:
        return cfn_yaml.loads(self.text, self.filename)

    def _as_json(self, _filename: str | None) -> Any:
        self.yaml = False
        return cfn_json.loads(self.text)


def _name(path: str) -> str | None:
    if not path:
        return None
    folder = Path.cwd()
    return str(Path(path).relative_to(folder)) if Path(path).is_relative_to(folder) else path


def run(reading: Reading, config: ConfigMixIn, rules: Rules) -> Iterator[Match]:
    """What the command line reports for the file. Raises JobRefused for regions or parameters that cannot be used."""
    _measure_buffer(rules, reading.size)
    try:
        for variant, matches in _variants(reading, config):
            yield from matches if variant is None else _run_once(reading, variant, rules)
    except (CfnLintExitException, ValueError) as error:
        raise JobRefused(" ".join(str(error).split())) from error


def _variants(reading: Reading, config: ConfigMixIn) -> Iterator[tuple[ConfigMixIn | None, list[Match]]]:
    """The template as the project deploys it: with each deployment's parameters, with parameter files, and plain."""
    deployed = False
    if config.deployment_files:
        for variant, matches in expand_deployment_files(config):
            if variant is None:
                yield None, matches
            elif reading.filename and os.path.abspath(variant._manual_args["templates"][0]) == os.path.abspath(  # noqa: PTH100 - no symlinks followed
                reading.filename
            ):
                deployed = True
                yield variant, []
    elif config.parameter_files:
        yield from expand_parameter_files(config)
    if not deployed:
        yield config, []


def _run_once(reading: Reading, config: ConfigMixIn, rules: Rules) -> Iterator[Match]:
    matches = reading.decode()
    if not matches:
        yield from _run_template(reading.filename, reading.template, config, rules)
    elif not _ignores_syntax(config):
        yield from matches
    else:
        yield from (match for match in matches if match.rule.id != ParseError.id)


def _ignores_syntax(config: ConfigMixIn) -> bool:
    if config.ignore_bad_template or any(ParseError.id.startswith(ignored) for ignored in config.ignore_checks):
        return True
    return not ParseError().is_enabled(
        include_experimental=False,
        ignore_rules=config.ignore_checks,
        include_rules=config.include_checks,
        mandatory_rules=config.mandatory_checks,
    )


def _measure_buffer(rules: Rules, size: int) -> None:
    for rule_id in _SIZE_RULES:
        rule = rules.get(rule_id)
        if rule is not None:
            names = type(rule).match.__globals__
            names["os"] = names["Path"] = _BufferFile(size)
