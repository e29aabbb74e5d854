# shell: busybox sh
# oracle: native
# The same from ash, whose words differ.
sh -c 'kill -SEGV $$'
echo "status: $?"
(sh -c 'kill -SEGV $$'; echo "in a subshell: $?")
x=$(sh -c 'kill -SEGV $$'; echo $?)
echo "substitution: $x"
sh -c 'kill -SEGV $$' | cat
sh -c 'kill -BUS $$'
echo "BUS: $?"
sh -c 'exit 245'
echo "exit 245: $?"
