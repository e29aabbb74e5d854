# A formatter, in Go, over a source tree: all of kemu's own shell scripts, as many at a time as there are processors.
# programs: shfmt

mkdir tree
cp "$SOURCES"/tests/scripts/*.sh tree
cp "$SOURCES"/dev "$SOURCES"/bench/run "$SOURCES"/tests/run_* tree
mapfile -t files < <(run shfmt -f tree)
printf '%s\n' "${files[@]}" | sort
run shfmt -l -i 8 -ci -sr tree | sort
run shfmt -w -mn tree/dev
run GOMAXPROCS=4 GOGC=1 shfmt -w -i 4 -bn -kp tree
run shfmt -d -i 2 tree/sed_scripts.sh
run shfmt --to-json <tree/run_guest | sha256sum
echo 'if true; then (echo' >tree/broken.sh
run shfmt tree/broken.sh 2>&1
