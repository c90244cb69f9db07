"""boto3 against the local SageMaker: every operation, the whole life of a pipeline, every answer checked.

    python3 -m with_boto3 http://127.0.0.1:PORT/ [CHECK…]

Any seed will do: it works on pipelines of its own, and then describes whatever else it finds. Time is moved by the
emulator's clock control; nothing sleeps.
"""

from common.emulator import main, run
from with_boto3.bench import Bench
from with_boto3.constraints import constraints
from with_boto3.direct_jobs import direct_jobs, jobs_of_executions
from with_boto3.executions import callbacks, execution_life, parameters, stop_resume_retry
from with_boto3.experiments import experiments
from with_boto3.front_end import front_end
from with_boto3.hosting import hosting
from with_boto3.jobs import component, tour
from with_boto3.logs import logs
from with_boto3.objects import objects, stored_definitions
from with_boto3.paginators import paginators
from with_boto3.parallel import parallel
from with_boto3.pipelines import paging, pipelines, regions
from with_boto3.recorded import recorded
from with_boto3.registry import registry
from with_boto3.roles import roles
from with_boto3.searching import searching
from with_boto3.sessions import sessions
from with_boto3.terraform import terraform

CHECKS = [
    pipelines,
    regions,
    terraform,
    paging,
    execution_life,
    parameters,
    stop_resume_retry,
    callbacks,
    searching,
    component,
    direct_jobs,
    jobs_of_executions,
    logs,
    experiments,
    registry,
    hosting,
    tour,
    paginators,
    parallel,
    objects,
    stored_definitions,
    recorded,
    front_end,
    sessions,
    roles,
    constraints,
]


def whole(endpoint, chosen):
    """Runs the checks, and then looks at all that was answered."""
    bench = Bench(endpoint)
    run(CHECKS, bench, chosen)
    bench.tally("boto3")
    faults = list(dict.fromkeys(bench.recorder.faults))
    if not chosen:
        faults += [f"{name}: never called with success" for name in bench.operations() - bench.recorder.succeeded]
    for fault in faults:
        print("  differs from the service's model:", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    main(whole)
