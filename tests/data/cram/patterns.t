An expected line may be a regular expression, for the whole line:

  $ echo 'pid 4711 ended'
  pid \d+ end(ed|s) (re)

Or a glob:

  $ echo '/tmp/x.abc/file (1)?'
  /tmp/*/fil? (1)\? (glob)
  $ printf '* \\ end\n'
  \* \\ * (glob)

A line that is the very same matches, whatever it ends in:

  $ echo 'a+ (re)'
  a+ (re)
  $ echo '[ (re)'
  [ (re)
  $ echo 'x? (glob)'
  x? (glob)
  $ echo 'plain (no-eol)'
  plain (no-eol)

What begins like a prompt is told from one by an escape, or by a pattern:

  $ printf '%s\n' '> quoted' '$ dollar'
  \x3e quoted (esc)
  . dollar (re)
