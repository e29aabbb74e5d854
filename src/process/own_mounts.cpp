#include "process/own_mounts.h"

#include "fs/dev_fs.h"
#include "process/kernel_copy.h"
#include "process/procfs.h"
#include "process/sysfs.h"

namespace kemu {

namespace {

using MakeRoot = std::shared_ptr<Inode> (*)(Kernel& kernel);

Mount own_mount(Kernel& kernel, MakeRoot make, std::string type, std::string source) {
  Mount mount;
  mount.root = make(kernel);
  mount.type = std::move(type);
  mount.source = std::move(source);
  mount.remake = [make](MachineCopy& copy) { return make(of_kernel(copy).kernel()); };
  return mount;
}

std::shared_ptr<Inode> make_devices(Kernel& kernel) {
  return make_dev_fs(kernel.entropy(), kernel.console(), kernel.terminal_signals());
}

}  // namespace

Mount proc_mount(Kernel& kernel) { return own_mount(kernel, make_proc_fs, "proc", "proc"); }
Mount sys_mount(Kernel& kernel) { return own_mount(kernel, make_sys_fs, "sysfs", "sysfs"); }
Mount device_mount(Kernel& kernel) { return own_mount(kernel, make_devices, "devtmpfs", "dev"); }

}  // namespace kemu
