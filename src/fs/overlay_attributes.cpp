#include "fs/overlay_inode.h"

// Extended attributes of an overlay's files: those of the file that shows, but for the marks by
// which overlays know their own directories (fs/overlayfs/xattrs.c).

namespace kemu {

namespace {

bool is_mark(std::string_view name) {
  return name.starts_with("trusted.overlay.") || name.starts_with("user.overlay.");
}

/// Runs `visit` on each of the names in a list, a NUL behind each.
template <typename Visit>
void for_each_name(std::string_view names, Visit visit) {
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find('\0'));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    visit(name);
  }
}

}  // namespace

Result<std::string> OverlayInode::attribute(const std::string& name) {
  if (is_mark(name)) return Errno::ENODATA;
  return real().attribute(name);
}

Result<Unit> OverlayInode::set_attribute(const std::string& name, std::string_view value,
                                         AttributeMode mode) {
  if (is_mark(name)) return Errno::EOPNOTSUPP;
  TRY(check_change(name));
  TRY(copy_up());
  return upper_->set_attribute(name, value, mode);
}

Result<Unit> OverlayInode::remove_attribute(const std::string& name) {
  if (is_mark(name)) return Errno::EOPNOTSUPP;
  TRY(check_change(name));
  if (!upper_) TRY(real().attribute(name));
  TRY(copy_up());
  return upper_->remove_attribute(name);
}

/// What forbids a change before anything is copied up for it.
Result<Unit> OverlayInode::check_change(const std::string& name) {
  if (!fs_->writable) return Errno::EROFS;
  if (!name.starts_with("user.")) return Unit{};
  if (type_ != FileType::Regular && type_ != FileType::Directory) return Errno::EPERM;
  return check_access(2);
}

Result<std::string> OverlayInode::list_attributes() {
  const std::string all = TRY(real().list_attributes());
  std::string shown;
  for_each_name(all, [&](std::string_view name) {
    if (!is_mark(name)) shown.append(name).push_back('\0');
  });
  return shown;
}

/// What the upper tree cannot keep is left behind, as ovl_copy_xattr does.
void OverlayInode::copy_extended_attributes() {
  const auto names = lowers_.front()->list_attributes();
  if (!names.ok()) return;
  for_each_name(*names, [&](std::string_view view) {
    const std::string name(view);
    if (is_mark(name)) return;
    const auto value = lowers_.front()->attribute(name);
    if (value.ok()) (void)upper_->set_attribute(name, *value, AttributeMode::Any);
  });
}

}  // namespace kemu
