"""The trust policy of a role that has none: the services of the resources that use the role in the same template."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic, Path
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import is_function
from lsp_server.fixers.cloudformation.dependencies import edges_of
from lsp_server.fixers.cloudformation.edits import insert
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import UNSAFE, Site

_SERVICES = {
    "AWS::ApiGateway::Account": "apigateway",
    "AWS::AppSync::DataSource": "appsync",
    "AWS::Batch::ComputeEnvironment": "batch",
    "AWS::CloudTrail::Trail": "cloudtrail",
    "AWS::CodeBuild::Project": "codebuild",
    "AWS::CodeDeploy::DeploymentGroup": "codedeploy",
    "AWS::CodePipeline::Pipeline": "codepipeline",
    "AWS::Config::ConfigurationRecorder": "config",
    "AWS::DLM::LifecyclePolicy": "dlm",
    "AWS::EC2::FlowLog": "vpc-flow-logs",
    "AWS::ECS::TaskDefinition": "ecs-tasks",
    "AWS::EKS::Cluster": "eks",
    "AWS::EKS::Nodegroup": "ec2",
    "AWS::Events::Rule": "events",
    "AWS::Glue::Crawler": "glue",
    "AWS::Glue::Job": "glue",
    "AWS::IAM::InstanceProfile": "ec2",
    "AWS::IoT::TopicRule": "iot",
    "AWS::KinesisFirehose::DeliveryStream": "firehose",
    "AWS::Lambda::Function": "lambda",
    "AWS::RDS::DBInstance": "monitoring.rds",
    "AWS::SageMaker::NotebookInstance": "sagemaker",
    "AWS::Scheduler::Schedule": "scheduler",
    "AWS::Serverless::Function": "lambda",
    "AWS::StepFunctions::StateMachine": "states",
}
_ROLES = ("Role", "Roles", "RoleArn", "RoleARN", "PermissionArn")  # how the names of properties end
_OF_OTHERS = frozenset(["Variables", "AssociatedRoles"])


def trust_who_uses_it(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Let the services assume the role that will have to; nothing where no resource tells."""
    site = Site(context, diagnostic)
    role = site.template.resources.get(site.owner)
    holder = site.node
    if role is None or role.type != "AWS::IAM::Role" or site.facts("missing") != ["AssumeRolePolicyDocument"]:
        return
    uses = [e for e in edges_of(site.template) if e.target == role.logical_id and _assumed(e.path)]
    users = [site.template.resources[e.source].type for e in uses]
    services = sorted({f"{_SERVICES[kind]}.amazonaws.com" for kind in users if kind in _SERVICES})
    if not services or not isinstance(holder, Mapping):
        return
    named: object = services[0] if len(services) == 1 else services
    statement = {"Effect": "Allow", "Principal": {"Service": named}, "Action": "sts:AssumeRole"}
    values = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    edits = insert(site.document, site.writer, holder, values)
    yield from site.fix(f"Let {' and '.join(services)} assume the role, which uses it here", edits, UNSAFE)


def _assumed(path: Path) -> bool:
    """Whether a role at a path is one that the resource's own service assumes: code that is told of one may not."""
    names = [step for step in path if isinstance(step, str) and not is_function(step)]
    return names[-1].endswith(_ROLES) and not _OF_OTHERS.intersection(names)


FIXERS = (RuleFixer("cfn-lint", codes("E3003"), trust_who_uses_it),)
