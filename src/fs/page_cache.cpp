#include "fs/page_cache.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>

#include "fs/host_io.h"

namespace kemu {

namespace {

/// Files nobody maps keep at most this share of the pool, and this many host descriptors.
constexpr u64 kIdleShare = 4;
constexpr u64 kIdleFilesMax = 256;
/// One look at their names for so many files that become idle.
constexpr u64 kUnmappedPerLook = 16;
/// Pages read at once around the one asked for: one host call instead of sixteen.
constexpr u64 kCluster = 8;

u64 page_of(u64 offset) { return offset / kPageSize; }

/// What tells one content of a file from the next.
struct Version {
  u64 size = 0;
  Nanoseconds modified = 0;
  Nanoseconds changed = 0;
  friend bool operator==(const Version&, const Version&) = default;
};

Result<Version> version_of(int fd) {
  const FileStatus status = TRY(host_status(fd));
  return Version{status.size, status.modified, status.changed};
}

}  // namespace

/// The cached pages of one content of one file.
class PageCache::File {
 public:
  File(FramePool& pool, FileId id, UniqueFd fd, Version version)
      : pool_(pool), id_(id), fd_(std::move(fd)), version_(version) {}
  ~File() {
    for (const auto& [index, frame] : frames_) pool_.release(frame);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  const FileId& id() const { return id_; }
  const Version& version() const { return version_; }
  u64 frame_count() const { return frames_.size(); }
  void update_version() {
    if (auto now = version_of(fd_.get()); now.ok()) version_ = *now;
  }
  bool is_unlinked() const {
    const auto status = host_status(fd_.get());
    return status.ok() && status->links == 0;
  }
  /// A descriptor that may write, from the first shared writable mapping on.
  void set_writable(UniqueFd fd) {
    if (!write_fd_) write_fd_ = std::move(fd);
  }

  std::optional<Frame> find(u64 index) const {
    const auto found = frames_.find(index);
    if (found == frames_.end()) return std::nullopt;
    return found->second;
  }
  /// Reads page `index`, and absent neighbours with it. ENXIO beyond the end.
  Result<Frame> page_in(u64 index);
  Result<Unit> write_back(u64 index);
  void write_back_all();
  void write_back_range(u64 offset, u64 size);
  Result<Unit> punch_hole(u64 offset, u64 size);
  void refresh(u64 offset, u64 size);
  void cut(u64 size);

  u64 mappings = 0;
  u64 shared_writable = 0;
  /// Its place among the idle files; nothing while somebody maps it.
  std::optional<std::list<std::shared_ptr<File>>::iterator> idle_place;

 private:
  Result<u64> read_into(const HostSpans& spans, u64 first_page) {
    return host_read_at(fd_.get(), spans, first_page * kPageSize);
  }

  FramePool& pool_;
  FileId id_;
  UniqueFd fd_;
  UniqueFd write_fd_;
  Version version_;
  std::unordered_map<u64, Frame> frames_;
};

Result<Frame> PageCache::File::page_in(u64 index) {
  if (index >= page_of(std::numeric_limits<i64>::max())) return Errno::ENXIO;
  u64 first = index;
  u64 last = index;
  const u64 cluster = index / kCluster * kCluster;
  const u64 file_pages = (version_.size + kPageSize - 1) / kPageSize;
  while (first > cluster && !find(first - 1)) --first;
  while (last + 1 < std::min(cluster + kCluster, file_pages) && !find(last + 1)) ++last;

  std::vector<Frame> frames;
  HostSpans spans;
  for (u64 page = first; page <= last; ++page) {
    auto frame = pool_.allocate();
    if (!frame.ok()) {
      for (Frame taken : frames) pool_.release(taken);
      if (first == last) return frame.error();
      // Not even idle files can make room for the neighbours: the page alone then.
      first = index;
      frames = {TRY(pool_.allocate())};
      spans = {HostSpan(pool_.data(frames.front()), kPageSize)};
      break;
    }
    frames.push_back(*frame);
    spans.emplace_back(pool_.data(*frame), kPageSize);
  }
  const auto read = read_into(spans, first);
  const u64 bytes = read.ok() ? *read : 0;
  for (u64 i = 0; i < frames.size(); ++i) {
    if (i * kPageSize < bytes)
      frames_.emplace(first + i, frames[i]);
    else
      pool_.release(frames[i]);
  }
  if (!read.ok()) return Errno::EIO;
  const auto found = find(index);
  if (!found) return Errno::ENXIO;
  return *found;
}

Result<Unit> PageCache::File::write_back(u64 index) {
  const auto frame = find(index);
  if (!frame || !write_fd_) return Unit{};
  const u64 offset = index * kPageSize;
  const u64 file_size = TRY(host_status(fd_.get())).size;
  if (offset >= file_size) return Unit{};
  const u64 size = std::min(kPageSize, file_size - offset);
  // Nothing tells which pages were written to. Comparing keeps clean ones from moving the mtime, or
  // undoing what host programs wrote.
  std::array<std::byte, kPageSize> there;
  const auto read = host_read_at(fd_.get(), {HostSpan(there.data(), size)}, offset);
  const HostSpan here(pool_.data(*frame), size);
  if (read.ok() && *read == size && std::memcmp(there.data(), here.data(), size) == 0)
    return Unit{};
  TRY(host_write_at(write_fd_.get(), {here}, offset));
  update_version();
  return Unit{};
}

void PageCache::File::write_back_all() {
  // The last mapping is gone: there is nobody left to tell of an error, as after Linux's munmap.
  for (const auto& [index, frame] : frames_) static_cast<void>(write_back(index));
}

void PageCache::File::write_back_range(u64 offset, u64 size) {
  if (size == 0) return;
  const u64 last = page_of(offset + size - 1);
  if (last - page_of(offset) >= frames_.size()) return write_back_all();
  for (u64 index = page_of(offset); index <= last; ++index) static_cast<void>(write_back(index));
}

Result<Unit> PageCache::File::punch_hole(u64 offset, u64 size) {
  if (!write_fd_) return Errno::EOPNOTSUPP;
  TRY(host_punch_hole(write_fd_.get(), offset, size));
  refresh(offset, size);
  return Unit{};
}

void PageCache::File::refresh(u64 offset, u64 size) {
  const u64 end = offset + size;
  const auto refresh_page = [&](u64 index, Frame frame) {
    const u64 start = std::max(offset, index * kPageSize);
    const u64 stop = std::min(end, (index + 1) * kPageSize);
    if (start >= stop) return;
    const HostSpan bytes(pool_.data(frame) + start % kPageSize, stop - start);
    static_cast<void>(host_read_at(fd_.get(), {bytes}, start));
    pool_.invalidate_code(frame);
  };
  if (size / kPageSize > frames_.size()) {
    for (const auto& [index, frame] : frames_) refresh_page(index, frame);
  } else {
    for (u64 index = page_of(offset); index * kPageSize < end; ++index)
      if (const auto frame = find(index)) refresh_page(index, *frame);
  }
  update_version();
}

void PageCache::File::cut(u64 size) {
  const u64 kept = (size + kPageSize - 1) / kPageSize;
  std::erase_if(frames_, [&](const auto& entry) {
    if (entry.first < kept) return false;
    pool_.release(entry.second);
    return true;
  });
  const auto last = find(page_of(size));
  if (last && size % kPageSize != 0) {
    std::memset(pool_.data(*last) + size % kPageSize, 0, kPageSize - size % kPageSize);
    pool_.invalidate_code(*last);
  }
  update_version();
}

/// One mmap(2) of a file (and its copies in forked processes).
class PageCache::Mapping : public MappedObject {
 public:
  Mapping(std::shared_ptr<PageCache*> cache, std::shared_ptr<File> file, std::string path,
          FileMapping kind, FramePool& pool)
      : cache_(std::move(cache)),
        file_(std::move(file)),
        path_(std::move(path)),
        kind_(kind),
        pool_(pool) {
    ++file_->mappings;
    if (kind_ == FileMapping::SharedWritable) {
      ++file_->shared_writable;
      ++(*cache_)->shared_writable_;
    }
  }
  ~Mapping() override {
    PageCache* cache = *cache_;
    if (kind_ == FileMapping::SharedWritable) {
      file_->write_back_all();
      --file_->shared_writable;
      if (cache) --cache->shared_writable_;
    }
    --file_->mappings;
    if (cache && file_->mappings == 0) cache->unmapped(file_);
  }

  Result<Frame> page(u64 index) override {
    auto frame = file_->find(index);
    if (!frame) frame = TRY(file_->page_in(index));
    pool_.retain(*frame);
    return *frame;
  }
  Result<Unit> write_back(u64 index) override {
    if (kind_ != FileMapping::SharedWritable) return Unit{};
    return file_->write_back(index);
  }
  Result<Unit> punch_hole(u64 offset, u64 size) override { return file_->punch_hole(offset, size); }
  const void* contents() const override { return file_.get(); }
  Identity identity() const override { return {file_->id().device, file_->id().inode, path_}; }

 private:
  std::shared_ptr<PageCache*> cache_;
  std::shared_ptr<File> file_;
  std::string path_;
  FileMapping kind_;
  FramePool& pool_;
};

PageCache::PageCache(FramePool& pool) : pool_(pool), self_(std::make_shared<PageCache*>(this)) {
  pool_.set_reclaim([this](u64 wanted) { return evict_idle(wanted); });
}

PageCache::~PageCache() {
  pool_.set_reclaim({});
  *self_ = nullptr;
}

std::shared_ptr<PageCache::File> PageCache::find(const FileId& id) const {
  const auto found = files_.find(id);
  return found == files_.end() ? nullptr : found->second;
}

Result<std::shared_ptr<MappedObject>> PageCache::map(int fd, const FileId& id, std::string path,
                                                     FileMapping kind) {
  const Version version = TRY(version_of(fd));
  UniqueFd write_fd;
  if (kind == FileMapping::SharedWritable) write_fd = TRY(host_duplicate(fd));
  std::shared_ptr<File> file = find(id);
  // While guests write to the frames these are the truth, whoever else changed the file.
  if (file && file->version() != version && file->shared_writable == 0) {
    forget(file);
    file = nullptr;
  }
  if (!file) {
    // A descriptor that can surely read: `fd` is open for that, or mmap(2) had refused.
    file = std::make_shared<File>(pool_, id, TRY(host_duplicate(fd)), version);
    files_.emplace(id, file);
  }
  if (write_fd) file->set_writable(std::move(write_fd));
  mapped(file);
  return std::make_shared<Mapping>(self_, std::move(file), std::move(path), kind, pool_);
}

void PageCache::mapped(const std::shared_ptr<File>& file) {
  if (!file->idle_place) return;
  idle_frames_ -= file->frame_count();
  idle_.erase(*file->idle_place);
  file->idle_place.reset();
}

void PageCache::unmapped(const std::shared_ptr<File>& file) {
  // A file that changed meanwhile is no longer known: its frames go with the last mapping.
  if (find(file->id()) != file) return;
  file->idle_place = idle_.insert(idle_.end(), file);
  idle_frames_ += file->frame_count();
  const u64 most = pool_.size() / kPageSize / kIdleShare;
  if (idle_frames_ > most) evict_idle(idle_frames_ - most);
  if (idle_.size() > kIdleFilesMax) forget(std::shared_ptr<File>(idle_.front()));
  if (++unmapped_ % kUnmappedPerLook == 0) forget_unlinked();
}

/// Nobody can map a file again that has no name: a program that was built, run and removed.
void PageCache::forget_unlinked() {
  const auto idle = idle_;
  for (const std::shared_ptr<File>& file : idle)
    if (file->is_unlinked()) forget(file);
}

void PageCache::forget(const std::shared_ptr<File>& file) {
  mapped(file);  // out of the idle list
  files_.erase(file->id());
}

u64 PageCache::evict_idle(u64 wanted) {
  u64 freed = 0;
  while (freed < wanted && !idle_.empty()) {
    const std::shared_ptr<File> oldest = idle_.front();
    freed += oldest->frame_count();
    forget(oldest);
  }
  return freed;
}

void PageCache::flush(const FileId& id, u64 offset, u64 size) {
  const auto file = find(id);
  if (file && file->shared_writable > 0) file->write_back_range(offset, size);
}

void PageCache::refresh(const FileId& id, u64 offset, u64 size) {
  if (const auto file = find(id)) file->refresh(offset, size);
}

void PageCache::cut(const FileId& id, u64 size) {
  const auto file = find(id);
  if (!file) return;
  const u64 before = file->frame_count();
  file->cut(size);
  if (file->idle_place) idle_frames_ -= before - file->frame_count();
  if (file->mappings > 0)
    pool_.unmap({file.get(), (size + kPageMask) / kPageSize, ~u64{0}, nullptr});
}

}  // namespace kemu
