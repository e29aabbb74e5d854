# PROGRAM is a file of the working directory, a path, or searched for in the guest's PATH.
cp "$bin/busybox" here
run here echo from the working directory
expect_status 127 # busybox takes its applet from argv[0], so this proves that it ran
expect_err_line "^here: applet not found"
run --argv0 echo here as an applet
expect_out 'as an applet'
run ./here true
expect_status 127
run "$bin/busybox" echo by its path
expect_out 'by its path'
run busybox echo from PATH
expect_out 'from PATH'
run echo an applet from PATH
expect_out 'an applet from PATH'
run --env PATH=/nonexistent busybox true
expect_status 127
expect_only_err_line "^kemu: cannot run 'busybox': "
mkdir other
cp "$bin/busybox" other/elsewhere
run --env "PATH=$PWD/other" --argv0 echo elsewhere found by the PATH that --env set
expect_out 'found by the PATH that --env set'
run --cwd "$PWD/other" --argv0 echo elsewhere found in the directory of --cwd
expect_out 'found in the directory of --cwd'
printf 'data' >plain # not executable, so the search goes on and finds nothing better
run plain
expect_status 126
expect_only_err_line "^kemu: cannot run 'plain': "
