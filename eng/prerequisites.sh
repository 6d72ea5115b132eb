# Sourced by ./run and ./test: finds .NET, installs what is missing where that is possible. Every message goes to standard error.

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "error: $*"
  exit 1
}

# Debian packages, only those that are absent, only as root and where apt is.
install_packages() {
  command -v dpkg-query >/dev/null 2>&1 || return 0
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "missing packages: ${missing[*]} (install them with: sudo apt-get install ${missing[*]})"
    return 1
  fi
  say "installing ${missing[*]}"
  apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# Sets `dotnet` to the first .NET that has an SDK of version 10.
find_dotnet() {
  local candidate
  for candidate in dotnet "${DOTNET_ROOT:-/nonexistent}/dotnet" "${HOME:-/nonexistent}/.dotnet/dotnet" \
    /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet /usr/local/share/dotnet/dotnet; do
    candidate=$(command -v "$candidate" 2>/dev/null) || continue
    if "$candidate" --list-sdks 2>/dev/null | grep -q '^10\.'; then
      dotnet=$candidate
      return 0
    fi
  done
  return 1
}

require_dotnet() {
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
  export DOTNET_CLI_HOME="${DOTNET_CLI_HOME:-${HOME:-/tmp}}"
  find_dotnet && return 0
  if apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1 && install_packages dotnet-sdk-10.0 && find_dotnet; then
    return 0
  fi
  fail "no .NET SDK 10 found. Install it (https://dotnet.microsoft.com/download/dotnet/10.0), or set DOTNET_ROOT to the folder that holds it."
}
