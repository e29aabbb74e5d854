#include "fs/file_attributes.h"

namespace kemu {

namespace {

constexpr std::string_view kUser = "user.";
constexpr std::string_view kTrusted = "trusted.";
constexpr std::string_view kSecurity = "security.";
constexpr u32 kMayRead = 4;
constexpr u32 kMayWrite = 2;
constexpr u32 kSticky = 01000;

/// The handlers that fs/xattr.c finds by prefix: EINVAL for a prefix alone.
Result<Unit> check_family(std::string_view name) {
  for (const std::string_view family : {kUser, kTrusted, kSecurity}) {
    if (!name.starts_with(family)) continue;
    if (name.size() == family.size()) return Errno::EINVAL;
    return Unit{};
  }
  return Errno::EOPNOTSUPP;
}

/// xattr_permission(); `access` is kMayRead or kMayWrite.
Result<Unit> check_allowed(std::string_view name, u32 access, const FileStatus& file,
                           const FileCredentials& who) {
  const bool writes = access == kMayWrite;
  if (name.starts_with(kTrusted)) {
    if (who.privileged()) return Unit{};
    return writes ? Errno::EPERM : Errno::ENODATA;
  }
  if (name.starts_with(kSecurity)) {
    if (writes && !who.privileged()) return Errno::EPERM;
    return Unit{};
  }
  if (name.starts_with(kUser)) {
    const bool directory = file.type == FileType::Directory;
    if (file.type != FileType::Regular && !directory) return writes ? Errno::EPERM : Errno::ENODATA;
    if (directory && writes && (file.permissions & kSticky) != 0) TRY(check_owner(file, who));
  }
  return check_permission(file, access, who);
}

}  // namespace

Result<std::string> FileAttributes::get(const std::string& name, const FileStatus& file,
                                        const FileCredentials& who) const {
  TRY(check_allowed(name, kMayRead, file, who));
  TRY(check_family(name));
  const auto found = values_.find(name);
  if (found == values_.end()) return Errno::ENODATA;
  return found->second;
}

Result<Unit> FileAttributes::set(const std::string& name, std::string_view value,
                                 AttributeMode mode, const FileStatus& file,
                                 const FileCredentials& who) {
  TRY(check_allowed(name, kMayWrite, file, who));
  TRY(check_family(name));
  const auto found = values_.find(name);
  const bool there = found != values_.end();
  if (there && mode == AttributeMode::Create) return Errno::EEXIST;
  if (!there && mode == AttributeMode::Replace) return Errno::ENODATA;
  const u64 before = there ? name.size() + found->second.size() : 0;
  const u64 after = bytes_ - before + name.size() + value.size();
  if (after > kMostBytes) return Errno::ENOSPC;
  bytes_ = after;
  values_.insert_or_assign(name, std::string(value));
  return Unit{};
}

Result<Unit> FileAttributes::remove(const std::string& name, const FileStatus& file,
                                    const FileCredentials& who) {
  TRY(check_allowed(name, kMayWrite, file, who));
  TRY(check_family(name));
  const auto found = values_.find(name);
  if (found == values_.end()) return Errno::ENODATA;
  bytes_ -= name.size() + found->second.size();
  values_.erase(found);
  return Unit{};
}

std::string FileAttributes::list() const {
  std::string names;
  for (const auto& [name, value] : values_) names.append(name).push_back('\0');
  return names;
}

}  // namespace kemu
