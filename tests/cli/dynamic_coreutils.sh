# GNU coreutils, dynamically linked: pipelines of sort, join, md5sum, cp, ls and others over files, as natively.
. "$kTests/dynamic_programs.sh"
cat >"$scratch/script" <<'END'
set -e
seq 1 2000 | shuf --random-source=/dev/zero >numbers
sort -n numbers | md5sum
sort -R --random-source=/dev/zero numbers | sort -k1,1 -S 64K --parallel=1 | sha256sum
seq 1 500 | paste - - - - - | cut -f 2,4 | tac | head -n 5
seq 1 3 300 | sort >threes; seq 1 5 300 | sort >fives
join threes fives | sort -n | tr '\n' ' '; echo
comm -12 threes fives | wc -l
mkdir -p tree/a/b tree/c; cp numbers tree/a; ln -s ../a/numbers tree/c/link; ln tree/a/numbers tree/a/b/twin
cp -a tree copy; ls -R copy | sort; stat -c '%n %s %F %h' copy/a/numbers copy/c/link
chmod 640 copy/a/numbers; touch -d '2001-02-03 04:05:06' copy/a/numbers; ls -l --time-style=full-iso copy/a/numbers | cut -d' ' -f1,2,5-8
split -n l/3 -d numbers part.; cat part.0* | md5sum; rm part.01
date -u -d @1000000000 '+%F %T %j'; expr 6 \* 7; factor 1234567890 97; basename /a/b.c .c; printf '%x %5.2f|%s\n' 255 3.14159 x
tr a-z A-Z <script2 2>/dev/null || echo "no script2: $?"
dd if=/dev/zero bs=1k count=5 2>/dev/null | tr '\0' x | fold -w 64 | nl | tail -n 1
base64 numbers | base64 -d | cksum; od -An -tx1 -N 8 numbers
timeout 5 sleep 0; env -i A=1 env; nohup true 2>&1; tee t1 t2 <threes | wc -c; uniq -c <<X
a
a
b
X
csplit -s numbers 5 10; wc -l xx0*; rm -r tree; ls; mv copy moved; du -s --apparent-size -B1 moved/a/numbers | cut -f1
test -L moved/c/link && readlink moved/c/link; realpath --relative-to=. moved/c/link; mktemp -u XXXXXX | wc -c
ls --color=never nothing || echo "status $?"
END
for side in sysroot root; do
  compare env sh -c "$(<"$scratch/script")"
done
