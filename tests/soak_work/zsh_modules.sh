# zsh: globbing, coprocesses, subshells, its own sockets and files.
zsh-static -fc '
print -r -- $SCRATCH/tree/file<80-90>(:t)
coproc { while read -r line; do print -r -- ${(s::)line}; done }
print -p word; read -pr spelled; print -r -- $spelled; kill $!
for i in {1..10}; { ( exit $i ) & wait $!; print -r -- $? }
fibonacci() { (( $1 < 2 )) && { REPLY=$1; return }; local sum; fibonacci $(( $1 - 1 )); sum=$REPLY
  fibonacci $(( $1 - 2 )); (( REPLY += sum )) }
fibonacci 12; print -r -- $REPLY
zmodload zsh/net/socket && zsocket -l ./socket && listening=$REPLY && zsocket ./socket && there=$REPLY &&
  zsocket -a $listening && here=$REPLY && print -u $there over && read -ru $here line && print -r -- $line
'
