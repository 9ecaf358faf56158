"""Every rule of terraform-check, once: its code, what it says, and how bad it is. Documentation is made from it."""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.core.diagnostic import Severity, Tag

_LANGUAGE = "https://developer.hashicorp.com/terraform/language"
_REGISTRY = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs"
_OTHER_PAGES = {
    "expressions/references": ("undeclared-reference", "invalid-reference", "unknown-attribute", "self-reference"),
    "expressions/types": ("wrong-type", "invalid-value"),
    "expressions/operators": ("invalid-operand",),
    "expressions/conditionals": ("inconsistent-types",),
    "expressions/for": ("not-iterable",),
    "expressions/custom-conditions": ("invalid-condition",),
    "meta-arguments/count": ("invalid-count",),
    "resources/provisioners/syntax": ("unknown-provisioner",),
    "values/outputs": ("sensitive-output", "hidden-output"),
    "resources/ephemeral": ("ephemeral-value",),
    "modules/develop/refactoring": ("invalid-address",),
    "meta-arguments/depends_on": ("quoted-reference",),
    "expressions/type-constraints": ("invalid-type-constraint",),
    "expressions/version-constraints": ("invalid-version",),
    "functions": ("unknown-function", "function-arguments", "missing-file"),
    "meta-arguments/for_each": ("invalid-for-each", "missing-instance-key", "unexpected-instance-key", "out-of-scope"),
    "expressions/strings": ("invalid-template", "deprecated-interpolation"),
    "providers/requirements": ("invalid-requirement", "deprecated-requirement", "deprecated-argument"),
    "modules/sources": ("invalid-module-source",),
    "values/variables": ("reference-not-allowed",),
}
_PAGES = {code: page for page, codes in _OTHER_PAGES.items() for code in codes}


@dataclass(frozen=True)
class Rule:
    """A rule's code, the sentence of its documentation and its severity."""

    code: str
    about: str
    severity: Severity = Severity.ERROR
    tag: Tag | None = None

    @property
    def href(self) -> str:
        """The page of Terraform's documentation that the rule follows from."""
        return f"{_LANGUAGE}/{_PAGES.get(self.code, 'syntax/configuration')}"


_ERRORS = {
    "syntax": "The text cannot be read as HCL. The rest of the file is judged all the same.",
    "unsupported-argument": "A block has an argument that its schema does not know.",
    "unsupported-block": "A block has a block in it that its schema does not know.",
    "block-as-argument": "Something that has to be written as a block is written as an argument.",
    "argument-as-block": "Something that has to be written as an argument is written as a block.",
    "missing-required-argument": "A required argument is not there.",
    "missing-required-block": "A required block is not there, or there are too few of it.",
    "too-many-blocks": "There are more blocks of a kind than may be.",
    "computed-argument": "An argument is set that only the provider can decide.",
    "unknown-resource-type": "The provider has no such resource type.",
    "unknown-data-source": "The provider has no such data source.",
    "undeclared-reference": "A reference to a resource, variable, local value or module that nothing declares.",
    "invalid-reference": "A reference that is not formed as references have to be.",
    "unknown-attribute": "A reference to an attribute that the object does not have.",
    "missing-instance-key": "A resource with count or for_each is referred to without saying which instance.",
    "unexpected-instance-key": "A resource without count or for_each is referred to by an index.",
    "out-of-scope": "`each`, `count` or `self` is used where it means nothing.",
    "self-reference": "A block refers to itself.",
    "dependency-cycle": "Declarations depend on each other in a circle.",
    "duplicate": "Something is declared or set twice.",
    "nothing-to-override": "An override file declares what no other file of the module does.",
    "wrong-type": "A value cannot be converted to the type that is expected.",
    "invalid-operand": "An operator or a condition has a value that is no number, or no truth value.",
    "invalid-value": "A value is not one of those that are allowed.",
    "unknown-function": "Terraform has no function of that name.",
    "function-arguments": "A function has too many or too few arguments, or one of the wrong type.",
    "invalid-labels": "A block has too many or too few labels, or one that is no valid name.",
    "invalid-for-each": "`for_each` has a value that it cannot take, or stands beside `count`.",
    "invalid-type-constraint": "A variable's type is not a type.",
    "reference-not-allowed": "A value that has to be known before anything else refers to something.",
    "invalid-version": "A version constraint that cannot be read.",
    "invalid-expression": "A list or a reference that has to be written out is not, or names what it may not.",
    "invalid-condition": "A condition refers to nothing that it could check.",
    "invalid-count": "`count` has a value that it cannot take.",
    "invalid-address": "An address in a `moved`, `removed` or `import` block is none, or leads nowhere.",
    "invalid-requirement": "What `required_providers` says of a provider cannot be read.",
    "invalid-index": "A value is taken apart that has no elements, or not this one.",
    "invalid-template": "A list or an object stands in the middle of a text.",
    "not-iterable": "A `for` goes through something that has no elements.",
    "inconsistent-types": "The two values of a condition are of kinds that do not go together.",
    "unknown-provisioner": "Terraform has no provisioner of that type.",
    "sensitive-output": "An output shows something sensitive without saying so.",
    "ephemeral-value": "An ephemeral value is kept where it may not be.",
    "invalid-module-source": "A module's source is no address that Terraform can install from.",
}
_WARNINGS = {
    "quoted-reference": "A reference stands in quotes, which Terraform takes no more than for old times' sake.",
    "missing-file": "A file or a module's folder is not there: Terraform needs it, though a build may yet make it.",
}
_HINTS = {
    "unused-declaration": ("Something is declared that nothing in the module uses.", Tag.UNNECESSARY),
    "deprecated-interpolation": ("A text holds one value and nothing else.", None),
    "deprecated-index": ("An index is written with a dot.", None),
    "hidden-output": ("An output shows what is sensitive, so the documentation, without saying so.", None),
    "deprecated-by-provider": (
        "A type, argument or block that its provider keeps for old times' sake, so the schema or its documentation.",
        Tag.DEPRECATED,
    ),
    "deprecated-type": ("A resource or data source of a provider that is archived.", Tag.DEPRECATED),
    "deprecated-requirement": ("A provider is required by its version alone, without its source.", None),
}
RULES = {code: Rule(code, about) for code, about in _ERRORS.items()} | {
    code: Rule(code, about, Severity.WARNING) for code, about in _WARNINGS.items()
}
RULES |= {code: Rule(code, about, Severity.HINT, tag) for code, (about, tag) in _HINTS.items()}
RULES["deprecated-argument"] = Rule(
    "deprecated-argument", "An argument that will go in a later version.", Severity.WARNING, Tag.DEPRECATED
)


def resource_href(block: str, resource_type: str) -> str:
    """The page of a resource or data source in the registry; empty where the provider is not one that is known."""
    provider, _, name = resource_type.partition("_")
    if provider != "aws" or not name:
        return ""
    return f"{_REGISTRY}/{'data-sources' if block == 'data' else 'resources'}/{name}"


def as_markdown() -> str:
    """The documentation of all rules: a table in Markdown."""
    lines = ["| code | severity | what it says |", "|---|---|---|"]
    lines += [f"| [`{r.code}`]({r.href}) | {r.severity.label} | {r.about} |" for r in RULES.values()]
    return "\n".join(lines) + "\n"
