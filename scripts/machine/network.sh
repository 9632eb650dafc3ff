# Sourced by fresh-machine: how this host reaches Debian, npm and PyPI, so that the machine can. Credentials are not taken along.

# The host's own mirror of Debian, else the one that debootstrap knows.
debian_mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' | grep -E '/debian/?$' | head -n 1
}

debian_security_mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' | grep -E '/debian-security/?$' | head -n 1
}

# write_network_settings SUITE MACHINE
write_network_settings() {
  local suite=$1 machine=$2 home
  write_apt_settings "$suite" "$machine"
  cp -L /etc/resolv.conf /etc/hosts "$machine/etc/"
  mkdir -p "$machine/usr/local/share/ca-certificates"
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$machine/usr/local/share/ca-certificates/" \; 2>/dev/null
  pip_settings >"$machine/etc/pip.conf"
  for home in "$machine/root" "$machine/home/user"; do
    [ ! -d "$home" ] || npm_settings >"$home/.npmrc"
  done
  env | grep -iE '^(http|https|no)_proxy=' | sed 's/^/export /' >"$machine/etc/fresh-machine.env"
  return 0
}

write_apt_settings() {
  local suite=$1 mirror security
  mirror=$(debian_mirror) security=$(debian_security_mirror)
  if [ -n "$mirror" ]; then
    echo "deb $mirror $suite main" >"$2/etc/apt/sources.list"
    [ "$suite" = sid ] || echo "deb $mirror $suite-updates main" >>"$2/etc/apt/sources.list"
    [ "$suite" = sid ] || [ -z "$security" ] || echo "deb $security $suite-security main" >>"$2/etc/apt/sources.list"
  fi
  apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' >"$2/etc/apt/apt.conf.d/90-host"
}

npm_settings() {
  local name value
  for name in registry cafile proxy https-proxy noproxy strict-ssl; do
    # From a folder without a project of its own.
    value=$(cd / && npm config get "$name" 2>/dev/null) || continue
    case $value in '' | null | undefined) ;; *) echo "$name=$value" ;; esac
  done
}

pip_settings() {
  echo '[global]'
  # Settings by environment variables come last and count. The last of a name is taken.
  python3 -m pip config list 2>/dev/null |
    sed -nE "s/^(global|:env:)\.(cert|index-url|extra-index-url|trusted-host|proxy|timeout|default-timeout)='(.*)'$/\2 = \3/p" |
    sed 's/^default-timeout/timeout/' | awk '{ last[$1] = $0 } END { for (name in last) print last[name] }'
}
