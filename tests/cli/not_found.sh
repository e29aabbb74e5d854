# A program that is not there: 127 and one line.
for program in no-such-program ./no-such-program /no/such/program no/such/program; do
  run "$program" --version
  expect_status 127
  expect_out ''
  expect_only_err_line "^kemu: cannot run '$program': "
done
ln -s nowhere dangling
run ./dangling
expect_status 127
expect_only_err_line "^kemu: cannot run './dangling': "
printf '#!/no/such/interpreter\n' >script
chmod +x script
run ./script
((status == 126 || status == 127)) || fail "status $status"
expect_only_err_line "^kemu: cannot run './script': .*/no/such/interpreter"
