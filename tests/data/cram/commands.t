A command begins behind the prompt; what it prints stands below it.

  $ echo hello
  hello
  $ printf 'one\ntwo\n' | sort -r
  two
  one

A command may go on for many lines, and what it sets is there for the next:

  $ greet() {
  >   for name in "$@"; do
  >     echo "hello, $name"
  >   done
  > }
  $ greet you me
  hello, you
  hello, me

Here-documents are lines like any other, empty ones among them:

  $ cat <<EOF
  > first
  > 
  >   indented
  > EOF
  first
  
    indented

A command without output needs nothing below it.

  $ true
  $ cd .
  $ variable=kept

  $ echo $variable
  kept

Standard error is the same stream:

  $ echo complaint >&2
  complaint
