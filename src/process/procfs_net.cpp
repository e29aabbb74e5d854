#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "fs/socket.h"
#include "fs/socket_table.h"
#include "fs/tree_fs.h"
#include "process/procfs_parts.h"

// /proc/PID/net and ns. Sockets over IP are the host's: their tables are made of those that guests
// have open. Namespaces there is one of each kind.

namespace kemu::procfs {
namespace {

constexpr TreeIdentity kNamespaceFiles{4, 0x6e736673};  // NSFS_MAGIC

struct NetFile {
  std::string_view name;
  std::string_view content;
};

constexpr std::string_view kTcpHeader =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode                                                     \n";
constexpr std::string_view kUdpHeader =
    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode ref pointer drops             \n";
constexpr std::string_view kRawHeader =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode ref pointer drops\n";
constexpr std::string_view kTcp6Header =
    "  sl  local_address                         remote_address                        st tx_queue "
    "rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
constexpr std::string_view kUdp6Header =
    "  sl  local_address                         remote_address                        st tx_queue "
    "rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n";
constexpr std::string_view kDevices =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
    "fifo colls carrier compressed\n"
    "    lo:       0       0    0    0    0     0          0         0        0       0    0    0 "
    "   0     0       0          0\n";
constexpr NetFile kNetFiles[] = {
    {"arp", "IP address       HW type     Flags       HW address            Mask     Device\n"},
    {"dev", kDevices},
    {"dev_mcast", ""},
    {"netlink",
     "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n"},
    {"packet", "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"},
    {"route",
     "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"
     "                                                       \n"},
};
struct NetTable {
  std::string_view name;
  std::string_view header;
  SocketTable table;
};
constexpr i32 kTcp = 6, kUdp = 17;
constexpr NetTable kNetTables[] = {
    {"raw", kRawHeader, {abi::kAfInet, 0, 0}},      {"raw6", kUdp6Header, {abi::kAfInet6, 0, 0}},
    {"tcp", kTcpHeader, {abi::kAfInet, kTcp, 149}}, {"tcp6", kTcp6Header, {abi::kAfInet6, kTcp, 0}},
    {"udp", kUdpHeader, {abi::kAfInet, kUdp, 127}}, {"udp6", kUdp6Header, {abi::kAfInet6, kUdp, 0}},
};
constexpr std::string_view kLoopbackAddress =
    "00000000000000000000000000000001 01 80 10 80       lo\n";
constexpr std::string_view kUnixHeader =
    "Num       RefCount Protocol Flags    Type St Inode Path\n";

/// Visits every socket of the family that somebody has open, once.
template <typename Visit>
void for_each_socket(Kernel& kernel, Visit&& visit) {
  std::set<const FileDescription*> seen;
  for (const auto& [pid, process] : kernel.processes())
    for (const auto& task : process->tasks) {
      if (!task->files) continue;
      for (const i32 number : task->files->numbers()) {
        const auto file = task->files->get(number);
        auto* socket = file.ok() ? dynamic_cast<Socket*>(file->get()) : nullptr;
        if (socket && seen.insert(socket).second) visit(*socket);
      }
    }
}

std::string ip_sockets(Kernel& kernel, const NetTable& of) {
  std::string text(of.header);
  u64 index = 0;
  for_each_socket(kernel, [&](Socket& socket) {
    const auto line = of.table.line(socket, index);
    if (!line) return;
    text += *line;
    ++index;
  });
  return text;
}

/// The address as the table shows it: a path, or '@' and an abstract name; nothing for neither.
std::string unix_name(Socket& socket) {
  const auto address = socket.name();
  constexpr u64 kFamilySize = 2;
  if (!address.ok() || address->size <= kFamilySize) return {};
  const auto bytes = address->view().subspan(kFamilySize);
  std::string name(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (name.front() != '\0') return " " + name.substr(0, name.find('\0'));
  std::replace(name.begin(), name.end(), '\0', '@');
  return " " + name;
}

bool accepts(Socket& socket) {
  constexpr i32 kSoAcceptConn = 30;
  const auto value = socket.option(abi::kSolSocket, kSoAcceptConn, sizeof(u32));
  if (!value.ok()) return false;
  return std::any_of(value->begin(), value->end(), [](std::byte b) { return b != std::byte{0}; });
}

std::string unix_sockets(Kernel& kernel) {
  constexpr u32 kAccepts = 1 << 16;  // __SO_ACCEPTCON
  constexpr u32 kUnconnected = 1, kConnected = 3;
  std::string text(kUnixHeader);
  for_each_socket(kernel, [&](Socket& socket) {
    if (socket.family() != abi::kAfUnix) return;
    const bool connected = socket.peer_name().ok();
    const auto status = socket.status();
    text += fmt::format("{:016x}: {:08X} {:08X} {:08X} {:04X} {:02X} {:5}", 0, connected ? 3 : 2, 0,
                        accepts(socket) ? kAccepts : 0, socket.type(),
                        connected ? kConnected : kUnconnected, status.ok() ? status->inode : 0);
    text += unix_name(socket) + "\n";
  });
  return text;
}

struct Namespace {
  std::string_view link;
  std::string_view kind;
  u64 inode;  // as Linux numbers the first of its kind (linux/proc_ns.h)
};
constexpr Namespace kNamespaces[] = {
    {"cgroup", "cgroup", 0xeffffffb}, {"ipc", "ipc", 0xefffffff},
    {"mnt", "mnt", 0xeffffff8},       {"net", "net", 0xeffffff9},
    {"pid", "pid", 0xeffffffc},       {"pid_for_children", "pid", 0xeffffffc},
    {"time", "time", 0xeffffffa},     {"time_for_children", "time", 0xeffffffa},
    {"user", "user", 0xeffffffd},     {"uts", "uts", 0xeffffffe},
};

std::shared_ptr<Inode> make_namespace_link(Kernel& kernel, const Subject& subject, u64 inode,
                                           const Namespace& space) {
  const auto check = [&kernel, subject]() -> Result<Unit> {
    const Somebody who = TRY(find(kernel, subject));
    if (who.process && !may_look_into(kernel, *who.process)) return Errno::EACCES;
    return Unit{};
  };
  const std::string text = fmt::format("{}:[{}]", space.kind, space.inode);
  return make_tree_link(
      inode,
      [check, text](const Caller&) -> Result<std::string> {
        TRY(check());
        return text;
      },
      [check, text, number = space.inode](const Caller&) -> Result<LinkTarget> {
        TRY(check());
        Dentry place;
        place.name = text;
        place.inode = make_tree_file(
            number, 0444, []() -> Result<std::string> { return Errno::EINVAL; }, kNamespaceFiles);
        return LinkTarget(std::make_shared<const Dentry>(std::move(place)));
      });
}

}  // namespace

std::shared_ptr<Inode> make_net_folder(Kernel& kernel, const Subject&, u64 inode) {
  const u64 own = inode++;
  Entries entries;
  for (const NetFile& file : kNetFiles)
    entries.emplace_back(file.name, make_tree_file(inode++, 0444, [&file] {
                           return Result(std::string(file.content));
                         }));
  for (const NetTable& table : kNetTables)
    entries.emplace_back(table.name, make_tree_file(inode++, 0444, [&kernel, &table] {
                           return Result(ip_sockets(kernel, table));
                         }));
  // The address of lo, unless lo is down.
  const bool up = kernel.options().network != NetworkAccess::None;
  entries.emplace_back("if_inet6", make_tree_file(inode++, 0444, [up] {
                         return Result(std::string(up ? kLoopbackAddress : ""));
                       }));
  entries.emplace_back(
      "unix", make_tree_file(inode++, 0444, [&kernel] { return Result(unix_sockets(kernel)); }));
  return make_fixed_directory(own, std::move(entries));
}

std::shared_ptr<Inode> make_namespace_folder(Kernel& kernel, const Subject& subject, u64 inode) {
  const u64 own = inode++;
  Entries entries;
  for (const Namespace& space : kNamespaces)
    entries.emplace_back(space.link, make_namespace_link(kernel, subject, inode++, space));
  return make_fixed_directory(own, std::move(entries), {}, 0511);
}

}  // namespace kemu::procfs
