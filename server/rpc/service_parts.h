#ifndef PECG_SERVER_RPC_SERVICE_PARTS_H_
#define PECG_SERVER_RPC_SERVICE_PARTS_H_

#include "base/clock.h"
#include "server/access/access.h"
#include "server/event/event_hub.h"
#include "server/queue/queue.h"
#include "server/rpc/answer.h"
#include "server/rpc/blob_store.h"
#include "server/rpc/lease_builder.h"
#include "server/rpc/message_codec.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace pecg {

/// What the services are doors to. Nothing is owned.
struct ServiceParts {
  Writer* writer = nullptr;
  ReaderPool* readers = nullptr;
  Queue* queue = nullptr;
  EventHub* hub = nullptr;
  Access* access = nullptr;
  const BlobStore* blobs = nullptr;
  const MessageCodec* codec = nullptr;
  const LeaseBuilder* lease_builder = nullptr;
  const Answerer* answerer = nullptr;
  const Clock* clock = nullptr;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_SERVICE_PARTS_H_
