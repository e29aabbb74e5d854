# --argv0 and --cwd.
run --argv0 echo busybox hello
expect_out 'hello'
run --argv0 my-name bash-static -c 'echo "$0"'
expect_out 'my-name'
run busybox pwd
expect_out "$PWD"
mkdir -p some/where
run --cwd "$PWD/some/where" busybox sh -c 'pwd; echo made >file'
expect_out "$PWD/some/where"
expect_same 'the file' "$(cat some/where/file)" 'made'
run --cwd / busybox pwd
expect_out '/'
