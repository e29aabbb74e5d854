What a shell says of the lines between commands is not part of the output:

  $ set -x
  $ : traced
  + : traced
  $ set +x
  + set +x
  $ echo quiet
  quiet
