"""What people do with the SDK: build, upsert, start, wait, list, stop, retry, select."""

import json
import uuid

from botocore.exceptions import ClientError
from sagemaker.workflow.parallelism_config import ParallelismConfiguration
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.selective_execution_config import SelectiveExecutionConfig

from common.sdk import by_name, ended
from with_sdk.building import Parts, question, short, whole

SUFFIX = uuid.uuid4().hex[:8]


def life(bench):
    """Create, describe, upsert, versions; start with parameters, wait, list; delete."""
    pipeline = whole(bench, f"sdk-life-{SUFFIX}")
    arn = pipeline.create(bench.role, description="first", tags=[{"Key": "team", "Value": "green"}])["PipelineArn"]
    response = pipeline.describe()
    assert (response["PipelineArn"], response["PipelineDescription"]) == (arn, "first")
    assert json.loads(response["PipelineDefinition"]) == json.loads(pipeline.definition())
    again = pipeline.upsert(bench.role, description="second", tags=[{"Key": "cost", "Value": "7"}])
    assert again["PipelineArn"] == arn
    tags = {tag["Key"]: tag["Value"] for tag in bench.client.list_tags(ResourceArn=arn)["Tags"]}
    assert tags == {"team": "green", "cost": "7"}, tags
    assert pipeline.latest_pipeline_version_id == 2
    pipeline.update(bench.role, parallelism_config=ParallelismConfiguration(5))
    assert pipeline.describe()["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 5}
    assert pipeline.describe(pipeline_version_id=1)["PipelineArn"] == arn

    execution = pipeline.start(
        parameters={"Instances": 2, "InstanceType": "ml.c5.xlarge", "Loud": True, "Threshold": 2e6},
        execution_display_name="by-the-sdk",
        execution_description="watched",
        parallelism_config={"MaxParallelExecutionSteps": 3},
    )
    assert execution.describe()["PipelineExecutionDisplayName"] == "by-the-sdk"
    assert ended(execution) == "Succeeded", execution.list_steps()
    whole_run(bench, pipeline, execution)
    assert pipeline.list_executions(max_results=1)["PipelineExecutionSummaries"][0]["PipelineExecutionStatus"] == "Succeeded"
    pipeline.delete()
    refused("ResourceNotFound", pipeline.describe)


def whole_run(bench, pipeline, execution):
    """The steps and parameters of an execution of everything."""
    steps = by_name(execution)
    expected = {"Prepare", "Train", "Tune", "Evaluate", "GoodEnough", "Register-RegisterModel", "Create-CreateModel"}
    assert set(steps) == expected | {"Transform", "Notify"}, set(steps)
    assert steps["GoodEnough"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    job = steps["Train"]["Metadata"]["TrainingJob"]["Arn"].split("/", 1)[1]
    described = bench.session.describe_training_job(job)
    assert described["ResourceConfig"]["InstanceCount"] == 2, described
    assert described["ResourceConfig"]["InstanceType"] == "ml.c5.xlarge", described
    assert described["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"].startswith("s3://"), described
    values = pipeline.build_parameters_from_execution(execution.arn, parameter_value_overrides={"Instances": 4})
    assert values == {"Instances": 4, "InstanceType": "ml.c5.xlarge", "Loud": "True", "Threshold": "2000000.0"}, values
    version = execution.describe()["PipelineVersionId"]
    assert version == pipeline.latest_pipeline_version_id, version


def older_version(bench):
    """An execution of an older definition."""
    pipeline = short(bench, f"sdk-versions-{SUFFIX}")
    pipeline.create(bench.role)
    pipeline.steps = [Parts(bench).prepare()]
    pipeline.update(bench.role)
    execution = pipeline.start(pipeline_version_id=1)
    assert ended(execution) == "Succeeded"
    assert set(by_name(execution)) == {"Prepare", "Train"}
    assert execution.describe()["PipelineVersionId"] == 1
    listed = pipeline.list_pipeline_versions()["PipelineVersionSummaries"]
    assert [version["PipelineVersionId"] for version in listed] == [2, 1]


def failure_and_retry(bench):
    """A job fails; wait reports it; the same execution is tried again."""
    name = f"sdk-retry-{SUFFIX}"
    pipeline = short(bench, name)
    pipeline.upsert(bench.role)
    bench.control("POST", "outcomes", {"pipeline": name, "step": "Train", "reason": "ClientError: no data"})
    execution = pipeline.start()
    assert ended(execution) == "Failed"
    steps = by_name(execution)
    assert "no data" in steps["Train"]["FailureReason"], steps
    assert execution.describe()["FailureReason"]
    bench.client.retry_pipeline_execution(PipelineExecutionArn=execution.arn, ClientRequestToken=str(uuid.uuid4()))
    assert ended(execution) == "Succeeded"
    assert by_name(execution)["Prepare"]["EndTime"] == steps["Prepare"]["EndTime"]


def stop_and_answer(bench):
    """A Callback step waits; a stop waits for its result."""
    pipeline = question(bench, f"sdk-ask-{SUFFIX}")
    pipeline.create(bench.role)
    execution = pipeline.start()
    bench.client.send_pipeline_execution_step_success(
        CallbackToken=callback_token(bench, execution), OutputParameters=[{"Name": "answer", "Value": "yes"}]
    )
    assert ended(execution) == "Succeeded"
    waiting = pipeline.start()
    token = callback_token(bench, waiting)
    waiting.stop()
    assert waiting.describe()["PipelineExecutionStatus"] == "Stopping"
    bench.client.send_pipeline_execution_step_failure(CallbackToken=token, FailureReason="never mind")
    for _ in range(100):
        status = waiting.describe()["PipelineExecutionStatus"]
        if status != "Stopping":
            break
        bench.advance(1)
    assert status == "Stopped", status


def callback_token(bench, execution):
    """The token of a Callback step that waits."""
    for _ in range(100):
        for step in execution.list_steps():
            if "CallbackToken" in step.get("Metadata", {}).get("Callback", {}):
                return step["Metadata"]["Callback"]["CallbackToken"]
        bench.advance(1)
    raise AssertionError("no Callback step waits")


def selection_and_caching(bench):
    """Some steps alone, after the latest execution; and what was done before is not done again."""
    pipeline = short(bench, f"sdk-select-{SUFFIX}", cached=True)
    pipeline.create(bench.role)
    first = pipeline.start()
    assert ended(first) == "Succeeded"
    chosen = pipeline.start(selective_execution_config=SelectiveExecutionConfig(selected_steps=["Train"]))
    assert ended(chosen) == "Succeeded"
    config = chosen.describe()["SelectiveExecutionConfig"]
    assert config == {"SourcePipelineExecutionArn": first.arn, "SelectedSteps": [{"StepName": "Train"}]}, config
    steps = by_name(chosen)
    assert steps["Prepare"]["SelectiveExecutionResult"] == {"SourcePipelineExecutionArn": first.arn}, steps
    second = pipeline.start()
    assert ended(second) == "Succeeded"
    assert by_name(second)["Prepare"]["CacheHitResult"] == {"SourcePipelineExecutionArn": first.arn}


def large_definition(bench):
    """A definition of more than 100 KB goes through S3."""
    parts = Parts(bench)
    texts = [ParameterString(f"Text-{number}", default_value="x" * 1000) for number in range(150)]
    pipeline = Pipeline(
        f"sdk-large-{SUFFIX}",
        parameters=[*parts.parameters, *texts],
        steps=[parts.prepare()],
        sagemaker_session=bench.session,
    )
    assert len(pipeline.definition()) > 100 * 1024
    pipeline.upsert(bench.role)
    assert json.loads(pipeline.describe()["PipelineDefinition"]) == json.loads(pipeline.definition())
    pipeline.upsert(bench.role)
    calls = bench.control("GET", "calls")
    assert calls["PutObject"] >= 2, calls


def refused(code, call):
    """Makes a call that must be refused."""
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return
    raise AssertionError(f"not refused with {code}")
