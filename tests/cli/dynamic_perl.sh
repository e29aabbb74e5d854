# perl-base, dynamically linked: text, sorting, fork, pipes, signals, system and files, as natively.
. "$kTests/dynamic_programs.sh"
cat >"$scratch/words.pl" <<'END'
use strict; use warnings;
$| = 1;
my %count;
while (my $line = <STDIN>) { $count{lc $1}++ while $line =~ /(\w+)/g }
printf "%-8s %d\n", $_, $count{$_} for sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
pipe(my $read, my $write) or die;
my $pid = fork;
if (!$pid) { close $read; print $write "from the child\n"; close $write; exit 3 }
close $write;
print <$read>;
waitpid $pid, 0;
print "status ", $? >> 8, "\n";
open(my $sort, '|-', 'sort -n') or die;
print $sort "$_\n" for 10, 9, 2, 33, 1;
close $sort;
my @lines = `printf 'b\\na\\n' | sort`;
print "backticks: @lines";
my $caught = 0;
$SIG{USR1} = sub { $caught++ };
kill 'USR1', $$ for 1 .. 3;
print "caught $caught\n";
print "system: ", system('exit 7;') >> 8, "\n";
open(my $out, '>', 'made.txt') or die; print $out sprintf("%05d\n", $_ ** 2) for 1 .. 50; close $out;
open(my $in, '<', 'made.txt') or die; my @back = reverse <$in>; print "last $back[0]";
my $text = "x" x 1000; $text =~ s/x{3}/yz/g; print length $text, " ", unpack('%32C*', $text), "\n";
print join(',', map { sprintf '%.6g', sin $_ } 1 .. 5), "\n";
local $@; eval { die { code => 5 } }; print "died with $@->{code}\n";
my $missing = open(my $none, '<', '/no/such/file'); print "error: $!\n";
exit 4;
END
printf '%s\n' 'The quick brown fox' 'jumps over the lazy dog' 'and the fox is gone' >"$scratch/text"
input=$scratch/text
for side in sysroot root; do
  compare perl -e "$(<"$scratch/words.pl")"
done
