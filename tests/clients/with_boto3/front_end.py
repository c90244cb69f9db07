"""What comes before every operation: unreadable requests, missing signatures, faults on demand, counters."""

from botocore import UNSIGNED
from botocore.exceptions import ClientError

from with_boto3.bench import SUFFIX, refused


def front_end(bench):
    """Unknown operations, unreadable bodies, missing signatures, faults, counters."""
    client = bench.client

    assert bench.raw("SageMaker.ListPipelines", b"{}")[0] == 200
    for unknown in ("SageMaker.Nonsense", "Nonsense", "", "SageMaker.listPipelines"):
        status, headers, body = bench.raw(unknown, b"{}")
        assert (status, body["__type"]) == (400, "UnknownOperationException"), (unknown, body)
        assert headers["x-amzn-RequestId"]
    for unreadable in (b"{", b"[]", b'{"MaxResults": "three"}'):
        status, headers, body = bench.raw("SageMaker.ListPipelines", unreadable)
        assert (status, body["__type"]) == (400, "SerializationException"), (unreadable, body)
    unknown_operations(bench)
    unsigned = bench.connect(signature_version=UNSIGNED)
    refused("MissingAuthenticationTokenException", "Missing", unsigned.list_pipelines)

    faults(bench)
    bench.control("POST", "faults", {"operation": "*", "kind": "throttle"})
    bench.control("DELETE", "faults")
    bench.forget_calls()
    client.list_pipelines()
    client.list_pipelines()
    assert bench.control("GET", "calls") == {"ListPipelines": 2}


def unknown_operations(bench):
    """What is not answered is unknown in each protocol, and clients can read it."""
    unknown, invalid = "UnknownOperationException", "InvalidAction"
    for service, code, call, arguments in (
        ("sagemaker", unknown, "list_domains", {}),
        ("sagemaker-runtime", unknown, "invoke_endpoint", {"EndpointName": "a", "Body": b""}),
        ("sqs", unknown, "list_queues", {}),
        ("cloudwatch", unknown, "list_metrics", {}),
        ("lambda", unknown, "list_functions", {}),
        ("sts", invalid, "get_session_token", {}),
        ("sns", invalid, "list_topics", {}),
        ("ec2", invalid, "describe_vpcs", {}),
        ("iam", "AccessDenied", "list_roles", {}),
        ("s3", "NotImplemented", "get_bucket_policy", {"Bucket": "none"}),
    ):
        refused(code, "", getattr(bench.connect(service), call), **arguments)


def faults(bench):
    """Each kind of fault, once."""
    client = bench.client

    def order(kind, operation="ListPipelines", **more):
        bench.fault(kind, operation, **more)

    order("throttle")
    client.describe_pipeline(PipelineName=f"boto3-run-{SUFFIX}")
    refused("ThrottlingException", "Rate exceeded", client.list_pipelines)
    order("denied", operation="*")
    refused("AccessDeniedException", "is not authorized to perform: sagemaker:ListPipelines on resource:", client.list_pipelines)
    order("500")
    refused("InternalFailure", "", client.list_pipelines)
    order("conflict")
    refused("ConflictException", "", client.list_pipelines)
    order("reset")
    try:
        client.list_pipelines()
        raise AssertionError("the connection was not reset")
    except ClientError:
        raise
    except Exception as error:  # botocore has several classes for a connection that was cut
        assert "onnection" in str(error), error
    order("latency", ms=5)
    client.list_pipelines()
