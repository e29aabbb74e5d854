The most frequent words of a text.

  $ cat >text <<END
  > the quick brown fox jumps over the lazy dog
  > the dog barks and the fox runs
  > END
  $ tr ' ' '\n' <text | sort | uniq -c | sort -k1,1nr -k2 | head -n 3
        4 the
        2 dog
        2 fox
  $ wc text
          2        16        75 text
