# shell: mksh-musl, mksh-klibc, mksh-diet
# oracle: stored
# What mksh adds: arrays, [[ ]], co-processes, integer variables, print, select, typeset.
# mask: s/ +$//   the klibc and the musl shell pad their notice differently
set -A list alpha beta gamma
print -r -- "${list[1]} ${#list[*]} ${list[*]}"
[[ abc = a* && 3 -lt 10 ]] && print matched
typeset -i n=5; n=n*3; print "$n"
typeset -u shout=quiet; print "$shout"
typeset -Z4 padded=42; print "$padded"
function area { typeset w=$1 h=$2; print $((w * h)); return 3; }
area 6 7; print "status $?"
cat |&
print -p through the co-process
read -p line; print "$line"
exec 3>&p; exec 3>&-
wait
for i in {1,2}x; do print $i; done
x='a.b.c'; print "${x//./-} ${x:2:1}"
print $(( 1 << 20 )) $(( 16#ff ))
print -r "$(print -r '\n')"
sh -c 'kill -9 $$'; print "killed $?"
(exit 7) | true; print "${PIPESTATUS[@]}"
select pick in one two; do print "picked $pick"; break; done <<< 2 2> /dev/null
trap 'print exiting' EXIT
seq 3 | while read -r v; do ((sum += v)); done; print "sum $sum"
