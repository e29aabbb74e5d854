The status of a pipeline is its last command's. The others' count with pipefail.

  $ false | true
  $ true | false
  [1]
  $ set -o pipefail
  $ false | true
  [1]
  $ set +o pipefail

A program that is killed ends the shell's way: 128 and the signal's number.

  $ sh -c 'kill -TERM $$'
  Terminated
  [143]
  $ sh -c 'kill -SEGV $$'
  Segmentation fault
  [139]
  $ sh -c 'exit 300'
  [44]
