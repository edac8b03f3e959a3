#include "worker/file/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "worker/ecg/error.h"
#include "worker/file/atomic_file.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are used as they lie");

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kHeaderByteLimit = std::uint64_t{16} << 20;
constexpr std::int64_t kFileByteLimit = std::int64_t{16} << 30;
constexpr std::size_t kRankLimit = 64;
constexpr std::string_view kMetadataKey = "__metadata__";

struct TypeRow {
  std::string_view name;
  std::size_t size;
};

// In the order of TensorType.
constexpr std::array<TypeRow, 13> kTypes = {{{"BOOL", 1},
                                             {"U8", 1},
                                             {"I8", 1},
                                             {"U16", 2},
                                             {"I16", 2},
                                             {"F16", 2},
                                             {"BF16", 2},
                                             {"U32", 4},
                                             {"I32", 4},
                                             {"F32", 4},
                                             {"U64", 8},
                                             {"I64", 8},
                                             {"F64", 8}}};

std::optional<TensorType> FindType(std::string_view name) {
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    if (kTypes[i].name == name) return static_cast<TensorType>(i);
  }
  return std::nullopt;
}

[[noreturn]] void Corrupt(const std::string& what, const std::string& where) {
  throw Error(Error::Kind::kCorruptData, what, where, "the safetensors file is damaged");
}

/// Bytes of a tensor of this shape; nothing where they do not fit 63 bits.
std::optional<std::uint64_t> CountBytes(TensorType type, std::span<const std::int64_t> shape) {
  // A 0 makes the product 0, but only if the others are sane: they are multiplied first.
  std::uint64_t count = SizeOf(type);
  bool empty = false;
  for (const std::int64_t size : shape) {
    if (size < 0) return std::nullopt;
    if (size == 0) {
      empty = true;
      continue;
    }
    const auto factor = static_cast<std::uint64_t>(size);
    if (count > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / factor) {
      return std::nullopt;
    }
    count *= factor;
  }
  return empty ? 0 : count;
}

/// What the header says of one tensor.
struct Entry {
  std::string name;
  std::optional<TensorType> type;
  std::optional<std::vector<std::int64_t>> shape;
  std::optional<std::vector<std::int64_t>> offsets;
};

/// Takes the header's JSON event by event, so that neither a name that stands twice nor deep
/// nesting gets through.
class HeaderHandler : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderHandler(const std::string& where) : where_(where) {}

  std::vector<Entry> entries;
  std::map<std::string, std::string> metadata;

  bool start_object(std::size_t /*size*/) override {
    if (state_ == State::kStart) {
      state_ = State::kNames;
    } else if (state_ == State::kNameKnown) {
      state_ = in_metadata_ ? State::kMetadata : State::kFields;
    } else {
      Refuse("an object where none belongs");
    }
    return true;
  }

  bool end_object() override {
    if (state_ == State::kFields) {
      const Entry& entry = entries.back();
      if (!entry.type || !entry.shape || !entry.offsets) {
        Refuse("dtype, shape and data_offsets are not all there");
      }
    }
    state_ = state_ == State::kNames ? State::kEnd : State::kNames;
    return true;
  }

  bool key(std::string& name) override {
    if (state_ == State::kNames) {
      if (!names_.insert(name).second) Refuse("a name stands twice: " + name);
      in_metadata_ = name == kMetadataKey;
      if (!in_metadata_) entries.push_back({.name = name, .type = {}, .shape = {}, .offsets = {}});
      state_ = State::kNameKnown;
      return true;
    }
    if (state_ == State::kMetadata && metadata.contains(name)) {
      Refuse("a metadata key stands twice: " + name);
    }
    key_ = name;
    return true;
  }

  bool string(std::string& value) override {
    if (state_ == State::kMetadata) {
      metadata[key_] = value;
    } else if (state_ == State::kFields && key_ == "dtype" && !entries.back().type) {
      entries.back().type = FindType(value);
      if (!entries.back().type) {
        throw Error(Error::Kind::kUnsupported, "unknown element type: " + value, Place(),
                    "known are BOOL, U8 to U64, I8 to I64, F16, BF16, F32, F64");
      }
    } else {
      Refuse("a string where none belongs");
    }
    return true;
  }

  bool start_array(std::size_t /*size*/) override {
    if (state_ != State::kFields) Refuse("a list where none belongs");
    Entry& entry = entries.back();
    if (key_ == "shape" && !entry.shape) {
      list_ = &entry.shape.emplace();
    } else if (key_ == "data_offsets" && !entry.offsets) {
      list_ = &entry.offsets.emplace();
    } else {
      Refuse("a list where none belongs");
    }
    state_ = State::kNumbers;
    return true;
  }

  bool end_array() override {
    state_ = State::kFields;
    return true;
  }

  bool number_unsigned(number_unsigned_t value) override {
    if (state_ != State::kNumbers) Refuse("a number where none belongs");
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      Refuse(fmt::format("a number too large: {}", value));
    }
    if (list_->size() == kRankLimit) Refuse("a list too long");
    list_->push_back(static_cast<std::int64_t>(value));
    return true;
  }

  bool number_integer(number_integer_t value) override {
    Refuse(fmt::format("a negative number: {}", value));
  }
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    Refuse("not a whole number: " + text);
  }
  bool null() override { Refuse("null where none belongs"); }
  bool boolean(bool /*value*/) override { Refuse("a truth value where none belongs"); }
  bool binary(binary_t& /*value*/) override { Refuse("binary where none belongs"); }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    Corrupt(fmt::format("the header is not valid JSON at its byte {}", position), where_);
  }

 private:
  enum class State { kStart, kNames, kNameKnown, kFields, kNumbers, kMetadata, kEnd };

  std::string Place() const {
    const bool in_entry = state_ == State::kFields || state_ == State::kNumbers;
    return in_entry ? fmt::format("{}, tensor {}", where_, entries.back().name) : where_;
  }

  [[noreturn]] void Refuse(const std::string& what) const { Corrupt(what, Place()); }

  const std::string& where_;
  State state_ = State::kStart;
  bool in_metadata_ = false;
  std::set<std::string, std::less<>> names_;
  std::string key_;
  std::vector<std::int64_t>* list_ = nullptr;
};

/// Requires each entry to span what its shape needs, and all together to cover the buffer.
void CheckLayout(std::vector<Entry>& entries, std::uint64_t buffer_size, const std::string& where) {
  for (const Entry& entry : entries) {
    const std::string place = fmt::format("{}, tensor {}", where, entry.name);
    if (entry.offsets->size() != 2) Corrupt("data_offsets are not two numbers", place);
    const std::int64_t begin = entry.offsets->front();
    const std::int64_t end = entry.offsets->back();
    if (begin > end || static_cast<std::uint64_t>(end) > buffer_size) {
      Corrupt(fmt::format("data_offsets [{}, {}] do not lie in the {} bytes of data", begin, end,
                          buffer_size),
              place);
    }
    const std::optional<std::uint64_t> size = CountBytes(*entry.type, *entry.shape);
    if (!size)
      Corrupt(fmt::format("the shape is too large: [{}]", fmt::join(*entry.shape, ", ")), place);
    if (*size != static_cast<std::uint64_t>(end - begin)) {
      Corrupt(fmt::format("the shape needs {} bytes, data_offsets span {}", *size, end - begin),
              place);
    }
  }
  std::ranges::sort(entries, {}, [](const Entry& entry) { return *entry.offsets; });
  std::int64_t covered = 0;
  for (const Entry& entry : entries) {
    if (entry.offsets->front() != covered) {
      Corrupt(fmt::format("a hole or an overlap at byte {} of the data", covered),
              fmt::format("{}, tensor {}", where, entry.name));
    }
    covered = entry.offsets->back();
  }
  if (static_cast<std::uint64_t>(covered) != buffer_size) {
    Corrupt(fmt::format("the tensors cover {} of {} bytes of data", covered, buffer_size), where);
  }
}

/// The header's text. Requires its length to be sane.
std::string_view HeaderText(std::span<const std::byte> bytes, const std::string& where) {
  if (bytes.size() < kLengthBytes) Corrupt("shorter than the 8 bytes it starts with", where);
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kHeaderByteLimit) {
    Corrupt(fmt::format("the header is longer than {} bytes: {}", kHeaderByteLimit, length), where);
  }
  if (length > bytes.size() - kLengthBytes) {
    Corrupt(fmt::format("the header's {} bytes end behind the file's {}", length, bytes.size()),
            where);
  }
  const std::span<const std::byte> header = bytes.subspan(kLengthBytes, length);
  if (header.empty() || header.front() != std::byte{'{'}) {
    Corrupt("the header does not start with {", where);
  }
  return {reinterpret_cast<const char*>(header.data()), header.size()};
}

void RefusePickle(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  for (const std::string_view pickle : {".pt", ".pth", ".pkl", ".ckpt", ".bin"}) {
    if (extension != pickle) continue;
    throw Error(Error::Kind::kUnsupported, "not a safetensors file: " + extension, path.string(),
                "a pickle can run code; save the weights as safetensors");
  }
}

}  // namespace

std::string_view NameOf(TensorType type) { return kTypes[static_cast<std::size_t>(type)].name; }

std::size_t SizeOf(TensorType type) { return kTypes[static_cast<std::size_t>(type)].size; }

SafetensorsFile SafetensorsFile::Read(const std::filesystem::path& path) {
  RefusePickle(path);
  std::vector<std::byte> bytes;
  ReadWholeFile(path, kFileByteLimit, &bytes);
  return Parse(std::move(bytes), path.string());
}

SafetensorsFile SafetensorsFile::Parse(std::vector<std::byte> bytes, const std::string& where) {
  const std::string_view text = HeaderText(bytes, where);
  HeaderHandler handler(where);
  nlohmann::json::sax_parse(text.begin(), text.end(), &handler);

  SafetensorsFile file;
  file.where_ = where;
  file.metadata_ = std::move(handler.metadata);
  const std::size_t data_begin = kLengthBytes + text.size();
  CheckLayout(handler.entries, bytes.size() - data_begin, where);
  file.bytes_ = std::make_unique<const std::vector<std::byte>>(std::move(bytes));
  const std::span<const std::byte> data = std::span(*file.bytes_).subspan(data_begin);
  for (Entry& entry : handler.entries) {
    const auto begin = static_cast<std::size_t>(entry.offsets->front());
    const auto end = static_cast<std::size_t>(entry.offsets->back());
    file.tensors_[entry.name] = {.type = *entry.type,
                                 .shape = std::move(*entry.shape),
                                 .bytes = data.subspan(begin, end - begin)};
  }
  return file;
}

const std::string& SafetensorsFile::Metadata(const std::string& key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end()) {
    throw Error(Error::Kind::kNotFound, "no metadata named " + key, where_,
                "was the file written by another program?");
  }
  return found->second;
}

const TensorView& SafetensorsFile::Find(std::string_view name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    throw Error(Error::Kind::kNotFound, fmt::format("no tensor named {}", name), where_,
                fmt::format("the file has {} tensors", tensors_.size()));
  }
  return found->second;
}

const TensorView& SafetensorsFile::FindTyped(std::string_view name, TensorType type) const {
  const TensorView& tensor = Find(name);
  if (tensor.type != type) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("the elements are {}, not {}", NameOf(tensor.type), NameOf(type)),
                fmt::format("{}, tensor {}", where_, name));
  }
  return tensor;
}

void SafetensorsFile::CopyBytes(const TensorView& tensor, void* destination) {
  if (!tensor.bytes.empty()) std::memcpy(destination, tensor.bytes.data(), tensor.bytes.size());
}

void SafetensorsWriter::SetMetadata(const std::string& key, const std::string& value) {
  metadata_[key] = value;
}

void SafetensorsWriter::AddBytes(const std::string& name, TensorType type,
                                 std::vector<std::int64_t> shape,
                                 std::span<const std::byte> bytes) {
  if (name == kMetadataKey) {
    throw Error(Error::Kind::kBadInput, "a tensor cannot have the name " + name);
  }
  if (CountBytes(type, shape) != bytes.size()) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("{} bytes are no {} tensor of shape [{}]", bytes.size(), NameOf(type),
                            fmt::join(shape, ", ")),
                name);
  }
  const TensorView view = {.type = type, .shape = std::move(shape), .bytes = bytes};
  if (!tensors_.emplace(name, view).second) {
    throw Error(Error::Kind::kDuplicate, "a tensor of this name was added before", name);
  }
}

std::vector<const std::pair<const std::string, TensorView>*> SafetensorsWriter::InFileOrder()
    const {
  std::vector<const std::pair<const std::string, TensorView>*> order;
  order.reserve(tensors_.size());
  for (const auto& tensor : tensors_) order.push_back(&tensor);
  std::ranges::stable_sort(order, std::greater<>(),
                           [](const auto* tensor) { return SizeOf(tensor->second.type); });
  return order;
}

std::string SafetensorsWriter::Header() const {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata_.empty()) header[std::string(kMetadataKey)] = metadata_;
  std::size_t begin = 0;
  for (const auto* tensor : InFileOrder()) {
    const std::size_t end = begin + tensor->second.bytes.size();
    header[tensor->first] = {{"dtype", NameOf(tensor->second.type)},
                             {"shape", tensor->second.shape},
                             {"data_offsets", {begin, end}}};
    begin = end;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::json::type_error& error) {
    throw Error(Error::Kind::kBadInput, "a name or a value is not UTF-8", error.what());
  }
  text.append((kLengthBytes - text.size() % kLengthBytes) % kLengthBytes, ' ');
  if (text.size() > kHeaderByteLimit) {
    throw Error(Error::Kind::kBadInput, fmt::format("the header is longer than {} bytes: {}",
                                                    kHeaderByteLimit, text.size()));
  }
  return text;
}

void SafetensorsWriter::Write(const std::filesystem::path& path) const {
  const std::string header = Header();
  const std::uint64_t length = header.size();
  AtomicFile file(path);
  file.Write(std::as_bytes(std::span(&length, 1)));
  file.Write(header);
  for (const auto* tensor : InFileOrder()) file.Write(tensor->second.bytes);
  file.Commit();
}

}  // namespace pecg
