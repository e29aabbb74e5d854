# shell: busybox sh, bash-static, mksh-klibc
# oracle: native busybox sh
# Six stages over a table like /etc/services, twice: shell built-ins may be applets or programs.
cat "$DATA/services" | grep -v '^#' | awk '{ print $2 }' | cut -d/ -f2 | sort | uniq -c
sed 's/#.*//' "$DATA/services" | tr -s '\t ' ' ' | awk 'NF > 2 { print NF, $1 }' | sort -k1,1nr -k2 |
  head -n 12 | nl
grep tcp "$DATA/services" | tr '\t' ' ' | cut -d' ' -f1 | sort -r | tail -n 5 | paste -s -d, -
awk '$2 ~ /udp/ { sum += $2 } END { print sum }' "$DATA/services"
if [ -r /etc/services ]; then
  cat /etc/services | grep -v '^#' | awk 'NF { print $2 }' | cut -d/ -f2 | sort | uniq -c
fi
