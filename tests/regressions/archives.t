A tree in an archive, and out of it again.

  $ mkdir -p tree/sub; echo a >tree/a; echo b >tree/sub/b; ln -s a tree/link; chmod 600 tree/a
  $ tar cf tree.tar tree; tar tf tree.tar | sort
  tree/
  tree/a
  tree/link
  tree/sub/
  tree/sub/b
  $ mkdir out; tar xf tree.tar -C out; diff -r tree out/tree && ls -l out/tree/link | sed 's/.* link/link/'
  lrwxrwxrwx    1 root     root             1 Jan  1 00:00 out/tree/link -> a
  $ stat -c '%a' out/tree/a
  600
  $ gzip -c tree.tar | gunzip | cmp - tree.tar
  $ tar czf - tree | tar tzf - | wc -l
  5
