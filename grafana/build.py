"""Writes generated/*.json: `python -m grafana.build`."""

import json
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from grafana.board import Board, render
from grafana.dashboards import ALL, IN_CONTAINERS

__all__ = ["FOLDER", "documents"]

FOLDER = Path(__file__).parent / "generated"


def documents() -> dict[str, str]:
    """Each dashboard's file, from the folder of all, and its text."""
    files = {f"{board.uid}.json": board for board in ALL}
    files |= {f"containers/{board.uid}.json": board for board in IN_CONTAINERS}
    return {name: json.dumps(_plain(board), indent=2, sort_keys=True) + "\n" for name, board in files.items()}


def _plain(board: Board) -> dict[str, Any]:
    dashboard: dict[str, Any] = json.loads(json.dumps(render(board), cls=JSONEncoder))
    for variable in dashboard["templating"]["list"]:
        for key in ("auto", "auto_min", "auto_count"):  # of intervals only, but the SDK writes it for all
            variable.pop(key, None)
    return dashboard


def main() -> None:
    """Write every dashboard, and remove what is no longer one."""
    (FOLDER / "containers").mkdir(parents=True, exist_ok=True)
    written = documents()
    for old in FOLDER.rglob("*.json"):
        if str(old.relative_to(FOLDER)) not in written:
            old.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
