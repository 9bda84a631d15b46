#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image: Python, bubblewrap, the grader.
set -euo pipefail
cd "$(dirname "$0")"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends bubblewrap
for python in python3.13 python3.12 python3.11; do
  if apt-get install -y -qq --no-install-recommends "$python" "$python-venv"; then
    break
  fi
done
"$python" -m venv /opt/chainrule
/opt/chainrule/bin/pip install -q -c lib/constraints.txt torch -e ./lib -e ./autograder
