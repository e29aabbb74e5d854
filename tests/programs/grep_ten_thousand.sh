# A search through ten thousand files with eight threads; PCRE2's own compiler writes code where it runs (-P).
# programs: rg

make_tree() {
  awk 'BEGIN {
    split("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu", word, " ")
    for (i = 0; i < 10000; ++i) {
      file = "tree/" int(i / 100) % 10 "/" int(i / 100) "/file" i (i % 7 ? ".txt" : ".log")
      printf "%s %d\n%s needle%d naïve\n", word[i % 12 + 1], i * 7919 % 10007, word[i * 5 % 12 + 1], i % 500 >file
      close(file)
    }
  }'
  printf 'tree/3\n' >tree/.ignore
  printf 'needle7\0binary\n' >tree/data.bin
}

# Both sides search the same files: making them takes longer than that.
cd "$SHARED"
if [[ ! -d tree ]]; then
  mkdir -p tree/{0..9}
  for i in {0..99}; do mkdir tree/${i: -1}/$i; done
  make_tree
fi
run rg -j8 --no-config 'needle(7|499)$|needle42\b' tree | sort
run rg -j8 --no-config --count-matches --no-ignore '\w+a\b' tree/{3,5} | sort | sha256sum
run rg -j8 --no-config -P '(?<=beta )\d+(?=5$)' tree/[1-4] -g '*.log' -n | sort
run rg -j8 --no-config -U 'gamma \d+\nbeta' tree/5 -c | sort | head -n 50
run rg --no-config -iw 'NAÏVE' tree/0 --sort path --max-count 1 | tail -n 20
run rg -j8 --no-config 'no such text' tree/1
run rg -j8 --no-config --files -g '*.log' tree/[6-9] | sort | sha256sum
run rg '(unclosed' tree
