#pragma once

#include <memory>
#include <string>
#include <typeindex>
#include <unordered_map>
#include <utility>

namespace kemu {

/// What copying a graph of objects has made so far: whoever shares an object with somebody else
/// shares the copy with the other's copy.
///
/// A class takes part by `std::shared_ptr<T> copy_to(Copies&) const`, virtual in the root of a
/// hierarchy; null says that original and copy may be one object. A class that is reached from its
/// own parts again calls `remember` before it copies them. Copying always goes on to its end; what
/// cannot be copied is refused, and whoever began throws all copies away.
class ObjectCopies {
 public:
  ObjectCopies() = default;
  ObjectCopies(const ObjectCopies&) = delete;
  ObjectCopies& operator=(const ObjectCopies&) = delete;
  virtual ~ObjectCopies() = default;

  /// Null when there is none yet. T is the root of its hierarchy, here and in `remember`.
  template <typename T>
  std::shared_ptr<T> find(const T* original) const {
    const auto found = made_.find(Key{original, typeid(std::remove_const_t<T>)});
    return found == made_.end() ? nullptr : std::static_pointer_cast<T>(found->second);
  }
  template <typename T, typename Copy>
  void remember(const T* original, const std::shared_ptr<Copy>& copy) {
    std::shared_ptr<T> known = std::const_pointer_cast<std::remove_const_t<Copy>>(copy);
    made_.emplace(Key{original, typeid(T)}, std::move(known));
  }

  /// The copy of `original`, made now if it was not before; null for null.
  template <typename T>
  std::shared_ptr<T> of(const std::shared_ptr<T>& original) {
    return copy_of(original, *this);
  }

  /// Something cannot be copied; the first reason counts. It reads on from "cannot take a
  /// snapshot: ".
  void refuse(std::string reason) {
    if (reason_.empty()) reason_ = std::move(reason);
  }
  /// Adds to the reason whose it was.
  void refused_by(const std::string& owner) { reason_ = owner + ": " + reason_; }
  bool refused() const { return !reason_.empty(); }
  const std::string& reason() const { return reason_; }

 protected:
  /// `of` for a derived class, whose objects want to see it as what it is.
  template <typename T, typename Copies>
  static std::shared_ptr<T> copy_of(const std::shared_ptr<T>& original, Copies& copies) {
    if (!original) return nullptr;
    if (auto made = copies.find(original.get())) return made;
    std::shared_ptr<T> made = original->copy_to(copies);
    if (!made) made = original;
    copies.template remember<std::remove_const_t<T>>(original.get(), made);
    return made;
  }

 private:
  struct Key {
    const void* object;
    std::type_index type;  // an object and its first member have one address
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<const void*>()(key.object) ^ key.type.hash_code();
    }
  };
  std::unordered_map<Key, std::shared_ptr<void>, KeyHash> made_;
  std::string reason_;
};

}  // namespace kemu
