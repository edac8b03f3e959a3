#ifndef PECG_TESTS_WORKER_AGENT_AGENT_TESTING_H_
#define PECG_TESTS_WORKER_AGENT_AGENT_TESTING_H_

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <thread>

#include "base/digest/sha256.h"
#include "base/mutex.h"
#include "pecg/v1/worker.pb.h"
#include "worker/agent/blob_store.h"
#include "worker/agent/descriptor.h"

namespace pecg {

/// A folder that is deleted with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pecg-agent-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Waits until `condition` holds; false when it does not within 20 seconds.
inline bool Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

inline std::string Slurp(const std::string& path) {
  std::stringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

inline void Spill(const std::string& path, const std::string& content) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

/// A store in memory that can be away, and that counts.
class FakeBlobStore : public BlobStore {
 public:
  std::string Put(const std::string& content) {
    MutexLock lock(&mutex_);
    const std::string sha256 = Sha256Hex(content);
    contents_[sha256] = content;
    return sha256;
  }
  void Replace(const std::string& sha256, const std::string& content) {
    MutexLock lock(&mutex_);
    contents_[sha256] = content;
  }
  bool Has(const std::string& content) const {
    MutexLock lock(&mutex_);
    return contents_.contains(Sha256Hex(content));
  }
  /// Calls fail with this until it is OK.
  void Answer(absl::Status status) {
    MutexLock lock(&mutex_);
    answer_ = std::move(status);
  }
  int read_count() const {
    MutexLock lock(&mutex_);
    return read_count_;
  }
  int write_count() const {
    MutexLock lock(&mutex_);
    return write_count_;
  }

  absl::Status Read(const Blob& blob, int64_t offset, Cancellation* /*cancellation*/,
                    const std::function<absl::Status(std::string_view)>& take) override {
    std::string content;
    absl::Status answer;
    {
      MutexLock lock(&mutex_);
      ++read_count_;
      if (!contents_.contains(blob.sha256)) return absl::NotFoundError("no such content");
      content = contents_[blob.sha256].substr(static_cast<size_t>(offset));
      answer = answer_;
    }
    if (!answer.ok()) {  // Half of it arrives.
      const absl::Status taken = take(std::string_view(content).substr(0, content.size() / 2));
      return taken.ok() ? answer : taken;
    }
    return take(content);
  }

  absl::Status Write(const Blob& blob, int descriptor, Cancellation* /*cancellation*/) override {
    auto content = ReadAt(descriptor, 0, blob.size_bytes, "upload");
    MutexLock lock(&mutex_);
    ++write_count_;
    if (!answer_.ok()) return answer_;
    if (Sha256Hex(*content) != blob.sha256) return absl::DataLossError("another content");
    contents_[blob.sha256] = *std::move(content);
    return absl::OkStatus();
  }

 private:
  mutable Mutex mutex_;
  std::map<std::string, std::string> contents_ ABSL_GUARDED_BY(mutex_);
  absl::Status answer_ ABSL_GUARDED_BY(mutex_);
  int read_count_ ABSL_GUARDED_BY(mutex_) = 0;
  int write_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_AGENT_AGENT_TESTING_H_
