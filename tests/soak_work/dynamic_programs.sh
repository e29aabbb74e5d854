# The loader and its libraries: an interpreter with threads, another, a database, tools.
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3.11 -c '
import os, sys, threading
total = []
def work(n): total.append(sum(range(n)))
threads = [threading.Thread(target=work, args=(1000 * i,)) for i in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
child = os.fork()
if child == 0: os._exit(7)
print(sum(total), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
block = bytearray(64 << 20)
block[::4096] = b"x" * len(block[::4096])
print(len(block))'
/usr/bin/perl -e 'my %h = map { $_ => $_ * $_ } 1 .. 20000; my $p = fork // die; exit 3 unless $p; waitpid $p, 0;
  print scalar(keys %h), " ", $? >> 8, "\n"; print `/bin/echo from a child`;'
/usr/bin/sqlite3 base 'create table t(a, b); with recursive n(i) as (select 1 union all select i + 1 from n
  where i < 5000) insert into t select i, hex(i * i) from n; select count(*), sum(a), max(length(b)) from t;'
/usr/bin/seq 2000 | /usr/bin/sort -R | /usr/bin/sort -n | /usr/bin/sha256sum
