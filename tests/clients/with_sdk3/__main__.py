"""The SageMaker Python SDK 3, unchanged, against the local SageMaker.

    python3 -m with_sdk3 http://127.0.0.1:PORT/ [CHECK…]

The SDK waits by the machine's clock: the emulator should run at some thousand times the service's speed.
"""

import tempfile

from common.emulator import main, run
from with_sdk3.bench import Bench


def whole(endpoint, chosen):
    """Runs the checks."""
    with tempfile.TemporaryDirectory() as home:
        bench = Bench(endpoint, home)
        # The SDK reads its environment when it is loaded.
        from with_sdk3 import checks

        life = [checks.life, checks.failure_and_retry, checks.selection_and_caching, checks.functions]
        around = [checks.resources_of_a_pipeline, checks.registry, checks.hosting, checks.jobs]
        run([*life, *around], bench, chosen)
        bench.tally("SDK 3")
    return 0


if __name__ == "__main__":
    main(whole)
