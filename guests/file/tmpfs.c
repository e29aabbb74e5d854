// tmpfs(5): files in memory: names, links and renames, holes, an O_TMPFILE that gets a name, a
// directory read while it shrinks, and mappings that processes share with read(2) and write(2).
// covers: openat renameat2 linkat fallocate lseek getdents64 statfs mmap
#include "guest.h"

#include <sys/statfs.h>

static char folder[] = "/dev/shm/kemu-XXXXXX";

static void put(const char *path, const char *text) {
  const int fd = must(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));
  must(write(fd, text, strlen(text)));
  close(fd);
}

static void show_text(const char *path) {
  char text[64] = {0};
  const int fd = open(path, O_RDONLY);
  if (fd == -1) {
    printf("%s: %s\n", path, errno_name(errno));
    return;
  }
  must(read(fd, text, sizeof text - 1));
  printf("%s: %s\n", path, text);
  close(fd);
}

static void names(void) {
  put("a", "first");
  put("b", "second");
  show(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "b", 1));
  show(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "b", 2));
  show_text("a");
  show_text("b");
  show(link("a", "c"));
  show(link("a", "c"));
  struct stat about;
  must(stat("c", &about));
  printf("links %d size %d\n", (int)about.st_nlink, (int)about.st_size);
  show(rename("a", "c"));
  show(unlink("a"));
  must(stat("c", &about));
  printf("links %d\n", (int)about.st_nlink);
  show(mkdir("d", 0755));
  show(mkdir("d/e", 02755));
  must(stat("d", &about));
  printf("directory links %d\n", (int)about.st_nlink);
  show(rename("d", "d/e/f"));
  show(rename("d/e", "d"));
  show(rename("c", "d"));
  show(rename("d", "c"));
  show(rmdir("d"));
  show(unlink("d"));
  show(rename("d/e", "e"));
  show(rmdir("d"));
  show(rmdir("c"));
  show(symlink("c", "s"));
  show_text("s");
  show(mkfifo("p", 0600));
  show(unlink("p"));
}

static void holes(void) {
  const int fd = must(open("sparse", O_RDWR | O_CREAT, 0600));
  must(pwrite(fd, "x", 1, 20 * kPage));
  struct stat about;
  must(fstat(fd, &about));
  printf("size %d blocks %d\n", (int)about.st_size, (int)about.st_blocks);
  show(lseek(fd, 0, SEEK_DATA));
  show(lseek(fd, 0, SEEK_HOLE));
  show(lseek(fd, 20 * kPage, SEEK_HOLE));
  show(lseek(fd, 20 * kPage + 1, SEEK_DATA));
  must(pwrite(fd, "y", 1, 4 * kPage));
  show(fallocate(fd, 3, 0, 10 * kPage));
  show(lseek(fd, 0, SEEK_DATA));
  char byte = 1;
  must(pread(fd, &byte, 1, 4 * kPage));
  printf("punched: %d\n", byte);
  show(fallocate(fd, 0x10, 0, kPage));
  show(ftruncate(fd, 0));
  show(fallocate(fd, 0, 0, 3 * kPage));
  must(fstat(fd, &about));
  printf("size %d blocks %d\n", (int)about.st_size, (int)about.st_blocks);
  show(close(fd));
}

static void nameless(void) {
  const int fd = must(open(".", O_TMPFILE | O_RDWR, 0600));
  must(write(fd, "nameless", 8));
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  show(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
  show_text("named");
  close(fd);
}

static void shrinking_directory(void) {
  must(mkdir("many", 0700));
  char path[300];
  for (int i = 0; i < 500; i++) {
    snprintf(path, sizeof path, "many/%d", i);
    close(must(open(path, O_CREAT | O_WRONLY, 0600)));
  }
  DIR *const directory = opendir("many");
  int seen = 0;
  for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "many/%s", entry->d_name);
    must(unlink(path));
    seen++;
  }
  closedir(directory);
  printf("seen and removed: %d\n", seen);
  show(rmdir("many"));
}

static char *shared;

static void write_in_child(void) {
  strcpy(shared, "from the child");
  const int fd = must(open("map", O_WRONLY));
  must(pwrite(fd, "by write", 8, 100));
}

static void mappings(void) {
  const int fd = must(open("map", O_RDWR | O_CREAT, 0600));
  must(ftruncate(fd, 2 * kPage));
  shared = mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  print_status("child", in_child(write_in_child));
  show_text("map");
  printf("%.8s\n", shared + 100);
  show(unlink("map"));
  printf("%s\n", shared);
  close(fd);
}

int main(void) {
  must(mkdtemp(folder) != NULL ? 0 : -1);
  must(chdir(folder));
  umask(022);
  struct statfs about;
  must(statfs(".", &about));
  printf("magic %lx\n", (unsigned long)about.f_type);
  names();
  holes();
  nameless();
  shrinking_directory();
  mappings();
  must(chdir("/"));
  char command[64];
  for (const char *const *name = (const char *const[]){"b", "c", "e", "s", "sparse", "named", NULL};
       *name != NULL; name++) {
    snprintf(command, sizeof command, "%s/%s", folder, *name);
    remove(command);
  }
  show(rmdir(folder));
  return 0;
}
