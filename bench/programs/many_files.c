// many_files COUNT: makes COUNT files in a fresh directory, opens and stats each, lists them and
// removes them.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char name[32];

static const char* name_of(long i) {
  snprintf(name, sizeof name, "file%ld", i);
  return name;
}

static long list(void) {
  long entries = 0;
  DIR* directory = opendir(".");
  while (directory && readdir(directory)) ++entries;
  if (directory) closedir(directory);
  return entries - 2;
}

int main(int argc, char** argv) {
  const long count = argc > 1 ? atol(argv[1]) : 100;
  char place[] = "/tmp/many_files.XXXXXX";
  if (!mkdtemp(place) || chdir(place) != 0) return 1;
  for (long i = 0; i < count; ++i) close(open(name_of(i), O_CREAT | O_WRONLY, 0600));
  long good = 0;
  for (long i = 0; i < count; ++i) {
    struct stat status;
    const int file = open(name_of(i), O_RDONLY);
    good += file >= 0 && fstat(file, &status) == 0 && stat(name, &status) == 0;
    close(file);
  }
  const long listed = list();
  for (long i = 0; i < count; ++i) unlink(name_of(i));
  rmdir(place);
  printf("%ld %ld\n", good, listed);
  return good == count && listed == count ? 0 : 1;
}
