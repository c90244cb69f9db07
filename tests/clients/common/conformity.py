"""Checks what an endpoint answers against botocore's own service model, member by member."""

import json
import re

# Patterns that Python cannot read, such as halves of characters, or that take exponential time on long values.
UNREADABLE = re.compile(r"\\p\{|\\uD|\(\?:\[ \\r\\n\\t\]")


class Recorder:
    """Hooks into a boto3 client and keeps every fault of every answer."""

    def __init__(self, client):
        self.faults = []
        self.succeeded = set()
        client.meta.events.register("before-parse.sagemaker", self.answered)

    def answered(self, operation_model, response_dict, **_):
        name = operation_model.name
        headers = {key.lower(): value for key, value in response_dict["headers"].items()}
        if not headers.get("x-amzn-requestid"):
            self.faults.append(f"{name}: no request id")
        if headers.get("content-type") != "application/x-amz-json-1.1":
            self.faults.append(f"{name}: content type {headers.get('content-type')}")
        body = json.loads(response_dict["body"])
        if response_dict["status_code"] == 200:
            self.succeeded.add(name)
            shape = operation_model.output_shape
            if shape is None:
                if body:
                    self.faults.append(f"{name}: answers {body} where the model has nothing")
                return
            self.faults += [f"{name}{fault}" for fault in faults(shape, body)]
        elif "__type" not in body:
            self.faults.append(f"{name}: an error without a type: {body}")


def faults(shape, value, path=""):
    """Yields a sentence for everything in which a value differs from its shape."""
    if value is None:
        yield f"{path}: null"
        return
    check = {
        "structure": structure,
        "list": sequence,
        "map": mapping,
        "string": string,
        "integer": whole,
        "long": whole,
        "float": number,
        "double": number,
        "timestamp": number,
        "boolean": flag,
    }[shape.type_name]
    yield from check(shape, value, path)


def structure(shape, value, path):
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is not a structure"
        return
    for name in shape.required_members:
        if name not in value:
            yield f"{path}.{name}: missing"
    for name, member in value.items():
        if name not in shape.members:
            yield f"{path}.{name}: not in the model"
        else:
            yield from faults(shape.members[name], member, f"{path}.{name}")


def sequence(shape, value, path):
    if not isinstance(value, list):
        yield f"{path}: {value!r} is not a list"
        return
    yield from bounds(shape, len(value), path)
    for index, item in enumerate(value):
        yield from faults(shape.member, item, f"{path}[{index}]")


def mapping(shape, value, path):
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is not a map"
        return
    for key, item in value.items():
        yield from faults(shape.value, item, f"{path}.{key}")


def string(shape, value, path):
    if not isinstance(value, str):
        yield f"{path}: {value!r} is not a string"
        return
    yield from bounds(shape, len(value), path)
    if shape.enum and value not in shape.enum:
        yield f"{path}: {value!r} is not in the enumeration"
    pattern = shape.metadata.get("pattern")
    if pattern and not UNREADABLE.search(pattern) and not re.fullmatch(pattern, value, re.DOTALL):
        yield f"{path}: {value!r} does not match {pattern}"


def whole(shape, value, path):
    if isinstance(value, bool) or not isinstance(value, int):
        yield f"{path}: {value!r} is not a whole number"
    else:
        yield from bounds(shape, value, path)


def number(_shape, value, path):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        yield f"{path}: {value!r} is not a number"


def flag(_shape, value, path):
    if not isinstance(value, bool):
        yield f"{path}: {value!r} is neither true nor false"


def bounds(shape, size, path):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield f"{path}: {size} is below {low}"
    if high is not None and size > high:
        yield f"{path}: {size} is above {high}"
