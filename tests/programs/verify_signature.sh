# A signature check: good, of a changed text, by somebody unknown, and no signature at all.
# programs: gpgv

cp "$DATA/signature/"* .
run gpgv --homedir . --keyring ./keyring.gpg text.sig text 2>&1
run gpgv --homedir . --status-fd 1 --keyring ./keyring.gpg text.sig text 2>/dev/null
run gpgv --homedir . --status-fd 1 --keyring ./keyring.gpg rsa.asc 2>&1
echo changed >>text
run gpgv --homedir . --keyring ./keyring.gpg text.sig text 2>&1
: >empty.gpg
run gpgv --homedir . --keyring ./empty.gpg rsa.asc 2>&1
run gpgv --homedir . --keyring ./keyring.gpg text text 2>&1
