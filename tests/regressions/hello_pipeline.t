The report that kemu grew out of: a hobby kernel printed nothing here.

  $ echo hello | grep e
  hello

  $ echo hello | grep x
  [1]

Every stage's end is seen by the next one: `yes` ends when nobody reads it any more.

  $ yes | head -n 3
  y
  y
  y
