"""Every paginator that botocore has for an operation of the emulator, one item at a time."""

from botocore import xform_name

from with_boto3.bench import GROUP, SUFFIX


def paginators(bench):
    """Pages of one item each are the same items, in the same order, as one page of all."""
    client, name = bench.client, f"boto3-run-{SUFFIX}"
    newest = client.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"][0]
    pipeline = client.describe_pipeline(PipelineName=name)["PipelineArn"]
    execution = newest["PipelineExecutionArn"]
    named = tuning(bench)
    inputs = {
        "ListPipelines": {"PipelineNamePrefix": f"boto3-page-{SUFFIX}"},
        "ListPipelineVersions": {"PipelineName": name},
        "ListPipelineExecutions": {"PipelineName": name},
        "ListPipelineExecutionSteps": {"PipelineExecutionArn": execution},
        "ListPipelineParametersForExecution": {"PipelineExecutionArn": execution},
        "ListTags": {"ResourceArn": pipeline},
        "ListModelPackageGroups": {"NameContains": "boto3"},
        "ListModelPackages": {"ModelPackageGroupName": GROUP},
        **dict.fromkeys(("ListModels", "ListEndpointConfigs", "ListEndpoints"), {"NameContains": f"boto3-pages-{SUFFIX}"}),
        "ListTrainingJobs": {"NameContains": SUFFIX},
        "ListProcessingJobs": {"NameContains": SUFFIX, "SortBy": "Name"},
        "ListTransformJobs": {"NameContains": SUFFIX, "SortBy": "Status"},
        "ListHyperParameterTuningJobs": named and {"NameContains": named},
        "ListAutoMLJobs": {},
        "ListTrainingJobsForHyperParameterTuningJob": named and {"HyperParameterTuningJobName": named},
        "ListExperiments": {},
        **dict.fromkeys(("ListTrials", "ListTrialComponents"), {"ExperimentName": f"boto3-experiment-{SUFFIX}"}),
        "Search": {
            "Resource": "PipelineExecution",
            "SearchExpression": {"Filters": [{"Name": "PipelineArn", "Operator": "Equals", "Value": pipeline}]},
        },
    }
    tried = 0
    for operation in sorted(bench.operations()):
        method = xform_name(operation)
        if not client.can_paginate(method):
            continue
        arguments = inputs[operation]
        if arguments is None:
            continue
        result = client.get_paginator(method).result_keys[0].expression
        # Tags come in pages of 50 at least.
        size = client.meta.service_model.operation_model(operation).input_shape.members["MaxResults"]
        least = {"PageSize": size.metadata.get("min", 1)}
        pages = client.get_paginator(method).paginate(**arguments, PaginationConfig=least)
        singly = [item for page in pages for item in page.get(result, [])]
        together = getattr(client, method)(**arguments)[result]
        assert singly == together, f"{operation}: {singly} is not {together}"
        tried += 1
    print(f"  {tried} paginators")


def tuning(bench):
    """The name of a tuning job of the seed, if there is one."""
    found = bench.client.search(Resource="PipelineExecution", MaxResults=100)["Results"]
    for hit in found:
        arn = hit["PipelineExecution"]["PipelineExecutionArn"]
        for step in bench.steps(arn):
            job = step.get("Metadata", {}).get("TuningJob")
            if job:
                return job["Arn"].split("/", 1)[1]
    return None
