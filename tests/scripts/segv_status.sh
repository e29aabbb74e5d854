# shell: bash-static
# oracle: native
# mask: s/(line [0-9]+:) +[0-9]+ /\1 PID /   bash names the dead child's pid
# A child killed by SIGSEGV is reported as 139 and "Segmentation fault", never as an exit of 245.
sh -c 'kill -SEGV $$'
echo "status: $?"
(kill -SEGV "$BASHPID")
echo "status: $?"
for signal in ILL TRAP ABRT BUS FPE SYS XCPU; do
  bash -c "kill -$signal \$\$"
  echo "$signal: $?"
done
sh -c 'exit 245'
echo "exit 245: $?"
