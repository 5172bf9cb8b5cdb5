# What the commands in bin/ share. Sourced, never run.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
export DATA_DIR=${DATA_DIR:-$top/var}
export PYTHONUNBUFFERED=1

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "Installing system packages needs root or sudo. Run once as root: $*"
  fi
}

# Installs those of the named Debian packages that are missing; asks apt only when one is.
need_packages() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [[ ${#missing[@]} == 0 ]] && return
  command -v apt-get >/dev/null || fail "These system packages are missing: ${missing[*]}"
  say "Installing system packages: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# uv does not read pip's configuration. Where this machine's pip has an index or certificate of
# its own, uv is told through the environment, so that no address is ever written to a file.
follow_pip_configuration() {
  local pip=$top/.venv/bin/pip value
  value=${PIP_INDEX_URL:-$("$pip" config get global.index-url 2>/dev/null || true)}
  [[ -n $value ]] && export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$value}
  value=${PIP_EXTRA_INDEX_URL:-$("$pip" config get global.extra-index-url 2>/dev/null || true)}
  # As pip does, the best version of all indexes is taken; the hashes in the lock file say which.
  [[ -n $value ]] && export UV_INDEX=${UV_INDEX:-$value} UV_INDEX_STRATEGY=unsafe-best-match
  value=${PIP_CERT:-$("$pip" config get global.cert 2>/dev/null || true)}
  [[ -n $value ]] && export SSL_CERT_FILE=${SSL_CERT_FILE:-$value}
  export UV_NO_CONFIG=1 UV_PYTHON_DOWNLOADS=never UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-180}
}

# Makes the environment and puts a working uv into it.
need_environment() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    fail "Python 3.11 or later is needed as python3."
  if [[ ! -x .venv/bin/python ]]; then
    python3 -c 'import ensurepip' 2>/dev/null || need_packages python3-venv
    say "Making the Python environment in .venv"
    python3 -m venv .venv
  fi
  [[ -x .venv/bin/uv ]] && return
  [[ -x .venv/bin/pip ]] || .venv/bin/python -m ensurepip >/dev/null
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-setup.lock
}

fingerprint() { sha256sum "$@" bin/_common.sh bin/setup | sha256sum | cut -d' ' -f1; }
