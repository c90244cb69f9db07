"""A session of the SageMaker Python SDK 3 that knows nothing but the emulator's address."""

import logging
import sys
import types

from common.emulator import ROLE, Emulator
from common.sdk import enter

BUCKET = "sdk3-bucket"


class Bench(Emulator):
    """What all checks with the SDK share."""

    role = ROLE

    def __init__(self, endpoint, home):
        super().__init__(endpoint)
        enter(endpoint, home)
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
