Two programs meet at a named pipe.

  $ mkfifo meeting
  $ (echo over the fifo >meeting) & cat meeting; wait
  over the fifo
  $ tr a-z A-Z <meeting & printf 'one\ntwo\n' >meeting; wait
  ONE
  TWO
