These two are wrong on purpose:

  $ echo right
  right
  $ echo actual
  expected
  $ echo x
  +++ (re)

  $ echo right
  right
