Here-documents come through a pipe or a file, and are expanded unless the word is quoted.

  $ name=world
  $ cat <<END
  > hello $name
  > END
  hello world
  $ cat <<'END'
  > hello $name
  > END
  hello $name
  $ cat <<-END | tr a-z A-Z
  > 	indented
  > 	END
  INDENTED
