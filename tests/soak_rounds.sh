# What the shell of tests/soak does inside the machine: for each line that it reads a round of all work, then one line
# about what is there. Run by BusyBox's sh, which makes no process for what it does itself.

# count: frames in use, open files, processes, zombies, threads.
count() {
  local word number rest status state count
  processes=0 zombies=0 threads=0
  while read -r word number rest; do
    [ "$word" != Active: ] || frames=$((number / 4))
  done </proc/meminfo
  read -r files rest </proc/sys/fs/file-nr
  for status in /proc/[0-9]*/status; do
    state= count=0
    while read -r word number rest; do
      case $word in
        State:) state=$number ;;
        Threads:) count=$number ;;
      esac
    done <"$status"
    processes=$((processes + 1)) threads=$((threads + count))
    [ "$state" != Z ] || zombies=$((zombies + 1))
  done
}

# tell: the same, once orphans that had a little to do have done it. Pid 1 is the machine's own, the other we.
tell() {
  local left=100
  count
  while [ "$processes" != 2 ] && [ "$left" != 0 ]; do
    left=$((left - 1))
    sleep 0.1
    count
  done
  [ "$processes" = 2 ] || ps -o pid,ppid,stat,args >"$SCRATCH/left"
  echo "$frames $files $processes $zombies $threads"
}

# one NAME: a piece of work in a directory of its own, what it says to said/NAME.
one() {
  mkdir "$SCRATCH/work/$1"
  cd "$SCRATCH/work/$1"
  . "$WORK/$1.sh" </dev/null >"$SCRATCH/said/$1" 2>&1
  echo "status $?" >>"$SCRATCH/said/$1"
  cd /
  rm -rf "$SCRATCH/work/$1"
}

while read -r round; do
  pids=
  running=0
  for file in "$WORK"/*.sh; do
    name=${file##*/}
    (one "${name%.sh}") &
    pids="$pids $!"
    running=$((running + 1))
    if [ "$running" = 3 ]; then
      wait ${pids# }
      pids= running=0
    fi
  done
  wait
  tell
done
