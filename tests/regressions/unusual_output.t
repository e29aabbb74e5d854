How a test says what cannot be written as it is.

  $ printf 'a\tb\001\n'
  a\tb\x01 (esc)
  $ printf 'no newline'
  no newline (no-eol)
  $ echo "pid $$"
  pid \d+ (re)
  $ ls /proc/self/fd/
  0
  1
  2
  3
