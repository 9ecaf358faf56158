"""Runs in the worker: what configuration holds for a template, and the rules and schemas that go with it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from cfnlint.config import _DEFAULT_RULESDIR, ConfigFileArgs, ConfigMixIn
from cfnlint.helpers import REGIONS
from cfnlint.rules import CloudFormationLintRule, Rules
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, patch
from cfnlint.schema import reset as reset_schemas

from lsp_server.linters.cfn_lint_job import CfnLintJob, rule_page
from lsp_server.linters.worker_child import JobRefused

_FILES = (".cfnlintrc", ".cfnlintrc.yaml", ".cfnlintrc.yml")


def project_directory(path: str, roots: Sequence[str]) -> Path:
    """Where cfn-lint would have to be started to judge `path` as its project wants it.

    The nearest folder with a `.cfnlintrc` between the file and the root that it lies in; without one that root. A file
    outside all roots: its own folder or the first root, whichever has one, else the first root.
    """
    folders = [Path(root) for root in roots if Path(root).is_dir()]
    if not path:
        return folders[0] if folders else Path.home()
    own = Path(path).parent
    root = max((folder for folder in folders if own.is_relative_to(folder)), key=lambda f: len(f.parts), default=None)
    if root is None:
        default = folders[0] if folders else own
        candidates = [own, *folders]
    else:
        default = root
        candidates = [folder for folder in (own, *own.parents) if folder.is_relative_to(root)]
    found = next((folder for folder in candidates if config_file(folder)), default)
    return found if found.is_dir() else Path.home()


def config_file(folder: Path) -> Path | None:
    """The configuration file that cfn-lint would take in `folder`."""
    return next((folder / name for name in _FILES if (folder / name).is_file()), None)


class Configuration(ConfigMixIn):  # type: ignore[misc] # cfn-lint has no types
    """cfn-lint's own configuration for a template, with the user's settings before and beside it."""

    def __init__(self, job: CfnLintJob) -> None:
        self._job = job
        super().__init__([])

    @property
    def regions(self) -> list[str]:
        """The setting's regions, as if named on cfn-lint's command line; else what cfn-lint finds."""
        named = list(self._job.regions)
        if not named:
            found: list[str] = super().regions
            return found
        return list(REGIONS) if "ALL_REGIONS" in named else named

    @property
    def ignore_checks(self) -> list[str]:
        """What template and `.cfnlintrc` ignore, and what the setting ignores."""
        return [*super().ignore_checks, *self._job.ignored]

    @property
    def trusted(self) -> bool:
        """Whether Python that this configuration names may be run."""
        return self._job.trusted

    def set_template_args(self, template: object) -> None:
        """Take over what the template's metadata ask for: nothing where they are not finished."""
        try:
            super().set_template_args(template)
        except AttributeError:
            super().set_template_args({})

    def ignores_template(self, path: str) -> bool:
        """Whether `ignore_templates` names the file; relative names start at the current folder."""
        patterns = self._get_argument_value("ignore_templates", False, True) or []
        absolute = Path(path).parent.resolve() / Path(path).name
        relative = Path(os.path.relpath(absolute))
        return any(
            _covers(pattern.parts, (absolute if pattern.is_absolute() else relative).parts)
            for pattern in map(Path, map(os.path.normpath, patterns))
        )


def _covers(pattern: Sequence[str], names: Sequence[str]) -> bool:
    """Whether `glob` would list a path for a pattern, both in parts; without walking what may be a large tree."""
    if not pattern or not names:
        return not names and all(part == "**" for part in pattern)
    first, rest = pattern[0], pattern[1:]
    hidden = names[0].startswith(".") and names[0] != ".."
    if first == "**":
        return _covers(rest, names) or (not hidden and _covers(pattern, names[1:]))
    return fnmatch(names[0], first) and (not hidden or first.startswith(".")) and _covers(rest, names[1:])


def load_configuration(job: CfnLintJob) -> Configuration:
    """The configuration that holds in the current folder. Raises JobRefused, naming the file that is broken."""
    try:
        return Configuration(job)
    except (Exception, SystemExit) as error:
        for file in filter(None, (config_file(Path.cwd()), config_file(Path.home()))):
            try:
                ConfigFileArgs(config_file=str(file))
            except Exception as own:
                raise JobRefused(f"{file} cannot be used: {_sentence(own)}") from own
        raise JobRefused(f"its configuration cannot be used: {_sentence(error)}") from error


def _sentence(error: BaseException) -> str:
    matches = getattr(error, "matches", None)
    if matches:
        return f"{matches[0].message} (line {matches[0].linenumber})"
    return " ".join(str(error).split()) or type(error).__name__


class RuleShelf:
    """The default rules, loaded once, and the last other collection that a project asked for."""

    def __init__(self) -> None:
        self._default = Rules.create_from_directory(_DEFAULT_RULESDIR)
        self._own: tuple[object, Rules] | None = None

    def href(self, rule: CloudFormationLintRule) -> str:
        """The page that explains a rule: cfn-lint's own list of rules, or what a project's own rule names."""
        return rule_page(rule.id) if rule.id in self._default or rule.id.startswith("E0") else rule.source_url

    def rules(self, config: Configuration) -> Rules:
        """The collection for `config`. Raises JobRefused where the project's own cannot, or may not, be loaded."""
        appended, custom = config.append_rules[1:], config.custom_rules
        if not appended and not custom:
            return self._default
        if appended and not config.trusted:
            raise JobRefused(f"{', '.join(appended)} holds rules in Python, and the workspace is not trusted")
        key = [(_place(name), _stamp(name)) for name in (*appended, custom) if name]
        if self._own is None or self._own[0] != key:
            self._own = None  # before the next one is loaded: two at once would only cost memory
            self._own = key, _load_rules(config)
        return self._own[1]


def _load_rules(config: Configuration) -> Rules:
    rules = Rules()
    try:
        for place in config.append_rules:
            folder = Path(place).expanduser()
            rules.update(
                Rules.create_from_directory(str(folder)) if folder.is_dir() else Rules.create_from_module(place)
            )
        rules.update(Rules.create_from_custom_rules_file(config.custom_rules))
    except Exception as error:
        raise JobRefused(f"its rules could not be loaded: {_sentence(error)}") from error
    return rules


class SchemaShelf:
    """cfn-lint's schemas live in one place for the whole process: a project's patches are undone for the next one."""

    def __init__(self) -> None:
        self._applied: object = None

    def prepare(self, config: Configuration) -> None:
        """Bring the schemas into the state that `config` asks for. Raises JobRefused where its files are broken."""
        override, registries = config.override_spec, config.registry_schemas or []
        wanted: list[object] | None = None
        if override or registries:
            wanted = [(_place(name), _stamp(name)) for name in filter(None, (override, *registries))]
            wanted += config.regions if override else []
        if wanted == self._applied:
            return
        self._applied = object()  # neither one nor the other, should this be left half-way
        reset_schemas()
        PROVIDER_SCHEMA_MANAGER._registry_schemas.clear()
        PROVIDER_SCHEMA_MANAGER.get_type_ref.cache_clear()
        try:
            for place in registries:
                PROVIDER_SCHEMA_MANAGER.load_registry_schemas(place)
            if override:
                patch(override, config.regions)
        except (Exception, SystemExit) as error:
            raise JobRefused(f"{override or registries} cannot be used as schemas: {_sentence(error)}") from error
        self._applied = wanted


def _place(name: str) -> Path:
    """What a name in the configuration means in this folder; in another one it means something else."""
    return Path(name).expanduser().resolve()


def _stamp(name: str) -> tuple[int, ...]:
    """What changes when a rules folder, a file or anything in it is written, but not when Python compiles it."""
    path = _place(name)
    files = path.rglob("*.*") if path.is_dir() else [path]
    return tuple(sorted(_written(file) for file in files if file.suffix != ".pyc"))


def _written(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:  # a link to nowhere is what an editor locks with
        return 0
