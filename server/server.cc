#include "server/server.h"

#include <absl/base/thread_annotations.h>

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "base/joining_thread.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/status.h"
#include "base/version.h"
#include "server/access/access.h"
#include "server/event/event_hub.h"
#include "server/listener.h"
#include "server/rpc/answer.h"
#include "server/rpc/artifact_service.h"
#include "server/rpc/blob_store.h"
#include "server/rpc/dataset_service.h"
#include "server/rpc/executor.h"
#include "server/rpc/lease_builder.h"
#include "server/rpc/message_codec.h"
#include "server/rpc/metric_service.h"
#include "server/rpc/run_service.h"
#include "server/rpc/service_parts.h"
#include "server/rpc/split_service.h"
#include "server/rpc/user_service.h"
#include "server/rpc/worker_service.h"
#include "server/worker_process.h"
#include "storage/database.h"
#include "storage/event_store.h"
#include "storage/reader.h"
#include "storage/request_store.h"
#include "storage/writer.h"

namespace pecg {
namespace {

/// Threads that may wait for the disk; as many calls can share one commit.
constexpr int kExecutorThreads = 16;
/// Short against what the queue promises: a cancel is final within 5 s.
constexpr absl::Duration kTickInterval = absl::Milliseconds(200);
constexpr absl::Duration kAnswerLifetime = absl::Hours(24);
constexpr absl::Duration kPruneInterval = absl::Hours(1);
constexpr int64_t kPruneLimit = 10'000;

bool IsEmptyOrMissing(const std::string& dir) {
  std::error_code error;
  return !std::filesystem::exists(dir, error) || std::filesystem::is_empty(dir, error);
}

/// A home that had a database keeps its tokens, contents or backups when the file is lost; then an
/// empty new one would only hide the loss.
OpenMode ModeFor(const Home& home) {
  std::error_code error;
  const bool is_new = !std::filesystem::exists(home.TokenPath(), error) &&
                      !std::filesystem::exists(home.WorkerTokenPath(), error) &&
                      IsEmptyOrMissing(home.BlobsDir()) && IsEmptyOrMissing(home.BackupsDir());
  return is_new ? OpenMode::kCreate : OpenMode::kExisting;
}

absl::StatusOr<std::unique_ptr<Database>> OpenDatabase(const Home& home, const Clock* clock) {
  const OpenMode mode = ModeFor(home);
  PECG_RETURN_IF_ERROR(home.CreateForCoordinator());
  DatabaseOptions options;
  options.path = home.DatabasePath();
  options.lock_path = home.LockPath();
  options.backup_dir = home.BackupsDir();
  options.mode = mode;
  options.clock = clock;
  return Database::Open(options);
}

/// Calls something every kTickInterval until it is destroyed.
class Ticker {
 public:
  explicit Ticker(std::function<void()> tick)
      : tick_(std::move(tick)), thread_([this] { Run(); }) {}
  ~Ticker() {
    {
      MutexLock lock(&mutex_);
      ending_ = true;
    }
    wake_.NotifyAll();
  }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  void Run() {
    for (;;) {
      {
        MutexLock lock(&mutex_);
        if (!ending_) wake_.WaitFor(&mutex_, absl::ToChronoNanoseconds(kTickInterval));
        if (ending_) return;
      }
      tick_();
    }
  }

  const std::function<void()> tick_;
  Mutex mutex_;
  CondVar wake_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  JoiningThread thread_;  // Last: joins before what it uses is destroyed.
};

ReadEventPage PageReader(ReaderPool* readers) {
  return [readers](const EventFilter& filter, int64_t after, int64_t through, size_t limit) {
    EventQuery query;
    query.run = filter.run;
    query.include_log = filter.include_log;
    query.after_sequence = after;
    query.through_sequence = through;
    query.limit = static_cast<int64_t>(limit);
    return readers->Read([&](Snapshot& snapshot) { return ListEvents(snapshot, query); });
  };
}

}  // namespace

/// In the order in which they are made; the listener ends before everything it serves.
struct Server::Parts {
  Parts(const Home& the_home, ServerOptions the_options, std::unique_ptr<Database> the_database)
      : home(the_home),
        options(std::move(the_options)),
        database(std::move(the_database)),
        readers(database.get(), {}),
        blobs(home.BlobsDir()),
        codec(&blobs) {}

  /// Makes what writes, and everything that needs it.
  void Build(int64_t last_sequence) {
    hub.emplace(PageReader(&readers), last_sequence, options.clock);
    WriterOptions writer_options;
    writer_options.on_commit = [this](const std::vector<Event>& events) { hub->Publish(events); };
    writer.emplace(database.get(), std::move(writer_options));
    access.emplace(&*writer, &readers, options.clock);
    queue.emplace(&*writer, &readers, &codec, options.clock, options.queue);
    lease_builder.emplace(&*writer, &readers, &blobs, options.clock);
    executor.emplace(kExecutorThreads);
    answerer.emplace(&*access, &*executor);
    const ServiceParts parts{&*writer, &readers, &*queue,         &*hub,      &*access,
                             &blobs,   &codec,   &*lease_builder, &*answerer, options.clock};
    services.push_back(std::make_unique<ArtifactServiceDoor>(parts));
    services.push_back(std::make_unique<DatasetServiceDoor>(parts));
    services.push_back(std::make_unique<MetricServiceDoor>(parts));
    services.push_back(std::make_unique<RunServiceDoor>(parts));
    services.push_back(std::make_unique<SplitServiceDoor>(parts));
    services.push_back(std::make_unique<UserServiceDoor>(parts));
    services.push_back(std::make_unique<WorkerServiceDoor>(parts));
  }

  void Tick() {
    queue->Tick();
    hub->Tick();
    const absl::Duration now = options.clock->Uptime();
    if (now < next_prune) return;
    next_prune = now + kPruneInterval;
    const absl::Time before = options.clock->Now() - kAnswerLifetime;
    const absl::Status pruned = writer->Write([&](Transaction& transaction) {
      return DeleteAnswersBefore(transaction, before, kPruneLimit).status();
    });
    if (!pruned.ok()) Log(Level::kWarning, "old answers not deleted", {{"error", pruned}});
  }

  const Home home;
  const ServerOptions options;
  const std::unique_ptr<Database> database;
  ReaderPool readers;
  const BlobStore blobs;
  const MessageCodec codec;
  std::optional<EventHub> hub;  ///< Outlives the writer, which publishes to it.
  std::optional<Writer> writer;
  std::optional<Access> access;
  std::optional<Queue> queue;
  std::optional<LeaseBuilder> lease_builder;
  std::optional<Executor> executor;
  std::optional<Answerer> answerer;
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<Listener> listener;
  absl::Duration next_prune;  ///< Of the ticker's thread.
  std::optional<Ticker> ticker;
  std::optional<WorkerProcess> worker;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Home& home, ServerOptions options) {
  PECG_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, OpenDatabase(home, options.clock));
  auto parts = std::make_unique<Parts>(home, std::move(options), std::move(database));
  PECG_ASSIGN_OR_RETURN(const int64_t last_sequence, parts->readers.Read(LastEventSequence));
  parts->Build(last_sequence);
  PECG_RETURN_IF_ERROR(parts->access->Start(home));
  PECG_RETURN_IF_ERROR(parts->queue->Load());
  std::vector<grpc::Service*> services;
  for (const auto& service : parts->services) services.push_back(service.get());
  PECG_ASSIGN_OR_RETURN(parts->listener, Listener::Start(home, parts->options.port, services));
  parts->ticker.emplace([raw = parts.get()] { raw->Tick(); });
  if (!parts->options.worker_program.empty()) {
    parts->worker.emplace(&parts->home, parts->options.worker_program);
  }
  Log(Level::kInfo, "coordinator serves",
      {{"home", home.dir()}, {"port", parts->options.port}, {"code", CodeVersion()}});
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  Log(Level::kInfo, "coordinator ends");
  parts_->queue->StopLeasing();
  parts_->listener->SetNotServing();
  parts_->worker.reset();  // While it still can upload checkpoints.
  parts_->ticker.reset();
  parts_->listener.reset();
}

std::string Server::address() const { return "unix:" + parts_->home.SocketPath(); }

}  // namespace pecg
