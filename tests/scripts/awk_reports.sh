# shell: busybox sh
# oracle: native
# kemu: --bind=BIN/busybox:/bin/sh   programs that call system(3) run /bin/sh, which is the host's
# awk over a table: fields, arrays, functions, formats, getline, pipes to and from commands.
awk -F'[ \t/]+' '!/^#/ && NF > 2 { count[$3]++; if ($2 > top[$3]) top[$3] = $2 }
  END { for (p in count) printf "%-5s %4d %6d\n", p, count[p], top[p] }' "$DATA/services" | sort
awk 'function fact(n) { return n < 2 ? 1 : n * fact(n - 1) }
  BEGIN { for (i = 0; i <= 20; i += 4) printf "%d! = %.0f\n", i, fact(i) }'
awk 'BEGIN { while (("seq 5" | getline line) > 0) sum += line; print sum }'
awk 'BEGIN { print "b\na\nc" | "sort"; close("sort"); print "after" }'
awk 'BEGIN { printf "%.6f %.6f %.6f\n", sin(1), exp(1), log(10); print substr("kernel", 2, 3), index("kernel", "n"),
  length("kernel"), toupper("x"), 7 % 3, 2 ^ 10, int(-3.7) }'
echo 'a,b;c d' | awk '{ n = split($0, part, /[,; ]/); for (i = n; i > 0; i--) printf "%s ", part[i]; print "" }'
printf '1 2\n3 4\n' | awk -v k=10 '{ $1 = $1 * k; gsub(/4/, "four"); print; print NR, FNR, NF }'
awk 'BEGIN { print match("foobar", /o+/), RSTART, RLENGTH
  printf "%c%c %5.2f|%-6s|%06d|%x\n", 65, "BC", 3.14159, "ab", 42, 255 }'
awk 'BEGIN { if (!("x" in a)) print "absent"; a["x"] = 1; delete a["x"]; print length(a); exit 4 }'
echo "status: $?"
