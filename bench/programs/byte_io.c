// byte_io COUNT null|zero: writes one byte at a time to /dev/null, or reads them from /dev/zero.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const long count = argc > 1 ? atol(argv[1]) : 1000;
  const int reads = argc > 2 && strcmp(argv[2], "zero") == 0;
  const int file = open(reads ? "/dev/zero" : "/dev/null", O_RDWR);
  char byte = 1;
  long moved = 0;
  for (long i = 0; i < count; ++i) moved += reads ? read(file, &byte, 1) : write(file, &byte, 1);
  printf("%ld\n", moved);
  return moved == count ? 0 : 1;
}
