#!/usr/bin/env bash
# Prepares a Debian (12 or later) or Ubuntu machine for the kit: packages, a fast BLAS, the .NET SDK,
# the native part of lib/Torch, plotly.js. Run it as root or with sudo at hand; it does only what is still to do, says so, and with
# nothing left to do it is over in a moment (--quiet: then without a word, as lib/f2net calls it). With --tests it also installs
# what only tests/run.sh needs.
# Which libtorch: $LIBTORCH when set (a folder with lib/ and share/cmake/Torch/), else the one inside python3's PyTorch,
# else the distribution's libtorch-dev. With Torch=cpu or Torch=cuda set, TorchSharp's packages bring their own.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
native=$root/lib/Torch/native
plotly=$root/lib/Notebook/plotly
stamp=$root/.artifacts/setup.stamp
multiarch=$(uname -m)-linux-gnu
provider=${Torch:-system}
quiet=false
tests=false
for option in "$@"; do
  case $option in
    --quiet) quiet=true ;;
    --tests) tests=true ;;
    *)
      printf "setup.sh knows --quiet and --tests, not '%s'.\n" "$option" >&2
      exit 2
      ;;
  esac
done

say() { printf '%s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

step_name=
step_start=0
step() {
  step_end
  step_name=$1
  step_start=$(date +%s%N)
  printf '%s … ' "$step_name" >&2
}
step_end() {
  [ -z "$step_name" ] || printf '%s s\n' "$(date +%s%N | awk -v start="$step_start" '{ printf "%.1f", ($1 - start) / 1e9 }')" >&2
  step_name=
}

# A command's output matters only when it fails.
run() {
  local log
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    say 'failed.'
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}

if [ "$(id -u)" = 0 ]; then as_root=(env); else as_root=(sudo env); fi

blas_in_use() { readlink -f "/usr/lib/$multiarch/libblas.so.3" || true; }

# What the last complete set-up saw; any difference sends it through the steps again.
fingerprint() {
  sha256sum "$root/.devcontainer/setup.sh" "$native/CMakeLists.txt" "$native/f2torch.cpp" "$plotly/package-lock.json" | cut -d' ' -f1
  printf '%s\n' "$provider" "${LIBTORCH:-}" "$(command -v dotnet || echo 'no dotnet')" "$(blas_in_use)"
  [ "$provider" != system ] || libtorch_identity "$(torch_prefix 2>/dev/null)" 2>/dev/null || echo 'no libtorch'
}

is_ready() {
  [ -f "$stamp" ] || return 1
  [ "$(fingerprint)" = "$(grep -v '^file ' "$stamp")" ] || return 1
  # shellcheck disable=SC2046
  [ -z "$(missing_packages $(test_packages))" ] || return 1
  local kind path
  while read -r kind path; do
    [ "$kind" != file ] || [ -e "$path" ] || return 1
  done <"$stamp"
}

check_root() {
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    die "Set-up has packages to install or choose and needs root for it: run 'bash .devcontainer/setup.sh' once as root, or install sudo."
}

# The folder for CMAKE_PREFIX_PATH, or nothing where find_package finds libtorch by itself or there is none.
torch_prefix() {
  if [ -n "${LIBTORCH:-}" ]; then
    [ -f "$LIBTORCH/share/cmake/Torch/TorchConfig.cmake" ] ||
      die "LIBTORCH is '$LIBTORCH', which has no share/cmake/Torch/TorchConfig.cmake: set it to the folder of a libtorch, or unset it."
    printf '%s\n' "$LIBTORCH"
  elif command -v python3 >/dev/null; then
    # Not from a folder of the caller's that is called torch.
    cd / && python3 -c '
import importlib.util, os
spec = importlib.util.find_spec("torch")
folder = os.path.dirname(spec.origin) if spec and spec.origin else ""
print(folder if os.path.exists(os.path.join(folder, "share/cmake/Torch/TorchConfig.cmake")) else "")'
  fi
}

missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = 'ii ' ] || printf '%s\n' "$package"
  done
}

# What drives the kernel in its tests: Jupyter's own clients, and a browser on Jupyter Notebook. Ubuntu's chromium is a snap, which
# does without a package: there the browser's test takes any chromium that is at /usr/bin/chromium. And a compiler for the CUDA kernels'
# tests on the CPU.
test_packages() {
  [ "$tests" = true ] || return 0
  printf '%s\n' python3-jupyter-client python3-nbclient jupyter-notebook g++
  grep -qx 'ID=ubuntu' /etc/os-release || printf '%s\n' chromium
}

candidate() { apt-cache policy "$1" 2>/dev/null | awk '/Candidate:/ && $2 != "(none)" { print $2 }'; }

install_packages() {
  local missing gdal
  mapfile -t missing < <(missing_packages "$@")
  if [ "${#missing[@]}" = 0 ] && has_gdal; then
    return
  fi
  check_root
  if [ -z "$(candidate libopenblas0-openmp)" ]; then
    step "Reading the package lists"
    run "${as_root[@]}" apt-get update
  fi
  # libgdal carries its version in the package name; Debian's libtorch brings one along, others do not.
  if ! has_gdal; then
    gdal=$(apt-cache pkgnames libgdal | grep -E '^libgdal[0-9]+(t64)?$' | sort -V | tail -n 1 || true)
    [ -n "$gdal" ] || die "This distribution offers no libgdal: add the package source that has it (on Ubuntu, universe), then run this again."
    missing+=("$gdal")
  fi
  [[ " ${missing[*]} " != *" libtorch-dev "* ]] || check_libtorch_candidate
  step "Installing ${missing[*]}"
  apt_install "${missing[@]}" || { run "${as_root[@]}" apt-get update && apt_install "${missing[@]}"; }
}

apt_install() { run "${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }

gdal_files() { compgen -G "/usr/lib/$multiarch/libgdal.so.[0-9]*"; }
has_gdal() { gdal_files >/dev/null; }

check_libtorch_candidate() {
  local version
  version=$(candidate libtorch-dev)
  if [ -z "$version" ] || dpkg --compare-versions "$version" lt 1.13; then
    die "This distribution offers ${version:-no} libtorch-dev and the kit needs libtorch 1.13 or later: install PyTorch for python3, or set LIBTORCH to an unpacked libtorch, then run this again."
  fi
}

# libtorch's matrix products come from the machine's libblas.so.3. The OpenMP build of OpenBLAS shares libtorch's thread
# pool; the pthread build starts a second one beside it, and the reference BLAS is many times slower than either.
choose_blas() {
  local link file
  for link in libblas.so.3 liblapack.so.3 libopenblas.so.0; do
    file=/usr/lib/$multiarch/openblas-openmp/$link
    if [ -e "$file" ] && [ "$(readlink -f "/usr/lib/$multiarch/$link")" != "$(readlink -f "$file")" ]; then
      check_root
      step "Choosing OpenBLAS (OpenMP) for $link"
      run "${as_root[@]}" update-alternatives --set "$link-$multiarch" "$file"
    fi
  done
  case $(blas_in_use) in
    */openblas-openmp/*) ;;
    *) die "The BLAS in use is '$(blas_in_use)', not OpenBLAS's OpenMP build: choose it with 'update-alternatives --config libblas.so.3-$multiarch'." ;;
  esac
}

check_dotnet() {
  local majors
  majors=$(dotnet --list-sdks 2>/dev/null | cut -d. -f1 || true)
  if ! grep -qxE '[1-9][0-9]' <<<"$majors"; then
    die "The .NET 10 SDK is missing: install it with 'apt-get install dotnet-sdk-10.0' (Ubuntu has the package; Debian once Microsoft's package source is added) or with Microsoft's dotnet-install script, as https://learn.microsoft.com/dotnet/core/install/linux says, and put dotnet on the PATH."
  fi
}

build_native() {
  local prefix=$1 made_from
  made_from=$(cat "$native/CMakeLists.txt" "$native/f2torch.cpp" && libtorch_identity "$prefix")
  made_from=$(sha256sum <<<"$made_from")
  [ "$made_from" != "$(cat "$native/build/made-from" 2>/dev/null)" ] || return 0
  step "Building the native part of lib/Torch"
  # A cache made for another libtorch would keep pointing there.
  rm -rf "$native/build"
  run cmake -S "$native" -B "$native/build" -DCMAKE_BUILD_TYPE=Release ${prefix:+"-DCMAKE_PREFIX_PATH=$prefix"}
  run cmake --build "$native/build" --parallel
  printf "%s\n" "$made_from" >"$native/build/made-from"
}

has_plotly() { [ -e "$plotly/node_modules/made-from" ]; }

# Charts work without plotly.js too, as pictures: a machine that cannot reach npm is no reason to stop.
fetch_plotly() {
  local lock
  lock=$(sha256sum <"$plotly/package-lock.json")
  [ "$lock" != "$(cat "$plotly/node_modules/made-from" 2>/dev/null)" ] || return 0
  step "Fetching plotly.js"
  if command -v npm >/dev/null && run npm ci --prefix "$plotly" --ignore-scripts --no-audit --no-fund; then
    printf "%s\n" "$lock" >"$plotly/node_modules/made-from"
  else
    say 'plotly.js could not be fetched from npm: notebooks show charts as pictures until this is run again and succeeds.'
  fi
}

libtorch_identity() { [ -n "$1" ] && stat -Lc "%n %s %Y" "$1/lib/libtorch.so" || dpkg-query -W libtorch-dev; }

# A set-up that is asked for tries again what a machine without npm's registry could not have.
if is_ready && { [ "$quiet" = true ] || has_plotly; }; then
  [ "$quiet" = true ] || say 'Nothing is left to set up.'
  exit 0
fi

command -v apt-get >/dev/null || die 'Set-up knows Debian and Ubuntu only: elsewhere build with TorchSharp, dotnet build -c Release -p:Torch=cpu lib/Cli/Cli.csproj, and run .artifacts/bin/Cli/release/F2Net.Cli.dll.'

mkdir -p "$root/.artifacts"
exec 9>"$root/.artifacts/setup.lock"
flock 9

check_dotnet
mapfile -t needed < <(test_packages)
needed+=(libzmq5) # the notebooks' kernel
prefix=
if [ "$provider" = system ]; then
  prefix=$(torch_prefix)
  needed+=(cmake g++ make)
  [ -n "$prefix" ] || needed+=(libtorch-dev libopenblas0-openmp)
fi
command -v npm >/dev/null || needed+=(nodejs npm)
install_packages "${needed[@]}"
fetch_plotly
if [ "$provider" = system ]; then
  [ -n "$prefix" ] || choose_blas
  build_native "$prefix"
fi
step_end

{
  fingerprint
  if [ "$provider" = system ]; then
    printf 'file %s\n' "$native/build/libf2torch.so"
    ldd "$native/build/libf2torch.so" | awk '$1 ~ /^libtorch/ && $3 ~ /^\// { print "file " $3 }'
  fi
  printf "file %s\n" "$(gdal_files | tail -n 1)"
  ! has_plotly || printf "file %s\n" "$plotly/node_modules/made-from"
} >"$stamp.partial"
mv "$stamp.partial" "$stamp"
say 'The machine is ready.'
