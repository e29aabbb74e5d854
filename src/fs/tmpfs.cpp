#include "fs/tmpfs.h"

#include <fmt/format.h>

#include <charconv>

#include "fs/tmpfs_inode.h"

namespace kemu {

namespace {

constexpr u32 kPermissionBits = 07777;

/// A number with k, m, g behind it as Linux's memparse reads it; for sizes also "50%" of `whole`.
Result<u64> parse_amount(std::string_view text, u64 whole) {
  u64 value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return Errno::EINVAL;
  const std::string_view unit(end, static_cast<u64>(text.data() + text.size() - end));
  if (unit == "%" && whole != 0) {
    if (value > 100) return Errno::EINVAL;
    return whole / 100 * value;
  }
  if (unit.empty()) return value;
  const auto shift = std::string_view("kmgt").find(static_cast<char>(unit[0] | 0x20));
  if (unit.size() != 1 || shift == std::string_view::npos) return Errno::EINVAL;
  const u64 bits = 10 * (shift + 1);
  if (value > (u64{INT64_MAX} >> bits)) return Errno::EINVAL;
  return value << bits;
}

Result<u32> parse_number(std::string_view text, int base, u32 most) {
  u32 value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value, base);
  if (error != std::errc() || end != last || value > most) return Errno::EINVAL;
  return value;
}

Result<Unit> apply_option(std::string_view name, std::string_view value, TmpfsOptions& options,
                          FsMachine& machine) {
  if (name == "size") {
    options.size = TRY(parse_amount(value, machine.pool().size()));
    options.size = (options.size + kPageMask) & ~kPageMask;
  } else if (name == "nr_blocks") {
    options.size = TRY(parse_amount(value, 0)) * kPageSize;
  } else if (name == "nr_inodes") {
    options.inodes = TRY(parse_amount(value, 0));
  } else if (name == "mode") {
    options.permissions = TRY(parse_number(value, 8, ~u32{0})) & kPermissionBits;
  } else if (name == "uid") {
    options.uid = TRY(parse_number(value, 10, ~u32{0} - 1));
  } else if (name == "gid") {
    options.gid = TRY(parse_number(value, 10, ~u32{0} - 1));
  } else if (name != "huge" && name != "inode32" && name != "inode64" && name != "noswap") {
    return Errno::EINVAL;
  }
  return Unit{};
}

}  // namespace

TmpfsOptions default_tmpfs_options(FsMachine& machine) {
  TmpfsOptions options;
  options.size = (machine.pool().size() / 2) & ~kPageMask;
  options.inodes = options.size / kPageSize;
  const FileCredentials who = machine.credentials();
  options.uid = who.uid;
  options.gid = who.gid;
  return options;
}

Result<TmpfsOptions> parse_tmpfs_options(std::string_view text, TmpfsOptions options,
                                         FsMachine& machine) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (word.empty()) continue;
    const auto equals = word.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
    TRY(apply_option(word.substr(0, equals), value, options, machine));
  }
  return options;
}

std::string tmpfs_options_text(const TmpfsOptions& options) {
  std::string text;
  if (options.size != 0) text += fmt::format(",size={}k", options.size / 1024);
  if (options.inodes != 0) text += fmt::format(",nr_inodes={}", options.inodes);
  if (options.permissions != 01777) text += fmt::format(",mode={:o}", options.permissions);
  if (options.uid != 0) text += fmt::format(",uid={}", options.uid);
  if (options.gid != 0) text += fmt::format(",gid={}", options.gid);
  return text;
}

std::shared_ptr<Inode> make_tmpfs(FsMachine& machine, const TmpfsOptions& options) {
  auto fs = std::make_shared<Tmpfs>(Tmpfs{machine, options});
  fs->device = machine.next_device();
  fs->blocks->limit = options.size / kPageSize;
  const Ownership owner{options.uid, options.gid, options.permissions};
  return std::make_shared<TmpfsDirectory>(std::move(fs), owner, std::weak_ptr<TmpfsDirectory>());
}

}  // namespace kemu
