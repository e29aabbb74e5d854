# The example at the top of docs/faults.md prints what stands there.
expected=""
check() {
  [[ -z "${command:-}" ]] && return
  run_shell "$command"
  expect_status 0
  expect_out "${expected%$'\n'}"
}
commands=0
while IFS= read -r line; do
  if [[ "$line" == '$ '* ]]; then
    check
    command=${line#\$ }
    expected=""
    commands=$((commands + 1))
  else
    expected+=$line$'\n'
  fi
done < <(sed -n '/^```console$/,/^```$/{/^```/!p;/^```$/q}' "$kTests/../docs/faults.md")
check
expect_same 'commands of the example' "$commands" 3
