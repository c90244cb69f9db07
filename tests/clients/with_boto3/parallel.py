"""Many callers at once, with the same client tokens and with their own."""

from concurrent.futures import ThreadPoolExecutor

from common.emulator import ROLE
from with_boto3.bench import SUFFIX, WHOLE, new_token, refused

CALLERS = 48


def together(call):
    """What all callers got, each calling at once."""
    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(lambda _: call(), range(CALLERS)))


def parallel(bench):
    """One token gives one result however many calls carry it; many tokens give as many results."""
    client, name = bench.client, f"boto3-parallel-{SUFFIX}"
    arguments = {"PipelineName": name, "RoleArn": ROLE, "PipelineDefinition": WHOLE, "ClientRequestToken": new_token()}
    arns = together(lambda: client.create_pipeline(**arguments)["PipelineArn"])
    assert len(set(arns)) == 1, set(arns)

    once = {"PipelineName": name, "ClientRequestToken": new_token()}
    executions = set(together(lambda: client.start_pipeline_execution(**once)["PipelineExecutionArn"]))
    assert len(executions) == 1, executions
    execution = executions.pop()
    each = together(lambda: client.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"])
    assert len(set(each)) == CALLERS
    listed = client.list_pipeline_executions(PipelineName=name, MaxResults=100)["PipelineExecutionSummaries"]
    assert {summary["PipelineExecutionArn"] for summary in listed} == {*each, execution}

    stop = {"PipelineExecutionArn": execution, "ClientRequestToken": new_token()}
    assert set(together(lambda: client.stop_pipeline_execution(**stop)["PipelineExecutionArn"])) == {execution}
    bench.until(execution, ["Stopped"])
    retry = {"PipelineExecutionArn": execution, "ClientRequestToken": new_token()}
    assert set(together(lambda: client.retry_pipeline_execution(**retry)["PipelineExecutionArn"])) == {execution}
    other = {**retry, "ParallelismConfiguration": {"MaxParallelExecutionSteps": 2}}
    refused("ConflictException", "", client.retry_pipeline_execution, **other)
    for arn in {*each, execution}:
        bench.until(arn, ["Succeeded"])
    delete = {"PipelineName": name, "ClientRequestToken": new_token()}
    assert len(set(together(lambda: client.delete_pipeline(**delete)["PipelineArn"]))) == 1
