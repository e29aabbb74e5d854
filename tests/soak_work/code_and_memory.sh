# Programs about code that writes code, memory, sockets and files; what they say their own tests compare.
for topic in code atomic memory socket file; do
  for program in "$GUESTS/musl/$topic"/*; do
    [ ! -x "$program" ] || [ -d "$program" ] || timeout 20 "$program" >/dev/null 2>&1
  done
  echo "$topic"
done
