# shell: busybox sh
# oracle: native
# date of fixed instants, in UTC and other zones.
date -u -d @0
date -u -d @1700000000 '+%Y-%m-%d %H:%M:%S %a %b %j %U %u %s'
date -u -d '2024-02-29 12:34:56' +%s
TZ=CET-1CEST,M3.5.0,M10.5.0/3 date -d @1720000000 '+%F %T %Z %z'
TZ=EST5EDT,M3.2.0,M11.1.0 date -d @1700000000 '+%c %Z'
TZ=UTC-5:30 date -d @0 +%R
date -u -d '2024-01-01 00:00' -R
date -u -D '%d/%m/%Y' -d '24/12/2023' +%A
date -u -d 'nonsense' 2>&1
echo "status: $?"
touch -d '2010-10-10 10:10:10' file
TZ=UTC date -r file '+%F %T'
now=$(date +%s)
[ "$now" -gt 1700000000 ] && echo 'the clock is set'
