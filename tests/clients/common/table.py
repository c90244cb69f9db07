"""Prints which client called which operation how often, from the counts that the checks wrote.

    python3 -m common.table FOLDER
"""

import json
import sys
from pathlib import Path

CLIENTS = ("boto3", "SDK", "SDK 3", "CLI", "Airflow")


def main(folder):
    counts = {}
    for client in CLIENTS:
        file = Path(folder, f"{client}.json")
        if file.exists():
            counts[client] = json.loads(file.read_text(encoding="utf-8"))
    operations = sorted({name for calls in counts.values() for name in calls})
    print(f"| {'operation':<42} |" + "".join(f" {client:>7} |" for client in counts))
    print(f"|{'-' * 44}|" + "--------:|" * len(counts))
    for name in operations:
        cells = "".join(f" {calls.get(name, ''):>7} |" for calls in counts.values())
        print(f"| {name:<42} |{cells}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
