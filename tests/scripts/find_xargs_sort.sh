# shell: busybox sh, bash-static
# oracle: native busybox sh
# find | xargs | sort | uniq -c over a tree made here.
for i in 1 2 3 4 5 6 7 8; do
  mkdir -p "tree/d$i/sub"
  for j in 1 2 3 4 5; do
    echo "$((i * j % 4)) word$((j % 3))" > "tree/d$i/f$j.txt"
    echo "$j" > "tree/d$i/sub/g$j.dat"
  done
done
find tree -type f -name '*.txt' | xargs cat | sort | uniq -c
find tree -type f | sed 's/.*\.//' | sort | uniq -c | sort -rn
find tree -name '*.dat' -print0 | xargs -0 -n 7 cat | sort -n | uniq -c
find tree -type d | sort | xargs -n 4 echo
find tree -type f | sort | xargs -I{} basename {} | sort | uniq -c
