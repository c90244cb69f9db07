"""Pipelines as people build them with the SDK 3: steps of every common type, none of them run by anybody here."""

from sagemaker.core.processing import Processor
from sagemaker.core.shapes import ProcessingOutput, ProcessingS3Output
from sagemaker.core.workflow.conditions import ConditionGreaterThan
from sagemaker.core.workflow.parameters import ParameterFloat, ParameterInteger
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.function_step import step
from sagemaker.mlops.workflow.model_step import ModelStep
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import CacheConfig, ProcessingStep, TrainingStep
from sagemaker.serve.model_builder import ModelBuilder
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, OutputDataConfig

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/image:1"
INSTANCE = "ml.m5.xlarge"


def prepare(bench, instances=1, cached=False):
    """A processing job with one output."""
    place = f"s3://{bench.session.default_bucket()}/train"
    output = ProcessingS3Output(s3_uri=place, local_path="/opt/ml/processing/train", s3_upload_mode="EndOfJob")
    processor = Processor(
        role=bench.role,
        image_uri=IMAGE,
        instance_count=instances,
        instance_type=INSTANCE,
        sagemaker_session=bench.session,
    )
    arguments = processor.run(outputs=[ProcessingOutput(output_name="train", s3_output=output)])
    cache = CacheConfig(enable_caching=True, expire_after="P30D") if cached else None
    return ProcessingStep("Prepare", step_args=arguments, cache_config=cache)


def trainer(bench, session, source):
    """What trains on the data of a place."""
    return ModelTrainer(
        training_image=IMAGE,
        role=bench.role,
        compute=Compute(instance_type=INSTANCE, instance_count=1),
        output_data_config=OutputDataConfig(s3_output_path=f"s3://{session.default_bucket()}/models"),
        hyperparameters={"depth": 6},
        input_data_config=[InputData(channel_name="train", data_source=source, content_type="text/csv")],
        sagemaker_session=session,
    )


def train(bench, prepared):
    """A training job that reads what was prepared."""
    outputs = prepared.properties.ProcessingOutputConfig.Outputs
    arguments = trainer(bench, bench.session, outputs["train"].S3Output.S3Uri).train()
    return TrainingStep("Train", step_args=arguments)


def short(bench, name, cached=False):
    """Two jobs, one after the other."""
    instances = ParameterInteger("Instances", default_value=1)
    prepared = prepare(bench, instances, cached)
    steps = [prepared, train(bench, prepared)]
    return Pipeline(name, parameters=[instances], steps=steps, sagemaker_session=bench.session)


def whole(bench, name, group):
    """Two jobs, and a model that is created and registered where a parameter allows it."""
    threshold = ParameterFloat("Threshold", default_value=0.5)
    pipeline = short(bench, name)
    trained = pipeline.steps[1]
    builder = ModelBuilder(
        s3_model_data_url=trained.properties.ModelArtifacts.S3ModelArtifacts,
        image_uri=IMAGE,
        role_arn=bench.role,
        sagemaker_session=bench.session,
    )
    create = ModelStep("Create", step_args=builder.build())
    register = ModelStep(
        "Register",
        step_args=builder.register(
            model_package_group_name=group,
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=[INSTANCE],
            transform_instances=[INSTANCE],
            approval_status="PendingManualApproval",
        ),
    )
    condition = ConditionStep(
        "GoodEnough",
        conditions=[ConditionGreaterThan(left=threshold, right=0.4)],
        if_steps=[create, register],
        else_steps=[FailStep("NotGood", error_message="not good enough")],
        depends_on=[trained],
    )
    pipeline.parameters.append(threshold)
    pipeline.steps.append(condition)
    return pipeline


def functions(bench, name):
    """A function of Python as a step."""

    @step(name="sum_up", role=bench.role, image_uri=IMAGE, instance_type=INSTANCE, keep_alive_period_in_seconds=0)
    def sum_up(values):
        return sum(values)

    return Pipeline(name, steps=[sum_up([1, 2, 3])], sagemaker_session=bench.session)
