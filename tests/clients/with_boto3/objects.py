"""The object store: what SageMaker's clients keep in S3, and definitions that are read from there."""

import io
import json

import boto3

from common.emulator import REGION, ROLE
from common.steps import definition, processing
from with_boto3.bench import LOCAL_KEYS, SUFFIX, refused

BUCKET = f"boto3-{SUFFIX}"
AWKWARD = "a b/ü+&<%25>.txt"


def objects(bench):
    """Buckets, objects, ranges, parts, lists, and what is not there."""
    s3 = bench.connect("s3")
    refused("NoSuchBucket", "does not exist", s3.put_object, Bucket=BUCKET, Key="a", Body=b"")
    refused("404", "Not Found", s3.head_bucket, Bucket=BUCKET)
    s3.create_bucket(Bucket=BUCKET)
    s3.head_bucket(Bucket=BUCKET)
    assert BUCKET in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"]

    put = s3.put_object(Bucket=BUCKET, Key=AWKWARD, Body=b"hello")
    assert put["ETag"] == '"5d41402abc4b2a76b9719d911017c592"', put
    read = s3.get_object(Bucket=BUCKET, Key=AWKWARD)
    assert (read["Body"].read(), read["ContentLength"]) == (b"hello", 5)
    part = s3.get_object(Bucket=BUCKET, Key=AWKWARD, Range="bytes=1-2")
    assert (part["Body"].read(), part["ContentRange"]) == (b"el", "bytes 1-2/5")
    head = s3.head_object(Bucket=BUCKET, Key=AWKWARD)
    assert (head["ContentLength"], head["ETag"]) == (5, put["ETag"])
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": AWKWARD})
    assert s3.get_object(Bucket=BUCKET, Key="copy")["Body"].read() == b"hello"
    # A stream of unknown length goes in chunks with a checksum at its end; a large one in parts.
    large = bytes(range(256)) * 80_000
    s3.upload_fileobj(io.BytesIO(large), BUCKET, "large")
    back = io.BytesIO()
    s3.download_fileobj(BUCKET, "large", back)
    assert back.getvalue() == large
    by_name = bench.connect("s3", s3={"addressing_style": "path"})
    assert by_name.head_object(Bucket=BUCKET, Key="large")["ContentLength"] == len(large)
    lists(bench, s3)
    refused("NoSuchKey", "does not exist", s3.get_object, Bucket=BUCKET, Key="none")
    refused("InvalidRange", "", s3.get_object, Bucket=BUCKET, Key="copy", Range="bytes=9-")
    refused("PreconditionFailed", "", s3.get_object, Bucket=BUCKET, Key="copy", IfMatch='"other"')
    refused("NotImplemented", "", s3.get_bucket_acl, Bucket=BUCKET)
    refused("AccessDenied", "", s3.get_object, Bucket=BUCKET, Key="copy", ExpectedBucketOwner="0" * 12)
    s3.delete_object(Bucket=BUCKET, Key="copy")
    refused("404", "", s3.head_object, Bucket=BUCKET, Key="copy")
    cleaned(bench, s3)
    bench.fault("throttle", "GetBucketLocation")
    refused("SlowDown", "", s3.get_bucket_location, Bucket=BUCKET)
    assert bench.connect("sts").get_caller_identity()["Account"] == "111122223333"


def cleaned(bench, s3):
    """A bucket is emptied in the ways that scripts have, and deleted."""
    name = f"{BUCKET}-clean"
    s3.create_bucket(Bucket=name)
    awkward = [AWKWARD, "a&amp;b", "'\"<>"]
    fill(s3, name, awkward + ["mine/1", "mine/2"])
    refused("BucketNotEmpty", "not empty", s3.delete_bucket, Bucket=name)
    listed = [version["Key"] for version in s3.list_object_versions(Bucket=name)["Versions"]]
    assert listed == sorted(awkward + ["mine/1", "mine/2"]), listed
    statement = {"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{name}/mine/*"}
    few = bench.connect("s3", keys=session_keys(bench, statement))
    answer = few.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "mine/1"}, {"Key": AWKWARD}]})
    assert [item["Key"] for item in answer["Deleted"]] == ["mine/1"], answer
    assert [(error["Key"], error["Code"]) for error in answer["Errors"]] == [(AWKWARD, "AccessDenied")], answer
    answer = s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "mine/2"}], "Quiet": True})
    assert "Deleted" not in answer and "Errors" not in answer, answer
    bucket = boto3.resource("s3", endpoint_url=bench.endpoint, region_name=REGION, **LOCAL_KEYS).Bucket(name)
    bucket.objects.all().delete()
    assert not list(bucket.objects.all())
    fill(s3, name, [f"{number:04}" for number in range(1_001)])
    bucket.object_versions.delete()
    bucket.delete()
    refused("404", "Not Found", s3.head_bucket, Bucket=name)


def fill(s3, bucket, keys):
    """Puts small objects."""
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")


def session_keys(bench, statement):
    """The keys of a session that may do what a statement says."""
    keys = bench.connect("sts").assume_role(
        RoleArn=ROLE, RoleSessionName="few", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def lists(bench, s3):
    """Pages and folds of keys."""
    for key in ("d/1/a", "d/1/b", "d/2/a", "d/3"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"")
    pages = s3.get_paginator("list_objects_v2")
    found = list(pages.paginate(Bucket=BUCKET, Prefix="d/", Delimiter="/", PaginationConfig={"PageSize": 1}))
    folds = [fold["Prefix"] for page in found for fold in page.get("CommonPrefixes", [])]
    keys = [item["Key"] for page in found for item in page.get("Contents", [])]
    assert (folds, keys) == (["d/1/", "d/2/"], ["d/3"]), (folds, keys)
    older = s3.get_paginator("list_objects").paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 2})
    keys = [item["Key"] for page in older for item in page["Contents"]]
    assert keys == [AWKWARD, "copy", "d/1/a", "d/1/b", "d/2/a", "d/3", "large"], keys
    assert s3.list_objects_v2(Bucket=BUCKET, StartAfter="d/2/a", MaxKeys=1)["Contents"][0]["Key"] == "d/3"


def stored_definitions(bench):
    """A definition that is too large to send, read from the store."""
    client, s3 = bench.client, bench.connect("s3")
    text = definition(*(processing(f"Step-{number}", DisplayName="x" * 200) for number in range(400)))
    assert len(text) > 100 * 1024
    s3.put_object(Bucket=BUCKET, Key="definition.json", Body=text.encode())
    place = {"Bucket": BUCKET, "ObjectKey": "definition.json"}
    name = f"boto3-stored-{SUFFIX}"
    arguments = {"PipelineName": name, "RoleArn": ROLE}
    client.create_pipeline(**arguments, PipelineDefinitionS3Location=place)
    assert client.describe_pipeline(PipelineName=name)["PipelineDefinition"] == text
    client.update_pipeline(PipelineName=name, PipelineDefinitionS3Location=place)
    none = {"Bucket": BUCKET, "ObjectKey": "none"}
    refused("ValidationException", "", client.update_pipeline, PipelineName=name, PipelineDefinitionS3Location=none)
    both = {"PipelineDefinition": text, "PipelineDefinitionS3Location": place}
    refused("ValidationException", "", client.update_pipeline, PipelineName=name, **both)
