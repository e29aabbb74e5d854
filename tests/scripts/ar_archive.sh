# shell: busybox sh
# oracle: native
# ar, and dpkg-deb's view of an archive made of one.
printf '2.0\n' > debian-binary
echo 'data of the first member' > first
seq 100 > second
awk 'BEGIN {
  printf "!<arch>\n"
  n = split("debian-binary first second", name, " ")
  for (i = 1; i <= n; i++) {
    body = ""
    while ((getline line < name[i]) > 0) body = body line "\n"
    printf "%-16s%-12d%-6d%-6d%-8s%-10d`\n%s", name[i], 0, 0, 0, "100644", length(body), body
    if (length(body) % 2) printf "\n"
  }
}' > lib.a
ar t lib.a
ar p lib.a first
mkdir out
cd out && ar x ../lib.a
for file in debian-binary first second; do cmp "$file" "../$file" && echo "$file same"; done
cd ..
ar t first 2>&1
echo "status: $?"
