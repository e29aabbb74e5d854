# shell: busybox sh
# oracle: native
# mask: s/\(pid [0-9]+\)/(pid PID)/   pids differ
# run-parts, start-stop-daemon, setsid, link, which.
mkdir parts
for n in 30 10 20; do printf '#!%s/sh\necho part %s "$@"\n' "${PATH%%:*}" "$n" > "parts/$n"; chmod +x "parts/$n"; done
echo skipped > parts/40
run-parts parts
run-parts -a argument parts
run-parts --test parts
start-stop-daemon -S -b -m -p pid -x "${PATH%%:*}/sleep" -- 100
until [ -s pid ]; do :; done
kill -0 "$(cat pid)" && echo started
start-stop-daemon -K -p pid -s TERM && echo stopped
rm -f pid
setsid sh -c 'echo in a session'
link parts/10 hard && cmp parts/10 hard && echo linked
mkdir t && cd t && touch x && cd .. && rm -r t && echo cleaned
which -a sh | wc -l
basename "$(which busybox)"
