A command that reads its standard input finds it empty, in a shell that takes its script
by the block:

  $ echo before
  before
  $ cat
  $ echo behind
  behind
