#ifndef PECG_WORKER_FILE_SAFETENSORS_H_
#define PECG_WORKER_FILE_SAFETENSORS_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pecg {

/// Element types of the format that are read and written here.
enum class TensorType : std::uint8_t {
  kBool,
  kU8,
  kI8,
  kU16,
  kI16,
  kF16,
  kBF16,
  kU32,
  kI32,
  kF32,
  kU64,
  kI64,
  kF64
};

/// `F32` and so on, as the file spells it.
std::string_view NameOf(TensorType type);

/// Bytes per element.
std::size_t SizeOf(TensorType type);

/// The TensorType of a C++ number: float -> kF32, std::int64_t -> kI64 and so on.
template <typename T>
constexpr TensorType TensorTypeOf();
template <>
constexpr TensorType TensorTypeOf<bool>() {
  return TensorType::kBool;
}
template <>
constexpr TensorType TensorTypeOf<std::uint8_t>() {
  return TensorType::kU8;
}
template <>
constexpr TensorType TensorTypeOf<std::int8_t>() {
  return TensorType::kI8;
}
template <>
constexpr TensorType TensorTypeOf<std::uint16_t>() {
  return TensorType::kU16;
}
template <>
constexpr TensorType TensorTypeOf<std::int16_t>() {
  return TensorType::kI16;
}
template <>
constexpr TensorType TensorTypeOf<std::uint32_t>() {
  return TensorType::kU32;
}
template <>
constexpr TensorType TensorTypeOf<std::int32_t>() {
  return TensorType::kI32;
}
template <>
constexpr TensorType TensorTypeOf<float>() {
  return TensorType::kF32;
}
template <>
constexpr TensorType TensorTypeOf<std::uint64_t>() {
  return TensorType::kU64;
}
template <>
constexpr TensorType TensorTypeOf<std::int64_t>() {
  return TensorType::kI64;
}
template <>
constexpr TensorType TensorTypeOf<double>() {
  return TensorType::kF64;
}

/// One tensor of a file: row-major, little-endian.
struct TensorView {
  TensorType type = TensorType::kF32;
  std::vector<std::int64_t> shape;   ///< Empty for a scalar; a 0 makes it an empty tensor.
  std::span<const std::byte> bytes;  ///< Of any alignment.
};

/// A safetensors file in memory. Immutable, so thread-safe. Views live as long as this.
/// Source: huggingface/safetensors, README and tensor.rs.
class SafetensorsFile {
 public:
  /// Reads a file. Throws as Parse, and kNotFound, kIo; kUnsupported with a hint for a pickle
  /// (`.pt`, `.pth`, `.pkl`).
  static SafetensorsFile Read(const std::filesystem::path& path);

  /// Checks all of the format: a header of at most 16 MiB that lies inside the file and starts
  /// with `{`; no name twice; known element types; shapes whose product does not overflow and
  /// gives just the bytes the offsets span; no hole, no overlap, nothing behind the last tensor;
  /// string-to-string metadata. Throws kCorruptData or kUnsupported naming `where` and the tensor.
  static SafetensorsFile Parse(std::vector<std::byte> bytes, const std::string& where);

  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  const std::map<std::string, TensorView, std::less<>>& tensors() const { return tensors_; }

  /// One metadata value. Throws kNotFound naming the file and the key.
  const std::string& Metadata(const std::string& key) const;

  /// One tensor by name. Throws kNotFound naming the file and the tensor.
  const TensorView& Find(std::string_view name) const;

  /// Copies the elements of a tensor. Throws kNotFound, and kBadInput for another element type.
  template <typename T>
  std::vector<T> Values(std::string_view name) const {
    const TensorView& tensor = FindTyped(name, TensorTypeOf<T>());
    std::vector<T> values(tensor.bytes.size() / sizeof(T));
    CopyBytes(tensor, values.data());
    return values;
  }

 private:
  const TensorView& FindTyped(std::string_view name, TensorType type) const;
  static void CopyBytes(const TensorView& tensor, void* destination);

  std::string where_;
  // Behind a pointer, so that the views survive a move.
  std::unique_ptr<const std::vector<std::byte>> bytes_;
  std::map<std::string, std::string> metadata_;
  std::map<std::string, TensorView, std::less<>> tensors_;
};

/// Collects tensors and writes them as one safetensors file. The same contents give the same
/// bytes: tensors are laid out by element size (largest first, so that all are aligned), then by
/// name. Not thread-safe.
class SafetensorsWriter {
 public:
  void SetMetadata(const std::string& key, const std::string& value);

  /// Adds a tensor. `values` is not copied and must live until Write.
  /// Throws kBadInput where shape and values disagree, kDuplicate for a name given before.
  template <typename T>
  void Add(const std::string& name, const std::vector<std::int64_t>& shape,
           std::span<const T> values) {
    AddBytes(name, TensorTypeOf<T>(), shape, std::as_bytes(values));
  }
  void AddBytes(const std::string& name, TensorType type, std::vector<std::int64_t> shape,
                std::span<const std::byte> bytes);

  /// Writes the file by rename. Throws kDiskFull, kIo; kBadInput for a header above 16 MiB or
  /// text that is not UTF-8.
  void Write(const std::filesystem::path& path) const;

 private:
  std::string Header() const;
  std::vector<const std::pair<const std::string, TensorView>*> InFileOrder() const;

  std::map<std::string, std::string> metadata_;
  std::map<std::string, TensorView> tensors_;
};

}  // namespace pecg

#endif  // PECG_WORKER_FILE_SAFETENSORS_H_
