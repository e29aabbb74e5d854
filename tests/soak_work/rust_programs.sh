# Rust: a search with eight threads, one with a compiler of its own, and a pool of threads over Markdown.
rust=$GUESTS/programs/arm64
"$rust/rg" -j8 --no-config 'needle7$' "$SCRATCH/tree" | sort | md5sum
"$rust/rg" -j8 --no-config -P '(?<=alpha )\d+5$' "$SCRATCH/tree" | wc -l
cp -r "$SCRATCH/markdown" .
RAYON_NUM_THREADS=8 "$rust/rumdl" fmt --no-cache --silent markdown
cat markdown/* | md5sum
