# shell: busybox sh
# oracle: native
# seq, expr, factor, true, false, cal.
seq 3
seq 2 3 11
seq 5 -2 0
seq -w 8 11
seq -s, 4
seq 0.5 0.5 2
expr 2 + 3 \* 4
expr 17 % 5
expr 17 / 0
echo "status: $?"
expr abc : 'a\(.*\)'
expr length hello
expr substr hello 2 3
expr index hello l
expr 3 \< 20
expr b \< a
echo "status: $?"
expr '' \| other
factor 97 1001 65536 999999999989
true; echo $?
false; echo $?
cal 2 2024
