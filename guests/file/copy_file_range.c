// copy_file_range(2): copies between files, from and to the offsets given or the descriptors' own;
// 0 at the end; EINVAL for what is no file and overlap, EBADF for the wrong access.
// covers: copy_file_range
#include "guest.h"

int main(void) {
  enter_scratch();
  write_file("in", "0123456789", 0644);
  const int in = (int)must(open("in", O_RDWR));
  const int out = (int)must(open("out", O_RDWR | O_CREAT, 0644));
  char text[32] = "";
  show(copy_file_range(in, NULL, out, NULL, 4, 0));
  show(copy_file_range(in, NULL, out, NULL, 100, 0));
  show(copy_file_range(in, NULL, out, NULL, 100, 0));
  off_t from = 2, to = 20;
  show(copy_file_range(in, &from, out, &to, 3, 0));
  printf("%ld %ld\n", (long)from, (long)to);
  show(pread(out, text, sizeof text, 0));
  for (int i = 0; i < 23; i++) printf("%c", text[i] == 0 ? '.' : text[i]);
  printf("\n");
  show(lseek(out, 0, SEEK_CUR));
  show(copy_file_range(in, NULL, out, NULL, 4, 1));
  from = 0, to = 2;
  show(copy_file_range(in, &from, in, &to, 5, 0));
  to = 20;
  show(copy_file_range(in, &from, in, &to, 5, 0));
  int channel[2];
  must(pipe(channel));
  from = 0;
  show(copy_file_range(in, &from, channel[1], NULL, 4, 0));
  const int append = (int)must(open("out", O_WRONLY | O_APPEND));
  show(copy_file_range(in, &from, append, NULL, 4, 0));
  const int readable = (int)must(open("out", O_RDONLY));
  show(copy_file_range(in, &from, readable, NULL, 4, 0));
  show(copy_file_range(9999, &from, out, NULL, 4, 0));
  const int directory = (int)must(open(".", O_RDONLY));
  show(copy_file_range(directory, NULL, out, NULL, 4, 0));
  leave_scratch();
  return 0;
}
