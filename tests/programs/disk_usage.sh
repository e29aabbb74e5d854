# Mounted file systems as a Go program (1.19) tells of them: of those that kemu and the host both have, /proc.
# programs: duf

run duf -json -all | sed -n '/"mount_point": "\/proc",/,/}/{/"opts"/d;p}'
run duf -all -only-mp /proc -style ascii -width 100 -output mountpoint,type,size,used,avail,filesystem
run duf -all -only-mp /proc -style unicode -theme light -width 80 -inodes -output mountpoint,inodes,type
run duf -output mountpoint,nonsense 2>&1
run duf /no/such/folder 2>&1
run duf -nonsense 2>&1 | sed '/^Usage/d' | head -n 9
