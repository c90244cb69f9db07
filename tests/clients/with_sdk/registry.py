"""The model registry as the SDK's own helpers use it, outside of a pipeline."""

import uuid

from sagemaker.model import Model, ModelPackage
from sagemaker.session import Session

from with_sdk.bench import BUCKET
from with_sdk.building import IMAGE


def registry(bench):
    """A model is registered, approved, found as the newest approved one, annotated and removed."""
    session, group = Session(default_bucket=BUCKET), f"sdk-registry-{uuid.uuid4().hex[:8]}"
    arns = [register(bench, session, group, revision) for revision in ("1", "2")]
    assert session.get_most_recently_created_approved_model_package(group) is None
    package = ModelPackage(role=bench.role, model_package_arn=arns[0], sagemaker_session=session)
    package.update_approval_status("Approved", approval_description="good")
    approved = session.get_most_recently_created_approved_model_package(group)
    assert approved.model_package_arn == arns[0], approved.model_package_arn
    package.update_customer_metadata({"stage": "test"})
    assert described(bench, arns[0])["CustomerMetadataProperties"] == {"revision": "1", "stage": "test"}
    package.remove_customer_metadata_properties(["revision"])
    assert described(bench, arns[0])["CustomerMetadataProperties"] == {"stage": "test"}
    package.update_source_uri(f"s3://{BUCKET}/source")
    assert described(bench, arns[0])["SourceUri"] == f"s3://{BUCKET}/source"
    for arn in arns:
        bench.client.delete_model_package(ModelPackageName=arn)
    bench.client.delete_model_package_group(ModelPackageGroupName=group)


def register(bench, session, group, revision):
    """Registers a model in a group, which the SDK creates for the first; the package's ARN."""
    model = Model(
        image_uri=IMAGE, model_data=f"s3://{BUCKET}/model.tar.gz", role=bench.role, sagemaker_session=session
    )
    package = model.register(
        content_types=["text/csv"],
        response_types=["text/csv"],
        inference_instances=["ml.m5.xlarge"],
        transform_instances=["ml.m5.xlarge"],
        model_package_group_name=group,
        approval_status="PendingManualApproval",
        customer_metadata_properties={"revision": revision},
    )
    return package.model_package_arn


def described(bench, arn):
    """What DescribeModelPackage answers."""
    return bench.client.describe_model_package(ModelPackageName=arn)
