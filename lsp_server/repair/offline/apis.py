"""What an API needs to answer: resources, methods and integrations, or routes, a stage, and leave to call a function.

The settings are told by their names in CloudFormation; the provider of Terraform calls nearly all of them alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lsp_server.dialects.base import Language
from lsp_server.repair.offline.draft import Draft
from lsp_server.repair.offline.resource import New, arn
from lsp_server.repair.offline.routes import EVERYTHING, Route, named, routes_said, stage_said
from lsp_server.repair.offline.stems import stem

_LAMBDA = {Language.CLOUDFORMATION: "AWS::Lambda::Function", Language.TERRAFORM: "aws_lambda_function"}
_REST = {Language.CLOUDFORMATION: "AWS::ApiGateway::", Language.TERRAFORM: "aws_api_gateway_"}
_HTTP = {Language.CLOUDFORMATION: "AWS::ApiGatewayV2::", Language.TERRAFORM: "aws_apigatewayv2_"}
_PERMISSION = {Language.CLOUDFORMATION: "AWS::Lambda::Permission", Language.TERRAFORM: "aws_lambda_permission"}
_RENAMED = {"AuthorizationType": "authorization"}
_STAGE = stem("stage")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INVOKED = "sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%s.Arn}/invocations"


class Apis:
    """Writes what the APIs of a draft need to answer, before its resources are finished: what is named gets it."""

    def __init__(self, draft: Draft, language: Language) -> None:
        self._draft = draft
        self._notation = draft.notation
        self._language = language
        self._in_template = language is Language.CLOUDFORMATION

    def write(self) -> None:
        """Do so for the first API of each kind."""
        rest = next(iter(self._draft.of_type(self._kind(_REST, "RestApi"))), None)
        http = next(iter(self._draft.of_type(self._kind(_HTTP, "Api"))), None)
        if rest is None and http is None:
            return
        function = next(iter(self._draft.of_type(_LAMBDA[self._language])), None)
        routes = routes_said(self._draft.words) or ([EVERYTHING] if function is not None else [])
        if rest is not None and routes:
            self._rest(rest, routes, function)
        elif http is not None and function is not None:
            self._http(http, routes, function)

    # -- REST ------------------------------------------------------------------------------------------------------

    def _rest(self, api: New, routes: Sequence[Route], function: New | None) -> None:
        own = {"RestApiId": self._ref(api, "id")}
        root = self._ref(api, "RootResourceId" if self._in_template else "root_resource_id")
        resources: dict[tuple[str, ...], object] = {(): root}
        answering: list[New] = []
        for route in routes:
            for depth in range(len(route.path)):
                path = route.path[: depth + 1]
                if path not in resources:
                    settings = {**own, "ParentId": resources[path[:-1]], "PathPart": path[-1]}
                    resources[path] = self._ref(self._new(_REST, "Resource", api, named(path), settings))
            answering.append(self._method(api, own, resources[route.path], route, function))
        if function is None:
            self._draft.notes.append(f"{api.id} answers by itself (MOCK), as no function is named that it may call")
        deployment = self._new(_REST, "Deployment", api, "", own)
        addresses = [self._notation.address(new.type, new.id) for new in answering]
        deployment.around["DependsOn" if self._in_template else "depends_on"] = addresses
        if self._in_template and self._draft.words.find((_STAGE,)) < 0:  # then it comes with the deployment
            deployment.values["StageName"] = "prod"
        else:
            self._stage(api, own, deployment)
        if function is not None:
            self._permit(api, function)

    def _stage(self, api: New, own: Mapping[str, object], deployment: New) -> None:
        deployed = {"DeploymentId": self._ref(deployment), "StageName": stage_said(self._draft.words, "prod")}
        self._new(_REST, "Stage", api, "", {**own, **deployed})

    def _method(self, api: New, own: Mapping[str, object], resource: object, route: Route, function: New | None) -> New:
        """Write a method and what answers it, which is returned."""
        at = {**own, "ResourceId": resource, "HttpMethod": route.method}
        answer: dict[str, object] = {"Type": "MOCK", "RequestTemplates": {"application/json": '{"statusCode": 200}'}}
        if function is not None:
            answer = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": self._invoked(function)}
        if self._in_template:
            settings = {**at, "AuthorizationType": "NONE", "Integration": answer}
            return self._new(_REST, "Method", api, route.name, settings)
        method = self._new(_REST, "Method", api, route.name, {**at, "AuthorizationType": "NONE"})
        at["HttpMethod"] = self._ref(method, "http_method")
        return self._new(_REST, "Integration", api, route.name, {**at, **answer})

    # -- HTTP ------------------------------------------------------------------------------------------------------

    def _http(self, api: New, routes: Sequence[Route], function: New) -> None:
        own = {"ApiId": self._ref(api, "id")}
        uri = self._ref(function, arn(function.type) if self._in_template else "invoke_arn")
        proxy = {"IntegrationType": "AWS_PROXY", "IntegrationUri": uri, "PayloadFormatVersion": "2.0"}
        integration = self._new(_HTTP, "Integration", api, "", {**own, **proxy})
        target = self._notation.prefixed("integrations/", self._ref(integration, "id"))
        for route in routes:
            key = "$default" if route == EVERYTHING else f"{route.method} {route.written}"
            name = "default" if route == EVERYTHING else route.name
            self._new(_HTTP, "Route", api, name, {**own, "RouteKey": key, "Target": target})
        name = stage_said(self._draft.words, "$default")
        stage = {"StageName" if self._in_template else "Name": name, "AutoDeploy": True}
        self._new(_HTTP, "Stage", api, "", {**own, **stage})
        self._permit(api, function)

    # -- both ------------------------------------------------------------------------------------------------------

    def _permit(self, api: New, function: New) -> None:
        source = (
            self._notation.raw(
                f"sub arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{api.id}}}/*"
            )
            if self._in_template
            else self._notation.extended(self._ref(api, "execution_arn"), "/*")
        )
        name = self._ref(function, arn(function.type) if self._in_template else "function_name")
        settings = {"Action": "lambda:InvokeFunction", "FunctionName": name}
        who = {"Principal": "apigateway.amazonaws.com", "SourceArn": source}
        self._new(_PERMISSION, "", api, "", {**settings, **who})

    def _invoked(self, function: New) -> object:
        if self._in_template:
            return self._notation.raw(_INVOKED % function.id)
        return self._ref(function, "invoke_arn")

    def _ref(self, new: New, attribute: str = "") -> object:
        return self._notation.reference(new.type, new.id, attribute)

    def _kind(self, family: Mapping[Language, str], name: str) -> str:
        return family[self._language] + (name if self._in_template else _snake(name))

    def _new(self, family: Mapping[Language, str], name: str, api: New, said: str, settings: Mapping[str, Any]) -> New:
        """A resource of a type, one that the intent names if it has no settings yet."""
        kind = self._kind(family, name)
        new = next((other for other in self._draft.of_type(kind) if not (other.values or other.by)), None)
        if new is None:
            said = f"{said}_{name}" if said and self._in_template else said
            new = New(kind, self._notation.new_id(kind, self._draft.recipe(kind), said))
            self._draft.resources.append(new)
        new.by, new.finished = api.type, True
        new.values |= settings if self._in_template else {_snake(key): value for key, value in settings.items()}
        return new


def _snake(name: str) -> str:
    return _RENAMED.get(name) or _HUMP.sub("_", name).lower()
