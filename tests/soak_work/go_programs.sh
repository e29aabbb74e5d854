# Go: two versions, many threads, collections all the time; one starts others and talks to them by pipes.
go=$GUESTS/programs/arm64
for program in esbuild shfmt gopass; do "$go/$program" --version | head -n 1; done
"$go/duf" -all -only-mp /proc -style ascii -width 100 -output mountpoint,type
GOMAXPROCS=6 GOGC=5 "$go/esbuild" "$SCRATCH/js/main.ts" --bundle --minify --sourcemap --outdir=out \
  --log-level=warning
cat out/* | md5sum
cp "$WORK/go_programs.sh" .
GOMAXPROCS=4 GOGC=1 "$go/shfmt" -d -i 8 go_programs.sh | md5sum
