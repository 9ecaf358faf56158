"""The words of IAM policies that cfn-lint does not list: operators and keys of conditions, principals, policies."""

from __future__ import annotations

from collections.abc import Mapping

STATEMENT: Mapping[str, str] = {
    "Sid": "A name for the statement.",
    "Effect": "Whether the statement allows or denies.",
    "Principal": "Who the statement is about.",
    "NotPrincipal": "Who the statement is not about.",
    "Action": "What may, or may not, be done.",
    "NotAction": "All but these actions.",
    "Resource": "The ARNs of what it may be done to.",
    "NotResource": "All but these resources.",
    "Condition": "When the statement applies.",
}

_COMPARED = {
    "String": ("Equals", "NotEquals", "Like", "NotLike", "EqualsIgnoreCase", "NotEqualsIgnoreCase"),
    "Arn": ("Equals", "NotEquals", "Like", "NotLike"),
    "Numeric": ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"),
    "Date": ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"),
}
_PLAIN = [f"{kind}{how}" for kind, hows in _COMPARED.items() for how in hows]
OPERATORS = (
    *(*_PLAIN, "Bool", "IpAddress", "NotIpAddress", "Null", "BinaryEquals"),
    *(f"{name}IfExists" for name in (*_PLAIN, "Bool", "IpAddress", "NotIpAddress")),
    *(f"{many}:{name}" for many in ("ForAnyValue", "ForAllValues") for name in _PLAIN if name.startswith("String")),
)
"""The operators of conditions, the plain ones first."""

BOOLEAN_KEYS = frozenset(
    ("aws:MultiFactorAuthPresent", "aws:PrincipalIsAWSService", "aws:SecureTransport", "aws:ViaAWSService")
)
KEYS = tuple(
    f"aws:{name}"
    for name in (
        *("SourceArn", "SourceAccount", "SourceOrgID", "SourceOrgPaths", "SourceIp", "SourceVpc", "SourceVpce"),
        *("PrincipalArn", "PrincipalAccount", "PrincipalOrgID", "PrincipalOrgPaths", "PrincipalType"),
        *("PrincipalServiceName", "PrincipalIsAWSService", "PrincipalTag/", "FederatedProvider"),
        *("RequestedRegion", "RequestTag/", "TagKeys", "ResourceTag/", "ResourceAccount", "ResourceOrgID"),
        *("SecureTransport", "MultiFactorAuthPresent", "MultiFactorAuthAge", "CalledVia", "ViaAWSService"),
        *("CurrentTime", "EpochTime", "TokenIssueTime", "UserAgent", "Referer", "userid", "username", "VpcSourceIp"),
    )
)
"""The keys of conditions that every service knows."""

TRUST_ACTIONS = (
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
    "sts:AssumeRoleWithSAML",
    "sts:TagSession",
    "sts:SetSourceIdentity",
)
PRINCIPALS = tuple(
    f"{name}.amazonaws.com"
    for name in (
        *("lambda", "ec2", "ecs-tasks", "ecs", "events", "s3", "sns", "sqs", "apigateway", "states", "scheduler"),
        *("cloudformation", "codebuild", "codepipeline", "codedeploy", "cloudfront", "cloudtrail", "config"),
        *("logs", "delivery.logs", "kms", "rds", "monitoring.rds", "elasticloadbalancing", "autoscaling"),
        *("application-autoscaling", "eks", "eks-fargate-pods", "elasticmapreduce", "firehose", "glue", "kinesis"),
        *("kinesisanalytics", "batch", "spotfleet", "ssm", "secretsmanager", "backup", "dax", "dms", "dynamodb"),
        *("edgelambda", "iot", "opensearchservice", "pipes", "redshift", "route53", "sagemaker", "ses", "transfer"),
        *(
            "vpc-flow-logs",
            "amplify",
            "appsync",
            "athena",
            "bedrock",
            "cognito-idp",
            "connect",
            "datasync",
            "guardduty",
        ),
    )
)
"""The services that most roles and resources trust."""
FEDERATED = (
    "cognito-identity.amazonaws.com",
    "accounts.google.com",
    "graph.facebook.com",
    "www.amazon.com",
    "token.actions.githubusercontent.com",
)

NAMESPACES: Mapping[str, tuple[str, ...]] = {
    "es": ("OpenSearchService", "Elasticsearch"),
    "execute-api": ("ApiGateway", "ApiGatewayV2"),
    "firehose": ("KinesisFirehose",),
    "elasticloadbalancing": ("ElasticLoadBalancingV2", "ElasticLoadBalancing"),
    "elasticfilesystem": ("EFS",),
    "elasticmapreduce": ("EMR",),
    "states": ("StepFunctions",),
    "ses": ("SES",),
    "cognito-idp": ("Cognito",),
    "cognito-identity": ("Cognito",),
    "acm": ("CertificateManager",),
    "aoss": ("OpenSearchServerless",),
    "rds-db": ("RDS",),
    "kafka": ("MSK",),
    "mq": ("AmazonMQ",),
    "ds": ("DirectoryService",),
}
"""The namespaces of resource types whose service is called otherwise in policies."""

MANAGED_POLICIES = (
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
    "service-role/AWSLambdaSQSQueueExecutionRole",
    "service-role/AWSLambdaDynamoDBExecutionRole",
    "service-role/AWSLambdaKinesisExecutionRole",
    "AWSXRayDaemonWriteAccess",
    "CloudWatchAgentServerPolicy",
    "AmazonSSMManagedInstanceCore",
    "service-role/AmazonECSTaskExecutionRolePolicy",
    "service-role/AmazonEC2ContainerServiceforEC2Role",
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    "service-role/AmazonRDSEnhancedMonitoringRole",
    "service-role/AWSCodeDeployRole",
    "service-role/AWSGlueServiceRole",
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "AmazonEKSClusterPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonS3ReadOnlyAccess",
    "ReadOnlyAccess",
    "PowerUserAccess",
    "AdministratorAccess",
)
"""Policies of AWS that roles are often given, by the end of their ARN."""

_AT_THE_ROOT = """
AmazonS3FullAccess AmazonDynamoDBFullAccess AmazonDynamoDBReadOnlyAccess AmazonSQSFullAccess AmazonSQSReadOnlyAccess
AmazonSNSFullAccess AmazonSNSReadOnlyAccess AmazonEC2FullAccess AmazonEC2ReadOnlyAccess AmazonVPCFullAccess
AmazonVPCReadOnlyAccess AmazonRDSFullAccess AmazonRDSReadOnlyAccess AmazonSSMFullAccess AmazonSSMReadOnlyAccess
AmazonKinesisFullAccess AmazonKinesisReadOnlyAccess AmazonKinesisFirehoseFullAccess CloudWatchFullAccess
CloudWatchReadOnlyAccess CloudWatchLogsFullAccess CloudWatchLogsReadOnlyAccess AWSLambda_FullAccess
AWSLambda_ReadOnlyAccess AmazonEC2ContainerRegistryFullAccess AmazonEC2ContainerRegistryPowerUser AmazonEKSServicePolicy
AmazonEKSVPCResourceController AmazonEKSFargatePodExecutionRolePolicy AWSElasticBeanstalkWebTier
AWSElasticBeanstalkWorkerTier AWSElasticBeanstalkMulticontainerDocker SecretsManagerReadWrite
AWSStepFunctionsFullAccess AmazonSageMakerFullAccess AmazonRoute53FullAccess AmazonRoute53ReadOnlyAccess
AmazonElastiCacheFullAccess AmazonElasticFileSystemFullAccess AmazonElasticFileSystemClientReadWriteAccess
AmazonAthenaFullAccess AmazonAPIGatewayInvokeFullAccess IAMFullAccess IAMReadOnlyAccess SecurityAudit
"""
_OF_SERVICES = """
AWSLambdaRole AWSLambdaENIManagementAccess AmazonEC2ContainerServiceRole AmazonEC2ContainerServiceEventsRole
AWSBatchServiceRole AWS_ConfigRole AmazonElasticMapReduceRole AmazonElasticMapReduceforEC2Role AmazonEBSCSIDriverPolicy
AmazonEC2RoleforSSM
"""
KNOWN_POLICIES: Mapping[str, str] = {
    **{name.rpartition("/")[2]: name for name in MANAGED_POLICIES},
    **{name: f"service-role/{name}" for name in _OF_SERVICES.split()},
    **{name: name for name in _AT_THE_ROOT.split()},
}
"""Policies of AWS that people name most, each with its path."""

_BY_PARAMETER = {
    "QueueName": ("SQSPollerPolicy", "SQSSendMessagePolicy"),
    "FunctionName": ("LambdaInvokePolicy",),
    "TableName": (
        *("DynamoDBCrudPolicy", "DynamoDBReadPolicy", "DynamoDBWritePolicy", "DynamoDBReconfigurePolicy"),
        "DynamoDBBackupFullAccessPolicy",
    ),
    "BucketName": ("S3ReadPolicy", "S3WritePolicy", "S3CrudPolicy", "S3FullAccessPolicy"),
    "TopicName": ("SNSPublishMessagePolicy", "SNSCrudPolicy"),
    "StreamName": ("KinesisStreamReadPolicy", "KinesisCrudPolicy"),
    "KeyId": ("KMSDecryptPolicy", "KMSEncryptPolicy"),
    "SecretArn": ("AWSSecretsManagerGetSecretValuePolicy",),
    "ParameterName": ("SSMParameterReadPolicy", "SSMParameterWithSlashPrefixReadPolicy"),
    "StateMachineName": ("StepFunctionsExecutionPolicy",),
    "EventBusName": ("EventBridgePutEventsPolicy",),
    "IdentityName": ("SESCrudPolicy", "SESSendBouncePolicy"),
    "DomainName": ("ElasticsearchHttpPostPolicy",),
    "DeliveryStreamName": ("FirehoseWritePolicy", "FirehoseCrudPolicy"),
    "CollectionId": ("RekognitionReadPolicy", "RekognitionWriteOnlyAccessPolicy"),
    "": (
        *("CloudWatchPutMetricPolicy", "CloudWatchDescribeAlarmHistoryPolicy", "EC2DescribePolicy", "VPCAccessPolicy"),
        *("AMIDescribePolicy", "CloudFormationDescribeStacksPolicy", "RekognitionDetectOnlyPolicy"),
        *(
            "TextractPolicy",
            "ComprehendBasicAccessPolicy",
            "PollyFullAccessPolicy",
            "MobileAnalyticsWriteOnlyAccessPolicy",
        ),
    ),
}
SAM_POLICIES: Mapping[str, str] = {name: parameter for parameter, names in _BY_PARAMETER.items() for name in names}
"""The policy templates of SAM, each with the parameter it takes, if it takes one."""
