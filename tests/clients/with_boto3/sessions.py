"""The token service: a session for one person and one action, and what it may not do."""

import json
from datetime import datetime, timezone

from common.emulator import ROLE
from common.steps import definition, processing
from with_boto3.bench import SUFFIX, refused


def sessions(bench):
    """The token service: a session for one person and one action, and what it may not do."""
    sts = bench.connect("sts")
    name = f"boto3-session-{SUFFIX}"
    pipeline = bench.client.create_pipeline(
        PipelineName=name, PipelineDefinition=definition(processing("Only")), RoleArn=ROLE
    )["PipelineArn"]
    statement = {"Effect": "Allow", "Action": "sagemaker:StartPipelineExecution", "Resource": pipeline}
    arguments = {
        "RoleArn": "arn:aws:iam::123456789012:role/Writer",
        "RoleSessionName": "ana@example.com",
        "SourceIdentity": "ana",
        "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        "DurationSeconds": 900,
    }
    given = sts.assume_role(**arguments)
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
    bad = arguments | {"RoleSessionName": "a b"}
    refused("ValidationError", "'roleSessionName' failed to satisfy constraint", sts.assume_role, **bad)
    bench.control("POST", "faults", {"operation": "AssumeRole", "kind": "denied", "times": 1})
    refused("AccessDenied", "is not authorized to perform: sts:AssumeRole on resource:", sts.assume_role, **arguments)
