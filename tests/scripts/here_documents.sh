# shell: busybox sh, bash-static, mksh-musl, mksh-klibc, mksh-diet
# oracle: native busybox sh
# Here-documents: expanded, quoted, indented, nested, large, and two on one line.
name=world
cat <<END
hello $name $(echo from a command) $((6 * 7))
END
cat <<'END'
hello $name $(echo literally)
END
cat <<-END
	tabs go
		away
	END
cat <<ONE | while read -r line; do
first $name
second
ONE
  cat <<TWO
[$line]
TWO
done
paste - /dev/fd/3 <<A 3<<B 2>/dev/null || echo "no descriptor 3"
1
2
A
x
y
B
text=$(seq 30000)
cat <<END | sha256sum
$text
END
count() { wc -l; }
count <<END
$(seq 100)
END
