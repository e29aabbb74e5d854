# shell: busybox sh
# oracle: native
# The guest's busybox has the applets that the links of the bin directory were made from.
busybox --list
busybox | head -n 1 | cut -d' ' -f1-2
busybox no_such_applet
echo "status: $?"
