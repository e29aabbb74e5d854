# shell: busybox sh, bash-static, mksh-musl
# oracle: native busybox sh
# Applets executed by their path and through PATH: each stage is an exec of busybox under another name.
bin=${PATH%%:*}
"$bin/echo" hello | "$bin/grep" e
echo "match: $?"
"$bin/echo" hello | "$bin/grep" z
echo "no match: $?"
env echo hello | env grep -c l
"$bin/busybox" echo through busybox | "$bin/busybox" grep -o 'th[a-z]*'
"$bin/env" - "$bin/printf" '%s-%s\n' a b
"$bin/sh" -c 'echo in a shell | grep -o shell'
"$bin/no-such-applet" 2>/dev/null
echo "not found: $?"
