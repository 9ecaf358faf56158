"""The one settings type: the server reads it, and the editor's settings schema is generated from it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

LinterName = Literal["cfn-lint", "terraform-check", "terraform-validate", "tflint"]
LINTER_NAMES: tuple[LinterName, ...] = ("cfn-lint", "terraform-check", "terraform-validate", "tflint")


class Section(msgspec.Struct, frozen=True, rename="camel"):
    """A group of settings; names are camelCase on the wire, unknown ones are ignored."""


class CfnLintSettings(Section, frozen=True):
    """`lintel.cfnLint`."""

    ignore: Annotated[
        tuple[str, ...],
        Meta(description="Rules cfn-lint shall not report, such as `W3002`; a prefix such as `W` stands for all."),
    ] = ()
    regions: Annotated[
        tuple[str, ...],
        Meta(description="Regions whose schemas are used. Empty: as configured in `.cfnlintrc`, else `us-east-1`."),
    ] = ()


class TerraformSettings(Section, frozen=True):
    """`lintel.terraform`."""

    path: Annotated[
        str, Meta(description="Path of `terraform` or `tofu`. Empty: the first of the two that is on the PATH.")
    ] = ""
    installed_schemas: Annotated[
        bool,
        Meta(
            description="Ask the providers that `terraform init` has installed beside a module for their schemas, "
            "where their versions are not bundled. Each is started once, in the background, in trusted folders only."
        ),
    ] = True


class TimeoutSettings(Section, frozen=True):
    """`lintel.timeouts`."""

    lint: Annotated[
        float, Meta(description="Seconds after which a linter that does not answer is stopped.", ge=1, le=600)
    ] = 30.0


class ModelSettings(Section, frozen=True):
    """`lintel.model`: every limit counts for one run of the loop."""

    provider: Annotated[
        Literal["auto", "none", "offline", "anthropic", "editor", "bedrock", "vertex", "recorded"],
        Meta(
            description="Who proposes what fixers cannot. `auto`: Anthropic where there is a key, else the editor's "
            "own language model where it has one, else `offline`. `bedrock` and `vertex` ask Anthropic's models "
            "through Amazon Bedrock and Google's Vertex AI; `recorded` gives the answers of `#lintel.model.recording#`."
        ),
    ] = "auto"
    name: Annotated[str, Meta(description="The model that repairs and generates.")] = "claude-sonnet-5-5"
    fast: Annotated[
        str,
        Meta(
            description="The model that writes ghost text, which has to be there quickly. Empty: Claude Haiku where "
            "Anthropic's own endpoint and one of its models are asked, else the same as `#lintel.model.name#`."
        ),
    ] = ""
    strong: Annotated[
        str,
        Meta(
            description="The model that is asked once more where the one of `#lintel.model.name#` gets no further, "
            "such as `claude-opus-5-5`. Empty: the same one."
        ),
    ] = ""
    review: Annotated[
        bool,
        Meta(
            description="Have what was written or changed as words ask read once more, by the model of "
            "`#lintel.model.strong#` where one is named: it tells what of the request is not done, which is then "
            "asked for. That is a request more, or two. Never while you type."
        ),
    ] = False
    explain: Annotated[
        bool,
        Meta(
            description="Have *Explain this problem* say more by the model, where there is one: why the problem is "
            "found in this very text, what would come of it, what to change. That stands under what Lintel knows, is "
            "verified by nobody, and is one short request. Never for hover."
        ),
    ] = True
    editor_model: Annotated[
        str,
        Meta(
            description="Which of the editor's language models is asked: its id, family or name. Empty: the first one."
        ),
    ] = ""
    base_url: Annotated[
        str, Meta(description="Address of another endpoint that speaks the Anthropic Messages API. Empty: Anthropic's.")
    ] = ""
    region: Annotated[
        str,
        Meta(
            description="Region of Bedrock or Vertex AI. Empty: that of the environment (AWS_REGION, CLOUD_ML_REGION)."
        ),
    ] = ""
    proxy: Annotated[
        str,
        Meta(description="Address of the proxy to the model. Empty: as the environment says (HTTPS_PROXY, NO_PROXY)."),
    ] = ""
    ca_file: Annotated[
        str,
        Meta(
            description="File of certificates (PEM) that are trusted besides the system's, for a proxy or an endpoint "
            "of your organisation. Empty: as the environment says (SSL_CERT_FILE)."
        ),
    ] = ""
    recording: Annotated[
        str,
        Meta(
            description="File to which each request to a model is added with its answer, secrets left out, and from "
            "which it is answered the next time, for demonstrations and reports of mistakes. Empty: none."
        ),
    ] = ""
    max_attempts: Annotated[int, Meta(description="Answers asked of the model at the most.", ge=1, le=20)] = 3
    max_tokens: Annotated[int, Meta(description="Tokens spent at the most, in and out.", ge=1000)] = 30_000
    max_cost: Annotated[
        float,
        Meta(description="US dollars spent at the most, where the price of the model is known. 0: no limit.", ge=0),
    ] = 0.0
    timeout: Annotated[float, Meta(description="Seconds spent at the most.", ge=1, le=3600)] = 60.0
    daily_limit: Annotated[
        float,
        Meta(
            description="US dollars that may be spent on one day, by all of Lintel's processes. Once they are, no "
            "model is asked until tomorrow. 0: no limit.",
            ge=0,
        ),
    ] = 0.0
    daily_tokens: Annotated[
        int,
        Meta(description="The same in tokens, for models without a known price. 0: no limit.", ge=0),
    ] = 0
    at_once: Annotated[
        int,
        Meta(description="Requests that are under way at the same time, at the most; others wait.", ge=1, le=16),
    ] = 2
    retries: Annotated[
        int, Meta(description="How often an overloaded or unreachable endpoint is asked again.", ge=0, le=10)
    ] = 2
    hide_account_ids: Annotated[
        bool,
        Meta(
            description="Hide the ids of AWS accounts (twelve digits) from the model, as passwords and keys always are."
        ),
    ] = False


class GhostTextSettings(Section, frozen=True):
    """`lintel.ghostText`."""

    enabled: Annotated[
        bool, Meta(description="Offer a verified resource below a comment that says what should stand there.")
    ] = True


class Settings(Section, frozen=True):
    """All of `lintel.*` that the server reads. Settings of the client alone are added by the generator."""

    on_save: Annotated[
        Literal["off", "suggest", "apply"],
        Meta(
            description="What happens on save. `off`: nothing. `suggest`: a repair is worked out in the background and "
            "offered. `apply`: safe fixes are made. A save never waits for a model."
        ),
    ] = "suggest"
    linters: Annotated[
        tuple[LinterName, ...], Meta(description="The linters that judge, where they are installed.")
    ] = LINTER_NAMES
    cfn_lint: CfnLintSettings = CfnLintSettings()
    terraform: TerraformSettings = TerraformSettings()
    timeouts: TimeoutSettings = TimeoutSettings()
    model: ModelSettings = ModelSettings()
    ghost_text: GhostTextSettings = GhostTextSettings()
    inlay_hints: Annotated[
        bool,
        Meta(
            description="Show what a parameter, variable, local value or `FindInMap` comes to where it is used, and "
            "the parameters that numbers in calls of Terraform's functions are for."
        ),
    ] = True
    reference_counts: Annotated[
        bool, Meta(description="Show above a declaration how often it is used in its template or module.")
    ] = False
    exclude: Annotated[
        tuple[str, ...],
        Meta(
            description="Files, as globs, that are never read into a request to a model. States, `.terraform`, `.env` "
            "and variable files that set sensitive variables never are, whatever stands here."
        ),
    ] = ("**/*.tfstate*", "**/.env*", "**/*.auto.tfvars")


def read_settings(raw: Any) -> tuple[Settings, str]:
    """Build settings from what an editor sent, which may be anything.

    Returns the settings and a sentence that says what was wrong (empty: nothing); the defaults stand in for a wrong
    value's whole section, so that one mistake does not switch off the rest.
    """
    if not isinstance(raw, dict):
        return Settings(), "" if raw is None else "the settings are not an object"
    problems: list[str] = []
    good: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        value = raw.get(field.encode_name)
        if value is None:
            continue
        try:
            good[field.name] = msgspec.convert(value, field.type)
        except msgspec.ValidationError as error:
            problems.append(f"lintel.{field.encode_name}: {error}")
    return Settings(**good), "; ".join(problems)
