"""Templates of some 700 lines, composed of blocks that people write, with non-ASCII text all over them."""

import json

from tests.dialects.cloudformation.notations import as_json, load

_HEAD = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: "Größenwahn 🚀: a “composed” template — ¡hola!"
"""

_PARAMETERS = """\
Parameters:
  Stage:
    Type: String
    Default: dev
    AllowedValues: [dev, test, prod]
    Description: "Stufe: dev · test · prod 😀"
  Network:
    Type: AWS::EC2::VPC::Id
    Description: 'the VPC; it''s made elsewhere'
  Subnets:
    Type: List<AWS::EC2::Subnet::Id>
"""
_PARAMETER = """\
  Size{n}: &size{n}
    Type: Number
    Default: {n} # ü{n}
    MinValue: 0
"""
_MAPPINGS = """\
Mappings:
  Regions:
    eu-west-1:
      Image: ami-0123456789abcdef0
      Zone: "é"
    us-east-1: {Image: ami-0123456789abcdef1, Zone: "ü"}
"""
_MAPPING = """\
  Sizes{n}:
    dev:
      Size: "klein — {n}"
    prod:
      Size: 'groß'
"""
_CONDITIONS = """\
Conditions:
  IsProduction: !Equals [!Ref Stage, prod]
"""
_CONDITION = """\
  Condition{n}: !Not
    - !Equals
      - !Ref Stage
      - "é{n}"
"""
_RULES = """\
Rules:
"""
_RULE = """\
  Rule{n}:
    RuleCondition: !Equals [!Ref Stage, prod]
    Assertions:
      - Assert: !Contains [[dev, "é{n}"], !Ref Stage]
        AssertDescription: "größer 😀"
"""
_RESOURCES = """\
Resources:
  DeadLetters:
    Type: AWS::SQS::Queue
  Database:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Snapshot
    UpdateReplacePolicy: Snapshot
    Properties:
      Engine: mysql
      DBInstanceClass: db.t3.small
      AllocatedStorage: "20"
  WorkerRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: lambda.amazonaws.com}
            Action: sts:AssumeRole
  BastionGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: "größer: [nicht] {so} #1"
      VpcId: !Ref Network
"""
_BLOCKS = (
    """\
  Queue{n}:
    Type: AWS::SQS::Queue
    # it's the queue of job {n}: "é
    Properties:
      QueueName: !Sub "${{AWS::StackName}}-é-{n}"
      VisibilityTimeout: 30
      Tags:
        - Key: zweck
          Value: 'größe {n}'
        - {{Key: "owner 😀", Value: !Ref Stage}}
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt [DeadLetters, Arn]
        maxReceiveCount: 5
""",
    """\
  Function{n}:
    Type: AWS::Lambda::Function
    DependsOn: [WorkerRole]
    Properties:
      Role: !GetAtt WorkerRole.Arn
      Runtime: python3.13
      Handler: index.handler
      Code:
        ZipFile: |
          # größe: {{"a": [1, 2}}
          def handler(event, context):
              return "é" + 'it''s'
      Environment:
        Variables:
          GRÖSSE: !If [IsProduction, groß, klein]
""",
    """\
  Instance{n}:
    Type: AWS::EC2::Instance
    Metadata:
      Comment: "😀"
    Properties:
      ImageId: !FindInMap [Regions, !Ref AWS::Region, Image]
      InstanceType: t3.micro
      SecurityGroupIds:
      - !GetAtt BastionGroup.GroupId
      UserData:
        Fn::Base64: !Sub |
          #!/bin/bash
          echo "größe ${{Stage}}" > /etc/motd
""",
    """\
  Bucket{n}:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: Enabled
      Tags: [{{Key: é, Value: "a, b: [c]"}}]
""",
)
_OUTPUTS = """\
Outputs:
"""
_OUTPUT = """\
  Output{n}:
    Description: "wo — {n}"
    Value: !GetAtt Queue0.Arn
"""
_GLOBALS = """\
Globals:
  Function:
    Runtime: python3.13
    MemorySize: 256 # genügend
"""
_SERVERLESS = """\
  Handler{n}:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      CodeUri: ./größe
      Events:
        Hit:
          Type: Api
          Properties:
            Path: /größe/{n}
            Method: get
      Policies:
        - S3ReadPolicy:
            BucketName: !Ref Bucket3
"""


def yaml_text(*, serverless=False):
    """The template in block YAML, of SAM or not."""
    parts = [_HEAD]
    if serverless:
        parts += ["Transform: AWS::Serverless-2016-10-31\n", _GLOBALS]
    parts += [_PARAMETERS, *(_PARAMETER.format(n=n) for n in range(19)), _MAPPINGS]
    parts += [_MAPPING.format(n=n) for n in range(19)]
    parts += [_CONDITIONS, *(_CONDITION.format(n=n) for n in range(19))]
    parts += [_RULES, *(_RULE.format(n=n) for n in range(19)), _RESOURCES]
    blocks = (*_BLOCKS[:3], _SERVERLESS, _BLOCKS[3]) if serverless else _BLOCKS
    parts += [blocks[n % len(blocks)].format(n=n) for n in range(24)]
    return "".join([*parts, _OUTPUTS, *(_OUTPUT.format(n=n) for n in range(19))])


def json_text():
    """The same in JSON, over many lines."""
    return json.dumps(as_json(load(yaml_text())), indent=2, ensure_ascii=False) + "\n"
