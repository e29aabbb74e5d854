Files found, and something done to each.

  $ mkdir -p a/b c; touch a/1.txt a/b/2.txt c/3.md
  $ find . -name '*.txt' | sort
  ./a/1.txt
  ./a/b/2.txt
  $ find . -type d | sort
  .
  ./a
  ./a/b
  ./c
  $ find . -name '*.txt' -exec basename {} .txt \; | sort
  1
  2
  $ find . -type f | sort | xargs -n 1 basename
  1.txt
  2.txt
  3.md
