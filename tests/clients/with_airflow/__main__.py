"""Airflow's hook, operators and sensor for SageMaker pipelines, without a scheduler, against the local SageMaker.

    python3 -m with_airflow http://127.0.0.1:PORT/

They wait by the machine's clock: the emulator should run at some thousand times the service's speed.
"""

import os
import tempfile
import uuid

from common.emulator import ROLE, Emulator, environment, main, run
from common.steps import callback, definition, processing, training

SUFFIX = uuid.uuid4().hex[:8]
NAME = f"airflow-{SUFFIX}"
CALLBACK = f"airflow-ask-{SUFFIX}"


class Bench(Emulator):
    """Airflow's hook, and pipelines to run."""

    def __init__(self, endpoint, home):
        super().__init__(endpoint)
        known = environment(endpoint, home)
        os.environ.clear()
        os.environ.update(known)
        os.environ["AIRFLOW_HOME"] = str(home)
        os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "ERROR"
        os.environ["AIRFLOW_CONN_AWS_DEFAULT"] = "aws://"
        # Reads its environment, and makes its home, when it is loaded.
        from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook

        self.hook = SageMakerHook(aws_conn_id="aws_default")
        for name, steps in ((NAME, (processing("Prepare"), training("Train", DependsOn=["Prepare"]))), (CALLBACK, (callback(),))):
            self.hook.conn.create_pipeline(
                PipelineName=name,
                RoleArn=ROLE,
                PipelineDefinition=definition(*steps),
                ClientRequestToken=str(uuid.uuid4()),
            )

    def callback_token(self, execution):
        """The token of a Callback step that waits."""
        for _ in range(100):
            answer = self.hook.conn.list_pipeline_execution_steps(PipelineExecutionArn=execution)
            for step in answer["PipelineExecutionSteps"]:
                token = step.get("Metadata", {}).get("Callback", {}).get("CallbackToken")
                if token:
                    return token
            self.advance(1)
        raise AssertionError("no Callback step waits")


def hook(bench):
    """Start, describe, check and stop through the hook."""
    arn = bench.hook.start_pipeline(NAME, display_name="by-airflow", pipeline_params={"Instances": "2"})
    response = bench.hook.check_status(arn, "PipelineExecutionStatus", bench.hook.describe_pipeline_exec, 1)
    assert response["PipelineExecutionStatus"] == "Succeeded", response
    assert bench.hook.stop_pipeline(arn) == "Succeeded", "the status of an execution that has ended"
    waiting = bench.hook.start_pipeline(CALLBACK)
    token = bench.callback_token(waiting)
    # The service refuses a stop between two steps: the hook tries again.
    bench.fault("conflict", "StopPipelineExecution", times=2)
    assert bench.hook.stop_pipeline(waiting, fail_if_not_running=True) == "Stopping"
    assert bench.control("GET", "faults") == []
    bench.hook.conn.send_pipeline_execution_step_failure(CallbackToken=token)


def operators(bench):
    """The operators wait until an execution has ended or stopped."""
    from airflow.providers.amazon.aws.operators.sagemaker import (
        SageMakerStartPipelineOperator,
        SageMakerStopPipelineOperator,
    )

    start = SageMakerStartPipelineOperator(
        task_id="start",
        pipeline_name=NAME,
        pipeline_params={"Prefix": "more"},
        wait_for_completion=True,
        check_interval=1,
    )
    arn = start.execute({})
    assert bench.hook.describe_pipeline_exec(arn)["PipelineExecutionStatus"] == "Succeeded"
    waiting = SageMakerStartPipelineOperator(task_id="ask", pipeline_name=CALLBACK).execute({})
    token = bench.callback_token(waiting)
    stop = SageMakerStopPipelineOperator(task_id="stop", pipeline_exec_arn=waiting)
    assert stop.execute({}) == "Stopping"
    bench.hook.conn.send_pipeline_execution_step_failure(CallbackToken=token)
    again = SageMakerStopPipelineOperator(
        task_id="again", pipeline_exec_arn=waiting, wait_for_completion=True, check_interval=1
    )
    assert again.execute({}) == "Stopped"


def sensor(bench):
    """The sensor sees a success, and raises on a failure with its reason."""
    from airflow.exceptions import AirflowException
    from airflow.providers.amazon.aws.sensors.sagemaker import SageMakerPipelineSensor

    def sensed(arn):
        return SageMakerPipelineSensor(task_id="wait", pipeline_exec_arn=arn).poke({})

    arn = bench.hook.start_pipeline(NAME)
    bench.advance(24 * 3600)
    assert sensed(arn)
    bench.control("POST", "outcomes", {"pipeline": NAME, "step": "Train", "reason": "ClientError: no data"})
    failing = bench.hook.start_pipeline(NAME)
    bench.advance(24 * 3600)
    try:
        sensed(failing)
    except AirflowException as error:
        assert "Failed" in str(error) or "failed" in str(error), error
    else:
        raise AssertionError("a failure is not a success")


def whole(endpoint, chosen):
    """Runs the checks."""
    with tempfile.TemporaryDirectory() as home:
        bench = Bench(endpoint, home)
        run([hook, operators, sensor], bench, chosen)
        bench.tally("Airflow")
    return 0


if __name__ == "__main__":
    main(whole)
