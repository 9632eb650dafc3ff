# Sourced by bash scripts: runs long work with its output in a log, shows that it goes on, and says in one line how it went.

# Ctrl-C is no failure to report at length; what was half done has no stamp and is done again next time.
trap 'exit 130' INT

say() { printf '%s\n' "codenode: $*" >&2; }

# step "what is done" command [argument…]      needs $step_log, the file that takes the command's output
step() {
  local what=$1 started=$SECONDS ticker status=0
  shift
  tick "$what" $$ &
  ticker=$!
  "$@" >"$step_log" 2>&1 </dev/null || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  [ -t 2 ] && printf '\r\033[K' >&2
  if [ "$status" -eq 0 ]; then
    say "$what: done in $((SECONDS - started)) s"
    return 0
  fi
  say "$what: failed. The end of $step_log:"
  tail -n 30 "$step_log" >&2
  return "$status"
}

# On a terminal one line that counts seconds, elsewhere a line now and then. Ends with its owner, even one killed by force,
# and gives up the lock that the owner holds.
tick() {
  local what=$1 owner=$2 seconds=0
  exec 9>&- >/dev/null </dev/null
  [ -t 2 ] || say "$what …"
  while sleep 1 && kill -0 "$owner" 2>/dev/null; do
    seconds=$((seconds + 1))
    if [ -t 2 ]; then
      printf '\r\033[Kcodenode: %s … %s s' "$what" "$seconds" >&2
    elif [ $((seconds % 15)) -eq 0 ]; then
      say "$what … $seconds s"
    fi
  done
}

# Takes a lock on descriptor 9 until the script ends, so that two at once do not work in the same folder.
take_lock() {
  exec 9>"$1"
  flock --nonblock 9 && return
  say 'another set-up is at work here; waiting for it'
  flock 9
}
