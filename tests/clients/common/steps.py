"""Pipeline definitions for the checks, step by step."""

import json

from common.emulator import ROLE

PARAMETERS = [
    {"Name": "InstanceType", "Type": "String", "DefaultValue": "ml.m5.xlarge"},
    {"Name": "Instances", "Type": "Integer", "DefaultValue": 1},
    {"Name": "Threshold", "Type": "Float", "DefaultValue": 0.5},
    {"Name": "Prefix", "Type": "String", "DefaultValue": "data", "EnumValues": ["data", "more"]},
    {"Name": "Loud", "Type": "Boolean", "DefaultValue": False},
]


def definition(*steps, parameters=PARAMETERS):
    """A definition as the wire has it."""
    return json.dumps(
        {
            "Version": "2020-12-01",
            "Parameters": parameters,
            "PipelineExperimentConfig": {
                "ExperimentName": {"Get": "Execution.PipelineName"},
                "TrialName": {"Get": "Execution.PipelineExecutionId"},
            },
            "Steps": list(steps),
        }
    )


def training(name, **more):
    """A training job whose arguments are of every kind."""
    uri = {"Std:Join": {"On": "/", "Values": ["s3://bucket", {"Get": "Parameters.Prefix"}]}}
    return {
        "Name": name,
        "Type": "Training",
        "Arguments": {
            "AlgorithmSpecification": {
                "TrainingImage": "123.dkr.ecr.us-east-1.amazonaws.com/xgboost:1.7-1",
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "validation:rmse", "Regex": "rmse=(.*)"}],
            },
            "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
            "ResourceConfig": {
                "InstanceType": {"Get": "Parameters.InstanceType"},
                "InstanceCount": {"Get": "Parameters.Instances"},
                "VolumeSizeInGB": 30,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            "RoleArn": ROLE,
            "HyperParameters": {"depth": "6"},
            "InputDataConfig": [
                {
                    "ChannelName": "train",
                    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
                }
            ],
        },
        **more,
    }


def processing(name, **more):
    """A processing job with one output."""
    place = {"S3Uri": "s3://bucket/train", "LocalPath": "/opt/ml/out", "S3UploadMode": "EndOfJob"}
    output = {"OutputName": "train", "S3Output": place}
    return {
        "Name": name,
        "Type": "Processing",
        "Arguments": {
            "ProcessingResources": {
                "ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}
            },
            "AppSpecification": {"ImageUri": "image", "ContainerEntrypoint": ["python3", "prepare.py"]},
            "RoleArn": ROLE,
            "ProcessingOutputConfig": {"Outputs": [output]},
        },
        **more,
    }


def register(name, group, model="Train", **more):
    """A model package of what a training job made."""
    container = {"Image": "image", "ModelDataUrl": {"Get": f"Steps.{model}.ModelArtifacts.S3ModelArtifacts"}}
    return {
        "Name": name,
        "Type": "RegisterModel",
        "Arguments": {
            "ModelPackageGroupName": group,
            "ModelApprovalStatus": "PendingManualApproval",
            "InferenceSpecification": {
                "Containers": [container],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        },
        **more,
    }


def choose(name, group, **more):
    """A condition on the parameter Threshold: below 0.9 a model is registered, else the execution fails."""
    condition = {"Type": "LessThan", "LeftValue": {"Get": "Parameters.Threshold"}, "RightValue": 0.9}
    model = {"ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": "image"}}
    return {
        "Name": name,
        "Type": "Condition",
        "DependsOn": ["Train"],
        "Arguments": {
            "Conditions": [condition],
            "IfSteps": [register("Register", group), {"Name": "Model", "Type": "Model", "Arguments": model}],
            "ElseSteps": [{"Name": "Give-Up", "Type": "Fail", "Arguments": {"ErrorMessage": "not good enough"}}],
        },
        **more,
    }


def callback(name="Ask", **more):
    """A question to somebody outside."""
    return {
        "Name": name,
        "Type": "Callback",
        "SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/ask",
        "OutputParameters": [{"OutputName": "answer", "OutputType": "String"}],
        "Arguments": {"question": "may it pass?"},
        **more,
    }


def whole(group):
    """Prepare, Train, Choose and what follows."""
    return definition(processing("Prepare"), training("Train", DependsOn=["Prepare"]), choose("Choose", group))
