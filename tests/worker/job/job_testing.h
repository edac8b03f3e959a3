#ifndef PECG_TESTS_WORKER_JOB_JOB_TESTING_H_
#define PECG_TESTS_WORKER_JOB_JOB_TESTING_H_

#include <absl/time/time.h>
#include <fcntl.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "pecg/v1/job.pb.h"
#include "worker/ecg/error.h"

/// What the tests of worker/job share.

namespace pecg::testing {

/// A new folder, removed with what is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = ::testing::TempDir() + "pecg_job_XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Both ends of a pipe; closed at the end.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~Pipe() {
    CloseRead();
    CloseWrite();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void CloseRead() { Close(&ends_[0]); }
  void CloseWrite() { Close(&ends_[1]); }

 private:
  static void Close(int* end) {
    if (*end >= 0) ::close(*end);
    *end = -1;
  }
  std::array<int, 2> ends_ = {-1, -1};
};

/// A clock that stands still until it is told otherwise.
class FakeClock : public Clock {
 public:
  absl::Time Now() const override { return absl::UnixEpoch() + uptime_; }
  absl::Duration Uptime() const override { return uptime_; }
  void Advance(absl::Duration by) { uptime_ += by; }

 private:
  absl::Duration uptime_ = absl::Hours(1);
};

/// Reads events until the end of the descriptor, and expects that nothing else is there.
inline std::vector<v1::JobEvent> ReadEvents(int descriptor) {
  google::protobuf::io::FileInputStream stream(descriptor);
  std::vector<v1::JobEvent> events;
  for (;;) {
    v1::JobEvent event;
    bool clean_end = false;
    if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&event, &stream, &clean_end)) {
      EXPECT_TRUE(clean_end) << "the events end in the middle of one";
      return events;
    }
    events.push_back(event);
  }
}

inline void WriteFile(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream input(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
}

/// Writes `spec.binpb` and, when there are entries, `manifest.binpb`.
inline void WriteJob(const std::filesystem::path& root, const v1::JobSpec& spec,
                     const std::vector<v1::ManifestEntry>& manifest = {}) {
  WriteFile(root / "spec.binpb", spec.SerializeAsString());
  if (manifest.empty()) return;
  std::ofstream file(root / "manifest.binpb", std::ios::binary);
  for (const v1::ManifestEntry& entry : manifest) {
    google::protobuf::util::SerializeDelimitedToOstream(entry, &file);
  }
}

/// The error `call` throws; a failure of the test when it throws none.
inline std::optional<Error> ErrorOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return std::nullopt;
}

}  // namespace pecg::testing

#endif  // PECG_TESTS_WORKER_JOB_JOB_TESTING_H_
