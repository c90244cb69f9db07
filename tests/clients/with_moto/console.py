"""A console in front of an endpoint, and what its pages say."""

import html
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from common.emulator import environment

# Seconds to wait for something at most.
PATIENCE = 60


class Page:
    """A page as it was answered."""

    def __init__(self, status, text):
        self.status = status
        self.text = text
        main = re.search(r"<main.*?</main>", text, re.DOTALL)
        shown = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", main.group(0) if main else text, flags=re.DOTALL)
        self.words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())

    def marks(self, name):
        """The values of an attribute."""
        return [html.unescape(value) for value in re.findall(rf'\b{name}="([^"]*)"', self.text)]

    def total(self):
        """How many executions are counted, or nothing while the list is not whole."""
        found = re.search(r'data-total="(\d+)"( data-partial)?', self.text)
        assert found, self.words
        return None if found.group(2) else int(found.group(1))


class Console:
    """A console that runs until it is closed."""

    def __init__(self, program, endpoint, folder):
        self.folder = Path(folder)
        self.folder.mkdir()
        self.endpoint = endpoint
        self.environment = {**environment(endpoint, folder), "SLUICEGATE_IDENTITY__MODE": "local"}
        command = [program, "serve", "--listen", "127.0.0.1:0", "--state-dir", str(self.folder)]
        with open(self.folder / "log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, cwd=self.folder, stdout=subprocess.PIPE, stderr=log, text=True
            )
        line = self.process.stdout.readline()
        assert line.startswith("Console: "), f"it did not start: {Path(self.folder, 'log').read_text(encoding='utf-8')}"
        self.address = line.removeprefix("Console: ").strip().rstrip("/")

    def close(self):
        """Ends it."""
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def get(self, path):
        """A page of the workspace."""
        try:
            with urllib.request.urlopen(f"{self.address}/w/default{path}", timeout=PATIENCE) as answer:
                return Page(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Page(error.code, error.read().decode())
