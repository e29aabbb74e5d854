# A check of a damaged ext4 file system, and its repair.
# programs: e2fsck

export E2FSPROGS_FAKE_TIME=1700000000
mkdir content
for ((i = 0; i < 200; ++i)); do printf '%s\n' "file $i" >content/file$i; done
head -c 300000 /dev/zero | tr '\0' x >content/long
ln content/file1 content/link
mke2fs -q -t ext4 -E hash_seed=11111111-2222-3333-4444-555555555555,root_owner=0:0 \
  -U 01234567-89ab-cdef-0123-456789abcdef -L test image 8M
debugfs -w -f /dev/stdin image >/dev/null 2>&1 <<'COMMANDS'
mkdir folder
mkdir folder/inner
write content/long folder/long
write content/file1 a
write content/file2 b
write content/file3 c
COMMANDS
fsck() { run E2FSPROGS_FAKE_TIME=1700000000 E2FSCK_TIME=1700000000 e2fsck "$@" 2>&1; }
fsck -fn image
debugfs -w -f /dev/stdin image >/dev/null 2>&1 <<'COMMANDS'
set_inode_field folder/long links_count 7
set_inode_field a block[0] 99999999
clri c
freeb 1200 20
unlink folder
set_super_value free_blocks_count 17
COMMANDS
sum=$(sha256sum <image)
fsck -fn image
[[ "$sum" == "$(sha256sum <image)" ]] && echo 'unchanged'
fsck -fy image
fsck -fp image
debugfs -R 'ls -l lost+found' image 2>/dev/null | wc -l
head -c 4096 /dev/zero | dd of=image conv=notrunc status=none
fsck -fn image
fsck -fy -b 8193 image | head -n 20
rm -rf content
