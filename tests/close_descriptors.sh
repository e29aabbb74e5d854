# To be sourced by what runs tests: whatever started us may have left descriptors open, which programs of the host
# inherit and programs on kemu do not. 255 is bash's own, for the script it reads.
for inherited in /proc/$$/fd/*; do
  inherited=${inherited##*/}
  ((inherited <= 2 || inherited == 255)) || eval "exec $inherited>&-"
done
unset inherited
