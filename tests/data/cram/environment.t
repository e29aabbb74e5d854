Where a test runs, and what it finds there:

  $ echo "$TZ $LANG $LC_ALL $LANGUAGE $COLUMNS [$CDPATH] [$GREP_OPTIONS]"
  GMT C C C 80 [] []
  $ echo "$TESTFILE"
  environment.t
  $ test -f "$TESTDIR/$TESTFILE"
  $ test -d "$CRAMTMP" && test -d "$TMPDIR" && test "$TMPDIR" = "$CRAMTMP/tmp"
  $ test "$TMP$TEMP" = "$TMPDIR$TMPDIR"
