Bytes that cannot be printed are shown as escapes:

  $ printf 'tab\there\n'
  tab\there (esc)
  $ printf '\001\177\303\251 \\\n'
  \x01\x7f\xc3\xa9 \\ (esc)
  $ printf 'dos\r\n'
  dos\r (esc)

An escape is compared by what it stands for, on either side:

  $ echo plain
  pl\x61\151n (esc)
  $ printf '\303\251t\303\251\n'
  été

A last line without a newline says so:

  $ printf 'no newline'
  no newline (no-eol)
  $ printf 'two\nlines'
  two
  lines (no-eol)
  $ printf 'back\rforth\n'
  back\r (no-eol) (esc)
  forth
  $ printf ' '
    (no-eol)
