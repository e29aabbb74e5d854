Six processes and five pipes.

  $ seq 1000 | grep 7 | sed 's/7/seven /' | sort | uniq | wc -l
  271
