// CRC-32 with a table, over a buffer of 1 MiB, many times: loads that depend on one another.
#include <stdint.h>
#include <stdio.h>

enum { kSize = 1 << 20, kRounds = 90 };

static uint32_t table[256];
static unsigned char buffer[kSize];

static void fill_table(void) {
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? 0xedb88320u : 0);
    table[i] = value;
  }
}

int main(void) {
  fill_table();
  for (uint32_t i = 0; i < kSize; ++i) buffer[i] = (unsigned char)(i * 2654435761u >> 24);
  uint32_t crc = 0xffffffffu;
  for (int round = 0; round < kRounds; ++round)
    for (int i = 0; i < kSize; ++i) crc = table[(crc ^ buffer[i]) & 255] ^ (crc >> 8);
  printf("%08x\n", ~crc);
  return 0;
}
