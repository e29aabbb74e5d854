Editing a stream, and a file in place.

  $ printf 'one\ntwo\nthree\n' >lines
  $ sed -n '2p' lines
  two
  $ sed '/two/d; s/e$/E/' lines
  onE
  threE
  $ sed -i '1i zero' lines; cat lines
  zero
  one
  two
  three
  $ sed -E 's/(t)(h?)/<\1\2>/' lines
  zero
  one
  <t>wo
  <th>ree
