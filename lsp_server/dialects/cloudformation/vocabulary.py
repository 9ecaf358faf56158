"""The words of the template language itself: sections, attributes of a resource, functions, pseudo parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Shape: TypeAlias = dict[str, object]

SECTIONS: Mapping[str, str] = {
    "AWSTemplateFormatVersion": "The version of the template format; `2010-09-09` is the only one.",
    "Description": "What the template is for, at most 1024 bytes.",
    "Metadata": "Anything about the template, as the grouping of parameters in the console.",
    "Parameters": "Values that are given when the stack is created or updated.",
    "Rules": "Checks of the parameters before anything is created.",
    "Mappings": "Constants by two keys, looked up with `Fn::FindInMap`.",
    "Conditions": "Named conditions on parameters, which decide whether something is created.",
    "Transform": "Macros that the template goes through before it is deployed.",
    "Globals": "Properties that all SAM resources of a kind share.",
    "Resources": "What the stack consists of. The only section that must be there.",
    "Outputs": "Values that the stack shows, and that other stacks may import.",
}

RESOURCE_ATTRIBUTES: Mapping[str, str] = {
    "Type": "The resource type, as `AWS::S3::Bucket`.",
    "Properties": "The properties of the resource, as its type defines them.",
    "DependsOn": "Logical ids of resources that have to be there before this one; references already say so.",
    "Condition": "The name of the condition under which the resource is created.",
    "DeletionPolicy": "What happens to the real resource when it leaves the stack.",
    "UpdateReplacePolicy": "What happens to the old real resource when an update replaces it.",
    "CreationPolicy": "What has to happen before the resource counts as created.",
    "UpdatePolicy": "How an update of the resource goes about.",
    "Metadata": "Anything about the resource, as the configuration of cfn-init.",
}
MAPPING_ATTRIBUTES = frozenset({"Properties", "CreationPolicy", "UpdatePolicy", "Metadata"})

SAM_ATTRIBUTES: Mapping[str, str] = {
    "Connectors": "Permissions between this resource and others (SAM).",
    "IgnoreGlobals": "Which properties of `Globals` this resource does not take over (SAM).",
}

PARAMETER_ATTRIBUTES: Mapping[str, str] = {
    "Type": "The type of the value. Types of AWS let the console offer a choice, and are checked before deployment.",
    "Default": "The value where none is given.",
    "Description": "What the parameter is for.",
    "AllowedValues": "The values that may be given.",
    "AllowedPattern": "A regular expression that the value has to match.",
    "ConstraintDescription": "What is said when the value does not fit.",
    "MinLength": "The fewest characters.",
    "MaxLength": "The most characters.",
    "MinValue": "The smallest number.",
    "MaxValue": "The greatest number.",
    "NoEcho": "Whether the value is masked wherever the stack is shown.",
}
LIST_ATTRIBUTES = frozenset({"AllowedValues"})

OUTPUT_ATTRIBUTES: Mapping[str, str] = {
    "Value": "The value that is shown.",
    "Description": "What the value is.",
    "Export": "The name under which other stacks of the region may import the value.",
    "Condition": "The name of the condition under which the output is there.",
}

RULE_ATTRIBUTES: Mapping[str, str] = {
    "RuleCondition": "When the rule holds; always, where there is none.",
    "Assertions": "What the values of the parameters have to satisfy.",
    "Assert": "The check: a function that comes to true or false.",
    "AssertDescription": "What is said when the check fails.",
}

_AWS_PARAMETER_TYPES = (
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::Volume::Id",
    "AWS::EC2::VPC::Id",
    "AWS::Route53::HostedZone::Id",
)
PARAMETER_TYPES = (
    "String",
    "Number",
    "CommaDelimitedList",
    "List<Number>",
    "List<String>",
    *_AWS_PARAMETER_TYPES,
    *(f"List<{name}>" for name in _AWS_PARAMETER_TYPES if name != "AWS::EC2::KeyPair::KeyName"),
    "AWS::SSM::Parameter::Name",
    "AWS::SSM::Parameter::Value<String>",
    "AWS::SSM::Parameter::Value<List<String>>",
    "AWS::SSM::Parameter::Value<CommaDelimitedList>",
    *(f"AWS::SSM::Parameter::Value<{name}>" for name in _AWS_PARAMETER_TYPES),
    *(f"AWS::SSM::Parameter::Value<List<{name}>>" for name in _AWS_PARAMETER_TYPES if "KeyPair" not in name),
)

TRANSFORMS: Mapping[str, str] = {
    "AWS::Serverless-2016-10-31": "SAM: makes functions, APIs and tables of `AWS::Serverless::…` resources.",
    "AWS::LanguageExtensions": "`Fn::ForEach`, `Fn::Length`, `Fn::ToJsonString`, defaults in `Fn::FindInMap` and more.",
    "AWS::SecretsManager-2024-09-16": "Makes the function by which a rotation schedule changes a secret.",
    "AWS::CodeDeployBlueGreen": "Blue/green deployments of ECS services by CodeDeploy, as `Hooks` tells.",
    "AWS::Include": "Puts another file of template text here.",
}

DELETION_POLICIES: Mapping[str, str] = {
    "Retain": "Keep the real resource.",
    "RetainExceptOnCreate": "Keep it, but not where its creation is rolled back.",
    "Snapshot": "Take a snapshot first, where the type knows snapshots.",
    "Delete": "Delete it.",
}

SNAPSHOT_TYPES = frozenset(
    {
        "AWS::DocDB::DBCluster",
        "AWS::EC2::Volume",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::Neptune::DBCluster",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
    }
)

PSEUDO_PARAMETERS: Mapping[str, str] = {
    "AWS::AccountId": "The account the stack is in.",
    "AWS::NotificationARNs": "The topics that are told of the stack's events.",
    "AWS::NoValue": "Nothing: the property is as if it were not written.",
    "AWS::Partition": "The partition: `aws`, `aws-cn`, `aws-us-gov` …",
    "AWS::Region": "The region the stack is in.",
    "AWS::StackId": "The ARN of the stack.",
    "AWS::StackName": "The name of the stack.",
    "AWS::URLSuffix": "The domain of AWS in the partition, usually `amazonaws.com`.",
}

POLICY_ATTRIBUTES: Mapping[str, str] = {
    "ResourceSignal": "The signals that have to come in before the resource counts as created.",
    "Count": "How many signals have to come in.",
    "Timeout": "How long to wait for the signals, as `PT15M`.",
    "AutoScalingCreationPolicy": "How many instances of the group have to signal.",
    "MinSuccessfulInstancesPercent": "The share of instances that have to signal success, in percent.",
    "StartFleet": "Whether the AppStream fleet is started once it is created.",
    "AutoScalingReplacingUpdate": "Whether the group, or its instances, are replaced by new ones.",
    "WillReplace": "Whether a new group is made and the old one kept until that is ready.",
    "AutoScalingRollingUpdate": "Replaces the instances of the group batch by batch.",
    "MaxBatchSize": "The most instances that are replaced at once.",
    "MinActiveInstancesPercent": "The share of instances that have to be in service for an update to succeed.",
    "MinInstancesInService": "The fewest instances in service while others are replaced.",
    "PauseTime": "How long to wait after each batch, as `PT5M`.",
    "SuspendProcesses": "Processes of the group that rest during the update.",
    "WaitOnResourceSignals": "Whether each batch waits for signals of its instances.",
    "AutoScalingScheduledAction": "How scheduled actions and an update get along.",
    "IgnoreUnmodifiedGroupSizeProperties": "Whether sizes that a scheduled action set stay as they are.",
    "CodeDeployLambdaAliasUpdate": "Shifts the traffic of a Lambda alias by CodeDeploy.",
    "UseOnlineResharding": "Whether shards of a replication group are changed in place.",
    "EnableVersionUpgrade": "Whether an OpenSearch domain is upgraded in place.",
}

FUNCTIONS: Mapping[str, str] = {
    "Ref": "The value of a parameter, or what identifies a resource.",
    "Fn::GetAtt": "An attribute of a resource.",
    "Fn::Sub": "A string with `${Name}` and `${Resource.Attribute}` filled in; `${!Name}` stays as it is.",
    "Fn::Join": "Strings put together with something between them.",
    "Fn::Select": "One item of a list, by its index.",
    "Fn::Split": "A string cut into a list.",
    "Fn::If": "One of two values, by a condition.",
    "Fn::FindInMap": "A value of `Mappings`.",
    "Fn::ImportValue": "A value that another stack exports.",
    "Fn::Base64": "A string in Base64, as user data wants it.",
    "Fn::Cidr": "Address blocks cut from a larger one.",
    "Fn::GetAZs": "The availability zones of a region.",
    "Fn::Transform": "A macro, for this part of the template.",
    "Fn::Length": "How many items a list has (AWS::LanguageExtensions).",
    "Fn::ToJsonString": "An object or a list as JSON text (AWS::LanguageExtensions).",
    "Fn::GetStackOutput": "An output of another stack, also of another account or region.",
}
CONDITION_FUNCTIONS: Mapping[str, str] = {
    "Fn::And": "Whether all of the conditions hold.",
    "Fn::Equals": "Whether two values are the same.",
    "Fn::Not": "Whether the condition does not hold.",
    "Fn::Or": "Whether one of the conditions holds.",
    "Condition": "Another condition, by name.",
    "Ref": FUNCTIONS["Ref"],
    "Fn::FindInMap": FUNCTIONS["Fn::FindInMap"],
}
RULE_FUNCTIONS: Mapping[str, str] = {
    **{name: CONDITION_FUNCTIONS[name] for name in ("Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or")},
    "Fn::Contains": "Whether a value is in a list.",
    "Fn::EachMemberEquals": "Whether every value of a list is the given one.",
    "Fn::EachMemberIn": "Whether every value of a list is in another one.",
    "Fn::RefAll": "All values of the parameters of a type.",
    "Fn::ValueOf": "An attribute of what a parameter names, as the tags of a VPC.",
    "Fn::ValueOfAll": "An attribute of everything that the parameters of a type name.",
}
LOOP = "Fn::ForEach"
LOOPS: Mapping[str, str] = {
    LOOP: "The same once for each item of a list, `${Variable}` being the item (AWS::LanguageExtensions).",
}
LIST_FUNCTIONS = frozenset(
    f"Fn::{name}"
    for name in (
        *("Join", "Select", "Split", "If", "FindInMap", "Cidr", "And", "Equals", "Not", "Or"),
        *("Contains", "EachMemberEquals", "EachMemberIn", "ValueOf", "ValueOfAll"),
    )
)
EXTENSIONS = frozenset({"Fn::Length", "Fn::ToJsonString"})

ALL_FUNCTIONS: Mapping[str, str] = {**FUNCTIONS, **CONDITION_FUNCTIONS, **RULE_FUNCTIONS}
USUAL: Mapping[str, str] = {"UserData": "Fn::Base64", "AvailabilityZones": "Fn::GetAZs"}
"""The function that the value of a property nearly always is."""

STOPS: Mapping[str, str] = {
    "Fn::Join": '["$1", [$2]]',
    "Fn::Select": "[${1:0}, $2]",
    "Fn::Split": '["$1", $2]',
    "Fn::If": "[$1, $2, $3]",
    "Fn::FindInMap": "[$1, $2, $3]",
    "Fn::Cidr": "[$1, ${2:1}, ${3:8}]",
    "Fn::GetAZs": '"$1"',
    "Fn::And": "[$1, $2]",
    "Fn::Or": "[$1, $2]",
    "Fn::Equals": "[$1, $2]",
    "Fn::Not": "[$1]",
    "Fn::Contains": "[$1, $2]",
    "Fn::EachMemberEquals": "[$1, $2]",
    "Fn::EachMemberIn": "[$1, $2]",
    "Fn::ValueOf": '["$1", "$2"]',
    "Fn::ValueOfAll": '["$1", "$2"]',
    "Fn::Length": "$1",
    "Fn::ToJsonString": "$1",
}
"""Where one types in the arguments of a function, in brackets as JSON and flow notation have them."""

_TEXT: Shape = {"type": "string"}
_CHECKED: Shape = {"type": "string", "functions": ["Ref", "Fn::ValueOf"]}
_CHECKED_LIST: Shape = {"type": "array", "items": _CHECKED, "functions": ["Fn::RefAll", "Fn::ValueOfAll", "Ref"]}
ARGUMENTS: Mapping[str, Shape] = {
    "Fn::Transform": {
        "type": "object",
        "properties": {"Name": {"type": "string", "enum": ["AWS::Include"]}, "Parameters": {"type": "object"}},
        "required": ["Name"],
    },
    "Fn::Contains": {"type": "array", "prefixItems": [_CHECKED_LIST, _CHECKED]},
    "Fn::EachMemberEquals": {"type": "array", "prefixItems": [_CHECKED_LIST, _CHECKED]},
    "Fn::EachMemberIn": {"type": "array", "prefixItems": [_CHECKED_LIST, _CHECKED_LIST]},
    "Fn::RefAll": _TEXT,
    "Fn::ValueOf": {"type": "array", "prefixItems": [_TEXT, _TEXT]},
    "Fn::ValueOfAll": {"type": "array", "prefixItems": [_TEXT, _TEXT]},
}
"""What those functions take that cfn-lint has no schema for, with the functions that may stand there."""

CHECKED_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "AWS::EC2::VPC::Id": ("DefaultNetworkAcl", "DefaultSecurityGroup", "Tags.Name"),
    "AWS::EC2::Subnet::Id": ("AvailabilityZone", "Tags.Name", "VpcId"),
    "AWS::EC2::SecurityGroup::Id": ("Tags.Name",),
    "AWS::EC2::Image::Id": ("Tags.Name",),
    "AWS::EC2::Instance::Id": ("Tags.Name",),
    "AWS::EC2::KeyPair::KeyName": ("Tags.Name",),
}
"""What `Fn::ValueOf` may ask of a parameter, by its type."""


def parameter_type(name: str) -> str:
    """What a parameter of a type takes; empty for a type that is not known."""
    if name not in PARAMETER_TYPES:
        return ""
    if name.startswith("AWS::SSM::Parameter::Value<"):
        inner = name.removeprefix("AWS::SSM::Parameter::Value<").removesuffix(">")
        return f"The name of a parameter in Parameter Store, whose value (`{inner}`) is read at each deployment."
    if name.startswith("List<"):
        return f"Values between commas, each of type `{name[5:-1]}`."
    if name.startswith("AWS::"):
        _, service, noun, what = name.split("::")
        return f"The {what.lower()} of an existing {noun} ({service}); the console offers those of account and region."
    return {"CommaDelimitedList": "Texts between commas.", "Number": "An integer or a float."}.get(name, "Any text.")


def short(function: str) -> str:
    """The tag of a function: `Fn::Sub` is `!Sub`."""
    return "!" + function.removeprefix("Fn::")
