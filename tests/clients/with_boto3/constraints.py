"""Every constraint that botocore's model puts on a request, broken once, on the wire.

For each member of each operation's input: absent or null where it must be there, too short, too long, too small, too
large, out of the enumeration, against the pattern, and of the wrong JSON type. The service's front end says which
constraint a value fails; a body of another type than the model's it cannot read at all.
"""

import json
from collections import Counter

from with_boto3.values import grown, sample

WRONG = {
    "string": {"no": "text"},
    "integer": "three",
    "long": "three",
    "timestamp": {"no": "time"},
    "boolean": "perhaps",
    "structure": "not a structure",
    "list": "not a list",
    "map": "not a map",
}
# Patterns that the broken value matches too.
UNBREAKABLE = ("[\\p{L}\\p{M}\\p{Z}\\p{S}\\p{N}\\p{P}]*", "[\\S\\s]+", "[\\s\\S]+", "(?!\\s*$).+")
# So deep are members looked at; search expressions hold themselves.
DEEPEST = 5


class Breach:
    """One broken constraint: where, how, and the message of the service."""

    def __init__(self, kind, path, body, words):
        self.kind = kind
        self.path = path
        self.body = body
        self.words = words


def constraints(bench):
    """Sends every breach of every operation, and prints how many there were of each kind."""
    sent, odd = Counter(), []
    for name in sorted(bench.operations()):
        shape = bench.client.meta.service_model.operation_model(name).input_shape
        whole = sample(shape)
        for breach in breaches(shape, whole):
            sent[breach.kind] += 1
            odd += [f"{name} {why}" for why in answered(bench, name, breach)]
    print("  " + ", ".join(f"{kind}: {times}" for kind, times in sorted(sent.items())))
    print(f"  {sum(sent.values())} breaches of {len(bench.operations())} operations")
    assert not odd, "\n  ".join([f"{len(odd)} are answered otherwise:", *odd[:60]])


def answered(bench, name, breach):
    """What is odd about the answer to a breach."""
    status, headers, body = bench.raw(f"SageMaker.{name}", json.dumps(breach.body).encode())
    kind = "SerializationException" if breach.words is None else "ValidationException"
    message = body.get("message", body.get("Message", ""))
    where = f"{breach.path} ({breach.kind})"
    if status != 400 or body.get("__type") != kind:
        yield f"{where}: {status} {body.get('__type')}, not {kind}: {message[:160]}"
    elif breach.words is not None:
        if f"at '{breach.path}' failed to satisfy constraint: {breach.words}" not in message:
            yield f"{where}: {breach.words!r} is not in {message[:300]!r}"
        elif " validation error" not in message.split(" detected: ")[0]:
            yield f"{where}: {message[:120]!r}"
    if not headers["x-amzn-RequestId"]:
        yield f"{where}: no request id"


def breaches(shape, whole):
    """Every breach in a request of this shape; all else in it is as it should be."""
    yield from inside(shape, whole, "", lambda value: value, 0)


def inside(shape, value, path, rebuild, depth):
    """The breaches in a structure, with `rebuild` making a whole request of it."""
    for name, member in shape.members.items():
        place = f"{path}.{camel(name)}" if path else camel(name)
        if name in shape.required_members:
            without = {key: item for key, item in value.items() if key != name}
            yield Breach("missing", place, rebuild(without), "Member must not be null")
            yield Breach("null", place, rebuild({**value, name: None}), "Member must not be null")
        with_it = value.get(name, sample(member, depth + 1))
        put = lambda item, name=name: rebuild({**value, name: item})  # noqa: E731
        yield from of_value(member, with_it, place, put, depth)


def of_value(shape, value, path, rebuild, depth):
    """The breaches that a value of a shape allows."""
    if depth > DEEPEST:
        return
    kind = shape.type_name
    if kind in WRONG:
        yield Breach("wrong type", path, rebuild(WRONG[kind]), None)
    for how, broken, words in bounds(shape, value):
        yield Breach(how, path, rebuild(broken), words)
    if kind == "structure":
        yield from inside(shape, value, path, rebuild, depth)
    elif kind == "list":
        item = sample(shape.member, depth + 1)
        put = lambda other: rebuild([other])  # noqa: E731
        yield from of_value(shape.member, item, f"{path}.1.member", put, depth + 1)


def bounds(shape, value):
    """Values outside of what a shape allows: how, the value, the message."""
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    kind = shape.type_name
    if kind in ("integer", "long"):
        if low is not None:
            yield "too small", low - 1, f"Member must have value greater than or equal to {low}"
        if high is not None:
            yield "too large", high + 1, f"Member must have value less than or equal to {high}"
    elif kind in ("string", "list"):
        if low:
            short = value[: low - 1]
            yield "too short", short, f"Member must have length greater than or equal to {low}"
        if high is not None:
            long = grown(value, high + 1) if kind == "string" else [sample(shape.member)] * (high + 1)
            yield "too long", long, f"Member must have length less than or equal to {high}"
    if kind == "string":
        if shape.enum:
            yield "not in the enumeration", "Nonsense", "Member must satisfy enum value set: ["
        pattern = shape.metadata.get("pattern")
        if pattern and "." not in pattern[:3] and pattern not in UNBREAKABLE:
            words = "Member must satisfy regular expression pattern: "
            yield "against the pattern", "\u0007 \u0007" * max(low or 1, 1), words


def camel(name):
    """A member's name as messages have it."""
    return name[:1].lower() + name[1:]
