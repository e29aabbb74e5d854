// mprotect(2): a write to read-only memory (constants, code, a read-only mapping) kills, or is
// handled and retried once the handler has made the page writable.
// covers: mprotect rt_sigaction rt_sigreturn
#include "guest.h"

static const char constant[64] = "constant";
static char *page;
static volatile int faults;

static void make_writable(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  faults++;
  char *fault = (char *)((uintptr_t)info->si_addr & ~(uintptr_t)(kPage - 1));
  expect(info->si_code == SEGV_ACCERR);
  must(mprotect(fault, kPage, PROT_READ | PROT_WRITE));
}

static void write_constant(void) { *(volatile char *)(uintptr_t)constant = 'x'; }
static void write_code(void) { *(volatile char *)(uintptr_t)write_constant = 0; }
static void write_page(void) { *(volatile char *)page = 1; }

int main(void) {
  page = mmap(NULL, 3 * kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)page);
  print_status("constant", in_child(write_constant));
  print_status("code", in_child(write_code));
  print_status("mapping", in_child(write_page));
  install_info_handler(SIGSEGV, make_writable, 0);
  page[5] = 'a';
  page[kPage - 1] = 'b';
  page[kPage + 9] = 'c';
  printf("%c%c%c after %d faults\n", page[5], page[kPage - 1], page[kPage + 9], faults);
  // One that spans two pages.
  volatile uint64_t *across = (volatile uint64_t *)(page + 2 * kPage - 4);
  must(mprotect(page + kPage, kPage, PROT_READ));
  *across = 0x1122334455667788;
  expect(*across == 0x1122334455667788);
  show(faults);
  return 0;
}
