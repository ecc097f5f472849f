"""Makes files from the services and problems.toml: for clients, the gateway, and the metrics of the gateway's log.

python -m docs.api.build            writes the files
python -m docs.api.build --check    says whether they are fresh
"""

import sys
from pathlib import Path

from docs.api import mtail, nginx, openapi, pages

ROOT = Path(__file__).parents[2]


def files() -> dict[Path, str]:
    """Each file and its content."""
    public = ROOT / "frontend" / "public" / "api"
    return {
        public / "openapi.json": openapi.text(),
        **{public / name: text for name, text in pages.files().items()},
        **{ROOT / "gateway" / name: text for name, text in nginx.files().items()},
        mtail.PROGRAM: mtail.text(),
    }


def stale() -> list[Path]:
    """The files that are not as they would be made now, and pages of problems that are no more."""
    wanted = files()
    found = set((ROOT / "frontend" / "public" / "api").rglob("*.html")) | set(wanted)
    return sorted(path for path in found if not path.is_file() or path.read_text("utf-8") != wanted.get(path))


def main(arguments: list[str]) -> int:
    """0, or 1 when --check finds something stale."""
    wanted, outdated = files(), stale()
    if "--check" in arguments:
        sys.stdout.writelines(
            f"{path.relative_to(ROOT)} is stale: python -m docs.api.build\n" for path in outdated
        )
        return 1 if outdated else 0
    for path in outdated:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], "utf-8")
        else:
            path.unlink()
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
