# shell: busybox sh
# oracle: native
# unzip: list, extract one, all, to a pipe; an archive with a deflated and a stored member.
base64 -d > sample.zip <<'END'
UEsDBBQAAAAIAEEQQlAHELTwswAAAKYEAAAMAAAAZGlyL3RleHQudHh0fdNLDsIwDATQPafoEfCP
T+/TBaKw4/4IqZiYemYXO9LIT4nX23OZjvN0WD8Hmaf78nhtlW7V0LKxNfR91x8u4xt/KvHnffwF
xF9ZvPzGr/NLAxAkEEqQNEhFSKMQxBDq0HTo3zs0DkUOpQ5Nh1aHNg5FDqUOS4dVh3UfCjmMOiwd
Vh3WOAw5jDo8HV4d3jgcbgZ1eDq8OrxxOHI4dUQ6ojqicQRyBF/xdER1ROMI5AjkeANQSwMEFAAA
AAAAQRBCUIzODhBAAAAAQAAAAAoAAABzdG9yZWQuYmluAAECAwQFBgcICQoLDA0ODxAREhMUFRYX
GBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P1BLAQIUAxQAAAAIAEEQQlAH
ELTwswAAAKYEAAAMAAAAAAAAAAAAAACkAQAAAABkaXIvdGV4dC50eHRQSwECFAMUAAAAAABBEEJQ
jM4OEEAAAABAAAAACgAAAAAAAAAAAAAApAHdAAAAc3RvcmVkLmJpblBLBQYAAAAAAgACAHIAAABF
AQAAAAA=
END
export TZ=UTC
unzip -l sample.zip
unzip -p sample.zip dir/text.txt | sha256sum
unzip sample.zip -d out
find out -type f | sort | xargs wc -c
od -A d -t x1 out/stored.bin
unzip -o -q sample.zip stored.bin && wc -c stored.bin
unzip sample.zip absent 2>&1; echo "status: $?"
head -c 100 sample.zip > cut.zip; unzip -q cut.zip -d cut > /dev/null 2>&1; echo "truncated: $?"
