#include "fs/socket_table.h"

#include <fmt/format.h>
#include <linux/in.h>
#include <linux/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <bit>

#include "base/abi/ioctl.h"

// What the host tells of a socket that a guest has open, in the words of its own tables.

namespace kemu {

namespace {

constexpr i32 kSoMemoryInfo = 55;  // its first numbers: bytes received, their limit, bytes sent
constexpr u32 kEstablished = 1, kClosed = 7, kListening = 10;
constexpr u32 kJiffy = 10000;  // USER_HZ, in microseconds
constexpr u32 kInfiniteThreshold = 0x7fffffff;

template <typename T>
T option_value(Socket& socket, i32 level, i32 name) {
  T value{};
  const auto bytes = socket.option(level, name, sizeof value);
  if (bytes.ok() && !bytes->empty()) std::memcpy(&value, bytes->data(), bytes->size());
  return value;
}

u32 asked(Socket& socket, unsigned long request) {
  int value = 0;
  const bool told = socket.host_fd() >= 0 && ::ioctl(socket.host_fd(), request, &value) == 0;
  return told ? static_cast<u32>(value) : 0;
}

struct Endpoint {
  std::array<u32, 4> words{};  // in network order, shown as this machine reads them
  u16 port = 0;
};

Endpoint endpoint(const Result<SocketAddress>& address) {
  constexpr u64 kPortOffset = 2, kAddressOffset = 4, kAddress6Offset = 8;
  Endpoint found;
  if (!address.ok() || address->size < kAddressOffset) return found;
  u16 port;
  std::memcpy(&port, address->bytes.data() + kPortOffset, sizeof port);
  found.port = std::rotl(port, 8);
  const bool six = address->family() == abi::kAfInet6;
  std::memcpy(found.words.data(), address->bytes.data() + (six ? kAddress6Offset : kAddressOffset),
              six ? sizeof found.words : sizeof found.words[0]);
  return found;
}

std::string shown(const Endpoint& of, i32 family) {
  std::string text;
  const std::size_t words = family == abi::kAfInet6 ? of.words.size() : 1;
  for (std::size_t i = 0; i < words; ++i) text += fmt::format("{:08X}", of.words[i]);
  return text + fmt::format(":{:04X}", of.port);
}

struct Queues {
  u32 sent = 0;
  u32 received = 0;
};

/// get_tcp4_sock(): a listener's queue is of connections.
Queues stream_queues(Socket& socket, const tcp_info& info) {
  if (info.tcpi_state == kListening) return {0, info.tcpi_unacked};
  return {asked(socket, abi::kTioOutputQueue), asked(socket, abi::kFioReadable)};
}

Queues packet_queues(Socket& socket) {
  const auto memory = option_value<std::array<u32, 9>>(socket, abi::kSolSocket, kSoMemoryInfo);
  return {memory[2], memory[0]};
}

/// What only the tables of TCP end with: timeouts, and the windows of congestion control.
std::string stream_end(const tcp_info& info) {
  const i64 threshold =
      info.tcpi_snd_ssthresh >= kInfiniteThreshold ? -1 : i64{info.tcpi_snd_ssthresh};
  return fmt::format(" {} {} {} {} {}", info.tcpi_rto / kJiffy, info.tcpi_ato / kJiffy, 0,
                     info.tcpi_snd_cwnd, info.tcpi_state == kListening ? 0 : threshold);
}

}  // namespace

std::optional<std::string> SocketTable::line(Socket& socket, u64 index) const {
  if (socket.family() != family) return std::nullopt;
  const bool raw = protocol == 0;
  if (raw != (socket.type() == abi::kSockRaw)) return std::nullopt;
  const i32 spoken = option_value<i32>(socket, abi::kSolSocket, abi::kSoProtocol);
  if (!raw && spoken != protocol) return std::nullopt;
  const bool stream = protocol == IPPROTO_TCP;
  const auto info = stream ? option_value<tcp_info>(socket, IPPROTO_TCP, TCP_INFO) : tcp_info{};
  Endpoint local = endpoint(socket.name());
  const auto peer = socket.peer_name();
  const Endpoint remote = endpoint(peer);
  if (raw) local.port = static_cast<u16>(spoken);
  const u32 state = stream ? info.tcpi_state : peer.ok() ? kEstablished : kClosed;
  if (stream ? state == kClosed : local.port == 0) return std::nullopt;
  const Queues queues = stream ? stream_queues(socket, info) : packet_queues(socket);
  const auto status = socket.status();
  std::string text = fmt::format(
      "{:{}}: {} {} {:02X} {:08X}:{:08X} {:02X}:{:08X} {:08X} {:5} {:8} {} 1 {:016x}", index,
      stream ? 4 : 5, shown(local, family), shown(remote, family), state, queues.sent,
      queues.received, 0, 0, info.tcpi_retransmits, status.ok() ? status->uid : 0, info.tcpi_probes,
      status.ok() ? status->inode : 0, 0);
  text += stream ? stream_end(info) : " 0";
  if (text.size() < width) text.resize(width, ' ');
  return text + '\n';
}

}  // namespace kemu
