# A Go program (1.19) that starts others and talks to them by pipes: a password store over stand-ins for gpg, git and
# tree and an editor,
# each a script of zsh.
# programs: gopass zsh

for name in gpg gpg2 git tree vi; do
  printf '#!%s\n' "$scratch/bin/zsh" >"$scratch/bin/$name"
done
# "Encrypts" by turning letters, and remembers for whom.
cat >>"$scratch/bin/gpg" <<'ZSH'
print -r -- "gpg $*" >>$HOME/gpg.log
out=/dev/stdout decrypt=0 file=/dev/stdin
while (( $# )); do
  case $1 in
    -o|--output) out=$2; shift 2 ;;
    -d|--decrypt) decrypt=1; shift ;;
    -r|--recipient) shift 2 ;;
    -*) shift ;;
    *) file=$1; shift ;;
  esac
done
content=$(<$file)
from=abcdefghijklmnopqrstuvwxyz to=nopqrstuvwxyzabcdefghijklm
result=
for (( i = 1; i <= $#content; ++i )); do
  at=${from[(i)$content[i]]}
  result+=${to[at]:-$content[i]}
done
print -r -- $result >$out
ZSH
cp "$scratch/bin/gpg" "$scratch/bin/gpg2"
cat >>"$scratch/bin/git" <<'ZSH'
print -r -- "git $*" >>$HOME/git.log
ZSH
cat >>"$scratch/bin/tree" <<'ZSH'
cd ${@[-1]} && print -rl -- **/*(N)
ZSH
cat >>"$scratch/bin/vi" <<'ZSH'
entries=$(<$HOME/entries)
print -r -- $(( entries + 1 )) >$HOME/entries
print -rl -- "secret number $entries" "user: me" >$1
ZSH
chmod +x "$scratch"/bin/*
store() { run PASSWORD_STORE_DIR="$PWD/store" EDITOR=vi gopass "$@" 2>&1 | sed "s#$scratch#SCRATCH#g"; }
echo 1 >"$scratch/home/entries"
store init me@example.org
mkdir store/web store/money
for name in web/mail web/shop bank; do
  store insert -m "$name"
done
store ls
store show web/mail
store find shop
store grep secret
store mv bank money/bank
store cp web/shop web/copy
store rm -f web/mail
store show money/bank
store show web/mail
store git status
sed "s#$scratch#SCRATCH#g" "$scratch"/home/*.log
