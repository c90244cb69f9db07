"""A session of the SageMaker Python SDK that knows nothing but the emulator's address."""

import logging
import os

from common.emulator import ROLE, Emulator
from common.sdk import enter

# The SDK asks the real token service, whatever the environment sets, for the name of a bucket that is not given.
BUCKET = "sdk-bucket"


class Bench(Emulator):
    """What all checks with the SDK share."""

    role = ROLE

    def __init__(self, endpoint, home):
        super().__init__(endpoint)
        enter(endpoint, home)
        os.environ["SAGEMAKER_SUPPRESS_V2_WARNING"] = "1"
        # Read by the SDK when it is loaded, and slow: after the environment is set.
        from sagemaker.workflow.pipeline_context import PipelineSession

        # It logs much about itself at every call.
        for name in ("sagemaker", "sagemaker.config", "sagemaker.workflow.utilities"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.session = PipelineSession(default_bucket=BUCKET)
        self.client = self.session.sagemaker_client
