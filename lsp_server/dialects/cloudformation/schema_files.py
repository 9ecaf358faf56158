"""Where cfn-lint's installed package keeps its resource schemas, read without importing cfn-lint.

Importing it costs a second and 100 MB; its data files cost a millisecond each.
"""

from __future__ import annotations

import ast
import importlib.util
import logging
from functools import lru_cache
from pathlib import Path

import msgspec

from lsp_server.core.user_folders import caches

log = logging.getLogger(__name__)

Json = dict[str, object]
_UNUSED = ("tagging", "sourceUrl", "$schema", "typeConfiguration")


@lru_cache(maxsize=1)
def package() -> Path | None:
    """The folder of the installed cfn-lint, or None."""
    try:
        found = importlib.util.find_spec("cfnlint")
    except (ImportError, ValueError):
        return None
    places = list(found.submodule_search_locations or ()) if found else []
    return Path(places[0]) if places else None


def _cache() -> Path:
    """Where `cfn-lint --update-specs` puts newer schemas."""
    return caches() / "aws" / "cfn-lint" / "schemas"


def read(path: Path) -> Json:
    """A JSON object from a file; empty where there is none or it cannot be read."""
    try:
        found = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}
    return found if isinstance(found, dict) else {}


@lru_cache(maxsize=1)
def schema_folder() -> Path | None:
    """The folder with `providers/` and `resources/` that cfn-lint itself would use; None where there is none.

    The package's own, unless the download cache has a newer `schema_date`.
    """
    root = package()
    bundled = root / "data" / "schemas" if root else None
    try:
        cache: Path | None = _cache()
    except RuntimeError:  # no home directory
        cache = None
    folders = [f for f in (bundled, cache) if f is not None and (f / "providers" / "us-east-1.json").is_file()]
    if not folders:
        log.warning("no CloudFormation schemas: cfn-lint is not installed beside Lintel")
        return None
    return max(folders, key=lambda folder: str(read(folder / "version.json").get("schema_date", "")))


@lru_cache(maxsize=4)
def type_hashes(region: str) -> dict[str, str]:
    """The resource types of a region, SAM's included, with the name of the file each schema is in.

    A region that is not known has the types of us-east-1.
    """
    folder = schema_folder()
    if folder is None:
        return {}
    providers = folder / "providers"
    own = read(providers / f"{region}.json") or read(providers / "us-east-1.json")
    return {str(name): str(at) for name, at in {**own, **read(providers / "sam.json")}.items()}


@lru_cache(maxsize=1)
def region_names() -> tuple[str, ...]:
    """The regions that cfn-lint knows the resource types of, sorted."""
    folder = schema_folder()
    found = (folder / "providers").glob("*-*-*.json") if folder is not None else ()
    return tuple(sorted(path.stem for path in found))


def resource_file(digest: str) -> Json:
    """The schema of that name, without the parts nobody here asks for; empty where it cannot be read.

    Of its `handlers` (create, update …) only the names are kept.
    """
    folder = schema_folder()
    if folder is None:
        return {}
    schema = read(folder / "resources" / f"{digest}.json")
    for key in _UNUSED:
        schema.pop(key, None)
    if isinstance(handlers := schema.get("handlers"), dict):
        schema["handlers"] = list(handlers)
    return schema


def other_file(*parts: str) -> Json:
    """One of cfn-lint's further schemas, as `other_file("parameters", "configuration.json")`."""
    root = package()
    return read(root.joinpath("data", "schemas", "other", *parts)) if root else {}


@lru_cache(maxsize=1)
def stateful_types() -> frozenset[str]:
    """The resource types that hold data which goes with them."""
    root = package()
    types = read(root / "data" / "AdditionalSpecs" / "StatefulResources.json").get("ResourceTypes") if root else None
    return frozenset(types) if isinstance(types, dict) else frozenset()


@lru_cache(maxsize=8)
def engine_versions(engine: str, *, deprecated: bool = False) -> tuple[str, ...]:
    """The versions of a database engine that RDS knows, or those of them from which no new instance can be made."""
    root = package()
    if root is None:
        return ()
    name = "engine_version_deprecated.json" if deprecated else "engine_version.json"
    path = root / "data" / "schemas" / "extensions" / "aws_rds_dbinstance" / name
    rules = read(path).get("allOf") if path.is_file() else None
    for rule in rules if isinstance(rules, list) else ():
        asked = rule.get("if", {}).get("properties", {})
        told = asked if deprecated else (rule.get("then") or {}).get("properties", {})
        if asked.get("Engine", {}).get("const") == engine:
            return tuple(str(value) for value in told.get("EngineVersion", {}).get("enum", ()))
    return ()


@lru_cache(maxsize=1)
def runtime_lifecycle() -> dict[str, tuple[str, str]]:
    """The runtimes of Lambda that end or have ended, with the day of that (as 2022-07-18) and what follows each."""
    root = package()
    found = read(root / "data" / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json") if root else {}
    return {
        name: (str(told.get("deprecated") or ""), str(told.get("successor") or ""))
        for name, told in found.items()
        if isinstance(told, dict)
    }


@lru_cache(maxsize=1)
def attribute_exceptions() -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """What the schemas do not tell about GetAtt, from cfn-lint's source.

    The types of which every property is an attribute, and the properties that are attributes of other types.
    """
    root = package()
    whole: frozenset[str] = frozenset()
    some: dict[str, tuple[str, ...]] = {}
    if root is None:
        return whole, some
    try:
        tree = ast.parse((root / "schema" / "_getatts.py").read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                if node.targets[0].id == "_all_property_types":
                    whole = frozenset(ast.literal_eval(node.value))
                elif node.targets[0].id == "_exceptions":
                    some = {name: tuple(names) for name, names in ast.literal_eval(node.value).items()}
    except (OSError, SyntaxError, ValueError):
        log.warning("cfn-lint's list of attributes could not be read; some GetAtt attributes will be missing")
    return whole, some
