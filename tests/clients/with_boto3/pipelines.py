"""Pipelines, their versions and tags, and the pages of their lists."""

from datetime import datetime, timedelta, timezone

from common.emulator import REGION, ROLE
from common.steps import callback, definition
from with_boto3.bench import SUFFIX, WHOLE, new_token, refused

CALLBACK = definition(callback())


def pipelines(bench):
    """Create, describe, list, update, versions, tags, delete."""
    client, name = bench.client, f"boto3-life-{SUFFIX}"
    token = new_token()
    tags = [{"Key": "team", "Value": "green"}]
    arn = bench.create(name, ClientRequestToken=token, PipelineDescription="first", Tags=tags)
    assert bench.create(name, ClientRequestToken=token, PipelineDescription="first", Tags=tags) == arn
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

    response = client.describe_pipeline(PipelineName=name)
    assert (response["PipelineArn"], response["PipelineStatus"], response["PipelineDefinition"]) == (arn, "Active", WHOLE)
    assert client.describe_pipeline(PipelineName=arn)["PipelineName"] == name
    refused("ResourceNotFound", "does not exist", client.describe_pipeline, PipelineName=f"none-{SUFFIX}")

    update = client.update_pipeline(PipelineName=name, PipelineDefinition=CALLBACK, PipelineDescription="second")
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

    execution = bench.start(name, PipelineVersionId=1)
    assert client.describe_pipeline_execution(PipelineExecutionArn=execution)["PipelineVersionId"] == 1
    refused("ValidationException", "running executions cannot be deleted", client.delete_pipeline, PipelineName=name, ClientRequestToken=new_token())
    bench.until(execution, ["Succeeded"])
    client.delete_pipeline(PipelineName=name, ClientRequestToken=new_token())
    refused("ResourceNotFound", "does not exist", client.describe_pipeline, PipelineName=name)
    refused("ResourceNotFound", "does not exist", client.describe_pipeline_execution, PipelineExecutionArn=execution)


def paging(bench):
    """Pages that survive insertions, orders, windows, prefixes, refused tokens."""
    client, prefix = bench.client, f"boto3-page-{SUFFIX}"
    for number in range(5):
        bench.create(f"{prefix}-{number}")
        bench.advance(1)
    by_name = dict(PipelineNamePrefix=prefix, SortBy="Name", SortOrder="Ascending")
    first = client.list_pipelines(MaxResults=2, **by_name)
    bench.create(f"{prefix}-0-between")
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


def regions(bench):
    """A client of another Region has pipelines of its own there."""
    name = f"Boto3-Region-{SUFFIX}"
    there = bench.connect(region="us-west-2")
    for client, region in ((there, "us-west-2"), (bench.client, REGION)):
        refused("ResourceNotFound", "does not exist", client.describe_pipeline, PipelineName=name)
        arn = client.create_pipeline(PipelineName=name, RoleArn=ROLE, PipelineDefinition=WHOLE)["PipelineArn"]
        assert arn.startswith(f"arn:aws:sagemaker:{region}:") and arn.endswith(f":pipeline/{name}"), arn
    there.delete_pipeline(PipelineName=name)
    assert bench.client.describe_pipeline(PipelineName=name)["PipelineName"] == name
    bench.client.delete_pipeline(PipelineName=name)
