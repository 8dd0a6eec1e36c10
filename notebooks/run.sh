#!/usr/bin/env bash
# run.sh [NAME…]: runs the notebooks of those names, or all, in order and each in a fresh kernel, and writes their outputs back; does
# all the set-up they need. Seconds per notebook are said; exit code 1 when one fails. QUICK=true shortens the ones that train.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

notebooks=()
for name in "$@"; do
  notebooks+=("$here/${name%.ipynb}.ipynb")
done
[ "$#" != 0 ] || notebooks=("$here"/[0-9]*.ipynb)

set=()
if [ "${QUICK:-}" = true ] && grep -qsw QUICK "${notebooks[@]}"; then
  set=(--set QUICK=true)
fi

exec bash "$here/../lib/f2net" notebook run "${notebooks[@]}" "${set[@]}"
