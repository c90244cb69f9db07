"""Runs a command and fails if anything that it started or wrote outlives it.

    python3 benches/support/leftovers.py [--terminate] COMMAND…

A process is found whatever it did to its session, its environment or its parents: orphans of the command become
children of this process (Linux). With --terminate the command gets SIGTERM as soon as it runs a program of its own,
and must end then; one that ends before is fine. TMPDIR is a folder of the command's own, which must be empty in the end. Exit status 1 if the
command failed or left something, 2 for a wrong call.
"""

import ctypes
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

PR_SET_CHILD_SUBREAPER = 36
# A killed process needs a moment to be gone.
GRACE_SECONDS = 10
INTERVAL_SECONDS = 0.05


def children(process):
    """The running children of a process, by ID with their command lines."""
    found = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == process and state != "Z":
                found[int(stat.parent.name)] = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            # It ended meanwhile.
            continue
    return found


def until(holds):
    """Waits until something holds, for the time of grace at most; whether it does."""
    deadline = time.monotonic() + GRACE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(INTERVAL_SECONDS)
    return True


def terminate(command):
    """Ends the command once it has started a program; what went wrong."""
    until(lambda: children(command.pid) or command.poll() is not None)
    command.send_signal(signal.SIGTERM)
    if until(lambda: command.poll() is not None):
        return []
    command.kill()
    command.wait()
    return ["did not end on SIGTERM"]


def leftovers(folder):
    """What is still there of an ended command. Its processes are killed."""
    until(lambda: not children(os.getpid()))
    faults = []
    # The children of what is killed become children in turn.
    while left := children(os.getpid()):
        for process, line in left.items():
            faults.append(f"left process {process} behind: {line}")
            os.kill(process, signal.SIGKILL)
        until(lambda: not left.keys() & children(os.getpid()).keys())
    return faults + [f"left {path} behind" for path in sorted(pathlib.Path(folder).iterdir())]


def main(words):
    ending = words[:1] == ["--terminate"]
    words = words[ending:]
    if not words:
        print(__doc__, file=sys.stderr)
        return 2
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="sluicegate-leftovers-") as folder:
        # Servers that give up root's rights must be able to enter it.
        os.chmod(folder, 0o755)
        output = subprocess.DEVNULL if ending else None
        command = subprocess.Popen(words, env={**os.environ, "TMPDIR": folder}, stdout=output, stderr=output)
        if ending:
            faults = terminate(command)
        else:
            faults = [f"ended with {command.returncode}"] if command.wait() else []
        faults += leftovers(folder)
    for fault in faults:
        print(f"{' '.join(words)}: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
