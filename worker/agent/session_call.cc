#include "worker/agent/session_call.h"

#include <utility>

namespace pecg {

void SessionMailbox::Notify() {
  MutexLock lock(&mutex_);
  notified_ = true;
  changed_.NotifyAll();
}

void SessionMailbox::Wait(absl::Duration patience) {
  MutexLock lock(&mutex_);
  if (!notified_) changed_.WaitFor(&mutex_, absl::ToChronoNanoseconds(patience));
  notified_ = false;
}

SessionCall::SessionCall(v1::WorkerService::Stub* stub, const v1::WorkerHello& hello,
                         SessionMailbox* mailbox)
    : mailbox_(mailbox), writing_(true) {
  *request_.mutable_hello() = hello;
  stub->async()->Session(&context_, this);
  AddHold();  // Reads and writes are started outside gRPC's callbacks.
  StartRead(&response_);
  StartWrite(&request_);
  StartCall();
}

SessionCall::~SessionCall() { Finish(); }

bool SessionCall::writing() const {
  MutexLock lock(&mutex_);
  return writing_;
}

void SessionCall::Write(v1::SessionRequest request) {
  {
    MutexLock lock(&mutex_);
    if (ended_) return;
    writing_ = true;
  }
  request_ = std::move(request);
  StartWrite(&request_);
}

std::optional<v1::SessionResponse> SessionCall::TakeResponse() {
  {
    MutexLock lock(&mutex_);
    if (!response_ready_) return std::nullopt;
    response_ready_ = false;
  }
  v1::SessionResponse taken = std::move(response_);
  response_.Clear();
  StartRead(&response_);
  return taken;
}

bool SessionCall::ended() const {
  MutexLock lock(&mutex_);
  return ended_;
}

grpc::Status SessionCall::Finish() {
  if (!released_) {
    released_ = true;
    if (!ended()) context_.TryCancel();
    RemoveHold();
  }
  MutexLock lock(&mutex_);
  while (!done_.has_value()) done_changed_.Wait(&mutex_);
  return *done_;
}

void SessionCall::OnReadDone(bool ok) {
  {
    MutexLock lock(&mutex_);
    response_ready_ = ok;
    ended_ = ended_ || !ok;
  }
  mailbox_->Notify();
}

void SessionCall::OnWriteDone(bool ok) {
  {
    MutexLock lock(&mutex_);
    writing_ = false;
    ended_ = ended_ || !ok;
  }
  mailbox_->Notify();
}

void SessionCall::OnDone(const grpc::Status& status) {
  // The owner may destroy this as soon as it has the lock: nothing may follow.
  MutexLock lock(&mutex_);
  done_ = status;
  done_changed_.NotifyAll();
}

}  // namespace pecg
