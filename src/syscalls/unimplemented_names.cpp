#include <algorithm>
#include <array>
#include <utility>

#include "syscalls/table.h"

namespace kemu {

namespace {

using Named = std::pair<u16, std::string_view>;

/// System calls of arm64 Linux without a row in syscalls.def, by number: for the warning alone.
constexpr auto kNames = std::to_array<Named>({
    {0, "io_setup"},
    {1, "io_destroy"},
    {2, "io_submit"},
    {3, "io_cancel"},
    {4, "io_getevents"},
    {18, "lookup_dcookie"},
    {42, "nfsservctl"},
    {104, "kexec_load"},
    {105, "init_module"},
    {106, "delete_module"},
    {162, "setdomainname"},
    {180, "mq_open"},
    {181, "mq_unlink"},
    {182, "mq_timedsend"},
    {183, "mq_timedreceive"},
    {184, "mq_notify"},
    {185, "mq_getsetattr"},
    {186, "msgget"},
    {187, "msgctl"},
    {188, "msgrcv"},
    {189, "msgsnd"},
    {190, "semget"},
    {191, "semctl"},
    {192, "semtimedop"},
    {193, "semop"},
    {194, "shmget"},
    {195, "shmctl"},
    {196, "shmat"},
    {197, "shmdt"},
    {217, "add_key"},
    {218, "request_key"},
    {219, "keyctl"},
    {241, "perf_event_open"},
    {273, "finit_module"},
    {277, "seccomp"},
    {280, "bpf"},
    {282, "userfaultfd"},
    {292, "io_pgetevents"},
    {294, "kexec_file_load"},
    {403, "clock_gettime64"},
    {404, "clock_settime64"},
    {405, "clock_adjtime64"},
    {406, "clock_getres_time64"},
    {407, "clock_nanosleep_time64"},
    {408, "timer_gettime64"},
    {409, "timer_settime64"},
    {410, "timerfd_gettime64"},
    {411, "timerfd_settime64"},
    {412, "utimensat_time64"},
    {413, "pselect6_time64"},
    {414, "ppoll_time64"},
    {416, "io_pgetevents_time64"},
    {417, "recvmmsg_time64"},
    {418, "mq_timedsend_time64"},
    {419, "mq_timedreceive_time64"},
    {420, "semtimedop_time64"},
    {421, "rt_sigtimedwait_time64"},
    {422, "futex_time64"},
    {423, "sched_rr_get_interval_time64"},
    {425, "io_uring_setup"},
    {426, "io_uring_enter"},
    {427, "io_uring_register"},
    {428, "open_tree"},
    {429, "move_mount"},
    {430, "fsopen"},
    {431, "fsconfig"},
    {432, "fsmount"},
    {433, "fspick"},
    {442, "mount_setattr"},
    {443, "quotactl_fd"},
    {444, "landlock_create_ruleset"},
    {445, "landlock_add_rule"},
    {446, "landlock_restrict_self"},
    {447, "memfd_secret"},
    {450, "set_mempolicy_home_node"},
});

}  // namespace

std::string_view unimplemented_name(u64 number) {
  const auto* found = std::find_if(kNames.begin(), kNames.end(),
                                   [&](const Named& named) { return named.first == number; });
  return found == kNames.end() ? std::string_view() : found->second;
}

}  // namespace kemu
