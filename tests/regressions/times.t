The clock of a test's machine starts at 2020 and stands still but for the guests' own work.

  $ date -u +%F
  2020-01-01
  $ touch now; touch -d '2001-02-03 04:05:06' then; find . -newer then -name now
  ./now
  $ stat -c %y then
  2001-02-03 04:05:06.000000000 +0000
