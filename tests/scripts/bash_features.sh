# shell: bash-static
# oracle: native
# Arrays, maps, [[ ]], regular expressions, substitutions, printf -v, mapfile, brace expansion.
a=(one two three)
a+=(four); unset 'a[1]'
echo "${a[@]} ${#a[@]} ${!a[@]} ${a[-1]}"
declare -A m=([x]=1 [y]=2)
m[z]=3
for k in x y z; do echo "$k=${m[$k]}"; done
[[ kemu-1.25 =~ ^([a-z]+)-([0-9]+)\.([0-9]+)$ ]] && echo "${BASH_REMATCH[@]:1}"
[[ abc == a* && ! abc < abb ]] && echo glob
s='hello world'
echo "${s^} ${s^^} ${s/o/0} ${s//o/0} ${s:6} ${s:0:5} ${s@Q}"
printf -v padded '%05d' 42; echo "$padded"
mapfile -t lines < <(seq 3); echo "${#lines[@]} ${lines[2]}"
echo {1..5} {a..e..2} x{1,2}y
for ((i = 0; i < 3; i++)); do echo -n "$i "; done; echo
(( 5 > 3 )) && echo arithmetic
cat <<< "here string $((2 ** 40))"
f() { local -n ref=$1; ref=changed; }; v=old; f v; echo "$v"
echo "$(< "$DATA/services")" | head -n 1
printf '%s\n' "${a[@]/#/pre-}"
shopt -s extglob nullglob; touch x1 x2 y1; echo !(x*) none*
case abc in a*) echo one ;;& *c) echo two ;& zzz) echo three ;; esac
echo "$(printf '%q ' 'a b' "c'd")"
time_is() { TZ=UTC printf '%(%F %T)T\n' 0; }; time_is
select x in alpha beta; do echo "picked $x"; break; done <<< 2 2> /dev/null
