Where descriptors lead.

  $ (echo out; echo err >&2) 2>/dev/null
  out
  $ (echo out; echo err >&2) 2>&1 >/dev/null
  err
  $ exec 3>log; echo first >&3; echo second >&3; exec 3>&-; cat log
  first
  second
  $ cat <log >copy; cmp log copy
  $ cat nothing
  cat: can't open 'nothing': No such file or directory
  [1]
  $ echo appended >>log; wc -l <log
  3
