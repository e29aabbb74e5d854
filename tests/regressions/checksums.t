Sums of known texts.

  $ printf abc | md5sum
  900150983cd24fb0d6963f7d28e17f72  -
  $ printf abc | sha256sum | cut -c1-16
  ba7816bf8f01cfea
  $ printf abc >file; sha1sum file >sums; sha1sum -c sums
  file: OK
  $ head -c 1000 /dev/zero | md5sum
  ede3d3b685b4e137ba4cb2521329a75e  -
