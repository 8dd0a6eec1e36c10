#!/usr/bin/env bash
# The test command: set-up, restore (exactly what the lock files say when CI=true), formatting, a Release build with
# warnings as errors, every test. Its last line is 'N passed, N failed, N skipped'; arguments go to dotnet test.
set -euo pipefail

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
results=.artifacts/test-results

bash .devcontainer/setup.sh --tests
locked=()
[ "${CI:-}" != true ] || locked=(--locked-mode)
dotnet restore F2Net.slnx -v q "${locked[@]}"
dotnet tool restore -v q
dotnet csharpier check .
dotnet build F2Net.slnx -c Release --no-restore -v q -nologo -clp:NoSummary

rm -rf "$results"
status=0
dotnet test F2Net.slnx -c Release --no-build --logger trx --results-directory "$results" "$@" || status=$?

# A test assembly's counters are one element of its .trx; skipped tests are the total less the others.
find "$results" -name '*.trx' -exec grep -ho '<Counters [^>]*>' {} + | awk '
  function count(name) { return match($0, " " name "=\"[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }
  { total += count("total"); passed += count("passed"); failed += count("failed") }
  END { printf "%d passed, %d failed, %d skipped\n", passed, failed, total - passed - failed }'
exit "$status"
