# shell: busybox sh, bash-static
# oracle: native busybox sh
# #! lines: a shell, an option, an interpreter that is a script itself, none at all, a missing one.
bin=${PATH%%:*}
script() { cat > "$1"; chmod +x "$1"; }
script plain <<END
#!$bin/sh
echo "plain: \$0 \$*"
END
./plain a 'b c'
script option <<END
#!$bin/sed -f
s/in/out/
END
echo in | ./option
script interpreter <<END
#!$bin/sh
echo "interpreter runs: \$*"
END
script nested <<END
#!$PWD/interpreter with one argument
END
./nested x y 2>&1 | sed "s#$PWD#PWD#g"
script awkward <<END
#!$bin/awk -f
BEGIN { print "awk", ARGV[1] }
END
./awkward arg
printf 'echo no line at all\n' > none; chmod +x none
./none
printf '#!%s/absent\n' "$bin" > missing; chmod +x missing
./missing 2> /dev/null; echo "missing interpreter: $?"
printf '#!/' > short; chmod +x short
./short 2> /dev/null; echo "directory: $?"
: > empty; chmod +x empty; ./empty; echo "empty: $?"
echo text > notexec; ./notexec 2> /dev/null; echo "not executable: $?"
./ 2> /dev/null; echo "directory: $?"
PATH=.:$PATH; plain from path
exec "$PWD/plain" replaced
