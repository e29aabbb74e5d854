# C: a check of what is no file system and no signature.
tools=$GUESTS/programs/arm64
head -c 1000000 /dev/zero >image
"$tools/e2fsck" -fn image 2>&1 | head -n 2 | tail -n 1
"$tools/gpgv" --homedir . image image 2>&1 | tail -n 1
