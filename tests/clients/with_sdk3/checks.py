"""What people do with the SDK 3: build, upsert, start, wait, list, stop, retry, select; and its typed resources."""

import json
import uuid

from botocore.exceptions import ClientError
from sagemaker.core import resources
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.remote_function.core.serialization import serialize_obj_to_s3
from sagemaker.core.shapes import ContainerDefinition, ProductionVariant
from sagemaker.mlops.workflow.selective_execution_config import SelectiveExecutionConfig

from common.sdk import by_name, ended
from with_sdk3 import building

SUFFIX = uuid.uuid4().hex[:8]


def life(bench):
    """Create, describe, upsert, versions; start with parameters, wait, list; delete."""
    pipeline = building.short(bench, f"sdk3-life-{SUFFIX}")
    arn = pipeline.create(bench.role, description="first", tags=[{"Key": "team", "Value": "green"}])["PipelineArn"]
    response = pipeline.describe()
    assert (response["PipelineArn"], response["PipelineDescription"]) == (arn, "first"), response
    assert json.loads(response["PipelineDefinition"]) == json.loads(pipeline.definition())
    assert pipeline.upsert(bench.role, description="second", tags=[{"Key": "cost", "Value": "7"}])["PipelineArn"] == arn
    tags = {tag["Key"]: tag["Value"] for tag in bench.client.list_tags(ResourceArn=arn)["Tags"]}
    assert tags == {"team": "green", "cost": "7"}, tags
    assert pipeline.latest_pipeline_version_id == 2, pipeline.list_pipeline_versions()
    execution = pipeline.start(parameters={"Instances": 2}, execution_display_name="by-the-sdk")
    assert execution.describe()["PipelineExecutionDisplayName"] == "by-the-sdk"
    assert ended(execution) == "Succeeded", execution.list_steps()
    assert set(by_name(execution)) == {"Prepare", "Train"}
    assert execution.list_parameters()["PipelineParameters"] == [{"Name": "Instances", "Value": "2"}]
    listed = pipeline.list_executions()["PipelineExecutionSummaries"]
    assert [summary["PipelineExecutionArn"] for summary in listed] == [execution.arn], listed
    values = pipeline.build_parameters_from_execution(execution.arn, parameter_value_overrides={"Instances": 3})
    assert values == {"Instances": 3}, values
    older = pipeline.start(pipeline_version_id=1)
    assert ended(older) == "Succeeded"
    assert older.describe()["PipelineVersionId"] == 1
    pipeline.delete()
    try:
        pipeline.describe()
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceNotFound", error
    else:
        raise AssertionError("a deleted pipeline is described")


def failure_and_retry(bench):
    """A job fails; wait reports it; the same execution is tried again."""
    name = f"sdk3-retry-{SUFFIX}"
    pipeline = building.short(bench, name)
    pipeline.upsert(bench.role)
    bench.control("POST", "outcomes", {"pipeline": name, "step": "Train", "reason": "ClientError: no data"})
    execution = pipeline.start()
    assert ended(execution) == "Failed"
    assert "no data" in by_name(execution)["Train"]["FailureReason"], execution.list_steps()
    bench.client.retry_pipeline_execution(PipelineExecutionArn=execution.arn, ClientRequestToken=str(uuid.uuid4()))
    assert ended(execution) == "Succeeded"


def selection_and_caching(bench):
    """Some steps alone, after the latest execution; and what was done before is not done again."""
    pipeline = building.short(bench, f"sdk3-select-{SUFFIX}", cached=True)
    pipeline.create(bench.role)
    first = pipeline.start()
    assert ended(first) == "Succeeded"
    chosen = pipeline.start(selective_execution_config=SelectiveExecutionConfig(selected_steps=["Train"]))
    assert ended(chosen) == "Succeeded"
    reused = by_name(chosen)["Prepare"]["SelectiveExecutionResult"]
    assert reused == {"SourcePipelineExecutionArn": first.arn}, reused
    second = pipeline.start()
    assert ended(second) == "Succeeded"
    assert by_name(second)["Prepare"]["CacheHitResult"] == {"SourcePipelineExecutionArn": first.arn}


def functions(bench):
    """A function whose name has an underscore, and its result."""
    pipeline = building.functions(bench, f"sdk3-functions-{SUFFIX}")
    pipeline.create(bench.role)
    execution = pipeline.start()
    assert ended(execution) == "Succeeded", execution.list_steps()
    (step,) = execution.list_steps()
    job = resources.TrainingJob.get(step["Metadata"]["TrainingJob"]["Arn"].rsplit("/", 1)[1])
    # Nothing runs the function here: its result is put where its job would have.
    serialize_obj_to_s3(6, bench.session, job.output_data_config.s3_output_path)
    assert execution.result(step["StepName"]) == 6


def resources_of_a_pipeline(bench):
    """Pipelines, executions and what they made, as the typed resources of `sagemaker-core`."""
    name, group = f"sdk3-resources-{SUFFIX}", f"sdk3-models-{SUFFIX}"
    building.whole(bench, name, group).upsert(bench.role)
    pipeline = resources.Pipeline.get(name)
    assert pipeline.pipeline_status == "Active", pipeline
    assert name in [known.pipeline_name for known in resources.Pipeline.get_all(pipeline_name_prefix="sdk3")]
    started = bench.client.start_pipeline_execution(PipelineName=name, ClientRequestToken=str(uuid.uuid4()))
    execution = resources.PipelineExecution.get(started["PipelineExecutionArn"])
    execution.wait_for_status("Succeeded", poll=1, timeout=120)
    steps = {step.step_name: step.metadata for step in execution.get_all_steps()}
    assert set(steps) == {"Prepare", "Train", "GoodEnough", "Create", "Register"}, set(steps)
    processing = resources.ProcessingJob.get(of(steps["Prepare"].processing_job))
    assert processing.processing_job_status == "Completed", processing
    training = resources.TrainingJob.get(of(steps["Train"].training_job))
    training.wait(poll=1)
    assert training.training_job_status == "Completed", training
    model = resources.Model.get(of(steps["Create"].model))
    artifacts = training.model_artifacts.s3_model_artifacts
    assert model.primary_container.model_data_url == artifacts, model


def of(made):
    """The name of what a step made."""
    return made.arn.rsplit("/", 1)[1]


def registry(bench):
    """Groups and packages, those of a pipeline among them."""
    name, group = f"sdk3-registry-{SUFFIX}", f"sdk3-group-{SUFFIX}"
    pipeline = building.whole(bench, name, group)
    pipeline.create(bench.role)
    execution = pipeline.start()
    assert ended(execution) == "Succeeded"
    known = resources.ModelPackageGroup.get(group)
    assert known.model_package_group_status == "Completed", known
    # Its own list, update and delete describe a package by its group's name, which is the name of no version.
    arn = by_name(execution)["Register"]["Metadata"]["RegisterModel"]["Arn"]
    package = resources.ModelPackage.get(arn)
    assert (package.model_package_version, package.model_approval_status) == (1, "PendingManualApproval"), package
    bench.client.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    assert resources.ModelPackage.get(arn).model_approval_status == "Approved"
    bench.client.delete_model_package(ModelPackageName=arn)
    known.delete()
    assert group not in [known.model_package_group_name for known in resources.ModelPackageGroup.get_all()]


def hosting(bench):
    """A model behind an endpoint, waited for and removed."""
    names = [f"sdk3-{what}-{SUFFIX}" for what in ("model", "config", "endpoint")]
    container = ContainerDefinition(image=building.IMAGE, model_data_url="s3://bucket/model.tar.gz")
    model = resources.Model.create(names[0], primary_container=container, execution_role_arn=bench.role)
    variant = ProductionVariant(
        variant_name="AllTraffic", model_name=names[0], initial_instance_count=1, instance_type=building.INSTANCE
    )
    config = resources.EndpointConfig.create(names[1], production_variants=[variant])
    endpoint = resources.Endpoint.create(names[2], endpoint_config_name=names[1])
    endpoint.wait_for_status("InService", poll=1, timeout=60)
    endpoint.delete()
    endpoint.wait_for_delete(poll=1, timeout=60)
    config.delete()
    model.delete()
    assert names[0] not in [known.model_name for known in resources.Model.get_all(name_contains="sdk3-model")]


def jobs(bench):
    """A training job outside of a pipeline."""
    session = Session(default_bucket=bench.session.default_bucket())
    trainer = building.trainer(bench, session, f"s3://{session.default_bucket()}/train")
    trainer.train(wait=False, logs=False)
    job = resources.TrainingJob.get(trainer._latest_training_job.training_job_name)
    job.wait(poll=1)
    assert job.training_job_status == "Completed", job
