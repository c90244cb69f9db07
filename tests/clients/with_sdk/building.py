"""Pipelines as people build them with the SDK: steps of every common type, none of them run by anybody here."""

from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput, TransformInput
from sagemaker.lambda_helper import Lambda
from sagemaker.model import Model
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.transformer import Transformer
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner
from sagemaker.workflow.callback_step import CallbackOutput, CallbackOutputTypeEnum, CallbackStep
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionLessThanOrEqualTo
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterBoolean, ParameterFloat, ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.retry import SageMakerJobExceptionTypeEnum, SageMakerJobStepRetryPolicy
from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep, TransformStep, TuningStep

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/image:1"
QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/approvals"
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:notify"


class Parts:
    """The parameters and steps of one pipeline."""

    def __init__(self, bench):
        self.bench = bench
        self.instances = ParameterInteger("Instances", default_value=1)
        self.instance_type = ParameterString(
            "InstanceType", default_value="ml.m5.xlarge", enum_values=["ml.m5.xlarge", "ml.c5.xlarge"]
        )
        self.threshold = ParameterFloat("Threshold", default_value=1e6)
        self.loud = ParameterBoolean("Loud", default_value=False)
        self.parameters = [self.instances, self.instance_type, self.threshold, self.loud]

    def processor(self):
        """What runs scripts."""
        return Processor(
            role=self.bench.role,
            image_uri=IMAGE,
            instance_count=self.instances,
            instance_type=self.instance_type,
            sagemaker_session=self.bench.session,
        )

    def prepare(self, cached=False):
        """A processing job with two outputs."""
        outputs = [ProcessingOutput(output_name=name, source=f"/opt/ml/{name}") for name in ("train", "test")]
        arguments = self.processor().run(
            inputs=[ProcessingInput(source=f"s3://{self.bench.session.default_bucket()}/raw", destination="/opt/in")],
            outputs=outputs,
        )
        cache = CacheConfig(enable_caching=True, expire_after="P30D") if cached else None
        return ProcessingStep("Prepare", step_args=arguments, cache_config=cache)

    def estimator(self):
        """What trains."""
        return Estimator(
            image_uri=IMAGE,
            role=self.bench.role,
            instance_count=self.instances,
            instance_type=self.instance_type,
            metric_definitions=[{"Name": "validation:rmse", "Regex": "rmse=(.*)"}],
            sagemaker_session=self.bench.session,
        )

    def data(self, prepare):
        """What a training job reads."""
        outputs = prepare.properties.ProcessingOutputConfig.Outputs
        return {"train": TrainingInput(s3_data=outputs["train"].S3Output.S3Uri, content_type="text/csv")}

    def train(self, prepare):
        """A training job that is tried again where the service lacks machines."""
        again = SageMakerJobStepRetryPolicy(
            exception_types=[SageMakerJobExceptionTypeEnum.CAPACITY_ERROR], interval_seconds=10, max_attempts=3
        )
        arguments = self.estimator().fit(inputs=self.data(prepare))
        return TrainingStep("Train", step_args=arguments, retry_policies=[again])

    def tune(self, prepare):
        """A tuning job."""
        ranges = {"eta": ContinuousParameter(0.1, 0.5)}
        tuner = HyperparameterTuner(
            self.estimator(),
            "validation:rmse",
            ranges,
            metric_definitions=[{"Name": "validation:rmse", "Regex": "rmse=(.*)"}],
            max_jobs=4,
            max_parallel_jobs=2,
        )
        return TuningStep("Tune", step_args=tuner.fit(inputs=self.data(prepare)))

    def evaluate(self, train):
        """A processing job that writes a report; and the report."""
        report = PropertyFile(name="Report", output_name="evaluation", path="evaluation.json")
        arguments = self.processor().run(
            inputs=[
                ProcessingInput(
                    source=train.properties.ModelArtifacts.S3ModelArtifacts, destination="/opt/ml/processing/model"
                )
            ],
            outputs=[ProcessingOutput(output_name="evaluation", source="/opt/ml/processing/evaluation")],
        )
        return ProcessingStep("Evaluate", step_args=arguments, property_files=[report]), report

    def model(self, train):
        """A model of what was trained."""
        return Model(
            image_uri=IMAGE,
            model_data=train.properties.ModelArtifacts.S3ModelArtifacts,
            role=self.bench.role,
            sagemaker_session=self.bench.session,
        )

    def register(self, train, group):
        """A model package."""
        arguments = self.model(train).register(
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.m5.xlarge"],
            transform_instances=["ml.m5.xlarge"],
            model_package_group_name=group,
            approval_status="PendingManualApproval",
        )
        return ModelStep("Register", step_args=arguments)

    def create_model(self, train):
        """A model that jobs can use."""
        return ModelStep("Create", step_args=self.model(train).create(instance_type="ml.m5.xlarge"))

    def transform(self, model):
        """A batch transform job."""
        transformer = Transformer(
            model_name=model.properties.ModelName,
            instance_count=1,
            instance_type="ml.m5.xlarge",
            output_path=f"s3://{self.bench.session.default_bucket()}/out",
            sagemaker_session=self.bench.session,
        )
        data = TransformInput(data=f"s3://{self.bench.session.default_bucket()}/batch")
        return TransformStep("Transform", step_args=transformer.transform(data=data.data, content_type="text/csv"))

    def notify(self):
        """A Lambda function."""
        outputs = [LambdaOutput(output_name="notified", output_type=LambdaOutputTypeEnum.String)]
        helper = Lambda(function_arn=FUNCTION, session=self.bench.session)
        text = Join(on=" ", values=["run", ExecutionVariables.PIPELINE_EXECUTION_ID])
        return LambdaStep("Notify", lambda_func=helper, inputs={"text": text}, outputs=outputs)

    def callback(self):
        """A question to somebody outside."""
        outputs = [CallbackOutput(output_name="answer", output_type=CallbackOutputTypeEnum.String)]
        return CallbackStep("Ask", sqs_queue_url=QUEUE, inputs={"question": "may it?"}, outputs=outputs)


def whole(bench, name):
    """Everything above but the question, with a condition on the report."""
    parts = Parts(bench)
    prepare = parts.prepare()
    train = parts.train(prepare)
    evaluate, report = parts.evaluate(train)
    create = parts.create_model(train)
    good = ConditionLessThanOrEqualTo(
        left=JsonGet(step_name=evaluate.name, property_file=report, json_path="metrics.mse.value"),
        right=parts.threshold,
    )
    transform = parts.transform(create)
    condition = ConditionStep(
        "GoodEnough",
        conditions=[good],
        if_steps=[parts.register(train, f"{name}-models"), create, transform],
        else_steps=[FailStep("NotGood", error_message=Join(on=" ", values=["mse above", parts.threshold]))],
    )
    notify = parts.notify()
    notify.add_depends_on([condition])
    steps = [prepare, train, parts.tune(prepare), evaluate, condition, notify]
    return Pipeline(name, parameters=parts.parameters, steps=steps, sagemaker_session=bench.session)


def short(bench, name, cached=False):
    """Two jobs, one after the other."""
    parts = Parts(bench)
    prepare = parts.prepare(cached)
    steps = [prepare, parts.train(prepare)]
    return Pipeline(name, parameters=parts.parameters, steps=steps, sagemaker_session=bench.session)


def question(bench, name):
    """One question."""
    return Pipeline(name, steps=[Parts(bench).callback()], sagemaker_session=bench.session)
