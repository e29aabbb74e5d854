# shell: busybox sh, bash-static, mksh-musl, mksh-klibc, mksh-diet
# oracle: native busybox sh
# Parameter expansion, globbing, field splitting, functions, case, loops, eval, getopts.
path=/usr/lib/libfoo.so.1
echo "${path##*/} ${path%/*} ${path%%.*} ${path#/} ${#path}"
unset v
echo "${v-default} ${v:=assigned} $v ${v:+set} ${w:-}"
(echo "${absent:?is not set}") 2>/dev/null; echo "status: $(($? != 0))"
touch a.c b.c c.h 'with space.c'
for f in *.c; do echo "[$f]"; done
echo [ab].* ?.h none*
IFS=:; set -- $path:x; echo "$# $1"; unset IFS
set -- one 'two words' three
for arg; do echo "<$arg>"; done
for arg in "$@"; do echo "<$arg>"; done
echo "$*" $#
shift 2; echo "$1 $#"
kind() { case $1 in *.c) echo C ;; [0-9]*) echo number ;; a|b) echo letter ;; *) echo other ;; esac; }
kind x.c; kind 42; kind b; kind zzz
outer() { local v=inner; echo "$v"; return 7; }
v=global; outer; echo "$? $v"
eval 'e="evaluated $v"'; echo "$e"
parse() {
  OPTIND=1
  while getopts 'ab:c' opt "$@" 2>/dev/null; do
    case $opt in b) echo "b=$OPTARG" ;; '?') echo bad ;; *) echo "$opt" ;; esac
  done
  shift $((OPTIND - 1)); echo "rest: $*"
}
parse -a -b value -c file
parse -ab joined -x last
i=0; until [ $i -ge 3 ]; do i=$((i + 1)); [ $i = 2 ] && continue; echo "i=$i"; done
for x in 1 2 3; do for y in 1 2 3; do [ $y = 2 ] && continue 2; [ $x = 3 ] && break 2; echo "$x$y"; done; done
{ echo grouped; echo output; } | cat
! true; echo "not: $?"
true && echo and || echo or
