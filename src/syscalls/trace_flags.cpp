#include "base/abi/futex.h"
#include "base/abi/mman.h"
#include "base/abi/prctl.h"
#include "base/abi/syscall_numbers.h"
#include "process/signal_text.h"
#include "syscalls/trace_printer.h"
#include "syscalls/trace_text.h"

// Names of flags and numbers, as the headers of AArch64 Linux have them.

namespace kemu {

namespace {

constexpr FlagName kAtNames[] = {
    {0x100, "AT_SYMLINK_NOFOLLOW"}, {0x200, "AT_REMOVEDIR"},   {0x400, "AT_SYMLINK_FOLLOW"},
    {0x800, "AT_NO_AUTOMOUNT"},     {0x1000, "AT_EMPTY_PATH"}, {0x8000, "AT_RECURSIVE"},
};
constexpr FlagName kAccessAtNames[] = {
    {0x100, "AT_SYMLINK_NOFOLLOW"}, {0x200, "AT_EACCESS"}, {0x1000, "AT_EMPTY_PATH"}};
constexpr FlagName kHandleAtNames[] = {{0x400, "AT_SYMLINK_FOLLOW"}, {0x1000, "AT_EMPTY_PATH"}};
constexpr u32 kStatxSyncBits = 0x6000;
constexpr FlagName kStatxSync[] = {{0x2000, "AT_STATX_FORCE_SYNC"}, {0x4000, "AT_STATX_DONT_SYNC"}};
constexpr FlagName kAccessNames[] = {{4, "R_OK"}, {2, "W_OK"}, {1, "X_OK"}};
constexpr FlagName kFcntlNames[] = {
    {0, "F_DUPFD"},
    {1, "F_GETFD"},
    {2, "F_SETFD"},
    {3, "F_GETFL"},
    {4, "F_SETFL"},
    {5, "F_GETLK"},
    {6, "F_SETLK"},
    {7, "F_SETLKW"},
    {8, "F_SETOWN"},
    {9, "F_GETOWN"},
    {10, "F_SETSIG"},
    {11, "F_GETSIG"},
    {15, "F_SETOWN_EX"},
    {16, "F_GETOWN_EX"},
    {17, "F_GETOWNER_UIDS"},
    {1029, "F_CANCELLK"},
    {36, "F_OFD_GETLK"},
    {37, "F_OFD_SETLK"},
    {38, "F_OFD_SETLKW"},
    {1024, "F_SETLEASE"},
    {1025, "F_GETLEASE"},
    {1026, "F_NOTIFY"},
    {1030, "F_DUPFD_CLOEXEC"},
    {1031, "F_SETPIPE_SZ"},
    {1032, "F_GETPIPE_SZ"},
    {1033, "F_ADD_SEALS"},
    {1034, "F_GET_SEALS"},
    {1035, "F_GET_RW_HINT"},
    {1036, "F_SET_RW_HINT"},
};
constexpr FlagName kFlockNames[] = {{1, "LOCK_SH"},    {2, "LOCK_EX"},     {4, "LOCK_NB"},
                                    {8, "LOCK_UN"},    {32, "LOCK_MAND"},  {192, "LOCK_RW"},
                                    {64, "LOCK_READ"}, {128, "LOCK_WRITE"}};
constexpr FlagName kWhenceNames[] = {
    {0, "SEEK_SET"}, {1, "SEEK_CUR"}, {2, "SEEK_END"}, {3, "SEEK_DATA"}, {4, "SEEK_HOLE"}};
constexpr FlagName kFallocateNames[] = {
    {0x01, "FALLOC_FL_KEEP_SIZE"},     {0x02, "FALLOC_FL_PUNCH_HOLE"},
    {0x04, "FALLOC_FL_NO_HIDE_STALE"}, {0x08, "FALLOC_FL_COLLAPSE_RANGE"},
    {0x10, "FALLOC_FL_ZERO_RANGE"},    {0x20, "FALLOC_FL_INSERT_RANGE"},
    {0x40, "FALLOC_FL_UNSHARE_RANGE"},
};
constexpr FlagName kRenameNames[] = {
    {1, "RENAME_NOREPLACE"}, {2, "RENAME_EXCHANGE"}, {4, "RENAME_WHITEOUT"}};
constexpr FlagName kStatxNames[] = {
    {0xfff, "STATX_ALL"},       {0x7ff, "STATX_BASIC_STATS"}, {0x001, "STATX_TYPE"},
    {0x002, "STATX_MODE"},      {0x004, "STATX_NLINK"},       {0x008, "STATX_UID"},
    {0x010, "STATX_GID"},       {0x020, "STATX_ATIME"},       {0x040, "STATX_MTIME"},
    {0x080, "STATX_CTIME"},     {0x100, "STATX_INO"},         {0x200, "STATX_SIZE"},
    {0x400, "STATX_BLOCKS"},    {0x800, "STATX_BTIME"},       {0x1000, "STATX_MNT_ID"},
    {0x2000, "STATX_DIOALIGN"},
};
constexpr FlagName kRwNames[] = {{0x01, "RWF_HIPRI"},
                                 {0x02, "RWF_DSYNC"},
                                 {0x04, "RWF_SYNC"},
                                 {0x08, "RWF_NOWAIT"},
                                 {0x10, "RWF_APPEND"}};
constexpr FlagName kSpliceNames[] = {
    {1, "SPLICE_F_MOVE"}, {2, "SPLICE_F_NONBLOCK"}, {4, "SPLICE_F_MORE"}, {8, "SPLICE_F_GIFT"}};
constexpr FlagName kEventFdNames[] = {
    {1, "EFD_SEMAPHORE"}, {02000000, "EFD_CLOEXEC"}, {04000, "EFD_NONBLOCK"}};
constexpr FlagName kEpollNames[] = {{02000000, "EPOLL_CLOEXEC"}};
constexpr FlagName kEpollOperations[] = {
    {1, "EPOLL_CTL_ADD"}, {2, "EPOLL_CTL_DEL"}, {3, "EPOLL_CTL_MOD"}};
constexpr FlagName kTimerFdNames[] = {{1, "TFD_TIMER_ABSTIME"},
                                      {2, "TFD_TIMER_CANCEL_ON_SET"},
                                      {02000000, "TFD_CLOEXEC"},
                                      {04000, "TFD_NONBLOCK"}};
constexpr FlagName kSignalFdNames[] = {{02000000, "SFD_CLOEXEC"}, {04000, "SFD_NONBLOCK"}};
constexpr FlagName kMemfdNames[] = {{1, "MFD_CLOEXEC"},
                                    {2, "MFD_ALLOW_SEALING"},
                                    {4, "MFD_HUGETLB"},
                                    {8, "MFD_NOEXEC_SEAL"},
                                    {16, "MFD_EXEC"}};
constexpr FlagName kCloseRangeNames[] = {{2, "CLOSE_RANGE_UNSHARE"}, {4, "CLOSE_RANGE_CLOEXEC"}};
constexpr FlagName kUnmountNames[] = {
    {1, "MNT_FORCE"}, {2, "MNT_DETACH"}, {4, "MNT_EXPIRE"}, {8, "UMOUNT_NOFOLLOW"}};
constexpr FlagName kMountNames[] = {
    {1, "MS_RDONLY"},          {2, "MS_NOSUID"},           {4, "MS_NODEV"},
    {8, "MS_NOEXEC"},          {16, "MS_SYNCHRONOUS"},     {32, "MS_REMOUNT"},
    {64, "MS_MANDLOCK"},       {128, "MS_DIRSYNC"},        {256, "MS_NOSYMFOLLOW"},
    {1024, "MS_NOATIME"},      {2048, "MS_NODIRATIME"},    {4096, "MS_BIND"},
    {8192, "MS_MOVE"},         {16384, "MS_REC"},          {32768, "MS_SILENT"},
    {1 << 16, "MS_POSIXACL"},  {1 << 17, "MS_UNBINDABLE"}, {1 << 18, "MS_PRIVATE"},
    {1 << 19, "MS_SLAVE"},     {1 << 20, "MS_SHARED"},     {1 << 21, "MS_RELATIME"},
    {1 << 22, "MS_KERNMOUNT"}, {1 << 23, "MS_I_VERSION"},  {1 << 24, "MS_STRICTATIME"},
    {1 << 25, "MS_LAZYTIME"},
};
constexpr FlagName kProtectionNames[] = {
    {1, "PROT_READ"},
    {2, "PROT_WRITE"},
    {4, "PROT_EXEC"},
    {8, "PROT_SEM"},
    {0x10, "PROT_BTI"},
    {0x20, "PROT_MTE"},
    {0x01000000, "PROT_GROWSDOWN"},
    {0x02000000, "PROT_GROWSUP"},
};
constexpr FlagName kMapTypes[] = {
    {0, "MAP_FILE"}, {1, "MAP_SHARED"}, {2, "MAP_PRIVATE"}, {3, "MAP_SHARED_VALIDATE"}};
constexpr FlagName kMapNames[] = {
    {0x10, "MAP_FIXED"},
    {0x20, "MAP_ANONYMOUS"},
    {0x4000, "MAP_NORESERVE"},
    {0x8000, "MAP_POPULATE"},
    {0x10000, "MAP_NONBLOCK"},
    {0x100, "MAP_GROWSDOWN"},
    {0x800, "MAP_DENYWRITE"},
    {0x1000, "MAP_EXECUTABLE"},
    {0x2000, "MAP_LOCKED"},
    {0x20000, "MAP_STACK"},
    {0x40000, "MAP_HUGETLB"},
    {0x80000, "MAP_SYNC"},
    {0x100000, "MAP_FIXED_NOREPLACE"},
};
constexpr FlagName kRemapNames[] = {
    {1, "MREMAP_MAYMOVE"}, {2, "MREMAP_FIXED"}, {4, "MREMAP_DONTUNMAP"}};
constexpr FlagName kMadviseNames[] = {
    {0, "MADV_NORMAL"},           {1, "MADV_RANDOM"},         {2, "MADV_SEQUENTIAL"},
    {3, "MADV_WILLNEED"},         {4, "MADV_DONTNEED"},       {8, "MADV_FREE"},
    {9, "MADV_REMOVE"},           {10, "MADV_DONTFORK"},      {11, "MADV_DOFORK"},
    {12, "MADV_MERGEABLE"},       {13, "MADV_UNMERGEABLE"},   {14, "MADV_HUGEPAGE"},
    {15, "MADV_NOHUGEPAGE"},      {16, "MADV_DONTDUMP"},      {17, "MADV_DODUMP"},
    {18, "MADV_WIPEONFORK"},      {19, "MADV_KEEPONFORK"},    {20, "MADV_COLD"},
    {21, "MADV_PAGEOUT"},         {22, "MADV_POPULATE_READ"}, {23, "MADV_POPULATE_WRITE"},
    {24, "MADV_DONTNEED_LOCKED"}, {25, "MADV_COLLAPSE"},      {100, "MADV_HWPOISON"},
    {101, "MADV_SOFT_OFFLINE"},
};
constexpr FlagName kMsyncNames[] = {{4, "MS_SYNC"}, {1, "MS_ASYNC"}, {2, "MS_INVALIDATE"}};
constexpr u32 kPolicyModeBits = 7u << 13;
constexpr FlagName kPolicyModes[] = {
    {0, "MPOL_DEFAULT"}, {1, "MPOL_PREFERRED"},      {2, "MPOL_BIND"},
    {4, "MPOL_LOCAL"},   {5, "MPOL_PREFERRED_MANY"}, {3, "MPOL_INTERLEAVE"},
};
constexpr FlagName kPolicyModeFlags[] = {{1u << 15, "MPOL_F_STATIC_NODES"},
                                         {1u << 14, "MPOL_F_RELATIVE_NODES"},
                                         {1u << 13, "MPOL_F_NUMA_BALANCING"}};
constexpr FlagName kPolicyGetFlags[] = {
    {1, "MPOL_F_NODE"}, {2, "MPOL_F_ADDR"}, {4, "MPOL_F_MEMS_ALLOWED"}};
constexpr FlagName kPolicyMoveFlags[] = {
    {1, "MPOL_MF_STRICT"}, {2, "MPOL_MF_MOVE"}, {4, "MPOL_MF_MOVE_ALL"}};
constexpr FlagName kMlockNames[] = {{1, "MLOCK_ONFAULT"}};
constexpr FlagName kPkeyRights[] = {
    {1, "PKEY_DISABLE_ACCESS"}, {2, "PKEY_DISABLE_WRITE"}, {4, "PKEY_DISABLE_EXECUTE"}};
constexpr FlagName kCloneNames[] = {
    {0x00000100, "CLONE_VM"},
    {0x00000200, "CLONE_FS"},
    {0x00000400, "CLONE_FILES"},
    {0x00000800, "CLONE_SIGHAND"},
    {0x00001000, "CLONE_PIDFD"},
    {0x00002000, "CLONE_PTRACE"},
    {0x00004000, "CLONE_VFORK"},
    {0x00008000, "CLONE_PARENT"},
    {0x00010000, "CLONE_THREAD"},
    {0x00020000, "CLONE_NEWNS"},
    {0x00040000, "CLONE_SYSVSEM"},
    {0x00080000, "CLONE_SETTLS"},
    {0x00100000, "CLONE_PARENT_SETTID"},
    {0x00200000, "CLONE_CHILD_CLEARTID"},
    {0x00800000, "CLONE_UNTRACED"},
    {0x01000000, "CLONE_CHILD_SETTID"},
    {0x02000000, "CLONE_NEWCGROUP"},
    {0x04000000, "CLONE_NEWUTS"},
    {0x08000000, "CLONE_NEWIPC"},
    {0x10000000, "CLONE_NEWUSER"},
    {0x20000000, "CLONE_NEWPID"},
    {0x40000000, "CLONE_NEWNET"},
    {0x80000000, "CLONE_IO"},
    {0x80, "CLONE_NEWTIME"},
    {u64{1} << 32, "CLONE_CLEAR_SIGHAND"},
    {u64{1} << 33, "CLONE_INTO_CGROUP"},
};
constexpr FlagName kUnshareNames[] = {
    {0x80, "CLONE_NEWTIME"},      {0x00000100, "CLONE_VM"},      {0x00000200, "CLONE_FS"},
    {0x00000400, "CLONE_FILES"},  {0x00000800, "CLONE_SIGHAND"}, {0x00010000, "CLONE_THREAD"},
    {0x00020000, "CLONE_NEWNS"},  {0x00040000, "CLONE_SYSVSEM"}, {0x02000000, "CLONE_NEWCGROUP"},
    {0x04000000, "CLONE_NEWUTS"}, {0x08000000, "CLONE_NEWIPC"},  {0x10000000, "CLONE_NEWUSER"},
    {0x20000000, "CLONE_NEWPID"}, {0x40000000, "CLONE_NEWNET"},
};
constexpr FlagName kSetNamespaceNames[] = {
    {0x80, "CLONE_NEWTIME"},      {0x00020000, "CLONE_NEWNS"},  {0x02000000, "CLONE_NEWCGROUP"},
    {0x04000000, "CLONE_NEWUTS"}, {0x08000000, "CLONE_NEWIPC"}, {0x10000000, "CLONE_NEWUSER"},
    {0x20000000, "CLONE_NEWPID"}, {0x40000000, "CLONE_NEWNET"},
};
constexpr FlagName kPidFdNames[] = {{04000, "PIDFD_NONBLOCK"}};
constexpr FlagName kKcmpNames[] = {{0, "KCMP_FILE"},    {1, "KCMP_VM"},       {2, "KCMP_FILES"},
                                   {3, "KCMP_FS"},      {4, "KCMP_SIGHAND"},  {5, "KCMP_IO"},
                                   {6, "KCMP_SYSVSEM"}, {7, "KCMP_EPOLL_TFD"}};
constexpr FlagName kWaitNames[] = {
    {1, "WNOHANG"},          {4, "WEXITED"},
    {2, "WSTOPPED"},         {8, "WCONTINUED"},
    {0x01000000, "WNOWAIT"}, {0x80000000, "__WCLONE"},
    {0x40000000, "__WALL"},  {0x20000000, "__WNOTHREAD"},
};
constexpr FlagName kIdTypes[] = {{0, "P_ALL"}, {1, "P_PID"}, {2, "P_PGID"}, {3, "P_PIDFD"}};
constexpr FlagName kMaskHows[] = {{0, "SIG_BLOCK"}, {1, "SIG_UNBLOCK"}, {2, "SIG_SETMASK"}};
constexpr FlagName kResourceNames[] = {
    {0, "RLIMIT_CPU"},       {1, "RLIMIT_FSIZE"}, {2, "RLIMIT_DATA"},    {3, "RLIMIT_STACK"},
    {4, "RLIMIT_CORE"},      {5, "RLIMIT_RSS"},   {6, "RLIMIT_NPROC"},   {7, "RLIMIT_NOFILE"},
    {8, "RLIMIT_MEMLOCK"},   {9, "RLIMIT_AS"},    {10, "RLIMIT_LOCKS"},  {11, "RLIMIT_SIGPENDING"},
    {12, "RLIMIT_MSGQUEUE"}, {13, "RLIMIT_NICE"}, {14, "RLIMIT_RTPRIO"}, {15, "RLIMIT_RTTIME"},
};
constexpr FlagName kUsageNames[] = {{0, "RUSAGE_SELF"},
                                    {1, "RUSAGE_THREAD"},
                                    {0xffffffff, "RUSAGE_CHILDREN"},
                                    {0xfffffffe, "RUSAGE_BOTH"}};
constexpr FlagName kClockNames[] = {
    {0, "CLOCK_REALTIME"},          {1, "CLOCK_MONOTONIC"},     {2, "CLOCK_PROCESS_CPUTIME_ID"},
    {3, "CLOCK_THREAD_CPUTIME_ID"}, {4, "CLOCK_MONOTONIC_RAW"}, {5, "CLOCK_REALTIME_COARSE"},
    {6, "CLOCK_MONOTONIC_COARSE"},  {7, "CLOCK_BOOTTIME"},      {8, "CLOCK_REALTIME_ALARM"},
    {9, "CLOCK_BOOTTIME_ALARM"},    {10, "CLOCK_SGI_CYCLE"},    {11, "CLOCK_TAI"},
};
constexpr FlagName kTimerNames[] = {{1, "TIMER_ABSTIME"}};
constexpr FlagName kItimerNames[] = {{0, "ITIMER_REAL"}, {1, "ITIMER_VIRTUAL"}, {2, "ITIMER_PROF"}};
constexpr FlagName kPrctlNames[] = {
    {1, "PR_SET_PDEATHSIG"},
    {2, "PR_GET_PDEATHSIG"},
    {3, "PR_GET_DUMPABLE"},
    {4, "PR_SET_DUMPABLE"},
    {5, "PR_GET_UNALIGN"},
    {6, "PR_SET_UNALIGN"},
    {7, "PR_GET_KEEPCAPS"},
    {8, "PR_SET_KEEPCAPS"},
    {9, "PR_GET_FPEMU"},
    {10, "PR_SET_FPEMU"},
    {11, "PR_GET_FPEXC"},
    {12, "PR_SET_FPEXC"},
    {13, "PR_GET_TIMING"},
    {14, "PR_SET_TIMING"},
    {15, "PR_SET_NAME"},
    {16, "PR_GET_NAME"},
    {19, "PR_GET_ENDIAN"},
    {20, "PR_SET_ENDIAN"},
    {21, "PR_GET_SECCOMP"},
    {22, "PR_SET_SECCOMP"},
    {23, "PR_CAPBSET_READ"},
    {24, "PR_CAPBSET_DROP"},
    {25, "PR_GET_TSC"},
    {26, "PR_SET_TSC"},
    {27, "PR_GET_SECUREBITS"},
    {28, "PR_SET_SECUREBITS"},
    {29, "PR_SET_TIMERSLACK"},
    {30, "PR_GET_TIMERSLACK"},
    {31, "PR_TASK_PERF_EVENTS_DISABLE"},
    {32, "PR_TASK_PERF_EVENTS_ENABLE"},
    {33, "PR_MCE_KILL"},
    {34, "PR_MCE_KILL_GET"},
    {35, "PR_SET_MM"},
    {36, "PR_SET_CHILD_SUBREAPER"},
    {37, "PR_GET_CHILD_SUBREAPER"},
    {38, "PR_SET_NO_NEW_PRIVS"},
    {39, "PR_GET_NO_NEW_PRIVS"},
    {40, "PR_GET_TID_ADDRESS"},
    {41, "PR_SET_THP_DISABLE"},
    {42, "PR_GET_THP_DISABLE"},
    {43, "PR_MPX_ENABLE_MANAGEMENT"},
    {44, "PR_MPX_DISABLE_MANAGEMENT"},
    {45, "PR_SET_FP_MODE"},
    {46, "PR_GET_FP_MODE"},
    {47, "PR_CAP_AMBIENT"},
    {50, "PR_SVE_SET_VL"},
    {51, "PR_SVE_GET_VL"},
    {52, "PR_GET_SPECULATION_CTRL"},
    {53, "PR_SET_SPECULATION_CTRL"},
    {54, "PR_PAC_RESET_KEYS"},
    {55, "PR_SET_TAGGED_ADDR_CTRL"},
    {56, "PR_GET_TAGGED_ADDR_CTRL"},
    {57, "PR_SET_IO_FLUSHER"},
    {58, "PR_GET_IO_FLUSHER"},
    {59, "PR_SET_SYSCALL_USER_DISPATCH"},
    {60, "PR_PAC_SET_ENABLED_KEYS"},
    {61, "PR_PAC_GET_ENABLED_KEYS"},
    {62, "PR_SCHED_CORE"},
    {63, "PR_SME_SET_VL"},
    {64, "PR_SME_GET_VL"},
    {0x53564d41, "PR_SET_VMA"},
    {0x59616d61, "PR_SET_PTRACER"},
};
constexpr FlagName kFutexCommands[] = {
    {0, "FUTEX_WAIT"},
    {1, "FUTEX_WAKE"},
    {2, "FUTEX_FD"},
    {3, "FUTEX_REQUEUE"},
    {4, "FUTEX_CMP_REQUEUE"},
    {5, "FUTEX_WAKE_OP"},
    {6, "FUTEX_LOCK_PI"},
    {7, "FUTEX_UNLOCK_PI"},
    {8, "FUTEX_TRYLOCK_PI"},
    {9, "FUTEX_WAIT_BITSET"},
    {10, "FUTEX_WAKE_BITSET"},
    {11, "FUTEX_WAIT_REQUEUE_PI"},
    {12, "FUTEX_CMP_REQUEUE_PI"},
    {13, "FUTEX_LOCK_PI2"},
};
constexpr FlagName kRandomNames[] = {
    {1, "GRND_NONBLOCK"}, {2, "GRND_RANDOM"}, {4, "GRND_INSECURE"}};

}  // namespace

void TracePrinter::print(OpenFlags v) {
  const bool has_mode = is_call(abi::kCallOpenat) || is_call(abi::kCallOpenByHandleAt);
  append(has_mode ? open_flags_text(v.bits) : status_flags_text(v.bits));
}
void TracePrinter::print(AtFlags v) {
  switch (registers_.number) {
    case abi::kCallFaccessat2: return append(flags_text(v.bits, kAccessAtNames));
    case abi::kCallNameToHandleAt: return append(flags_text(v.bits, kHandleAtNames));
    case abi::kCallStatx: {
      const u32 sync = v.bits & kStatxSyncBits, rest = v.bits & ~kStatxSyncBits;
      append(flags_text(sync, kStatxSync, "AT_STATX_SYNC_AS_STAT"));
      const std::string others = flags_text(rest, kAtNames, "", "AT_???");
      if (rest != 0) append("|" + others.substr(0, others.find(" /*")));
      return;
    }
    default: return append(flags_text(v.bits, kAtNames));
  }
}
void TracePrinter::print(FileMode v) { append(mode_text(v.bits)); }
void TracePrinter::print(AccessMode v) { append(flags_text(v.bits, kAccessNames, "F_OK", "?_OK")); }
void TracePrinter::print(FcntlCommand v) { append(choice_text(v.bits, kFcntlNames)); }
void TracePrinter::print(FlockOperation v) { append(flags_text(v.bits, kFlockNames)); }
void TracePrinter::print(SeekWhence v) { append(choice_text(v.bits, kWhenceNames)); }
void TracePrinter::print(FallocateMode v) { append(flags_text(v.bits, kFallocateNames)); }
void TracePrinter::print(RenameFlags v) {
  append(flags_text(v.bits, kRenameNames, "0", "RENAME_??"));
}
void TracePrinter::print(StatxMask v) { append(flags_text(v.bits, kStatxNames)); }
void TracePrinter::print(RwFlags v) { append(flags_text(v.bits, kRwNames)); }
void TracePrinter::print(SpliceFlags v) { append(flags_text(v.bits, kSpliceNames)); }
void TracePrinter::print(EventFdFlags v) { append(flags_text(v.bits, kEventFdNames)); }
void TracePrinter::print(EpollFlags v) { append(flags_text(v.bits, kEpollNames)); }
void TracePrinter::print(EpollOperation v) { append(choice_text(v.bits, kEpollOperations)); }
void TracePrinter::print(TimerFdFlags v) { append(flags_text(v.bits, kTimerFdNames)); }
void TracePrinter::print(SignalFdFlags v) { append(flags_text(v.bits, kSignalFdNames)); }
void TracePrinter::print(MemfdFlags v) { append(flags_text(v.bits, kMemfdNames)); }
void TracePrinter::print(CloseRangeFlags v) { append(flags_text(v.bits, kCloseRangeNames)); }
void TracePrinter::print(UnmountFlags v) { append(flags_text(v.bits, kUnmountNames)); }
void TracePrinter::print(MountFlags v) { append(flags_text(v.bits, kMountNames)); }
void TracePrinter::print(ProtectionFlags v) {
  append(flags_text(v.bits, kProtectionNames, "PROT_NONE"));
}
void TracePrinter::print(MapFlags v) {
  append(choice_text(v.bits & abi::kMapTypeMask, kMapTypes));
  const u32 rest = v.bits & ~abi::kMapTypeMask;
  if (rest != 0) append("|" + flags_text(rest, kMapNames));
}
void TracePrinter::print(RemapFlags v) { append(flags_text(v.bits, kRemapNames)); }
void TracePrinter::print(MadviseAdvice v) { append(choice_text(v.bits, kMadviseNames)); }
void TracePrinter::print(MsyncFlags v) { append(flags_text(v.bits, kMsyncNames)); }
void TracePrinter::print(MlockFlags v) { append(flags_text(v.bits, kMlockNames)); }
void TracePrinter::print(PkeyRights v) { append(flags_text(v.bits, kPkeyRights, "0", "PKEY_???")); }
void TracePrinter::print(MemoryPolicy v) {
  append(choice_text(v.bits & ~kPolicyModeBits, kPolicyModes));
  const u32 flags = v.bits & kPolicyModeBits;
  if (flags != 0) append("|" + flags_text(flags, kPolicyModeFlags));
}
void TracePrinter::print(MemoryPolicyFlags v) {
  append(is_call(abi::kCallGetMempolicy) ? flags_text(v.bits, kPolicyGetFlags, "0", "MPOL_???")
                                         : flags_text(v.bits, kPolicyMoveFlags, "0", "MPOL_???"));
}
void TracePrinter::print(CloneFlags v) {
  constexpr u64 kSignalBits = 0xff;
  const u64 signal = v.bits & kSignalBits;
  const u64 rest = v.bits & ~kSignalBits;
  if (rest != 0 || signal == 0) append(flags_text(rest, kCloneNames));
  if (signal != 0) append((rest != 0 ? "|" : "") + signal_text(static_cast<i64>(signal)));
}
void TracePrinter::print(UnshareFlags v) {
  switch (registers_.number) {
    case abi::kCallUnshare: return append(flags_text(v.bits, kUnshareNames));
    case abi::kCallSetns: return append(flags_text(static_cast<u32>(v.bits), kSetNamespaceNames));
    default: return append(flags_text(v.bits, kCloneNames));
  }
}
void TracePrinter::print(PidFdFlags v) { append(flags_text(v.bits, kPidFdNames)); }
void TracePrinter::print(KcmpType v) { append(choice_text(static_cast<u32>(v.bits), kKcmpNames)); }
void TracePrinter::print(WaitFlags v) { append(flags_text(v.bits, kWaitNames, "0", "W???")); }
void TracePrinter::print(IdType v) { append(choice_text(v.bits, kIdTypes)); }
void TracePrinter::print(SignalNumber v) { append(signal_text(v.bits)); }
void TracePrinter::print(SigMaskHow v) { append(choice_text(v.bits, kMaskHows)); }
void TracePrinter::print(ResourceNumber v) { append(choice_text(v.bits, kResourceNames)); }
void TracePrinter::print(RusageWho v) {
  append(choice_text(static_cast<u32>(v.bits), kUsageNames));
}
void TracePrinter::print(ClockId v) { append(choice_text(static_cast<u32>(v.bits), kClockNames)); }
void TracePrinter::print(TimerFlags v) {
  append(is_call(abi::kCallTimerfdSettime) ? flags_text(v.bits, kTimerFdNames)
                                           : flags_text(v.bits, kTimerNames));
}
void TracePrinter::print(TimerId v) { print(v.bits); }
void TracePrinter::print(ItimerKind v) { append(choice_text(v.bits, kItimerNames)); }
void TracePrinter::print(PrctlOption v) {
  append(choice_text(static_cast<u32>(v.bits), kPrctlNames));
}
void TracePrinter::print(FutexOperation v) {
  const u32 command = v.bits & abi::kFutexCommandMask;
  const bool is_known = command < std::size(kFutexCommands);
  append(choice_text(is_known ? command : v.bits & ~abi::kFutexClockRealtime, kFutexCommands));
  if (is_known && v.has(abi::kFutexPrivateFlag))
    append(command == abi::kFutexFd ? "|FUTEX_PRIVATE_FLAG" : "_PRIVATE");
  if (v.has(abi::kFutexClockRealtime)) append("|FUTEX_CLOCK_REALTIME");
}
void TracePrinter::print(RandomFlags v) { append(flags_text(v.bits, kRandomNames)); }
void TracePrinter::print(DeviceNumber v) { append(device_text(v.bits)); }

}  // namespace kemu
