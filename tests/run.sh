#!/usr/bin/env bash
# The test command: set-up, restore (exactly what the lock files say when CI=true), formatting, a Release build with
# warnings as errors, every test. Its last line is 'N passed, N failed, N skipped'; a run that was cut short, or ran nothing, is said
# before it and is no success. Arguments go to dotnet test.
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
dotnet test F2Net.slnx -c Release --no-build --logger trx --results-directory "$results" \
  --blame-hang-timeout 15min --blame-hang-dump-type none "$@" || status=$?

# A test assembly's counters are one element of its .trx; skipped tests are the total less the others.
find "$results" -name '*.trx' -exec grep -Eho '<Counters [^>]*>|test run was aborted' {} + | awk -v status="$status" '
  function count(name) { return match($0, " " name "=\"[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }
  /aborted$/ { aborted = 1 }
  { total += count("total"); passed += count("passed"); failed += count("failed") }
  END {
    skipped = total - passed - failed
    cut = aborted || status && !failed
    if (!total)
      print "No test ran: what stands above says why, or --filter names none."
    else if (cut)
      print "The run was cut short, by a crash or by a test of more than 15 minutes, which is named above: tests behind it have not run."
    printf "%d passed, %d failed, %d skipped\n", passed, failed ? failed : cut, skipped
    exit !total || cut || failed
  }' || status=1
exit "$status"
