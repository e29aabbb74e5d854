# --log-level=debug says of each region what fork did with it; --log-file takes kemu's messages off standard error.
run --log-level=debug bash-static -c '(exit 0); exit 0'
expect_status 0
expect_out ''
expect_err_line 'fork [0-9]+ -> [0-9]+: brk 0x[0-9a-f]+-0x[0-9a-f]+: [0-9]+ shared, [0-9]+ absent'
expect_err_line 'fork [0-9]+ -> [0-9]+: stack 0x[0-9a-f]+-0x[0-9a-f]+: '
run --log-level=debug --log-file log bash-static -c '(exit 0); exit 0'
expect_status 0
expect_err ''
expect_file_line log 'fork [0-9]+ -> [0-9]+: brk 0x'
run --fork=eager --log-level=debug bash-static -c '(exit 0); exit 0'
expect_err_line 'fork [0-9]+ -> [0-9]+: brk 0x[0-9a-f]+-0x[0-9a-f]+: .*[1-9][0-9]* copied'
# Nothing of it at the default level.
run bash-static -c '(exit 0); exit 0'
expect_err ''
