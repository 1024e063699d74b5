#!/usr/bin/env bash
# Installs the lowest allowed version of every core dependency, and of those for frames and graphs, into a new environment and runs the quick tests there.
# A bound that does not hold is raised in pyproject.toml. Warnings are no errors here: old versions warn of new ones.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
place=$(mktemp -d "${TMPDIR:-/tmp}/greatfear-lowest.XXXXXX")
trap 'rm -rf "$place"' EXIT
cd "$here"
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/python" - > "$place/lowest.txt" <<'PY'
import re
import tomllib

project = tomllib.load(open("pyproject.toml", "rb"))["project"]
further = project["optional-dependencies"]
for line in [*project["dependencies"], *further["frames"], *further["graphs"]]:
    print(re.sub(r">=([0-9.]+).*", r"==\1", line))
PY
cat "$place/lowest.txt"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$place/lowest.txt" \
  pytest hypothesis jsonschema psutil
PYTHONPATH="$here/src" GREATFEAR_CACHE="$place/kernels" "$place/venv/bin/python" -m pip install --quiet --no-deps --editable .
GREATFEAR_CACHE="$place/kernels" "$place/venv/bin/python" -m pytest -q -p no:cacheprovider -W default tests/test_public.py \
  tests/test_record_reading.py tests/test_record_golden.py tests/test_record_writing.py tests/test_describe.py \
  tests/test_why.py tests/test_scenario_language.py tests/test_estimate_fit.py tests/test_cli.py
