Who may do what with a file.

  $ umask 027; touch plain; mkdir folder; stat -c '%A %n' plain folder
  -rw-r----- plain
  drwxr-x--- folder
  $ chmod u=rw,g=r,o= plain; stat -c %a plain
  640
  $ chmod +x plain; stat -c %a plain
  750
  $ ln plain second; stat -c %h plain
  2
  $ rm plain; stat -c %h second
  1
