# shell: busybox sh, bash-static
# oracle: native busybox sh
# Thirty stages at once, a megabyte through several, and both ends slow or gone.
eval "seq 1000 $(yes '| cat' | head -n 30 | tr '\n' ' ') | sha256sum"
yes 0123456789abcde | head -c 1048576 | tr a-e A-E | cat | gzip | gunzip | sha256sum
(sleep 0.2; echo late) | cat
seq 100000 | (sleep 0.2; wc -l)
(echo early; sleep 0.2; echo later) | while read -r line; do echo "got $line"; done
seq 5 | { read -r first; echo "$first"; } 
echo abc | : ; echo "ignored: $?"
