"""Jobs, models and endpoints as the SDK's own helpers make them, outside of a pipeline; and experiments."""

import uuid

from sagemaker.estimator import Estimator
from sagemaker.experiments.experiment import Experiment
from sagemaker.experiments.trial import _Trial
from sagemaker.experiments.trial_component import _TrialComponent
from sagemaker.model import Model
from sagemaker.predictor import Predictor
from sagemaker.processing import ProcessingOutput, Processor
from sagemaker.session import Session

from common.sdk import by_name, ended
from with_sdk.bench import BUCKET
from with_sdk.building import IMAGE, short

SUFFIX = uuid.uuid4().hex[:8]
MACHINE = {"instance_count": 1, "instance_type": "ml.m5.xlarge"}


def jobs(bench):
    """A processing, a training and a transform job, each waited for as the SDK does."""
    session = Session(default_bucket=BUCKET)
    processor = Processor(role=bench.role, image_uri=IMAGE, sagemaker_session=session, **MACHINE)
    processor.run(outputs=[ProcessingOutput(output_name="train", source="/opt/ml/train")], wait=False, logs=False)
    described = session.wait_for_processing_job(processor.latest_job.job_name, poll=1)
    assert described["ProcessingJobStatus"] == "Completed", described
    estimator = Estimator(image_uri=IMAGE, role=bench.role, sagemaker_session=session, **MACHINE)
    estimator.fit({"train": f"s3://{BUCKET}/train"}, wait=False)
    described = session.wait_for_job(estimator.latest_training_job.name, poll=1)
    assert described["TrainingJobStatus"] == "Completed", described
    assert estimator.model_data == described["ModelArtifacts"]["S3ModelArtifacts"], estimator.model_data
    transformer = estimator.transformer(**MACHINE)
    transformer.transform(f"s3://{BUCKET}/batch", wait=False, logs=False)
    described = session.wait_for_transform_job(transformer.latest_transform_job.name, poll=1)
    assert described["TransformJobStatus"] == "Completed", described


def hosting(bench):
    """A model is deployed, waited for, and removed as clean-ups do."""
    session, name = Session(default_bucket=BUCKET), f"sdk-endpoint-{SUFFIX}"
    model = Model(
        image_uri=IMAGE, model_data=f"s3://{BUCKET}/model.tar.gz", role=bench.role, sagemaker_session=session
    )
    model.deploy(initial_instance_count=1, instance_type="ml.m5.xlarge", endpoint_name=name, wait=False)
    assert session.wait_for_endpoint(name, poll=1)["EndpointStatus"] == "InService"
    assert session.endpoint_in_service_or_not(name)
    predictor = Predictor(name, sagemaker_session=session)
    predictor.delete_model()
    assert model.name not in [known["ModelName"] for known in bench.client.list_models()["Models"]]
    predictor.delete_endpoint()
    configs = bench.client.list_endpoint_configs(NameContains=name)["EndpointConfigs"]
    assert not configs, configs


def experiments(bench):
    """What a pipeline's execution recorded, as the SDK's experiments load it."""
    session, name = Session(default_bucket=BUCKET), f"sdk-experiment-{SUFFIX}"
    pipeline = short(bench, name)
    pipeline.create(bench.role)
    execution = pipeline.start()
    assert ended(execution) == "Succeeded"
    assert Experiment.load(name, sagemaker_session=session).experiment_name == name
    trial = _Trial.load(execution.arn.rsplit("/", 1)[1], sagemaker_session=session)
    assert trial.experiment_name == name, trial
    components = {component.trial_component_name for component in trial.list_trial_components()}
    jobs = {kind: step["Metadata"][f"{kind}Job"]["Arn"].rsplit("/", 1)[1] for kind, step in kinds(execution)}
    assert components == {f"{job}-aws-{kind.lower()}-job" for kind, job in jobs.items()}, components
    loaded = _TrialComponent.load(f"{jobs['Training']}-aws-training-job", sagemaker_session=session)
    assert loaded.parameters["SageMaker.InstanceType"] == "ml.m5.xlarge", loaded.parameters


def kinds(execution):
    """The steps of a short pipeline by the kind of their jobs."""
    steps = by_name(execution)
    return {"Processing": steps["Prepare"], "Training": steps["Train"]}.items()
