Traps run where they should.

  $ sh -c 'trap "echo bye" EXIT; echo working'
  working
  bye
  $ sh -c 'trap "echo caught; exit 4" TERM; kill $$; echo not here'
  caught
  [4]
  $ sh -c 'trap "" TERM; kill $$; echo ignored'
  ignored
  $ (trap 'echo child' USR1; kill -USR1 $(sh -c 'echo $PPID'); echo done)
  child
  done
