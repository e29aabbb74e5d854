// pipe(7), PIPE_BUF: writes of up to 4096 bytes by many writers at once never mix.
// covers: pipe2 write read clone
#include "guest.h"

enum { kWriters = 4, kRecords = 60, kRecord = 4096 };

int main(void) {
  int channel[2];
  must(pipe(channel));
  for (int i = 0; i < kWriters; i++) {
    if (must(fork()) != 0) continue;
    static char record[kRecord];
    memset(record, 'a' + i, sizeof record);
    for (int k = 0; k < kRecords; k++) must(write(channel[1], record, sizeof record));
    _exit(0);
  }
  must(close(channel[1]));
  static char record[kRecord];
  int counts[kWriters] = {0}, mixed = 0;
  for (;;) {
    size_t filled = 0;
    while (filled < sizeof record) {
      const long got = must(read(channel[0], record + filled, sizeof record - filled));
      if (got == 0) break;
      filled += (size_t)got;
    }
    if (filled < sizeof record) break;
    for (size_t i = 1; i < sizeof record; i++) mixed += record[i] != record[0];
    counts[record[0] - 'a']++;
  }
  for (int i = 0; i < kWriters; i++) printf("writer %d: %d records\n", i, counts[i]);
  printf("mixed bytes: %d\n", mixed);
  while (wait(NULL) > 0) {
  }
  return 0;
}
