  $ echo the last line of this file has no newline
  the last line of this file has no newline