"""The SageMaker Python SDK, unchanged, against the local SageMaker.

    python3 -m with_sdk http://127.0.0.1:PORT/ [CHECK…]

The SDK waits by the machine's clock: the emulator should run at some thousand times the service's speed.
"""

import tempfile

from common.emulator import main, run
from with_sdk.bench import Bench


def whole(endpoint, chosen):
    """Runs the checks."""
    with tempfile.TemporaryDirectory() as home:
        bench = Bench(endpoint, home)
        # The SDK reads its environment when it is loaded.
        from with_sdk.checks import (
            failure_and_retry,
            large_definition,
            life,
            older_version,
            selection_and_caching,
            stop_and_answer,
        )
        from with_sdk.functions import functions
        from with_sdk.around import experiments, hosting, jobs
        from with_sdk.registry import registry

        checks = [life, older_version, failure_and_retry, stop_and_answer, selection_and_caching, large_definition]
        run([*checks, functions, registry, jobs, hosting, experiments], bench, chosen)
        bench.tally("SDK")
    return 0


if __name__ == "__main__":
    main(whole)
