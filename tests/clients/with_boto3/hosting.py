"""Models, endpoint configurations and endpoints: what scripts deploy, wait for and clean up."""

from common.emulator import ROLE
from with_boto3.bench import SUFFIX, refused

IMAGE = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/image:1"
TAGS = [{"Key": "team", "Value": "a"}]


def hosting(bench):
    """A model behind an endpoint, which gets another configuration, and their end in the order of a clean-up."""
    client = bench.client
    # Names begin alike, so that the pages of lists have these alone.
    models, configs = [[f"boto3-host-{SUFFIX}-{what}{number}" for number in (1, 2)] for what in ("m", "c")]
    endpoint = f"boto3-host-{SUFFIX}-Endpoint"
    container = {"Image": IMAGE, "ModelDataUrl": "s3://bucket/model.tar.gz", "Environment": {"LEVEL": "1"}}
    for model, config in zip(models, configs, strict=True):
        client.create_model(ModelName=model, ExecutionRoleArn=ROLE, PrimaryContainer=container, Tags=TAGS)
        variant = {"VariantName": "AllTraffic", "ModelName": model, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
        client.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant], Tags=TAGS)
        bench.advance(1)
    described = client.describe_model(ModelName=models[0])
    assert described["PrimaryContainer"] == container, described
    refused("ValidationException", "Cannot create already existing model", client.create_model, ModelName=models[0], PrimaryContainer=container)
    listed = client.list_models(NameContains=SUFFIX, SortBy="Name", SortOrder="Ascending")["Models"]
    assert [model["ModelName"] for model in listed] == models, listed

    arn = client.create_endpoint(EndpointName=endpoint, EndpointConfigName=configs[0], Tags=TAGS)["EndpointArn"]
    assert arn.endswith(f":endpoint/{endpoint}"), arn
    assert client.describe_endpoint(EndpointName=endpoint)["EndpointStatus"] == "Creating"
    refused("ValidationException", "Cannot update in-progress endpoint", client.delete_endpoint, EndpointName=endpoint)
    wait(bench, "endpoint_in_service", endpoint)
    client.update_endpoint(EndpointName=endpoint, EndpointConfigName=configs[1])
    assert client.describe_endpoint(EndpointName=endpoint)["EndpointStatus"] == "Updating"
    assert len(client.list_endpoints(StatusEquals="Updating", NameContains=SUFFIX)["Endpoints"]) == 1
    wait(bench, "endpoint_in_service", endpoint)
    described = client.describe_endpoint(EndpointName=endpoint)
    assert described["EndpointConfigName"] == configs[1], described
    images = described["ProductionVariants"][0]["DeployedImages"]
    assert images[0]["SpecifiedImage"] == IMAGE, described
    tagged(client, arn)

    for config in configs:
        client.delete_endpoint_config(EndpointConfigName=config)
    client.delete_endpoint(EndpointName=endpoint)
    wait(bench, "endpoint_deleted", endpoint)
    refused("ValidationException", "Could not find endpoint ", client.describe_endpoint, EndpointName=endpoint)
    for model in models:
        client.delete_model(ModelName=model)
        refused("ValidationException", "Could not find model ", client.describe_model, ModelName=model)
    refused("ValidationException", "Could not find endpoint configuration ", client.describe_endpoint_config, EndpointConfigName=configs[0])
    # The pages of these stay for the paginators.
    for number in (1, 2, 3):
        name = f"boto3-pages-{SUFFIX}-{number}"
        client.create_model(ModelName=name, PrimaryContainer=container)
        variant = {"VariantName": "AllTraffic", "ModelName": name, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
        client.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        client.describe_endpoint_config(EndpointConfigName=name)
        client.create_endpoint(EndpointName=name, EndpointConfigName=name)


def tagged(client, arn):
    """Tags of a resource that was created with some."""
    client.add_tags(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
    client.delete_tags(ResourceArn=arn, TagKeys=["team"])
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "stage", "Value": "test"}]


def wait(bench, name, endpoint):
    """Waits as scripts do; each look moves the clock."""
    client = bench.client

    def moved(**_):
        bench.advance(1)

    events = client.meta.events
    events.register("before-call.sagemaker.DescribeEndpoint", moved)
    try:
        client.get_waiter(name).wait(EndpointName=endpoint, WaiterConfig={"Delay": 0, "MaxAttempts": 60})
    finally:
        events.unregister("before-call.sagemaker.DescribeEndpoint", moved)
