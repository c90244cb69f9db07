"""boto3 against the local SageMaker: every operation, the whole life of a pipeline, every answer checked.

    python3 boto3_emulator.py http://127.0.0.1:PORT/

Any seed will do: it works on pipelines of its own, and then describes whatever else it finds. Time is moved by the
emulator's clock control; nothing sleeps.
"""

import json
import sys
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from conformity import Recorder

ROLE = "arn:aws:iam::123456789012:role/service-role/Pipelines"
SUFFIX = uuid.uuid4().hex[:8]
LOCAL_KEYS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
RUNNING = ("Executing", "Stopping")


class Bench:
    """A client, the emulator's controls, and small helpers."""

    def __init__(self, endpoint):
        self.endpoint = endpoint.rstrip("/")
        self.client = self.connect()
        self.recorder = Recorder(self.client)

    def connect(self, service="sagemaker", keys=LOCAL_KEYS, **config):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            config=Config(retries={"total_max_attempts": 1}, max_pool_connections=32, **config),
            **keys,
        )

    def control(self, method, name, order=None):
        data = None if order is None else json.dumps(order).encode()
        request = urllib.request.Request(f"{self.endpoint}/_emulator/{name}", data=data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def advance(self, seconds):
        self.control("POST", "clock", {"advance_seconds": seconds})

    def status(self, execution):
        answer = self.client.describe_pipeline_execution(PipelineExecutionArn=execution)
        return answer["PipelineExecutionStatus"]

    def until(self, execution, wanted, rounds=400):
        """Moves the clock until an execution's status is one of those wanted."""
        for _ in range(rounds):
            status = self.status(execution)
            if status in wanted:
                return status
            if status not in RUNNING:
                break
            self.advance(2)
        raise AssertionError(f"{execution} is {status}, not {wanted}")

    def steps(self, execution):
        pages = self.client.get_paginator("list_pipeline_execution_steps")
        pages = pages.paginate(PipelineExecutionArn=execution, PaginationConfig={"PageSize": 2})
        return [step for page in pages for step in page["PipelineExecutionSteps"]]

    def until_step(self, execution, name, status="Executing"):
        # The clock stands still between two looks, or a slow machine would miss a short status.
        self.control("POST", "clock", {"freeze": True})
        try:
            for _ in range(400):
                for step in self.steps(execution):
                    if step["StepName"] == name and step["StepStatus"] == status:
                        return step
                self.advance(1)
            raise AssertionError(f"{name} was never {status}")
        finally:
            self.control("POST", "clock", {"freeze": False})


def refused(code, words, call, **arguments):
    """Makes a call that must be refused with a code and words of its message."""
    try:
        call(**arguments)
    except ClientError as error:
        told = error.response["Error"]
        assert told["Code"] == code, f"{told['Code']}, not {code}: {told['Message']}"
        assert words in told["Message"], f"{words!r} is not in {told['Message']!r}"
        assert error.response["ResponseMetadata"]["RequestId"]
        return
    raise AssertionError(f"{call.__name__} was not refused with {code}")


def training(name, **more):
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
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": {"Std:Join": {"On": "/", "Values": ["s3://bucket", {"Get": "Parameters.Prefix"}]}},
                        }
                    },
                }
            ],
        },
        **more,
    }


def definition(*steps):
    return json.dumps(
        {
            "Version": "2020-12-01",
            "Parameters": [
                {"Name": "InstanceType", "Type": "String", "DefaultValue": "ml.m5.xlarge"},
                {"Name": "Instances", "Type": "Integer", "DefaultValue": 1},
                {"Name": "Threshold", "Type": "Float", "DefaultValue": 0.5},
                {"Name": "Prefix", "Type": "String", "DefaultValue": "data", "EnumValues": ["data", "more"]},
                {"Name": "Loud", "Type": "Boolean", "DefaultValue": False},
            ],
            "PipelineExperimentConfig": {
                "ExperimentName": {"Get": "Execution.PipelineName"},
                "TrialName": {"Get": "Execution.PipelineExecutionId"},
            },
            "Steps": list(steps),
        }
    )


PROCESS = {
    "Name": "Prepare",
    "Type": "Processing",
    "Arguments": {
        "ProcessingResources": {
            "ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}
        },
        "AppSpecification": {"ImageUri": "image", "ContainerEntrypoint": ["python3", "prepare.py"]},
        "RoleArn": ROLE,
        "ProcessingOutputConfig": {
            "Outputs": [
                {"OutputName": "train", "S3Output": {"LocalPath": "/opt/ml/out", "S3UploadMode": "EndOfJob"}}
            ]
        },
    },
}
CHOOSE = {
    "Name": "Choose",
    "Type": "Condition",
    "DependsOn": ["Train"],
    "Arguments": {
        "Conditions": [
            {"Type": "LessThan", "LeftValue": {"Get": "Parameters.Threshold"}, "RightValue": 0.9}
        ],
        "IfSteps": [
            {
                "Name": "Register",
                "Type": "RegisterModel",
                "Arguments": {
                    "ModelPackageGroupName": f"boto3-{SUFFIX}",
                    "ModelApprovalStatus": "PendingManualApproval",
                    "InferenceSpecification": {
                        "Containers": [
                            {
                                "Image": "image",
                                "ModelDataUrl": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"},
                            }
                        ],
                        "SupportedContentTypes": ["text/csv"],
                        "SupportedResponseMIMETypes": ["text/csv"],
                    },
                },
            },
            {"Name": "Model", "Type": "Model", "Arguments": {"ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": "image"}}},
        ],
        "ElseSteps": [{"Name": "Give-Up", "Type": "Fail", "Arguments": {"ErrorMessage": "not good enough"}}],
    },
}
WHOLE = definition(PROCESS, training("Train", DependsOn=["Prepare"]), CHOOSE)
ASKING = definition(
    {
        "Name": "Ask",
        "Type": "Callback",
        "SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/ask",
        "OutputParameters": [{"OutputName": "answer", "OutputType": "String"}],
        "Arguments": {"question": "may it pass?"},
    }
)


def create(bench, name, text=WHOLE, **more):
    arguments = dict(PipelineName=name, RoleArn=ROLE, PipelineDefinition=text, **more)
    arguments.setdefault("ClientRequestToken", str(uuid.uuid4()))
    return bench.client.create_pipeline(**arguments)["PipelineArn"]


def start(bench, name, **more):
    return bench.client.start_pipeline_execution(PipelineName=name, **more)["PipelineExecutionArn"]


def pipelines(bench):
    """Create, describe, list, update, versions, tags, delete."""
    client, name = bench.client, f"boto3-life-{SUFFIX}"
    token = str(uuid.uuid4())
    tags = [{"Key": "team", "Value": "green"}]
    arn = create(bench, name, ClientRequestToken=token, PipelineDescription="first", Tags=tags)
    assert create(bench, name, ClientRequestToken=token, PipelineDescription="first", Tags=tags) == arn
    again = dict(RoleArn=ROLE, PipelineDefinition=WHOLE)
    refused("ConflictException", "already used", client.create_pipeline, PipelineName=name, ClientRequestToken=token, **again)
    refused("ValidationException", "Pipeline names must be unique within", client.create_pipeline, PipelineName=name, **again)
    refused(
        "ValidationException",
        "1 validation error detected: Value 'a_b' at 'pipelineName' failed to satisfy constraint: Member must satisfy regular expression pattern:",
        client.create_pipeline,
        PipelineName="a_b",
        **again,
    )
    refused("ValidationException", "parse", client.create_pipeline, PipelineName=f"x-{SUFFIX}", RoleArn=ROLE, PipelineDefinition="{")

    told = client.describe_pipeline(PipelineName=name)
    assert (told["PipelineArn"], told["PipelineStatus"], told["PipelineDefinition"]) == (arn, "Active", WHOLE)
    assert client.describe_pipeline(PipelineName=arn)["PipelineName"] == name
    refused("ResourceNotFound", "does not exist", client.describe_pipeline, PipelineName=f"none-{SUFFIX}")

    update = client.update_pipeline(PipelineName=name, PipelineDefinition=ASKING, PipelineDescription="second")
    assert update["PipelineVersionId"] == 2, update
    versions = client.list_pipeline_versions(PipelineName=name)["PipelineVersionSummaries"]
    assert [version["PipelineVersionId"] for version in versions] == [2, 1]
    client.update_pipeline_version(PipelineArn=arn, PipelineVersionId=1, PipelineVersionDisplayName="the-first")
    old = client.describe_pipeline(PipelineName=name, PipelineVersionId=1)
    assert (old["PipelineDefinition"], old["PipelineVersionDisplayName"]) == (WHOLE, "the-first")
    refused("ResourceNotFound", "version", client.describe_pipeline, PipelineName=name, PipelineVersionId=9)

    client.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "blue"}, {"Key": "cost", "Value": "7"}])
    client.delete_tags(ResourceArn=arn, TagKeys=["cost"])
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "blue"}]

    execution = start(bench, name, PipelineVersionId=1)
    assert client.describe_pipeline_execution(PipelineExecutionArn=execution)["PipelineVersionId"] == 1
    refused("ValidationException", "running executions cannot be deleted", client.delete_pipeline, PipelineName=name, ClientRequestToken=str(uuid.uuid4()))
    bench.until(execution, ["Succeeded"])
    client.delete_pipeline(PipelineName=name, ClientRequestToken=str(uuid.uuid4()))
    refused("ResourceNotFound", "does not exist", client.describe_pipeline, PipelineName=name)
    refused("ResourceNotFound", "does not exist", client.describe_pipeline_execution, PipelineExecutionArn=execution)


def paging(bench):
    """Pages that survive insertions, orders, windows, prefixes, refused tokens."""
    client, prefix = bench.client, f"boto3-page-{SUFFIX}"
    for number in range(5):
        create(bench, f"{prefix}-{number}")
        bench.advance(1)
    by_name = dict(PipelineNamePrefix=prefix, SortBy="Name", SortOrder="Ascending")
    first = client.list_pipelines(MaxResults=2, **by_name)
    create(bench, f"{prefix}-0-between")
    rest = client.list_pipelines(MaxResults=100, NextToken=first["NextToken"], **by_name)
    names = [pipeline["PipelineName"][-1] for page in (first, rest) for pipeline in page["PipelineSummaries"]]
    assert names == list("01234"), names
    pages = client.get_paginator("list_pipelines").paginate(
        PipelineNamePrefix=prefix, SortOrder="Descending", PaginationConfig={"PageSize": 1}
    )
    names = [pipeline["PipelineName"] for page in pages for pipeline in page["PipelineSummaries"]]
    assert names == [f"{prefix}-0-between"] + [f"{prefix}-{number}" for number in range(4, -1, -1)], names
    refused("ValidationException", "token", client.list_pipelines, NextToken="nonsense")
    refused("ValidationException", "token", client.list_pipelines, NextToken=first["NextToken"])
    refused("ValidationException", "less than or equal to 100", client.list_pipelines, MaxResults=101)
    later = datetime.now(timezone.utc) + timedelta(days=4000)
    assert client.list_pipelines(PipelineNamePrefix=prefix, CreatedAfter=later)["PipelineSummaries"] == []


def execution_life(bench):
    """Start, watch, describe, jobs, parameters, definition, update; then a Fail step."""
    client, name = bench.client, f"boto3-run-{SUFFIX}"
    create(bench, name)
    token = str(uuid.uuid4())
    asked = dict(
        PipelineExecutionDisplayName="by-boto3",
        PipelineExecutionDescription="watched",
        PipelineParameters=[{"Name": "Instances", "Value": "2"}],
        ClientRequestToken=token,
    )
    with ThreadPoolExecutor(8) as pool:
        arns = set(pool.map(lambda _: start(bench, name, **asked), range(16)))
    assert len(arns) == 1, arns
    execution = arns.pop()
    changed = {**asked, "PipelineExecutionDisplayName": "other"}
    refused("ConflictException", "already used", client.start_pipeline_execution, PipelineName=name, **changed)
    assert bench.status(execution) == "Executing"
    client.update_pipeline_execution(
        PipelineExecutionArn=execution,
        PipelineExecutionDescription="renamed",
        ParallelismConfiguration={"MaxParallelExecutionSteps": 3},
    )
    bench.until_step(execution, "Prepare")
    describe_jobs(bench, bench.steps(execution))
    assert bench.until(execution, ["Succeeded"]) == "Succeeded"
    told = client.describe_pipeline_execution(PipelineExecutionArn=execution)
    assert told["PipelineExecutionDescription"] == "renamed"
    assert told["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 3}
    assert told["PipelineExperimentConfig"]["ExperimentName"] == name
    assert told["LastModifiedTime"] > told["CreationTime"]
    steps = bench.steps(execution)
    names = [step["StepName"] for step in steps]
    assert set(names) == {"Prepare", "Train", "Choose", "Register", "Model"}, names
    assert names[-1] == "Prepare", "newest first"
    ascending = client.list_pipeline_execution_steps(PipelineExecutionArn=execution, SortOrder="Ascending")
    assert ascending["PipelineExecutionSteps"][0]["StepName"] == "Prepare"
    outcome = next(step for step in steps if step["StepName"] == "Choose")
    assert outcome["Metadata"] == {"Condition": {"Outcome": "True"}}
    described = describe_jobs(bench, steps)
    assert described["Train"]["ResourceConfig"]["InstanceCount"] == 2
    assert described["Train"]["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == "s3://bucket/data"
    assert described["Train"]["TrainingJobStatus"] == "Completed"
    assert described["Register"]["ModelApprovalStatus"] == "PendingManualApproval"
    pages = client.get_paginator("list_pipeline_parameters_for_execution")
    pages = pages.paginate(PipelineExecutionArn=execution, PaginationConfig={"PageSize": 2})
    values = {value["Name"]: value["Value"] for page in pages for value in page["PipelineParameters"]}
    assert values["Instances"] == "2" and values["InstanceType"] == "ml.m5.xlarge", values
    assert client.describe_pipeline_definition_for_execution(PipelineExecutionArn=execution)["PipelineDefinition"] == WHOLE
    refused("ValidationException", "'Executing' status can be stopped", client.stop_pipeline_execution, PipelineExecutionArn=execution, ClientRequestToken=token)

    failing = start(bench, name, PipelineParameters=[{"Name": "Threshold", "Value": "0.95"}])
    bench.until(failing, ["Failed"])
    told = client.describe_pipeline_execution(PipelineExecutionArn=failing)
    assert told["FailureReason"] == "Step failure: One or multiple steps failed", told
    assert bench.steps(failing)[0]["FailureReason"] == "not good enough"
    refused("ValidationException", "", client.retry_pipeline_execution, PipelineExecutionArn=failing, ClientRequestToken=str(uuid.uuid4()))
    pages = client.get_paginator("list_pipeline_executions").paginate(PipelineName=name, PaginationConfig={"PageSize": 1})
    listed = [summary for page in pages for summary in page["PipelineExecutionSummaries"]]
    assert [summary["PipelineExecutionArn"] for summary in listed] == [failing, execution]
    assert listed[0]["PipelineExecutionFailureReason"]


def parameters(bench):
    """What a start refuses."""
    client, name = bench.client, f"boto3-parameters-{SUFFIX}"
    needing = json.loads(WHOLE)
    needing["Parameters"].append({"Name": "Needed", "Type": "String"})
    create(bench, name, json.dumps(needing))
    for values, words in [
        ({}, "Needed"),
        ({"Needed": "x", "Unknown": "1"}, "must match a named parameter"),
        ({"Needed": "x", "Instances": "many"}, "Integer"),
        ({"Needed": "x", "Threshold": "high"}, "Float"),
        ({"Needed": "x", "Loud": "maybe"}, "Boolean"),
        ({"Needed": "x", "Prefix": "other"}, "not one of"),
    ]:
        given = [{"Name": key, "Value": value} for key, value in values.items()]
        refused("ValidationException", words, client.start_pipeline_execution, PipelineName=name, PipelineParameters=given)
    long_name = dict(PipelineName=name, PipelineExecutionDisplayName="a" * 83)
    refused("ValidationException", "less than or equal to 82", client.start_pipeline_execution, **long_name)


def stop_resume_retry(bench):
    """Stop and resume; a scripted failure and its retry."""
    client, name = bench.client, f"boto3-stop-{SUFFIX}"
    create(bench, name)
    execution = start(bench, name)
    bench.until_step(execution, "Prepare")
    token = str(uuid.uuid4())
    for _ in range(2):
        client.stop_pipeline_execution(PipelineExecutionArn=execution, ClientRequestToken=token)
    bench.until(execution, ["Stopped"])
    describe_jobs(bench, bench.steps(execution))
    client.retry_pipeline_execution(PipelineExecutionArn=execution, ClientRequestToken=str(uuid.uuid4()))
    bench.until(execution, ["Succeeded"])

    reason = "ClientError: The image does not exist"
    bench.control("POST", "outcomes", {"pipeline": name, "step": "Train", "attempts": 1, "reason": reason})
    failed = start(bench, name)
    bench.until(failed, ["Failed"])
    steps = {step["StepName"]: step for step in bench.steps(failed)}
    assert steps["Train"]["StepStatus"] == "Failed" and reason in steps["Train"]["FailureReason"], steps
    described = describe_jobs(bench, steps.values())
    if "Train" in described:
        assert described["Train"]["TrainingJobStatus"] == "Failed"
    prepared = steps["Prepare"]["EndTime"]
    client.retry_pipeline_execution(
        PipelineExecutionArn=failed,
        ClientRequestToken=str(uuid.uuid4()),
        ParallelismConfiguration={"MaxParallelExecutionSteps": 1},
    )
    bench.until(failed, ["Succeeded"])
    steps = {step["StepName"]: step for step in bench.steps(failed)}
    assert steps["Prepare"]["EndTime"] == prepared, "a step that succeeded is kept"

    selected = {"SourcePipelineExecutionArn": failed, "SelectedSteps": [{"StepName": "Train"}]}
    chosen = start(bench, name, SelectiveExecutionConfig=selected)
    bench.until(chosen, ["Succeeded"])
    told = client.describe_pipeline_execution(PipelineExecutionArn=chosen)
    assert told["SelectiveExecutionConfig"] == selected
    none = {"SelectedSteps": [{"StepName": "Train"}]}
    refused("ValidationException", "", client.start_pipeline_execution, PipelineName=name, SelectiveExecutionConfig=none)


def callbacks(bench):
    """A Callback step waits, holds a stop, and is answered."""
    client, name = bench.client, f"boto3-ask-{SUFFIX}"
    create(bench, name, ASKING)
    execution = start(bench, name)
    token = bench.until_step(execution, "Ask")["Metadata"]["Callback"]["CallbackToken"]
    bench.advance(3600)
    assert bench.status(execution) == "Executing"
    outputs = [{"Name": "answer", "Value": "yes"}]
    client.send_pipeline_execution_step_success(CallbackToken=token, OutputParameters=outputs)
    bench.until(execution, ["Succeeded"])
    assert bench.steps(execution)[0]["Metadata"]["Callback"]["OutputParameters"] == outputs
    refused("ResourceNotFound", token, client.send_pipeline_execution_step_success, CallbackToken=token)

    held = start(bench, name)
    token = bench.until_step(held, "Ask")["Metadata"]["Callback"]["CallbackToken"]
    client.stop_pipeline_execution(PipelineExecutionArn=held, ClientRequestToken=str(uuid.uuid4()))
    bench.advance(600)
    assert bench.status(held) == "Stopping", "a Callback holds the stop"
    client.send_pipeline_execution_step_failure(CallbackToken=token, FailureReason="never mind")
    bench.until(held, ["Stopped", "Failed"])


def searching(bench):
    """Search with filters, order, pages and hits."""
    client, name = bench.client, f"boto3-run-{SUFFIX}"
    arn = client.describe_pipeline(PipelineName=name)["PipelineArn"]

    def search(resource, *filters, **more):
        expression = {"Filters": list(filters)} if filters else {}
        expression.update(more.pop("expression", {}))
        arguments = {"SearchExpression": expression} if expression else {}
        return client.search(Resource=resource, **arguments, **more)

    def where(key, value, operator="Equals"):
        return {"Name": key, "Operator": operator, "Value": value}

    ours = where("PipelineArn", arn)
    both = search("PipelineExecution", ours, SortBy="CreationTime")
    assert both["TotalHits"] == {"Value": 2, "Relation": "EqualTo"}, both["TotalHits"]
    found = [result["PipelineExecution"] for result in both["Results"]]
    assert found[0]["CreationTime"] >= found[1]["CreationTime"]
    assert {"Name": "Instances", "Value": "2"} in found[1]["PipelineParameters"]
    failed = search("PipelineExecution", ours, where("PipelineExecutionStatus", "Failed"))
    assert [hit["PipelineExecution"]["PipelineExecutionStatus"] for hit in failed["Results"]] == ["Failed"]
    named = search("PipelineExecution", ours, where("PipelineExecutionDisplayName", "boto", "Contains"))
    assert named["TotalHits"]["Value"] == 1
    tomorrow = (datetime.now(timezone.utc) + timedelta(days=4000)).strftime("%Y-%m-%dT%H:%M:%S")
    assert search("PipelineExecution", where("LastModifiedTime", tomorrow, "GreaterThan"))["Results"] == []
    either = {
        "Operator": "And",
        "SubExpressions": [
            {"Operator": "Or", "Filters": [where("PipelineExecutionStatus", status) for status in ("Failed", "Succeeded")]}
        ],
    }
    assert search("PipelineExecution", ours, expression=either)["TotalHits"]["Value"] == 2
    nested = {
        "NestedFilters": [
            {
                "NestedPropertyName": "PipelineParameters",
                "Filters": [where("PipelineParameters.Name", "Instances"), where("PipelineParameters.Value", "2")],
            }
        ]
    }
    assert search("PipelineExecution", ours, expression=nested)["TotalHits"]["Value"] == 1
    pages = client.get_paginator("search").paginate(
        Resource="PipelineExecution", SearchExpression={"Filters": [ours]}, PaginationConfig={"PageSize": 1}
    )
    assert len([hit for page in pages for hit in page["Results"]]) == 2
    twice = [where("PipelineExecutionDisplayName", word, "Contains") for word in ("a", "b")]
    arguments = dict(Resource="PipelineExecution", SearchExpression={"Filters": twice})
    refused("ValidationException", "'CONTAINS' operator usage limit of 1 exceeded.", client.search, **arguments)
    hits = search("Pipeline", where("PipelineName", name))["Results"]
    assert [hit["Pipeline"]["PipelineArn"] for hit in hits] == [arn]


JOBS = {
    "TrainingJob": ("describe_training_job", "TrainingJobName"),
    "ProcessingJob": ("describe_processing_job", "ProcessingJobName"),
    "TransformJob": ("describe_transform_job", "TransformJobName"),
    "TuningJob": ("describe_hyper_parameter_tuning_job", "HyperParameterTuningJobName"),
    "AutoMLJob": ("describe_auto_ml_job_v2", "AutoMLJobName"),
    "Model": ("describe_model", "ModelName"),
    "Endpoint": ("describe_endpoint", "EndpointName"),
    "EndpointConfig": ("describe_endpoint_config", "EndpointConfigName"),
}


def describe_jobs(bench, steps):
    """Describes whatever the steps' metadata name; the answers by step."""
    described = {}
    for step in steps:
        for kind, member in step.get("Metadata", {}).items():
            arn = member.get("Arn") or member.get("CheckJobArn") if isinstance(member, dict) else None
            if kind == "RegisterModel":
                described[step["StepName"]] = bench.client.describe_model_package(ModelPackageName=arn)
            elif kind in JOBS or "CheckJobArn" in member:
                call, argument = JOBS.get(kind, JOBS["ProcessingJob"])
                described[step["StepName"]] = getattr(bench.client, call)(**{argument: arn.split("/", 1)[1]})
    return described


def tour(bench):
    """Describes everything that the seed holds, up to some executions of each pipeline."""
    client, jobs = bench.client, 0
    groups = client.list_model_package_groups(NameContains=f"boto3-{SUFFIX}")["ModelPackageGroupSummaryList"]
    assert len(groups) == 1, groups
    names = [
        pipeline["PipelineName"]
        for page in client.get_paginator("list_pipelines").paginate(PaginationConfig={"MaxItems": 30})
        for pipeline in page["PipelineSummaries"]
    ]
    for name in names:
        client.describe_pipeline(PipelineName=name)
        client.list_pipeline_versions(PipelineName=name)
        for summary in client.list_pipeline_executions(PipelineName=name, MaxResults=6)["PipelineExecutionSummaries"]:
            arn = summary["PipelineExecutionArn"]
            client.describe_pipeline_execution(PipelineExecutionArn=arn)
            client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn, MaxResults=100)
            jobs += len(describe_jobs(bench, bench.steps(arn)))
    client.search(Resource="Pipeline", MaxResults=100)
    client.search(Resource="PipelineExecution", MaxResults=100)
    print(f"  {len(names)} pipelines, {jobs} jobs described")


def front_end(bench):
    """Unknown operations, unreadable bodies, missing signatures, faults, counters."""
    client = bench.client

    def raw(target, body, **headers):
        headers = {"X-Amz-Target": target, "Authorization": "AWS4-HMAC-SHA256 any", **headers}
        request = urllib.request.Request(bench.endpoint + "/", data=body, headers=headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            assert error.headers["x-amzn-RequestId"]
            return error.code, json.load(error)

    assert raw("SageMaker.ListPipelines", b"{}")[0] == 200
    status, body = raw("SageMaker.Nonsense", b"{}")
    assert (status, body["__type"]) == (400, "UnknownOperationException")
    for unreadable in (b"{", b"[]", b'{"MaxResults": "three"}'):
        assert raw("SageMaker.ListPipelines", unreadable)[1]["__type"] == "SerializationException"
    unsigned = bench.connect(signature_version=UNSIGNED)
    refused("MissingAuthenticationTokenException", "Missing", unsigned.list_pipelines)

    def order(kind, operation="ListPipelines", **more):
        bench.control("POST", "faults", {"operation": operation, "kind": kind, "times": 1, **more})

    order("throttle")
    client.describe_pipeline(PipelineName=f"boto3-run-{SUFFIX}")
    refused("ThrottlingException", "Rate exceeded", client.list_pipelines)
    order("denied", operation="*")
    refused("AccessDeniedException", "is not authorized to perform: sagemaker:ListPipelines on resource:", client.list_pipelines)
    order("500")
    refused("InternalFailure", "", client.list_pipelines)
    order("conflict")
    refused("ConflictException", "", client.list_pipelines)
    order("reset")
    try:
        client.list_pipelines()
        raise AssertionError("the connection was not reset")
    except ClientError:
        raise
    except Exception as error:  # botocore has several classes for a connection that was cut
        assert "onnection" in str(error), error
    order("latency", ms=5)
    client.list_pipelines()
    bench.control("POST", "faults", {"operation": "*", "kind": "throttle"})
    bench.control("DELETE", "faults")
    bench.control("DELETE", "calls")
    client.list_pipelines()
    client.list_pipelines()
    assert bench.control("GET", "calls") == {"ListPipelines": 2}


def sessions(bench):
    """The token service: a session for one person and one action, and what it may not do."""
    sts = bench.connect("sts")
    name = f"boto3-session-{SUFFIX}"
    definition = {"Version": "2020-12-01", "Steps": [{"Name": "Only", "Type": "Processing", "Arguments": {}}]}
    pipeline = bench.client.create_pipeline(
        PipelineName=name, PipelineDefinition=json.dumps(definition), RoleArn=ROLE
    )["PipelineArn"]
    statement = {"Effect": "Allow", "Action": "sagemaker:StartPipelineExecution", "Resource": pipeline}
    asked = {
        "RoleArn": "arn:aws:iam::123456789012:role/Writer",
        "RoleSessionName": "ana@example.com",
        "SourceIdentity": "ana",
        "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        "DurationSeconds": 900,
    }
    given = sts.assume_role(**asked)
    assert given["SourceIdentity"] == "ana", given
    assert given["AssumedRoleUser"]["Arn"].endswith("assumed-role/Writer/ana@example.com"), given
    keys = given["Credentials"]
    assert keys["Expiration"] > datetime.now(timezone.utc), given
    client = bench.connect(
        keys={
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }
    )
    client.start_pipeline_execution(PipelineName=pipeline)
    refused("AccessDeniedException", "no session policy allows the sagemaker:ListPipelines action", client.list_pipelines)
    session = bench.control("GET", "sessions")[-1]
    calls = [call["operation"] for call in session["calls"]]
    assert (session["source_identity"], calls) == ("ana", ["StartPipelineExecution", "ListPipelines"]), session
    bad = asked | {"RoleSessionName": "a b"}
    refused("ValidationError", "'roleSessionName' failed to satisfy constraint", sts.assume_role, **bad)
    bench.control("POST", "faults", {"operation": "AssumeRole", "kind": "denied", "times": 1})
    refused("AccessDenied", "is not authorized to perform: sts:AssumeRole on resource:", sts.assume_role, **asked)


CHECKS = [
    pipelines,
    paging,
    execution_life,
    parameters,
    stop_resume_retry,
    callbacks,
    searching,
    tour,
    front_end,
    sessions,
]


def main(endpoint):
    bench = Bench(endpoint)
    for check in CHECKS:
        print(check.__name__, flush=True)
        check(bench)
    operations = bench.recorder.calls
    print(f"{sum(operations.values())} calls of {len(operations)} operations")
    for fault in dict.fromkeys(bench.recorder.faults):
        print("  differs from the service's model:", fault)
    return 1 if bench.recorder.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
