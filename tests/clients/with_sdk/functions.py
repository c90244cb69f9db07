"""Functions of Python as steps: packed by the SDK, kept in S3, their results read back."""

import uuid

from sagemaker.remote_function.core.serialization import serialize_obj_to_s3
from sagemaker.workflow.function_step import step
from sagemaker.workflow.pipeline import Pipeline

from common.sdk import by_name, ended
from with_sdk.building import IMAGE

HOW = {"image_uri": IMAGE, "instance_type": "ml.m5.xlarge", "keep_alive_period_in_seconds": 0}


def functions(bench):
    """Two functions, one of which takes what the other gives."""
    name = f"sdk-functions-{uuid.uuid4().hex[:8]}"

    @step(name="numbers", role=bench.role, **HOW)
    def numbers():
        return [1, 2, 3]

    @step(name="total", role=bench.role, **HOW)
    def total(values):
        return sum(values)

    pipeline = Pipeline(name, steps=[total(numbers())], sagemaker_session=bench.session)
    pipeline.create(bench.role)
    execution = pipeline.start()
    assert ended(execution) == "Succeeded", execution.list_steps()
    steps = by_name(execution)
    assert set(steps) == {"numbers", "total"}, steps
    assert steps["total"]["StepDisplayName"].endswith("total"), steps
    # Nothing runs the function here: its result is put where its job would have.
    job = steps["total"]["Metadata"]["TrainingJob"]["Arn"].split("/", 1)[1]
    place = bench.session.describe_training_job(job)["OutputDataConfig"]["S3OutputPath"]
    serialize_obj_to_s3(6, bench.session, place)
    assert execution.result("total") == 6
