"""Executions: started, watched, stopped, resumed, retried, answered."""

import json
from concurrent.futures import ThreadPoolExecutor

from common.steps import callback, definition
from with_boto3.bench import SUFFIX, WHOLE, new_token, refused
from with_boto3.jobs import describe_jobs

CALLBACK = definition(callback())


def execution_life(bench):
    """Start, watch, describe, jobs, parameters, definition, update; then a Fail step."""
    client, name = bench.client, f"boto3-run-{SUFFIX}"
    bench.create(name)
    token = new_token()
    arguments = dict(
        PipelineExecutionDisplayName="by-boto3",
        PipelineExecutionDescription="watched",
        PipelineParameters=[{"Name": "Instances", "Value": "2"}],
        ClientRequestToken=token,
    )
    with ThreadPoolExecutor(8) as pool:
        arns = set(pool.map(lambda _: bench.start(name, **arguments), range(16)))
    assert len(arns) == 1, arns
    execution = arns.pop()
    changed = {**arguments, "PipelineExecutionDisplayName": "other"}
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
    response = client.describe_pipeline_execution(PipelineExecutionArn=execution)
    assert response["PipelineExecutionDescription"] == "renamed"
    assert response["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 3}
    assert response["PipelineExperimentConfig"]["ExperimentName"] == name
    assert response["LastModifiedTime"] > response["CreationTime"]
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

    failing = bench.start(name, PipelineParameters=[{"Name": "Threshold", "Value": "0.95"}])
    bench.until(failing, ["Failed"])
    response = client.describe_pipeline_execution(PipelineExecutionArn=failing)
    assert response["FailureReason"] == "Step failure: One or multiple steps failed", response
    assert bench.steps(failing)[0]["FailureReason"] == "not good enough"
    refused("ValidationException", "", client.retry_pipeline_execution, PipelineExecutionArn=failing, ClientRequestToken=new_token())
    pages = client.get_paginator("list_pipeline_executions").paginate(PipelineName=name, PaginationConfig={"PageSize": 1})
    listed = [summary for page in pages for summary in page["PipelineExecutionSummaries"]]
    assert [summary["PipelineExecutionArn"] for summary in listed] == [failing, execution]
    assert listed[0]["PipelineExecutionFailureReason"]


def parameters(bench):
    """What a start refuses."""
    client, name = bench.client, f"boto3-parameters-{SUFFIX}"
    needing = json.loads(WHOLE)
    needing["Parameters"].append({"Name": "Needed", "Type": "String"})
    bench.create(name, json.dumps(needing))
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
    bench.create(name)
    execution = bench.start(name)
    bench.until_step(execution, "Prepare")
    token = new_token()
    for _ in range(2):
        client.stop_pipeline_execution(PipelineExecutionArn=execution, ClientRequestToken=token)
    bench.until(execution, ["Stopped"])
    describe_jobs(bench, bench.steps(execution))
    client.retry_pipeline_execution(PipelineExecutionArn=execution, ClientRequestToken=new_token())
    bench.until(execution, ["Succeeded"])

    reason = "ClientError: The image does not exist"
    bench.control("POST", "outcomes", {"pipeline": name, "step": "Train", "attempts": 1, "reason": reason})
    failed = bench.start(name)
    bench.until(failed, ["Failed"])
    steps = {step["StepName"]: step for step in bench.steps(failed)}
    assert steps["Train"]["StepStatus"] == "Failed" and reason in steps["Train"]["FailureReason"], steps
    described = describe_jobs(bench, steps.values())
    if "Train" in described:
        assert described["Train"]["TrainingJobStatus"] == "Failed"
    prepared = steps["Prepare"]["EndTime"]
    client.retry_pipeline_execution(
        PipelineExecutionArn=failed,
        ClientRequestToken=new_token(),
        ParallelismConfiguration={"MaxParallelExecutionSteps": 1},
    )
    bench.until(failed, ["Succeeded"])
    steps = {step["StepName"]: step for step in bench.steps(failed)}
    assert steps["Prepare"]["EndTime"] == prepared, "a step that succeeded is kept"

    selected = {"SourcePipelineExecutionArn": failed, "SelectedSteps": [{"StepName": "Train"}]}
    chosen = bench.start(name, SelectiveExecutionConfig=selected)
    bench.until(chosen, ["Succeeded"])
    response = client.describe_pipeline_execution(PipelineExecutionArn=chosen)
    assert response["SelectiveExecutionConfig"] == selected
    none = {"SelectedSteps": [{"StepName": "Train"}]}
    refused("ValidationException", "", client.start_pipeline_execution, PipelineName=name, SelectiveExecutionConfig=none)


def callbacks(bench):
    """A Callback step waits, holds a stop, and is answered."""
    client, name = bench.client, f"boto3-ask-{SUFFIX}"
    bench.create(name, CALLBACK)
    execution = bench.start(name)
    token = bench.until_step(execution, "Ask")["Metadata"]["Callback"]["CallbackToken"]
    bench.advance(3600)
    assert bench.status(execution) == "Executing"
    outputs = [{"Name": "answer", "Value": "yes"}]
    client.send_pipeline_execution_step_success(CallbackToken=token, OutputParameters=outputs)
    bench.until(execution, ["Succeeded"])
    assert bench.steps(execution)[0]["Metadata"]["Callback"]["OutputParameters"] == outputs
    refused("ResourceNotFound", token, client.send_pipeline_execution_step_success, CallbackToken=token)

    waiting = bench.start(name)
    token = bench.until_step(waiting, "Ask")["Metadata"]["Callback"]["CallbackToken"]
    client.stop_pipeline_execution(PipelineExecutionArn=waiting, ClientRequestToken=new_token())
    bench.advance(600)
    assert bench.status(waiting) == "Stopping", "a Callback holds the stop"
    client.send_pipeline_execution_step_failure(CallbackToken=token, FailureReason="never mind")
    bench.until(waiting, ["Stopped", "Failed"])
