"""IAM: what clients ask about an execution role before they use it."""

from common.emulator import ROLE
from with_boto3.bench import refused


def roles(bench):
    """A role is there and may do everything; the rest of IAM is denied."""
    iam = bench.connect("iam")
    role = iam.get_role(RoleName="Pipelines")["Role"]
    assert role["Arn"].endswith(":role/Pipelines"), role
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Effect"] == "Allow", role
    actions = ["sagemaker:CreatePipeline", "s3:GetObject"]
    pages = iam.get_paginator("simulate_principal_policy").paginate(PolicySourceArn=ROLE, ActionNames=actions)
    results = [result for page in pages for result in page["EvaluationResults"]]
    assert [(result["EvalActionName"], result["EvalDecision"]) for result in results] == [
        (action, "allowed") for action in actions
    ], results
    refused("AccessDenied", "is not authorized to perform: iam:ListRoles", iam.list_roles)
