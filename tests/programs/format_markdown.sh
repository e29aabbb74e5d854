# A linter and formatter, in Rust with musl and a pool of threads, over a source tree of Markdown.
# programs: rumdl

mkdir -p tree/part
cp "$SOURCES"/*.md tree
for ((i = 0; i < 16; ++i)); do
  printf '#  Title %d\n\n\n\n* item\n   * nested   \n\n+ other\n1) one\n```\ncode %d\n```\n| a|b |\n|---|-|\n|1| 2|\nEnd' \
    $i $i >tree/part/$i.md
done
cat >tree/.rumdl.toml <<TOML
[MD013]
line-length = 100
TOML
cd tree
run RAYON_NUM_THREADS=4 rumdl check --no-cache --output-format concise . 2>&1 | sed -E 's/[0-9.]+m?s\)?$/TIME/' | sort
run RAYON_NUM_THREADS=8 rumdl fmt --no-cache --silent .
run rumdl check --no-cache --statistics . 2>&1 | sed -E 's/[0-9.]+m?s\)?$/TIME/' | sort
