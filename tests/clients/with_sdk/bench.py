"""A session of the SageMaker Python SDK that knows nothing but the emulator's address."""

import logging
import os

from common.emulator import ROLE, Emulator, environment

# The SDK asks the real token service, whatever the environment sets, for the name of a bucket that is not given.
BUCKET = "sdk-bucket"
# It reports each call to AWS; a closed port as proxy keeps that on this machine.
CLOSED_PORT = "http://127.0.0.1:9"


class Bench(Emulator):
    """What all checks with the SDK share."""

    role = ROLE

    def __init__(self, endpoint, home):
        super().__init__(endpoint)
        known = environment(endpoint, home)
        os.environ.clear()
        os.environ.update(known)
        os.environ.update(HTTPS_PROXY=CLOSED_PORT, NO_PROXY="127.0.0.1")
        os.environ["SAGEMAKER_SUPPRESS_V2_WARNING"] = "1"
        # Read by the SDK when it is loaded, and slow: after the environment is set.
        from sagemaker.workflow.pipeline_context import PipelineSession

        # It logs much about itself at every call.
        for name in ("sagemaker", "sagemaker.config", "sagemaker.workflow.utilities"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.session = PipelineSession(default_bucket=BUCKET)
        self.client = self.session.sagemaker_client


def ended(execution):
    """Waits as the SDK does; the status at the end."""
    from botocore.exceptions import WaiterError

    try:
        execution.wait(delay=1, max_attempts=120)
    except WaiterError as error:
        assert "terminal failure state" in str(error), error
    return execution.describe()["PipelineExecutionStatus"]


def by_name(execution):
    """An execution's steps by their names."""
    return {step["StepName"]: step for step in execution.list_steps()}
