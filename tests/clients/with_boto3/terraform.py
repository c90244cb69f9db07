"""The calls that Terraform makes for a resource `aws_sagemaker_pipeline`, in its order and with its members.

The provider itself is not part of the checks. What it sends and what it reads is taken from the public repository
hashicorp/terraform-provider-aws (internal/service/sagemaker, pipeline.go and tags_gen.go).
"""

import itertools

from common.emulator import ROLE
from with_boto3.bench import SUFFIX, WHOLE, refused
from with_boto3.pipelines import CALLBACK

NAME = f"terraform-{SUFFIX}"
BUCKET = f"terraform-bucket-{SUFFIX}"
OTHER_ROLE = f"{ROLE}-other"
counter = itertools.count(1)


def terraform(bench):
    """Create, plan without a difference, change tags and members, import, replace, destroy, and find it gone."""
    # The provider leaves it to the service to refuse what is too short.
    client = bench.connect(parameter_validation=False)
    lacks_role(client)
    arn = create(client, PipelineDefinition=WHOLE, Tags=[{"Key": "team", "Value": "green"}, {"Key": "cost", "Value": "7"}])
    # A member that comes back though it was not sent, or other than it was sent, is a difference in every plan.
    state = read(client, {"team": "green", "cost": "7"}, definition=WHOLE)
    assert state["PipelineArn"] == arn and "ParallelismConfiguration" not in state and not state.get("PipelineDescription"), state

    tags_change(client, arn)
    members_change(client)
    stored_definition(bench, client)
    destroy(client)
    # A changed name replaces the pipeline, and the old name is free again.
    create(client, PipelineDefinition=WHOLE, PipelineDescription="again", ParallelismConfiguration={"MaxParallelExecutionSteps": 3})
    state = read(client, {}, definition=WHOLE)
    assert (state["PipelineDescription"], state["ParallelismConfiguration"]) == ("again", {"MaxParallelExecutionSteps": 3}), state
    destroy(client)


def token():
    """The provider's unique name: its prefix, 18 digits of the time and 8 hexadecimal ones that count."""
    return f"terraform-202601020304050607{next(counter):08x}"


def create(client, **members):
    """Creates the pipeline as the provider does; its ARN."""
    members.setdefault("Tags", [])
    answer = client.create_pipeline(
        ClientRequestToken=token(), PipelineDisplayName="shown", PipelineName=NAME, RoleArn=ROLE, **members
    )
    return answer["PipelineArn"]


def read(client, tags, definition, shown="shown", role=ROLE):
    """Reads the pipeline as the provider does after every change; what it keeps in its state must be what was sent."""
    state = client.describe_pipeline(PipelineName=NAME)
    kept = [state[member] for member in ("PipelineName", "PipelineDisplayName", "PipelineDefinition", "RoleArn")]
    assert kept == [NAME, shown, definition, role], kept
    tags_of_pipeline = client.list_tags(ResourceArn=state["PipelineArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags_of_pipeline} == tags, tags_of_pipeline
    return state


def lacks_role(client):
    """A resource without `role_arn` sends an empty one."""
    empty = dict(ClientRequestToken=token(), PipelineDisplayName="shown", PipelineName=NAME, RoleArn="", PipelineDefinition=WHOLE)
    refused("ValidationException", "'roleArn'", client.create_pipeline, **empty)


def tags_change(client, arn):
    """Tags alone: those that are gone are deleted, then those that are new or have another value are added."""
    client.delete_tags(ResourceArn=arn, TagKeys=["cost"])
    client.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "blue"}, {"Key": "stage", "Value": ""}])
    read(client, {"team": "blue", "stage": ""}, definition=WHOLE)
    client.delete_tags(ResourceArn=arn, TagKeys=["team", "stage"])
    read(client, {}, definition=WHOLE)


def members_change(client):
    """An update has the changed members alone, and leaves the others as they are."""
    client.update_pipeline(PipelineName=NAME, PipelineDisplayName="renamed")
    read(client, {}, definition=WHOLE, shown="renamed")
    client.update_pipeline(PipelineName=NAME, PipelineDescription="first", ParallelismConfiguration={"MaxParallelExecutionSteps": 2})
    client.update_pipeline(PipelineName=NAME, PipelineDefinition=CALLBACK)
    client.update_pipeline(PipelineName=NAME, RoleArn=OTHER_ROLE)
    state = read(client, {}, definition=CALLBACK, shown="renamed", role=OTHER_ROLE)
    assert (state["PipelineDescription"], state["ParallelismConfiguration"]) == ("first", {"MaxParallelExecutionSteps": 2}), state
    # An argument that is taken out of the resource is sent as an empty text.
    client.update_pipeline(PipelineName=NAME, PipelineDescription="")
    state = read(client, {}, definition=CALLBACK, shown="renamed", role=OTHER_ROLE)
    assert state.get("PipelineDescription", "") == "", state


def stored_definition(bench, client):
    """`pipeline_definition_s3_location`: what is read is the definition itself."""
    store = bench.connect("s3")
    store.create_bucket(Bucket=BUCKET)
    store.put_object(Bucket=BUCKET, Key="definition.json", Body=WHOLE.encode())
    place = {"Bucket": BUCKET, "ObjectKey": "definition.json"}
    client.update_pipeline(PipelineName=NAME, PipelineDefinitionS3Location=place)
    read(client, {}, definition=WHOLE, shown="renamed", role=OTHER_ROLE)


def destroy(client):
    """Deletes the pipeline. The provider knows by the error's type alone, `ResourceNotFound`, that one is gone."""
    client.delete_pipeline(ClientRequestToken=token(), PipelineName=NAME)
    refused("ResourceNotFound", "", client.describe_pipeline, PipelineName=NAME)
    refused("ResourceNotFound", "", client.delete_pipeline, ClientRequestToken=token(), PipelineName=NAME)
    try:
        client.describe_pipeline(PipelineName=NAME)
    except client.exceptions.ResourceNotFound:
        return
    raise AssertionError("a deleted pipeline is described")
