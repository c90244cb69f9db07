"""Search with filters, order, pages and hits."""

from datetime import datetime, timedelta, timezone

from with_boto3.bench import SUFFIX, refused


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
