"""Values that a shape of botocore's model allows: the least that a request needs."""

import re

from common.conformity import UNREADABLE

# Values for patterns, the first that fits is taken.
TEXTS = (
    "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/nothing/execution/abcdefghijkl",
    "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/nothing",
    "arn:aws:sagemaker:eu-central-1:111122223333:mlflow-app/app-ABCDEFGHIJKL",
    "arn:aws:sagemaker:eu-central-1:111122223333:model-package-group/nothing",
    "arn:aws:iam::111122223333:role/Pipelines",
    "abcdefghij",
    "0123456789abcdef0123456789abcdef",
    "s3://bucket/key",
    "1",
    "a",
)


def sample(shape, depth=0):
    """A value that a shape allows; of structures the required members alone."""
    kind = shape.type_name
    if kind == "structure":
        return {name: sample(shape.members[name], depth + 1) for name in shape.required_members}
    if kind == "list":
        least = shape.metadata.get("min", 0)
        return [sample(shape.member, depth + 1)] * least
    if kind == "map":
        return {}
    if kind == "string":
        return text(shape)
    if kind == "boolean":
        return True
    if kind in ("integer", "long"):
        return max(shape.metadata.get("min", 1), 1)
    return 1


def text(shape):
    """A text that a shape allows."""
    if shape.enum:
        return shape.enum[0]
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 1 << 30)
    pattern = shape.metadata.get("pattern")
    for value in TEXTS:
        fits = pattern is None or UNREADABLE.search(pattern) or re.fullmatch(pattern, value)
        if fits and low <= len(value) <= high:
            return value
    return "a" * max(low, 1)


def grown(value, length):
    """A text made longer in the manner of its last character."""
    return value + (value[-1:] or "a") * (length - len(value))
