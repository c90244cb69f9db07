"""CloudWatch Logs of a job: its streams, their lines from both ends, searches, and refusals."""

from common.steps import definition, training
from with_boto3.bench import SUFFIX, refused

GROUP = "/aws/sagemaker/TrainingJobs"
LINES = [f"line {number}" for number in range(40)] + ["an ERROR at last"]


def logs(bench):
    """A training step with a log of its own, read in every way."""
    client, name = bench.connect("logs"), f"boto3-logs-{SUFFIX}"
    bench.create(name, definition(training("Train")))
    order = {"pipeline": name, "step": "Train", "reason": "AlgorithmError: exit code 1", "logs": LINES}
    bench.control("POST", "outcomes", order)
    execution = bench.start(name)
    assert bench.until(execution, ["Failed"]) == "Failed"
    job = bench.steps(execution)[0]["Metadata"]["TrainingJob"]["Arn"].split("/")[1]

    prefix = {"logGroupName": GROUP, "logStreamNamePrefix": f"{job}/"}
    (stream,) = client.describe_log_streams(**prefix)["logStreams"]
    assert stream["firstEventTimestamp"] <= stream["lastEventTimestamp"], stream
    assert client.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"][0]["logGroupName"] == GROUP

    one = {"logGroupName": GROUP, "logStreamName": stream["logStreamName"]}
    read, token = [], {}
    while True:
        page = client.get_log_events(**one, startFromHead=True, limit=7, **token)
        read += [event["message"] for event in page["events"]]
        if token.get("nextToken") == page["nextForwardToken"]:
            break
        token = {"nextToken": page["nextForwardToken"]}
    assert read == LINES, read
    last = client.get_log_events(**one, limit=3)
    assert [event["message"] for event in last["events"]] == LINES[-3:], last
    before = client.get_log_events(**one, limit=3, nextToken=last["nextBackwardToken"])
    assert [event["message"] for event in before["events"]] == LINES[-6:-3], before

    pages = client.get_paginator("filter_log_events").paginate(**prefix, PaginationConfig={"PageSize": 9})
    events = [event for page in pages for event in page["events"]]
    assert [event["message"] for event in events] == LINES, events
    assert len({event["eventId"] for event in events}) == len(LINES)
    found = client.filter_log_events(**prefix, filterPattern="ERROR")["events"]
    assert [event["message"] for event in found] == LINES[-1:], found

    refused("ResourceNotFoundException", "log group", client.describe_log_streams, logGroupName="/none")
    refused("ResourceNotFoundException", "log stream", client.get_log_events, logGroupName=GROUP, logStreamName="no/one")
    order = {"logStreamNamePrefix": "a", "orderBy": "LastEventTime"}
    refused("InvalidParameterException", "LastEventTime", client.describe_log_streams, logGroupName=GROUP, **order)
