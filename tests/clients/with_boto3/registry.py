"""The model registry: what scripts do with groups and versions."""

from with_boto3.bench import SUFFIX, refused


def registry(bench):
    """A group and its versions, from their creation to their deletion."""
    client, group = bench.client, f"boto3-registry-{SUFFIX}"
    tags = [{"Key": "team", "Value": "a"}]
    arn = client.create_model_package_group(
        ModelPackageGroupName=group, ModelPackageGroupDescription="scripts", Tags=tags
    )["ModelPackageGroupArn"]
    assert client.list_tags(ResourceArn=arn)["Tags"] == tags
    specification = {
        "Containers": [{"Image": "account.example.com/a:1", "ModelDataUrl": "s3://a/model.tar.gz"}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    arns = [
        client.create_model_package(
            ModelPackageGroupName=group, InferenceSpecification=specification, CustomerMetadataProperties={"run": run}
        )["ModelPackageArn"]
        for run in ("1", "2", "3")
    ]
    own = [{"Key": "run", "Value": "1"}]
    client.add_tags(ResourceArn=arns[0], Tags=own)
    assert client.list_tags(ResourceArn=arns[0])["Tags"] == tags + own
    client.update_model_package(ModelPackageArn=arns[1], ModelApprovalStatus="Approved", ApprovalDescription="good")
    pages = client.get_paginator("list_model_packages")
    pages = pages.paginate(ModelPackageGroupName=group, PaginationConfig={"PageSize": 2})
    listed = [package for page in pages for package in page["ModelPackageSummaryList"]]
    assert [package["ModelPackageVersion"] for package in listed] == [1, 2, 3], listed
    approved = client.list_model_packages(ModelPackageGroupName=group, ModelApprovalStatus="Approved")
    assert [package["ModelPackageArn"] for package in approved["ModelPackageSummaryList"]] == [arns[1]], approved
    described = client.describe_model_package(ModelPackageName=arns[1])
    assert described["InferenceSpecification"] == specification, described
    assert described["CustomerMetadataProperties"] == {"run": "2"}, described
    refused("ConflictException", "", client.delete_model_package_group, ModelPackageGroupName=group)
    for arn in arns:
        client.delete_model_package(ModelPackageName=arn)
    client.delete_model_package_group(ModelPackageGroupName=group)
    refused("ValidationException", "does not exist", client.describe_model_package_group, ModelPackageGroupName=group)
