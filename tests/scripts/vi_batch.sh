# shell: busybox sh
# oracle: native
# vi driven by keys on its standard input: insert, search, substitute, delete, yank and write.
printf 'one\ntwo\nthree\n' > file
printf 'iHello \033:wq\r' | vi file > /dev/null 2>&1
cat file
printf '/two\rddp:%%s/e/E/g\r:wq\r' | vi file > /dev/null 2>&1
cat file
printf 'yyppGoappended\033:w\r:q\r' | vi file > /dev/null 2>&1
cat file
printf 'ddZZ' | vi file > /dev/null 2>&1
cat file
printf 'dG:q!\r' | vi file > /dev/null 2>&1
wc -l < file
