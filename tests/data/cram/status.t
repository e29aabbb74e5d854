A status other than 0 stands in brackets below the output:

  $ false
  [1]
  $ (echo some; exit 7)
  some
  [7]
  $ (sh -c 'kill -9 $$'; exit $?) 2>/dev/null
  [137]

It is compared as the line it is:

  $ echo '[5]'
  [5]
  $ (exit 12)
  [[]1[0-9]] (re)
