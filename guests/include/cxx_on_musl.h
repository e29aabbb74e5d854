#pragma once

#include <features.h>

// What Debian's C++ runtime wants of glibc and musl does not have. A program that includes this may
// throw, unwind and use templates; streams, locales and std::thread need glibc's headers.
#ifndef __GLIBC__
extern "C" {
char __libc_single_threaded = 0;
// "Unknown": the unwinder then asks dl_iterate_phdr(3).
int _dl_find_object(void *, void *) { return -1; }
}
#endif
