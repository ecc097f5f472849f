"""Programs in place of kubectl and helm: they answer from files, and write down what they were asked."""

import json
import sys
from pathlib import Path
from typing import Any

from tests.deploy.programs import put

_PROGRAM = """
import json, pathlib, socket, sys
folder, name, given = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
with (folder / "asked").open("a") as asked:
    asked.write(json.dumps([name, *given]) + "\\n")
assert given[0] == "--namespace", given
words = [word for word in given[2:] if not word.startswith("--")]
if words[0] == "port-forward":
    print("E1127 12:00:00 memcache.go:265] couldn't get current server API group list", flush=True)
    server = socket.create_server(("127.0.0.1", int(words[2].partition(":")[0] or 0)))
    print("Forwarding from 127.0.0.1:%d -> %s" % (server.getsockname()[1], words[2].partition(":")[2]), flush=True)
    while True:
        server.accept()[0].close()
answers = json.loads((folder / "answers.json").read_text())
asked_for = " ".join([name, *words])
known = [prefix for prefix in answers if asked_for.startswith(prefix)]
if not known:
    sys.exit("nothing is known of " + asked_for)
said, code = answers[max(known, key=len)]
print(said, end="", file=sys.stderr if code else sys.stdout)
sys.exit(code)
"""


class Programs:
    """kubectl and helm on the PATH of a test. They know what `answers` has told them, and can forward ports.

    As where metrics-server is away, a warning comes before a forwarded port.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answers: dict[str, tuple[str, int]] = {}
        folder.mkdir()
        program = folder / "program.py"
        program.write_text(_PROGRAM, encoding="utf-8")
        for name in ("kubectl", "helm"):
            put(folder / "bin" / name, f'exec {sys.executable} {program} {folder} {name} "$@"')

    def answers(self, command: str, said: object, code: int = 0) -> None:
        """What is printed for commands that begin so, and their exit code; JSON for what is no text."""
        self._answers[command] = (said if isinstance(said, str) else json.dumps(said), code)
        (self._folder / "answers.json").write_text(json.dumps(self._answers), encoding="utf-8")

    @property
    def asked(self) -> list[list[str]]:
        """Every call so far."""
        file = self._folder / "asked"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def pod(name: str, *containers: str, part: str, color: str = "", **status: Any) -> dict[str, Any]:
    """A pod as the API server shows it: ready, if `status` says nothing else."""
    labels = {"app.kubernetes.io/name": part, **({"glasshouse/color": color} if color else {})}
    ready = [{"name": each, "ready": True, "restartCount": 0, "state": {"running": {}}} for each in containers]
    return {
        "metadata": {"name": name, "labels": labels, "creationTimestamp": "2026-11-27T10:00:00Z"},
        "spec": {"containers": [{"name": each} for each in containers]},
        "status": {
            "phase": "Running",
            "startTime": "2026-11-27T10:00:00Z",
            "containerStatuses": ready,
            **status,
        },
    }
