#!/usr/bin/env bash
# Measures everything that notebooks/08-efficiency.ipynb and the scans of 16-beyond.ipynb show, writes it beside this file, and runs them on it. Half an hour or
# more on two cores, and only worth it on a machine that does nothing else. Arguments go to every f2net bench: --device cuda is one that all of them take.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
f2net=$here/../../lib/f2net

bash "$f2net" bench --size 256 512 1024 2448 --json "$here/forward.json" "$@"
bash "$f2net" bench --train --size 256 512 1024 --json "$here/training.json" "$@"
bash "$f2net" bench --preset nano --train --size 256 --batch 4 --json "$here/nano-step.json" "$@"
bash "$f2net" bench --protocol paper --json "$here/paper.json" "$@"
bash "$f2net" bench --scan --size 512 1024 2448 --json "$here/scan.json" "$@"
bash "$here/../../notebooks/run.sh" 08-efficiency 16-beyond
