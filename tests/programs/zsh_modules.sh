# zsh with the modules of its static build: globbing, sorting, associative arrays, co-processes, files and jobs.
# programs: zsh

cat >work.zsh <<'ZSH'
zmodload zsh/datetime zsh/stat zsh/files zsh/parameter zsh/zutil || print -r missing
setopt extended_glob
for i in {1..300}; print -r -- "line $i" >file$i.txt
print -r -- file<90-110>.txt(n) *.txt~file[0-8]*(On[1,3]) file*.txt([1,5]:t:r)
typeset -A count
for name in file*.txt; (( ++count[${#name}] ))
for length in ${(kon)count}; print -r -- $length: $count[$length]
print -r -- ${(j:,:)${(@On)${:-{1..20}}}} $(( 2 ** 0.5 * 3 )) ${(U)${:-upper}} ${(l:8::0:)${:-42}}
strftime -s day '%F %T' 1700000000 && print -r -- $day
zstat -A info +size file10.txt && print -r -- $info
coproc { while read -r line; do print -r -- ${(s::)line}; done }
print -p word; read -pr spelled; print -r -- $spelled
( for i in {1..2000}; print $(( (i * 7919) % 2003 )) ) | { while read -r i; do numbers+=($i); done; print -r -- ${(n)numbers[1,3]} $#numbers }
zf_mkdir -p some/where; zf_mv file2*.txt some/where; zf_ln -s where some/link; zf_rm -f file1*.txt
print -r -- some/link/file2?.txt(N) some/*(@)
set -- -a x -b value --long=y; zparseopts -D -A option a b: -long:; print -r -- ${(kv)option} left $*
function fibonacci { (( $1 < 2 )) && { REPLY=$1; return }; local sum; fibonacci $(( $1 - 1 )); sum=$REPLY
  fibonacci $(( $1 - 2 )); (( REPLY += sum )) }
fibonacci 13; print -r -- $REPLY $+commands[zsh]
TRAPUSR1() { print -r -- trapped }
kill -USR1 $$
{ ( exit 7 ) } always { print -r -- $? }
for i in {1..5}; { ( exit $i ) & wait $!; print -r -- $? }
print -r -- ${(q+)${:-a b\'c}} ${${:-abcabc}//(#m)b/<$MATCH>} ${(V):-$'bell\a'}
ZSH
run zsh -f work.zsh
run zsh -fc 'print -r -- ${(%):-%N}; exit 3'
