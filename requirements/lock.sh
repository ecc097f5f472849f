#!/usr/bin/env bash
# Writes the hashed, universal locks (Python 3.11 and newer) from pyproject.toml's groups.
# Usage: requirements/lock.sh [--upgrade]    needs uv on the PATH
set -eu
cd "$(dirname "$0")/.."
lock() { # group, further arguments
    group=$1; shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --no-header --no-annotate \
        --group "$group" --output-file "requirements/$group.txt" "$@"
}
lock dev "$@"
lock node "$@"
for group in native load tax user product order payment provider backup reload locust; do
    lock "$group" --constraint requirements/dev.txt
done
