# Driving kemu on a terminal, for the tests of tests/cli. Sourced by run_cli. The terminal is a tmux of our own: keys go
# in, the screen is read back, and every wait is a wait for text, never for a time.

terminal_socket=""

in_tmux() {
  env -u TMUX -u TMUX_PANE tmux -S "$terminal_socket" -f /dev/null "$@"
}

# start_terminal: an 80x24 terminal with a shell of the host in it, in which `kemu` is the command under test.
start_terminal() {
  command -v tmux >/dev/null || {
    echo "tmux is missing: the terminal tests want it"
    exit 1
  }
  terminal_socket=$scratch/tmux
  cat >"$scratch/bashrc" <<'END'
PS1='host> '
set +o history
END
  in_tmux new-session -d -x 80 -y 24 env --default-signal -i "${environment[@]}" TERM=screen \
    "PATH=$scratch/path:/usr/bin:/bin" bash --noprofile --rcfile "$scratch/bashrc" -i
  in_tmux set-option -g window-size manual >/dev/null
  await '^host> $'
}

end_terminal() {
  [[ -z "$terminal_socket" ]] || in_tmux kill-server 2>/dev/null || true
}

# type TEXT: sends it as it is, then Enter. keys NAME...: sends keys by tmux's names (C-c, Up, Enter, x).
type_line() {
  in_tmux send-keys -l -- "$1"
  in_tmux send-keys Enter
}
type_text() { in_tmux send-keys -l -- "$1"; }
keys() { in_tmux send-keys -- "$@"; }
resize_terminal() { in_tmux resize-window -x "$1" -y "$2"; }

# The screen's text, without trailing blanks but for those after a prompt.
screen() { in_tmux capture-pane -p -N | sed -E 's/ +$//; s/((^|\^.)(host|guest)>)$/\1 /'; }
# The last line that has text: where the cursor usually is.
last_line() { screen | grep -v '^$' | tail -n 1; }

# await REGEX: until some line of the screen matches; a failure shows the screen.
await() { await_that "a line like $1" eval "screen | grep -qE -e $(printf '%q' "$1")"; }
# await_prompt PROMPT: until the last line is that prompt alone, or after the echo of a control key.
await_prompt() { await_that "the prompt '$1'" at_prompt "$1"; }
at_prompt() { [[ "$(last_line)" =~ ^(\^[A-Z\\])?"$1 "$ ]]; }
await_gone() { await_that "no line like $1" eval "! screen | grep -qE -e $(printf '%q' "$1")"; }

await_that() {
  local what=$1 tries=0
  shift
  until "$@"; do
    tries=$((tries + 1))
    if ((tries > limit * 20)); then
      echo "${script##*/}:${BASH_LINENO[1]}: waited in vain for $what; the screen is:"
      screen | sed 's/^/  | /'
      exit 1
    fi
    sleep 0.05
  done
}

# type_until TEXT REGEX: types the line again and again, until it has the answer.
type_until() {
  local line=$1 regex=$2
  await_that "'$line' to answer $regex" ask
}
ask() {
  type_line "$line"
  sleep 0.2
  screen | grep -qE -e "$regex"
}

# clear_screen: so that the next await does not see what was there before.
clear_screen() {
  type_line clear
  await_that 'an empty screen' eval '[[ "$(screen | grep -vc "^$")" == 1 ]]'
}

# guest_shell [OPTION...]: kemu with an interactive busybox sh, up to its prompt.
guest_shell() {
  type_line "kemu${*:+ $*} busybox sh"
  await_prompt 'guest>'
}
