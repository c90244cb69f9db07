"""A session of the SageMaker Python SDK 3 that knows nothing but the emulator's address."""

import logging
import os
import sys
import types

from common.emulator import ROLE, Emulator, environment

BUCKET = "sdk3-bucket"
# The SDK reports each call to AWS; a closed port as proxy keeps that on this machine.
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
        without_torch()
        # The SDK logs much about itself at every call.
        logging.disable(logging.CRITICAL)
        # Read by the SDK when it is loaded: after the environment is set.
        from sagemaker.core.workflow.pipeline_context import PipelineSession

        self.session = PipelineSession(default_bucket=BUCKET)
        self.client = self.session.sagemaker_client


def without_torch():
    """Lets the SDK load without torch, a gigabyte of which it wants the name of one type."""
    torch = types.ModuleType("torch")
    torch.Tensor = type("Tensor", (), {})
    sys.modules["torch"] = torch


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
